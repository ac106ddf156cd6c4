"""Paths of the application, of users and of guilds."""

from aiohttp import web
from discord_rules import Refusal

from discord_server.requests import ApiRequest, Paths, Route, answer


class GuildPaths(Paths):
    """Who and where."""

    def routes(self) -> list[Route]:
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
        ]

    async def gateway_address(self, _: ApiRequest) -> web.Response:
        server = self._server
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": server.max_concurrency}
        shards = server.recommended_shards
        return answer({"url": server.gateway_url, "shards": shards, "session_start_limit": limit})

    async def current_user(self, _: ApiRequest) -> web.Response:
        return answer(self._server.bot.payload())

    async def get_user(self, request: ApiRequest) -> web.Response:
        return answer(self._server.find_user(int(request.match_info["user"])).payload())

    async def open_direct_message(self, request: ApiRequest) -> web.Response:
        user = self._server.find_user(int(request.body.payload["recipient_id"]))
        return answer(self._server.direct_message(user).payload())

    async def application_information(self, _: ApiRequest) -> web.Response:
        server = self._server
        return answer(
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

    async def get_guild(self, request: ApiRequest) -> web.Response:
        return answer(self._guild(request).payload([]))

    async def get_guild_channels(self, request: ApiRequest) -> web.Response:
        return answer([channel.payload() for channel in self._guild(request).channels if not channel.is_thread])

    async def get_guild_roles(self, request: ApiRequest) -> web.Response:
        return answer([role.payload(position) for position, role in enumerate(self._guild(request).roles)])

    async def get_active_threads(self, request: ApiRequest) -> web.Response:
        threads = [channel for channel in self._guild(request).channels if channel.is_thread and not channel.archived]
        return answer({"threads": [thread.payload() for thread in threads], "members": []})

    async def get_member(self, request: ApiRequest) -> web.Response:
        guild = self._guild(request)
        for user in guild.members:
            if str(user.id) == request.match_info["user"]:
                return answer(guild.member_payload(user))
        raise Refusal(404, 10007, "Unknown Member")
