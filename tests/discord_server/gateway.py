"""The gateway: sessions, events by intent, heartbeats, resumption."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web
from discord_rules import Json

from discord_server.sockets import Session, Socket

if TYPE_CHECKING:
    from discord_server.world import World

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT


class Gateway:
    """The websocket side: sessions, events by intent, heartbeats, resumption."""

    HELLO, ACKNOWLEDGED, INVALID_SESSION, RECONNECT = 10, 11, 9, 7

    def __init__(self, server: "World") -> None:
        self._server = server
        self.sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        self.identifications = 0
        self.resumptions = 0
        self.heartbeats = 0

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.socket is not None]

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one connection until it closes."""
        response = web.WebSocketResponse(max_msg_size=0)
        await response.prepare(request)
        compression = request.query.get("compress")
        if compression not in (None, "zlib-stream", "zstd-stream"):
            await response.close(code=4012, message=b"Unsupported compression")
            return response
        socket = Socket(response, compression)
        self._sockets.add(socket)
        socket.send({"op": self.HELLO, "d": {"heartbeat_interval": self._server.heartbeat_interval}})
        session: Session | None = None
        async for message in response:
            if message.type is WSMsgType.TEXT:
                session = await self._received(socket, session, json.loads(message.data))
        if session is not None and session.socket is socket:
            session.socket = None
        await socket.close(1000)
        self._sockets.discard(socket)
        self._server.changes.announce()
        return response

    async def _received(self, socket: Socket, session: Session | None, payload: Json) -> Session | None:
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

    async def _identify(self, socket: Socket, data: Json) -> Session | None:
        self.identifications += 1
        if data["token"] != self._server.token:
            await socket.close(4004, "Authentication failed.")
            return None
        if data["intents"] & PRIVILEGED & ~self._server.enabled_intents:
            await socket.close(4014, "Disallowed intent(s).")
            return None
        session = Session(data["intents"])
        session.socket = socket
        self.sessions[session.id] = session
        self._greet(session)
        self._server.changes.announce()
        return session

    def _greet(self, session: Session) -> None:
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

    def _resume(self, socket: Socket, data: Json) -> Session | None:
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

    def publish(self, event: str, build: Callable[[int], Json], intents: int = 0) -> None:
        """Dispatches an event to every session with one of the ``intents`` (0: to all).

        ``build`` makes the event for a session's intents, since some of them hide parts.
        """
        for session in self.sessions.values():
            if not intents or session.intents & intents:
                self._dispatch(session, event, build(session.intents))

    def _dispatch(self, session: Session, event: str, data: Json) -> None:
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
