"""The gateway fails: questions of a pause are answered once after it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from bots import Held, discord_settings, settled
from discord_server import Channel, DiscordServer
from failures import answer_in, asked_by_command, bot, general, lines, server, service, until
from test_bot import QUESTION, SHOWN, mention

from bot.archive.register import Archives
from bot.client import PullquoteBot


async def test_and_the_answer_that_nothing_hinders_is_the_standard(server: DiscordServer, general: Channel) -> None:
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert SHOWN in (await (await asked_by_command(server)).response()).text
    assert server.refusals == []


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
    await server.heard()
    await mention(server, general)
    assert await answer_in(server, general) == SHOWN
    assert len(server.command_writes) == 1


async def test_a_connection_that_only_seems_to_live_is_left_and_its_questions_answered(
    server: DiscordServer, service: Held, tmp_path: Path
) -> None:
    server.heartbeat_interval = 50
    async with server:
        with server.serving_this_process():
            async with PullquoteBot(Archives(service), discord_settings(), tmp_path) as bot:
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
    await settled(server)
    assert service.asked == []
