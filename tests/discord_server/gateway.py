"""The gateway: sessions by shard, events by intent, heartbeats, resumption."""

import asyncio
import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web
from discord_rules import Json

from discord_server.sockets import Session, Socket

if TYPE_CHECKING:
    from discord_server.records import Guild
    from discord_server.world import World

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
KNOWN_INTENTS = ((1 << 17) - 1) | 3 << 20 | 3 << 24

CLOSE_CODES = {
    4000: "Unknown error",
    4001: "Unknown opcode",
    4002: "Decode error",
    4003: "Not authenticated",
    4004: "Authentication failed",
    4005: "Already authenticated",
    4007: "Invalid seq",
    4008: "Rate limited",
    4009: "Session timed out",
    4010: "Invalid shard",
    4011: "Sharding required",
    4012: "Invalid API version",
    4013: "Invalid intent(s)",
    4014: "Disallowed intent(s)",
}
FATAL = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
"""Close codes after which a client must not connect again."""
SESSION_LOST = FATAL | {4007, 4009}
"""Close codes after which a session cannot be resumed."""

SENT_IN_A_MINUTE = 120
"""How many payloads a client may send in 60 seconds."""


class Gateway:
    """The websocket side: sessions, events by intent, heartbeats, resumption."""

    HEARTBEAT, HELLO, ACKNOWLEDGED, INVALID_SESSION, RECONNECT = 1, 10, 11, 9, 7

    def __init__(self, server: "World") -> None:
        self._server = server
        self.sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        self.identifications = 0
        self.resumptions = 0
        self.heartbeats = 0
        self._identified: dict[int, float] = {}
        self._is_open = asyncio.Event()
        self._is_open.set()

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.socket is not None]

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one connection until it closes."""
        response = web.WebSocketResponse(max_msg_size=0)
        await response.prepare(request)
        socket = await self._accepted(request, response)
        if socket is None:
            return response
        session: Session | None = None
        async for message in response:
            if message.type is WSMsgType.TEXT:
                session = await self._received(socket, session, message.data)
        if session is not None and session.socket is socket:
            session.socket = None
        await socket.close(1000)
        self._sockets.discard(socket)
        self._server.changes.announce()
        return response

    async def _accepted(self, request: web.Request, response: web.WebSocketResponse) -> Socket | None:
        """The socket, greeted; None where the client asks for what there is not."""
        compression = request.query.get("compress")
        if request.query.get("v", "10") not in ("9", "10") or compression not in (None, "zlib-stream", "zstd-stream"):
            await response.close(code=4012, message=CLOSE_CODES[4012].encode())
            return None
        socket = Socket(response, compression)
        self._sockets.add(socket)
        await self._is_open.wait()
        socket.send({"op": self.HELLO, "d": {"heartbeat_interval": self._server.heartbeat_interval}})
        return socket

    async def _received(self, socket: Socket, session: Session | None, text: str) -> Session | None:
        """Takes a payload, or closes the connection with the code for what is wrong with it."""
        try:
            payload = json.loads(text)
        except json.JSONDecodeError:
            await self._close(socket, 4002)
            return session
        if socket.count_received(self._server.clock.seconds()) > SENT_IN_A_MINUTE:
            await self._close(socket, 4008)
            return session
        match payload["op"]:
            case self.HEARTBEAT:
                self.heartbeats += 1
                if session is not None:
                    session.heard = payload["d"] or 0
                    self._server.changes.announce()
                socket.send({"op": self.ACKNOWLEDGED, "d": None})
            case 2 if session is None:
                return await self._identify(socket, payload["d"])
            case 6 if session is None:
                return await self._resume(socket, payload["d"])
            case 2 | 6:
                await self._close(socket, 4005)
            case 8 if session is not None:
                self._request_members(session, payload["d"])
            case 3 | 4 if session is not None:
                pass
            case _:
                await self._close(socket, 4003 if session is None else 4001)
        return session

    async def _close(self, socket: Socket, code: int) -> None:
        """Closes one connection; its session can be resumed where Discord documents it."""
        if code in SESSION_LOST:
            self.sessions = {key: one for key, one in self.sessions.items() if one.socket is not socket}
        await socket.close(code, CLOSE_CODES[code])

    async def _identify(self, socket: Socket, data: Json) -> Session | None:
        self.identifications += 1
        if data["token"] != self._server.token:
            await self._close(socket, 4004)
            return None
        if data["intents"] & ~KNOWN_INTENTS:
            await self._close(socket, 4013)
            return None
        if data["intents"] & PRIVILEGED & ~self._server.enabled_intents:
            await self._close(socket, 4014)
            return None
        shard, count = data.get("shard", (0, 1))
        if not 0 <= shard < count:
            await self._close(socket, 4010)
            return None
        if count < self._server.fewest_shards:
            await self._close(socket, 4011)
            return None
        if self._is_too_soon(shard):
            socket.send({"op": self.INVALID_SESSION, "d": False})
            return None
        session = Session(data["intents"], (shard, count))
        session.socket = socket
        self.sessions[session.id] = session
        self._greet(session)
        self._server.changes.announce()
        return session

    def _is_too_soon(self, shard: int) -> bool:
        """Whether another shard of the same `max_concurrency` has just begun."""
        now, key = self._server.clock.seconds(), shard % self._server.max_concurrency
        is_too_soon = now - self._identified.get(key, -math.inf) < self._server.seconds_between_identifications
        if not is_too_soon:
            self._identified[key] = now
        return is_too_soon

    def _greet(self, session: Session) -> None:
        server = self._server
        guilds = [guild for guild in server.guilds if guild.has_bot and session.hears(guild)]
        ready = {
            "v": 10,
            "user": server.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "shard": list(session.shard),
            "resume_gateway_url": server.gateway_url,
            "application": {"id": str(server.application_id), "flags": 0},
        }
        self._dispatch(session, "READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                if not guild.is_available:
                    continue
                shown = guild.members if session.intents & GUILD_MEMBERS else [server.bot]
                self._dispatch(session, "GUILD_CREATE", guild.payload(shown))

    async def _resume(self, socket: Socket, data: Json) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self._server.token or session is None:
            socket.send({"op": self.INVALID_SESSION, "d": False})
            return None
        session.socket = socket
        if data["seq"] > len(session.dispatched):
            await self._close(socket, 4007)
            return None
        self.resumptions += 1
        for payload in session.dispatched[data["seq"] :]:
            socket.send(payload)
        self._dispatch(session, "RESUMED", {})
        self._server.changes.announce()
        return session

    def _request_members(self, session: Session, data: Json) -> None:
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

    def publish(
        self, event: str, build: Callable[[int], Json], intents: int = 0, *, guild: "Guild | None" = None
    ) -> None:
        """Dispatches an event of a guild, or of direct messages, to every session of its shard with one of the
        ``intents`` (0: to all).

        ``build`` makes the event for a session's intents, since some of them hide parts.
        """
        for session in self.sessions.values():
            if session.hears(guild) and (not intents or session.intents & intents):
                self._dispatch(session, event, build(session.intents))

    def _dispatch(self, session: Session, event: str, data: Json) -> None:
        payload = {"op": 0, "t": event, "s": len(session.dispatched) + 1, "d": data}
        session.dispatched.append(payload)
        if session.socket is not None:
            session.socket.send(payload)

    async def drop(self, *, code: int, resumable: bool | None, shard: int | None = None) -> None:
        """Closes every connection, or those of a shard; without ``resumable`` the sessions are forgotten, too (None: as
        documented)."""
        sessions = [one for one in self.sessions.values() if shard in (None, one.shard[0])]
        sockets = [one.socket for one in sessions if one.socket] if shard is not None else list(self._sockets)
        for session in sessions:
            session.socket = None
        if code in SESSION_LOST if resumable is None else not resumable:
            for session in sessions:
                del self.sessions[session.id]
        for socket in sockets:
            await socket.close(code, CLOSE_CODES.get(code, ""))

    def hold(self) -> None:
        """Greets no new connection until :meth:`release`."""
        self._is_open.clear()

    def release(self) -> None:
        """Greets those who wait, and whoever comes."""
        self._is_open.set()

    def mute(self) -> None:
        """Sends nothing more on the present connections."""
        for socket in self._sockets:
            socket.is_mute = True

    def ask_for_heartbeats(self) -> None:
        """Sends opcode 1 to every client, which answers with the number of the last event that it has taken."""
        for socket in self._sockets:
            socket.send({"op": self.HEARTBEAT, "d": None})

    def ask_to_reconnect(self) -> None:
        """Sends opcode 7 to every client."""
        for socket in self._sockets:
            socket.send({"op": self.RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Sends opcode 9 to every client; without ``resumable`` the sessions are forgotten."""
        if not resumable:
            self.sessions.clear()
        for socket in self._sockets:
            socket.send({"op": self.INVALID_SESSION, "d": resumable})
