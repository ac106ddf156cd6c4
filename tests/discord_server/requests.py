"""A request as the handlers of paths see it, and what these handlers share."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord_rules as rules
from aiohttp import BodyPartReader, web
from discord_rules import Json, Refusal

from discord_server.records import Channel, Guild, Message

if TYPE_CHECKING:
    from discord_server.server import DiscordServer


@dataclass
class Body:
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
class ApiRequest:
    """What a handler needs of a request: its path's parts, its query and its body."""

    method: str
    match_info: Mapping[str, str]
    query: Mapping[str, str]
    body: Body


Handler = Callable[[ApiRequest], Awaitable[web.Response]]
Route = tuple[str, str, Handler]


async def read_body(request: web.Request) -> Body:
    """The body, JSON or multipart; raises code 50109 where it is no JSON."""
    if not request.content_type.startswith("multipart/"):
        text = await request.text()
        try:
            return Body(json.loads(text) if text else {}, {})
        except json.JSONDecodeError:
            raise Refusal(400, 50109, "The request body contains invalid JSON.") from None
    body = Body({}, {})
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        assert part.name is not None
        if part.name == "payload_json":
            body.payload = json.loads(await part.text())
        else:
            number = int(part.name.removeprefix("files[").removesuffix("]"))
            body.files[number] = (part.filename or "", bytes(await part.read()))
    return body


def answer(payload: object = None, status: int = 200) -> web.Response:
    """A JSON answer, or 204 without a payload."""
    if payload is None:
        return web.Response(status=204)
    # discord.py compares the content type with exactly this, without a charset.
    return web.Response(status=status, body=json.dumps(payload), headers={"Content-Type": "application/json"})


class Paths:
    """Handlers of some paths of API version 10."""

    def __init__(self, server: "DiscordServer") -> None:
        self._server = server

    def routes(self) -> list[Route]:
        """Method, path and handler of each."""
        raise NotImplementedError

    def _guild(self, request: ApiRequest) -> Guild:
        guild = self._server.find_guild(int(request.match_info["guild"]))
        if not guild.has_bot:
            raise Refusal(403, 50001, "Missing Access")
        return guild

    def _channel(self, request: ApiRequest, **needed: bool) -> Channel:
        """The channel of the path; the bot must see it and have the permissions named."""
        channel = self._server.find_channel(int(request.match_info["channel"]))
        self._server.require(channel, **needed)
        return channel

    def _message(self, request: ApiRequest, channel: Channel) -> Message:
        """The message of the path; ephemeral ones do not exist for these paths."""
        return self._server.find_message(channel, int(request.match_info["message"]))

    def _change(self, message: Message, body: Body, allowed_flags: int) -> None:
        body.check_size()
        before = message.fields()
        rules.check_message(body.payload, rules.EDIT_KEYS, allowed_flags=allowed_flags, before=before, files=body.names)
        self._server.change(message, body.payload, body.files)
