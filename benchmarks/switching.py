"""A real Milvus server while eight ask: generations are published and rolled back, then the server is killed.

    python benchmarks/switching.py --engines CACHE [--minutes 2] [--askers 8] [--kills 4]

First as `unrest.py`, whose archive tells which generation an answer is of. Then the server gets a SIGKILL and is
started again on its data a moment later, every second time while a build writes to it. Exit code 1 where a question was
not answered or an answer mixed generations before the kills, was told anything but that the archive is unreachable
after one, was not answered 15 s after the server answered again, or where a row was lost.
"""

from __future__ import annotations

import argparse
import asyncio
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
from index.errors import BuildFailed, Unreachable
from index.milvus.publishing import Publisher
from index.opener import Opener

DOWN_SECONDS = 3.0
BACK_SECONDS = 15.0  # the bar: after the server answers again
PAUSE_SECONDS = 0.1  # of who was told that the archive is unreachable
LEAVE_TO_BUILD = 4.0  # seconds, after which a build of the sample archive writes to the server
console = Console()


@dataclass(frozen=True, slots=True)
class Kill:
    """Seconds until the server answered again, and from then on until everyone had an answer; what they were told
    meanwhile; the rows of the published collection before and after."""

    what: str
    ready: float
    back: float
    told: Counter[str]
    rows: tuple[int | None, int | None]

    @property
    def is_good(self) -> bool:
        only_unreachable = set(self.told) == {Unreachable.__name__}
        return only_unreachable and self.back <= BACK_SECONDS and self.rows[0] == self.rows[1] is not None

    def shown(self) -> list[str]:
        before, after = self.rows
        told = ", ".join(f"{name} {times}" for name, times in self.told.items())
        return [f"{self.ready:.1f}", f"{self.back:.1f}", told, f"{before} and {after}"]


async def killed(server: Server, service: Service, unrest: Unrest, askers: int, is_building: bool) -> Kill:
    publisher = Publisher(unrest.index, unrest.settings.milvus)
    before = await asyncio.to_thread(rows, publisher)
    building = asyncio.create_task(unrest.publish()) if is_building else None
    await asyncio.sleep(LEAVE_TO_BUILD if is_building else 0)
    told: Counter[str] = Counter()
    server.kill()
    asking = [asyncio.create_task(answered(service, told)) for _ in range(askers)]
    await asyncio.sleep(DOWN_SECONDS)
    again = time.monotonic()
    await asyncio.to_thread(server.start)
    ready = time.monotonic()
    await asyncio.gather(*asking)
    back = time.monotonic()
    what = f"killed {'while a build wrote' if is_building else 'while nothing else was done'}"
    if building:
        with suppress(BuildFailed):
            await building
    return Kill(what, ready - again, back - ready, told, (before, await asyncio.to_thread(rows, publisher)))


async def answered(service: Service, told: Counter[str]) -> None:
    """Asks until there is an answer."""
    while True:
        try:
            await service.answer(QUESTION)
            return
        except Exception as error:
            told[type(error).__name__] += 1
            await asyncio.sleep(PAUSE_SECONDS)


def rows(publisher: Publisher) -> int | None:
    """How many passages the published collection has."""
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
    with tempfile.TemporaryDirectory(prefix="pullquote-") as temporary:
        data, folder = Path(temporary) / "server", Path(temporary) / "archive"
        with started(SERVER, given.engines, data) as server:
            seen, kills = asyncio.run(run(server, folder, given.folder, given.minutes, given.askers, given.kills))
    tell(seen)
    columns = ["", "ready after, s", "all answered, s later", "told meanwhile", "rows before and after"]
    console.print(table(columns, {f"{one.what} ({number})": one.shown() for number, one in enumerate(kills, 1)}))
    sys.exit(bool(seen.failed or seen.mixed or len(seen.editions) < 2 or not all(one.is_good for one in kills)))


if __name__ == "__main__":
    main()
