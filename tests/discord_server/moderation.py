"""What moderators and outages do to channels, threads, roles and guilds while a bot runs."""

import discord
from discord_rules import Json

from discord_server.gateway import GUILD_MEMBERS, GUILDS
from discord_server.messages import MessageStore
from discord_server.records import Channel, Guild, Role


class Moderation(MessageStore):
    """Deleting, archiving, taking permissions away; guilds that are left, entered, or out of reach."""

    def delete_channel(self, channel: Channel) -> None:
        """Deletes a channel with its threads, or one thread; whatever is asked of it is then unknown."""
        guild = channel.guild
        assert guild is not None
        gone = [channel, *(other for other in guild.channels if other.parent is channel)]
        guild.channels = [other for other in guild.channels if other not in gone]
        self.publish_channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)
        self.changes.announce()

    def change_role(self, role: Role, **permissions: bool) -> None:
        """Gives (True) or takes (False) permissions of a role, such as ``server.guild.everyone``."""
        for name, is_granted in permissions.items():
            bit = discord.Permissions(**{name: True}).value
            role.permissions = role.permissions | bit if is_granted else role.permissions & ~bit
        updated = {"guild_id": str(self.guild.id), "role": role.payload(self.guild.roles.index(role))}
        self.publish_in_guild("GUILD_ROLE_UPDATE", self.guild, updated)

    # Guilds

    def remove_bot(self, guild: Guild | None = None) -> None:
        """A guild (the bot's own if not told) removes the bot: it hears of it, then sees nothing there any more."""
        guild = guild or self.guild
        self.publish_in_guild("GUILD_DELETE", guild, {"id": str(guild.id)})
        guild.has_bot = False
        guild.members.remove(self.bot)

    def add_bot(self, guild: Guild) -> None:
        """A guild lets the bot in."""
        guild.has_bot = True
        guild.members.append(self.bot)
        self._show_guild(guild)

    def make_unavailable(self, guild: Guild | None = None) -> None:
        """An outage: the guild is there, but nothing is heard of it until :meth:`make_available`."""
        guild = guild or self.guild
        self.publish_in_guild("GUILD_DELETE", guild, {"id": str(guild.id), "unavailable": True})
        guild.is_available = False

    def make_available(self, guild: Guild | None = None) -> None:
        """The outage is over; what was said meanwhile is not told."""
        guild = guild or self.guild
        guild.is_available = True
        self._show_guild(guild)

    def _show_guild(self, guild: Guild) -> None:
        def shown(intents: int) -> Json:
            return guild.payload(guild.members if intents & GUILD_MEMBERS else [self.bot])

        self.gateway.publish("GUILD_CREATE", shown, GUILDS, guild=guild)

    # Threads

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Archives a thread; ``locked``: only who may manage threads can open it again."""
        thread.locked = thread.locked or locked
        self.set_archived(thread, True)

    def reopen(self, thread: Channel) -> None:
        """Opens a thread again, and unlocks it."""
        thread.locked = False
        self.set_archived(thread, False)

    def lock(self, thread: Channel) -> None:
        """Locks a thread, archived or not: only who may manage threads can speak there."""
        thread.locked = True
        self.publish_channel("THREAD_UPDATE", thread)

    # Time

    def advance(self, seconds: float) -> None:
        """Lets time pass on the server: tokens and messages age, limits end, threads at rest are archived."""
        self.clock.move(seconds)
        for channel in self.channels:
            rested = (self.clock.moment() - channel.active_at).total_seconds()
            if channel.is_thread and not channel.archived and rested >= channel.auto_archive_duration * 60:
                self.set_archived(channel, True)
        self.changes.announce()
