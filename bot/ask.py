"""The ways to ask: `/ask`, a mention, a reply that pings, a direct message, *Find coverage* of a message; and, where
admins let it, every message of a channel, of its threads, or of a forum."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import discord
from discord import app_commands
from discord.ext import commands

from bot.desk import QUOTES, Asked, Reply, about
from bot.language import Language, language_of
from bot.memory import put
from bot.notices import failure, said
from bot.pressed import quoted_in
from bot.room import beginning
from bot.searching import coverage
from bot.sending import UNREACHED, acknowledge, deliver, may_answer, respond, retried, send_reply
from bot.state import Mode
from bot.translation import EVERYONE, EVERYWHERE, command, localised
from index.answers import Answerer, Asking
from index.conversation import Turn
from index.errors import BadQuery
from index.filters import Filters
from index.references import resolve

if TYPE_CHECKING:
    from bot.client import PullquoteBot

log = logging.getLogger(__name__)

SECONDS_FOR_TYPING = 1.0  # that an answer waits for “is typing…” to be shown
WHAT_MEMBERS_WRITE = (discord.MessageType.default, discord.MessageType.reply)
THREADS = (discord.ChannelType.public_thread, discord.ChannelType.private_thread, discord.ChannelType.news_thread)


class Ask(commands.Cog):
    """Hands what members ask to the desk, and sends them what the desk gives."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.desk = bot.desk
        self.commands = (self.ask_command(), self.coverage_command())
        self.typing: set[asyncio.Task[None]] = set()
        self.edits: OrderedDict[int, datetime] = OrderedDict()  # when a question was edited, as far as it was answered
        self.locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by question, one thing at a time

    async def cog_load(self) -> None:
        for one in self.commands:
            self.bot.tree.add_command(one)

    async def cog_unload(self) -> None:
        ask, find_coverage = self.commands
        self.bot.tree.remove_command(ask.name)
        self.bot.tree.remove_command(find_coverage.name, type=find_coverage.type)

    # Commands

    def ask_command(self) -> app_commands.Command[Any, ..., None]:
        """The command `/ask`, for servers and single users, everywhere they write."""

        async def ask(
            interaction: discord.Interaction,
            question: str,
            after: str = "",
            before: str = "",
            source: str = "",
            private: bool = False,
        ) -> None:
            await self.answer_command(interaction, question, (after, before, source), private)

        # The limit is a setting, so it cannot be written as an annotation above.
        ask.__annotations__["question"] = app_commands.Range[str, 1, self.desk.longest_question]
        options = ("question", "after", "before", "source", "private")
        return command("ask", ask, options, source=self.bot.suggest_sources)

    async def answer_command(
        self, interaction: discord.Interaction, question: str, given: tuple[str, str, str], private: bool
    ) -> None:
        """Acknowledges within Discord's three seconds, then answers."""
        language = language_of(interaction.locale)
        with self.desk.attending():
            private = private or await self.bot.is_silent_in(interaction.channel)
            await acknowledge(interaction, thinking=True, ephemeral=private)
            try:
                filters = Filters.read(*given)
            except BadQuery as error:
                await respond(interaction, failure(language, error))
                return
            asked = Asked(
                question,
                language,
                interaction.user.id,
                interaction.guild_id,
                Asking(filters, quotes=QUOTES),
                with_question=True,
                is_private=private,
            )
            reply = await self.desk.reply(asked)
            sent = await respond(interaction, reply.view)
            if sent and reply.turn:
                self.bot.memory.keep(interaction.id, sent.id, place_of_interaction(interaction), reply.turn)

    def coverage_command(self) -> app_commands.ContextMenu:
        async def find_coverage(interaction: discord.Interaction, message: discord.Message) -> None:
            language = language_of(interaction.locale)
            with self.desk.attending():
                await acknowledge(interaction, thinking=True, ephemeral=True)
                text = beginning(text_of(message), self.desk.longest_question)
                reply = await self.desk.shown(coverage(text, language), language, interaction)
                await respond(interaction, reply.view)

        return app_commands.ContextMenu(
            name=localised("command-coverage"),
            callback=find_coverage,
            allowed_installs=EVERYONE,
            allowed_contexts=EVERYWHERE,
        )

    # Messages

    @commands.Cog.listener("on_message")
    async def answer_message(self, message: discord.Message) -> None:
        """Answers a message that is for the bot, as a reply that does not ping the asker."""
        async with self.lock_of(message.id):  # before anything is awaited: an edit or a deletion comes after it
            if not await self.is_question(message) or not is_allowed(message):
                return
            with self.desk.attending():
                await self.show_typing(message.channel)
                try:
                    reply = await self.reply_to(message)
                except Exception as error:  # never silence
                    log.log(*about(error))
                    reply = Reply(said(self.language_at(message), "notice-apology"), is_notice=True)
                if not reply.is_told_already:
                    await self.keep(message, await self.send(message, reply), reply)

    def lock_of(self, question: int) -> asyncio.Lock:
        """Answering a question, answering it again and taking its answer away wait for each other."""
        lock = self.locks.get(question) or asyncio.Lock()
        self.locks[question] = lock
        return lock

    async def show_typing(self, channel: discord.abc.Messageable) -> None:
        """Shows “is typing…”, or goes on without: an answer without it is still an answer."""

        async def show() -> None:
            with suppress(*UNREACHED):
                await channel.typing()

        showing = asyncio.create_task(show())
        self.typing.add(showing)
        showing.add_done_callback(self.typing.discard)
        await asyncio.wait({showing}, timeout=SECONDS_FOR_TYPING)  # and is not cancelled: see `sending`

    async def send(self, message: discord.Message, reply: Reply) -> discord.Message | None:
        """Sends the answer to a message, unless the permission to do so was taken away meanwhile."""
        if not is_allowed(message):
            return None
        return await deliver(reply.view, lambda view: send_reply(message, view), self.language_at(message))

    @commands.Cog.listener("on_raw_message_edit")
    async def answer_again(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answers an edited question again, in the place of its answer; where that is too old to be edited, below."""
        message = payload.message
        if not message.edited_at or self.edits.get(message.id) == message.edited_at:
            return  # a pin, a preview of a link
        put(self.edits, message.id, message.edited_at)
        if not await self.is_question(message) or not may_answer(message):
            return
        with self.desk.attending():
            async with self.lock_of(message.id):
                await self.answer_edited(message)

    async def answer_edited(self, message: discord.Message) -> None:
        answer = await self.bot.state.answer_to(message.id)
        if answer is None:
            return
        reply = await self.reply_to(message)
        if reply.is_notice:  # which is no reason to take away what is there
            await self.send(message, reply)
            return
        place = message.channel.get_partial_message(answer)  # type: ignore[union-attr]  # all that hold messages do
        reply.view.stop()
        sent: discord.Message | None = None
        try:
            sent = await retried(lambda: place.edit(view=reply.view))
        except discord.NotFound:  # somebody deleted the answer: it is not wanted
            await self.bot.state.forget(message.id)
        except (discord.HTTPException, discord.RateLimited) as error:
            log.warning("could not edit an answer: %s (code %s)", type(error).__name__, getattr(error, "code", 429))
            if not isinstance(error, discord.Forbidden | discord.DiscordServerError):
                sent = await self.send(message, reply)
                with suppress(*UNREACHED):  # two answers to one question are one too many
                    await place.delete()
        except UNREACHED as error:
            log.error("could not edit an answer: %s", type(error).__name__)
        await self.keep(message, sent, reply)

    @commands.Cog.listener("on_raw_message_delete")
    async def delete_answer(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self.delete_answers(payload.channel_id, {payload.message_id})

    @commands.Cog.listener("on_raw_bulk_message_delete")
    async def delete_several(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self.delete_answers(payload.channel_id, payload.message_ids)

    async def delete_answers(self, channel: int, questions: set[int]) -> None:
        """Takes the answers along of questions that were deleted."""
        for question in questions:
            async with self.lock_of(question):
                answer = await self.bot.state.answer_to(question)
                if answer is None:
                    continue
                await self.bot.state.forget(question)
            place = self.bot.get_partial_messageable(channel).get_partial_message(answer)
            try:
                await retried(place.delete)
            except discord.NotFound:
                pass  # it is gone already, or the channel
            except UNREACHED as error:
                log.warning("could not delete an answer: %s", type(error).__name__)

    async def is_question(self, message: discord.Message) -> bool:
        """Whether a person asks the bot: roles, everyone, other bots and webhooks never do.

        A reply that pings the bot mentions it; one that does not leaves the bot nothing to read.
        """
        if message.author.bot or message.webhook_id or message.type not in WHAT_MEMBERS_WRITE:
            return False
        if isinstance(message.channel, discord.DMChannel):
            return True
        if self.bot.user in message.mentions:
            return not await self.bot.is_silent_in(message.channel)
        return self.is_to_nobody_else(message) and await self.is_asked_without_mention(message)

    def is_to_nobody_else(self, message: discord.Message) -> bool:
        """Whether a message that does not mention the bot may be meant for it: it says something, and not to others."""
        replied = message.reference.resolved if message.reference else None
        is_to_bot = replied is None or (isinstance(replied, discord.Message) and replied.author == self.bot.user)
        is_to_others = message.mentions or message.role_mentions or message.mention_everyone or not is_to_bot
        return bool(message.content.strip()) and not is_to_others

    async def is_asked_without_mention(self, message: discord.Message) -> bool:
        """Whether admins let every message there be a question: of the channel, of its threads, of new posts."""
        if not self.bot.reads_messages:
            return False
        channel = message.channel
        if channel.type not in THREADS:
            return await self.bot.state.mode(channel.id) is Mode.EVERYTHING
        assert isinstance(channel, discord.Thread)
        mode = await self.bot.state.mode(channel.parent_id)
        is_post = isinstance(channel.parent, discord.ForumChannel) and message.id == channel.id
        return mode is Mode.THREADS or (mode is Mode.EVERYTHING and is_post)

    async def reply_to(self, message: discord.Message) -> Reply:
        language = self.language_at(message)
        asking = Asking(last=await self.turn_before(message), quotes=QUOTES)
        asked = Asked(self.without_mention(message.content), language, message.author.id, guild_of(message), asking)
        return await self.desk.reply(asked)

    async def turn_before(self, message: discord.Message) -> Turn | None:
        """What the message goes on from: the answer that it replies to, or the one before in a thread or in direct
        messages."""
        replied = message.reference.resolved if message.reference else None
        if isinstance(replied, discord.Message) and replied.author == self.bot.user and is_beside(replied, message):
            return self.bot.memory.of_answer(replied.id) or await self.turn_shown(replied)
        place = place_of(message)
        return self.bot.memory.of_place(place, message.id) if place else None

    async def turn_shown(self, answer: discord.Message) -> Turn | None:
        """What an answer of before the last restart quotes."""

        def look(answerer: Answerer) -> Turn | None:
            reference = quoted_in(answer)
            place = resolve(answerer.archive.generation.store, reference) if reference else None
            if place is None or place.span is None:
                return None
            article = place.article
            return Turn("", article.id, article.title, article.text[slice(*place.span)], article.published)

        try:
            return await self.desk.answers_of(guild_of(answer)).glance(look)
        except Exception as error:  # then the question stands by itself
            log.log(*about(error))
            return None

    async def keep(self, message: discord.Message, sent: discord.Message | None, reply: Reply) -> None:
        """Remembers which message answers which, and what a next question may go on from."""
        if sent is None:
            return
        if reply.turn:
            self.bot.memory.keep(message.id, sent.id, place_of(message), reply.turn)
        await self.bot.state.answered(message.id, message.channel.id, sent.id)

    def language_at(self, message: discord.Message) -> Language:
        """The language of a server; messages do not say that of their author."""
        return language_of(message.guild.preferred_locale if message.guild else None)

    def without_mention(self, content: str) -> str:
        assert self.bot.user is not None
        return re.sub(rf"<@!?{self.bot.user.id}>", " ", content)


def is_allowed(message: discord.Message) -> bool:
    """Whether the bot may answer there; where not, a line in the log."""
    if may_answer(message):
        return True
    log.warning("may not send messages in channel %s", message.channel.id)
    return False


def guild_of(message: discord.Message) -> int | None:
    return message.guild.id if message.guild else None


def is_beside(replied: discord.Message, message: discord.Message) -> bool:
    """Whether both are of one channel: who may read one need not be allowed to read another."""
    return replied.channel.id == message.channel.id


def text_of(message: discord.Message) -> str:
    """What a message says, in its embeds as well: news is often posted so."""
    embedded = (part for embed in message.embeds for part in (embed.title, embed.description) if part)
    return "\n".join([message.clean_content, *embedded])


def place_of(message: discord.Message) -> int | None:
    """Where one question follows another: a thread, or direct messages."""
    return message.channel.id if message.guild is None or message.channel.type in THREADS else None


def place_of_interaction(interaction: discord.Interaction) -> int | None:
    is_followed = interaction.guild_id is None or isinstance(interaction.channel, discord.Thread)
    return interaction.channel_id if is_followed else None
