"""The servers that the bot joins and leaves, and what becomes of what is kept of those that it left."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.desk import about

if TYPE_CHECKING:
    from bot.client import PullquoteBot

log = logging.getLogger(__name__)

SECONDS_BETWEEN_CLEANINGS = 3600.0


class Guilds(commands.Cog):
    """Looks after the servers whose shards this process serves: of others it does not hear."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.archives = bot.archives
        self.records = bot.records

    async def cog_load(self) -> None:
        self.housekeeping = asyncio.create_task(self.keep_house())

    async def cog_unload(self) -> None:
        self.housekeeping.cancel()

    @commands.Cog.listener("on_ready")
    async def take_stock(self) -> None:
        """Finds out which servers the bot joined and left while it was not there to hear of it."""
        count = len(self.bot.guilds)
        log.info("ready as %s in %d %s", self.bot.user, count, "server" if count == 1 else "servers")
        members = {guild.id for guild in self.bot.guilds}
        known = set(filter(self.bot.served.serve, {*self.archives.guilds(), *await self.records.guilds()}))
        for guild in known & members:
            await self.came_back(guild)
        for guild in known - members:
            await self.was_removed(guild)

    @commands.Cog.listener("on_guild_join")
    async def joins(self, guild: discord.Guild) -> None:
        await self.came_back(guild.id)

    @commands.Cog.listener("on_guild_remove")
    async def leaves(self, guild: discord.Guild) -> None:
        await self.was_removed(guild.id)

    async def came_back(self, guild: int) -> None:
        await self.records.come_back(guild)
        await self.archives.come_back(guild)

    async def was_removed(self, guild: int) -> None:
        """What is kept of a server is deleted some time after the bot left it, in case it comes back."""
        await self.records.leave(guild)
        await self.archives.leave(guild)

    async def keep_house(self) -> None:
        """Once an hour deletes what is no longer to be kept."""
        while True:
            try:
                await self.records.forget_old()
                await self.bot.state.forget_old()
                left = await self.records.left(self.bot.settings.days_after_leaving)
            except Exception as error:
                log.log(*about(error))
                left = []
            for guild in filter(self.bot.served.serve, left if self.bot.is_ready() else []):
                await self.forget(guild)
            await asyncio.sleep(SECONDS_BETWEEN_CLEANINGS)

    async def forget(self, guild: int) -> None:
        """Deletes what is kept of a server that the bot is in no more; what cannot be deleted now is tried again."""
        if self.bot.get_guild(guild):
            return
        try:
            await self.archives.forget(guild)
            await self.records.forget_guild(guild)
        except Exception as error:
            log.log(*about(error))
        else:
            log.info("deleted what was kept of a server that the bot left")
