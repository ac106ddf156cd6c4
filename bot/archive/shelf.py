"""What admins put into an archive and take out of it: files, addresses, sources, articles."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

from bot.archive.register import Keeping, fetching_for
from bot.archive.reindex import RED, keeping_for, show_build
from bot.controls import button
from bot.escaping import escape
from bot.language import Language, language_of
from bot.messages import Sheet, details, title
from bot.notices import Notice, said
from bot.permissions import may_keep
from bot.pressed import Pressed, Pressing, bot_of
from bot.reading import PAGE
from bot.searching import KEY, chosen_article
from bot.sending import UNREACHED, acknowledge, respond
from bot.translation import Callback
from config.settings import Settings
from index.added import FOLDER, Added, add_file
from index.articles import Article, Remark
from index.bin import Bin, Removed
from index.collection import home_of
from index.disk import MEGABYTE
from index.errors import BadSource, CannotFetch, NoArticle
from index.formats import FORMATS
from index.keys import key_of
from index.sources import Source, Sources
from index.visits import add_address

if TYPE_CHECKING:
    from bot.archive.command import ArchiveCommands

NAMED = 10  # articles or files that a message names
MOST_SOURCES = 30  # that it lists; `pullquote sources` lists them all

log = logging.getLogger(__name__)

View = ui.LayoutView
Interaction = discord.Interaction[Any]


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


def added_message(added: Added | None, language: Language, about_address: str = "") -> View:
    """What was handed in, by title, and what could not be read and why; and what came of an address."""
    sheet = Sheet()
    if added:
        sheet.write(f"### {language.say('shelf-added', articles=len(added.articles))}")
        lines = [f"- {title(article, language)}" for article in added.articles[:NAMED]]
        lines += ["- …"] if len(added.articles) > NAMED else []
        if lines:
            sheet.write("\n".join(lines))
        for remark in [one for one in added.remarks if not one.kept][:NAMED]:
            sheet.write(f"-# {escape(f'{remark.path}: {remark.reason}')}")
    if about_address:
        sheet.write(about_address)
    return sheet.view(PAGE)


def about_source(source: Source, language: Language) -> str:
    name = escape(source.name)
    return language.say("shelf-source-added", source=name, kind=source.kind.value, articles=source.articles)


def failure_of(error: CannotFetch | BadSource, address: str) -> Notice:
    """Why an address was not added, as a sentence of the catalogue."""
    if isinstance(error, CannotFetch):
        name = f"fetch-{error.fault.value.replace(' ', '-')}"
        return Notice(name, address=escape(error.address[:200]), detail=escape(error.detail))
    return Notice("shelf-no-source", address=escape(address[:200]))


def sources_message(sources: Sequence[Source], language: Language) -> View:
    sheet = Sheet()
    sheet.write(f"### {language.say('shelf-sources')}")
    if not sources:
        sheet.write(language.say("shelf-sources-none"))
    for one in sources[:MOST_SOURCES]:
        sheet.write(f"**{escape(one.name)}**\n-# {language.say(f'shelf-kind-{one.kind}')}{state_of(one, language)}")
    if len(sources) > MOST_SOURCES:
        sheet.write("…")
    return sheet.view(PAGE)


def state_of(source: Source, language: Language) -> str:
    parts = [language.say("shelf-articles", articles=source.articles)] if source.articles else []
    if source.visited:
        visited = int(datetime.fromisoformat(source.visited).timestamp())
        parts.append(language.say("shelf-visited", when=f"<t:{visited}:R>"))
    parts += [language.say("shelf-paused")] if source.paused else []
    parts += [language.say("shelf-failed")] if source.error else []
    return "".join(f" · {part}" for part in parts)


def removal_message(article: Article, key: str, language: Language) -> View:
    """Asks whether an article is meant."""
    sheet = Sheet()
    sheet.write(f"### {language.say('shelf-remove')}")
    sheet.write("\n".join(filter(None, [title(article, language), details(article)])))
    sheet.write(f"-# {language.say('shelf-remove-kept')}")
    remove = button(language, "button-remove", f"remove:{key}")
    remove.style = RED
    return sheet.view(PAGE, ui.ActionRow(remove))


class RemoveButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=f"remove:(?P<key>{KEY.pattern})"):
    """Puts an article into the bin and builds the archive without it."""

    async def pressed(self, interaction: Pressing) -> None:
        bot, language, key = bot_of(interaction), language_of(interaction.locale), self.match["key"]
        with bot.desk.attending():
            await acknowledge(interaction)
            keeping = await keeping_for(interaction)
            if keeping is None:
                return
            archive = bot.archives.of(keeping.guild)
            try:
                article = await archive.run(lambda answerer: chosen_article(answerer, key))
            except Notice:
                await respond(interaction, said(language, "read-gone"))
                return
            shelf = Shelf(keeping, bot.archives.settings)
            await asyncio.to_thread(shelf.bin.remove, article.id, article.title, today())
            await bot.records.act(keeping.guild, interaction.user.id, "remove", article.title[:100])
        await show_build(interaction, keeping, logged=False, is_changed=True)


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


class Shelving:
    """The commands of `/archive` that put in and take out, and what completes their options."""

    def __init__(self, cog: ArchiveCommands) -> None:
        self.cog = cog
        self.bot = cog.bot

    def shelf(self, keeping: Keeping) -> Shelf:
        return Shelf(keeping, self.bot.archives.settings)

    def commands(self) -> list[tuple[Callback, tuple[str, ...]]]:
        async def add(
            interaction: Interaction,
            file: discord.Attachment | None = None,
            file2: discord.Attachment | None = None,
            file3: discord.Attachment | None = None,
            address: str = "",
        ) -> None:
            files = [one for one in (file, file2, file3) if one]
            await self.cog.kept(interaction, partial(self.add, interaction, files, address.strip()))

        async def remove(interaction: Interaction, article: str) -> None:
            await self.cog.kept(interaction, partial(self.ask_to_remove, interaction, article))

        async def restore(interaction: Interaction, removed: str) -> None:
            await self.cog.kept(interaction, partial(self.restore, interaction, removed))

        return [(add, ("file", "file2", "file3", "address")), (remove, ("article",)), (restore, ("removed",))]

    def source_commands(self) -> list[tuple[Callback, tuple[str, ...]]]:
        async def list_(interaction: Interaction) -> None:
            async def show(keeping: Keeping, language: Language) -> View:
                return sources_message(await asyncio.to_thread(self.shelf(keeping).sources.all), language)

            await self.cog.kept(interaction, show)

        async def pause(interaction: Interaction, name: str) -> None:
            await self.cog.kept(interaction, partial(self.change_source, interaction, "pause", name))

        async def resume(interaction: Interaction, name: str) -> None:
            await self.cog.kept(interaction, partial(self.change_source, interaction, "resume", name))

        async def drop(interaction: Interaction, name: str) -> None:
            await self.cog.kept(interaction, partial(self.change_source, interaction, "drop", name))

        return [(list_, ()), (pause, ("name",)), (resume, ("name",)), (drop, ("name",))]

    async def add(
        self,
        interaction: Interaction,
        files: Sequence[discord.Attachment],
        address: str,
        keeping: Keeping,
        language: Language,
    ) -> View | None:
        """Keeps what was handed in, says so, and builds the archive with it."""
        shelf = self.shelf(keeping)
        if not files and not address:
            return said(language, "shelf-nothing", kinds=", ".join([*FORMATS, ".zip"]))
        added = await shelf.add_files(files) if files else None
        if added and added.articles:
            await self.cog.did(interaction, "add", ", ".join(file.filename for file in files)[:100])
        about_address, is_source = "", False
        if address:
            try:
                source = await shelf.add_address(address)
            except (CannotFetch, BadSource, Notice) as error:
                notice = error if isinstance(error, Notice) else failure_of(error, address)
                about_address = language.say(notice.name, **notice.values)
            else:
                await self.cog.did(interaction, "add", source.name)
                about_address, is_source = about_source(source, language), True
        shown = added_message(added, language, about_address)
        if not (added and added.articles) and not is_source:
            return shown
        await respond(interaction, shown)
        await show_build(interaction, keeping, logged=False, is_changed=True, below=True)
        return None

    async def ask_to_remove(self, interaction: Interaction, typed: str, keeping: Keeping, language: Language) -> View:  # noqa: ARG002
        archive = self.bot.archives.of(keeping.guild)
        article = await archive.run(lambda answerer: chosen_article(answerer, typed))
        return removal_message(article, key_of(article.id).hex(), language)

    async def restore(self, interaction: Interaction, typed: str, keeping: Keeping, language: Language) -> View | None:
        try:
            removed = await asyncio.to_thread(restored, self.shelf(keeping), typed)
        except NoArticle:
            return said(language, "shelf-not-in-bin")
        await self.cog.did(interaction, "restore", removed.title[:100])
        await show_build(interaction, keeping, logged=False, is_changed=True)
        return None

    async def change_source(
        self, interaction: Interaction, change: str, name: str, keeping: Keeping, language: Language
    ) -> View | None:
        sources = self.shelf(keeping).sources
        try:
            match change:
                case "pause":
                    await asyncio.to_thread(sources.pause, name)
                case "resume":
                    await asyncio.to_thread(sources.resume, name)
                case _:
                    await asyncio.to_thread(sources.remove, name, today())
        except BadSource:
            return said(language, "shelf-no-such-source", source=escape(name[:100]))
        await self.cog.did(interaction, change, name)
        if change != "drop":
            return sources_message(await asyncio.to_thread(sources.all), language)
        await show_build(interaction, keeping, logged=False, is_changed=True)
        return None

    async def suggest_removed(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self.suggested(interaction, lambda shelf: restorable(shelf, typed))

    async def suggest_names(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        def named(shelf: Shelf) -> list[app_commands.Choice[str]]:
            names = [one.name for one in shelf.sources.all() if typed.casefold() in one.name]
            return [app_commands.Choice(name=name, value=name) for name in names[:25]]

        return await self.suggested(interaction, named)

    async def suggested(
        self, interaction: Interaction, look: Callable[[Shelf], list[app_commands.Choice[str]]]
    ) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None or not await may_keep(interaction, self.bot.records):
            return []
        try:
            return await asyncio.to_thread(look, self.shelf(self.bot.archives.kept_by(interaction.guild_id)))
        except BadSource as error:
            log.warning("nothing is suggested: %s", error)
            return []
