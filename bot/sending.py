"""Messages on their way out: sent once, and with an apology where Discord does not take them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import aiohttp
import discord
from discord import ui

from bot import notices
from bot.language import DEFAULT, Language, language

log = logging.getLogger(__name__)

# What sending may raise: Discord's refusals, a rate limit that is too long to wait for, a connection that is gone.
UNREACHED = (discord.DiscordException, aiohttp.ClientError, OSError)
Sent = TypeVar("Sent")


async def deliver(
    view: ui.LayoutView, send: Callable[[ui.LayoutView], Awaitable[Sent]], said_in: Language | None = None
) -> Sent | None:
    """Sends a message, or an apology where Discord does not take it; what fails is a line in the log. What was sent is
    given back where it is the message itself."""
    view.stop()  # its buttons are found by their custom_id: nothing waits for them in this process
    try:
        return await send(view)
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("could not send a reply: %s (code %s)", type(error).__name__, error.code)
    except discord.HTTPException as error:
        log.error("could not send a reply: status %s (code %s)", error.status, error.code)
        with suppress(*UNREACHED):
            await send(notices.said(said_in or language(DEFAULT), "notice-apology"))
    except UNREACHED as error:
        log.error("could not send a reply: %s", type(error).__name__)
    return None


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
