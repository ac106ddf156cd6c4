"""Messages on their way out: sent once, and with an apology where Discord does not take them.

A request of the bot itself is never cancelled: discord.py would leave its lock of the global limit closed for ever.
Those that answer interactions know no such lock, so they have a time limit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import aiohttp
import discord
from discord import ui

from bot import notices
from bot.desk import about
from bot.language import DEFAULT, Language, language, language_of

log = logging.getLogger(__name__)

# What sending may raise: Discord's refusals, a rate limit that is too long to wait for, a connection that is gone, and
# (aiohttp's `RuntimeError`) a bot that was closed.
UNREACHED = (discord.DiscordException, aiohttp.ClientError, OSError, RuntimeError)
SECONDS_TO_ACKNOWLEDGE = 3.0  # later Discord takes no acknowledgement
SECONDS_TO_ANSWER = 60.0  # an interaction; discord.py would wait as long as Discord says, hours if need be
PAUSES = (1.0, 3.0, 5.0)  # seconds before each further try, like those of discord.py
IN_VAIN = (401, 403, 404, 429)  # an apology would be refused as well; all but 404 count towards a ban of the address
ALREADY_ACKNOWLEDGED = 40060
Sent = TypeVar("Sent")
Interaction = discord.Interaction[Any]


async def acknowledge(interaction: Interaction, *, thinking: bool = False, ephemeral: bool = False) -> None:
    """Promises an answer. Where Discord does not say whether it took the promise, it may have: the answer will show.

    Raises `discord.HTTPException` where Discord refuses it.
    """
    try:
        async with asyncio.timeout(SECONDS_TO_ACKNOWLEDGE):
            await retried(lambda: interaction.response.defer(thinking=thinking, ephemeral=ephemeral))
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
    except (aiohttp.ClientError, OSError) as error:
        log.warning("an acknowledgement was not confirmed: %s", type(error).__name__)


async def respond(
    interaction: Interaction, view: ui.LayoutView, files: Callable[[], list[discord.File]] = list
) -> discord.Message | None:
    """Puts a message in the place of what was promised, or of the message whose control was pressed. `files` opens
    those that go with it."""

    async def send(shown: ui.LayoutView) -> discord.Message:
        if shown is view and (opened := files()):
            return await interaction.edit_original_response(view=shown, attachments=opened)
        return await interaction.edit_original_response(view=shown)

    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            return await deliver(view, send, language_of(interaction.locale))
    except TimeoutError:
        log.error("could not send a reply: Discord did not take it within %.0f s", SECONDS_TO_ANSWER)
        return None


async def beside(interaction: Interaction, view: ui.LayoutView) -> discord.WebhookMessage | None:
    """Sends a message to the member alone, and leaves the one whose control was pressed as it is. Where a promised
    answer is still to come, it takes the place of that."""
    followup, spoken = interaction.followup, language_of(interaction.locale)
    return await deliver(view, lambda view: followup.send(view=view, ephemeral=True, wait=True), spoken, once=True)


async def tell(interaction: Interaction, view: ui.LayoutView) -> None:
    """Answers a press at once, to the member alone. Raises what discord.py raises."""
    view.stop()  # discord.py would keep it for a quarter of an hour
    await interaction.response.send_message(view=view, ephemeral=True)


async def failed(interaction: Interaction, error: Exception, name: str = "notice-apology") -> None:
    """Says that something went wrong, in the place of the answer where one was promised; and a line in the log."""
    log.log(*about(error))
    if isinstance(error, discord.HTTPException) and error.status in IN_VAIN:
        return
    spoken = language_of(interaction.locale)
    view = notices.said(spoken, name)
    if interaction.response.is_done():
        await beside(interaction, view)
    else:
        await deliver(view, lambda view: interaction.response.send_message(view=view, ephemeral=True), spoken)


async def deliver(
    view: ui.LayoutView,
    send: Callable[[ui.LayoutView], Awaitable[Sent]],
    said_in: Language | None = None,
    *,
    once: bool = False,
) -> Sent | None:
    """Sends a message, or an apology where Discord does not take it; what fails is a line in the log. What was sent is
    given back where it is the message itself.

    `once`: what is sent twice would be seen twice, so it is not sent again where nobody knows whether it arrived.
    """
    view.stop()  # its buttons are found by their custom_id: nothing waits for them in this process
    try:
        return await (send(view) if once else retried(lambda: send(view)))
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("could not send a reply: %s (code %s)", type(error).__name__, error.code)
    except discord.HTTPException as error:
        log.error("could not send a reply: status %s (code %s)", error.status, error.code)
        if error.status not in IN_VAIN:
            with suppress(*UNREACHED):
                await send(notices.said(said_in or language(DEFAULT), "notice-apology"))
    except UNREACHED as error:
        log.error("could not send a reply: %s", type(error).__name__)
    return None


async def retried(send: Callable[[], Awaitable[Sent]]) -> Sent:
    """What `send` gives, tried again where discord.py does not: after a connection broke, and after a 503."""
    for pause in PAUSES:
        try:
            return await send()
        except TimeoutError:
            raise
        except discord.DiscordServerError as error:
            if error.status != 503:
                raise
        except (aiohttp.ClientError, OSError):
            pass  # the request may have arrived: what is sent here is taken once however often it comes
        await asyncio.sleep(pause)
    return await send()


def permissions(message: discord.Message) -> discord.Permissions | None:
    """What the bot may do where the message stands; None in direct messages and in channels it does not know."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return None
    try:
        return message.channel.permissions_for(message.guild.me)
    except discord.ClientException:  # a thread whose channel is gone
        return None


def may_answer(message: discord.Message) -> bool:
    """Whether the bot has the permission to send there; asking Discord in vain counts towards a ban."""
    granted = permissions(message)
    if granted is None:
        return True
    if isinstance(message.channel, discord.Thread):
        return granted.send_messages_in_threads and (granted.manage_threads or not message.channel.locked)
    return granted.send_messages


async def send_reply(message: discord.Message, view: ui.LayoutView) -> discord.Message:
    """Sends a reply once, even where the request is repeated: the nonce is the id of what it answers, and of an edited
    message the time of the edit.

    Without the permission to read the history, and so to reply, it is an ordinary message.
    """
    edited = f"{int(message.edited_at.timestamp()) % 100_000}" if message.edited_at else ""
    granted, nonce = permissions(message), f"{message.id}{edited}"
    if granted is None or granted.read_message_history:
        reference = message.to_reference(fail_if_not_exists=False)
        return await message.channel.send(view=view, reference=reference, mention_author=False, nonce=nonce)
    return await message.channel.send(view=view, nonce=nonce)
