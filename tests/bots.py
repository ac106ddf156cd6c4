"""What tests of the bot share: its sentences, its settings, and services that answer as in a table."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from discord_server import DiscordServer

from bot.client import PullquoteBot
from bot.desk import Answers
from bot.language import language
from config.settings import DiscordSettings, OperationSettings, Settings
from index.answers import Answer, Asking

ENGLISH = language("en")


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
    server: DiscordServer, service: Answers, state: Path, settings: DiscordSettings | None = None
) -> AsyncIterator[PullquoteBot]:
    """The bot, connected to the server and with its commands written."""
    with server.serving_this_process():
        async with PullquoteBot(service, settings or discord_settings(), state) as bot:
            connection = asyncio.create_task(bot.start(server.token))
            await server.ready()
            yield bot
        await connection
