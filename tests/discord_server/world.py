"""What exists on the server of one test, and what the bot may do there."""

import discord
from discord_rules import Json, Refusal

from discord_server.clock import Clock
from discord_server.gateway import GUILD_MEMBERS, GUILDS, Gateway
from discord_server.interactions import (
    SECONDS_OF_A_TOKEN,
    SECONDS_TO_ACKNOWLEDGE,
    Changes,
    CommandWrite,
    Interaction,
    Refused,
    Request,
)
from discord_server.records import (
    DIRECT,
    FORUM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT_CHANNEL,
    Attachment,
    Channel,
    Guild,
    Message,
    Role,
    User,
    new_id,
)


class World:
    """Users, guilds, roles, channels and files, made at the first mention."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.clock = Clock()
        self.enabled_intents = 0
        self.heartbeat_interval = 41250
        self.fewest_shards = self.recommended_shards = 1
        self.max_concurrency = 1
        self.seconds_between_identifications = 0.0
        self.seconds_to_acknowledge = SECONDS_TO_ACKNOWLEDGE
        self.seconds_of_a_token = SECONDS_OF_A_TOKEN
        self.seconds_between_late_edits = 0.1
        self.bot = User("Pullquote", is_bot=True)
        self.application_id = self.bot.id
        self.owner = User("Olive")
        self.users: list[User] = [self.bot, self.owner]
        self.guild = Guild("The Archive", self.owner, members=[self.bot, self.owner])
        self.guilds = [self.guild]
        self.direct_messages: list[Channel] = []
        self.commands: dict[int | None, list[Json]] = {}
        self.command_writes: list[CommandWrite] = []
        self.refusals: list[Refused] = []
        self.requests: list[Request] = []
        self.interactions: dict[str, Interaction] = {}
        self.changes = Changes()
        self.gateway = Gateway(self)
        self._uploads: list[Attachment] = []
        self._address = ""
        self.channel("general")

    @property
    def api_url(self) -> str:
        return f"http://{self._address}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._address}/gateway"

    def user(self, name: str) -> User:
        """The member of a name, who joins at the first mention."""
        for user in self.users:
            if user.name == name:
                return user
        user = User(name)
        self.users.append(user)
        self.guild.members.append(user)
        joined = self.guild.member_payload(user) | {"guild_id": str(self.guild.id)}
        self.publish_in_guild("GUILD_MEMBER_ADD", self.guild, joined, GUILD_MEMBERS)
        return user

    def stranger(self, name: str) -> User:
        """A user who is in no guild with the bot."""
        user = User(name)
        self.users.append(user)
        return user

    def role(self, name: str, *members: User, mentionable: bool = False, **permissions: bool) -> Role:
        """A new role with permissions named as discord.py names them, given to members."""
        ids = {member.id for member in members}
        role = Role(name, discord.Permissions(**permissions).value, mentionable, ids)
        self.guild.roles.append(role)
        created = {"guild_id": str(self.guild.id), "role": role.payload(len(self.guild.roles))}
        self.publish_in_guild("GUILD_ROLE_CREATE", self.guild, created)
        return role

    def channel(self, name: str, guild: Guild | None = None, *, type: int = TEXT_CHANNEL) -> Channel:
        """The channel of a name in a guild (the bot's own if not told), made at the first mention."""
        guild = guild or self.guild
        for channel in guild.channels:
            if channel.name == name:
                return channel
        channel = Channel(name, guild, type)
        guild.channels.append(channel)
        self.publish_channel("CHANNEL_CREATE", channel)
        return channel

    def forum(self, name: str) -> Channel:
        """The forum of a name, made at the first mention."""
        return self.channel(name, type=FORUM)

    def thread(self, name: str, parent: Channel, owner: User, *, is_private: bool = False) -> Channel:
        """A new thread that a user starts; a private one is seen by its members and who may manage threads."""
        thread = self.add_thread(parent, name, owner, PRIVATE_THREAD if is_private else PUBLIC_THREAD)
        self.publish_channel("THREAD_CREATE", thread)
        return thread

    def guild_without_bot(self, name: str, *members: User) -> Guild:
        """A guild in which members use the bot as a user-installed app only."""
        guild = Guild(name, User("Somebody Else"), has_bot=False, members=list(members))
        self.guilds.append(guild)
        return guild

    def guild_of_shard(self, shard: int, count: int, name: str, *members: User) -> Guild:
        """A guild with the bot that belongs to one of so many shards; made before the bot connects."""
        guild = Guild(name, self.owner, members=[self.bot, *members])
        guild.id += (shard - guild.shard(count)) % count << 22
        guild.everyone.id = guild.id
        self.guilds.append(guild)
        self.channel("general", guild)
        return guild

    def direct_message(self, user: User, other: User | None = None) -> Channel:
        """The direct messages of a user with the bot, or with another user."""
        recipients = (user, other or self.bot)
        for channel in self.direct_messages:
            if set(channel.recipients) == set(recipients):
                return channel
        channel = Channel("", type=DIRECT, recipients=recipients)
        self.direct_messages.append(channel)
        return channel

    def permit(self, channel: Channel, who: User | Role | None = None, **permissions: bool) -> None:
        """Grants (True) or denies (False) permissions in a channel to a user, a role, or everyone (None)."""
        assert channel.guild is not None
        target, kind = (channel.guild.id, 0) if who is None else (who.id, int(isinstance(who, User)))
        _, allow, deny = channel.overwrites.get(target, (kind, 0, 0))
        for name, is_granted in permissions.items():
            bit = discord.Permissions(**{name: True}).value
            allow, deny = (allow | bit, deny & ~bit) if is_granted else (allow & ~bit, deny | bit)
        channel.overwrites[target] = (kind, allow, deny)
        self.publish_channel("CHANNEL_UPDATE", channel)

    @property
    def channels(self) -> list[Channel]:
        """All channels, threads and direct messages."""
        return [channel for guild in self.guilds for channel in guild.channels] + self.direct_messages

    def upload(self, filename: str, data: bytes) -> Attachment:
        """A file to give as an option of type attachment."""
        attachment = self._attachment(filename, data, None)
        self._uploads.append(attachment)
        return attachment

    def find_guild(self, guild_id: int) -> Guild:
        for guild in self.guilds:
            if guild.id == guild_id:
                return guild
        raise Refusal(404, 10004, "Unknown Guild")

    def find_user(self, user_id: int) -> User:
        for user in self.users:
            if user.id == user_id:
                return user
        raise Refusal(404, 10013, "Unknown User")

    def find_channel(self, channel_id: int) -> Channel:
        for channel in self.channels:
            if channel.id == channel_id:
                return channel
        raise Refusal(404, 10003, "Unknown Channel")

    def find_message(self, channel: Channel, message_id: int) -> Message:
        for message in channel.messages:
            if message.id == message_id and not message.deleted and not message.ephemeral:
                return message
        raise Refusal(404, 10008, "Unknown Message")

    def bot_may(self, channel: Channel, **needed: bool) -> bool:
        """Whether the bot has the permissions named in a channel."""
        wanted = discord.Permissions(**needed).value
        return channel.permissions_of(self.bot) & wanted == wanted

    def require(self, channel: Channel, **needed: bool) -> None:
        """Raises 50001 where the bot does not see the channel, 50013 where it lacks a permission."""
        if not self.bot_may(channel, view_channel=True):
            raise Refusal(403, 50001, "Missing Access")
        if not self.bot_may(channel, **needed):
            raise Refusal(403, 50013, "Missing Permissions")

    def require_to_send(self, channel: Channel) -> None:
        """Raises the refusal where the bot may not send messages."""
        if channel.type == FORUM:
            raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
        if channel.is_thread:
            self.require(channel, send_messages_in_threads=True)
            if channel.locked and not self.bot_may(channel, manage_threads=True):
                raise Refusal(400, 50083, "Thread is archived")
        else:
            self.require(channel, send_messages=True)
        if not all(user.accepts_direct_messages for user in channel.recipients):
            raise Refusal(403, 50007, "Cannot send messages to this user")

    def add_thread(self, parent: Channel, name: str, owner: User, kind: int, thread_id: int | None = None) -> Channel:
        """A new thread, not yet announced."""
        assert parent.guild is not None
        thread = Channel(name, parent.guild, kind, parent=parent, owner=owner, id=thread_id or new_id())
        thread.active_at = thread.archive_changed_at = self.clock.moment()
        thread.member_ids.add(owner.id)
        parent.guild.channels.append(thread)
        return thread

    def set_archived(self, thread: Channel, is_archived: bool) -> None:
        """Archives or opens a thread and announces it."""
        thread.archived = is_archived
        thread.archive_changed_at = thread.active_at = self.clock.moment()
        self.publish_channel("THREAD_UPDATE", thread)
        self.changes.announce()

    def add_to_thread(self, thread: Channel, user: User) -> None:
        """Makes a user a member of a thread; a bot that was added to a private one is shown it first."""
        if user.id in thread.member_ids:
            return
        thread.member_ids.add(user.id)
        if user is self.bot and thread.type == PRIVATE_THREAD:
            self.publish_channel("THREAD_CREATE", thread, is_new=False)
        self._publish_thread_members(thread, user, {"added_members": [thread.member_payload(user.id)]})

    def remove_from_thread(self, thread: Channel, user: User) -> None:
        """Ends a user's membership of a thread."""
        if user.id in thread.member_ids:
            thread.member_ids.remove(user.id)
            self._publish_thread_members(thread, user, {"removed_member_ids": [str(user.id)]})

    def _publish_thread_members(self, thread: Channel, user: User, change: Json) -> None:
        """Without the intent for members a bot hears only of itself."""
        assert thread.guild is not None
        update = {"id": str(thread.id), "guild_id": str(thread.guild.id), "member_count": len(thread.member_ids)}
        intents = GUILDS if user is self.bot else GUILD_MEMBERS
        self.publish_in_guild("THREAD_MEMBERS_UPDATE", thread.guild, update | change, intents)

    def _attachment(self, filename: str, data: bytes, description: str | None) -> Attachment:
        attachment = Attachment(filename, data, description)
        attachment.url = f"http://{self._address}/files/{attachment.id}/{filename}"
        return attachment

    def attachment(self, attachment_id: int) -> Attachment | None:
        """The stored or uploaded file with an id."""
        stored = [one for channel in self.channels for message in channel.messages for one in message.attachments]
        return next((one for one in [*stored, *self._uploads] if one.id == attachment_id), None)

    def publish_channel(self, event: str, channel: Channel, *, is_new: bool = True) -> None:
        """Announces a channel, or a thread the bot sees."""
        if channel.guild is None or (channel.is_thread and not self.bot_may(channel, view_channel=True)):
            return
        payload = channel.payload()
        if event == "THREAD_CREATE" and is_new:
            payload["newly_created"] = True
        if channel.is_thread and self.bot.id in channel.member_ids:
            payload["member"] = channel.member_payload(self.bot.id)
        self.publish_in_guild(event, channel.guild, payload)

    def publish_in_guild(self, event: str, guild: Guild, payload: Json, intents: int = GUILDS) -> None:
        """Dispatches an event of a guild that the bot hears of."""
        if guild.is_heard:
            self.gateway.publish(event, lambda _: payload, intents, guild=guild)
