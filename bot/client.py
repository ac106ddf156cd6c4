"""The bot: handed what it needs, it connects the desk with Discord."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.admin import Admin
from bot.archive.command import ArchiveCommands
from bot.archive.register import Archives, Keeping
from bot.archive.reindex import BuildButton
from bot.archive.schedule import Schedule
from bot.archive.shelving import RemoveButton
from bot.ask import Ask
from bot.controls import label_of
from bot.desk import Asked, Desk, about
from bot.guide import Guide, TryButton
from bot.guilds import Guilds
from bot.memory import Memory
from bot.pressed import PRESSED, REASON, custom_id_of, reason_given
from bot.privacy import ForgetButton, Privacy, PrivacyButton
from bot.processes.members import Members
from bot.processes.register import Processes
from bot.processes.shards import Shards
from bot.processes.windows import FileWindow, redis_at, window_in
from bot.records import Records
from bot.searching import JUMP, SearchButton, Searching, jump, source_value
from bot.sending import failed
from bot.state import Mode, State
from bot.sync import sync_if_changed
from bot.timeline.command import Timelines
from bot.translation import CatalogueTranslator
from config.settings import DiscordSettings
from index.answers import Answer, Answerer

log = logging.getLogger(__name__)

LONGEST_RATE_LIMIT = 60.0  # seconds; discord.py would otherwise wait as long as Discord says, hours if need be
UNTITLED = "…"  # a suggestion for an article whose title (or for a source whose name) has no sign that is seen
Suggesting = discord.Interaction[Any]
CONTROLS = (*PRESSED, SearchButton, TryButton, PrivacyButton, ForgetButton, BuildButton, RemoveButton)
MODALS = {REASON: reason_given, JUMP: jump}  # by the beginning of their custom_id: what is typed into them is read here

# It never speaks, so discord.py need not warn at each start that what speaking takes is not installed.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Tree(app_commands.CommandTree[Any]):
    """The commands, with one end for every error: a sentence for the member, a line in the log."""

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await failed(interaction, cause, "notice-outdated" if isinstance(error, OUTDATED) else "notice-apology")


OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)


class Unknown(Exception):
    """A control or a modal of another version of the bot."""


async def unknown(interaction: discord.Interaction[Any]) -> None:
    await failed(interaction, Unknown(), "notice-outdated")


class PullquoteBot(commands.Bot):
    """Answers when it is spoken to, or where admins let it, and mentions nobody."""

    state: State
    records: Records
    members: Members
    listening: asyncio.Task[None]

    def __init__(self, archives: Archives, settings: DiscordSettings, folder: Path) -> None:
        """`folder` is where the bot keeps what it must know at the next start. Raises `BadSettings`."""
        self.served = Shards.of(settings)
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=settings.read_messages
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            **self.served.options(),
        )
        self.archives = archives
        self.settings = settings
        self.schedule = Schedule(archives, self.keeps)
        self.desk = Desk(archives.of, settings)
        self.memory = Memory()
        self.shared: set[int] = set()  # private answers that were shared since the start: once each
        self.folder = folder
        self.processes = Processes(folder, self.served)
        self.redis = redis_at(settings.redis) if settings.redis else None
        self.to_close = AsyncExitStack()

    @property
    def reads_messages(self) -> bool:
        """Whether Discord gives the bot what members write without mentioning it."""
        return self.intents.message_content

    async def is_silent_in(self, channel: object) -> bool:
        """Whether admins do not want answers in a channel, or in that of a thread; who uses a command there is answered
        where only they see it."""
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return False
        home = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
        return await self.state.mode(home) is Mode.NOTHING

    def keeps(self, keeping: Keeping) -> bool:
        """Whether this process looks after an archive: one of those that share a folder after the shared archive, and
        that which hears of a guild after the guild's own."""
        return self.processes.lead() if keeping.is_shared else self.served.serve(keeping.guild)

    def shard_numbers(self) -> list[int]:
        """The shards that this process serves; without shards 0 stands for the one connection."""
        return list(range(self.shard_count or 1)) if self.served.count is None else sorted(self.served.numbers())

    async def setup_hook(self) -> None:
        """Raises `CannotConnect` where another process serves the same shards."""
        self.processes.join()
        self.to_close.callback(self.processes.leave)
        await self.open_what_is_shared(is_shared=bool(self.processes.others()))
        self.desk.noted = self.note
        for guild in filter(self.served.serve, self.archives.guilds()):
            await self.archives.take_up(guild)
        self.listening = asyncio.create_task(self.members.listen())
        self.schedule.start()
        self.add_dynamic_items(*CONTROLS)
        for cog in (Guilds, Ask, Searching, Guide, Timelines, Admin, ArchiveCommands, Privacy):
            await self.add_cog(cog(self))
        await self.tree.set_translator(CatalogueTranslator())
        assert self.application_id is not None
        if self.served.has_first:
            await sync_if_changed(self.tree, self.application_id, self.folder)

    async def open_what_is_shared(self, *, is_shared: bool) -> None:
        """Opens what the processes of the bot have in common: what they remember, and how often members asked."""
        prefix = f"pullquote:{self.application_id}"
        self.state = await State.open(self.folder, is_shared=is_shared)
        self.to_close.push_async_callback(self.state.close)
        self.records = Records(self.state)
        self.members = Members(self.records, self.processes, self.redis, prefix)
        if self.redis is not None:
            self.to_close.push_async_callback(self.redis.aclose)
            self.desk.limits.shared = window_in(self.redis, f"{prefix}:limits")
        elif self.served.ids:
            try:
                window = await FileWindow.open(self.folder, anew=not is_shared)
            except (OSError, sqlite3.Error) as error:
                log.error("members are counted by this process alone: %s", error)
            else:
                self.to_close.push_async_callback(window.close)
                self.desk.limits.shared = window

    async def close(self) -> None:
        try:
            await super().close()
        finally:
            self.schedule.stop()
            await self.archives.stop_builds()
            if hasattr(self, "listening"):
                self.listening.cancel()
                await asyncio.gather(self.listening, return_exceptions=True)
            await self.to_close.aclose()

    async def note(self, asked: Asked, answer: Answer) -> None:
        """Keeps a question, where admins have turned that on. Where it cannot be kept, it is answered all the same."""
        try:
            await self.records.asked(asked.guild, asked.user, asked.question, answer.confidence, answer.is_quoted)
        except Exception as error:
            log.log(*about(error))

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no commands behind a prefix; the cog listens for itself."""

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Reads what was typed into a modal, which may have been opened before the last restart; and says so where a
        control is none that this version knows."""
        pressed = custom_id_of(interaction)
        if interaction.type is discord.InteractionType.component:
            if not any(control.__discord_ui_compiled_template__.fullmatch(pressed) for control in CONTROLS):
                await unknown(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            try:
                await MODALS.get(pressed.partition(":")[0], unknown)(interaction)
            except Exception as error:
                await failed(interaction, error)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """What a listener let through, as a line in the log, since its text may hold what a member wrote."""
        error = sys.exception()
        if isinstance(error, Exception):
            log.log(*about(error))

    async def suggest_sources(self, interaction: Suggesting, typed: str) -> list[app_commands.Choice[str]]:
        """Sources that may be meant by what is typed so far."""
        return await self.suggested(interaction, partial(sources_like, typed))

    async def suggest_titles(self, interaction: Suggesting, typed: str) -> list[app_commands.Choice[str]]:
        """Articles that may be meant by what is typed so far, by their titles."""
        return await self.suggested(interaction, partial(titles_like, typed))

    async def suggested(
        self, interaction: Suggesting, look: Callable[[Answerer], list[app_commands.Choice[str]]]
    ) -> list[app_commands.Choice[str]]:
        try:
            return await self.archives.of(interaction.guild_id).glance(look)
        except Exception as error:  # a suggestion that comes late or not at all is none
            log.log(*about(error))
            return []


class ShardedBot(PullquoteBot, commands.AutoShardedBot):
    """The same on several connections to Discord, each with a share of the servers."""


def bot_for(archives: Archives, settings: DiscordSettings, folder: Path) -> PullquoteBot:
    """The bot with as many connections as the settings say. Raises `BadSettings`."""
    return (ShardedBot if settings.shards else PullquoteBot)(archives, settings, folder)


def sources_like(typed: str, answerer: Answerer) -> list[app_commands.Choice[str]]:
    sources = answerer.archive.titles.sources_matching(typed)
    return [app_commands.Choice(name=label_of(source) or UNTITLED, value=source_value(source)) for source in sources]


def titles_like(typed: str, answerer: Answerer) -> list[app_commands.Choice[str]]:
    found = answerer.archive.titles.matching(typed)
    return [app_commands.Choice(name=label_of(title) or UNTITLED, value=key.hex()) for title, key in found]
