"""What admins put into an archive and take out of it: files, addresses, sources, articles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import discord
from discord import app_commands

from bot.archive.register import Keeping, fetching_for
from bot.notices import Notice
from bot.sending import UNREACHED
from config.settings import Settings
from index.added import Added, Room, add_file
from index.articles import Reason, Unreadable
from index.bin import Bin, Removed
from index.collection import home_of
from index.corpus import check_size
from index.errors import NoArticle
from index.keys import key_of
from index.sources import Source, Sources
from index.visits import add_address


def today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The sources and the bin of an archive that is kept."""

    keeping: Keeping
    settings: Settings

    @property
    def sources(self) -> Sources:
        return Sources(home_of(self.keeping.index))

    @property
    def bin(self) -> Bin:
        return Bin(home_of(self.keeping.index))

    async def add_files(self, files: Sequence[discord.Attachment]) -> Added:
        """Keeps the articles that files hold; what could not be fetched or read is named. Raises `OSError`, `Busy`."""
        added, home = Added(), home_of(self.keeping.index)
        async with self.keeping.adding:
            most = self.settings.discord.guild_megabytes
            room = None if self.keeping.is_shared else await asyncio.to_thread(Room, home, most)
            for file in files:
                try:
                    added += await self.add_file(home, file, room)
                except Unreadable as reason:
                    added += Added(remarks=(reason.of(file.filename),))
        return added

    async def add_file(self, home: Path, file: discord.Attachment, room: Room | None) -> Added:
        """Raises `Unreadable` for what is not even fetched."""
        most = self.settings.archive.max_file_megabytes
        check_size(file.size, most)
        if room:
            room.check(file.size)
        try:
            data = await file.read()
        except UNREACHED:
            raise Unreadable("could not be fetched from Discord; send it again", Reason.UNFETCHED) from None
        return await asyncio.to_thread(add_file, home, file.filename, data, most, room)

    async def add_address(self, address: str) -> Source:
        """Adds the feed or the page at an address. Raises `CannotFetch` and `BadSource`, and `Notice` where there are
        too many."""
        most = self.settings.discord.guild_sources
        if not self.keeping.is_shared and len(await asyncio.to_thread(self.sources.all)) >= most:
            raise Notice("shelf-too-many", most=str(most))
        source, _ = await add_address(self.sources, fetching_for(self.keeping, self.settings.fetching), address)
        return source


def restorable(shelf: Shelf, typed: str) -> list[app_commands.Choice[str]]:
    """Articles in the bin whose titles hold what is typed."""
    found = [one for one in shelf.bin.all() if not one.gone and typed.casefold() in one.title.casefold()]
    return [app_commands.Choice(name=one.title[:100] or "…", value=key_of(one.id).hex()) for one in found[:25]]


def restored(shelf: Shelf, typed: str) -> Removed:
    """Takes an article out of the bin, by id or title. Raises `NoArticle`."""
    for one in shelf.bin.all():
        if typed in (key_of(one.id).hex(), one.title):
            shelf.bin.restore(one.id)
            return one
    raise NoArticle("It is not in the bin.")
