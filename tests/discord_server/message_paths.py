"""Paths of messages and reactions."""

import discord_rules as rules
from aiohttp import web
from discord_rules import Json, Refusal

from discord_server.records import Channel, Message
from discord_server.requests import ApiRequest, Paths, Route, answer


class MessagePaths(Paths):
    """Messages of channels and their reactions."""

    def routes(self) -> list[Route]:
        messages = "/channels/{channel}/messages"
        reaction = messages + "/{message}/reactions/{emoji}"
        return [
            ("GET", messages, self.list_messages),
            ("POST", messages, self.create_message),
            ("GET", messages + "/{message}", self.get_message),
            ("PATCH", messages + "/{message}", self.edit_message),
            ("DELETE", messages + "/{message}", self.delete_message),
            ("PUT", reaction + "/@me", self.add_reaction),
            ("DELETE", reaction + "/{user}", self.remove_reaction),
        ]

    async def list_messages(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request, read_message_history=True)
        query = {key: int(value) for key, value in request.query.items()}
        found = [
            message
            for message in channel.messages
            if not message.deleted and not message.ephemeral
            if query.get("after", 0) < message.id < query.get("before", 1 << 64)
        ]
        newest_first = sorted(found, key=lambda message: message.id, reverse=True)[: query.get("limit", 50)]
        intents = self._server.enabled_intents
        return answer([self._server.message_payload(message, intents=intents) for message in newest_first])

    async def get_message(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request, read_message_history=True)
        message = self._message(request, channel)
        return answer(self._server.message_payload(message, intents=self._server.enabled_intents))

    async def create_message(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request)
        self._server.require_to_send(channel)
        body = request.body
        body.check_size()
        rules.check_message(body.payload, rules.CREATE_KEYS, files=body.names)
        if body.files:
            self._server.require(channel, attach_files=True)
        repeated = self._sent_before(channel, body.payload)
        if repeated is not None:
            return answer(self._server.message_payload(repeated))
        reply_to = self._referenced(channel, body.payload.get("message_reference"))
        message = self._server.store(channel, self._server.bot, body.payload, body.files, reply_to=reply_to)
        self._server.publish_message("MESSAGE_CREATE", message)
        return answer(self._server.message_payload(message))

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

    async def edit_message(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request)
        message = self._message(request, channel)
        if message.author is not self._server.bot:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        _require_open(channel)
        self._server.count_edit(message)
        self._change(message, request.body, rules.CHANNEL_FLAGS)
        self._server.publish_message("MESSAGE_UPDATE", message)
        return answer(self._server.message_payload(message))

    async def delete_message(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request)
        message = self._message(request, channel)
        if message.author is not self._server.bot:
            self._server.require(channel, manage_messages=True)
        _require_open(channel)
        self._server.delete(message)
        return answer()

    async def add_reaction(self, request: ApiRequest) -> web.Response:
        channel = self._channel(request, read_message_history=True)
        message = self._message(request, channel)
        _require_open(channel)
        emoji = request.match_info["emoji"]
        if emoji.isascii() and ":" not in emoji:
            raise Refusal(400, 10014, "Unknown Emoji")
        if emoji not in message.reactions:
            self._server.require(channel, add_reactions=True)
        users = message.reactions.setdefault(emoji, [])
        if self._server.bot not in users:
            users.append(self._server.bot)
        return answer()

    async def remove_reaction(self, request: ApiRequest) -> web.Response:
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
        return answer()


def _require_open(channel: Channel) -> None:
    if channel.archived:
        raise Refusal(400, 50083, "Thread is archived")
