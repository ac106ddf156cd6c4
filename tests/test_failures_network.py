"""Discord is out, or a connection breaks: one answer, never two, or a line in the log."""

from __future__ import annotations

import pytest
from bots import ENGLISH, is_silent, settled
from discord_server import Channel, DiscordServer
from failures import (
    ANSWER,
    CALLBACK,
    MESSAGES,
    answer_in,
    asked_by_command,
    bot,
    edited,
    general,
    lines,
    server,
    service,
    tries,
    until,
)
from test_bot import SHOWN, mention

from bot import ask, sending


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_outage_while_sending_is_waited_for(server: DiscordServer, general: Channel, status: int) -> None:
    server.fail_for(0.5, status, path_pattern=MESSAGES)
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert tries(server) == [status, 200]


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_outage_while_a_command_is_answered_is_waited_for(
    server: DiscordServer, general: Channel, status: int
) -> None:
    server.fail_for(0.5, status, method="PATCH", path_pattern="/webhooks/*")
    asked = await asked_by_command(server, general)
    assert SHOWN in (await asked.response()).text
    assert asked.followups == []


@pytest.mark.parametrize("is_performed", [False, True])
async def test_an_acknowledgement_that_meets_an_outage_is_repeated(
    server: DiscordServer, general: Channel, is_performed: bool
) -> None:
    server.fail_next("POST", CALLBACK, 503, performed=is_performed)
    asked = await asked_by_command(server, general)
    assert SHOWN in (await asked.response()).text
    assert tries(server, "POST", "/callback") == [503, 400 if is_performed else 200]


async def test_an_outage_that_lasts_is_one_line(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PAUSES", (0.01, 0.02))
    server.fail_next("POST", MESSAGES, 503, times=4)
    await mention(server, general)
    await until(lambda: len(tries(server)) == 4)
    await settled(server)
    assert lines(caplog) == ["could not send a reply: status 503 (code 0)"]
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert len(tries(server)) == 5


async def test_a_command_whose_acknowledgement_never_arrives_is_two_lines(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS_TO_ACKNOWLEDGE", 0.2)
    server.fail_next("POST", CALLBACK, 503)
    await asked_by_command(server, general)
    await until(lambda: len(lines(caplog)) == 2)
    assert lines(caplog) == [
        "an acknowledgement was not confirmed: TimeoutError",
        "could not send a reply: NotFound (code 10015)",
    ]


@pytest.mark.parametrize("is_performed", [False, True])
async def test_a_reset_connection_gives_one_answer(server: DiscordServer, general: Channel, is_performed: bool) -> None:
    server.reset_next("POST", MESSAGES, performed=is_performed)
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    await until(lambda: len(tries(server)) == 2)
    assert len([one for one in general.messages if one.author is server.bot]) == 1


@pytest.mark.parametrize("is_performed", [False, True])
@pytest.mark.parametrize(("method", "path"), [("POST", CALLBACK), ("PATCH", ANSWER)])
async def test_a_command_is_answered_once_over_a_reset_connection(
    server: DiscordServer, general: Channel, method: str, path: str, is_performed: bool
) -> None:
    server.reset_next(method, path, performed=is_performed)
    asked = await asked_by_command(server, general)
    assert SHOWN in (await asked.response()).text
    await settled(server)
    assert SHOWN in (await asked.response()).text
    assert asked.followups == []


@pytest.mark.parametrize("is_performed", [False, True])
async def test_an_edit_over_a_reset_connection_is_made_in_place(
    server: DiscordServer, general: Channel, is_performed: bool
) -> None:
    server.reset_next("PATCH", f"{MESSAGES}/*", performed=is_performed)
    answer = await edited(server, general)
    await server.next_edit(answer)
    assert await is_silent(server, general)


@pytest.mark.parametrize("is_performed", [False, True])
async def test_a_shared_answer_is_never_shared_twice(
    server: DiscordServer, general: Channel, is_performed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    private = await (await asked_by_command(server, general, private=True)).response()
    server.reset_next("POST", "/webhooks/*", performed=is_performed)
    pressed = await server.press(private, "share")
    await settled(server)
    assert len(pressed.followups) == int(is_performed)
    assert lines(caplog) == ["could not send a reply: ClientOSError"]


async def test_an_apology_for_what_was_not_shared_is_private(server: DiscordServer, general: Channel) -> None:
    private = await (await asked_by_command(server, general, private=True)).response()
    server.fail_next("POST", "/webhooks/*", 400, code=50035)
    pressed = await server.press(private, "share")
    apology = await pressed.followup()
    assert (apology.text, apology.ephemeral) == (ENGLISH.say("notice-apology"), True)


async def test_a_deleted_question_takes_its_answer_along_over_an_outage(
    server: DiscordServer, general: Channel
) -> None:
    asked = await mention(server, general)
    answer = await server.next_message(general)
    await settled(server)
    server.fail_next("DELETE", f"{MESSAGES}/*", 503)
    server.delete(asked)
    await until(lambda: answer.deleted)


async def test_a_late_acknowledgement_is_none_to_wait_for(
    server: DiscordServer, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS_TO_ACKNOWLEDGE", 0.2)
    server.delay("POST", CALLBACK, 5)
    assert SHOWN in (await (await asked_by_command(server, general)).response(3)).text


async def test_a_late_confirmation_gives_one_answer(server: DiscordServer, general: Channel) -> None:
    server.delay("POST", MESSAGES, 1)
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert tries(server) == [200]


async def test_an_answer_does_not_wait_for_is_typing(
    server: DiscordServer, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "SECONDS_FOR_TYPING", 0.1)
    server.delay("POST", "/channels/*/typing", 5)
    await mention(server, general)
    assert (await server.next_message(general, 3)).text == SHOWN
