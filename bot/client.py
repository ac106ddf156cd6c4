"""The bot: handed what it needs, it connects the desk with Discord."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import notices
from bot.ask import Ask, deliver
from bot.desk import Answers, Desk, about
from bot.sync import sync_if_changed
from config.settings import DiscordSettings

log = logging.getLogger(__name__)

LONGEST_RATE_LIMIT = 60.0  # seconds; discord.py would otherwise wait as long as Discord says, hours if need be

# It never speaks, so discord.py need not warn at each start that what speaking takes is not installed.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Tree(app_commands.CommandTree[Any]):
    """The commands, with one end for every error: a sentence for the member, a line in the log."""

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        log.log(*about(cause))
        if isinstance(cause, discord.NotFound):  # the interaction is gone, and with it the way to say so
            return
        sentence = notices.OUTDATED if isinstance(error, OUTDATED) else notices.APOLOGY
        if interaction.response.is_done():
            await deliver(notices.notice(sentence), lambda view: interaction.edit_original_response(view=view))
        else:
            await deliver(
                notices.notice(sentence),
                lambda view: interaction.response.send_message(view=view, ephemeral=True),
            )


OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)


class PullquoteBot(commands.Bot):
    """Answers when it is spoken to, reads nothing else, and mentions nobody."""

    def __init__(self, service: Answers, settings: DiscordSettings, state: Path) -> None:
        """`state` is a folder in which the bot may keep what it must know at the next start."""
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
        )
        self.desk = Desk(service, settings.max_question_characters)
        self.state = state

    async def setup_hook(self) -> None:
        await self.add_cog(Ask(self, self.desk))
        assert self.application_id is not None
        await sync_if_changed(self.tree, self.application_id, self.state)

    async def on_ready(self) -> None:
        count = len(self.guilds)
        log.info("ready as %s in %d %s", self.user, count, "server" if count == 1 else "servers")

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no commands behind a prefix; the cog listens for itself."""

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """What a listener let through, as a line in the log, since its text may hold what a member wrote."""
        error = sys.exception()
        if isinstance(error, Exception):
            log.log(*about(error))
