"""What an answer needs is gone when it is there: a permission, a channel, a server, a promise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bots import Held, settled
from discord_server import Channel, DiscordServer
from failures import answer_in, asked_by_command, bot, general, held, hold, lines, server, service, tries, until
from test_bot import SHOWN, mention

from bot.client import PullquoteBot


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
    await server.heard()
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
    await server.heard()
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
    await server.heard()
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
    await server.heard()
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
    await settled(server)
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
    await server.heard()
    service.let_go.set()
    await settled(server)
    assert lines(caplog) == ["could not send a reply: NotFound (code 10003)"] * 3
    assert len(server.refusals) == 3


async def test_a_server_that_it_was_removed_from_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, service: Held, bot: PullquoteBot, caplog: pytest.LogCaptureFixture
) -> None:
    hold(service)
    await mention(server, general)
    await held(bot)
    server.remove_bot()
    await server.heard()
    service.let_go.set()
    await settled(server)
    assert lines(caplog) == ["could not send a reply: Forbidden (code 50001)"]
    assert tries(server) == [403]


async def test_a_member_who_takes_no_direct_messages_is_one_line_and_one_try(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    assert general
    ada = server.user("Ada")
    ada.accepts_direct_messages = False
    await mention(server, server.direct_message(ada))
    await settled(server)
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
    await settled(server)
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
