"""`/help`, with questions taken from the archive itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.controls import GREY
from bot.desk import QUOTES, Asked
from bot.escaping import escape
from bot.language import Language, day, language_of
from bot.messages import Days, Sheet
from bot.pressed import Make, Pressed, Pressing, bot_of
from bot.reading import PAGE
from bot.sending import acknowledge, respond
from bot.translation import command
from index.answers import Answerer, Asking
from index.examples import examples_of

if TYPE_CHECKING:
    from bot.client import PullquoteBot

LONGEST_TO_TRY = 95  # characters of a question, beside the name of the button in the 100 of a custom_id
View = ui.LayoutView


class Guide(commands.Cog):
    """`/help`."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.command = self.help_command()

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.command)

    def help_command(self) -> app_commands.Command[Any, ..., None]:
        async def help(interaction: discord.Interaction) -> None:  # the command's name
            language = language_of(interaction.locale)
            with self.bot.desk.attending():
                await acknowledge(interaction, thinking=True, ephemeral=True)
                reply = await self.bot.desk.shown(helper(language), language, interaction)
                await respond(interaction, reply.view)

        return command("help", help, ())


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
