"""Who may keep the archive of a server: those who may manage the server, and the members of a role that they name. The
command is hidden from others by Discord, as far as its admins leave it so; what is checked here is what counts."""

from __future__ import annotations

from typing import Any

import discord

from bot.records import Records


async def may_keep(interaction: discord.Interaction[Any], records: Records) -> bool:
    """Whether the member who uses a command or presses a button may change the archive of the server they are in."""
    if interaction.guild_id is None or not isinstance(interaction.user, discord.Member):
        return False
    if interaction.permissions.manage_guild:
        return True
    role = await records.keeper_role(interaction.guild_id)
    return role is not None and interaction.user.get_role(role) is not None


def may_manage(interaction: discord.Interaction[Any]) -> bool:
    """Whether they may also say who keeps the archive."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild
