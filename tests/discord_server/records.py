"""What exists on the stand-in: users, roles, guilds, channels, attachments and messages."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
import discord_rules as rules
from discord_rules import Json, Mentions

if TYPE_CHECKING:
    from discord_server.interactions import Interaction

DISCORD_EPOCH = 1420070400000

TEXT_CHANNEL, DIRECT, FORUM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 15, 11, 12

MEMBER_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    add_reactions=True,
    embed_links=True,
    attach_files=True,
    create_public_threads=True,
    use_application_commands=True,
    use_external_apps=True,
).value

_numbers = itertools.count(1)


def new_id() -> int:
    """A fresh snowflake, which carries the present time as Discord's do."""
    milliseconds = int(time.time() * 1000) - DISCORD_EPOCH
    return (milliseconds << 22) | (next(_numbers) & 0x3FFFFF)


def timestamp() -> str:
    """Now, as Discord writes it."""
    return datetime.now(UTC).isoformat()


class NotOffered(AssertionError):
    """A test asks for what Discord's client would not let a user do."""


@dataclass(eq=False)
class User:
    """Somebody on Discord; a member of every guild that lists it."""

    name: str
    is_bot: bool = False
    accepts_direct_messages: bool = True
    id: int = field(default_factory=new_id)

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name.lower(),
            "global_name": None if self.is_bot else self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Role:
    """A role of a guild and whom it is given to."""

    name: str
    permissions: int = 0
    mentionable: bool = False
    member_ids: set[int] = field(default_factory=set)
    id: int = field(default_factory=new_id)

    def payload(self, position: int) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": position,
            "permissions": str(self.permissions),
            "managed": False,
            "mentionable": self.mentionable,
            "flags": 0,
        }


@dataclass(eq=False)
class Guild:
    """A Discord server; ``has_bot`` is False where somebody uses the bot only as a user-installed app.

    While an outage lasts, ``is_available`` is False.
    """

    name: str
    owner: User
    has_bot: bool = True
    is_available: bool = True
    locale: str = "en-US"
    members: list[User] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    channels: list["Channel"] = field(default_factory=list)
    id: int = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.everyone = Role("@everyone", MEMBER_PERMISSIONS, id=self.id)
        self.roles.insert(0, self.everyone)

    @property
    def is_heard(self) -> bool:
        """Whether events of it reach the bot."""
        return self.has_bot and self.is_available

    def shard(self, count: int) -> int:
        """Which of so many shards it belongs to."""
        return (self.id >> 22) % count

    def roles_of(self, user: User) -> list[Role]:
        """The roles given to a user, without @everyone."""
        return [role for role in self.roles if user.id in role.member_ids]

    def member_payload(self, user: User, permissions: int | None = None) -> Json:
        payload: Json = {
            "user": user.payload(),
            "nick": None,
            "avatar": None,
            "roles": [str(role.id) for role in self.roles_of(user)],
            "joined_at": "2025-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        return payload if permissions is None else {**payload, "permissions": str(permissions)}

    def payload(self, shown_members: Sequence[User]) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "preferred_locale": self.locale,
            "features": [],
            "unavailable": False,
            "large": False,
            "joined_at": "2025-01-01T00:00:00+00:00",
            "member_count": len(self.members),
            "members": [self.member_payload(user) for user in shown_members],
            "roles": [role.payload(position) for position, role in enumerate(self.roles)],
            "channels": [channel.payload() for channel in self.channels if not channel.is_thread],
            "threads": [channel.payload() for channel in self.channels if channel.is_thread],
            "emojis": [],
            "stickers": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


@dataclass(eq=False)
class Channel:
    """A text channel, forum, thread or direct message, with its messages in order."""

    name: str
    guild: Guild | None = None
    type: int = TEXT_CHANNEL
    recipients: tuple[User, ...] = ()
    parent: "Channel | None" = None
    owner: User | None = None
    auto_archive_duration: int = 1440
    archived: bool = False
    locked: bool = False
    member_ids: set[int] = field(default_factory=set)
    active_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    archive_changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    overwrites: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    messages: list["Message"] = field(default_factory=list)
    typing: list[float] = field(default_factory=list)
    id: int = field(default_factory=new_id)

    @property
    def is_thread(self) -> bool:
        return self.type in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    def permissions_of(self, user: User) -> int:
        """What a user may do here: roles, then the overwrites of everyone, of roles and of the member."""
        if self.guild is None:
            return MEMBER_PERMISSIONS if user in self.recipients else 0
        if user is self.guild.owner:
            return discord.Permissions.all().value
        if user not in self.guild.members:
            return 0
        roles = self.guild.roles_of(user)
        granted = self.guild.everyone.permissions
        for role in roles:
            granted |= role.permissions
        if granted & discord.Permissions(administrator=True).value:
            return discord.Permissions.all().value
        granted = self._overwritten(granted, roles, user)
        if self.type == PRIVATE_THREAD and user.id not in self.member_ids:
            return granted if granted & discord.Permissions(manage_threads=True).value else 0
        return granted

    def _overwritten(self, granted: int, roles: Sequence[Role], user: User) -> int:
        assert self.guild is not None
        overwrites = (self.parent or self).overwrites
        of_roles = [overwrites[role.id] for role in roles if role.id in overwrites]
        layers = [overwrites.get(self.guild.id, (0, 0, 0)), overwrites.get(user.id, (0, 0, 0))]
        allowed = denied = 0
        for _, allow, deny in of_roles:
            allowed, denied = allowed | allow, denied | deny
        layers.insert(1, (0, allowed, denied))
        for _, allow, deny in layers:
            granted = (granted & ~deny) | allow
        return granted

    def payload(self) -> Json:
        last = str(self.messages[-1].id) if self.messages else None
        base: Json = {"id": str(self.id), "type": self.type, "last_message_id": last, "flags": 0}
        if self.guild is None:
            others = [user.payload() for user in self.recipients if not user.is_bot]
            return {**base, "recipients": others}
        base |= {"name": self.name, "guild_id": str(self.guild.id), "rate_limit_per_user": 0, "nsfw": False}
        return base | (self._thread_payload() if self.is_thread else self._top_level_payload())

    def _top_level_payload(self) -> Json:
        overwrites = [
            {"id": str(target), "type": kind, "allow": str(allow), "deny": str(deny)}
            for target, (kind, allow, deny) in self.overwrites.items()
        ]
        payload: Json = {"position": 0, "parent_id": None, "topic": None, "permission_overwrites": overwrites}
        forum: Json = {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        return payload | (forum if self.type == FORUM else {})

    def _thread_payload(self) -> Json:
        assert self.parent is not None
        assert self.owner is not None
        return {
            "parent_id": str(self.parent.id),
            "owner_id": str(self.owner.id),
            "message_count": len(self.messages),
            "member_count": len(self.member_ids),
            "total_message_sent": len(self.messages),
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": self.auto_archive_duration,
                "archive_timestamp": self.archive_changed_at.isoformat(),
                "create_timestamp": timestamp(),
            },
        }

    def member_payload(self, user_id: int) -> Json:
        """One member of a thread."""
        joined = self.active_at.isoformat()
        return {"id": str(self.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


@dataclass(eq=False)
class Attachment:
    """A stored file."""

    filename: str
    data: bytes
    description: str | None = None
    url: str = ""
    id: int = field(default_factory=new_id)

    @property
    def size(self) -> int:
        return len(self.data)

    def payload(self) -> Json:
        payload: Json = {
            "id": str(self.id),
            "filename": self.filename,
            "size": self.size,
            "url": self.url,
            "proxy_url": self.url,
            "content_type": "application/octet-stream",
        }
        return payload if self.description is None else {**payload, "description": self.description}


@dataclass(eq=False)
class Message:
    """A stored message as it stands now.

    ``mentions`` is whom the present text highlights; ``pings`` whom the message has notified. An edit changes
    the first and not the second, except that the answer which replaces "is thinking..." notifies as a new
    message does. Nobody is notified by an ephemeral message. ``edits_left`` is how often it may still be edited
    once it is an hour old (None: any number, since Discord does not tell how many it allows).
    """

    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    poll: Json | None = None
    type: int = 0
    reply_to: "Message | None" = None
    mentions: Mentions = rules.NOBODY
    pings: Mentions = rules.NOBODY
    nonce: str | None = None
    interaction: "Interaction | None" = None
    reactions: dict[str, list[User]] = field(default_factory=dict)
    thread: Channel | None = None
    edits: int = 0
    deleted: bool = False
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edits_left: int | None = None
    edited_at: str | None = None
    id: int = field(default_factory=new_id)

    @property
    def text(self) -> str:
        """The content and all text displays, in the order shown, joined by line ends."""
        texts = [self.content, *rules.displayed_text(self.components)]
        return "\n".join(text for text in texts if text)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & rules.EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still says that the bot is thinking."""
        return bool(self.flags & rules.LOADING)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & rules.COMPONENTS_V2)

    @property
    def all_components(self) -> list[Json]:
        """Every component, nested ones included, in the order shown."""
        return [component for _, component in rules.nested_components(self.components)]

    @property
    def buttons(self) -> list[Json]:
        return [component for component in self.all_components if component["type"] == rules.BUTTON]

    def custom_id(self, label: str) -> str:
        """The custom_id of the button with a label."""
        found = [button["custom_id"] for button in self.buttons if button.get("label") == label]
        if len(found) != 1:
            raise NotOffered(f"{len(found)} buttons are labelled {label!r} in {self.buttons}")
        return str(found[0])

    def control(self, custom_id: str) -> Json:
        """The button or select with a custom_id."""
        for component in self.all_components:
            if component.get("custom_id") == custom_id:
                return component
        raise NotOffered(f"no component has the custom_id {custom_id!r}")

    def fields(self) -> Json:
        """What a request to edit it starts from."""
        return {
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [attachment.payload() for attachment in self.attachments],
            "flags": self.flags,
            "poll": self.poll,
        }
