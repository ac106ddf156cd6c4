"""Paths of channels and threads."""

import discord_rules as rules
from aiohttp import web
from discord_rules import Json, Refusal

from discord_server.records import FORUM, PRIVATE_THREAD, PUBLIC_THREAD, Channel, User
from discord_server.requests import ApiRequest, Paths, Route, answer


class ChannelPaths(Paths):
    """Channels, threads and direct messages opened."""

    def routes(self) -> list[Route]:
        members = "/channels/{channel}/thread-members"
        return [
            ("GET", "/channels/{channel}", self.get_channel),
            ("PATCH", "/channels/{channel}", self.edit_channel),
            ("POST", "/channels/{channel}/typing", self.type_in_channel),
            ("POST", "/channels/{channel}/threads", self.create_thread),
            ("GET", members, self.list_thread_members),
            ("PUT", members + "/{user}", self.add_thread_member),
            ("DELETE", members + "/{user}", self.remove_thread_member),
            ("POST", "/channels/{channel}/messages/{message}/threads", self.create_thread_from_message),
        ]

    async def get_channel(self, request: ApiRequest) -> web.Response:
        return answer(self._channel(request).payload())

    async def edit_channel(self, request: ApiRequest) -> web.Response:
        """Renames, archives or locks a thread; the bot's own, or with the permission to manage threads."""
        channel = self._channel(request)
        payload = request.body.payload
        form = rules.Form()
        form.keys((), payload, {"name", "archived", "locked", "auto_archive_duration", "rate_limit_per_user"})
        form.optional_length(("name",), payload.get("name"), 1, 100)
        form.refuse_problems()
        if channel.owner is not self._server.bot:
            self._server.require(channel, manage_threads=True)
        if channel.archived and payload.get("archived", True):
            raise Refusal(400, 50083, "Thread is archived")
        for key in payload.keys() - {"rate_limit_per_user"}:
            setattr(channel, key, payload[key])
        self._server.publish_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)
        return answer(channel.payload())

    async def type_in_channel(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request)
        self._server.require_to_send(channel)
        channel.typing.append(self._server.clock.seconds())
        return answer()

    async def create_thread(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request)
        payload = dict(request.body.payload)
        if channel.type != FORUM:
            kind = payload.get("type") or PRIVATE_THREAD
            permission = "create_public_threads" if kind == PUBLIC_THREAD else "create_private_threads"
            self._server.require(channel, **{permission: True})
            return answer((await self._new_thread(channel, payload, kind)).payload(), 201)
        self._server.require(channel, send_messages=True)
        first = payload.pop("message", {})
        rules.check_message(first, rules.CREATE_KEYS, files=request.body.names, path=("message",))
        thread = await self._new_thread(channel, payload, PUBLIC_THREAD)
        message = self._server.store(thread, self._server.bot, first, request.body.files)
        self._server.publish_message("MESSAGE_CREATE", message)
        return answer({**thread.payload(), "message": self._server.message_payload(message)}, 201)

    async def create_thread_from_message(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request, create_public_threads=True)
        message = self._message(request, channel)
        if message.thread is not None:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        message.thread = await self._new_thread(channel, request.body.payload, PUBLIC_THREAD, message.id)
        return answer(message.thread.payload(), 201)

    async def list_thread_members(self, request: ApiRequest) -> web.Response:
        thread = self._channel(request)
        return answer([thread.member_payload(user_id) for user_id in sorted(thread.member_ids)])

    async def add_thread_member(self, request: ApiRequest) -> web.Response:
        """The bot joins, or adds a member of the guild: neither where the thread is archived."""
        thread, user = self._thread_member(request)
        if user is not self._server.bot:
            self._server.require(thread, send_messages=True)
        self._server.add_to_thread(thread, user)
        return answer()

    async def remove_thread_member(self, request: ApiRequest) -> web.Response:
        """The bot leaves, or removes a member: of its own private thread, or where it may manage threads."""
        thread, user = self._thread_member(request)
        is_own = thread.type == PRIVATE_THREAD and thread.owner is self._server.bot
        if user is not self._server.bot and not is_own:
            self._server.require(thread, manage_threads=True)
        self._server.remove_from_thread(thread, user)
        return answer()

    def _thread_member(self, request: ApiRequest) -> tuple[Channel, User]:
        thread = self._channel(request)
        if not thread.is_thread:
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        if thread.archived:
            raise Refusal(400, 50083, "Thread is archived")
        user_id = request.match_info["user"]
        return thread, self._server.bot if user_id == "@me" else self._server.find_user(int(user_id))

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
