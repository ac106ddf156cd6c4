"""The driver of the stand-in: the server itself, started and awaited by a test."""

# ruff: noqa: ASYNC109 - a test gives the time limit with the call that waits

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import discord
import yarl
from aiohttp import web
from discord_rules import Json

from discord_server.actions import UserActions
from discord_server.faults import Faults
from discord_server.moderation import Moderation
from discord_server.records import Channel, Message
from discord_server.rest import RestApi


class DiscordServer(UserActions, Moderation, Faults):
    """Discord for one bot and one test: what exists on it, and what its users do.

    ``refusals`` lists the requests refused (failures asked for with :meth:`fail_next` are not among them),
    ``requests`` every request, ``command_writes`` each write of commands. ``seconds_to_acknowledge`` and
    ``seconds_of_a_token`` may be shortened; ``enabled_intents`` holds the privileged intents enabled for the
    application (none at first).
    """

    def __init__(self, token: str = "MTAwMDAwMDAwMDAwMDAwMDAw.stand-in.token") -> None:
        super().__init__(token)
        self._rest = RestApi(self)
        self._heard: dict[int, int] = {}

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._rest.application(), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._address = f"{host}:{port}"
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.gateway.drop(code=1001, resumable=False)
        await self._runner.cleanup()

    @contextmanager
    def serving_this_process(self) -> Iterator[None]:
        """Points the discord.py of this process here, and back to Discord afterwards."""
        route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
        before = route.BASE, socket.DEFAULT_GATEWAY
        route.BASE, socket.DEFAULT_GATEWAY = self.api_url, yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            route.BASE, socket.DEFAULT_GATEWAY = before

    def preamble(self) -> str:
        """Python source that points the discord.py of another process here, run before the bot starts."""
        return (
            "import discord, yarl\n"
            f"discord.http.Route.BASE = {self.api_url!r}\n"
            f"discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL({self.gateway_url!r})\n"
        )

    async def ready(self, timeout: float = 10, *, shards: int = 1) -> None:
        """Waits until the bot, or so many shards of it, are connected to the gateway."""

        def connected() -> bool | None:
            return len({session.shard for session in self.gateway.connected}) >= shards or None

        await self.changes.until(connected, timeout, "bot on the gateway")

    async def heard(self, timeout: float = 10) -> None:
        """Waits until the bot has taken every event that was dispatched until now."""
        await self.ready(timeout)
        wanted = {session: len(session.dispatched) for session in self.gateway.connected}
        self.gateway.ask_for_heartbeats()
        await self.changes.until(
            lambda: all(one.heard >= number for one, number in wanted.items() if one.socket) or None,
            timeout,
            "heartbeat of the bot with the number of the last event",
        )

    async def commands_synced(self, timeout: float = 10) -> list[Json]:
        """Waits until the bot has commands, and returns them."""

        def commands() -> list[Json] | None:
            return [command for scope in self.commands.values() for command in scope] or None

        return await self.changes.until(commands, timeout, "command of the bot")

    async def next_message(self, channel: Channel, timeout: float = 10) -> Message:
        """The bot's next message in a channel, in order, none twice, answers to interactions left out."""
        message = await self.changes.until(
            lambda: self._unheard(channel), timeout, f"message of the bot in {channel.name!r}"
        )
        self._heard[channel.id] = message.id
        return message

    async def is_silent(self, channel: Channel, seconds: float = 0.5) -> bool:
        """Whether the bot says nothing in a channel for that long, beyond what :meth:`next_message` gave."""
        await asyncio.sleep(seconds)
        return self._unheard(channel) is None

    def _unheard(self, channel: Channel) -> Message | None:
        for message in channel.messages:
            is_own_word = message.author is self.bot and message.interaction is None
            if is_own_word and message.id > self._heard.get(channel.id, 0):
                return message
        return None

    async def next_edit(self, message: Message, timeout: float = 10) -> Message:
        """Waits until a message has been edited once more than now."""
        edits = message.edits
        return await self.changes.until(
            lambda: message if message.edits > edits else None, timeout, f"edit of {message.text!r}"
        )
