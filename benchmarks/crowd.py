"""Lets fifty members ask the bot at once while its index is built anew, on the stand-in Discord, and tables the times.

    python benchmarks/crowd.py [--folder corpus] [--members 50] [--rounds 3]

In every round each member asks one question, all at one moment, by command and by mention in turns. The bot is the
real one, in this process, with its service over the index of `--folder`. `pullquote build --anew` runs meanwhile in a
process of its own, again and again until the last answer is there; each new generation is taken up. A larger folder, as
`recombined.py` makes it, gives longer builds. Times are from the moment of asking: to the acknowledgement, of mentions
“is typing…”, and to the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from report import PULLQUOTE, archive_opener, ran, table
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where Discord's stand-in is

from bots import discord_settings, started
from discord_server import DiscordServer, Message

from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, Settings
from index.environment import environment

MEMBERS, ROUNDS = 50, 3
SECONDS = 240.0  # that an answer is waited for
QUESTIONS = (
    "Who will be the first woman to lead the Rovers?",
    "How long is the new footbridge over the Lenner?",
    "How high did the river rise in the flood?",
    "When did the council vote for the bridge?",
    "Who pays for the hospital's scanner?",
)
ENVIRONMENT = environment()
console = Console()


@dataclass(frozen=True, slots=True)
class Given:
    """What one member got: seconds to the acknowledgement and to the answer, and its text."""

    acknowledged: float
    answered: float
    text: str


class Warnings(logging.Handler):
    """Keeps what is warned of, such as a heartbeat that was blocked."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@asynccontextmanager
async def warnings() -> AsyncIterator[list[str]]:
    handler = Warnings()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.said
    finally:
        logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def building(folder: Path, index: Path) -> AsyncIterator[list[int]]:
    """Builds the index anew, over and over, in a process of its own; the exit codes of the builds that ended. Begins
    with the first process started."""
    codes: list[int] = []
    command = [*PULLQUOTE, "build", str(folder), "--anew", "--index", str(index)]

    async def build() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(*command, env=ENVIRONMENT, stdout=DEVNULL, stderr=DEVNULL)

    running = [await build()]

    async def again() -> None:
        while True:
            codes.append(await running[0].wait())
            running[0] = await build()

    repeating = asyncio.create_task(again())
    try:
        yield codes
    finally:
        repeating.cancel()
        if running[0].returncode is None:
            running[0].kill()
            await running[0].wait()


async def by_command(server: DiscordServer, name: str, question: str) -> Given:
    asked = await server.slash("ask", {"question": question}, user=server.user(name))
    text = (await asked.response(SECONDS)).text
    return Given(asked.seconds_to_acknowledge, asked.age, text)


async def by_mention(server: DiscordServer, name: str, question: str) -> Given:
    """In a channel of the member's own, whose signs of typing are all meant for them."""
    channel, begun = server.channel(f"of-{name}"), server.clock.seconds()
    typed = len(channel.typing)
    said = await server.say(channel, server.user(name), f"{server.bot.mention} {question}")

    def answer() -> Message | None:
        return next((one for one in channel.messages if one.reply_to is said), None)

    text = (await server.changes.until(answer, SECONDS, f"answer to {name}")).text
    answered = server.clock.seconds() - begun
    shown = await server.changes.until(lambda: channel.typing[typed:] or None, SECONDS, f"sign of typing for {name}")
    return Given(shown[0] - begun, answered, text)


async def asked_at_once(server: DiscordServer, names: Sequence[str], number: int) -> list[Given]:
    """A round: half of the members by command, half by mention, the other way round in the next one."""
    ways = (by_command, by_mention)
    turns = range(number, number + len(names))
    return await asyncio.gather(
        *(
            ways[turn % 2](server, name, QUESTIONS[turn % len(QUESTIONS)])
            for turn, name in zip(turns, names, strict=True)
        )
    )


async def run(
    service: Service, folder: Path, state: Path, members: int, rounds: int
) -> tuple[list[Given], list[str], list[int]]:
    """What each got, what was warned of, and how the builds ended. Raises `TimeoutError` where an answer is missing."""
    names = [f"Member-{number}" for number in range(members)]
    async with DiscordServer() as server, started(server, service, state, discord_settings()) as bot:
        await bot.wait_until_ready()
        for name in names:
            server.channel(f"of-{name}")
        service.watch()
        async with warnings() as warned, building(folder, service.index) as codes:
            given = [one for number in range(rounds) for one in await asked_at_once(server, names, number)]
        assert server.refusals == []
        own = [one for channel in server.channels for one in channel.messages if one.author is server.bot]
        assert len(own) == len(given)  # none twice
        return given, warned, codes


def times(given: Sequence[Given]) -> str:
    """Median, 99th percentile and longest, in milliseconds."""
    rows = {}
    for what in ("acknowledged", "answered"):
        found = np.array([getattr(one, what) for one in given]) * 1000
        rows[what] = [f"{value:.0f} ms" for value in (np.median(found), np.percentile(found, 99), found.max())]
    return table(["", "median", "p99", "longest"], rows)


async def measured(folder: Path, members: int, rounds: int) -> None:
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(temporary) / "index"
        ran([*PULLQUOTE, "build", str(folder), "--index", str(index)], environment=ENVIRONMENT)
        opener = partial(archive_opener(settings), index)
        service = Service(index, opener, settings.answers, settings.service)
        try:
            given, warned, codes = await run(service, folder, Path(temporary) / "state", members, rounds)
        finally:
            await service.close()
    console.print(times(given), markup=False)
    console.print(
        f"{len(given)} questions answered; builds ended meanwhile: {len(codes)}, failed: {sum(map(bool, codes))}"
    )
    console.print("Warnings:", *(warned or ["none"]), markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=SAMPLE_ARCHIVE)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    asyncio.run(measured(given.folder, given.members, given.rounds))


if __name__ == "__main__":
    main()
