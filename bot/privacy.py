"""`/privacy`: what is kept of a member, as a file to take along, and deleted when they say so."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.controls import button, in_base_36
from bot.language import Language, language_of
from bot.messages import Sheet
from bot.notices import said
from bot.pressed import Pressed, Pressing, bot_of
from bot.reading import PAGE
from bot.sending import acknowledge, beside, respond
from bot.translation import command

if TYPE_CHECKING:
    from bot.client import PullquoteBot

FILE = "pullquote.json"


class Privacy(commands.Cog):
    """Shows members what is kept of them."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.command = self.privacy_command()

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.command)

    def privacy_command(self) -> app_commands.Command[Any, ..., None]:
        async def privacy(interaction: discord.Interaction) -> None:
            language = language_of(interaction.locale)
            with self.bot.desk.attending():
                await acknowledge(interaction, thinking=True, ephemeral=True)
                days = await self.bot.records.days_kept(interaction.guild_id)
                kept, is_all = await self.bot.members.kept(interaction.user.id)
                counts = {what: len(rows) for what, rows in kept.items()}
                await respond(interaction, privacy_message(language, days, counts, is_all=is_all))

        return command("privacy", privacy, ())


def privacy_message(language: Language, days: int, counts: dict[str, int], *, is_all: bool = True) -> ui.LayoutView:
    """What is kept in general, and of this member: `days` that questions are kept here, how many of what, and whether
    that `is_all`."""
    sheet = Sheet()
    sheet.write(f"### {language.say('privacy-heading')}")
    sheet.write(language.say("privacy-rules"))
    sheet.write(
        language.say("privacy-questions-kept", days=days) if days else language.say("privacy-questions-not-kept")
    )
    sheet.rule()
    sheet.write(language.say("privacy-of-you", **counts))
    if not is_all:
        sheet.write(language.say("privacy-partly"))
    buttons = [
        button(language, "button-export", "privacy:export"),
        button(language, "button-delete", "privacy:delete"),
    ]
    return sheet.view(PAGE, ui.ActionRow(*buttons))


class PrivacyButton(Pressed, ui.DynamicItem[ui.Button[Any]], template="privacy:(?P<what>export|delete)"):
    """Gives a member what is kept of them as JSON, or asks whether it is to be deleted."""

    async def pressed(self, interaction: Pressing) -> None:
        language, members = language_of(interaction.locale), bot_of(interaction).members
        with bot_of(interaction).desk.attending():
            await acknowledge(interaction, thinking=True, ephemeral=True)
            if self.match["what"] == "delete":
                await respond(interaction, deletion_message(interaction.user.id, language))
                return
            kept, is_all = await members.kept(interaction.user.id)
            data = json.dumps(kept, indent=2, ensure_ascii=False).encode()
            await respond(interaction, file_message(language, is_all), lambda: [discord.File(io.BytesIO(data), FILE)])


def deletion_message(member: int, language: Language) -> ui.LayoutView:
    """Asks whether all that is kept of a member is to be deleted."""
    sheet = Sheet()
    sheet.write(language.say("privacy-ask"))
    forget = button(language, "button-delete", f"forget:{in_base_36(member)}")
    forget.style = discord.ButtonStyle.danger
    return sheet.view(PAGE, ui.ActionRow(forget))


class ForgetButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=r"forget:(?P<member>[0-9a-z]{1,13})"):
    """Deletes what is kept of the member who was asked, if it is they who press."""

    async def pressed(self, interaction: Pressing) -> None:
        language, bot = language_of(interaction.locale), bot_of(interaction)
        with bot.desk.attending():
            await acknowledge(interaction)
            if self.match["member"] != in_base_36(interaction.user.id):
                await beside(interaction, said(language, "privacy-not-yours"))
                return
            is_done = await bot.members.forget(interaction.user.id)
            await respond(interaction, said(language, "privacy-deleted" if is_done else "privacy-deleted-partly"))


def file_message(language: Language, is_all: bool) -> ui.LayoutView:
    view = said(language, "privacy-file" if is_all else "privacy-partly")
    view.add_item(ui.File(f"attachment://{FILE}"))
    return view
