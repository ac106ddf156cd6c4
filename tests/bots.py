"""What tests of the bot share: its sentences, its settings, and services that answer as in a table."""

from __future__ import annotations

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import discord
from discord_server import Channel, DiscordServer

import bot
from bot.archive.register import Archives
from bot.client import PullquoteBot, bot_for
from bot.desk import Answers
from bot.language import language
from config.settings import DiscordSettings, OperationSettings, Settings
from index.answers import Answer, Asking

ENGLISH = language("en")
CODE_OF_THE_BOT = tuple(str(Path(package.__file__ or "").parent) for package in (bot, discord))
LASTING = (
    *("Client.start", "Guilds.keep_house", "Schedule.now_and_then", "Schedule.watch", "Service.follow"),
    "ConnectionState._delay_ready",  # waits for further servers
)


def discord_settings(**changed: Any) -> DiscordSettings:
    """The defaults, but for limits that no test meets by chance."""
    generous = {"user_questions_per_minute": 1000, "guild_questions_per_minute": 1000}
    return Settings.load().discord.model_copy(update=generous | changed)


def operation_settings(**changed: Any) -> OperationSettings:
    """The defaults, but that nobody can watch: the port may be taken by a bot of this machine."""
    return Settings.load().operation.model_copy(update={"port": 0} | changed)


def free_port() -> int:
    """A port of this machine that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Table:
    """Answers as in a table: an answer, or an error to raise. It has no archive to do other work with."""

    span: tuple[date, date] | None = None
    is_reachable = True

    def __init__(self, answers: Mapping[str, Answer | Exception]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.askings: list[Asking] = []

    async def answer(self, question: str, asking: Asking) -> Answer:
        self.asked.append(question)
        self.askings.append(asking)
        found = self.answers[question]
        if isinstance(found, Exception):
            raise found
        return found

    async def run(self, work: Callable[..., Any]) -> Any:
        raise LookupError(f"a table has no archive for {work}")

    async def glance(self, work: Callable[..., Any]) -> Any:
        return await self.run(work)


class Held(Table):
    """A table that keeps every answer back until it is let go."""

    def __init__(self, answers: Mapping[str, Answer | Exception]) -> None:
        super().__init__(answers)
        self.let_go = asyncio.Event()

    async def answer(self, question: str, asking: Asking) -> Answer:
        await self.let_go.wait()
        return await super().answer(question, asking)


@asynccontextmanager
async def started(
    server: DiscordServer,
    service: Answers | Archives,
    state: Path,
    settings: DiscordSettings | None = None,
) -> AsyncIterator[PullquoteBot]:
    """The bot, connected to the server and with its commands written."""
    archives = service if isinstance(service, Archives) else Archives(service)
    with server.serving_this_process():
        async with bot_for(archives, settings or discord_settings(), state) as bot:
            connection = asyncio.create_task(bot.start(server.token))
            await server.ready()
            yield bot
        await connection


async def settled(server: DiscordServer, seconds: float = 10) -> None:
    """Waits until nothing is under way: the bot, which runs in this process, has taken every event, and it has no task
    left but those that last as long as it runs."""
    async with asyncio.timeout(seconds):
        is_idle = False
        while not is_idle:
            while tasks_of_the_bot():  # noqa: ASYNC110  # of what tells nobody
                await asyncio.sleep(0.005)
            await server.heard(seconds)
            is_idle = not tasks_of_the_bot()


def tasks_of_the_bot() -> list[str]:
    """What its tasks of this moment do, by the names of their functions."""
    coroutines = [task.get_coro() for task in asyncio.all_tasks()]
    return [
        one.__qualname__
        for one in coroutines
        if inspect.iscoroutine(one)
        and one.cr_code.co_filename.startswith(CODE_OF_THE_BOT)
        and one.__qualname__ not in LASTING
    ]


async def is_silent(server: DiscordServer, channel: Channel) -> bool:
    """Whether the bot, once nothing is under way, has said nothing more in a channel."""
    await settled(server)
    return await server.is_silent(channel, 0)
