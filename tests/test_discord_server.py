"""The stand-in for Discord, proved with the real discord.py client: what it serves and what it refuses."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import discord
import pytest
from discord import app_commands
from discord_rules import COMPONENTS_V2, EPHEMERAL, Refusal, check_commands
from discord_server import MESSAGE_CONTENT, DiscordServer, Message, NotOffered

Json = dict[str, Any]
NOBODY = discord.AllowedMentions.none()


class Bot(discord.Client):
    """A client that does nothing by itself: what reaches it waits in queues, and the test answers."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        intents = intents or discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(intents=intents, guild_ready_timeout=0.01)
        self.interactions: asyncio.Queue[discord.Interaction] = asyncio.Queue()
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.edited: asyncio.Queue[discord.RawMessageUpdateEvent] = asyncio.Queue()
        self.deleted: asyncio.Queue[int] = asyncio.Queue()
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(_ask)
        self.tree.add_command(_administer)
        self.tree.add_command(app_commands.ContextMenu(name="Quote this", callback=_quote_this))

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.put_nowait(interaction)

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.put_nowait(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.edited.put_nowait(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.deleted.put_nowait(event.message_id)

    async def interaction(self) -> discord.Interaction:
        return await asyncio.wait_for(self.interactions.get(), 5)

    async def message(self) -> discord.Message:
        return await asyncio.wait_for(self.heard.get(), 5)


@app_commands.command(name="ask", description="Asks the archive")
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def _ask(
    interaction: discord.Interaction,
    question: app_commands.Range[str, 3, 20],
    source: str | None = None,
    member: discord.User | None = None,
) -> None:
    """The test answers."""


@_ask.autocomplete("source")
async def _suggest_nothing(_: discord.Interaction, __: str) -> list[app_commands.Choice[str]]:
    await asyncio.sleep(5)
    return []


@app_commands.command(name="administer", description="For those who keep the archive")
@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
async def _administer(interaction: discord.Interaction) -> None:
    """The test answers."""


async def _quote_this(interaction: discord.Interaction, message: discord.Message) -> None:
    """The test answers."""


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        with server.serving_this_process():
            yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Bot]:
    bot = Bot()
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    yield bot
    await bot.close()
    await running


async def bot_is_ready(bot: Bot, running: asyncio.Task[None]) -> None:
    """Waits until the client is ready, or raises what ended it."""
    async with asyncio.timeout(5):
        while not bot.is_ready():
            if running.done():
                running.result()
            await asyncio.sleep(0.005)


def general(bot: Bot) -> discord.TextChannel:
    channel = discord.utils.get(bot.get_all_channels(), name="general")
    assert isinstance(channel, discord.TextChannel)
    return channel


def layout(*items: discord.ui.Item[Any]) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    return view


async def post_raw(bot: Bot, payload: Json) -> Json:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=general(bot).id)
    answer: Json = await bot.http.request(route, json=payload)
    return answer


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str, **fields: object) -> Json:
    return {"type": 2, "style": 1, "label": "More", "custom_id": custom_id, **fields}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def v2(*components: Json, **fields: object) -> Json:
    return {"flags": COMPONENTS_V2, "components": list(components), **fields}


# Connecting


async def test_a_client_connects_and_learns_its_guild_and_channels(server: DiscordServer, bot: Bot) -> None:
    assert bot.user is not None
    assert bot.user.name == "pullquote"
    assert [guild.name for guild in bot.guilds] == ["The Archive"]
    assert general(bot).permissions_for(bot.guilds[0].me).send_messages
    assert server.gateway.identifications == 1
    assert server.refusals == []


@pytest.mark.usefixtures("server")
async def test_a_wrong_token_is_refused_at_login() -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("not-the-token")
    await bot.close()


async def test_a_privileged_intent_that_is_not_enabled_closes_the_gateway(server: DiscordServer) -> None:
    bot = Bot(discord.Intents(guilds=True, message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(server.token)
    await bot.close()


async def test_a_child_process_is_pointed_at_the_server(server: DiscordServer) -> None:
    program = server.preamble() + (
        "class Bot(discord.Client):\n"
        "    async def on_ready(self):\n"
        "        print('ready as', self.user.name)\n"
        "        await self.close()\n"
        f"Bot(intents=discord.Intents.none(), guild_ready_timeout=0.01).run({server.token!r})\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 10)
    assert output.decode().split() == ["ready", "as", "pullquote"]


async def test_discord_is_itself_again_afterwards() -> None:
    before = discord.http.Route.BASE
    async with DiscordServer() as server:
        with server.serving_this_process():
            assert server.api_url == discord.http.Route.BASE
    assert before == discord.http.Route.BASE


async def test_a_dropped_connection_is_resumed_and_what_was_missed_replayed(server: DiscordServer, bot: Bot) -> None:
    await server.drop_gateway()
    said = await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} still there?")
    assert (await bot.message()).id == said.id
    assert (server.gateway.identifications, server.gateway.resumptions) == (1, 1)


@pytest.mark.usefixtures("bot")
async def test_a_client_asked_to_reconnect_resumes(server: DiscordServer) -> None:
    server.gateway.ask_to_reconnect()
    await server.changes.until(lambda: server.gateway.resumptions or None, 5, "resumption")
    assert server.gateway.identifications == 1


async def test_members_are_sent_on_request(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    found = await bot.guilds[0].query_members(user_ids=[ada.id])
    assert [member.global_name for member in found] == ["Ada"]


# Commands


async def test_synced_commands_are_kept_and_each_write_recorded(server: DiscordServer, bot: Bot) -> None:
    assert [command["name"] for command in await server.commands_synced()] == [
        "ask",
        "administer",
        "Quote this",
    ]
    assert [write.names for write in server.command_writes] == [("ask", "administer", "Quote this")]
    assert [command.name for command in await bot.tree.fetch_commands()] == [
        "ask",
        "administer",
        "Quote this",
    ]
    assert len(server.command_writes) == 1


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Ask", "description": "Capitals"},
        {"name": "ask me", "description": "A space"},
        {"name": "ask", "description": ""},
        {"name": "ask", "description": "x" * 101},
        {"name": "ask", "description": "Typo", "integration_type": [0]},
        {"name": "ask", "description": "No such context", "contexts": [3]},
        {"name": "ask", "description": "Locale", "name_localizations": {"xx": "frag"}},
        {
            "name": "ask",
            "description": "Options",
            "options": [{"type": 3, "name": f"o{number}", "description": "One"} for number in range(26)],
        },
    ],
)
def test_a_command_that_discord_would_not_take_is_refused(command: Json) -> None:
    with pytest.raises(Refusal, match="50035"):
        check_commands([command])


def test_more_than_a_hundred_commands_are_refused() -> None:
    with pytest.raises(Refusal, match="30032"):
        check_commands([{"name": f"c{number}", "description": "One"} for number in range(101)])


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("search", {}, "no command 'search'"),
        ("ask", {}, "required"),
        ("ask", {"question": "ab"}, "length of 3 to 20"),
        ("ask", {"question": "x" * 21}, "length of 3 to 20"),
        ("ask", {"question": 7}, "takes"),
        ("ask", {"query": "Who won?"}, "no options"),
        ("administer", {}, "manage_guild"),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_the_client_offers_only_what_was_registered(
    server: DiscordServer, name: str, options: Json, reason: str
) -> None:
    with pytest.raises(NotOffered, match=reason):
        await server.slash(name, options, user=server.user("Ada"))


async def test_a_command_is_offered_to_those_with_its_default_permissions(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    server.role("Editors", ada, manage_guild=True)
    await server.slash("administer", user=ada)
    assert (await bot.interaction()).permissions.manage_guild


# Interactions


async def test_a_slash_command_is_answered(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash(
        "ask", {"question": "Who won?", "member": server.user("Bo")}, user=server.user("Ada"), locale="de"
    )
    interaction = await bot.interaction()
    assert interaction.namespace.question == "Who won?"
    assert interaction.namespace.member.global_name == "Bo"
    assert (interaction.user.display_name, interaction.locale) == ("Ada", discord.Locale.german)
    sent = await interaction.response.send_message("Nobody.", ephemeral=True)
    message = await asked.response()
    assert (message.text, message.ephemeral, sent.message_id) == ("Nobody.", True, message.id)
    assert asked.seconds_to_acknowledge < 3
    assert server.refusals == []


async def test_a_deferred_answer_arrives_with_components(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    assert await asked.acknowledgement() == 5
    with pytest.raises(TimeoutError, match="visible answer"):
        await asked.response(timeout=0.05)
    section: discord.ui.Section[Any] = discord.ui.Section(
        "They won.", accessory=discord.ui.Button(label="Context", custom_id="context")
    )
    await interaction.edit_original_response(view=layout(discord.ui.Container(section)))
    message = await asked.response()
    assert (message.text, message.is_v2, message.custom_id("Context")) == ("They won.", True, "context")
    assert server.refusals == []


async def test_a_second_initial_response_is_refused(server: DiscordServer, bot: Bot) -> None:
    await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.send_message("One.")
    interaction.response._response_type = None
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.response.send_message("Two.")
    assert (refused.value.status, refused.value.code) == (400, 40060)
    assert [refusal.code for refusal in server.refusals] == [40060]


async def test_a_response_that_comes_too_late_is_refused(server: DiscordServer, bot: Bot) -> None:
    server.seconds_to_acknowledge = 0.05
    await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await asyncio.sleep(0.06)
    with pytest.raises(discord.NotFound) as refused:
        await interaction.response.defer()
    assert refused.value.code == 10062


async def test_a_token_expires(server: DiscordServer, bot: Bot) -> None:
    server.seconds_of_a_token = 0.05
    await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    await asyncio.sleep(0.06)
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.edit_original_response(content="Late.")
    assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_an_edit_before_any_response_is_refused(server: DiscordServer, bot: Bot) -> None:
    await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    with pytest.raises(discord.NotFound) as refused:
        await interaction.edit_original_response(content="Early.")
    assert refused.value.code == 10015


@pytest.mark.parametrize("is_private", [False, True])
async def test_a_deferral_settles_who_sees_the_answer(server: DiscordServer, bot: Bot, is_private: bool) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer(ephemeral=is_private)
    await interaction.followup.send("They did.", ephemeral=not is_private)
    message = await asked.response()
    assert (message.text, message.ephemeral) == ("They did.", is_private)
    assert asked.followups == [message], "the first follow-up takes the place of the deferral"


async def test_a_deferral_takes_no_other_flag(server: DiscordServer, bot: Bot) -> None:
    await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    with pytest.raises(discord.HTTPException) as refused:
        await respond_raw(bot, interaction, {"type": 5, "data": {"flags": COMPONENTS_V2 | EPHEMERAL}})
    assert (refused.value.code, "data.flags" in refused.value.text) == (50035, True)


async def respond_raw(bot: Bot, interaction: discord.Interaction, payload: Json) -> Any:
    path = "/interactions/{interaction_id}/{webhook_token}/callback"
    token = interaction.token
    route = discord.http.Route("POST", path, interaction_id=interaction.id, webhook_token=token)
    return await bot.http.request(route, json=payload)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": 4, "data": {"content": "x", "ephemeral": True}},
        {"type": 4, "data": {"content": "x" * 2001}},
        {"type": 6},
        {"type": 7, "data": {"content": "x"}},
        {"type": 8, "data": {"choices": []}},
        {"type": 9, "data": {"custom_id": "m", "title": "x" * 46, "components": [{**text("x")}]}},
        {"type": 9, "data": {"custom_id": "m", "title": "No items", "components": []}},
        {"type": 9, "data": {"custom_id": "m", "title": "Six", "components": [text("x")] * 6}},
        {"type": 9, "data": {"custom_id": "m", "title": "A button", "components": [row(button("b"))] * 6}},
        {"type": 4, "content": "outside of data"},
    ],
)
async def test_a_response_that_does_not_fit_is_refused(server: DiscordServer, bot: Bot, payload: Json) -> None:
    await server.slash("ask", {"question": "Who won?"})
    with pytest.raises(discord.HTTPException) as refused:
        await respond_raw(bot, await bot.interaction(), payload)
    assert refused.value.code == 50035
    assert server.refusals[0].errors


async def test_a_response_without_with_response_is_answered_with_nothing(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    assert not await respond_raw(bot, await bot.interaction(), {"type": 4, "data": {"content": "x"}})
    assert (await asked.response()).text == "x"


async def test_the_original_response_can_be_fetched_and_deleted(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.send_message("They did.")
    assert (await interaction.original_response()).content == "They did."
    await interaction.delete_original_response()
    assert (await asked.response()).deleted


async def test_follow_ups_come_in_order(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.send_message("One.")
    await interaction.followup.send("Two.")
    assert (await asked.response()).text == "One."
    assert (await asked.followup()).text == "Two."


async def test_a_button_is_pressed_and_updates_its_message(server: DiscordServer, bot: Bot) -> None:
    message = await sent(server, bot, v2(text("Page 1"), row(button("next"))))
    pressed = await server.press(message, "next", user=server.user("Bo"))
    interaction = await bot.interaction()
    assert interaction.message is not None
    assert interaction.message.id == message.id
    assert interaction.user.display_name == "Bo"
    await interaction.response.edit_message(view=layout(discord.ui.TextDisplay("Page 2")))
    assert (await pressed.response()).text == "Page 2"
    assert message.edits == 1


async def sent(server: DiscordServer, bot: Bot, payload: Json) -> Message:
    answer = await post_raw(bot, payload)
    return server.find_message(server.channel("general"), int(answer["id"]))


async def test_a_deferred_update_waits_for_the_edit(server: DiscordServer, bot: Bot) -> None:
    message = await sent(server, bot, v2(text("Page 1"), row(button("next"))))
    pressed = await server.press(message, "next")
    interaction = await bot.interaction()
    await interaction.response.defer()
    assert await pressed.acknowledgement() == 6
    await interaction.edit_original_response(view=layout(discord.ui.TextDisplay("Page 2")))
    assert await pressed.response() is message
    assert message.text == "Page 2"


async def test_a_select_gives_the_values_chosen(server: DiscordServer, bot: Bot) -> None:
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]
    message = await sent(server, bot, v2(row({"type": 3, "custom_id": "pick", "options": options})))
    with pytest.raises(NotOffered, match="offers"):
        await server.select(message, "pick", ["3"])
    await server.select(message, "pick", ["2"])
    interaction = await bot.interaction()
    assert interaction.data is not None
    assert interaction.data["values"] == ["2"]  # type: ignore[typeddict-item]


async def test_what_is_not_there_cannot_be_pressed(server: DiscordServer, bot: Bot) -> None:
    message = await sent(server, bot, v2(text("x"), row(button("next", disabled=True))))
    with pytest.raises(NotOffered, match="no component"):
        await server.press(message, "previous")
    with pytest.raises(NotOffered, match="no longer"):
        await server.press(message, "next")


async def test_only_its_reader_sees_the_buttons_of_an_ephemeral_message(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"}, user=server.user("Ada"))
    payload = v2(text("x"), row(button("more")), flags=COMPONENTS_V2 | EPHEMERAL)
    await respond_raw(bot, await bot.interaction(), {"type": 4, "data": payload})
    message = await asked.response()
    with pytest.raises(NotOffered, match="only the user"):
        await server.press(message, "more", user=server.user("Bo"))
    await server.press(message, "more")
    assert (await bot.interaction()).user.display_name == "Ada"


async def test_a_modal_is_opened_and_submitted(server: DiscordServer, bot: Bot) -> None:
    class Search(discord.ui.Modal, title="Search"):
        words: discord.ui.Label[Any] = discord.ui.Label(
            text="Words", component=discord.ui.TextInput(custom_id="words", min_length=3)
        )

    submitted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    modal = Search()

    async def on_submit(interaction: discord.Interaction) -> None:
        submitted.set_result(modal.words.component.value)  # type: ignore[attr-defined]
        await interaction.response.send_message("Found.")

    modal.on_submit = on_submit  # type: ignore[method-assign]
    asked = await server.slash("ask", {"question": "Who won?"})
    await (await bot.interaction()).response.send_modal(modal)
    with pytest.raises(NotOffered, match="3 to 4000"):
        await server.submit_modal(asked, {"words": "ab"})
    answer = await server.submit_modal(asked, {"words": "storm damage"})
    assert await asyncio.wait_for(submitted, 5) == "storm damage"
    assert (await answer.response()).text == "Found."


async def test_autocomplete_gives_choices(server: DiscordServer, bot: Bot) -> None:
    async def suggest() -> None:
        interaction = await bot.interaction()
        choices = [app_commands.Choice(name=interaction.namespace.source, value="bbc")]
        await interaction.response.autocomplete(choices)

    suggesting = asyncio.create_task(suggest())
    assert await server.autocomplete("ask", {"source": "bb"}, "source") == [{"name": "bb", "value": "bbc"}]
    await suggesting


@pytest.mark.parametrize("choices", [[("x", "x")] * 26, [("", "x")], [("x" * 101, "x")]])
async def test_autocomplete_choices_beyond_the_limits_are_refused(
    server: DiscordServer, bot: Bot, choices: list[tuple[str, str]]
) -> None:
    asking = asyncio.create_task(server.autocomplete("ask", {"source": "bb"}, "source", timeout=0.2))
    interaction = await bot.interaction()
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.response.autocomplete([app_commands.Choice(name=n, value=v) for n, v in choices])
    assert refused.value.code == 50035
    with pytest.raises(TimeoutError):
        await asking


async def test_a_context_menu_gives_its_message(server: DiscordServer, bot: Bot) -> None:
    said = await server.say(server.channel("general"), server.user("Bo"), "Who won the cup?")
    await server.context_menu("Quote this", said)
    interaction = await bot.interaction()
    assert interaction.data is not None
    messages = interaction.data["resolved"]["messages"]  # type: ignore[typeddict-item]
    assert [message["content"] for message in messages.values()] == ["Who won the cup?"]


async def test_a_command_in_direct_messages(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    asked = await server.slash("ask", {"question": "Who won?"}, user=ada, channel=server.direct_message(ada))
    interaction = await bot.interaction()
    assert (interaction.guild_id, interaction.context.dm_channel) == (None, True)
    await interaction.response.send_message("They did.")
    assert (await asked.response()).text == "They did."
    with pytest.raises(NotOffered, match="contexts"):
        await server.slash("administer", user=ada, channel=server.direct_message(ada))


async def test_a_user_installed_app_in_a_guild_without_the_bot(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    away = server.channel("lounge", server.guild_without_bot("Elsewhere", ada))
    with pytest.raises(NotOffered, match="not in this guild"):
        await server.slash("ask", {"question": "Who won?"}, user=ada, channel=away)
    await server.slash("ask", {"question": "Who won?"}, user=ada, channel=away, as_installed_by_user=True)
    interaction = await bot.interaction()
    assert (interaction.is_user_integration(), interaction.is_guild_integration()) == (True, False)
    await interaction.response.send_message("They did.")
    for _ in range(5):
        await interaction.followup.send("And again.")
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.followup.send("Too often.")
    assert refused.value.code == 40094


async def test_without_external_apps_the_answer_is_private(server: DiscordServer, bot: Bot) -> None:
    channel = server.channel("general")
    server.permit(channel, use_external_apps=False)
    asked = await server.slash("ask", {"question": "Who won?"}, as_installed_by_user=True)
    await (await bot.interaction()).response.send_message("They did.")
    assert (await asked.response()).ephemeral


# Messages


def error_codes(errors: Json) -> set[str]:
    """The codes anywhere in the nested errors of a refusal."""
    found = {error["code"] for error in errors.get("_errors", [])}
    return found.union(*(error_codes(nested) for key, nested in errors.items() if key != "_errors"))


REFUSED_MESSAGES: dict[str, tuple[str, Json]] = {
    "content too long": ("BASE_TYPE_MAX_LENGTH", {"content": "x" * 2001}),
    "unknown key": ("UNKNOWN_KEY", {"content": "x", "ephemeral": True}),
    "ephemeral outside of interactions": ("FLAGS_INVALID", {"content": "x", "flags": EPHEMERAL}),
    "embed description too long": ("BASE_TYPE_MAX_LENGTH", {"embeds": [{"description": "x" * 4097}]}),
    "embeds too long together": (
        "MAX_EMBED_SIZE_EXCEEDED",
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
    ),
    "V2 component without the flag": ("UNION_TYPE_CHOICES", {"components": [text("x")]}),
    "content beside V2": ("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", v2(text("x"), content="x")),
    "embeds beside V2": (
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        v2(text("x"), embeds=[{"title": "x"}]),
    ),
    "empty text display": ("BASE_TYPE_BAD_LENGTH", v2(text(" "))),
    "4001 characters of text": (
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        v2(text("x" * 2000), {"type": 17, "components": [text("x" * 2001)]}),
    ),
    "41 components": (
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        v2(*[{"type": 17, "components": [text("x")] * 39}, text("x")]),
    ),
    "unknown component": ("UNION_TYPE_CHOICES", v2({"type": 99})),
    "unknown key in a component": ("UNKNOWN_KEY", v2({**text("x"), "style": 1})),
    "section without accessory": ("BASE_TYPE_REQUIRED", v2({"type": 9, "components": [text("x")]})),
    "section of four texts": (
        "BASE_TYPE_BAD_LENGTH",
        v2({"type": 9, "components": [text("x")] * 4, "accessory": button("b")}),
    ),
    "section within a section": (
        "UNION_TYPE_CHOICES",
        v2(
            {
                "type": 9,
                "components": [{"type": 9, "components": [text("x")], "accessory": button("a")}],
                "accessory": button("b"),
            }
        ),
    ),
    "container within a container": (
        "UNION_TYPE_CHOICES",
        v2({"type": 17, "components": [{"type": 17, "components": [text("x")]}]}),
    ),
    "empty container": ("BASE_TYPE_BAD_LENGTH", v2({"type": 17, "components": []})),
    "button outside of a row": ("UNION_TYPE_CHOICES", v2(button("b"))),
    "label too long": ("BASE_TYPE_MAX_LENGTH", v2(row(button("b", label="x" * 81)))),
    "neither label nor emoji": ("BUTTON_COMPONENT_INVALID_LABEL", v2(row(button("b", label=None)))),
    "custom_id too long": ("BASE_TYPE_BAD_LENGTH", v2(row(button("x" * 101)))),
    "empty custom_id": ("BASE_TYPE_BAD_LENGTH", v2(row(button("")))),
    "custom_id twice": ("COMPONENT_CUSTOM_ID_DUPLICATED", v2(row(button("b")), row(button("b")))),
    "link with custom_id": (
        "BUTTON_COMPONENT_CUSTOM_ID_AND_URL",
        v2(row(button("b", style=5, url="https://example.org"))),
    ),
    "link without url": ("BASE_TYPE_REQUIRED", v2(row({"type": 2, "style": 5, "label": "x"}))),
    "link with another scheme": (
        "URL_TYPE_INVALID_URL",
        v2(row({"type": 2, "style": 5, "label": "x", "url": "file:///etc"})),
    ),
    "six buttons in a row": ("BASE_TYPE_BAD_LENGTH", v2(row(*[button(f"b{number}") for number in range(6)]))),
    "26 options": (
        "BASE_TYPE_BAD_LENGTH",
        v2(
            row(
                {
                    "type": 3,
                    "custom_id": "s",
                    "options": [{"label": f"{number}", "value": f"{number}"} for number in range(26)],
                }
            )
        ),
    ),
    "file that is not attached": (
        "ATTACHMENT_NOT_FOUND",
        v2({"type": 13, "file": {"url": "attachment://missing.txt"}}),
    ),
    "parse and list of users": (
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ),
    "unknown reply": ("REPLIES_UNKNOWN_MESSAGE", {"content": "x", "message_reference": {"message_id": "1"}}),
}


@pytest.mark.parametrize(("reason", "payload"), REFUSED_MESSAGES.values(), ids=REFUSED_MESSAGES.keys())
async def test_a_message_against_the_rules_is_refused(
    server: DiscordServer, bot: Bot, reason: str, payload: Json
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await post_raw(bot, payload)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert error_codes(server.refusals[0].errors or {}) == {reason}
    assert server.channel("general").messages == []


async def test_messages_at_the_limits_are_taken(server: DiscordServer, bot: Bot) -> None:
    await post_raw(bot, {"content": "x" * 2000})
    await post_raw(bot, v2(text("x" * 4000)))
    await post_raw(bot, v2({"type": 17, "components": [text("x")] * 39}))
    await post_raw(bot, v2(row(*[button("x" * 99 + str(number), label="x" * 80) for number in range(5)])))
    assert server.refusals == []


async def test_an_error_says_where_the_problem_is(server: DiscordServer, bot: Bot) -> None:
    with pytest.raises(discord.HTTPException):
        await post_raw(bot, v2(text("x"), row(button("b", label="x" * 81))))
    assert server.refusals[0].errors == {
        "components": {
            "1": {
                "components": {
                    "0": {
                        "label": {
                            "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 80 or fewer in length."}]
                        }
                    }
                }
            }
        }
    }


@pytest.mark.usefixtures("server")
async def test_an_empty_message_is_refused(bot: Bot) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await general(bot).send("")
    assert (refused.value.status, refused.value.code) == (400, 50006)


async def test_components_v2_is_for_good(server: DiscordServer, bot: Bot) -> None:
    await general(bot).send(view=layout(discord.ui.TextDisplay("x")))
    message = await server.next_message(server.channel("general"))
    with pytest.raises(discord.HTTPException) as refused:
        await edit_raw(bot, message, {"flags": 0, "content": "x", "components": []})
    assert refused.value.code == 50035
    with pytest.raises(discord.HTTPException) as refused:
        await edit_raw(bot, message, {"content": "x"})
    assert refused.value.code == 50035
    await edit_raw(bot, message, {"components": [text("y")]})
    assert (message.text, message.is_v2) == ("y", True)


async def edit_raw(bot: Bot, message: Message, payload: Json) -> Any:
    path = "/channels/{channel_id}/messages/{message_id}"
    route = discord.http.Route("PATCH", path, channel_id=message.channel.id, message_id=message.id)
    return await bot.http.request(route, json=payload)


async def test_a_repeated_nonce_sends_once(server: DiscordServer, bot: Bot) -> None:
    first = await general(bot).send("Once.", nonce="question-7")
    second = await general(bot).send("Once.", nonce="question-7")
    assert first.id == second.id
    assert len(server.channel("general").messages) == 1


async def test_a_file_is_stored_and_can_be_shown(server: DiscordServer, bot: Bot) -> None:
    file = discord.File(io.BytesIO(b"The whole article."), "article.txt", description="As published")
    shown: discord.ui.File[Any] = discord.ui.File("attachment://article.txt")
    sent_message = await general(bot).send(view=layout(shown), file=file)
    stored = (await server.next_message(server.channel("general"))).attachments[0]
    assert (stored.filename, stored.size, stored.description) == ("article.txt", 18, "As published")
    assert await sent_message.attachments[0].read() == b"The whole article."


async def test_a_mention_is_replied_to(server: DiscordServer, bot: Bot) -> None:
    channel = server.channel("general")
    asked = await server.say(channel, server.user("Ada"), f"{server.bot.mention} who won?")
    heard = await bot.message()
    assert heard.content == f"{server.bot.mention} who won?"
    await heard.reply("They did.", allowed_mentions=NOBODY)
    reply = await server.next_message(channel)
    assert (reply.text, reply.reply_to) == ("They did.", asked)
    assert not reply.pings
    assert server.refusals == []


async def test_a_reply_to_a_deleted_message_is_refused_unless_it_may_be_missing(
    server: DiscordServer, bot: Bot
) -> None:
    channel = server.channel("general")
    said = await server.say(channel, server.user("Ada"), f"{server.bot.mention} who won?")
    heard = await bot.message()
    server.delete(said)
    assert await asyncio.wait_for(bot.deleted.get(), 5) == said.id
    with pytest.raises(discord.HTTPException) as refused:
        await heard.reply("They did.")
    assert (refused.value.code, "message_reference" in refused.value.text) == (50035, True)
    await general(bot).send("They did.", reference=heard.to_reference(fail_if_not_exists=False))
    assert (await server.next_message(channel)).reply_to is None


async def test_by_default_everything_in_a_message_pings(server: DiscordServer, bot: Bot) -> None:
    server.permit(server.channel("general"), server.bot, mention_everyone=True)
    ada, editors = server.user("Ada"), server.role("Editors")
    await general(bot).send(f"@everyone {ada.mention} <@&{editors.id}>")
    pings = (await server.next_message(server.channel("general"))).pings
    assert (pings.users, pings.roles, pings.everyone) == ((ada.id,), (editors.id,), True)


async def test_without_the_permission_roles_and_everyone_are_not_pinged(server: DiscordServer, bot: Bot) -> None:
    hidden, open_to_all = server.role("Editors"), server.role("Readers", mentionable=True)
    await general(bot).send(f"@everyone <@&{hidden.id}> <@&{open_to_all.id}>")
    pings = (await server.next_message(server.channel("general"))).pings
    assert (pings.roles, pings.everyone) == ((open_to_all.id,), False)


async def test_text_displays_ping_too_and_allowed_mentions_prevents_it(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    view = layout(discord.ui.TextDisplay(f"Asked by {ada.mention}"))
    await general(bot).send(view=view)
    await general(bot).send(view=view, allowed_mentions=NOBODY)
    assert (await server.next_message(channel)).pings.users == (ada.id,)
    assert not (await server.next_message(channel)).pings


async def test_an_edit_mentions_but_does_not_ping(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    message = await general(bot).send("Wait.")
    await message.edit(content=f"{ada.mention} has asked.")
    stored = await server.next_message(server.channel("general"))
    assert (stored.mentions.users, stored.pings.users) == ((ada.id,), ())
    await message.edit(content=f"{ada.mention} asked.", allowed_mentions=NOBODY)
    assert not stored.mentions


async def test_the_answer_after_a_deferral_pings_like_a_new_message(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    await interaction.edit_original_response(content=f"{ada.mention}!")
    assert (await asked.response()).pings.users == (ada.id,)


async def test_reactions_are_put_and_taken_away(server: DiscordServer, bot: Bot) -> None:
    message = await general(bot).send("Who won?")
    await message.add_reaction("👍")
    stored = await server.next_message(server.channel("general"))
    assert stored.reactions == {"👍": [server.bot]}
    assert bot.user is not None
    await message.remove_reaction("👍", bot.user)
    assert stored.reactions == {}


async def test_typing_is_noticed(server: DiscordServer, bot: Bot) -> None:
    async with general(bot).typing():
        pass
    assert len(server.channel("general").typing) == 1


async def test_threads_are_started_from_a_message_and_in_a_forum(server: DiscordServer, bot: Bot) -> None:
    message = await general(bot).send("Who won?")
    thread = await message.create_thread(name="Who won?")
    await thread.send("They did.")
    assert (await server.next_message(server.channel("Who won?"))).text == "They did."
    with pytest.raises(discord.HTTPException) as refused:
        await message.create_thread(name="Again")
    assert refused.value.code == 160004
    post = await server.post(server.forum("questions"), server.user("Ada"), "Cup", f"{server.bot.mention} who?")
    heard = await bot.message()
    assert (heard.channel.id, heard.id) == (post.id, post.id)
    await heard.reply("They did.")
    assert (await server.next_message(post)).text == "They did."


async def test_history_and_single_messages_can_be_read(server: DiscordServer, bot: Bot) -> None:
    said = [await server.say(server.channel("general"), server.user("Ada"), word) for word in ("One", "Two")]
    assert [message.content async for message in general(bot).history(limit=10)] == ["Two", "One"]
    assert (await general(bot).fetch_message(said[0].id)).content == "One"


async def test_a_direct_message_is_opened_and_may_be_declined(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    user = await bot.fetch_user(ada.id)
    await user.send("Good morning.")
    assert (await server.next_message(server.direct_message(ada))).text == "Good morning."
    ada.accepts_direct_messages = False
    with pytest.raises(discord.Forbidden) as refused:
        await user.send("Still there?")
    assert refused.value.code == 50007


# What the bot may see and do


@pytest.mark.parametrize(
    ("permission", "code"), [("view_channel", 50001), ("send_messages", 50013), ("attach_files", 50013)]
)
async def test_a_missing_permission_is_refused(server: DiscordServer, bot: Bot, permission: str, code: int) -> None:
    server.permit(server.channel("general"), server.bot, **{permission: False})
    with pytest.raises(discord.Forbidden) as refused:
        await general(bot).send("x", file=discord.File(io.BytesIO(b"x"), "x.txt"))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda bot: bot.fetch_channel(1), 10003),
        (lambda bot: general(bot).fetch_message(1), 10008),
        (lambda bot: bot.fetch_guild(1), 10004),
        (lambda bot: bot.fetch_user(1), 10013),
    ],
)
@pytest.mark.usefixtures("server")
async def test_what_is_unknown_is_refused(bot: Bot, act: Callable[[Bot], Any], code: int) -> None:
    with pytest.raises(discord.NotFound) as refused:
        await act(bot)
    assert refused.value.code == code


async def test_an_ephemeral_message_is_out_of_reach_of_the_channel(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    await (await bot.interaction()).response.send_message("They did.", ephemeral=True)
    with pytest.raises(discord.NotFound) as refused:
        await general(bot).fetch_message((await asked.response()).id)
    assert refused.value.code == 10008


async def test_the_bot_edits_no_message_of_another(server: DiscordServer, bot: Bot) -> None:
    said = await server.say(server.channel("general"), server.user("Ada"), "Who won?")
    with pytest.raises(discord.Forbidden) as refused:
        await edit_raw(bot, said, {"content": "They did."})
    assert refused.value.code == 50005


async def test_content_is_hidden_without_the_intent(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    await server.say(channel, ada, "A secret.")
    assert (await bot.message()).content == ""
    await server.say(channel, ada, f"{server.bot.mention} hello")
    assert (await bot.message()).content == f"{server.bot.mention} hello"
    await server.say(server.direct_message(ada), ada, "Between us.")
    assert (await bot.message()).content == "Between us."


async def test_a_pinged_reply_shows_its_content_and_a_silent_one_does_not(server: DiscordServer, bot: Bot) -> None:
    await general(bot).send("They did.")
    channel = server.channel("general")
    answer = await server.next_message(channel)
    await server.say(channel, server.user("Ada"), "And then?", reply_to=answer)
    heard = await bot.message()
    assert (heard.content, bot.user in heard.mentions) == ("And then?", True)
    await server.say(channel, server.user("Ada"), "Quietly.", reply_to=answer, ping_reply=False)
    assert (await bot.message()).content == ""


async def test_an_edit_by_a_user_is_heard(server: DiscordServer, bot: Bot) -> None:
    said = await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} who?")
    await server.edit(said, f"{server.bot.mention} who won?")
    event = await asyncio.wait_for(bot.edited.get(), 5)
    assert event.message.content == f"{server.bot.mention} who won?"


async def test_content_is_shown_with_the_intent(server: DiscordServer) -> None:
    server.enabled_intents = MESSAGE_CONTENT
    bot = Bot(discord.Intents(guilds=True, guild_messages=True, message_content=True))
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    await server.say(server.channel("general"), server.user("Ada"), "No secret.")
    assert (await bot.message()).content == "No secret."
    await bot.close()
    await running


async def test_messages_in_a_channel_the_bot_does_not_see_are_not_heard(server: DiscordServer, bot: Bot) -> None:
    hidden = server.channel("board")
    server.permit(hidden, server.bot, view_channel=False)
    await server.say(hidden, server.user("Ada"), f"{server.bot.mention} psst")
    await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} hello")
    assert (await bot.message()).content.endswith("hello")


# Failures on request


async def test_a_rate_limit_is_waited_out(server: DiscordServer, bot: Bot) -> None:
    server.fail_next("POST", "/channels/*/messages", 429, retry_after=0.05)
    await general(bot).send("After a while.")
    assert [request.status for request in server.requests if request.method == "POST"] == [429, 200]
    assert server.refusals == []


async def test_a_failure_comes_with_its_code(server: DiscordServer, bot: Bot) -> None:
    server.fail_next("POST", "/channels/*/messages", 403, code=50013)
    with pytest.raises(discord.Forbidden) as failed:
        await general(bot).send("x")
    assert failed.value.code == 50013
    await general(bot).send("x")


async def test_a_lost_answer_is_repeated_without_saying_it_twice(server: DiscordServer, bot: Bot) -> None:
    server.fail_next("POST", "/channels/*/messages", 500, performed=True)
    await general(bot).send("Once.", nonce="question-8")
    assert [message.text for message in server.channel("general").messages] == ["Once."]


async def test_silence_is_told_from_speech(server: DiscordServer, bot: Bot) -> None:
    channel = server.channel("general")
    assert await server.is_silent(channel, 0.01)
    await general(bot).send("x")
    assert not await server.is_silent(channel, 0.01)
    with pytest.raises(TimeoutError, match="message of the bot"):
        await server.next_message(server.channel("elsewhere"), timeout=0.01)


async def test_a_bot_that_was_restarted_begins_anew(server: DiscordServer, bot: Bot) -> None:
    await bot.close()
    again = Bot()
    running = asyncio.create_task(again.start(server.token))
    await bot_is_ready(again, running)
    await server.slash("ask", {"question": "Who won?"})
    assert (await again.interaction()).namespace.question == "Who won?"
    assert (server.gateway.identifications, server.gateway.resumptions) == (2, 0)
    await again.close()
    await running


async def test_a_path_that_does_not_exist_is_refused(server: DiscordServer, bot: Bot) -> None:
    with pytest.raises(discord.NotFound):
        await bot.http.request(discord.http.Route("GET", "/nowhere"))
    assert [refusal.status for refusal in server.refusals] == [404]
