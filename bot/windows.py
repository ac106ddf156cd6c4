"""How often something was done in the last minute, counted for all processes of the bot: in a file of the machine, or
in Redis."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import aiosqlite
from limits import RateLimitItem, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from index.errors import BadSettings
from index.layout import LIMITS

if TYPE_CHECKING:
    from redis.asyncio import Redis

SECONDS_TO_COUNT = 0.4  # after which a process counts by itself: a member waits for it
SECONDS_BETWEEN_CLEANINGS = 60.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS hits_of_key ON hits (key, at);
"""
HIT = """
INSERT INTO hits SELECT ?1, ?2 WHERE (SELECT count(*) FROM hits WHERE key = ?1 AND at > ?2 - ?3) < ?4
"""
WINDOW = "SELECT count(*), min(at) FROM (SELECT at FROM hits WHERE key = ? AND at > ? ORDER BY at DESC LIMIT ?)"


class Window(Protocol):
    """A window that moves, as `limits` has them."""

    async def hit(self, item: RateLimitItem, /, *identifiers: str) -> bool:
        """Takes room, where there is some; whether there was."""

    async def get_window_stats(self, item: RateLimitItem, /, *identifiers: str) -> WindowStats:
        """When there is room again, and how much there is now."""


class FileWindow:
    """Counts in a file that the processes of one machine share. It holds ids until somebody asks a
    minute later, or the next start."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self.database = database
        self.cleaned = 0.0

    @classmethod
    async def open(cls, folder: Path, *, anew: bool) -> FileWindow:
        """`anew`: no other process uses the file, so that what an earlier one left there is deleted, damaged or not.

        Raises `sqlite3.Error` and `OSError`.
        """
        file = folder / LIMITS
        for suffix in ("", "-wal", "-shm") if anew else ():
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        database = await aiosqlite.connect(file, timeout=SECONDS_TO_COUNT, isolation_level=None)
        try:
            await database.execute("PRAGMA journal_mode = WAL")
            await database.execute("PRAGMA synchronous = OFF")  # after a crash of the machine everybody may ask again
            await database.executescript(SCHEMA)
        except BaseException:
            await database.close()
            raise
        return cls(database)

    async def hit(self, item: RateLimitItem, /, *identifiers: str) -> bool:
        """One statement, which SQLite carries out for one process after the other. Raises `sqlite3.Error`."""
        now, seconds = time.time(), item.get_expiry()
        if now - self.cleaned > SECONDS_BETWEEN_CLEANINGS:
            self.cleaned = now
            await self.database.execute("DELETE FROM hits WHERE at < ?", (now - seconds,))
        done = await self.database.execute(HIT, (item.key_for(*identifiers), now, seconds, item.amount))
        return done.rowcount == 1

    async def get_window_stats(self, item: RateLimitItem, /, *identifiers: str) -> WindowStats:
        """Raises `sqlite3.Error`."""
        now, seconds = time.time(), item.get_expiry()
        values = (item.key_for(*identifiers), now - seconds, item.amount)
        ((count, oldest),) = await self.database.execute_fetchall(WINDOW, values)
        return WindowStats((oldest or now) + seconds, item.amount - count)

    async def close(self) -> None:
        await self.database.close()


def window_in(redis: Redis, prefix: str) -> Window:
    """Counts in Redis, for processes of any machine. `prefix` keeps one application's counts from another's. What goes
    wrong is raised as `limits.errors.StorageError`."""
    storage = RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix=prefix,
        connection_pool=redis.connection_pool,  # type: ignore[arg-type]  # documented, but not in its type
    )
    return MovingWindowRateLimiter(storage)


def redis_at(address: str) -> Redis:
    """A client that connects when it is first used. Raises `BadSettings`."""
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
    except ImportError:
        raise BadSettings("discord.redis needs a package: pip install 'pullquote[redis]'.") from None
    try:
        return Redis.from_url(
            address,
            decode_responses=True,
            socket_timeout=SECONDS_TO_COUNT,
            socket_connect_timeout=SECONDS_TO_COUNT,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 1),  # of a connection that Redis closed meanwhile
        )
    except ValueError:  # whose text may hold a part of the password
        raise BadSettings(
            'discord.redis is no address of a Redis; write it as in "redis://:password@host:6379/0", with what is no '
            "letter or digit in the password as %2F is for a slash."
        ) from None
