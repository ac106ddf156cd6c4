"""`/archive`: admins look after the archive of their server without leaving Discord."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.archive.export import LARGEST, export
from bot.archive.gaps import gaps
from bot.archive.messages import Disk, gaps_message, log_message, status_message
from bot.archive.register import Keeping
from bot.archive.reindex import failed_message, plan_message, show_build
from bot.archive.shelving import Shelving
from bot.desk import about
from bot.language import Language, language_of
from bot.notices import Notice, failure, said
from bot.permissions import may_keep, may_manage
from bot.sending import acknowledge, respond
from bot.translation import IN_SERVERS, SERVERS, Callback, Suggest, described, localised
from config.settings import Settings
from index import generations
from index.disk import MEGABYTE
from index.errors import BuildFailed, Busy, NoIndex, PullquoteError, Unreachable
from index.lock import sole_builder
from index.opener import switched_by

if TYPE_CHECKING:
    from bot.client import PullquoteBot

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]
View = ui.LayoutView
MOST_DAYS = 365
EXPORT = "articles.jsonl.gz"
Done = Callable[[Keeping, Language], Awaitable[View | None]]


class ArchiveCommands(commands.Cog):
    """The group `/archive`, for those who keep the archive."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.group = app_commands.Group(
            name=localised("command-archive"),
            description=localised("command-archive-description"),
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_installs=SERVERS,
            allowed_contexts=IN_SERVERS,
        )

    async def cog_load(self) -> None:
        shelving = Shelving(self)
        suggest: dict[str, Suggest] = {
            "generation": self.suggest_generations,
            "article": self.bot.suggest_titles,
            "removed": shelving.suggest_removed,
            "name": shelving.suggest_names,
        }
        sources = app_commands.Group(
            name=localised("command-archive-sources"),
            description=localised("command-archive-sources-description"),
            parent=self.group,
        )
        callbacks = [*self.looking(), *shelving.commands(), *self.doing(), *self.managing()]
        for group, prefix, own in (
            (self.group, "archive", callbacks),
            (sources, "archive-sources", shelving.source_commands()),
        ):
            for callback, options in own:
                name = f"command-{prefix}-{callback.__name__.rstrip('_')}"
                made = app_commands.Command[Any, ..., None](
                    name=localised(name),
                    description=localised(f"{name}-description"),
                    callback=described(callback, options),
                )
                for option in suggest.keys() & set(options):
                    made.autocomplete(option)(suggest[option])
                group.add_command(made)
        self.bot.tree.add_command(self.group)

    def looking(self) -> list[tuple[Callback, tuple[str, ...]]]:
        """Commands that change nothing."""

        async def status(interaction: Interaction) -> None:
            await self.kept(interaction, self.show_status)

        async def log(interaction: Interaction) -> None:
            async def show(keeping: Keeping, language: Language) -> View:
                return log_message(await self.bot.records.actions(keeping.guild), language)

            await self.kept(interaction, show)

        async def gaps(interaction: Interaction) -> None:
            await self.kept(interaction, self.show_gaps)

        async def export(interaction: Interaction) -> None:
            await self.kept(interaction, partial(self.send_export, interaction))

        return [(status, ()), (log, ()), (gaps, ()), (export, ())]

    def doing(self) -> list[tuple[Callback, tuple[str, ...]]]:
        """Commands that change the archive."""

        async def reindex(interaction: Interaction) -> None:
            await self.kept(interaction, partial(self.plan, interaction))

        async def rollback(interaction: Interaction, generation: str = "") -> None:
            await self.kept(interaction, partial(self.go_back, interaction, generation))

        return [(reindex, ()), (rollback, ("generation",))]

    def managing(self) -> list[tuple[Callback, tuple[str, ...]]]:
        """Commands for who may manage the server alone."""

        async def role(interaction: Interaction, role: discord.Role | None = None) -> None:
            async def keep(keeping: Keeping, language: Language) -> View:
                if role and role.is_default():
                    return said(language, "archive-role-everyone")
                await self.bot.records.set_keeper_role(keeping.guild, role.id if role else None)
                await self.did(interaction, "role", str(role.id) if role else "")
                return (
                    said(language, "archive-role-set", role=role.mention)
                    if role
                    else said(language, "archive-role-none")
                )

            await self.kept(interaction, keep, only_managers=True)

        async def questions(interaction: Interaction, days: app_commands.Range[int, 0, MOST_DAYS]) -> None:
            async def keep(keeping: Keeping, language: Language) -> View:
                await self.bot.records.keep_questions(keeping.guild, days)
                await self.did(interaction, "questions", str(days))
                return said(language, "archive-questions-kept" if days else "archive-questions-not-kept", days=days)

            await self.kept(interaction, keep, only_managers=True)

        return [(role, ("role",)), (questions, ("days",))]

    async def did(self, interaction: Interaction, action: str, detail: str = "") -> None:
        assert interaction.guild_id
        await self.bot.records.act(interaction.guild_id, interaction.user.id, action, detail)

    async def kept(self, interaction: Interaction, do: Done, *, only_managers: bool = False) -> None:
        """Does something for who may: what comes of it is shown to them alone. Raises nothing."""
        language = language_of(interaction.locale)
        with self.bot.desk.attending():
            await acknowledge(interaction, thinking=True, ephemeral=True)
            may = may_manage(interaction) if only_managers else await may_keep(interaction, self.bot.records)
            if not may or interaction.guild_id is None:
                await respond(interaction, said(language, "archive-not-allowed"))
                return
            try:
                view = await do(self.bot.archives.kept_by(interaction.guild_id), language)
            except (Notice, Unreachable) as error:
                view = failure(language, error)
            except BuildFailed as error:  # which the builder has told the log
                view = failed_message(error, language)
            except Exception as error:
                log.log(*about(error))
                view = said(language, "build-failed") if isinstance(error, PullquoteError) else failure(language, error)
            if view is not None:
                await respond(interaction, view)

    async def show_status(self, keeping: Keeping, language: Language) -> View:
        """What the archive that the server is answered from holds; where it keeps one of its own, how that is built."""
        manifest = await self.bot.archives.of(keeping.guild).run(lambda answerer: answerer.archive.generation.manifest)
        own = keeping.is_shared or self.bot.archives.has_own(keeping.guild)
        disk = await asyncio.to_thread(Disk.of, keeping.index) if own else None
        return status_message(manifest, disk, keeping, language)

    async def plan(self, interaction: Interaction, keeping: Keeping, language: Language) -> View | None:
        """A dry run; where a build runs already, how far it is; nothing where the server has no archive of its own."""
        if not keeping.is_shared and not keeping.index.exists():
            return said(language, "archive-is-shared")
        if keeping.builder.running:
            await show_build(interaction, keeping)
            return None
        planned = await keeping.builder.plan()
        most = self.bot.archives.settings.archive.max_removed_share
        return plan_message(planned, language, is_shrinking=planned.is_shrinking(most))

    async def go_back(self, interaction: Interaction, wanted: str, keeping: Keeping, language: Language) -> View:
        try:
            settings = self.bot.archives.settings
            name = await asyncio.to_thread(rolled_back, keeping.index, wanted.strip() or None, settings)
        except Busy:
            return said(language, "build-other")
        except NoIndex:
            return said(language, "archive-no-generation")
        await self.did(interaction, "rollback", str(int(name)))
        return said(language, "archive-rolled-back", generation=str(int(name)))

    async def suggest_generations(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Those that are kept, the newest first."""
        if interaction.guild_id is None or not await may_keep(interaction, self.bot.records):
            return []
        names = generations.kept(self.bot.archives.kept_by(interaction.guild_id).index)
        shown = [str(int(name)) for name in reversed(names)]
        return [app_commands.Choice(name=name, value=name) for name in shown if name.startswith(typed.strip())]

    async def show_gaps(self, keeping: Keeping, language: Language) -> View:
        if not await self.bot.records.days_kept(keeping.guild):
            return said(language, "archive-gaps-off")
        asked = [one.question for one in await self.bot.records.unanswered(keeping.guild)]
        archive = self.bot.archives.of(keeping.guild)
        return gaps_message(await archive.run(lambda answerer: gaps(asked, answerer.archive.embedder)), language)

    async def send_export(self, interaction: Interaction, keeping: Keeping, language: Language) -> View | None:
        """Writes the file beside what answers questions: one for a guild at once, and all of them one by one."""
        if keeping.exporting.locked():
            return said(language, "archive-export-running")
        archives = self.bot.archives
        async with keeping.exporting, archives.exporting:
            with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
                file = Path(folder, EXPORT)
                if not await asyncio.to_thread(export, archives.index_for(keeping.guild), file):
                    return said(language, "archive-export-too-large", megabytes=LARGEST // MEGABYTE)
                await self.did(interaction, "export")
                view = said(language, "archive-exported")
                view.add_item(ui.File(f"attachment://{EXPORT}"))
                await respond(interaction, view, lambda: [discord.File(file)])
        return None


def rolled_back(index: Path, wanted: str | None, settings: Settings) -> str:
    """The generation that is current now. Raises `NoIndex` where there is none to go back to, and `Busy`."""
    if not generations.kept(index):
        raise NoIndex(f"There is no index in {index}.")
    with sole_builder(index):
        return generations.roll_back(index, wanted, switched_by(settings, index))
