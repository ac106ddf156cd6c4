"""A stand-in for Discord on loopback: REST API and gateway, to which the real discord.py connects.

    async with DiscordServer() as server:
        with server.serving_this_process():
            ...  # start the bot with server.token
            interaction = await server.slash("ask", {"question": "Who won?"}, user=server.user("Ada"))
            message = await interaction.response(timeout=10)
            assert message.text == "..." and not message.pings and server.refusals == []

It enforces what Discord documents (see ``discord_rules``) and answers refusals with Discord's status, JSON
error code and error structure. The parts, in order: the records of what exists, the gateway, the REST API,
what Discord's client lets a user do, and the driver, :class:`DiscordServer`, by which tests act as users do.

Not there: rate limits (but see :meth:`DiscordServer.fail_next`), voice, polls beyond storing them, pins,
webhooks of channels, more than one shard.
"""

# ruff: noqa: ASYNC109 - a test gives the time limit with the call that waits

import asyncio
import fnmatch
import importlib
import itertools
import json
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import discord
import discord_rules as rules
import yarl
from aiohttp import BodyPartReader, WSMsgType, web
from discord_rules import Json, Mentions, Refusal

Value = TypeVar("Value")

SECONDS_TO_ACKNOWLEDGE = 3.0
SECONDS_OF_A_TOKEN = 15 * 60.0
FOLLOWUPS_WHERE_NOT_INSTALLED = 5
DISCORD_EPOCH = 1420070400000

TEXT_CHANNEL, DIRECT, FORUM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 15, 11, 12
IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT

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


class Changes:
    """Lets a test wait until something is so; every change of the server is announced here."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[Any]]] = []

    def announce(self) -> None:
        """Wakes those for whom it is so now."""
        for wanted, future in list(self._waiting):
            if not future.done() and (found := wanted()) is not None:
                future.set_result(found)

    async def until(self, wanted: Callable[[], Value | None], timeout: float, what: str) -> Value:
        """The first result of ``wanted`` that is not None; raises TimeoutError naming ``what`` is missing."""
        if (found := wanted()) is not None:
            return found
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        entry = (wanted, future)
        self._waiting.append(entry)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            raise TimeoutError(f"after {timeout} s still no {what}") from None
        finally:
            self._waiting.remove(entry)


# What exists


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
    """A Discord server; ``has_bot`` is False where somebody uses the bot only as a user-installed app."""

    name: str
    owner: User
    has_bot: bool = True
    locale: str = "en-US"
    members: list[User] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    channels: list["Channel"] = field(default_factory=list)
    id: int = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.everyone = Role("@everyone", MEMBER_PERMISSIONS, id=self.id)
        self.roles.insert(0, self.everyone)

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
        return self._overwritten(granted, roles, user)

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
            "member_count": 1,
            "total_message_sent": len(self.messages),
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": self.auto_archive_duration,
                "archive_timestamp": timestamp(),
                "create_timestamp": timestamp(),
            },
        }


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
    message does. Nobody is notified by an ephemeral message.
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
    created_at: str = field(default_factory=timestamp)
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


@dataclass(frozen=True)
class CommandWrite:
    """One request that wrote commands: of a guild, or global where ``guild_id`` is None."""

    method: str
    guild_id: int | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """One request that was refused, with what was said."""

    method: str
    path: str
    status: int
    code: int
    message: str
    errors: Json | None

    def __repr__(self) -> str:
        return f"{self.method} {self.path}: {self.status} (code {self.code}) {self.message} {self.errors or ''}"


@dataclass(frozen=True)
class Request:
    """One request as it came, with the status it was answered with."""

    method: str
    path: str
    body: Json
    status: int


@dataclass
class _Failure:
    method: str
    path_pattern: str
    status: int
    code: int
    retry_after: float
    is_performed: bool


@dataclass(eq=False)
class Interaction:
    """Something a user did with the bot, and what the bot made of it."""

    server: "DiscordServer"
    kind: int
    user: User
    channel: Channel
    data: Json
    locale: str
    is_installed: bool
    message: Message | None = None
    forces_ephemeral: bool = False
    id: int = field(default_factory=new_id)
    begun: float = field(default_factory=time.monotonic)
    acknowledged: float | None = None
    answer_type: int | None = None
    answer_data: Json = field(default_factory=dict)
    original: Message | None = None
    is_answered: bool = False
    followups: list[Message] = field(default_factory=list)

    @property
    def token(self) -> str:
        return f"interaction-{self.id}"

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    @property
    def seconds_to_acknowledge(self) -> float:
        """How long the bot took for its first response."""
        assert self.acknowledged is not None, "the interaction was not acknowledged"
        return self.acknowledged - self.begun

    async def acknowledgement(self, timeout: float = 5) -> int:
        """The type of the initial response, such as 5 for a deferral."""
        return await self.server.changes.until(lambda: self.answer_type, timeout, f"response to {self.data}")

    async def response(self, timeout: float = 10) -> Message:
        """The answer the user sees; after a deferral, what replaces "is thinking..."."""

        def answer() -> Message | None:
            return self.original if self.is_answered else None

        return await self.server.changes.until(answer, timeout, f"visible answer to {self.data}")

    async def followup(self, number: int = 0, timeout: float = 10) -> Message:
        """The follow-up message with a number, the first being 0."""

        def found() -> Message | None:
            return self.followups[number] if len(self.followups) > number else None

        return await self.server.changes.until(found, timeout, f"follow-up {number} to {self.data}")

    async def modal(self, timeout: float = 5) -> Json:
        """The modal opened as response."""
        if await self.acknowledgement(timeout) != rules.MODAL:
            raise NotOffered(f"the response was of type {self.answer_type}, not a modal")
        return self.answer_data


# The gateway


@dataclass(eq=False)
class _Session:
    """One gateway session: what was dispatched stays, to be replayed to a client that resumes."""

    intents: int
    id: str = field(default_factory=lambda: f"session-{new_id()}")
    dispatched: list[Json] = field(default_factory=list)
    socket: "_Socket | None" = None


def _compressor(kind: str) -> Callable[[bytes], bytes]:
    """Compresses message after message in one stream; discord.py takes zstd where it finds it."""
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    try:
        standard: Any = importlib.import_module("compression.zstd").ZstdCompressor()
    except ModuleNotFoundError:
        package: Any = importlib.import_module("zstandard")
        other = package.ZstdCompressor().compressobj()
        return lambda data: bytes(other.compress(data) + other.flush(package.COMPRESSOBJ_FLUSH_BLOCK))
    return lambda data: bytes(standard.compress(data, mode=standard.FLUSH_BLOCK))


class _Socket:
    """One websocket, compressed as the client asked; what is sent goes out in order, from a queue."""

    def __init__(self, response: web.WebSocketResponse, compression: str | None) -> None:
        self.response = response
        self._compress = None if compression is None else _compressor(compression)
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, payload: Json) -> None:
        """Queues a payload."""
        self._queue.put_nowait(json.dumps(payload))

    async def close(self, code: int, reason: str = "") -> None:
        """Closes the connection; what is still queued is lost, as in a real drop."""
        self._writer.cancel()
        await self.response.close(code=code, message=reason.encode())

    async def _write(self) -> None:
        while True:
            text = await self._queue.get()
            try:
                await self._write_one(text)
            except ConnectionError:
                return  # The client is gone; it may resume and have the events replayed.

    async def _write_one(self, text: str) -> None:
        if self._compress is None:
            await self.response.send_str(text)
        else:
            await self.response.send_bytes(self._compress(text.encode()))


class Gateway:
    """The websocket side: sessions, events by intent, heartbeats, resumption."""

    HELLO, ACKNOWLEDGED, INVALID_SESSION, RECONNECT = 10, 11, 9, 7

    def __init__(self, server: "DiscordServer") -> None:
        self._server = server
        self.sessions: dict[str, _Session] = {}
        self._sockets: set[_Socket] = set()
        self.identifications = 0
        self.resumptions = 0
        self.heartbeats = 0

    @property
    def connected(self) -> list[_Session]:
        return [session for session in self.sessions.values() if session.socket is not None]

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one connection until it closes."""
        response = web.WebSocketResponse(max_msg_size=0)
        await response.prepare(request)
        compression = request.query.get("compress")
        if compression not in (None, "zlib-stream", "zstd-stream"):
            await response.close(code=4012, message=b"Unsupported compression")
            return response
        socket = _Socket(response, compression)
        self._sockets.add(socket)
        socket.send({"op": self.HELLO, "d": {"heartbeat_interval": self._server.heartbeat_interval}})
        session: _Session | None = None
        async for message in response:
            if message.type is WSMsgType.TEXT:
                session = await self._received(socket, session, json.loads(message.data))
        if session is not None and session.socket is socket:
            session.socket = None
        await socket.close(1000)
        self._sockets.discard(socket)
        self._server.changes.announce()
        return response

    async def _received(self, socket: _Socket, session: _Session | None, payload: Json) -> _Session | None:
        match payload["op"]:
            case 1:
                self.heartbeats += 1
                socket.send({"op": self.ACKNOWLEDGED, "d": None})
            case 2 if session is None:
                return await self._identify(socket, payload["d"])
            case 6 if session is None:
                return self._resume(socket, payload["d"])
            case 2 | 6:
                await socket.close(4005, "Already authenticated.")
            case 8 if session is not None:
                self._request_members(session, payload["d"])
            case 3 | 4 if session is not None:
                pass
            case _:
                code = 4003 if session is None else 4001
                await socket.close(code, "Not authenticated or unknown opcode.")
        return session

    async def _identify(self, socket: _Socket, data: Json) -> _Session | None:
        self.identifications += 1
        if data["token"] != self._server.token:
            await socket.close(4004, "Authentication failed.")
            return None
        if data["intents"] & PRIVILEGED & ~self._server.enabled_intents:
            await socket.close(4014, "Disallowed intent(s).")
            return None
        session = _Session(data["intents"])
        session.socket = socket
        self.sessions[session.id] = session
        self._greet(session)
        self._server.changes.announce()
        return session

    def _greet(self, session: _Session) -> None:
        server = self._server
        guilds = [guild for guild in server.guilds if guild.has_bot]
        ready = {
            "v": 10,
            "user": server.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": server.gateway_url,
            "application": {"id": str(server.application_id), "flags": 0},
        }
        self._dispatch(session, "READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                shown = guild.members if session.intents & GUILD_MEMBERS else [server.bot]
                self._dispatch(session, "GUILD_CREATE", guild.payload(shown))

    def _resume(self, socket: _Socket, data: Json) -> _Session | None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self._server.token or session is None:
            socket.send({"op": self.INVALID_SESSION, "d": False})
            return None
        self.resumptions += 1
        session.socket = socket
        for payload in [missed for missed in session.dispatched if missed["s"] > data["seq"]]:
            socket.send(payload)
        self._dispatch(session, "RESUMED", {})
        self._server.changes.announce()
        return session

    def _request_members(self, session: _Session, data: Json) -> None:
        guild = self._server.find_guild(int(data["guild_id"]))
        wanted = {int(user_id) for user_id in data.get("user_ids", [])}
        query = data.get("query")
        if query == "" and not session.intents & GUILD_MEMBERS:
            return
        found = [
            user
            for user in guild.members
            if user.id in wanted or (query is not None and user.name.lower().startswith(query.lower()))
        ]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [guild.member_payload(user) for user in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(missing) for missing in wanted - {user.id for user in found}],
            "nonce": data.get("nonce"),
        }
        self._dispatch(session, "GUILD_MEMBERS_CHUNK", chunk)

    def publish(self, event: str, build: Callable[[int], Json], intents: int = 0) -> None:
        """Dispatches an event to every session with one of the ``intents`` (0: to all).

        ``build`` makes the event for a session's intents, since some of them hide parts.
        """
        for session in self.sessions.values():
            if not intents or session.intents & intents:
                self._dispatch(session, event, build(session.intents))

    def _dispatch(self, session: _Session, event: str, data: Json) -> None:
        payload = {"op": 0, "t": event, "s": len(session.dispatched) + 1, "d": data}
        session.dispatched.append(payload)
        if session.socket is not None:
            session.socket.send(payload)

    async def drop(self, *, code: int, resumable: bool) -> None:
        """Closes every connection; without ``resumable`` the sessions are forgotten, too."""
        for session in self.connected:
            session.socket = None
        if not resumable:
            self.sessions.clear()
        for socket in list(self._sockets):
            await socket.close(code)

    def ask_to_reconnect(self) -> None:
        """Sends opcode 7 to every client."""
        for socket in self._sockets:
            socket.send({"op": self.RECONNECT, "d": None})


# The REST API


@dataclass
class _Body:
    """The JSON of a request and its uploaded files, by their number."""

    payload: Json
    files: dict[int, tuple[str, bytes]]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.files.values()]

    def check_size(self) -> None:
        if sum(len(data) for _, data in self.files.values()) > rules.UPLOAD_LIMIT:
            raise Refusal(413, 40005, "Request entity too large")


@dataclass(frozen=True)
class _Request:
    """What a handler needs of a request: its path's parts, its query and its body."""

    method: str
    match_info: Mapping[str, str]
    query: Mapping[str, str]
    body: _Body


_Handler = Callable[[_Request], Awaitable[web.Response]]


async def _read_body(request: web.Request) -> _Body:
    if not request.content_type.startswith("multipart/"):
        text = await request.text()
        try:
            return _Body(json.loads(text) if text else {}, {})
        except json.JSONDecodeError:
            raise Refusal(400, 50109, "The request body contains invalid JSON.") from None
    body = _Body({}, {})
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        assert part.name is not None
        if part.name == "payload_json":
            body.payload = json.loads(await part.text())
        else:
            number = int(part.name.removeprefix("files[").removesuffix("]"))
            body.files[number] = (part.filename or "", bytes(await part.read()))
    return body


def _answer(payload: object = None, status: int = 200) -> web.Response:
    if payload is None:
        return web.Response(status=204)
    # discord.py compares the content type with exactly this, without a charset.
    return web.Response(status=status, body=json.dumps(payload), headers={"Content-Type": "application/json"})


class RestApi:
    """The paths of API version 10 that a bot of this kind uses."""

    def __init__(self, server: "DiscordServer") -> None:
        self._server = server

    def application(self) -> web.Application:
        """The aiohttp application with all routes; paths not known are refused, and recorded, as 404."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_get("/gateway", self._server.gateway.connect)
        application.router.add_get("/files/{attachment}/{name}", self.download)
        for method, path, handler in self._routes():
            application.router.add_route(method, "/api/v10" + path, self._guarded(handler))
        application.router.add_route("*", "/{anything:.*}", self._guarded(self.unknown_path))
        return application

    def _routes(self) -> list[tuple[str, str, _Handler]]:
        messages = "/channels/{channel}/messages"
        reaction = messages + "/{message}/reactions/{emoji}"
        webhook = "/webhooks/{application}/{token}"
        return [
            ("GET", "/gateway", self.gateway_address),
            ("GET", "/gateway/bot", self.gateway_address),
            ("GET", "/users/@me", self.current_user),
            ("GET", "/users/{user}", self.get_user),
            ("POST", "/users/@me/channels", self.open_direct_message),
            ("GET", "/oauth2/applications/@me", self.application_information),
            ("GET", "/applications/@me", self.application_information),
            ("GET", "/guilds/{guild}", self.get_guild),
            ("GET", "/guilds/{guild}/channels", self.get_guild_channels),
            ("GET", "/guilds/{guild}/roles", self.get_guild_roles),
            ("GET", "/guilds/{guild}/members/{user}", self.get_member),
            ("GET", "/guilds/{guild}/threads/active", self.get_active_threads),
            ("GET", "/channels/{channel}", self.get_channel),
            ("PATCH", "/channels/{channel}", self.edit_channel),
            ("POST", "/channels/{channel}/typing", self.type_in_channel),
            ("POST", "/channels/{channel}/threads", self.create_thread),
            ("PUT", "/channels/{channel}/thread-members/@me", self.join_thread),
            ("GET", messages, self.list_messages),
            ("POST", messages, self.create_message),
            ("GET", messages + "/{message}", self.get_message),
            ("PATCH", messages + "/{message}", self.edit_message),
            ("DELETE", messages + "/{message}", self.delete_message),
            ("POST", messages + "/{message}/threads", self.create_thread_from_message),
            ("PUT", reaction + "/@me", self.add_reaction),
            ("DELETE", reaction + "/{user}", self.remove_reaction),
            ("POST", "/interactions/{interaction}/{token}/callback", self.respond),
            ("POST", webhook, self.create_followup),
            ("GET", webhook + "/messages/{message}", self.get_response),
            ("PATCH", webhook + "/messages/{message}", self.edit_response),
            ("DELETE", webhook + "/messages/{message}", self.delete_response),
            *self._command_routes("/applications/{application}/commands"),
            *self._command_routes("/applications/{application}/guilds/{guild}/commands"),
        ]

    def _command_routes(self, path: str) -> list[tuple[str, str, _Handler]]:
        return [
            ("GET", path, self.get_commands),
            ("PUT", path, self.replace_commands),
            ("POST", path, self.create_command),
            ("GET", path + "/{command}", self.get_command),
            ("PATCH", path + "/{command}", self.edit_command),
            ("DELETE", path + "/{command}", self.delete_command),
        ]

    def _guarded(self, handler: _Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler behind authorisation, requested failures, and the record of requests and refusals."""

        async def guarded(request: web.Request) -> web.Response:
            server = self._server
            path = request.path.removeprefix("/api/v10")
            body = _Body({}, {})
            try:
                body = await _read_body(request)
                self._authorise(request, path)
                failure = server.take_failure(request.method, path)
                if failure is None or failure.is_performed:
                    response = await handler(_Request(request.method, request.match_info, request.query, body))
                if failure is not None:
                    response = _failed(failure)
            except Refusal as refusal:
                server.refusals.append(
                    Refused(request.method, path, refusal.status, refusal.code, refusal.message, refusal.errors)
                )
                response = _answer(refusal.body, refusal.status)
            except Exception as error:
                # A fault of the stand-in, or a body of a shape it did not foresee: tests see it.
                server.refusals.append(Refused(request.method, path, 400, 0, repr(error), None))
                response = _answer({"message": repr(error), "code": 0}, 400)
            server.requests.append(Request(request.method, path, body.payload, response.status))
            server.changes.announce()
            return response

        return guarded

    def _authorise(self, request: web.Request, path: str) -> None:
        if path.startswith(("/interactions/", "/webhooks/")):
            return
        if request.headers.get("Authorization") != f"Bot {self._server.token}":
            raise Refusal(401, 0, "401: Unauthorized")

    async def unknown_path(self, _: _Request) -> web.Response:
        raise Refusal(404, 0, "404: Not Found")

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of an attachment."""
        attachment = self._server.attachment(int(request.match_info["attachment"]))
        return web.Response(status=404) if attachment is None else web.Response(body=attachment.data)

    # Who and where

    async def gateway_address(self, _: _Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return _answer({"url": self._server.gateway_url, "shards": 1, "session_start_limit": limit})

    async def current_user(self, _: _Request) -> web.Response:
        return _answer(self._server.bot.payload())

    async def get_user(self, request: _Request) -> web.Response:
        return _answer(self._server.find_user(int(request.match_info["user"])).payload())

    async def application_information(self, _: _Request) -> web.Response:
        server = self._server
        return _answer(
            {
                "id": str(server.application_id),
                "name": server.bot.name,
                "icon": None,
                "description": "",
                "summary": "",
                "verify_key": "0" * 64,
                "flags": 0,
                "bot_public": True,
                "bot_require_code_grant": False,
                "owner": server.owner.payload(),
                "interactions_endpoint_url": None,
            }
        )

    async def get_guild(self, request: _Request) -> web.Response:
        return _answer(self._guild(request).payload([]))

    async def get_guild_channels(self, request: _Request) -> web.Response:
        return _answer([channel.payload() for channel in self._guild(request).channels if not channel.is_thread])

    async def get_guild_roles(self, request: _Request) -> web.Response:
        return _answer([role.payload(position) for position, role in enumerate(self._guild(request).roles)])

    async def get_active_threads(self, request: _Request) -> web.Response:
        threads = [channel for channel in self._guild(request).channels if channel.is_thread and not channel.archived]
        return _answer({"threads": [thread.payload() for thread in threads], "members": []})

    async def get_member(self, request: _Request) -> web.Response:
        guild = self._guild(request)
        for user in guild.members:
            if str(user.id) == request.match_info["user"]:
                return _answer(guild.member_payload(user))
        raise Refusal(404, 10007, "Unknown Member")

    def _guild(self, request: _Request) -> Guild:
        guild = self._server.find_guild(int(request.match_info["guild"]))
        if not guild.has_bot:
            raise Refusal(403, 50001, "Missing Access")
        return guild

    # Channels and threads

    def _channel(self, request: _Request, **needed: bool) -> Channel:
        """The channel of the path; the bot must see it and have the permissions named."""
        channel = self._server.find_channel(int(request.match_info["channel"]))
        self._server.require(channel, **needed)
        return channel

    async def get_channel(self, request: _Request) -> web.Response:
        return _answer(self._channel(request).payload())

    async def edit_channel(self, request: _Request) -> web.Response:
        """Renames, archives or locks a thread; the bot's own, or with the permission to manage threads."""
        channel = self._channel(request)
        payload = request.body.payload
        form = rules.Form()
        form.keys((), payload, {"name", "archived", "locked", "auto_archive_duration", "rate_limit_per_user"})
        form.optional_length(("name",), payload.get("name"), 1, 100)
        form.refuse_problems()
        if channel.owner is not self._server.bot:
            self._server.require(channel, manage_threads=True)
        for key in payload.keys() - {"rate_limit_per_user"}:
            setattr(channel, key, payload[key])
        self._server.publish_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)
        return _answer(channel.payload())

    async def type_in_channel(self, request: _Request) -> web.Response:
        channel = self._channel(request)
        self._server.require_to_send(channel)
        channel.typing.append(time.monotonic())
        return _answer()

    async def open_direct_message(self, request: _Request) -> web.Response:
        user = self._server.find_user(int(request.body.payload["recipient_id"]))
        return _answer(self._server.direct_message(user).payload())

    async def create_thread(self, request: _Request) -> web.Response:
        channel = self._channel(request)
        payload = dict(request.body.payload)
        if channel.type != FORUM:
            kind = payload.get("type") or PRIVATE_THREAD
            permission = "create_public_threads" if kind == PUBLIC_THREAD else "create_private_threads"
            self._server.require(channel, **{permission: True})
            return _answer((await self._new_thread(channel, payload, kind)).payload(), 201)
        self._server.require(channel, send_messages=True)
        first = payload.pop("message", {})
        rules.check_message(first, rules.CREATE_KEYS, files=request.body.names, path=("message",))
        thread = await self._new_thread(channel, payload, PUBLIC_THREAD)
        message = self._server.store(thread, self._server.bot, first, request.body.files)
        self._server.publish_message("MESSAGE_CREATE", message)
        return _answer({**thread.payload(), "message": self._server.message_payload(message)}, 201)

    async def create_thread_from_message(self, request: _Request) -> web.Response:
        channel = self._channel(request, create_public_threads=True)
        message = self._message(request, channel)
        if message.thread is not None:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        message.thread = await self._new_thread(channel, request.body.payload, PUBLIC_THREAD, message.id)
        return _answer(message.thread.payload(), 201)

    async def join_thread(self, request: _Request) -> web.Response:
        self._channel(request)
        return _answer()

    async def _new_thread(self, channel: Channel, payload: Json, kind: int, thread_id: int | None = None) -> Channel:
        form = rules.Form()
        known = {"name", "auto_archive_duration", "rate_limit_per_user", "type", "invitable", "applied_tags"}
        form.keys((), payload, known)
        form.length(("name",), payload.get("name"), 1, 100)
        duration = payload.get("auto_archive_duration") or 1440
        form.one_of(("auto_archive_duration",), duration, {60, 1440, 4320, 10080})
        form.refuse_problems()
        thread = self._server.add_thread(channel, payload["name"], self._server.bot, kind, thread_id)
        thread.auto_archive_duration = duration
        self._server.publish_channel("THREAD_CREATE", thread)
        return thread

    # Messages

    def _message(self, request: _Request, channel: Channel) -> Message:
        """The message of the path; ephemeral ones do not exist for these paths."""
        return self._server.find_message(channel, int(request.match_info["message"]))

    async def list_messages(self, request: _Request) -> web.Response:
        channel = self._channel(request, read_message_history=True)
        query = {key: int(value) for key, value in request.query.items()}
        found = [
            message
            for message in channel.messages
            if not message.deleted and not message.ephemeral
            if query.get("after", 0) < message.id < query.get("before", 1 << 64)
        ]
        newest_first = sorted(found, key=lambda message: message.id, reverse=True)[: query.get("limit", 50)]
        return _answer([self._server.message_payload(message) for message in newest_first])

    async def get_message(self, request: _Request) -> web.Response:
        channel = self._channel(request, read_message_history=True)
        return _answer(self._server.message_payload(self._message(request, channel)))

    async def create_message(self, request: _Request) -> web.Response:
        channel = self._channel(request)
        self._server.require_to_send(channel)
        body = request.body
        body.check_size()
        rules.check_message(body.payload, rules.CREATE_KEYS, files=body.names)
        if body.files:
            self._server.require(channel, attach_files=True)
        repeated = self._sent_before(channel, body.payload)
        if repeated is not None:
            return _answer(self._server.message_payload(repeated))
        reply_to = self._referenced(channel, body.payload.get("message_reference"))
        message = self._server.store(channel, self._server.bot, body.payload, body.files, reply_to=reply_to)
        self._server.publish_message("MESSAGE_CREATE", message)
        return _answer(self._server.message_payload(message))

    def _sent_before(self, channel: Channel, payload: Json) -> Message | None:
        if not payload.get("enforce_nonce") or payload.get("nonce") is None:
            return None
        nonce = str(payload["nonce"])
        return next((message for message in channel.messages if message.nonce == nonce), None)

    def _referenced(self, channel: Channel, reference: Json | None) -> Message | None:
        if reference is None:
            return None
        form = rules.Form()
        known = {"type", "message_id", "channel_id", "guild_id", "fail_if_not_exists"}
        form.keys(("message_reference",), reference, known)
        form.refuse_problems()
        if not self._server.bot_may(channel, read_message_history=True):
            raise Refusal(400, 160002, "Cannot reply without permission to read message history")
        elsewhere = int(reference.get("channel_id") or channel.id) != channel.id
        try:
            if not elsewhere:
                return self._server.find_message(channel, int(reference["message_id"]))
        except Refusal:
            pass
        if elsewhere or reference.get("fail_if_not_exists", True):
            code = "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL" if elsewhere else "REPLIES_UNKNOWN_MESSAGE"
            raise rules.form_refusal(("message_reference",), code, "Unknown message")
        return None

    async def edit_message(self, request: _Request) -> web.Response:
        channel = self._channel(request)
        message = self._message(request, channel)
        if message.author is not self._server.bot:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        if channel.archived:
            raise Refusal(400, 50083, "Thread is archived")
        self._change(message, request.body, rules.CHANNEL_FLAGS)
        self._server.publish_message("MESSAGE_UPDATE", message)
        return _answer(self._server.message_payload(message))

    def _change(self, message: Message, body: _Body, allowed_flags: int) -> None:
        body.check_size()
        before = message.fields()
        rules.check_message(body.payload, rules.EDIT_KEYS, allowed_flags=allowed_flags, before=before, files=body.names)
        self._server.change(message, body.payload, body.files)

    async def delete_message(self, request: _Request) -> web.Response:
        channel = self._channel(request)
        message = self._message(request, channel)
        if message.author is not self._server.bot:
            self._server.require(channel, manage_messages=True)
        self._server.delete(message)
        return _answer()

    async def add_reaction(self, request: _Request) -> web.Response:
        channel = self._channel(request, read_message_history=True)
        message = self._message(request, channel)
        emoji = request.match_info["emoji"]
        if emoji.isascii() and ":" not in emoji:
            raise Refusal(400, 10014, "Unknown Emoji")
        if emoji not in message.reactions:
            self._server.require(channel, add_reactions=True)
        users = message.reactions.setdefault(emoji, [])
        if self._server.bot not in users:
            users.append(self._server.bot)
        return _answer()

    async def remove_reaction(self, request: _Request) -> web.Response:
        channel = self._channel(request)
        message = self._message(request, channel)
        user_id = request.match_info["user"]
        if user_id not in ("@me", str(self._server.bot.id)):
            self._server.require(channel, manage_messages=True)
        wanted = self._server.bot.id if user_id == "@me" else int(user_id)
        emoji = request.match_info["emoji"]
        remaining = [user for user in message.reactions.get(emoji, []) if user.id != wanted]
        message.reactions[emoji] = remaining
        if not remaining:
            del message.reactions[emoji]
        return _answer()

    # Interactions

    async def respond(self, request: _Request) -> web.Response:
        """The initial response: once, within three seconds."""
        interaction = self._interaction_to_answer(request)
        body = request.body
        body.check_size()
        from_message = interaction.message is not None and interaction.kind != rules.COMMAND
        rules.check_callback(body.payload, interaction.kind, from_message=from_message, files=body.names)
        kind, data = body.payload["type"], body.payload.get("data") or {}
        if kind == rules.UPDATE:
            assert interaction.message is not None
            changed = _Body(data, body.files)
            self._change(interaction.message, changed, rules.INTERACTION_FLAGS)
        interaction.acknowledged = time.monotonic()
        interaction.answer_type, interaction.answer_data = kind, data
        await self._carry_out(interaction, kind, data, body.files)
        if request.query.get("with_response", "0").lower() in ("1", "true"):
            return _answer(self._callback_payload(interaction))
        return _answer()

    def _interaction_to_answer(self, request: _Request) -> Interaction:
        token = request.match_info["token"]
        interaction = self._server.interactions.get(token)
        if interaction is None or str(interaction.id) != request.match_info["interaction"]:
            raise Refusal(404, 10062, "Unknown interaction")
        if interaction.acknowledged is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        if interaction.age > self._server.seconds_to_acknowledge:
            raise Refusal(404, 10062, "Unknown interaction")
        return interaction

    async def _carry_out(
        self, interaction: Interaction, kind: int, data: Json, files: dict[int, tuple[str, bytes]]
    ) -> None:
        if kind in (rules.MESSAGE, rules.DEFERRED_MESSAGE):
            if kind == rules.DEFERRED_MESSAGE:
                data = {"flags": data.get("flags", 0) | rules.LOADING}
            interaction.original = self._server.store_response(interaction, data, files)
            interaction.is_answered = kind == rules.MESSAGE
            self._server.publish_message("MESSAGE_CREATE", interaction.original)
        elif kind in (rules.UPDATE, rules.DEFERRED_UPDATE):
            interaction.original = interaction.message
            interaction.is_answered = kind == rules.UPDATE
            if kind == rules.UPDATE and interaction.message is not None:
                self._server.publish_message("MESSAGE_UPDATE", interaction.message)

    def _callback_payload(self, interaction: Interaction) -> Json:
        kind, original = interaction.answer_type, interaction.original
        about: Json = {"id": str(interaction.id), "type": interaction.kind}
        resource: Json = {"type": kind}
        if original is not None and kind != rules.DEFERRED_UPDATE:
            about["response_message_id"] = str(original.id)
            about["response_message_loading"] = original.loading
            about["response_message_ephemeral"] = original.ephemeral
            resource["message"] = self._server.message_payload(original)
        return {"interaction": about, "resource": resource}

    def _interaction_of_webhook(self, request: _Request) -> Interaction:
        """The interaction whose token is in the path: acknowledged, and not older than 15 minutes."""
        if request.match_info["application"] != str(self._server.application_id):
            raise Refusal(404, 10015, "Unknown Webhook")
        interaction = self._server.interactions.get(request.match_info["token"])
        if interaction is None or interaction.acknowledged is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        if interaction.age > self._server.seconds_of_a_token:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return interaction

    def _response_message(self, request: _Request, interaction: Interaction) -> Message:
        wanted = request.match_info["message"]
        candidates = [interaction.original] if wanted == "@original" else [interaction.original, *interaction.followups]
        for message in candidates:
            if message is not None and not message.deleted and wanted in ("@original", str(message.id)):
                return message
        raise Refusal(404, 10008, "Unknown Message")

    async def create_followup(self, request: _Request) -> web.Response:
        """A further message; the first one after a deferral takes the place of "is thinking..."."""
        interaction = self._interaction_of_webhook(request)
        body = request.body
        body.check_size()
        rules.check_message(body.payload, rules.FOLLOWUP_KEYS, allowed_flags=rules.INTERACTION_FLAGS, files=body.names)
        if interaction.original is not None and interaction.original.loading:
            return await self._replace_thinking(interaction, body)
        if not interaction.is_installed and len(interaction.followups) >= FOLLOWUPS_WHERE_NOT_INSTALLED:
            raise Refusal(400, 40094, "You reached the maximum number of follow-up messages for this interaction")
        message = self._server.store_response(interaction, body.payload, body.files)
        interaction.followups.append(message)
        self._server.publish_message("MESSAGE_CREATE", message)
        return _answer(self._server.message_payload(message))

    async def _replace_thinking(self, interaction: Interaction, body: _Body) -> web.Response:
        assert interaction.original is not None
        self._server.change(interaction.original, body.payload, body.files)
        interaction.is_answered = True
        interaction.followups.append(interaction.original)
        self._server.publish_message("MESSAGE_UPDATE", interaction.original)
        return _answer(self._server.message_payload(interaction.original))

    async def get_response(self, request: _Request) -> web.Response:
        message = self._response_message(request, self._interaction_of_webhook(request))
        return _answer(self._server.message_payload(message))

    async def edit_response(self, request: _Request) -> web.Response:
        interaction = self._interaction_of_webhook(request)
        message = self._response_message(request, interaction)
        self._change(message, request.body, rules.INTERACTION_FLAGS)
        interaction.is_answered |= message is interaction.original
        self._server.publish_message("MESSAGE_UPDATE", message)
        return _answer(self._server.message_payload(message))

    async def delete_response(self, request: _Request) -> web.Response:
        interaction = self._interaction_of_webhook(request)
        self._server.delete(self._response_message(request, interaction))
        return _answer()

    # Commands

    def _commands(self, request: _Request) -> tuple[int | None, list[Json]]:
        """The guild (None: global) of the path and its commands."""
        if request.match_info["application"] != str(self._server.application_id):
            raise Refusal(404, 10002, "Unknown Application")
        if "guild" not in request.match_info:
            return None, self._server.commands.setdefault(None, [])
        guild_id = self._guild(request).id
        return guild_id, self._server.commands.setdefault(guild_id, [])

    async def get_commands(self, request: _Request) -> web.Response:
        return _answer(self._commands(request)[1])

    async def get_command(self, request: _Request) -> web.Response:
        return _answer(self._command(request))

    def _command(self, request: _Request) -> Json:
        for command in self._commands(request)[1]:
            if command["id"] == request.match_info["command"]:
                return command
        raise Refusal(404, 10063, "Unknown application command")

    async def replace_commands(self, request: _Request) -> web.Response:
        _, existing = self._commands(request)
        commands: Any = request.body.payload  # here a list
        return _answer(self._write(request, commands, existing))

    async def create_command(self, request: _Request) -> web.Response:
        _, existing = self._commands(request)
        command = request.body.payload
        identity = (command.get("type", 1), command.get("name"))
        others = [other for other in existing if (other["type"], other["name"]) != identity]
        written = self._write(request, [*map(_as_written, others), command], existing)
        return _answer(written[-1], 201)

    async def edit_command(self, request: _Request) -> web.Response:
        _, existing = self._commands(request)
        old = self._command(request)
        new = {**_as_written(old), **request.body.payload}
        wanted = [new if command is old else _as_written(command) for command in existing]
        return _answer(self._write(request, wanted, existing)[existing.index(old)])

    async def delete_command(self, request: _Request) -> web.Response:
        _, existing = self._commands(request)
        old = self._command(request)
        self._write(request, [_as_written(command) for command in existing if command is not old], existing)
        return _answer()

    def _write(self, request: _Request, wanted: list[Json], existing: list[Json]) -> list[Json]:
        rules.check_commands(wanted)
        guild_id, _ = self._commands(request)
        ids = {(command["type"], command["name"]): command["id"] for command in existing}
        written = [self._registered(command, guild_id, ids) for command in wanted]
        self._server.commands[guild_id] = written
        names = tuple(command["name"] for command in wanted)
        self._server.command_writes.append(CommandWrite(request.method, guild_id, names))
        return written

    def _registered(self, command: Json, guild_id: int | None, ids: Mapping[tuple[int, str], str]) -> Json:
        kind = command.get("type", 1)
        stored = {
            "default_member_permissions": None,
            "nsfw": False,
            "description": "",
            "options": [],
            **command,
            "type": kind,
            "id": ids.get((kind, command["name"])) or str(new_id()),
            "application_id": str(self._server.application_id),
            "version": str(new_id()),
            "integration_types": command.get("integration_types") or [0],
            "contexts": command.get("contexts"),
        }
        return stored if guild_id is None else {**stored, "guild_id": str(guild_id)}


def _as_written(command: Json) -> Json:
    return {key: value for key, value in command.items() if key not in ("application_id", "version", "guild_id")}


def _failed(failure: _Failure) -> web.Response:
    body: Json = {"message": "A failure the test asked for", "code": failure.code}
    if failure.status != 429:
        return _answer(body, failure.status)
    body |= {"message": "You are being rate limited.", "retry_after": failure.retry_after, "global": False}
    response = _answer(body, 429)
    # discord.py takes a 429 without Via for a ban.
    response.headers.update({"Via": "1.1 google", "Retry-After": str(failure.retry_after)})
    return response


# What Discord's client lets a user do


_OPTION_KINDS: dict[int, tuple[type, ...]] = {
    rules.STRING: (str,),
    rules.INTEGER: (int,),
    rules.BOOLEAN: (bool,),
    rules.USER: (User,),
    rules.CHANNEL: (Channel,),
    rules.ROLE: (Role,),
    rules.MENTIONABLE: (User, Role),
    rules.NUMBER: (int, float),
    rules.ATTACHMENT: (Attachment,),
}


class _OptionsFilledIn:
    """The options of a command as a client sends them, with the entities they name under ``resolved``."""

    def __init__(self, guild: Guild | None, user: User, focused: str | None = None) -> None:
        self._guild = guild
        self._user = user
        self._focused = focused
        self.resolved: dict[str, Json] = {}

    def fill(self, path: Sequence[str], options: Sequence[Json], given: Mapping[str, object]) -> list[Json]:
        """Follows subcommand names down ``path``, then fills in the values given."""
        if path:
            for option in options:
                if option["name"] == path[0] and option["type"] in (rules.SUBCOMMAND, rules.SUBCOMMAND_GROUP):
                    nested = self.fill(path[1:], option.get("options") or [], given)
                    return [{"name": option["name"], "type": option["type"], "options": nested}]
            raise NotOffered(f"there is no subcommand {path[0]!r}")
        known = {option["name"]: option for option in options}
        if unknown := given.keys() - known.keys():
            raise NotOffered(f"there are no options {sorted(unknown)}, only {sorted(known)}")
        if any(option["type"] in (rules.SUBCOMMAND, rules.SUBCOMMAND_GROUP) for option in options):
            raise NotOffered(f"name one of the subcommands {sorted(known)}")
        missing = [name for name, option in known.items() if option.get("required") and name not in given]
        if missing and self._focused is None:
            raise NotOffered(f"the options {missing} are required")
        return [self._value(known[name], value) for name, value in given.items()]

    def _value(self, option: Json, value: object) -> Json:
        filled: Json = {"name": option["name"], "type": option["type"], "value": value}
        if option["name"] == self._focused:
            return {**filled, "value": str(value), "focused": True}
        kinds = _OPTION_KINDS[option["type"]]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise NotOffered(f"option {option['name']!r} takes {kinds}, not {value!r}")
        if isinstance(value, User | Role | Channel | Attachment):
            return {**filled, "value": self._resolve(value)}
        if self._focused is None:
            _check_option_value(option, value)
        return filled

    def _resolve(self, entity: User | Role | Channel | Attachment) -> str:
        match entity:
            case User():
                self._add("users", entity.id, entity.payload())
                if self._guild is not None and entity in self._guild.members:
                    member = self._guild.member_payload(entity, 0)
                    del member["user"]
                    self._add("members", entity.id, member)
            case Role():
                self._add("roles", entity.id, entity.payload(1))
            case Channel():
                permissions = {"permissions": str(entity.permissions_of(self._user))}
                self._add("channels", entity.id, entity.payload() | permissions)
            case Attachment():
                self._add("attachments", entity.id, entity.payload())
        return str(entity.id)

    def _add(self, kind: str, entity_id: int, payload: Json) -> None:
        self.resolved.setdefault(kind, {})[str(entity_id)] = payload


def _check_option_value(option: Json, value: object) -> None:
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise NotOffered(f"option {option['name']!r} offers {choices}, not {value!r}")
    measure, limits = (len(value), "length") if isinstance(value, str) else (value, "value")
    if isinstance(measure, bool) or not isinstance(measure, int | float):
        return
    least, most = option.get(f"min_{limits}"), option.get(f"max_{limits}")
    least, most = (
        (0 if least is None else least, 6000 if most is None else most) if limits == "length" else (least, most)
    )
    if (least is not None and measure < least) or (most is not None and measure > most):
        raise NotOffered(f"option {option['name']!r} takes a {limits} of {least} to {most}, not {measure}")


def _submitted(component: Json, values: Mapping[str, object]) -> Json:
    """One item of a modal as a client submits it."""
    base: Json = {key: component[key] for key in ("type", "id", "custom_id") if key in component}
    if component["type"] == rules.ROW:
        return {**base, "components": [_submitted(child, values) for child in component["components"]]}
    if component["type"] == rules.LABEL:
        return {**base, "component": _submitted(component["component"], values)}
    if component["type"] == rules.TEXT:
        return base
    value = values.get(component["custom_id"])
    if component["type"] == rules.TEXT_INPUT:
        return {
            **base,
            "value": _typed_in(component, component.get("value") or "" if value is None else value),
        }
    if component["type"] in (rules.CHECKBOX, rules.RADIO_GROUP):
        return {**base, "value": value}
    return {**base, "values": _selected(component, value or [])}


def _typed_in(text_input: Json, text: object) -> str:
    if not isinstance(text, str):
        raise NotOffered(f"a text input takes text, not {text!r}")
    least = text_input.get("min_length") or int(text_input.get("required", True))
    most = text_input.get("max_length") or 4000
    if (text or text_input.get("required", True)) and not least <= len(text) <= most:
        raise NotOffered(f"{text_input['custom_id']!r} takes {least} to {most} characters, not {len(text)}")
    return text


def _selected(select: Json, values: object) -> list[str]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise NotOffered(f"a select takes a list of values, not {values!r}")
    chosen = [str(value) for value in values]
    offered = [option["value"] for option in select.get("options") or []]
    if offered and set(chosen) - set(offered):
        raise NotOffered(f"the select offers {offered}, not {chosen}")
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not (0 if least is None else least) <= len(chosen) <= (1 if most is None else most):
        raise NotOffered(f"the select takes {least} to {most} values, not {len(chosen)}")
    return chosen


# The driver


class DiscordServer:
    """Discord for one bot and one test: what exists on it, and what its users do.

    ``refusals`` lists the requests refused (failures asked for with :meth:`fail_next` are not among them),
    ``requests`` every request, ``command_writes`` each write of commands. ``seconds_to_acknowledge`` and
    ``seconds_of_a_token`` may be shortened; ``enabled_intents`` holds the privileged intents enabled for the
    application (none at first).
    """

    def __init__(self, token: str = "MTAwMDAwMDAwMDAwMDAwMDAw.stand-in.token") -> None:
        self.token = token
        self.enabled_intents = 0
        self.heartbeat_interval = 41250
        self.seconds_to_acknowledge = SECONDS_TO_ACKNOWLEDGE
        self.seconds_of_a_token = SECONDS_OF_A_TOKEN
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
        self._rest = RestApi(self)
        self._failures: list[_Failure] = []
        self._uploads: list[Attachment] = []
        self._heard: dict[int, int] = {}
        self._address = ""
        self.channel("general")

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._rest.application(), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._address = f"{host}:{port}"
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.gateway.drop(code=1001, resumable=False)
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"http://{self._address}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._address}/gateway"

    @contextmanager
    def serving_this_process(self) -> Iterator[None]:
        """Points the discord.py of this process here, and back to Discord afterwards."""
        route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
        before = route.BASE, socket.DEFAULT_GATEWAY
        route.BASE, socket.DEFAULT_GATEWAY = self.api_url, yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            route.BASE, socket.DEFAULT_GATEWAY = before

    def preamble(self) -> str:
        """Python source that points the discord.py of another process here, run before the bot starts."""
        return (
            "import discord, yarl\n"
            f"discord.http.Route.BASE = {self.api_url!r}\n"
            f"discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL({self.gateway_url!r})\n"
        )

    # What exists

    def user(self, name: str) -> User:
        """The member of a name, who joins at the first mention."""
        for user in self.users:
            if user.name == name:
                return user
        user = User(name)
        self.users.append(user)
        self.guild.members.append(user)
        joined = self.guild.member_payload(user) | {"guild_id": str(self.guild.id)}
        self.gateway.publish("GUILD_MEMBER_ADD", lambda _: joined, GUILD_MEMBERS)
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
        self.gateway.publish("GUILD_ROLE_CREATE", lambda _: created, GUILDS)
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

    def thread(self, name: str, parent: Channel, owner: User) -> Channel:
        """A new public thread that a user starts."""
        thread = self.add_thread(parent, name, owner, PUBLIC_THREAD)
        self.publish_channel("THREAD_CREATE", thread)
        return thread

    def guild_without_bot(self, name: str, *members: User) -> Guild:
        """A guild in which members use the bot as a user-installed app only."""
        guild = Guild(name, User("Somebody Else"), has_bot=False, members=list(members))
        self.guilds.append(guild)
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

    # What goes wrong

    def fail_next(
        self,
        method: str,
        path_pattern: str,
        status: int,
        *,
        code: int = 0,
        retry_after: float = 0.1,
        times: int = 1,
        performed: bool = False,
    ) -> None:
        """Answers the next requests to paths like ``/channels/*/messages`` with a failure.

        ``performed``: the request is carried out all the same, as when only the answer is lost.
        """
        failure = _Failure(method, path_pattern, status, code, retry_after, performed)
        self._failures.extend([failure] * times)

    def take_failure(self, method: str, path: str) -> _Failure | None:
        """The failure asked for this request, which is then used up."""
        for failure in self._failures:
            if failure.method == method and fnmatch.fnmatchcase(path, failure.path_pattern):
                self._failures.remove(failure)
                return failure
        return None

    async def drop_gateway(self, code: int = 4000, *, resumable: bool = True) -> None:
        """Closes the gateway connection; without ``resumable`` the session is lost and must be begun anew."""
        await self.gateway.drop(code=code, resumable=resumable)

    # Waiting

    async def ready(self, timeout: float = 10) -> None:
        """Waits until the bot is connected to the gateway."""
        await self.changes.until(lambda: self.gateway.connected or None, timeout, "bot on the gateway")

    async def commands_synced(self, timeout: float = 10) -> list[Json]:
        """Waits until the bot has commands, and returns them."""

        def commands() -> list[Json] | None:
            return [command for scope in self.commands.values() for command in scope] or None

        return await self.changes.until(commands, timeout, "command of the bot")

    async def next_message(self, channel: Channel, timeout: float = 10) -> Message:
        """The bot's next message in a channel, in order, none twice, answers to interactions left out."""
        message = await self.changes.until(
            lambda: self._unheard(channel), timeout, f"message of the bot in {channel.name!r}"
        )
        self._heard[channel.id] = message.id
        return message

    async def is_silent(self, channel: Channel, seconds: float = 0.5) -> bool:
        """Whether the bot says nothing in a channel for that long, beyond what :meth:`next_message` gave."""
        await asyncio.sleep(seconds)
        return self._unheard(channel) is None

    def _unheard(self, channel: Channel) -> Message | None:
        for message in channel.messages:
            is_own_word = message.author is self.bot and message.interaction is None
            if is_own_word and message.id > self._heard.get(channel.id, 0):
                return message
        return None

    async def next_edit(self, message: Message, timeout: float = 10) -> Message:
        """Waits until a message has been edited once more than now."""
        edits = message.edits
        return await self.changes.until(
            lambda: message if message.edits > edits else None, timeout, f"edit of {message.text!r}"
        )

    # What users do

    async def say(
        self,
        channel: Channel,
        user: User,
        content: str,
        *,
        reply_to: Message | None = None,
        ping_reply: bool = True,
    ) -> Message:
        """A user's message; a reply mentions the author replied to unless ``ping_reply`` is off."""
        parse: Json = {"parse": ["users", "roles", "everyone"], "replied_user": ping_reply}
        message = self.store(channel, user, {"content": content, "allowed_mentions": parse}, {}, reply_to=reply_to)
        self.publish_message("MESSAGE_CREATE", message)
        return message

    async def post(self, forum: Channel, user: User, title: str, content: str) -> Channel:
        """A user's post in a forum: a thread with its first message."""
        thread = self.add_thread(forum, title, user, PUBLIC_THREAD)
        self.publish_channel("THREAD_CREATE", thread)
        message = self.store(thread, user, {"content": content}, {})
        message.id = thread.id
        self.publish_message("MESSAGE_CREATE", message)
        return thread

    async def edit(self, message: Message, content: str) -> None:
        """The author edits a message."""
        self.change(message, {"content": content}, {})
        self.publish_message("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Somebody deletes a message."""
        message.deleted = True
        self._publish_deletion(message)
        self.changes.announce()

    async def slash(
        self,
        name: str,
        options: Mapping[str, object] | None = None,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        locale: str = "en-US",
        as_installed_by_user: bool = False,
    ) -> Interaction:
        """A slash command (``"archive status"`` names a subcommand), where the client would offer it.

        Options that are users, channels, roles or attachments are given as such. The default is Ada in
        #general. Raises :class:`NotOffered` where Discord's client would not send it.
        """
        user, channel = user or self.user("Ada"), channel or self.channel("general")
        first, *path = name.split()
        command = self._offered(rules.CHAT_INPUT, first, user, channel, as_installed_by_user)
        filled = _OptionsFilledIn(channel.guild, user)
        data = self._command_data(command)
        data["options"] = filled.fill(path, command["options"], options or {})
        data["resolved"] = filled.resolved
        return self._begin(rules.COMMAND, user, channel, data, locale, as_installed_by_user)

    async def autocomplete(
        self,
        name: str,
        options: Mapping[str, object],
        focused: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        locale: str = "en-US",
        timeout: float = SECONDS_TO_ACKNOWLEDGE,
    ) -> list[Json]:
        """The choices the bot suggests while a user types into the option ``focused``."""
        user, channel = user or self.user("Ada"), channel or self.channel("general")
        first, *path = name.split()
        command = self._offered(rules.CHAT_INPUT, first, user, channel, False)
        filled = _OptionsFilledIn(channel.guild, user, focused)
        data = self._command_data(command)
        data["options"] = filled.fill(path, command["options"], options)
        data["resolved"] = filled.resolved
        interaction = self._begin(rules.AUTOCOMPLETE, user, channel, data, locale, False)
        await interaction.acknowledgement(timeout)
        choices: list[Json] = interaction.answer_data["choices"]
        return choices

    async def context_menu(
        self,
        name: str,
        target: Message | User,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        locale: str = "en-US",
        as_installed_by_user: bool = False,
    ) -> Interaction:
        """A command of the context menu of a message or of a user."""
        user = user or self.user("Ada")
        if isinstance(target, Message):
            kind, channel = rules.MESSAGE_COMMAND, target.channel
            resolved = {"messages": {str(target.id): self.message_payload(target)}}
        else:
            kind, channel = rules.USER_COMMAND, channel or self.channel("general")
            filled = _OptionsFilledIn(channel.guild, user)
            filled.fill((), [{"name": "target", "type": rules.USER}], {"target": target})
            resolved = filled.resolved
        command = self._offered(kind, name, user, channel, as_installed_by_user)
        data = {**self._command_data(command), "target_id": str(target.id), "resolved": resolved}
        return self._begin(rules.COMMAND, user, channel, data, locale, as_installed_by_user)

    async def press(
        self, message: Message, custom_id: str, *, user: User | None = None, locale: str = "en-US"
    ) -> Interaction:
        """A user presses a button."""
        button = message.control(custom_id)
        if button["type"] != rules.BUTTON:
            raise NotOffered(f"{custom_id!r} is not a button")
        return self._use(message, button, {}, user, locale)

    async def select(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        user: User | None = None,
        locale: str = "en-US",
    ) -> Interaction:
        """A user chooses in a string select."""
        select = message.control(custom_id)
        if select["type"] != rules.STRING_SELECT:
            raise NotOffered(f"{custom_id!r} is not a string select")
        return self._use(message, select, {"values": _selected(select, values)}, user, locale)

    async def submit_modal(
        self, opened: Interaction, values: Mapping[str, object], *, timeout: float = 5
    ) -> Interaction:
        """The user fills in the modal that an interaction opened: values by custom_id."""
        modal = await opened.modal(timeout)
        components = [_submitted(component, values) for component in modal["components"]]
        known = {component.get("custom_id") for _, component in rules.nested_components(modal["components"])}
        if unknown := values.keys() - known:
            raise NotOffered(f"the modal has no items {sorted(unknown)}")
        data = {"custom_id": modal["custom_id"], "components": components, "resolved": {}}
        installed_by_user = not opened.is_installed
        return self._begin(
            rules.MODAL_SUBMIT,
            opened.user,
            opened.channel,
            data,
            opened.locale,
            installed_by_user,
            opened.message,
        )

    def _use(self, message: Message, component: Json, chosen: Json, user: User | None, locale: str) -> Interaction:
        begun_by = message.interaction.user if message.interaction else None
        user = user or begun_by or self.user("Ada")
        if message.deleted or component.get("disabled") or message.channel.archived:
            raise NotOffered(f"{component} can no longer be used")
        if message.ephemeral and user is not begun_by:
            raise NotOffered("only the user it answers sees this message")
        data = {"custom_id": component["custom_id"], "component_type": component["type"], **chosen}
        by_user = message.interaction is not None and not message.interaction.is_installed
        return self._begin(rules.COMPONENT, user, message.channel, data, locale, by_user, message)

    def _offered(self, kind: int, name: str, user: User, channel: Channel, installed_by_user: bool) -> Json:
        """The command of a name, if a client would offer it to this user in this place."""
        scopes = [self.commands.get(channel.guild.id, [])] if channel.guild else []
        candidates = [command for scope in (*scopes, self.commands.get(None, [])) for command in scope]
        found = [command for command in candidates if (command["type"], command["name"]) == (kind, name)]
        if not found:
            raise NotOffered(f"no command {name!r} is registered, only {[one['name'] for one in candidates]}")
        command = found[0]
        allowed = command["contexts"]
        if allowed is not None and self._context(channel) not in allowed:
            raise NotOffered(f"{name!r} is offered in the contexts {allowed}, not in {self._context(channel)}")
        if int(installed_by_user) not in command["integration_types"]:
            raise NotOffered(f"{name!r} is for the installations {command['integration_types']} only")
        if channel.guild is not None and not channel.guild.has_bot and not installed_by_user:
            raise NotOffered("the bot is not in this guild")
        self._check_user_may(command, user, channel)
        return command

    def _check_user_may(self, command: Json, user: User, channel: Channel) -> None:
        permissions = channel.permissions_of(user)
        needed = discord.Permissions(use_application_commands=True, view_channel=True).value
        default = command["default_member_permissions"]
        if channel.guild is not None and default is not None:
            needed |= int(default) or discord.Permissions(administrator=True).value
        if needed & ~permissions:
            missing = [name for name, is_set in discord.Permissions(needed & ~permissions) if is_set]
            raise NotOffered(f"{user.name} lacks {missing}")

    def _context(self, channel: Channel) -> int:
        if channel.guild is not None:
            return IN_GUILD
        return IN_BOT_DM if self.bot in channel.recipients else IN_PRIVATE_CHANNEL

    def _command_data(self, command: Json) -> Json:
        data = {key: command[key] for key in ("id", "name", "type")}
        return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})

    def _begin(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        locale: str,
        installed_by_user: bool,
        message: Message | None = None,
    ) -> Interaction:
        if not self.gateway.sessions:
            raise NotOffered("the bot is not connected")
        external = discord.Permissions(use_external_apps=True).value
        interaction = Interaction(self, kind, user, channel, data, locale, not installed_by_user, message)
        interaction.forces_ephemeral = (
            installed_by_user and channel.guild is not None and not channel.permissions_of(user) & external
        )
        self.interactions[interaction.token] = interaction
        payload = self._interaction_payload(interaction)
        self.gateway.publish("INTERACTION_CREATE", lambda _: payload)
        return interaction

    def _interaction_payload(self, interaction: Interaction) -> Json:
        user, channel, guild = interaction.user, interaction.channel, interaction.channel.guild
        permissions = channel.permissions_of(user)
        in_guild = "0" if guild is None else str(guild.id)
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.application_id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": channel.payload() | {"permissions": str(permissions)},
            "locale": interaction.locale,
            "app_permissions": str(self._app_permissions(channel)),
            "entitlements": [],
            "authorizing_integration_owners": {"0": in_guild} if interaction.is_installed else {"1": str(user.id)},
            "context": self._context(channel),
            "attachment_size_limit": rules.UPLOAD_LIMIT,
        }
        if guild is None:
            payload["user"] = user.payload()
        else:
            payload["member"] = guild.member_payload(user, permissions)
            payload["guild_id"], payload["guild_locale"] = str(guild.id), guild.locale
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        if interaction.message is not None:
            payload["message"] = self.message_payload(interaction.message)
        return payload

    def _app_permissions(self, channel: Channel) -> int:
        is_present = self.bot in channel.recipients or (channel.guild is not None and channel.guild.has_bot)
        return channel.permissions_of(self.bot) if is_present else MEMBER_PERMISSIONS

    # For the REST API and the gateway

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
            channel.archived = False
        else:
            self.require(channel, send_messages=True)
        if not all(user.accepts_direct_messages for user in channel.recipients):
            raise Refusal(403, 50007, "Cannot send messages to this user")

    def add_thread(self, parent: Channel, name: str, owner: User, kind: int, thread_id: int | None = None) -> Channel:
        """A new thread, not yet announced."""
        assert parent.guild is not None
        thread = Channel(name, parent.guild, kind, parent=parent, owner=owner, id=thread_id or new_id())
        parent.guild.channels.append(thread)
        return thread

    def store_response(
        self, interaction: Interaction, payload: Json, files: Mapping[int, tuple[str, bytes]]
    ) -> Message:
        """Stores a message that answers an interaction, ephemeral where it must be."""
        forced = rules.EPHEMERAL if interaction.forces_ephemeral else 0
        payload = {**payload, "flags": (payload.get("flags") or 0) | forced}
        return self.store(interaction.channel, self.bot, payload, files, interaction=interaction)

    def store(
        self,
        channel: Channel,
        author: User,
        payload: Json,
        files: Mapping[int, tuple[str, bytes]],
        *,
        reply_to: Message | None = None,
        interaction: Interaction | None = None,
    ) -> Message:
        """Stores a message, with whom it mentions and pings."""
        fields = rules.merged_message(payload, None)
        message = Message(
            channel,
            author,
            fields["content"],
            fields["embeds"],
            _with_ids(fields["components"]),
            self._new_attachments(payload, files),
            fields["flags"],
            fields["poll"],
            type=19 if reply_to else 20 if interaction else 0,
            reply_to=reply_to,
            nonce=None if payload.get("nonce") is None else str(payload["nonce"]),
            interaction=interaction,
        )
        message.mentions = self._mentions(message, payload.get("allowed_mentions"))
        message.pings = rules.NOBODY if message.ephemeral else message.mentions
        channel.messages.append(message)
        self.changes.announce()
        return message

    def change(self, message: Message, payload: Json, files: Mapping[int, tuple[str, bytes]]) -> None:
        """Edits a message; whether it is ephemeral never changes, and "is thinking..." ends."""
        was_loading = message.loading
        fields = rules.merged_message(payload, message.fields())
        message.content, message.embeds, message.poll = fields["content"], fields["embeds"], fields["poll"]
        message.components = _with_ids(fields["components"])
        message.flags = (fields["flags"] & ~rules.EPHEMERAL & ~rules.LOADING) | (message.flags & rules.EPHEMERAL)
        if payload.get("attachments") is not None:
            kept = {str(attachment["id"]) for attachment in payload["attachments"]}
            message.attachments = [attachment for attachment in message.attachments if str(attachment.id) in kept]
        message.attachments += self._new_attachments(payload, files)
        message.mentions = self._mentions(message, payload.get("allowed_mentions"))
        if was_loading:
            message.pings = rules.NOBODY if message.ephemeral else message.mentions
        else:
            message.edited_at = timestamp()
        message.edits += 1
        self.changes.announce()

    def _mentions(self, message: Message, allowed: Json | None) -> Mentions:
        guild, channel = message.channel.guild, message.channel
        mention_everyone = discord.Permissions(mention_everyone=True).value
        return rules.parse_mentions(
            message.text,
            allowed,
            may_mention_everyone=guild is not None and bool(channel.permissions_of(message.author) & mention_everyone),
            mentionable_roles=[role.id for role in guild.roles if role.mentionable] if guild else [],
            replied_to=message.reply_to.author.id if message.reply_to else None,
        )

    def _new_attachments(self, payload: Json, files: Mapping[int, tuple[str, bytes]]) -> list[Attachment]:
        about = {str(entry.get("id")): entry for entry in payload.get("attachments") or []}
        return [
            self._attachment(name, data, about.get(str(number), {}).get("description"))
            for number, (name, data) in files.items()
        ]

    def _attachment(self, filename: str, data: bytes, description: str | None) -> Attachment:
        attachment = Attachment(filename, data, description)
        attachment.url = f"http://{self._address}/files/{attachment.id}/{filename}"
        return attachment

    def attachment(self, attachment_id: int) -> Attachment | None:
        """The stored or uploaded file with an id."""
        stored = [one for channel in self.channels for message in channel.messages for one in message.attachments]
        return next((one for one in [*stored, *self._uploads] if one.id == attachment_id), None)

    def publish_channel(self, event: str, channel: Channel) -> None:
        """Announces a channel or thread to a bot that sees it."""
        guild = channel.guild
        if guild is not None and guild.has_bot:
            created = {"newly_created": True} if event == "THREAD_CREATE" else {}
            payload = channel.payload() | created
            self.gateway.publish(event, lambda _: payload, GUILDS)

    def publish_message(self, event: str, message: Message) -> None:
        """Announces a new or edited message to a bot that sees it; ephemeral ones are not announced."""
        if self._is_heard_by_bot(message):
            intent = DIRECT_MESSAGES if message.channel.guild is None else GUILD_MESSAGES
            self.gateway.publish(event, lambda intents: self._event_payload(message, intents), intent)

    def _publish_deletion(self, message: Message) -> None:
        if not self._is_heard_by_bot(message):
            return
        guild = message.channel.guild
        payload = {"id": str(message.id), "channel_id": str(message.channel.id)}
        payload |= {"guild_id": str(guild.id)} if guild else {}
        self.gateway.publish("MESSAGE_DELETE", lambda _: payload, GUILD_MESSAGES if guild else DIRECT_MESSAGES)

    def _is_heard_by_bot(self, message: Message) -> bool:
        return not message.ephemeral and self.bot_may(message.channel, view_channel=True)

    def _event_payload(self, message: Message, intents: int) -> Json:
        """A message as the gateway shows it: with the member; its content only where the bot may see it."""
        payload = self.message_payload(message)
        guild = message.channel.guild
        if guild is not None:
            member = guild.member_payload(message.author)
            del member["user"]
            payload |= {"guild_id": str(guild.id), "member": member}
        is_shown = guild is None or message.author is self.bot or self.bot.id in message.mentions.users
        if not intents & MESSAGE_CONTENT and not is_shown:
            payload |= {"content": "", "embeds": [], "attachments": [], "components": []}
            payload.pop("poll", None)
        return payload

    def message_payload(self, message: Message, *, with_reference: bool = True) -> Json:
        """A message as the REST API shows it."""
        mentioned = [user.payload() for user in self.users if user.id in message.mentions.users]
        payload: Json = {
            "id": str(message.id),
            "channel_id": str(message.channel.id),
            "author": message.author.payload(),
            "content": message.content,
            "timestamp": message.created_at,
            "edited_timestamp": message.edited_at,
            "tts": False,
            "mention_everyone": message.mentions.everyone,
            "mentions": mentioned,
            "mention_roles": [str(role) for role in message.mentions.roles],
            "attachments": [attachment.payload() for attachment in message.attachments],
            "embeds": message.embeds,
            "components": message.components,
            "pinned": False,
            "type": message.type,
            "flags": message.flags,
        }
        if message.poll is not None:
            payload["poll"] = message.poll
        if message.nonce is not None:
            payload["nonce"] = message.nonce
        if message.reactions:
            payload["reactions"] = [_reaction(emoji, users) for emoji, users in message.reactions.items()]
        if message.interaction is not None:
            payload |= self._origin(message.interaction)
        if message.reply_to is not None and with_reference:
            payload |= self._reference(message.reply_to)
        return payload

    def _origin(self, interaction: Interaction) -> Json:
        metadata = {
            "id": str(interaction.id),
            "type": interaction.kind,
            "user": interaction.user.payload(),
            "authorizing_integration_owners": {},
        }
        return {"interaction_metadata": metadata, "application_id": str(self.application_id)}

    def _reference(self, reply_to: Message) -> Json:
        reference = {"type": 0, "message_id": str(reply_to.id), "channel_id": str(reply_to.channel.id)}
        if reply_to.channel.guild is not None:
            reference["guild_id"] = str(reply_to.channel.guild.id)
        referenced = None if reply_to.deleted else self.message_payload(reply_to, with_reference=False)
        return {"message_reference": reference, "referenced_message": referenced}


def _reaction(emoji: str, users: Sequence[User]) -> Json:
    name, _, emoji_id = emoji.partition(":")
    return {
        "emoji": {"id": emoji_id or None, "name": name},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": any(user.is_bot for user in users),
        "me_burst": False,
        "burst_colors": [],
    }


def _with_ids(components: Sequence[Json]) -> list[Json]:
    """A copy in which every component has an id and every medium its address, as Discord fills them in."""
    copied: list[Json] = json.loads(json.dumps(components))
    everything = [component for _, component in rules.nested_components(copied)]
    taken = {component["id"] for component in everything if component.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)
    for component in everything:
        if not component.get("id"):
            component["id"] = next(free)
        media = [
            component.get("media"),
            component.get("file"),
            *(item["media"] for item in component.get("items", [])),
        ]
        for medium in media:
            if medium is not None:
                medium.setdefault("proxy_url", medium["url"])
    return copied
