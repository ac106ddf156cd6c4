"""One gateway session, and one websocket on which it may be heard."""

import asyncio
import importlib
import json
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from discord_rules import Json

from discord_server.records import Guild, new_id


@dataclass(eq=False)
class Session:
    """One gateway session, of a shard of so many: what was dispatched stays, to be replayed to a client that resumes;
    its first ``heard`` have reached the client, as its last heartbeat said."""

    intents: int
    shard: tuple[int, int] = (0, 1)
    id: str = field(default_factory=lambda: f"session-{new_id()}")
    dispatched: list[Json] = field(default_factory=list)
    heard: int = 0
    socket: "Socket | None" = None

    def hears(self, guild: Guild | None) -> bool:
        """Whether events of a guild are for this shard; those of direct messages (None) are for the first."""
        shard, count = self.shard
        return shard == (guild.shard(count) if guild else 0)


def _compressor(kind: str) -> Callable[[bytes], bytes]:
    """Compresses message after message in one stream; discord.py takes zstd where it finds it."""
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    try:
        standard: Any = importlib.import_module("compression.zstd").ZstdCompressor()
    except ModuleNotFoundError:
        package: Any = importlib.import_module("zstandard")
        other = package.ZstdCompressor().compressobj()
        return lambda data: bytes(other.compress(data) + other.flush(package.COMPRESSOBJ_FLUSH_BLOCK))
    return lambda data: bytes(standard.compress(data, mode=standard.FLUSH_BLOCK))


class Socket:
    """One websocket, compressed as the client asked; what is sent goes out in order, from a queue."""

    def __init__(self, response: web.WebSocketResponse, compression: str | None) -> None:
        self.response = response
        self.is_mute = False
        self._received: deque[float] = deque()
        self._compress = None if compression is None else _compressor(compression)
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, payload: Json) -> None:
        """Queues a payload; on a mute socket it is lost."""
        if not self.is_mute:
            self._queue.put_nowait(json.dumps(payload))

    def count_received(self, now: float) -> int:
        """Counts one more payload of the client and returns how many came in the last 60 seconds."""
        self._received.append(now)
        while self._received[0] <= now - 60:
            self._received.popleft()
        return len(self._received)

    async def close(self, code: int, reason: str = "") -> None:
        """Closes the connection; what is still queued is lost, as in a real drop."""
        self._writer.cancel()
        await self.response.close(code=code, message=reason.encode())

    async def _write(self) -> None:
        while True:
            text = await self._queue.get()
            try:
                await self._write_one(text)
            except ConnectionError:
                return  # The client is gone; it may resume and have the events replayed.

    async def _write_one(self, text: str) -> None:
        if self._compress is None:
            await self.response.send_str(text)
        else:
            await self.response.send_bytes(self._compress(text.encode()))
