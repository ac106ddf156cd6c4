"""Which archive a guild is answered from: its own, where it has one, else the one that all share.

Each archive is an index of its own, in files of its own. What one guild adds is in no other's, so that no search,
suggestion, count, button or reference can reach it from there.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.desk import Answers
from bot.service import Service
from config.settings import FetchingSettings, Settings
from index.errors import PullquoteError
from index.generations import GUILDS, current_name
from index.lock import sole_builder

log = logging.getLogger(__name__)

SNOWFLAKE = re.compile(r"[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How archives are kept: the share of one that a build may remove without being told to, what may be handed in and
    fetched, when it is built again, how much a server may add to its own, and options of `pullquote build` that say
    which settings it uses."""

    most_removed: float
    max_file_megabytes: float
    fetching: FetchingSettings
    reindex_minutes: float
    watch_folder: bool
    guild_megabytes: float
    guild_sources: int
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, options: Sequence[str] = ()) -> Upkeep:
        own = settings.archive
        return cls(
            own.max_removed_share,
            own.max_file_megabytes,
            settings.fetching,
            own.reindex_minutes,
            own.watch_folder,
            settings.discord.guild_megabytes,
            settings.discord.guild_sources,
            tuple(options),
        )


class Archives:
    """The shared archive, whose index is in the folder `index`, and by guild (snowflake) the own ones that are open.

    `open_own` opens the archive of an index, and raises `PullquoteError`; without it nobody has one of their own.
    """

    def __init__(
        self,
        shared: Answers,
        index: Path | None = None,
        open_own: Callable[[Path], Service] | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        self.shared = shared
        self.index = index
        self.open_own = open_own
        self.upkeep = upkeep or Upkeep.of(Settings.load())
        self.own: dict[int, Service] = {}
        self.left: set[int] = set()  # guilds that the bot is in no more

    def of(self, guild: int | None) -> Answers:
        """What answers in a guild; None: in direct messages, and where the bot is no member."""
        return self.own.get(guild, self.shared) if guild is not None else self.shared

    def index_of(self, guild: int) -> Path:
        """Where a guild's own archive is kept, or would be."""
        assert self.index is not None
        return self.index / GUILDS / str(guild)

    def guilds(self) -> list[int]:
        """Those for which something is kept on disk."""
        folder = self.index / GUILDS if self.index else None
        if folder is None or not folder.is_dir():
            return []
        return sorted(int(path.name) for path in folder.iterdir() if SNOWFLAKE.fullmatch(path.name))

    async def take_up(self, guild: int) -> bool:
        """Answers a guild from its own archive from now on, if one was built; whether it does."""
        if guild in self.own:
            return True
        if self.index is None or self.open_own is None or guild in self.left or guild not in self.guilds():
            return False
        index = self.index_of(guild)
        try:
            if current_name(index) is None:
                return False
            service = await asyncio.to_thread(self.open_own, index)
        except PullquoteError as error:
            log.error("a server's own archive is not used: %s", error)
            return False
        except Exception as error:  # nor may one server's archive keep the bot from the others
            log.error("a server's own archive is not used: %s", type(error).__name__)
            return False
        if guild in self.own or guild in self.left:  # taken up twice at once, or left meanwhile
            await service.close()
        else:
            self.own[guild] = service
            service.watch()
        return guild in self.own

    async def leave(self, guild: int) -> None:
        """The bot is in a guild no more: its archive is neither answered from nor built; what is on disk stays."""
        self.left.add(guild)
        await self.drop(guild)

    async def come_back(self, guild: int) -> None:
        self.left.discard(guild)
        await self.take_up(guild)

    async def drop(self, guild: int) -> None:
        """Answers a guild from the shared archive from now on; what is kept on disk stays."""
        if service := self.own.pop(guild, None):
            await service.close()

    async def forget(self, guild: int) -> None:
        """Deletes a guild's own archive. Raises `OSError` where it cannot, and `Busy` where it is being built."""
        await self.drop(guild)
        if guild in self.guilds():
            await asyncio.to_thread(deleted, self.index_of(guild))

    async def close(self) -> None:
        for guild in list(self.own):
            await self.drop(guild)


def deleted(index: Path) -> None:
    with sole_builder(index):
        shutil.rmtree(index)
