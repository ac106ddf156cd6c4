"""Bots as processes of their own, each with shards of its own, and a Redis for them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bots import free_port
from discord_server import Channel, DiscordServer, User

# A bot that says at once that the archive does not say; its settings are given as JSON.
BOT = """
import asyncio, json, logging, sys
from pathlib import Path
from bot import limits
from bot.processes import members
from bot.archive.register import Archives
from bot.run import serve
from config.settings import Settings
from index.answers import Answer
from index.errors import PullquoteError

class Silent:
    span, is_reachable = None, True

    async def answer(self, question, asking):
        return Answer(question, (), (), 0.1, False, 0.0)

logging.basicConfig(level=logging.INFO)
limits.SECONDS_ALONE = members.SECONDS_BEFORE_ANOTHER_TRY = 1.0
members.SECONDS_TO_ANSWER = 1.5
token, folder, given = sys.argv[1:]
try:
    settings = Settings.load(**json.loads(given))
    asyncio.run(serve(Archives(Silent()), token, settings.discord, settings.operation, Path(folder)))
except PullquoteError as error:
    sys.exit(str(error))
"""


class Bot:
    """A process of the bot, where it is watched, and what it wrote to its log."""

    def __init__(self, process: Process, port: int, log: Path) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{port}"
        self.log_file = log

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal; the exit code."""
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def bot_process(
    server: DiscordServer, folder: Path, shards: int = 0, ids: tuple[int, ...] = (), **discord: object
) -> AsyncIterator[Bot]:
    """The bot in a process, which is killed if it is still there in the end."""
    port = free_port()
    given = {
        "discord": {"shards": shards, "shard_ids": ids, **discord},
        "operation": {"port": port - min(ids, default=0)},
    }
    log = folder / f"log-{port}"
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240  # nothing else runs yet
    with log.open("wb") as errors:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", server.preamble() + BOT, server.token, str(folder), json.dumps(given)),
            stdout=DEVNULL,
            stderr=errors,
        )
    try:
        yield Bot(child, port, log)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def ask(server: DiscordServer, channel: Channel, user: User, question: str = "Who?") -> str:
    """What a member is answered; a question may be put by a command or by a message."""
    used = await server.slash("ask", {"question": question}, user=user, channel=channel)
    return (await used.response(10)).text


class Redis:
    """A redis-server on loopback that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: Process | None = None

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder))
        self.process = await asyncio.create_subprocess_exec("redis-server", *options, stdout=PIPE, stderr=DEVNULL)
        assert self.process.stdout
        async with asyncio.timeout(20):
            while b"eady to accept connections" not in await self.process.stdout.readline():
                assert self.process.returncode is None

    async def kill(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.kill()
            await self.process.communicate()


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    if not shutil.which("redis-server"):
        pytest.skip("there is no redis-server on the PATH")
    running = Redis(tmp_path)
    await running.start()
    yield running
    await running.kill()


def environment(server: DiscordServer, index: Path, articles: Path, **more: str) -> dict[str, str]:
    """For `pullquote run` as a process."""
    return os.environ | {
        "DISCORD_TOKEN": server.token,
        "PULLQUOTE_INDEX__FOLDER": str(index),
        "PULLQUOTE_ARCHIVE__FOLDER": str(articles),
        "PULLQUOTE_READER__NAME": "none",
        **more,
    }
