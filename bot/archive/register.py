"""Which archive each guild has: the one that all share, or one of its own; where its index is, what answers from it and
what builds it.

Each archive is an index of its own, in files of its own. What one guild adds is in no other's, so that no search,
suggestion, count, button or reference can reach it from there.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.archive.builder import Builder, Workshop
from bot.desk import Answers
from bot.service import Service
from config.settings import FetchingSettings, Settings
from index.errors import PullquoteError
from index.generations import current_name
from index.layout import GUILDS
from index.lock import sole_builder

log = logging.getLogger(__name__)

SNOWFLAKE = re.compile(r"[1-9][0-9]{0,19}")


@dataclass(slots=True, eq=False)
class Keeping:
    """An archive that may be changed: by the admins of which guild (0: the shared one, where no guild keeps it), where
    its index is, what builds it; of a guild's own what answers from it, once there is something to answer from."""

    guild: int
    index: Path
    is_shared: bool
    builder: Builder
    service: Service | None = None
    exporting: asyncio.Lock = field(default_factory=asyncio.Lock)
    adding: asyncio.Lock = field(default_factory=asyncio.Lock)  # two at once would both take the room that is left
    watching: asyncio.Task[None] | None = None  # of its folder, by the schedule


class Archives:
    """The shared archive, whose index is in the folder `index`, and those that guilds (snowflakes) have of their own,
    of which admins keep: those of the guild named in the settings the shared one, all others their own.

    `open_own` opens the archive of an index, and raises `PullquoteError`; without it nobody has one of their own.
    `options` are those of `pullquote build` by which builds use the same settings.
    """

    def __init__(
        self,
        shared: Answers,
        index: Path | None = None,
        open_own: Callable[[Path], Service] | None = None,
        settings: Settings | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.shared = shared
        self.index = index
        self.open_own = open_own
        self.settings = settings or Settings.load()
        self.options = tuple(options)
        self.keepings: dict[int, Keeping] = {}
        self.left: set[int] = set()  # guilds that the bot is in no more
        silent = self.settings.archive.build_silent_minutes * 60
        self.workshop = Workshop(silent or None)
        self.exporting = asyncio.Semaphore()

    def of(self, guild: int | None) -> Answers:
        """What answers in a guild; None: in direct messages, and where the bot is no member."""
        keeping = self.keepings.get(guild or 0)
        return (keeping and keeping.service) or self.shared

    def has_own(self, guild: int) -> bool:
        """Whether a guild is answered from an archive of its own."""
        keeping = self.keepings.get(guild)
        return keeping is not None and keeping.service is not None

    def kept_by(self, guild: int = 0) -> Keeping:
        """The archive that the admins of a guild keep; without a guild, the shared one."""
        keeper = self.settings.discord.keeper
        guild = guild or keeper
        if guild not in self.keepings:
            assert self.index is not None
            is_shared = guild == keeper
            index = self.index if is_shared else self.index_of(guild)
            options = [*self.options, "--index", str(index)]
            builder = Builder(options if is_shared else [*options, *self.made_of(guild)], self.workshop)
            self.keepings[guild] = Keeping(guild, index, is_shared, builder)
        return self.keepings[guild]

    def made_of(self, guild: int) -> list[str]:
        """An archive of a guild's own is made of the folder that the settings name for it, or of the shared archive as
        it is at each build; what both have is not computed twice."""
        folder = self.settings.discord.guilds.get(str(guild))
        return ["--beside", str(self.index), str(Path(folder).expanduser() if folder else self.index)]

    def index_of(self, guild: int) -> Path:
        """Where a guild's own archive is kept, or would be."""
        assert self.index is not None
        return self.index / GUILDS / str(guild)

    def index_for(self, guild: int) -> Path:
        """The index that a guild is answered from."""
        assert self.index is not None
        return self.index_of(guild) if self.has_own(guild) else self.index

    def guilds(self) -> list[int]:
        """Those for which something is kept on disk."""
        folder = self.index / GUILDS if self.index else None
        if folder is None or not folder.is_dir():
            return []
        return sorted(int(path.name) for path in folder.iterdir() if SNOWFLAKE.fullmatch(path.name))

    def all(self) -> list[Keeping]:
        """The shared archive, those that guilds have, and those that the settings give them; not of guilds that the bot
        is in no more."""
        guilds = {*self.guilds(), *map(int, self.settings.discord.guilds)}
        guilds -= {self.settings.discord.keeper, *self.left}
        return [self.kept_by(), *(self.kept_by(guild) for guild in sorted(guilds))]

    async def take_up(self, guild: int) -> bool:
        """Answers a guild from its own archive from now on, if one was built; whether it does."""
        if self.has_own(guild):
            return True
        if self.index is None or self.open_own is None or guild not in self.guilds():
            return False
        if guild in self.left or guild == self.settings.discord.keeper:
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
        if self.has_own(guild) or guild in self.left:  # taken up twice at once, or left meanwhile
            await service.close()
        else:
            self.kept_by(guild).service = service
            service.watch()
        return self.has_own(guild)

    async def leave(self, guild: int) -> None:
        """The bot is in a guild no more: its archive is neither answered from nor built; what is on disk stays."""
        self.left.add(guild)
        if guild != self.settings.discord.keeper:  # the shared archive is kept without it
            await self.drop(guild)

    async def come_back(self, guild: int) -> None:
        self.left.discard(guild)
        await self.take_up(guild)

    async def drop(self, guild: int) -> None:
        """Stops the build of what a guild keeps, and answers it from the shared archive; what is on disk stays."""
        if keeping := self.keepings.pop(guild, None):
            if keeping.watching:
                keeping.watching.cancel()
            await keeping.builder.close()
            if keeping.service:
                await keeping.service.close()

    async def forget(self, guild: int) -> None:
        """Deletes a guild's own archive. Raises `OSError` where it cannot, and `Busy` where it is being built."""
        await self.drop(guild)
        if guild in self.guilds():
            await asyncio.to_thread(deleted, self.index_of(guild))

    async def stop_builds(self) -> None:
        """What the builds that run had not published is as it was before."""
        await asyncio.gather(*(keeping.builder.close() for keeping in self.keepings.values()))

    async def close(self) -> None:
        for guild in list(self.keepings):
            await self.drop(guild)


def deleted(index: Path) -> None:
    with sole_builder(index):
        shutil.rmtree(index)


def fetching_for(keeping: Keeping, settings: FetchingSettings) -> FetchingSettings:
    """What may be fetched for an archive: private networks that the operator allows are for the shared one alone."""
    return settings if keeping.is_shared else settings.model_copy(update={"allow": ()})
