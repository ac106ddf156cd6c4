"""What admins of a server set: where the bot answers although nobody mentions it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.language import language_of
from bot.notices import said
from bot.sending import acknowledge, respond
from bot.state import Mode
from bot.translation import IN_SERVERS, SERVERS, localised

if TYPE_CHECKING:
    from bot.client import PullquoteBot


UNASKED = (Mode.EVERYTHING, Mode.THREADS)  # where nobody need mention the bot
NEEDED = discord.Permissions(view_channel=True, send_messages=True)
NEEDED_IN_THREADS = discord.Permissions(view_channel=True, send_messages_in_threads=True)


class Admin(commands.Cog):
    """`/channel`: offered to those who may manage the server, and checked again when it is used, since an admin may
    offer it to others."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.command = self.channel_command()

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.command)

    def channel_command(self) -> app_commands.Command[Any, ..., None]:
        async def channel(interaction: discord.Interaction, answers: str) -> None:
            with self.bot.desk.attending():
                await acknowledge(interaction, thinking=True, ephemeral=True)
                name = await self.set_mode(interaction, Mode(answers))
                spoken = language_of(interaction.locale)
                await respond(interaction, said(spoken, name, channel=f"<#{home(interaction)}>"))

        app_commands.choices(
            answers=[app_commands.Choice(name=localised(f"mode-{mode}"), value=mode.value) for mode in Mode]
        )(channel)
        app_commands.describe(answers=localised("option-answers-description"))(channel)
        app_commands.rename(answers=localised("option-answers"))(channel)
        made = app_commands.Command[Any, ..., None](
            name=localised("command-channel"),
            description=localised("command-channel-description"),
            callback=channel,
            allowed_installs=SERVERS,
            allowed_contexts=IN_SERVERS,
        )
        made.default_permissions = discord.Permissions(manage_guild=True)
        return made

    async def set_mode(self, interaction: discord.Interaction, mode: Mode) -> str:
        """Keeps the mode where it may be; the name of the sentence that says what came of it."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return "channel-not-allowed"
        if mode in UNASKED and not self.bot.reads_messages:
            return "channel-no-content"
        needed = NEEDED_IN_THREADS if mode is Mode.THREADS else NEEDED
        if mode in UNASKED and not interaction.app_permissions.is_superset(needed):
            return "channel-no-permission"
        await self.bot.state.set_mode(home(interaction), interaction.guild_id, mode)
        return f"channel-{mode}"


def home(interaction: discord.Interaction) -> int:
    """The channel that is set: of a thread the one that it is in."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent_id
    assert interaction.channel_id is not None
    return interaction.channel_id
