"""A real Milvus server while eight ask: generations are published and rolled back, then the server is killed.

    python benchmarks/switching.py --engines CACHE [--minutes 2] [--askers 8] [--kills 4]

First as `unrest.py`, whose archive tells which generation an answer is of. Then the server gets a SIGKILL and is
started again on its data a moment later, every second time while a build writes to it. Exit code 1 where a question was
not answered or an answer mixed generations before the kills, was told anything but that the archive is unreachable
after one, was not answered 15 s after the server had loaded again what is published, or where a row was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engines import SERVER, Server, started
from report import table
from rich.console import Console
from unrest import QUESTION, Seen, Unrest, asked, prepared, tell, watching

from bot.service import Service
from config.settings import SAMPLE_ARCHIVE
from index.errors import BuildFailed, EngineRefuses, Unreachable
from index.milvus.publishing import Publisher
from index.opener import Opener

DOWN_SECONDS = 3.0
BACK_SECONDS = 15.0  # the bar: after the server can be searched again
PAUSE_SECONDS = 0.1  # of who was told that the archive is unreachable
console = Console()


@dataclass(frozen=True, slots=True)
class Kill:
    """Seconds from the start until the server answered, until it had loaded what is published, and until everyone who
    asked had an answer; what they were told meanwhile; the rows of the published collection before and after."""

    what: str
    up: float
    loaded: float
    back: float
    told: Counter[str]
    rows: tuple[int, int]

    @property
    def is_good(self) -> bool:
        only_unreachable = set(self.told) == {Unreachable.__name__}
        return only_unreachable and self.back - self.loaded <= BACK_SECONDS and self.rows[0] == self.rows[1]

    def shown(self) -> list[str]:
        told = ", ".join(f"{name} {times}" for name, times in self.told.items())
        before, after = self.rows
        return [*(f"{seconds:.1f}" for seconds in (self.up, self.loaded, self.back)), told, f"{before} and {after}"]


async def killed(server: Server, service: Service, unrest: Unrest, askers: int, is_building: bool) -> Kill:
    quick = unrest.settings.milvus.model_copy(update={"seconds": 1.0})
    publisher = Publisher(unrest.index, quick)
    before = await searchable_rows(publisher)
    building = asyncio.create_task(unrest.publish()) if is_building else None
    if building:
        await new_collection(publisher, building)
    server.kill()
    told: Counter[str] = Counter()
    asking = asyncio.create_task(all_answered(service, told, askers))
    await asyncio.sleep(DOWN_SECONDS)
    began = time.monotonic()
    await asyncio.to_thread(server.start)
    up = time.monotonic() - began
    after = await searchable_rows(publisher)
    times = up, time.monotonic() - began, await asking - began
    if building:
        with suppress(BuildFailed):
            await building
    what = "while a build wrote" if is_building else "while nothing was written"
    return Kill(what, *times, told, (before, after))


async def new_collection(publisher: Publisher, building: asyncio.Task[None]) -> None:
    """Waits until a build has begun to write."""
    before = await asyncio.to_thread(collections, publisher)
    while await asyncio.to_thread(collections, publisher) <= before and not building.done():  # noqa: ASYNC110
        await asyncio.sleep(PAUSE_SECONDS)


def collections(publisher: Publisher) -> set[str]:
    with publisher.client() as client:
        return set(client.list_collections())


async def all_answered(service: Service, told: Counter[str], askers: int) -> float:
    """The moment when everyone has an answer."""
    await asyncio.gather(*(answered(service, told) for _ in range(askers)))
    return time.monotonic()


async def answered(service: Service, told: Counter[str]) -> None:
    """Asks until there is an answer."""
    while True:
        try:
            await service.answer(QUESTION)
            return
        except Exception as error:
            told[type(error).__name__] += 1
            await asyncio.sleep(PAUSE_SECONDS)


async def searchable_rows(publisher: Publisher) -> int:
    """How many passages the published collection has, once it can be searched."""
    while True:
        with suppress(Unreachable, EngineRefuses):
            if (found := await asyncio.to_thread(rows_of, publisher)) is not None:
                return found
        await asyncio.sleep(PAUSE_SECONDS)


def rows_of(publisher: Publisher) -> int | None:
    with publisher.client() as client:
        collection = publisher.published(client)
        return publisher.rows_in(client, collection) if collection else None


async def run(
    server: Server, folder: Path, given: Path, minutes: float, askers: int, kills: int
) -> tuple[Seen, Sequence[Kill]]:
    """`given` is copied into `folder`, indexed, put on the server and asked."""
    config = prepared(folder, given, f'engine = "milvus"\n[milvus]\naddress = "{server.address}"\n')
    unrest = Unrest(config, Seen())
    settings = unrest.settings
    opener = Opener(settings, console, with_reader=False)
    service = Service(unrest.index, opener, settings.answers, watching(settings), published=opener.follow)
    await asked(service, unrest, minutes, askers)
    found = [await killed(server, service, unrest, askers, number % 2 == 1) for number in range(kills)]
    await unrest.publish()  # what a killed build left is in no way
    await service.close()
    return unrest.seen, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", type=Path, required=True, help="the folder of `engines.py`")
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--askers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--folder", type=Path, default=SAMPLE_ARCHIVE)
    given = parser.parse_args()
    logging.getLogger("index.milvus").setLevel(logging.ERROR)  # it says of every search that the server is gone
    with tempfile.TemporaryDirectory(prefix="pullquote-") as temporary:
        data, folder = Path(temporary) / "server", Path(temporary) / "archive"
        with started(SERVER, given.engines, data) as server:
            seen, kills = asyncio.run(run(server, folder, given.folder, given.minutes, given.askers, given.kills))
    tell(seen)
    columns = ["killed", "up after, s", "loaded", "all answered", "told meanwhile", "rows before and after"]
    rows = {f"{one.what} ({number})": one.shown() for number, one in enumerate(kills, 1)}
    console.print(table(columns, rows), soft_wrap=True)
    sys.exit(bool(seen.failed or seen.mixed or len(seen.editions) < 2 or not all(one.is_good for one in kills)))


if __name__ == "__main__":
    main()
