"""What users do, as far as Discord's client lets them."""

# ruff: noqa: ASYNC109 - a test gives the time limit with the call that waits

from collections.abc import Mapping, Sequence

import discord
import discord_rules as rules
from discord_rules import Json

from discord_server.client import OptionsFilledIn, selected, submitted
from discord_server.interactions import SECONDS_TO_ACKNOWLEDGE, Interaction
from discord_server.messages import MessageStore
from discord_server.records import MEMBER_PERMISSIONS, PUBLIC_THREAD, Channel, Message, NotOffered, User

IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2


class UserActions(MessageStore):
    """Speaking, editing, commands, buttons, selects and modals."""

    async def say(
        self,
        channel: Channel,
        user: User,
        content: str,
        *,
        reply_to: Message | None = None,
        ping_reply: bool = True,
    ) -> Message:
        """A user's message; a reply mentions the author replied to unless ``ping_reply`` is off.

        In an archived thread it opens it again. Raises :class:`NotOffered` where the channel is gone or locked.
        """
        self._check_may_speak(channel, user)
        parse: Json = {"parse": ["users", "roles", "everyone"], "replied_user": ping_reply}
        message = self.store(channel, user, {"content": content, "allowed_mentions": parse}, {}, reply_to=reply_to)
        self.publish_message("MESSAGE_CREATE", message)
        return message

    def _check_may_speak(self, channel: Channel, user: User) -> None:
        if channel not in self.channels:
            raise NotOffered(f"the channel {channel.name!r} is gone")
        manage_threads = discord.Permissions(manage_threads=True).value
        if channel.locked and not channel.permissions_of(user) & manage_threads:
            raise NotOffered(f"the thread {channel.name!r} is locked")

    async def post(self, forum: Channel, user: User, title: str, content: str) -> Channel:
        """A user's post in a forum: a thread with its first message."""
        thread = self.add_thread(forum, title, user, PUBLIC_THREAD)
        self.publish_channel("THREAD_CREATE", thread)
        message = self.store(thread, user, {"content": content}, {})
        message.id = thread.id
        self.publish_message("MESSAGE_CREATE", message)
        return thread

    async def edit(self, message: Message, content: str) -> None:
        """The author edits a message."""
        self.change(message, {"content": content}, {})
        self.publish_message("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Somebody deletes a message."""
        message.deleted = True
        self._publish_deletion(message)
        self.changes.announce()

    async def slash(
        self,
        name: str,
        options: Mapping[str, object] | None = None,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        locale: str = "en-US",
        as_installed_by_user: bool = False,
    ) -> Interaction:
        """A slash command (``"archive status"`` names a subcommand), where the client would offer it.

        Options that are users, channels, roles or attachments are given as such. The default is Ada in
        #general. Raises :class:`NotOffered` where Discord's client would not send it.
        """
        user, channel = user or self.user("Ada"), channel or self.channel("general")
        first, *path = name.split()
        command = self._offered(rules.CHAT_INPUT, first, user, channel, as_installed_by_user)
        filled = OptionsFilledIn(channel.guild, user)
        data = self._command_data(command)
        data["options"] = filled.fill(path, command["options"], options or {})
        data["resolved"] = filled.resolved
        return self._begin(rules.COMMAND, user, channel, data, locale, as_installed_by_user)

    async def autocomplete(
        self,
        name: str,
        options: Mapping[str, object],
        focused: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        locale: str = "en-US",
        timeout: float = SECONDS_TO_ACKNOWLEDGE,
    ) -> list[Json]:
        """The choices the bot suggests while a user types into the option ``focused``."""
        user, channel = user or self.user("Ada"), channel or self.channel("general")
        first, *path = name.split()
        command = self._offered(rules.CHAT_INPUT, first, user, channel, False)
        filled = OptionsFilledIn(channel.guild, user, focused)
        data = self._command_data(command)
        data["options"] = filled.fill(path, command["options"], options)
        data["resolved"] = filled.resolved
        interaction = self._begin(rules.AUTOCOMPLETE, user, channel, data, locale, False)
        await interaction.acknowledgement(timeout)
        choices: list[Json] = interaction.answer_data["choices"]
        return choices

    async def context_menu(
        self,
        name: str,
        target: Message | User,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        locale: str = "en-US",
        as_installed_by_user: bool = False,
    ) -> Interaction:
        """A command of the context menu of a message or of a user."""
        user = user or self.user("Ada")
        if isinstance(target, Message):
            kind, channel = rules.MESSAGE_COMMAND, target.channel
            resolved = {"messages": {str(target.id): self.message_payload(target)}}
        else:
            kind, channel = rules.USER_COMMAND, channel or self.channel("general")
            filled = OptionsFilledIn(channel.guild, user)
            filled.fill((), [{"name": "target", "type": rules.USER}], {"target": target})
            resolved = filled.resolved
        command = self._offered(kind, name, user, channel, as_installed_by_user)
        data = {**self._command_data(command), "target_id": str(target.id), "resolved": resolved}
        return self._begin(rules.COMMAND, user, channel, data, locale, as_installed_by_user)

    async def press(
        self, message: Message, custom_id: str, *, user: User | None = None, locale: str = "en-US"
    ) -> Interaction:
        """A user presses a button."""
        button = message.control(custom_id)
        if button["type"] != rules.BUTTON:
            raise NotOffered(f"{custom_id!r} is not a button")
        return self._use(message, button, {}, user, locale)

    async def select(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        user: User | None = None,
        locale: str = "en-US",
    ) -> Interaction:
        """A user chooses in a string select."""
        select = message.control(custom_id)
        if select["type"] != rules.STRING_SELECT:
            raise NotOffered(f"{custom_id!r} is not a string select")
        return self._use(message, select, {"values": selected(select, values)}, user, locale)

    async def submit_modal(
        self, opened: Interaction, values: Mapping[str, object], *, timeout: float = 5
    ) -> Interaction:
        """The user fills in the modal that an interaction opened: values by custom_id."""
        modal = await opened.modal(timeout)
        components = [submitted(component, values) for component in modal["components"]]
        known = {component.get("custom_id") for _, component in rules.nested_components(modal["components"])}
        if unknown := values.keys() - known:
            raise NotOffered(f"the modal has no items {sorted(unknown)}")
        data = {"custom_id": modal["custom_id"], "components": components, "resolved": {}}
        installed_by_user = not opened.is_installed
        return self._begin(
            rules.MODAL_SUBMIT,
            opened.user,
            opened.channel,
            data,
            opened.locale,
            installed_by_user,
            opened.message,
        )

    def _use(self, message: Message, component: Json, chosen: Json, user: User | None, locale: str) -> Interaction:
        begun_by = message.interaction.user if message.interaction else None
        user = user or begun_by or self.user("Ada")
        if message.deleted or component.get("disabled") or message.channel.archived:
            raise NotOffered(f"{component} can no longer be used")
        if message.ephemeral and user is not begun_by:
            raise NotOffered("only the user it answers sees this message")
        data = {"custom_id": component["custom_id"], "component_type": component["type"], **chosen}
        by_user = message.interaction is not None and not message.interaction.is_installed
        if message.channel.guild is not None and not message.channel.guild.has_bot and not by_user:
            raise NotOffered("the bot is not in this guild")
        return self._begin(rules.COMPONENT, user, message.channel, data, locale, by_user, message)

    def _offered(self, kind: int, name: str, user: User, channel: Channel, installed_by_user: bool) -> Json:
        """The command of a name, if a client would offer it to this user in this place."""
        scopes = [self.commands.get(channel.guild.id, [])] if channel.guild else []
        candidates = [command for scope in (*scopes, self.commands.get(None, [])) for command in scope]
        found = [command for command in candidates if (command["type"], command["name"]) == (kind, name)]
        if not found:
            raise NotOffered(f"no command {name!r} is registered, only {[one['name'] for one in candidates]}")
        command = found[0]
        allowed = command["contexts"]
        if allowed is not None and self._context(channel) not in allowed:
            raise NotOffered(f"{name!r} is offered in the contexts {allowed}, not in {self._context(channel)}")
        if int(installed_by_user) not in command["integration_types"]:
            raise NotOffered(f"{name!r} is for the installations {command['integration_types']} only")
        if channel.guild is not None and not channel.guild.has_bot and not installed_by_user:
            raise NotOffered("the bot is not in this guild")
        self._check_user_may(command, user, channel)
        return command

    def _check_user_may(self, command: Json, user: User, channel: Channel) -> None:
        permissions = channel.permissions_of(user)
        needed = discord.Permissions(use_application_commands=True, view_channel=True).value
        default = command["default_member_permissions"]
        if channel.guild is not None and default is not None:
            needed |= int(default) or discord.Permissions(administrator=True).value
        if needed & ~permissions:
            missing = [name for name, is_set in discord.Permissions(needed & ~permissions) if is_set]
            raise NotOffered(f"{user.name} lacks {missing}")

    def _context(self, channel: Channel) -> int:
        if channel.guild is not None:
            return IN_GUILD
        return IN_BOT_DM if self.bot in channel.recipients else IN_PRIVATE_CHANNEL

    def _command_data(self, command: Json) -> Json:
        data = {key: command[key] for key in ("id", "name", "type")}
        return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})

    def _begin(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        locale: str,
        installed_by_user: bool,
        message: Message | None = None,
    ) -> Interaction:
        if not any(session.hears(channel.guild) for session in self.gateway.sessions.values()):
            raise NotOffered("the bot is not connected")
        if channel not in self.channels:
            raise NotOffered(f"the channel {channel.name!r} is gone")
        if channel.guild is not None and not channel.guild.is_available:
            raise NotOffered(f"the guild {channel.guild.name!r} is unavailable")
        external = discord.Permissions(use_external_apps=True).value
        interaction = Interaction(self, kind, user, channel, data, locale, not installed_by_user, message)
        interaction.forces_ephemeral = (
            installed_by_user and channel.guild is not None and not channel.permissions_of(user) & external
        )
        self.interactions[interaction.token] = interaction
        payload = self._interaction_payload(interaction)
        self.gateway.publish("INTERACTION_CREATE", lambda _: payload, guild=channel.guild)
        return interaction

    def _interaction_payload(self, interaction: Interaction) -> Json:
        user, channel, guild = interaction.user, interaction.channel, interaction.channel.guild
        permissions = channel.permissions_of(user)
        in_guild = "0" if guild is None else str(guild.id)
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.application_id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": channel.payload() | {"permissions": str(permissions)},
            "locale": interaction.locale,
            "app_permissions": str(self._app_permissions(channel)),
            "entitlements": [],
            "authorizing_integration_owners": {"0": in_guild} if interaction.is_installed else {"1": str(user.id)},
            "context": self._context(channel),
            "attachment_size_limit": rules.UPLOAD_LIMIT,
        }
        if guild is None:
            payload["user"] = user.payload()
        else:
            payload["member"] = guild.member_payload(user, permissions)
            payload["guild_id"], payload["guild_locale"] = str(guild.id), guild.locale
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        if interaction.message is not None:
            payload["message"] = self.message_payload(interaction.message)
        return payload

    def _app_permissions(self, channel: Channel) -> int:
        is_present = self.bot in channel.recipients or (channel.guild is not None and channel.guild.has_bot)
        return channel.permissions_of(self.bot) if is_present else MEMBER_PERMISSIONS
