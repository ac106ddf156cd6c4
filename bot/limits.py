"""How often one member, and one server, may ask: checked before any work is done."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from config.settings import DiscordSettings

PRESSES = 6  # buttons that may be pressed for each question that may be asked: turning pages is little work


@dataclass(frozen=True, slots=True)
class TooOften:
    """Whose limit is used up, and when (seconds since 1970) there is room again."""

    is_of_server: bool
    again: int
    is_told: bool = False  # whether the member has been told so before


class Limits:
    """Counts in a window that moves: so many questions in any minute."""

    def __init__(self, settings: DiscordSettings) -> None:
        self.limiter = MovingWindowRateLimiter(MemoryStorage())
        self.of_user = RateLimitItemPerMinute(settings.user_questions_per_minute, namespace="user")
        presses = PRESSES * settings.user_questions_per_minute
        self.presses_of_user = RateLimitItemPerMinute(presses, namespace="presses")
        self.told: dict[int, int] = {}  # until when (seconds since 1970) a member knows that there is no room
        self.of_guild = RateLimitItemPerMinute(settings.guild_questions_per_minute, namespace="guild")

    async def taken(self, user: int, guild: int | None, *, is_press: bool = False) -> TooOften | None:
        """Takes the room for a question or a press of a button, or says why there is none: nothing is taken then."""
        if is_press:
            taken = await self.limiter.hit(self.presses_of_user, str(user))
            return None if taken else await self.too_often(self.presses_of_user, user, is_of_server=False)
        if guild is not None and not await self.limiter.test(self.of_guild, str(guild)):
            return self.told_to(user, await self.too_often(self.of_guild, guild, is_of_server=True))
        if not await self.limiter.hit(self.of_user, str(user)):
            return self.told_to(user, await self.too_often(self.of_user, user, is_of_server=False))
        if guild is not None:
            await self.limiter.hit(self.of_guild, str(guild))
        return None

    def told_to(self, user: int, limit: TooOften) -> TooOften:
        """Remembers that the member is told now."""
        now = int(time.time())
        self.told = {member: until for member, until in self.told.items() if until > now}
        is_told = user in self.told
        self.told.setdefault(user, limit.again)
        return replace(limit, is_told=is_told)

    async def too_often(self, limit: RateLimitItemPerMinute, of: int, *, is_of_server: bool) -> TooOften:
        stats = await self.limiter.get_window_stats(limit, str(of))
        return TooOften(is_of_server, max(int(stats.reset_time), int(time.time())) + 1)
