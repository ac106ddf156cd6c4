"""Failures asked of the stand-in, proved with the real discord.py."""

import asyncio

import discord
import pytest
from discord_client import (
    Bot,
    bot_is_ready,
    general,
)
from discord_server import DiscordServer


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
