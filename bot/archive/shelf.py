"""What admins put into an archive and take out of it: files, addresses, sources, articles."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import discord
from discord import app_commands

from bot.archive.register import Keeping, fetching_for
from bot.notices import Notice
from bot.sending import UNREACHED
from config.settings import Settings
from index.added import FOLDER, Added, add_file
from index.articles import Remark
from index.bin import Bin, Removed
from index.collection import home_of
from index.disk import MEGABYTE
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
        """Keeps the articles that files hold; what could not be fetched or read is named. Raises `OSError`."""
        added, most = Added(), self.settings.archive.max_file_megabytes
        room = await asyncio.to_thread(self.room)
        for file in files:
            if file.size > room:
                limit = f"over the {self.settings.discord.guild_megabytes:g} MB that a server may add"
                added += Added(remarks=(Remark(file.filename, limit),))
                continue
            if file.size > most * MEGABYTE:
                added += Added(remarks=(Remark(file.filename, f"over the limit of {most:g} MB"),))
                continue
            try:
                data = await file.read()
            except UNREACHED:
                added += Added(remarks=(Remark(file.filename, "could not be fetched from Discord; send it again"),))
                continue
            room -= len(data)
            added += await asyncio.to_thread(add_file, home_of(self.keeping.index), file.filename, data, most)
        return added

    def room(self) -> float:
        """Bytes that may still be added; there is no limit for the shared archive."""
        if self.keeping.is_shared:
            return math.inf
        files = (home_of(self.keeping.index) / FOLDER).rglob("*")
        return self.settings.discord.guild_megabytes * MEGABYTE - sum(
            one.stat().st_size for one in files if one.is_file()
        )

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
