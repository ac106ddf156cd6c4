"""Somebody who uses the bot, and what they see of it, kept as HTML."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from discord_server import Channel, DiscordServer, Message
from rendering import DARK, MORNING, Look, render_message, render_modal

from bot.language import language_of

SECONDS = 120  # for an answer, on a machine that does other things as well
SETTLED = 0.3  # seconds in which the bot hears from Discord which message its answer has become

Visited = dict[str, str]  # HTML by the name of the picture


class Visit:
    """What members do on a server, and what they saw."""

    def __init__(self, server: DiscordServer, seen: Visited) -> None:
        self.server = server
        self.seen = seen

    def see(self, name: str, *messages: Message, look: Look = DARK, opened: str | None = None) -> None:
        """Keeps messages, one below the other, and below what is there of this name."""
        for one in messages:
            # The day counts for "in 20 seconds"; the time of day that is shown is the same in every picture.
            shown = render_message(replace(one, created_at=MORNING), look, opened=opened, now=one.created_at)
            self.seen[name] = "\n".join(filter(None, [self.seen.get(name), shown]))

    async def use(self, command: str, user: str = "Ada", locale: str = "en-US", **options: object) -> Message:
        """The answer to a command."""
        member = self.server.owner if user == self.server.owner.name else self.server.user(user)
        used = await self.server.slash(command, options, user=member, locale=locale)
        return await used.response(SECONDS)

    async def press(self, message: Message, label: str, user: str = "Ada") -> Message:
        """What a button opens."""
        pressed = await self.server.press(message, custom_id(message, label), user=self.server.user(user))
        return await pressed.response(SECONDS)

    async def press_in_place(self, message: Message, label: str) -> Message:
        """The message once a button has changed it."""
        await self.server.press(message, custom_id(message, label))
        return await self.server.next_edit(message, SECONDS)

    async def modal(self, name: str, message: Message, label: str) -> None:
        """Keeps the modal that a button opens."""
        self.seen[name] = render_modal(await (await self.server.press(message, custom_id(message, label))).modal())

    async def mention(self, channel: Channel, content: str, reply_to: Message | None = None) -> tuple[Message, Message]:
        """What Ada says to the bot in a channel, and its answer."""
        said = content if reply_to else f"{self.server.bot.mention} {content}"
        asked = await self.server.say(channel, self.server.user("Ada"), said, reply_to=reply_to)
        answer = await self.server.next_message(channel, SECONDS)
        await asyncio.sleep(SETTLED)
        return asked, answer


def custom_id(message: Message, label: str, locale: str = "en-US") -> str:
    return message.custom_id(language_of(locale).say(f"button-{label}"))
