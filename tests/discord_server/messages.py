"""Messages: stored, changed, announced and shown."""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

import discord
import discord_rules as rules
from discord_rules import Json, Mentions, Refusal

from discord_server.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, MESSAGE_CONTENT
from discord_server.interactions import Interaction
from discord_server.records import Attachment, Channel, Message, User
from discord_server.world import World

AN_HOUR = timedelta(hours=1)


class MessageStore(World):
    """The messages of all channels, with whom they mention and what of them a bot may see."""

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
        message.created_at = self.clock.moment()
        channel.messages.append(message)
        if channel.is_thread and not message.ephemeral:
            self._enliven(channel, author)
        self.changes.announce()
        return message

    def _enliven(self, thread: Channel, author: User) -> None:
        """Whoever speaks in a thread is a member of it from then on; an archived one opens."""
        thread.active_at = self.clock.moment()
        if thread.archived:
            self.set_archived(thread, False)
        self.add_to_thread(thread, author)

    def make_old(self, message: Message, seconds: float = 2 * 3600, *, edits_left: int | None = None) -> None:
        """Makes a message so many seconds older, in the server's eyes; its id stays, and tells its first age."""
        message.created_at -= timedelta(seconds=seconds)
        message.edits_left = edits_left

    def count_edit(self, message: Message) -> None:
        """Raises code 30046 where a message is an hour old and has been edited as often as it may then."""
        is_old = self.clock.moment() - message.created_at > AN_HOUR
        if is_old and message.edits_left is not None:
            if message.edits_left == 0:
                raise Refusal(429, 30046, "Maximum number of edits to messages older than 1 hour reached.")
            message.edits_left -= 1

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
            message.edited_at = self.clock.moment().isoformat()
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

    def publish_message(self, event: str, message: Message) -> None:
        """Announces a new or edited message to a bot that sees it; ephemeral ones are not announced."""
        if self._is_heard_by_bot(message):
            intent = DIRECT_MESSAGES if message.channel.guild is None else GUILD_MESSAGES
            guild = message.channel.guild
            self.gateway.publish(event, lambda intents: self._event_payload(message, intents), intent, guild=guild)

    def _publish_deletion(self, message: Message) -> None:
        if not self._is_heard_by_bot(message):
            return
        guild = message.channel.guild
        payload = {"id": str(message.id), "channel_id": str(message.channel.id)}
        payload |= {"guild_id": str(guild.id)} if guild else {}
        intent = GUILD_MESSAGES if guild else DIRECT_MESSAGES
        self.gateway.publish("MESSAGE_DELETE", lambda _: payload, intent, guild=guild)

    def _is_heard_by_bot(self, message: Message) -> bool:
        guild = message.channel.guild
        is_away = guild is not None and not guild.is_heard
        return not message.ephemeral and not is_away and self.bot_may(message.channel, view_channel=True)

    def _event_payload(self, message: Message, intents: int) -> Json:
        """A message as the gateway shows it: with the member."""
        payload = self.message_payload(message, intents=intents)
        guild = message.channel.guild
        if guild is not None:
            member = guild.member_payload(message.author)
            del member["user"]
            payload |= {"guild_id": str(guild.id), "member": member}
        return payload

    def message_payload(self, message: Message, *, intents: int = MESSAGE_CONTENT, with_reference: bool = True) -> Json:
        """A message as the REST API shows it, to a bot with these intents; so is the message it replies to."""
        mentioned = [user.payload() for user in self.users if user.id in message.mentions.users]
        payload: Json = {
            "id": str(message.id),
            "channel_id": str(message.channel.id),
            "author": message.author.payload(),
            "content": message.content,
            "timestamp": message.created_at.isoformat(),
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
            payload |= self._reference(message.reply_to, intents)
        if not intents & MESSAGE_CONTENT and not self._is_open_to_bot(message):
            payload |= {"content": "", "embeds": [], "attachments": [], "components": []}
            payload.pop("poll", None)
        return payload

    def _is_open_to_bot(self, message: Message) -> bool:
        """Whether its content is shown without the intent: to whom it is sent, or mentions, or who wrote it."""
        is_direct = message.channel.guild is None
        return is_direct or message.author is self.bot or self.bot.id in message.mentions.users

    def _origin(self, interaction: Interaction) -> Json:
        metadata = {
            "id": str(interaction.id),
            "type": interaction.kind,
            "user": interaction.user.payload(),
            "authorizing_integration_owners": {},
        }
        return {"interaction_metadata": metadata, "application_id": str(self.application_id)}

    def _reference(self, reply_to: Message, intents: int) -> Json:
        reference = {"type": 0, "message_id": str(reply_to.id), "channel_id": str(reply_to.channel.id)}
        if reply_to.channel.guild is not None:
            reference["guild_id"] = str(reply_to.channel.guild.id)
        shown = None if reply_to.deleted else self.message_payload(reply_to, intents=intents, with_reference=False)
        return {"message_reference": reference, "referenced_message": shown}


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
