"""What tests of failures share: the bot with a service that can be held, what it sent, and what it has to say of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from bots import Held, is_silent, settled, started
from discord_server import Channel, DiscordServer, Interaction, Message
from test_bot import QUESTION, RIVER, answered, mention

from bot.client import PullquoteBot
from index.answers import Answer

NEXT = "And who paid for it?"
MESSAGES = "/channels/*/messages"
CALLBACK = "/interactions/*/callback"
ANSWER = "/webhooks/*/messages/@original"
AN_HOUR = 3600.0


@pytest.fixture
def service() -> Held:
    """Answers at once, until a test holds it."""
    held = Held({QUESTION: answered(RIVER), NEXT: Answer(NEXT, (RIVER,), (), 0.9, True, 0.01)})
    held.let_go.set()
    return held


@pytest.fixture
def server() -> DiscordServer:
    return DiscordServer()


@pytest.fixture
async def bot(server: DiscordServer, service: Held, tmp_path: Path) -> AsyncIterator[PullquoteBot]:
    async with server, started(server, service, tmp_path) as bot:
        yield bot


@pytest.fixture
async def general(server: DiscordServer, bot: PullquoteBot) -> Channel:
    await server.heard()
    assert bot.guilds
    return server.channel("general")


async def asked_by_command(server: DiscordServer, channel: Channel | None = None, **options: Any) -> Interaction:
    return await server.slash("ask", {"question": QUESTION, **options}, channel=channel)


async def answer_in(server: DiscordServer, channel: Channel, seconds: float = 10) -> str:
    """The one answer that comes, after which it is silent."""
    message = await server.next_message(channel, seconds)
    assert await is_silent(server, channel)
    return message.text


def tries(server: DiscordServer, method: str = "POST", end: str = "/messages") -> list[int]:
    """The status of every request of this kind."""
    return [one.status for one in server.requests if one.method == method and one.path.endswith(end)]


async def until(is_so: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.02)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bot itself has to say of what went wrong."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("bot.") and record.levelno >= logging.WARNING
    ]


def has_line(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    return any(text in line for line in lines(caplog))


def hold(service: Held) -> None:
    service.let_go.clear()


async def held(bot: PullquoteBot) -> None:
    """Waits until a question is being answered."""
    await until(lambda: bot.desk._waiting)
    await asyncio.sleep(0.05)


async def edited(server: DiscordServer, general: Channel) -> Message:
    """An answer to a question that has just been edited."""
    asked = await mention(server, general)
    answer = await server.next_message(general)
    await settled(server)
    await server.edit(asked, f"{server.bot.mention} {NEXT}")
    return answer
