"""What the bot does when Discord fails: an answer once it can be given, else an apology or a line in the log; never two
answers, never a try in vain again and again, never the text of an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bots import ENGLISH, Held, discord_settings, started
from discord import ui
from discord_server import Channel, DiscordServer, Interaction, Message
from test_bot import QUESTION, RIVER, SHOWN, answered, mention

from bot import ask, sending
from bot.client import PullquoteBot
from index.answers import Answer

NEXT = "And who paid for it?"
MESSAGES = "/channels/*/messages"
CALLBACK = "/interactions/*/callback"
ANSWER = "/webhooks/*/messages/@original"
SETTLED = 0.3  # seconds after which nothing is under way any more
AN_HOUR = 3600.0


@pytest.fixture
def service() -> Held:
    """Answers at once, until a test holds it."""
    held = Held({QUESTION: answered(RIVER), NEXT: Answer(NEXT, (RIVER,), (), 0.9, True, 0.01)})
    held.let_go.set()
    return held


@pytest.fixture
def server() -> DiscordServer:
    return DiscordServer()


@pytest.fixture
async def bot(server: DiscordServer, service: Held, tmp_path: Path) -> AsyncIterator[PullquoteBot]:
    async with server, started(server, service, tmp_path) as bot:
        yield bot


@pytest.fixture
async def general(server: DiscordServer, bot: PullquoteBot) -> Channel:
    await bot.wait_until_ready()
    return server.channel("general")


async def asked_by_command(server: DiscordServer, channel: Channel | None = None, **options: Any) -> Interaction:
    return await server.slash("ask", {"question": QUESTION, **options}, channel=channel)


async def answer_in(server: DiscordServer, channel: Channel, seconds: float = 10) -> str:
    """The one answer that comes, after which it is silent."""
    message = await server.next_message(channel, seconds)
    assert await server.is_silent(channel)
    return message.text


def tries(server: DiscordServer, method: str = "POST", end: str = "/messages") -> list[int]:
    """The status of every request of this kind."""
    return [one.status for one in server.requests if one.method == method and one.path.endswith(end)]


async def until(is_so: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.02)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bot itself has to say of what went wrong."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("bot.") and record.levelno >= logging.WARNING
    ]


def has_line(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    return any(text in line for line in lines(caplog))


def hold(service: Held) -> None:
    service.let_go.clear()


async def held(bot: PullquoteBot) -> None:
    """Waits until a question is being answered."""
    await until(lambda: bot.desk._waiting)
    await asyncio.sleep(0.05)


async def test_and_the_answer_that_nothing_hinders_is_the_standard(server: DiscordServer, general: Channel) -> None:
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert SHOWN in (await (await asked_by_command(server)).response()).text
    assert server.refusals == []


# The gateway


async def test_questions_of_a_pause_are_answered_once_after_it(server: DiscordServer, general: Channel) -> None:
    async with server.gateway_paused():
        await mention(server, general)
        asked = await asked_by_command(server)
        await asyncio.sleep(0.1)
    assert await answer_in(server, general) == SHOWN
    assert SHOWN in (await asked.response()).text
    assert server.gateway.resumptions == 1


async def test_a_command_that_waited_too_long_in_a_pause_is_a_line_and_no_work(
    server: DiscordServer, general: Channel, service: Held, caplog: pytest.LogCaptureFixture
) -> None:
    async with server.gateway_paused():
        await asked_by_command(server)
        server.advance(4)
    await until(lambda: lines(caplog))
    assert [line.split(" at ")[0] for line in lines(caplog)] == ["not answered: NotFound"]
    assert service.asked == []
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN


async def test_after_a_session_that_cannot_be_resumed_it_answers_in_a_new_one(
    server: DiscordServer, general: Channel
) -> None:
    server.invalidate_session()
    await until(lambda: server.gateway.identifications == 2 and server.gateway.connected, 20)
    await asyncio.sleep(0.2)
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert len(server.command_writes) == 1


async def test_a_connection_that_only_seems_to_live_is_left_and_its_questions_answered(
    server: DiscordServer, service: Held, tmp_path: Path
) -> None:
    server.heartbeat_interval = 50
    async with server:
        with server.serving_this_process():
            async with PullquoteBot(service, discord_settings(), tmp_path) as bot:
                bot._connection.heartbeat_timeout = 0.15  # where 60 seconds are the rule
                connection = asyncio.create_task(bot.start(server.token))
                await server.ready()
                await bot.wait_until_ready()
                server.make_zombie()
                await mention(server, server.channel("general"))
                assert await answer_in(server, server.channel("general")) == SHOWN
            await connection
        assert server.gateway.identifications == 1


async def test_a_message_of_a_server_it_does_not_know_is_no_direct_message(
    server: DiscordServer, general: Channel, service: Held
) -> None:
    said = await server.say(general, server.user("Ada"), QUESTION)
    event = server.message_payload(said) | {"id": "5", "channel_id": "6", "guild_id": "7", "content": QUESTION}
    server.gateway.publish("MESSAGE_CREATE", lambda _: event)
    await asyncio.sleep(SETTLED)
    assert service.asked == []


# Rate limits


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


async def edited(server: DiscordServer, general: Channel) -> Message:
    """An answer to a question that has just been edited."""
    asked = await mention(server, general)
    answer = await server.next_message(general)
    await asyncio.sleep(SETTLED)
    await server.edit(asked, f"{server.bot.mention} {NEXT}")
    return answer


async def test_a_short_limit_on_editing_is_waited_for(server: DiscordServer, general: Channel) -> None:
    server.fail_next("PATCH", f"{MESSAGES}/*", 429, retry_after=0.3)
    answer = await edited(server, general)
    await server.next_edit(answer)
    assert await server.is_silent(general)


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


# Outages


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
    await asyncio.sleep(SETTLED)
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


# Connections


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
    await asyncio.sleep(1.2)
    assert SHOWN in (await asked.response()).text
    assert asked.followups == []


@pytest.mark.parametrize("is_performed", [False, True])
async def test_an_edit_over_a_reset_connection_is_made_in_place(
    server: DiscordServer, general: Channel, is_performed: bool
) -> None:
    server.reset_next("PATCH", f"{MESSAGES}/*", performed=is_performed)
    answer = await edited(server, general)
    await server.next_edit(answer)
    assert await server.is_silent(general, 1.2)


@pytest.mark.parametrize("is_performed", [False, True])
async def test_a_shared_answer_is_never_shared_twice(
    server: DiscordServer, general: Channel, is_performed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    private = await (await asked_by_command(server, general, private=True)).response()
    server.reset_next("POST", "/webhooks/*", performed=is_performed)
    pressed = await server.press(private, "share")
    await until(lambda: lines(caplog))
    await asyncio.sleep(SETTLED)
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
    await asyncio.sleep(SETTLED)
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
    await asyncio.sleep(1)
    assert tries(server) == [200]


async def test_an_answer_does_not_wait_for_is_typing(
    server: DiscordServer, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "SECONDS_FOR_TYPING", 0.1)
    server.delay("POST", "/channels/*/typing", 5)
    await mention(server, general)
    assert (await server.next_message(general, 3)).text == SHOWN


# Permissions, and what is gone when the answer is there


def take(permission: str) -> Callable[[DiscordServer, Channel], None]:
    return lambda server, channel: server.permit(channel.parent or channel, server.bot, **{permission: False})


@pytest.mark.parametrize("permission", ["send_messages", "view_channel"])
async def test_without_the_permission_taken_away_meanwhile_it_does_not_try(
    server: DiscordServer,
    general: Channel,
    service: Held,
    bot: PullquoteBot,
    caplog: pytest.LogCaptureFixture,
    permission: str,
) -> None:
    hold(service)
    await mention(server, general)
    await held(bot)
    take(permission)(server, general)
    await asyncio.sleep(0.1)
    service.let_go.set()
    await until(lambda: lines(caplog))
    assert lines(caplog) == [f"may not send messages in channel {general.id}"]
    assert tries(server) == []
    assert server.refusals == []


async def test_a_permission_of_its_role_taken_away_meanwhile_counts_as_well(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hold(service)
    await mention(server, general)
    await held(bot)
    server.change_role(server.guild.everyone, send_messages=False)
    await asyncio.sleep(0.1)
    service.let_go.set()
    await until(lambda: lines(caplog))
    assert tries(server) == []


async def test_without_the_history_taken_away_meanwhile_the_answer_is_no_reply(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot
) -> None:
    hold(service)
    await mention(server, general)
    await held(bot)
    take("read_message_history")(server, general)
    await asyncio.sleep(0.1)
    service.let_go.set()
    answer = await server.next_message(general)
    assert (answer.text, answer.reply_to) == (SHOWN, None)
    assert server.refusals == []


def lock(server: DiscordServer, channel: Channel) -> None:
    server.archive(channel, locked=True)


@pytest.mark.parametrize("happens", [take("send_messages_in_threads"), lock, DiscordServer.lock])
async def test_in_a_thread_closed_to_it_meanwhile_it_does_not_try(
    server: DiscordServer,
    general: Channel,
    service: Held,
    bot: PullquoteBot,
    caplog: pytest.LogCaptureFixture,
    happens: Callable[[DiscordServer, Channel], None],
) -> None:
    thread = server.thread("The flood", general, server.user("Ada"))
    hold(service)
    await mention(server, thread)
    await held(bot)
    happens(server, thread)
    await asyncio.sleep(0.1)
    service.let_go.set()
    await until(lambda: lines(caplog))
    assert lines(caplog) == [f"may not send messages in channel {thread.id}"]
    assert tries(server) == []


async def test_an_answer_opens_a_thread_archived_meanwhile(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot
) -> None:
    thread = server.thread("The flood", general, server.user("Ada"))
    hold(service)
    await mention(server, thread)
    await held(bot)
    server.archive(thread)
    service.let_go.set()
    assert await answer_in(server, thread) == SHOWN
    assert not thread.archived


async def test_a_command_in_a_thread_archived_meanwhile_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    thread = server.thread("The flood", general, server.user("Ada"))
    hold(service)
    await asked_by_command(server, thread)
    await held(bot)
    server.archive(thread)
    service.let_go.set()
    await until(lambda: lines(caplog))
    await asyncio.sleep(SETTLED)
    assert lines(caplog) == ["could not send a reply: Forbidden (code 50083)"]
    assert len(server.refusals) == 1


async def test_a_channel_that_is_gone_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hold(service)
    for channel in (general, server.thread("The flood", general, server.user("Ada"))):
        await mention(server, channel)
    by_command = await asked_by_command(server, general)
    await by_command.acknowledgement()
    await until(lambda: len(bot.desk._waiting) == 3)
    server.delete_channel(general)
    await asyncio.sleep(0.1)
    service.let_go.set()
    await until(lambda: len(lines(caplog)) == 3)
    await asyncio.sleep(SETTLED)
    assert lines(caplog) == ["could not send a reply: NotFound (code 10003)"] * 3
    assert len(server.refusals) == 3


async def test_a_server_that_it_was_removed_from_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hold(service)
    await mention(server, general)
    await held(bot)
    server.remove_bot()
    await asyncio.sleep(0.1)
    service.let_go.set()
    await until(lambda: lines(caplog))
    await asyncio.sleep(SETTLED)
    assert lines(caplog) == ["could not send a reply: Forbidden (code 50001)"]
    assert tries(server) == [403]


async def test_a_member_who_takes_no_direct_messages_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    assert general
    ada = server.user("Ada")
    ada.accepts_direct_messages = False
    await mention(server, server.direct_message(ada))
    await until(lambda: lines(caplog))
    await asyncio.sleep(SETTLED)
    assert lines(caplog) == ["could not send a reply: Forbidden (code 50007)"]
    assert tries(server) == [403]


async def test_a_command_older_than_its_fifteen_minutes_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hold(service)
    await asked_by_command(server, general)
    await held(bot)
    server.advance(15 * 60 + 1)
    service.let_go.set()
    await until(lambda: lines(caplog))
    await asyncio.sleep(SETTLED)
    assert lines(caplog) == ["could not send a reply: status 401 (code 50027)"]
    assert [one.status for one in server.refusals] == [401]


async def test_a_promise_that_was_deleted_is_one_line(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hold(service)
    asked = await asked_by_command(server, general)
    await held(bot)
    assert asked.original
    server.delete(asked.original)
    service.let_go.set()
    await until(lambda: lines(caplog))
    assert lines(caplog) == ["could not send a reply: NotFound (code 10008)"]


# Presses


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
    await until(lambda: lines(caplog))
    await asyncio.sleep(SETTLED)
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


# What is seen


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
