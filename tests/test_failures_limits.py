"""Discord limits the bot: what is short is waited for; what is long is a line in the log, and no try in vain."""

from __future__ import annotations

import pytest
from bots import is_silent
from discord_server import Channel, DiscordServer
from failures import (
    AN_HOUR,
    ANSWER,
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


async def test_a_short_limit_on_sending_is_waited_for(server: DiscordServer, general: Channel) -> None:
    server.fail_next("POST", MESSAGES, 429, retry_after=0.3)
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert tries(server) == [429, 200]


async def test_a_short_limit_on_answering_a_command_is_waited_for(server: DiscordServer, general: Channel) -> None:
    server.fail_next("PATCH", ANSWER, 429, retry_after=0.3)
    assert SHOWN in (await (await asked_by_command(server, general)).response()).text


async def test_a_limit_of_an_hour_on_sending_is_one_line_and_no_try_in_vain(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("POST", MESSAGES, 429, retry_after=AN_HOUR)
    await mention(server, general)
    await until(lambda: lines(caplog))
    assert lines(caplog) == ["could not send a reply: RateLimited"]
    assert tries(server) == [429]
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN


async def test_a_limit_of_an_hour_on_answering_a_command_is_one_line(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS_TO_ANSWER", 0.3)
    server.fail_next("PATCH", ANSWER, 429, retry_after=AN_HOUR)
    await asked_by_command(server, general)
    await until(lambda: lines(caplog))
    assert lines(caplog) == ["could not send a reply: Discord did not take it within 0 s"]
    monkeypatch.undo()
    assert SHOWN in (await (await asked_by_command(server)).response()).text


async def test_a_short_limit_on_editing_is_waited_for(server: DiscordServer, general: Channel) -> None:
    server.fail_next("PATCH", f"{MESSAGES}/*", 429, retry_after=0.3)
    answer = await edited(server, general)
    await server.next_edit(answer)
    assert await is_silent(server, general)


async def test_where_editing_is_limited_for_an_hour_the_answer_comes_below(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("PATCH", f"{MESSAGES}/*", 429, retry_after=AN_HOUR)
    await edited(server, general)
    assert await answer_in(server, general) == SHOWN
    assert lines(caplog) == ["could not edit an answer: RateLimited (code 429)"]
    assert tries(server, "PATCH", "") == [429]


async def test_the_global_limit_is_waited_for_and_leaves_nothing_locked(
    server: DiscordServer, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "SECONDS_FOR_TYPING", 0.05)  # shorter than the limit: the answer does not wait for it
    server.limit_everything(requests=1, seconds=0.4)
    for _ in range(3):
        await mention(server, general)
    replies = [await server.next_message(general, 20) for _ in range(3)]
    assert [reply.text for reply in replies] == [SHOWN] * 3
    assert len({reply.reply_to for reply in replies}) == 3
    assert 429 in [one.status for one in server.requests]
    await edited(server, general)
