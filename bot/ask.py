"""The four ways to ask: the command `/ask`, a mention, a reply that pings, a direct message."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands

from bot import notices
from bot.desk import Desk

log = logging.getLogger(__name__)

# What sending may raise: Discord's refusals, a rate limit that is too long to wait for, a connection that is gone.
UNREACHED = (discord.DiscordException, aiohttp.ClientError, OSError)
Send = Callable[[ui.LayoutView], Awaitable[object]]
WHAT_MEMBERS_WRITE = (discord.MessageType.default, discord.MessageType.reply)


class Ask(commands.Cog):
    """Hands what members ask to the desk, and sends them what the desk gives."""

    def __init__(self, bot: commands.Bot, desk: Desk) -> None:
        self.bot = bot
        self.desk = desk
        self.command = ask_command(self.answer_command, desk.longest_question)

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.command)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.command.name)

    async def answer_command(self, interaction: discord.Interaction, question: str) -> None:
        """Acknowledges within Discord's three seconds, then answers."""
        with self.desk.attending():
            await interaction.response.defer(thinking=True)
            reply = await self.desk.reply(question, with_question=True)
            await deliver(reply, lambda view: interaction.edit_original_response(view=view))

    @commands.Cog.listener("on_message")
    async def answer_message(self, message: discord.Message) -> None:
        """Answers a message that speaks to the bot, as a reply that does not ping the asker."""
        if not self.is_addressed(message):
            return
        if not may_answer(message):
            log.warning("may not send messages in channel %s", message.channel.id)
            return
        with self.desk.attending():
            async with AsyncExitStack() as stack:
                with suppress(*UNREACHED):  # an answer without "is typing..." is still an answer
                    await stack.enter_async_context(message.channel.typing())
                reply = await self.desk.reply(self.without_mention(message.content))
            await deliver(reply, lambda view: send_reply(message, view))

    def is_addressed(self, message: discord.Message) -> bool:
        """Whether a person speaks to the bot itself: roles, everyone, other bots and webhooks never do.

        A reply that pings the bot mentions it; one that does not leaves the bot nothing to read.
        """
        if message.author.bot or message.webhook_id or message.type not in WHAT_MEMBERS_WRITE:
            return False
        return message.guild is None or self.bot.user in message.mentions

    def without_mention(self, content: str) -> str:
        assert self.bot.user is not None
        return re.sub(rf"<@!?{self.bot.user.id}>", " ", content)


def ask_command(
    answer: Callable[[discord.Interaction, str], Awaitable[None]], longest_question: int
) -> app_commands.Command[Any, ..., None]:
    """The command `/ask`, for servers and single users, everywhere they write."""

    async def ask(interaction: discord.Interaction, question: str) -> None:
        await answer(interaction, question)

    # The limit is a setting, so it cannot be written as an annotation above.
    ask.__annotations__["question"] = app_commands.Range[str, 1, longest_question]
    app_commands.describe(question="What you would like to know from the archive")(ask)
    return app_commands.Command(
        name="ask",
        description="Find the sentence of the archive that answers your question",
        callback=ask,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )


def permissions(message: discord.Message) -> discord.Permissions | None:
    """What the bot may do where the message stands; None in direct messages and in channels it does not know."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return None
    return message.channel.permissions_for(message.guild.me)


def may_answer(message: discord.Message) -> bool:
    """Whether the bot has the permission to send there; asking Discord in vain counts towards a ban."""
    granted = permissions(message)
    if granted is None:
        return True
    in_thread = isinstance(message.channel, discord.Thread)
    return granted.send_messages_in_threads if in_thread else granted.send_messages


async def send_reply(message: discord.Message, view: ui.LayoutView) -> None:
    """Sends a reply once, even where the request is repeated: the nonce is the id of what it answers.

    Without the permission to read the history, and so to reply, it is an ordinary message.
    """
    granted, nonce = permissions(message), str(message.id)
    if granted is None or granted.read_message_history:
        reference = message.to_reference(fail_if_not_exists=False)
        await message.channel.send(view=view, reference=reference, mention_author=False, nonce=nonce)
    else:
        await message.channel.send(view=view, nonce=nonce)


async def deliver(view: ui.LayoutView, send: Send) -> None:
    """Sends a message, or an apology where Discord does not take it; what fails is a line in the log."""
    try:
        await send(view)
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("could not send a reply: %s (code %s)", type(error).__name__, error.code)
    except discord.HTTPException as error:
        log.error("could not send a reply: status %s (code %s)", error.status, error.code)
        with suppress(*UNREACHED):
            await send(notices.notice(notices.APOLOGY))
    except UNREACHED as error:
        log.error("could not send a reply: %s", type(error).__name__)
