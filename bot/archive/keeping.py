"""The archives that admins keep, and the builds of their indexes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.archive.builder import Builder
from bot.archive.register import Archives, Upkeep
from config.settings import DiscordSettings, FetchingSettings
from index import generations


@dataclass(frozen=True, slots=True)
class Keeping:
    """An archive that may be changed: of which guild (0: the shared one, where no guild keeps it), where its index is,
    and what builds it."""

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
        self.gate = asyncio.Semaphore()  # a model in memory for each build would be too much for a small machine

    def of(self, guild: int = 0) -> Keeping:
        guild = guild or self.settings.keeper
        if guild not in self.kept:
            assert self.archives.index is not None
            is_shared = guild == self.settings.keeper
            index = self.archives.index if is_shared else self.archives.index_of(guild)
            options = [*self.archives.upkeep.options, "--index", str(index)]
            builder = Builder(options if is_shared else [*options, *self.beside_shared(guild)], self.gate)
            self.kept[guild] = Keeping(guild, index, is_shared, builder)
        return self.kept[guild]

    def beside_shared(self, guild: int) -> list[str]:
        """An archive of a guild's own is made of the folder that the settings name for it, or of the shared archive's;
        what both have is not computed twice."""
        assert self.archives.index is not None
        folder = self.settings.guilds.get(str(guild)) or generations.last_folder(self.archives.index)
        return ["--beside", str(self.archives.index), *([str(Path(folder).expanduser())] if folder else [])]

    def all(self) -> list[Keeping]:
        """The shared archive, those that guilds have, and those that the settings give them; not of guilds that the bot
        is in no more."""
        guilds = {*self.archives.guilds(), *map(int, self.settings.guilds)}
        guilds -= {self.settings.keeper, *self.archives.left}
        return [self.of(), *(self.of(guild) for guild in sorted(guilds))]

    async def close(self) -> None:
        """Stops the builds that run; what they had not published is as it was before."""
        await asyncio.gather(*(keeping.builder.cancel() for keeping in self.kept.values()))


def fetching_for(keeping: Keeping, upkeep: Upkeep) -> FetchingSettings:
    """What may be fetched for an archive: private networks that the operator allows are for the shared one alone."""
    return upkeep.fetching if keeping.is_shared else upkeep.fetching.model_copy(update={"allow": ()})
