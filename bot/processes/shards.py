"""Which of Discord's shards this process serves: a server's id says of which it is, direct messages are of shard 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.settings import DiscordSettings


@dataclass(frozen=True, slots=True)
class Shards:
    """Of `count` shards those of the numbers `ids`, or all where there are none. A count of 0 is one connection without
    shards, None one as large as Discord recommends."""

    count: int | None = 0
    ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, settings: DiscordSettings) -> Shards:
        return cls(None if settings.shards == "auto" else settings.shards, settings.shard_ids)

    @property
    def has_first(self) -> bool:
        """Whether direct messages come to this process, and it writes the commands."""
        return not self.ids or 0 in self.ids

    @property
    def least(self) -> int:
        """The lowest number of those served, which no other process has."""
        return min(self.ids, default=0)

    def serve(self, guild: int) -> bool:
        """Whether this process hears of a guild (snowflake), so that what is kept of it is for this process to keep."""
        return not self.ids or self.count is None or (guild >> 22) % self.count in self.ids

    def numbers(self) -> set[int]:
        """All that are served; where their number is Discord's to say, the first stands for them."""
        return set(self.ids or range(self.count or 1))

    def options(self) -> dict[str, Any]:
        """For discord.py."""
        if self.count == 0:
            return {}
        return {"shard_count": self.count, "shard_ids": list(self.ids) or None}

    def __str__(self) -> str:
        if self.ids:
            return f"shards {', '.join(map(str, self.ids))} of {self.count}"
        return "all servers"
