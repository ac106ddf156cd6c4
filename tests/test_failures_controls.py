"""What goes wrong with a command or a press: an apology and a line in the log, never the text of an error."""

from __future__ import annotations

import logging
from functools import partial

import pytest
from bots import ENGLISH, Held, settled
from discord import ui
from discord_server import Channel, DiscordServer, Message
from failures import ANSWER, CALLBACK, asked_by_command, bot, general, has_line, lines, server, service, tries, until
from test_bot import QUESTION, SHOWN

from bot.client import PullquoteBot


async def with_button(server: DiscordServer, bot: PullquoteBot, custom_id: str) -> Message:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow(ui.Button(label="Press", custom_id=custom_id)))
    view.stop()
    await bot.get_partial_messageable(server.channel("general").id).send(view=view)
    return await server.next_message(server.channel("general"))


async def test_a_press_on_a_message_that_is_gone_is_one_line(
    server: DiscordServer, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    message = await with_button(server, bot, "share")
    async with server.gateway_paused():
        await server.press(message, "share")
        server.delete(message)
    await until(partial(has_line, caplog, "NotFound at "))
    assert len([one for one in server.refusals if one.status == 404]) == 1
    assert not any(one.exc_info for one in caplog.records if one.name.startswith("discord.ui"))


async def test_a_press_that_comes_too_late_is_one_line_without_the_button(
    server: DiscordServer, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    message = await with_button(server, bot, f"try:{QUESTION}")
    async with server.gateway_paused():
        await server.press(message, f"try:{QUESTION}")
        server.advance(4)
    await settled(server)
    assert [line.split(" at ")[0] for line in lines(caplog)] == ["not answered: NotFound"]
    assert QUESTION not in caplog.text


async def test_a_mistake_in_a_press_is_an_apology_and_a_line(
    server: DiscordServer, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    message = await with_button(server, bot, "vote:yes")
    await bot.state.database.execute("DROP TABLE votes")
    apology = await (await server.press(message, "vote:yes")).response()
    assert (apology.text, apology.ephemeral) == (ENGLISH.say("notice-apology"), True)
    assert [line.split(" at ")[0] for line in lines(caplog)] == ["not answered: OperationalError"]
    assert "no such table" not in caplog.text


async def test_a_button_of_another_version_says_that_it_has_changed(server: DiscordServer, bot: PullquoteBot) -> None:
    message = await with_button(server, bot, "of another version")
    said = await (await server.press(message, "of another version")).response()
    assert (said.text, said.ephemeral) == (ENGLISH.say("notice-outdated"), True)


async def test_what_discord_refuses_is_an_apology_and_not_tried_again(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("PATCH", ANSWER, 400, code=50035)
    asked = await asked_by_command(server, general)
    assert (await asked.response()).text == ENGLISH.say("notice-apology")
    assert tries(server, "PATCH", "@original") == [400, 200]
    assert lines(caplog) == ["could not send a reply: status 400 (code 50035)"]


async def test_suggestions_that_cannot_be_made_are_none(server: DiscordServer, general: Channel) -> None:
    assert general
    assert await server.autocomplete("article", {"title": "riv"}, "title") == []


async def test_a_command_is_answered_by_a_bot_that_only_the_user_has(
    server: DiscordServer, general: Channel, service: Held
) -> None:
    """The table is asked once although the first acknowledgement is lost."""
    ada = server.user("Ada")
    elsewhere = server.channel("elsewhere", server.guild_without_bot("Elsewhere", ada))
    server.reset_next("POST", CALLBACK, performed=True)
    asked = await server.slash("ask", {"question": QUESTION}, user=ada, channel=elsewhere, as_installed_by_user=True)
    assert SHOWN in (await asked.response()).text
    assert general
    assert service.asked == [QUESTION]
