"""Paths of the responses to interactions."""

import discord_rules as rules
from aiohttp import web
from discord_rules import Json, Refusal

from discord_server.interactions import Interaction
from discord_server.records import Message
from discord_server.requests import ApiRequest, Body, Paths, Route, answer

FOLLOWUPS_WHERE_NOT_INSTALLED = 5


class InteractionPaths(Paths):
    """Initial responses, answers and follow-ups."""

    def routes(self) -> list[Route]:
        webhook = "/webhooks/{application}/{token}"
        return [
            ("POST", "/interactions/{interaction}/{token}/callback", self.respond),
            ("POST", webhook, self.create_followup),
            ("GET", webhook + "/messages/{message}", self.get_response),
            ("PATCH", webhook + "/messages/{message}", self.edit_response),
            ("DELETE", webhook + "/messages/{message}", self.delete_response),
        ]

    async def respond(self, request: ApiRequest) -> web.Response:
        """The initial response: once, within three seconds."""
        interaction = self._interaction_to_answer(request)
        body = request.body
        body.check_size()
        from_message = interaction.message is not None and interaction.kind != rules.COMMAND
        rules.check_callback(body.payload, interaction.kind, from_message=from_message, files=body.names)
        kind, data = body.payload["type"], body.payload.get("data") or {}
        if kind not in (rules.CHOICES, rules.MODAL):
            self._require_place(interaction)
        if kind == rules.UPDATE:
            assert interaction.message is not None
            if interaction.message.deleted:
                raise Refusal(404, 10008, "Unknown Message")
            changed = Body(data, body.files)
            self._change(interaction.message, changed, rules.INTERACTION_FLAGS)
        interaction.acknowledged = self._server.clock.seconds()
        interaction.answer_type, interaction.answer_data = kind, data
        await self._carry_out(interaction, kind, data, body.files)
        if request.query.get("with_response", "0").lower() in ("1", "true"):
            return answer(self._callback_payload(interaction))
        return answer()

    def _interaction_to_answer(self, request: ApiRequest) -> Interaction:
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

    def _interaction_of_webhook(self, request: ApiRequest) -> Interaction:
        """The interaction whose token is in the path: acknowledged, and not older than 15 minutes."""
        if request.match_info["application"] != str(self._server.application_id):
            raise Refusal(404, 10015, "Unknown Webhook")
        interaction = self._server.interactions.get(request.match_info["token"])
        if interaction is None or interaction.acknowledged is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        if interaction.age > self._server.seconds_of_a_token:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        self._require_place(interaction)
        return interaction

    def _require_place(self, interaction: Interaction) -> None:
        """Raises 10003 where the channel is gone, 50083 where it is a thread archived or locked to the bot."""
        channel = self._server.find_channel(interaction.channel.id)
        is_locked = channel.locked and not self._server.bot_may(channel, manage_threads=True)
        if channel.archived or is_locked:
            raise Refusal(403, 50083, "Thread is archived")

    def _response_message(self, request: ApiRequest, interaction: Interaction) -> Message:
        wanted = request.match_info["message"]
        candidates = [interaction.original] if wanted == "@original" else [interaction.original, *interaction.followups]
        for message in candidates:
            if message is not None and not message.deleted and wanted in ("@original", str(message.id)):
                return message
        raise Refusal(404, 10008, "Unknown Message")

    async def create_followup(self, request: ApiRequest) -> web.Response:
        """A further message; the first one after a deferral takes the place of "is thinking..."."""
        interaction = self._interaction_of_webhook(request)
        body = request.body
        body.check_size()
        rules.check_message(body.payload, rules.FOLLOWUP_KEYS, allowed_flags=rules.INTERACTION_FLAGS, files=body.names)
        original = interaction.original
        if original is not None and original.loading and not original.deleted:
            return await self._replace_thinking(interaction, body)
        if not interaction.is_installed and len(interaction.followups) >= FOLLOWUPS_WHERE_NOT_INSTALLED:
            raise Refusal(400, 40094, "You reached the maximum number of follow-up messages for this interaction")
        message = self._server.store_response(interaction, body.payload, body.files)
        interaction.followups.append(message)
        self._server.publish_message("MESSAGE_CREATE", message)
        return answer(self._server.message_payload(message))

    async def _replace_thinking(self, interaction: Interaction, body: Body) -> web.Response:
        assert interaction.original is not None
        self._server.change(interaction.original, body.payload, body.files)
        interaction.is_answered = True
        interaction.followups.append(interaction.original)
        self._server.publish_message("MESSAGE_UPDATE", interaction.original)
        return answer(self._server.message_payload(interaction.original))

    async def get_response(self, request: ApiRequest) -> web.Response:
        message = self._response_message(request, self._interaction_of_webhook(request))
        return answer(self._server.message_payload(message))

    async def edit_response(self, request: ApiRequest) -> web.Response:
        interaction = self._interaction_of_webhook(request)
        message = self._response_message(request, interaction)
        self._change(message, request.body, rules.INTERACTION_FLAGS)
        interaction.is_answered |= message is interaction.original
        self._server.publish_message("MESSAGE_UPDATE", message)
        return answer(self._server.message_payload(message))

    async def delete_response(self, request: ApiRequest) -> web.Response:
        interaction = self._interaction_of_webhook(request)
        self._server.delete(self._response_message(request, interaction))
        return answer()
