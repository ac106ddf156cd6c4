"""`/help`, with questions taken from the archive itself; and `/timeline`, a picture of when it speaks of a topic."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.controls import GREY
from bot.desk import QUOTES, Asked
from bot.escaping import escape
from bot.language import Language, day, language_of
from bot.messages import ROOM_FOR_QUESTION, Days, Sheet, clipped
from bot.notices import Notice
from bot.picture import draw
from bot.pressed import Make, Pressed, Pressing, bot_of
from bot.reading import PAGE
from bot.sending import acknowledge, respond
from bot.translation import command, localised
from bot.wording import described, wording_of
from index.answers import Answerer, Asking
from index.examples import examples_of
from index.filters import Filters
from index.timeline import Timeline, timeline_of

if TYPE_CHECKING:
    from bot.client import PullquoteBot

LONGEST_TOPIC = 100  # characters
LONGEST_TO_TRY = 95  # characters of a question, beside the name of the button in the 100 of a custom_id
PICTURE = "timeline.png"
LOOKS = ("dark", "light")
View = ui.LayoutView


class Guide(commands.Cog):
    """`/help` and `/timeline`."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.commands = (self.help_command(), self.timeline_command())

    async def cog_load(self) -> None:
        for one in self.commands:
            self.bot.tree.add_command(one)

    def help_command(self) -> app_commands.Command[Any, ..., None]:
        async def help(interaction: discord.Interaction) -> None:  # the command's name
            language = language_of(interaction.locale)
            with self.bot.desk.attending():
                await acknowledge(interaction, thinking=True, ephemeral=True)
                reply = await self.bot.desk.shown(helper(language), language, interaction)
                await respond(interaction, reply.view)

        return command("help", help, ())

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


def help_message(articles: int, span: Days | None, questions: Sequence[str], language: Language) -> View:
    """What can be asked, with questions to try; of how many articles the archive is, and its first and last day."""
    sheet = Sheet()
    sheet.write(f"## {language.say('help-heading')}\n{language.say('help-ways')}")
    if span:
        first, last = (day(edge) for edge in span)
        sheet.write(language.say("help-archive", articles=articles, first=first, last=last))
    else:
        sheet.write(language.say("help-archive-undated", articles=articles))
    if not questions:
        return sheet.view(PAGE)
    sheet.rule()
    listed = "\n".join(f"{number}. {escape(question)}" for number, question in enumerate(questions, 1))
    sheet.write(f"### {language.say('help-try')}\n{listed}")
    buttons = [
        ui.Button[View](style=GREY, label=str(number), custom_id=f"try:{question}", emoji="💬")
        for number, question in enumerate(questions, 1)
    ]
    return sheet.view(PAGE, ui.ActionRow(*buttons))


def helper(language: Language) -> Make:
    def make(answerer: Answerer) -> View:
        manifest = answerer.archive.generation.manifest
        return help_message(manifest.articles, manifest.span, fitting_buttons(examples_of(answerer)), language)

    return make


def fitting_buttons(questions: Sequence[str]) -> list[str]:
    """Those of the questions that fit into a button."""
    return [one for one in questions if len(one) <= LONGEST_TO_TRY]


class TryButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=r"(?s:try:(?P<question>.{1,96}))"):
    """Asks a question of `/help`."""

    async def pressed(self, interaction: Pressing) -> None:
        language, bot = language_of(interaction.locale), bot_of(interaction)
        with bot.desk.attending():
            await acknowledge(interaction, thinking=True, ephemeral=True)
            asked = Asked(
                self.match["question"],
                language,
                interaction.user.id,
                interaction.guild_id,
                Asking(quotes=QUOTES),
                with_question=True,
                is_private=True,
            )
            reply = await bot.desk.reply(asked)
            await respond(interaction, reply.view)
