"""Re-indexes again and again while a bot's service answers, and tables what has grown.

    python benchmarks/rebuilds.py [--builds 1000]

One article of the sample archive changes each time. The service watches and takes up every generation, and is asked for
what has changed. Builds run in this process too, so that what they leave behind would show; every fiftieth runs as the
bot starts it, in a process of its own. Exit code 1 where handles, threads or files grew, or memory by more than 5 %.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from report import resident, table
from rich.console import Console

from bot.builder import Builder
from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, Settings
from index.archive import Archive
from index.build import build
from index.cli import recipe_of
from index.engine import load_embedder, one_core_a_question
from index.models import find_model

QUESTION = "At how many minutes past four did the town hall clock stop?"
APART = 50  # builds in this process between two in one of their own
FEWEST = 4  # builds after which as many generations are on the disk as are kept
MEMORY = 1.05  # times as much at the end is growth
WATCH_SECONDS = 0.02
console = Console()

Figures = dict[str, float]


def part(builds: int) -> int:
    """A tenth of the builds: in the first, what is loaded once is loaded; the second is compared with the last."""
    return max(FEWEST, builds // 10)


def change(folder: Path, minutes: int) -> None:
    text = f'1.05.2025\n\n"The Clock"\n\nThe town hall clock stopped at {minutes} minutes past four.\n'
    (folder / "clock.txt").write_text(text)


def figures(folder: Path) -> Figures:
    """What this process holds besides memory, and what lies in the index and among its temporary files."""
    gc.collect()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "handles": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "mapped files": Path("/proc/self/maps").read_text().count(str(folder)),
        "threads": threading.active_count(),
        "files": len(files),
        "bytes of them": sum(path.stat().st_size for path in files),
    }


async def answers_with(service: Service, minutes: int) -> None:
    """Waits until the service answers from the generation of these minutes. Raises `TimeoutError`."""
    async with asyncio.timeout(60):
        while f"at {minutes} minutes" not in (await service.answer(QUESTION)).quotes[0].text:  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(WATCH_SECONDS)


async def rebuilt(
    folder: Path, builds: int, apart: int = APART, told: Callable[[int], None] = lambda _: None
) -> tuple[Figures, Figures]:
    """The figures after a tenth of the builds and after all. Memory goes up and down by a tenth from one build to the
    next: its median in the second tenth, and in the last."""
    articles, index = folder / "articles", folder / "index"
    shutil.copytree(SAMPLE_ARCHIVE, articles)
    settings = Settings.load(index={"folder": str(index)}, archive={"folder": str(articles)})
    own = folder / "own.toml"
    own.write_text(f'[archive]\nfolder = "{articles}"\n[index]\nfolder = "{index}"\n')
    model = find_model(settings.model.name)
    one_core_a_question()
    embedder = load_embedder(model, settings.model)
    once = partial(build, articles, index, recipe_of(settings, model), lambda: embedder, lambda *_: None)
    change(articles, 0)
    await asyncio.to_thread(once)
    limits = settings.service.model_copy(update={"watch_seconds": WATCH_SECONDS})
    service = Service(index, lambda: Archive.open(index, model, embedder), settings.answers, limits)
    service.watch()
    builder = Builder(["--config", str(own)])
    first, tenth, memory = Figures(), part(builds), list[float]()
    try:
        for number in range(1, builds + 1):
            change(articles, number)
            if number % apart:
                await asyncio.to_thread(once)
            else:
                await builder.build()
            await answers_with(service, number)
            told(number)
            memory.append(resident(what="RssAnon"))
            if number == tenth:
                first = figures(folder)
        last = figures(folder)
    finally:
        await service.close()
    return (
        first | {"memory, MB": median(memory[tenth : 2 * tenth] or memory)},
        last | {"memory, MB": median(memory[-tenth:])},
    )


def grown(first: Figures, last: Figures) -> Sequence[str]:
    """The names of what has grown; a file has a few bytes more where a number in it has."""
    allowed = {"memory, MB": MEMORY, "bytes of them": 1.01}
    return [name for name in first if last[name] > allowed.get(name, 1.0) * first[name]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--builds", type=int, default=1000)
    builds = parser.parse_args().builds
    started = time.perf_counter()

    def told(number: int) -> None:
        if not number % 100:
            console.print(f"{number} of {builds} after {time.perf_counter() - started:.0f} s", highlight=False)

    with tempfile.TemporaryDirectory(prefix="pullquote-rebuilds-") as temporary:
        tempfile.tempdir = temporary  # what would be left there shows among the files
        first, last = asyncio.run(rebuilt(Path(temporary), builds, told=told))
    columns = ["", f"after {part(builds):,}", f"after {builds:,}"]
    rows = {name: [f"{first[name]:,.0f}", f"{last[name]:,.0f}"] for name in first}
    console.print(table(columns, rows), markup=False)
    found = grown(first, last)
    console.print(f"Grown: {', '.join(found) or 'nothing'}.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
