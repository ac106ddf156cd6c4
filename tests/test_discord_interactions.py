"""Interactions on the stand-in, proved with the real discord.py: answers, buttons, selects, modals."""

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands
from discord_client import (
    Bot,
    Json,
    button,
    layout,
    respond_raw,
    row,
    sent,
    text,
    v2,
)
from discord_rules import COMPONENTS_V2, EPHEMERAL
from discord_server import DiscordServer, NotOffered


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


async def test_a_token_lives_for_fifteen_minutes(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    server.advance(14 * 60 + 59)
    await interaction.edit_original_response(content="They did.")
    server.advance(2)
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.followup.send("Late.")
    assert (refused.value.status, refused.value.code) == (401, 50027)
    assert (await asked.response()).text == "They did."


async def test_a_message_deleted_before_its_button_is_answered_cannot_be_updated(
    server: DiscordServer, bot: Bot
) -> None:
    message = await sent(server, bot, v2(text("Page 1"), row(button("next"))))
    await server.press(message, "next")
    interaction = await bot.interaction()
    server.delete(message)
    with pytest.raises(discord.NotFound) as refused:
        await interaction.response.edit_message(view=layout(discord.ui.TextDisplay("Page 2")))
    assert (refused.value.code, message.text) == (10008, "Page 1")


async def test_a_follow_up_stands_alone_where_the_deferral_was_deleted(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    assert asked.original is not None
    server.delete(asked.original)
    with pytest.raises(discord.NotFound) as refused:
        await interaction.edit_original_response(content="They did.")
    assert refused.value.code == 10008
    await interaction.followup.send("They did.")
    assert (await asked.followup()).text == "They did."


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
