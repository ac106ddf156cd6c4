"""The REST API: its paths behind authorisation, limits, faults and the record of requests."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web
from discord_rules import Refusal

from discord_server.channel_paths import ChannelPaths
from discord_server.command_paths import CommandPaths
from discord_server.faults import Fault, failed, too_many
from discord_server.guild_paths import GuildPaths
from discord_server.interaction_paths import InteractionPaths
from discord_server.interactions import Refused, Request
from discord_server.message_paths import MessagePaths
from discord_server.rate_limits import RateLimited
from discord_server.requests import ApiRequest, Body, Handler, answer, read_body

if TYPE_CHECKING:
    from discord_server.server import DiscordServer

NEVER_ANSWERED = 499
"""The status recorded of a request whose connection was reset before it was carried out."""


class RestApi:
    """The paths of API version 10 that a bot of this kind uses."""

    def __init__(self, server: "DiscordServer") -> None:
        self._server = server

    def application(self) -> web.Application:
        """The aiohttp application with all routes; paths not known are refused, and recorded, as 404."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_get("/gateway", self._server.gateway.connect)
        application.router.add_get("/files/{attachment}/{name}", self.download)
        for kind in (GuildPaths, ChannelPaths, MessagePaths, InteractionPaths, CommandPaths):
            for method, path, handler in kind(self._server).routes():
                application.router.add_route(method, "/api/v10" + path, self._guarded(handler))
        application.router.add_route("*", "/{anything:.*}", self._guarded(self.unknown_path))
        return application

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler behind authorisation, limits, faults, and the record of requests and refusals."""

        async def guarded(request: web.Request) -> web.Response:
            server = self._server
            path = request.path.removeprefix("/api/v10")
            body, fault = Body({}, {}), None
            headers: dict[str, str] = {}
            try:
                body = await read_body(request)
                self._authorise(request, path)
                headers = server.rate_limits.headers(request.method, path)
                fault = server.take_fault(request.method, path)
                response = await self._handled(request, handler, body, fault)
            except RateLimited as limited:
                response = too_many(limited.body, limited.headers)
            except Refusal as refusal:
                server.refusals.append(
                    Refused(request.method, path, refusal.status, refusal.code, refusal.message, refusal.errors)
                )
                response = self._refused(refusal)
            except Exception as error:
                # A fault of the stand-in, or a body of a shape it did not foresee: tests see it.
                server.refusals.append(Refused(request.method, path, 400, 0, repr(error), None))
                response = answer({"message": repr(error), "code": 0}, 400)
            response.headers.update(headers)
            server.requests.append(Request(request.method, path, body.payload, response.status))
            server.changes.announce()
            if fault is not None:
                await _hinder(request, fault)
            return response

        return guarded

    async def _handled(self, request: web.Request, handler: Handler, body: Body, fault: Fault | None) -> web.Response:
        if fault is None or fault.is_performed:
            response = await handler(ApiRequest(request.method, request.match_info, request.query, body))
            if fault is None or fault.status is None:
                return response
        return web.Response(status=NEVER_ANSWERED) if fault.status is None else failed(fault)

    def _refused(self, refusal: Refusal) -> web.Response:
        if refusal.status != 429:
            return answer(refusal.body, refusal.status)
        after = self._server.seconds_between_late_edits
        return too_many({**refusal.body, "retry_after": after, "global": False}, {"Retry-After": str(after)})

    def _authorise(self, request: web.Request, path: str) -> None:
        if path.startswith(("/interactions/", "/webhooks/")):
            return
        if request.headers.get("Authorization") != f"Bot {self._server.token}":
            raise Refusal(401, 0, "401: Unauthorized")

    async def unknown_path(self, _: ApiRequest) -> web.Response:
        raise Refusal(404, 0, "404: Not Found")

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of an attachment."""
        attachment = self._server.attachment(int(request.match_info["attachment"]))
        return web.Response(status=404) if attachment is None else web.Response(body=attachment.data)


async def _hinder(request: web.Request, fault: Fault) -> None:
    """Keeps the answer back for a while, or for good."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.is_lost and request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        # Closed with nothing left to wait for, the connection is reset, not ended.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
