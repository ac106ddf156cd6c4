"""The commands of `/archive` that put in and take out: `add`, `remove`, `restore` and `sources`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

from bot.archive.messages import about_source, added_message, failure_of, removal_message, sources_message
from bot.archive.register import Keeping
from bot.archive.reindex import keeping_for, show_build
from bot.archive.shelf import Shelf, restorable, restored, today
from bot.escaping import escape
from bot.language import Language, language_of
from bot.notices import Notice, said
from bot.permissions import may_keep
from bot.pressed import Pressed, Pressing, bot_of
from bot.searching import KEY, chosen_article
from bot.sending import acknowledge, respond
from bot.translation import Callback
from index.errors import BadSource, CannotFetch, NoArticle
from index.formats import FORMATS
from index.keys import key_of

if TYPE_CHECKING:
    from bot.archive.command import ArchiveCommands

log = logging.getLogger(__name__)

View = ui.LayoutView
Interaction = discord.Interaction[Any]


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
