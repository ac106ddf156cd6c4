"""How often one member, and one server, may ask: checked before any work is done."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from dataclasses import dataclass, replace

from limits import RateLimitItemPerMinute, WindowStats
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from bot.processes.windows import SECONDS_TO_COUNT, Window
from config.settings import DiscordSettings

log = logging.getLogger(__name__)

PRESSES = 6  # buttons that may be pressed for each question that may be asked: turning pages is little work
SECONDS_ALONE = 5.0  # before another try to count with the other processes; each try keeps a member waiting


@dataclass(frozen=True, slots=True)
class TooOften:
    """Whose limit is used up, and when (seconds since 1970) there is room again."""

    is_of_server: bool
    again: int
    is_told: bool = False  # whether the member has been told so before


class Limits:
    """Counts in a window that moves: so many questions in any minute.

    What a server asks comes to one process, which counts it. Members ask in several servers: they are counted in the
    window that the processes share, where there is one; where that does not answer, by this process alone.
    """

    def __init__(self, settings: DiscordSettings) -> None:
        self.own = MovingWindowRateLimiter(MemoryStorage())
        self.shared: Window | None = None
        self.alone = 0  # what was counted without the others although it should have been with them
        self.is_alone = False
        self.again = 0.0  # when (monotonic seconds) the others are tried again
        self.of_user = RateLimitItemPerMinute(settings.user_questions_per_minute, namespace="user")
        presses = PRESSES * settings.user_questions_per_minute
        self.presses_of_user = RateLimitItemPerMinute(presses, namespace="presses")
        self.told: dict[int, int] = {}  # until when (seconds since 1970) a member knows that there is no room
        self.of_guild = RateLimitItemPerMinute(settings.guild_questions_per_minute, namespace="guild")

    async def taken(self, user: int, guild: int | None, *, is_press: bool = False) -> TooOften | None:
        """Takes the room for a question or a press of a button, or says why there is none: nothing is taken then."""
        if is_press:
            return await self.taken_of_member(self.presses_of_user, user)
        if guild is not None and not await self.own.test(self.of_guild, str(guild)):
            stats = await self.own.get_window_stats(self.of_guild, str(guild))
            return self.told_to(user, too_often(stats, is_of_server=True))
        if limit := await self.taken_of_member(self.of_user, user):
            return self.told_to(user, limit)
        if guild is not None:
            await self.own.hit(self.of_guild, str(guild))
        return None

    async def taken_of_member(self, limit: RateLimitItemPerMinute, user: int) -> TooOften | None:
        if self.shared is None:
            return await taken_in(self.own, limit, user)
        if time.monotonic() >= self.again:
            try:
                async with asyncio.timeout(SECONDS_TO_COUNT):
                    taken = await taken_in(self.shared, limit, user)
            except (StorageError, sqlite3.Error, OSError) as error:  # `TimeoutError` is one of the system's
                self.lost(error)
            else:
                self.found()
                return taken
        self.alone += 1
        return await taken_in(self.own, limit, user)

    def lost(self, error: Exception) -> None:
        self.again = time.monotonic() + SECONDS_ALONE
        if not self.is_alone:
            self.is_alone = True
            cause = error.__cause__ or error
            log.warning("%s: members are counted by this process alone for now", type(cause).__name__)

    def found(self) -> None:
        if self.is_alone:
            self.is_alone = False
            log.info("members are counted with the other processes again")

    def told_to(self, user: int, limit: TooOften) -> TooOften:
        """Remembers that the member is told now."""
        now = int(time.time())
        self.told = {member: until for member, until in self.told.items() if until > now}
        is_told = user in self.told
        self.told.setdefault(user, limit.again)
        return replace(limit, is_told=is_told)


async def taken_in(window: Window, limit: RateLimitItemPerMinute, user: int) -> TooOften | None:
    if await window.hit(limit, str(user)):
        return None
    return too_often(await window.get_window_stats(limit, str(user)), is_of_server=False)


def too_often(stats: WindowStats, *, is_of_server: bool) -> TooOften:
    return TooOften(is_of_server, max(int(stats.reset_time), int(time.time())) + 1)
