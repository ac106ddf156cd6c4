"""Paths of commands."""

from collections.abc import Mapping
from typing import Any

import discord_rules as rules
from aiohttp import web
from discord_rules import Json, Refusal

from discord_server.interactions import CommandWrite
from discord_server.records import new_id
from discord_server.requests import ApiRequest, Paths, Route, answer


class CommandPaths(Paths):
    """Commands, global ones and those of a guild."""

    def routes(self) -> list[Route]:
        everywhere = "/applications/{application}"
        in_guild = "/applications/{application}/guilds/{guild}"
        return [*self._routes_under(everywhere + "/commands"), *self._routes_under(in_guild + "/commands")]

    def _routes_under(self, path: str) -> list[Route]:
        return [
            ("GET", path, self.get_commands),
            ("PUT", path, self.replace_commands),
            ("POST", path, self.create_command),
            ("GET", path + "/{command}", self.get_command),
            ("PATCH", path + "/{command}", self.edit_command),
            ("DELETE", path + "/{command}", self.delete_command),
        ]

    def _commands(self, request: ApiRequest) -> tuple[int | None, list[Json]]:
        """The guild (None: global) of the path and its commands."""
        if request.match_info["application"] != str(self._server.application_id):
            raise Refusal(404, 10002, "Unknown Application")
        if "guild" not in request.match_info:
            return None, self._server.commands.setdefault(None, [])
        guild_id = self._guild(request).id
        return guild_id, self._server.commands.setdefault(guild_id, [])

    async def get_commands(self, request: ApiRequest) -> web.Response:
        return answer(self._commands(request)[1])

    async def get_command(self, request: ApiRequest) -> web.Response:
        return answer(self._command(request))

    def _command(self, request: ApiRequest) -> Json:
        for command in self._commands(request)[1]:
            if command["id"] == request.match_info["command"]:
                return command
        raise Refusal(404, 10063, "Unknown application command")

    async def replace_commands(self, request: ApiRequest) -> web.Response:
        _, existing = self._commands(request)
        commands: Any = request.body.payload  # here a list
        return answer(self._write(request, commands, existing))

    async def create_command(self, request: ApiRequest) -> web.Response:
        _, existing = self._commands(request)
        command = request.body.payload
        identity = (command.get("type", 1), command.get("name"))
        others = [other for other in existing if (other["type"], other["name"]) != identity]
        written = self._write(request, [*map(_as_written, others), command], existing)
        return answer(written[-1], 201)

    async def edit_command(self, request: ApiRequest) -> web.Response:
        _, existing = self._commands(request)
        old = self._command(request)
        new = {**_as_written(old), **request.body.payload}
        wanted = [new if command is old else _as_written(command) for command in existing]
        return answer(self._write(request, wanted, existing)[existing.index(old)])

    async def delete_command(self, request: ApiRequest) -> web.Response:
        _, existing = self._commands(request)
        old = self._command(request)
        self._write(request, [_as_written(command) for command in existing if command is not old], existing)
        return answer()

    def _write(self, request: ApiRequest, wanted: list[Json], existing: list[Json]) -> list[Json]:
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
