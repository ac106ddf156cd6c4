"""Asks all the while as an archive is built and rolled back, and as builds are cancelled and fail; tables the times.

    python benchmarks/unrest.py [--minutes 10] [--askers 8] [--folder corpus]

First nothing happens for a fifth of the time, then everything, one thing after the other, in processes of their own as
a running bot starts them. Two articles say which edition of the archive they belong to and change with each build, so
that an answer that mixed two generations would quote two editions. Exit code 1 where a question was not answered, an
answer mixed editions, or the slowest in a hundred took more than three times as long as when nothing happened.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from report import archive_opener, table
from rich.console import Console

from bot.archive.builder import Builder
from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, ServiceSettings, Settings
from index import generations
from index.archive import Archive
from index.cli import built
from index.errors import BuildFailed, Cancelled
from index.lock import sole_builder
from index.opener import switched_by

QUESTION = "Which edition of the almanac did the printer deliver?"
EDITION = re.compile(r"edition number (\d+)")
QUIET = 0.2  # of the time
MOST_TIMES = 3.0  # as long as when it is quiet, the slowest in a hundred
Step = Callable[[], Awaitable[None]]
console = Console()


@dataclass(slots=True)
class Seen:
    """Seconds that answers took when it was quiet and when it was not; what went wrong; what was done."""

    quiet: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    editions: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def slower(self) -> float:
        """How many times as long the slowest in a hundred take."""
        return float(np.percentile(self.busy, 99) / np.percentile(self.quiet, 99))

    @property
    def is_good(self) -> bool:
        return not self.failed and not self.mixed and self.slower <= MOST_TIMES and len(self.editions) > 1


def write_edition(folder: Path, number: int) -> None:
    for place, who in (("almanac-1.txt", "printer"), ("almanac-2.txt", "bookbinder")):
        text = f"The {who} delivered edition number {number} of the almanac on Monday. It has a blue cover.\n"
        (folder / place).write_text(f"Almanac of the {who}\n\n{text}", encoding="utf-8")


class Unrest:
    """What happens to the archive, one thing after the other."""

    def __init__(self, config: Path, seen: Seen) -> None:
        self.settings, self.seen = Settings.load(config), seen
        self.folder, self.index = Path(self.settings.archive.folder), self.settings.index.path
        self.builder = Builder(["--config", str(config)])
        self.edition = 1

    async def publish(self) -> None:
        self.edition += 1
        write_edition(self.folder, self.edition)
        await self.builder.build()

    async def cancel(self) -> None:
        write_edition(self.folder, self.edition + 100_000)  # which nobody is to see
        building = asyncio.create_task(self.builder.build())
        await asyncio.sleep(1.0)
        await self.builder.cancel()
        try:
            await building
        except Cancelled:
            return
        self.edition += 100_000  # it was done before

    async def fail(self) -> None:
        hidden = self.folder.with_name("hidden")
        self.folder.rename(hidden)
        try:
            await self.builder.build()
        except BuildFailed:
            return
        finally:
            hidden.rename(self.folder)
        raise RuntimeError("a build without a folder did not fail")

    async def roll_back(self) -> None:
        with sole_builder(self.index):
            generations.roll_back(self.index, switched=switched_by(self.settings, self.index))

    async def go_on(self, until: float) -> None:
        steps: list[Step] = [self.publish, self.cancel, self.fail, self.publish, self.roll_back]
        while time.monotonic() < until:
            for step in steps:
                if time.monotonic() < until:
                    await step()
                    self.seen.done[step.__name__] += 1


async def ask(service: Service, seen: Seen, seconds: list[float], until: float) -> None:
    """One member after the other, each as soon as the last has an answer."""
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            answer = await service.answer(QUESTION)
        except Exception as error:
            seen.failed.append(type(error).__name__)
            continue
        seconds.append(time.monotonic() - started)
        editions = {int(found) for quote in answer.quotes for found in EDITION.findall(quote.text)}
        if len(editions) != 1:
            seen.mixed.append(str(sorted(editions)))
        seen.editions |= editions


def prepared(folder: Path, given: Path, more: str = "") -> Path:
    """`given`, copied into `folder` and indexed there; the settings for it, with `more` of them."""
    articles, config = folder / "articles", folder / "pullquote.toml"
    shutil.copytree(given, articles)
    write_edition(articles, 1)
    own = f'[archive]\nfolder = "{articles}"\n[index]\nfolder = "{folder / "index"}"\n'
    config.write_text(own + more, encoding="utf-8")
    built(Settings.load(config), lambda *_: None)
    return config


async def asked(service: Service, unrest: Unrest, minutes: float, askers: int) -> None:
    """While it is quiet and while it is not."""
    seen = unrest.seen
    service.watch()
    await service.answer(QUESTION)
    quiet_until = time.monotonic() + 60 * minutes * QUIET
    await asyncio.gather(*(ask(service, seen, seen.quiet, quiet_until) for _ in range(askers)))
    until = time.monotonic() + 60 * minutes * (1 - QUIET)
    await asyncio.gather(unrest.go_on(until), *(ask(service, seen, seen.busy, until) for _ in range(askers)))


async def run(open_archive: Callable[[Path], Archive], folder: Path, given: Path, minutes: float, askers: int) -> Seen:
    """`given` is copied into `folder`, indexed and asked."""
    unrest = Unrest(prepared(folder, given), Seen())
    index, settings = unrest.index, unrest.settings
    service = Service(index, lambda: open_archive(index), settings.answers, watching(settings))
    await asked(service, unrest, minutes, askers)
    await service.close()
    return unrest.seen


def watching(settings: Settings) -> ServiceSettings:
    """A service that looks often for what is published."""
    return settings.service.model_copy(update={"watch_seconds": 0.2})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--askers", type=int, default=8)
    parser.add_argument("--folder", type=Path, default=SAMPLE_ARCHIVE)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        opener = archive_opener(Settings.load())
        seen = asyncio.run(run(opener, Path(folder), given.folder, given.minutes, given.askers))
    tell(seen)
    sys.exit(not seen.is_good)


def tell(seen: Seen) -> None:
    rows = {
        name: [f"{len(seconds):,}", f"{np.median(seconds) * 1000:.0f}", f"{np.percentile(seconds, 99) * 1000:.0f}"]
        for name, seconds in (("quiet", seen.quiet), ("unrest", seen.busy))
    }
    console.print(table(["", "answers", "median ms", "99th of 100 ms"], rows))
    done = ", ".join(f"{name} {times}" for name, times in seen.done.items())
    console.print(f"done: {done}; editions answered from: {len(seen.editions)}")
    console.print(f"failed: {dict(Counter(seen.failed))}; mixed: {seen.mixed[:3]}; {seen.slower:.2f} times as slow")


if __name__ == "__main__":
    main()
