"""Re-indexes again and again while a bot's service answers, and tables what has grown.

    python benchmarks/rebuilds.py [--builds 1000]

One article of the sample archive changes each time. The service, in this process, watches and takes up every
generation, and is asked for what has changed. Builds run in one process beside, one after the other, so that what they
leave behind would show there; every fiftieth runs as the bot starts it, in a process of its own. Exit code 1 where
handles, threads or files grew, or the memory of the service by more than 5 %. That of the builds is only shown: it goes
up and down by a fifth, and no process builds twice where it is not made to, as here.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import math
import os
import shutil
import sys
import tempfile
import threading
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from report import resident, table
from rich.console import Console

from bot.archive.builder import Builder
from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, Settings
from index.archive import Archive
from index.build import build
from index.cli import recipe_of
from index.embeddings import Embedder
from index.engine import load_embedder, one_core_a_question
from index.models import Model, find_model

QUESTION = "At how many minutes past four did the town hall clock stop?"
APART = 50  # builds in this process between two in one of their own
FEWEST = 4  # builds after which as many generations are on the disk as are kept
MEMORY = "memory, MB"
OF_BUILDS = "of the builds: "
GROWTH = 1.05  # times as much at the end
WATCH_SECONDS = 0.02
console = Console()

Figures = dict[str, float]


def part(builds: int) -> int:
    """A tenth of the builds: in the first, what is loaded once is loaded; the second is compared with the last."""
    return max(FEWEST, builds // 10)


def change(folder: Path, minutes: int) -> None:
    text = f'1.05.2025\n\n"The Clock"\n\nThe town hall clock stopped at {minutes} minutes past four.\n'
    (folder / "clock.txt").write_text(text)


def held(folder: Path) -> Figures:
    """What this process holds: files that are open, files of the folder that are mapped, threads."""
    gc.collect()
    return {
        "handles": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "mapped files": Path("/proc/self/maps").read_text().count(str(folder)),
        "threads": threading.active_count(),
    }


def left(folder: Path) -> Figures:
    """What lies in the index and among the temporary files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {"files": len(files), "bytes of them": sum(path.stat().st_size for path in files)}


def build_on_request(folder: Path) -> None:
    """Builds for every line of standard input, and prints what this process holds then."""
    settings, model, embedder = loaded()
    for _ in sys.stdin:
        build(folder / "articles", folder / "index", recipe_of(settings, model), lambda: embedder, lambda *_: None)
        print(json.dumps(held(folder) | {MEMORY: resident(what="RssAnon")}), flush=True)  # noqa: T201  # for a program


def loaded() -> tuple[Settings, Model, Embedder]:
    settings = Settings.load()
    model = find_model(settings.model.name)
    one_core_a_question()
    return settings, model, load_embedder(model, settings.model)


class Building:
    """A process that builds on request."""

    def __init__(self, child: Process) -> None:
        self.child = child

    @classmethod
    async def start(cls, folder: Path) -> Building:
        command = (sys.executable, __file__, "--build-in", str(folder))
        return cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE))

    async def build(self) -> Figures:
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.write(b"\n")
        return Figures(json.loads(await self.child.stdout.readline()))

    async def end(self) -> None:
        assert self.child.stdin
        self.child.stdin.close()
        await self.child.wait()


async def answers_with(service: Service, minutes: int) -> None:
    """Waits until the service answers from the generation of these minutes. Raises `TimeoutError`."""
    async with asyncio.timeout(60):
        while f"at {minutes} minutes" not in (await service.answer(QUESTION)).quotes[0].text:  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(WATCH_SECONDS)


async def rebuilt(
    folder: Path, builds: int, apart: int = APART, told: Callable[[int], None] = lambda _: None
) -> tuple[Figures, Figures]:
    """The figures after the second tenth of the builds and after all; of memory, which goes up and down by a tenth from
    one build to the next, the median in the second tenth and in the last."""
    articles, index, own = folder / "articles", folder / "index", folder / "own.toml"
    shutil.copytree(SAMPLE_ARCHIVE, articles)
    own.write_text(f'[archive]\nfolder = "{articles}"\n[index]\nfolder = "{index}"\n')
    beside, builder = await Building.start(folder), Builder(["--config", str(own)])
    change(articles, 0)
    of_beside = await beside.build()
    settings, model, embedder = loaded()
    limits = settings.service.model_copy(update={"watch_seconds": WATCH_SECONDS})
    service = Service(index, lambda: Archive.open(index, model, embedder), settings.answers, limits)
    service.watch()
    measured: list[Figures] = []
    try:
        for number in range(1, builds + 1):
            change(articles, number)
            if number % apart:
                of_beside = await beside.build()
            else:
                await builder.build()
            await answers_with(service, number)
            told(number)
            of_builds = {f"{OF_BUILDS}{name}": value for name, value in of_beside.items()}
            measured.append(held(folder) | left(folder) | {MEMORY: resident(what="RssAnon")} | of_builds)
    finally:
        await service.close()
        await beside.end()
    tenth = part(builds)
    return between(measured[tenth - 1 : 2 * tenth]), between(measured[-tenth:])


def between(some: Sequence[Figures]) -> Figures:
    """The last of each figure; of memory the median."""
    return {name: median(one[name] for one in some) if MEMORY in name else last for name, last in some[-1].items()}


def grown(first: Figures, last: Figures) -> Sequence[str]:
    """The names of what has grown; a file has a few bytes more where a number in it has."""
    allowed = {MEMORY: GROWTH, "bytes of them": GROWTH, f"{OF_BUILDS}{MEMORY}": math.inf}
    return [name for name in first if last[name] > first[name] * allowed.get(name, 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--builds", type=int, default=1000)
    parser.add_argument("--build-in", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build_in:
        build_on_request(given.build_in)
        return
    builds = given.builds
    started = time.perf_counter()

    def told(number: int) -> None:
        if not number % 100:
            console.print(f"{number} of {builds} after {time.perf_counter() - started:.0f} s", highlight=False)

    with tempfile.TemporaryDirectory(prefix="pullquote-rebuilds-") as temporary:
        os.environ["TMPDIR"] = tempfile.tempdir = temporary  # what would be left there shows among the files
        first, last = asyncio.run(rebuilt(Path(temporary), builds, told=told))
    columns = ["", f"after {2 * part(builds):,}", f"after {builds:,}"]
    rows = {name: [f"{first[name]:,.0f}", f"{last[name]:,.0f}"] for name in first}
    console.print(table(columns, rows), markup=False)
    found = grown(first, last)
    console.print(f"Grown: {', '.join(found) or 'nothing'}.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
