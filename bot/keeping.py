"""The archive that the admins of a guild keep, and the builds of its index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.archives import Archives
from bot.builder import Builder
from config.settings import DiscordSettings
from index import generations


@dataclass(frozen=True, slots=True)
class Keeping:
    """An archive that admins may change: where its index is, whether all servers share it, and what builds it."""

    guild: int
    index: Path
    is_shared: bool
    builder: Builder


class Keepings:
    """What the admins of each guild keep: that named in the settings the shared archive, every other one its own."""

    def __init__(self, archives: Archives, settings: DiscordSettings) -> None:
        self.archives = archives
        self.settings = settings
        self.kept: dict[int, Keeping] = {}

    def of(self, guild: int) -> Keeping:
        if guild not in self.kept:
            is_shared = guild == self.settings.keeper
            index = self.archives.index if is_shared else self.archives.index_of(guild)
            assert index is not None
            self.kept[guild] = Keeping(guild, index, is_shared, Builder(self.options_for(guild, index)))
        return self.kept[guild]

    def options_for(self, guild: int, index: Path) -> list[str]:
        options = [*self.archives.upkeep.options, "--index", str(index)]
        if guild == self.settings.keeper:
            return options
        assert self.archives.index is not None
        folder = self.settings.guilds.get(str(guild)) or generations.last_folder(self.archives.index)
        return [*options, "--beside", str(self.archives.index), *([str(folder)] if folder else [])]

    async def close(self) -> None:
        """Stops the builds that run; what they had not published is as it was before."""
        for keeping in self.kept.values():
            await keeping.builder.cancel()
