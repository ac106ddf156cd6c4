"""Those who keep a bot waiting: a gateway that hangs, and clients that are slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

import yarl
from discord_server import DiscordServer


class Line:
    """What lies between the bot and the gateway, until it hangs: then nothing is read and nothing said on it."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.ways: list[asyncio.Task[None]] = []
        self.ends: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self.listener = await asyncio.start_server(self.joined, "127.0.0.1", 0)
        self.port = self.listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.hang()
        self.listener.close()
        await dropped(*self.ends)

    async def joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gateway = yarl.URL(self.server.gateway_url)
        far_reader, far_writer = await asyncio.open_connection(gateway.host, gateway.port)
        self.ends += [writer, far_writer]
        self.ways += [asyncio.create_task(carry(*way)) for way in ((reader, far_writer), (far_reader, writer))]

    def hang(self) -> None:
        for way in self.ways:
            way.cancel()

    def preamble(self) -> str:
        """As the server's own, but that the gateway is reached over this line."""
        here = str(yarl.URL(self.server.gateway_url).with_port(self.port))
        return f"{self.server.preamble()}discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL({here!r})\n"


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


async def dropped(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def slow_clients(port: int) -> AsyncIterator[None]:
    """Two who watch the bot and are slow: one never ends its request, one never reads what it asked for, many times."""
    async with asyncio.timeout(20):
        while True:
            with suppress(OSError):
                asks, deaf = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
                break
            await asyncio.sleep(0.05)
    asks[1].write(b"GET /metrics HTTP/1.1\r\nHost: a\r\n")
    deaf[1].write(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 500)
    try:
        yield
    finally:
        await dropped(asks[1], deaf[1])
