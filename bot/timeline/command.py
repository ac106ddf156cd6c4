"""`/timeline`: a picture of when the archive speaks of a topic."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.language import Language, language_of
from bot.messages import ROOM_FOR_QUESTION, Sheet, clipped
from bot.notices import Notice
from bot.reading import PAGE
from bot.sending import acknowledge, respond
from bot.timeline.picture import draw
from bot.timeline.wording import described, wording_of
from bot.translation import command, localised
from index.answers import Answerer
from index.filters import Filters
from index.timeline import Timeline, timeline_of

if TYPE_CHECKING:
    from bot.client import PullquoteBot

LONGEST_TOPIC = 100  # characters
PICTURE = "timeline.png"
LOOKS = ("dark", "light")
View = ui.LayoutView


class Timelines(commands.Cog):
    """`/timeline`."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.command = self.timeline_command()

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.command)

    def timeline_command(self) -> app_commands.Command[Any, ..., None]:
        async def timeline(
            interaction: discord.Interaction,
            topic: app_commands.Range[str, 1, LONGEST_TOPIC],
            after: str = "",
            before: str = "",
            source: str = "",
            look: str = LOOKS[0],
            private: bool = False,
        ) -> None:
            language = language_of(interaction.locale)
            drawn: list[tuple[bytes, str]] = []

            def make(answerer: Answerer) -> View:
                found = timeline_of(answerer.archive, topic, Filters.read(after, before, source))
                if found.bars:
                    wording = wording_of(language)
                    drawn.append((draw(found, dark=look == LOOKS[0], wording=wording), described(found, wording)))
                return timeline_message(found, language)

            with self.bot.desk.attending():
                private = private or await self.bot.is_silent_in(interaction.channel)
                await acknowledge(interaction, thinking=True, ephemeral=private)
                reply = await self.bot.desk.shown(make, language, interaction)
                shown = [] if reply.is_notice else drawn
                await respond(interaction, reply.view, lambda: [picture(*one) for one in shown])

        choices = [app_commands.Choice(name=localised(f"look-{look}"), value=look) for look in LOOKS]
        app_commands.choices(look=choices)(timeline)
        options = ("topic", "after", "before", "source", "look", "private")
        return command("timeline", timeline, options, source=self.bot.suggest_sources)


def picture(drawn: bytes, description: str) -> discord.File:
    return discord.File(io.BytesIO(drawn), PICTURE, description=description)


def timeline_message(found: Timeline, language: Language) -> View:
    """The message around the picture, which goes with it as a file."""
    topic = clipped(found.topic, ROOM_FOR_QUESTION)
    if not found.bars:
        raise Notice("timeline-nothing", topic=topic)
    sheet = Sheet()
    sheet.write(f"### {language.say('timeline-heading', topic=topic)}")
    description = described(found, wording_of(language))
    sheet.blocks.append(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{PICTURE}", description=description)))
    if found.undated:
        sheet.write(f"-# {language.say('timeline-undated', articles=found.undated)}")
    return sheet.view(PAGE)
