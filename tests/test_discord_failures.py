"""Failures asked of the stand-in, proved with the real discord.py."""

import asyncio
import errno
import time

import aiohttp
import discord
import pytest
from discord_client import (
    Bot,
    Json,
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


# Rate limits


def posted(server: DiscordServer) -> list[int]:
    """The status of every message posted."""
    return [one.status for one in server.requests if one.method == "POST" and one.path.endswith("/messages")]


async def ask_raw(server: DiscordServer, method: str, path: str, payload: Json | None = None) -> aiohttp.ClientResponse:
    """A request as another process of the bot would send it, without a client that waits for limits."""
    headers = {"Authorization": f"Bot {server.token}"}
    async with aiohttp.request(method, server.api_url + path, json=payload, headers=headers) as response:
        await response.read()
        return response


async def test_a_client_that_reads_the_headers_never_meets_the_limit(server: DiscordServer, bot: Bot) -> None:
    server.limit("POST", "/channels/*/messages", requests=2, seconds=0.1)
    for _ in range(5):
        await general(bot).send("x")
    assert posted(server) == [200] * 5


async def test_the_headers_of_a_limited_route_count_down_and_then_it_is_refused(server: DiscordServer) -> None:
    server.limit("POST", "/channels/*/messages", requests=2, seconds=60)
    path = f"/channels/{server.channel('general').id}/messages"
    first, second, third = [await ask_raw(server, "POST", path, {"content": "x"}) for _ in range(3)]
    assert [one.headers["X-RateLimit-Remaining"] for one in (first, second, third)] == ["1", "0", "0"]
    assert first.headers["X-RateLimit-Limit"] == "2"
    assert 59 < float(first.headers["X-RateLimit-Reset-After"]) <= 60
    assert 55 < float(first.headers["X-RateLimit-Reset"]) - time.time() <= 61
    assert len({one.headers["X-RateLimit-Bucket"] for one in (first, second, third)}) == 1
    assert (third.status, third.headers["Retry-After"], third.headers["X-RateLimit-Scope"]) == (429, "60", "user")
    body = await third.json()
    assert 59 < body["retry_after"] <= 60
    assert (body["global"], body["message"]) == (False, "You are being rate limited.")
    server.advance(60)
    assert (await ask_raw(server, "POST", path, {"content": "x"})).status == 200
    assert server.refusals == []


async def test_each_channel_has_a_limit_of_its_own(server: DiscordServer) -> None:
    server.limit("POST", "/channels/*/messages", requests=1, seconds=60)
    paths = [f"/channels/{server.channel(name).id}/messages" for name in ("general", "elsewhere", "general")]
    assert [(await ask_raw(server, "POST", path, {"content": "x"})).status for path in paths] == [200, 200, 429]


async def test_a_limit_used_up_by_another_is_waited_out(server: DiscordServer, bot: Bot) -> None:
    server.limit("POST", "/channels/*/messages", requests=1, seconds=0.1, is_shared=True)
    await ask_raw(server, "POST", f"/channels/{server.channel('general').id}/messages", {"content": "x"})
    await general(bot).send("y")
    assert posted(server) == [200, 429, 200]


async def test_the_global_limit_is_waited_out_and_does_not_bind_interactions(server: DiscordServer, bot: Bot) -> None:
    server.limit_everything(requests=1, seconds=0.15)
    refused = [await ask_raw(server, "GET", "/users/@me") for _ in range(2)][1]
    assert (refused.status, refused.headers["X-RateLimit-Global"]) == (429, "true")
    assert (refused.headers["X-RateLimit-Scope"], (await refused.json())["global"]) == ("global", True)
    asked = await server.slash("ask", {"question": "Who won?"})
    await (await bot.interaction()).response.send_message("They did.")
    assert (await asked.response()).text == "They did."
    await general(bot).send("x")
    assert posted(server) == [429, 200]


# Outages and connections


async def test_an_outage_ends_after_its_time(server: DiscordServer, bot: Bot) -> None:
    server.fail_for(60, 503)
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError) as failed:
            await general(bot).send("x")
        assert failed.value.status == 503
    server.advance(60)
    await general(bot).send("y")
    assert [message.text for message in server.channel("general").messages] == ["y"]


async def test_failures_are_counted(server: DiscordServer, bot: Bot) -> None:
    server.fail_next("POST", "/channels/*/messages", 503, times=2)
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError):
            await general(bot).send("x")
    await general(bot).send("y")
    assert posted(server) == [503, 503, 200]


@pytest.mark.parametrize(("is_performed", "shown"), [(False, []), (True, ["x"])])
async def test_a_connection_is_reset_without_an_answer(
    server: DiscordServer, bot: Bot, is_performed: bool, shown: list[str]
) -> None:
    server.reset_next("POST", "/channels/*/messages", performed=is_performed)
    with pytest.raises(aiohttp.ClientOSError) as failed:
        await general(bot).send("x")
    assert failed.value.errno == errno.ECONNRESET
    assert [message.text for message in server.channel("general").messages] == shown
    await general(bot).send("y")


async def test_an_answer_comes_late_though_the_request_was_carried_out(server: DiscordServer, bot: Bot) -> None:
    server.delay("POST", "/channels/*/messages", 0.1)
    sending = asyncio.create_task(general(bot).send("x"))
    message = await server.next_message(server.channel("general"))
    await asyncio.sleep(0.02)
    assert not sending.done()
    assert (await sending).id == message.id
