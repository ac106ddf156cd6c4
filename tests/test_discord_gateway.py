"""The stand-in's gateway, proved with the real discord.py: connecting, resuming, events."""

import asyncio
import sys

import discord
import pytest
from discord_client import (
    Bot,
    bot_is_ready,
    general,
)
from discord_server import DiscordServer


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


# Losing the connection


async def resumed(server: DiscordServer) -> None:
    """Waits until the client has resumed its session, which is still the first one."""
    await server.changes.until(lambda: server.gateway.resumptions or None, 5, "resumption")
    assert server.gateway.identifications == 1


async def begun_anew(server: DiscordServer) -> None:
    """Waits until the client has begun a second session, without having resumed the first."""
    await server.changes.until(
        lambda: (server.gateway.identifications == 2 and server.gateway.connected) or None, 5, "second session"
    )
    assert server.gateway.resumptions == 0


async def test_events_during_a_pause_are_replayed_once_each_and_in_order(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    await server.say(channel, ada, f"{server.bot.mention} before")
    await bot.message()
    async with server.gateway_paused():
        missed = [await server.say(channel, ada, f"{server.bot.mention} {number}") for number in range(3)]
        await server.slash("ask", {"question": "Who won?"})
        await asyncio.sleep(0.05)
        assert bot.heard.empty()
    assert [(await bot.message()).id for _ in missed] == [said.id for said in missed]
    assert (await bot.interaction()).namespace.question == "Who won?"
    await resumed(server)
    (session,) = server.gateway.sessions.values()
    assert [event["s"] for event in session.dispatched] == list(range(1, len(session.dispatched) + 1))
    assert session.dispatched[-1]["t"] == "RESUMED"
    assert bot.heard.empty()


async def test_a_connection_without_acknowledgements_is_left_and_resumed(server: DiscordServer) -> None:
    server.heartbeat_interval = 50
    bot = Bot(heartbeat_timeout=0.15)
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    server.make_zombie()
    said = await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} still there?")
    assert bot.heard.empty()
    assert (await bot.message()).id == said.id
    await resumed(server)
    await bot.close()
    await running


@pytest.mark.usefixtures("bot")
async def test_a_session_that_is_invalid_but_resumable_is_resumed(server: DiscordServer) -> None:
    server.invalidate_session(resumable=True)
    await resumed(server)


@pytest.mark.usefixtures("bot")
async def test_an_invalid_session_is_begun_anew(server: DiscordServer) -> None:
    server.invalidate_session()
    await begun_anew(server)


@pytest.mark.parametrize("code", [4000, 4001, 4002, 4003, 4005, 4008])
@pytest.mark.usefixtures("bot")
async def test_after_these_close_codes_the_session_is_resumed(server: DiscordServer, code: int) -> None:
    await server.drop_gateway(code)
    await resumed(server)


@pytest.mark.parametrize("code", [4007, 4009])
@pytest.mark.usefixtures("bot")
async def test_after_these_close_codes_a_session_is_begun_anew(server: DiscordServer, code: int) -> None:
    await server.drop_gateway(code)
    await begun_anew(server)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_after_these_close_codes_the_client_gives_up(server: DiscordServer, code: int) -> None:
    bot = Bot()
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    await server.drop_gateway(code)
    with pytest.raises(discord.PrivilegedIntentsRequired if code == 4014 else discord.ConnectionClosed) as closed:
        await asyncio.wait_for(running, 5)
    assert getattr(closed.value, "code", 4014) == code
    await bot.close()


@pytest.mark.parametrize(
    ("payload", "code"),
    [("no JSON", 4002), ('{"op": 99, "d": null}', 4001), ('{"op": 2, "d": {}}', 4005)],
)
async def test_a_wrong_payload_closes_the_connection(
    server: DiscordServer, bot: Bot, payload: str, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", "discord.gateway"):
        await bot.ws.socket.send_str(payload)
        await resumed(server)
    assert str(code) in caplog.text


async def test_too_many_payloads_in_a_minute_close_the_connection(
    server: DiscordServer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", "discord.gateway"):
        for _ in range(121):
            await bot.ws.socket.send_str('{"op": 1, "d": null}')
        await resumed(server)
    assert "4008" in caplog.text


async def test_a_sequence_number_that_was_never_sent_is_refused(server: DiscordServer, bot: Bot) -> None:
    bot.ws.sequence = 1000
    await server.drop_gateway()
    await begun_anew(server)


async def test_what_was_dispatched_is_heard_once_the_client_says_so(server: DiscordServer, bot: Bot) -> None:
    for _ in range(20):
        await server.say(server.channel("general"), server.user("Ada"), "Hello")
    (session,) = server.gateway.connected
    assert bot.ws.sequence is not None
    assert bot.ws.sequence < len(session.dispatched)
    await server.heard()
    assert bot.ws.sequence == len(session.dispatched)
    assert bot.heard.qsize() == 20


async def test_a_shard_hears_of_its_guilds_alone_and_the_first_of_direct_messages(server: DiscordServer) -> None:
    ada = server.user("Ada")
    guilds = [server.guild_of_shard(shard, 2, f"Half {shard}", ada) for shard in (0, 1)]
    server.guilds = guilds
    bots = [Bot(shard=(shard, 2)) for shard in (0, 1)]
    running = [asyncio.create_task(bot.start(server.token)) for bot in bots]
    for bot, task, guild in zip(bots, running, guilds, strict=True):
        await bot_is_ready(bot, task)
        assert [one.name for one in bot.guilds] == [guild.name]
        said = await server.say(server.channel("general", guild), ada, f"{server.bot.mention} Who won?")
        assert (await bot.message()).id == said.id
    said = await server.say(server.direct_message(ada), ada, "Who won?")
    assert (await bots[0].message()).id == said.id
    await server.heard()
    assert [bot.heard.empty() for bot in bots] == [True, True]
    for bot in bots:
        await bot.close()
    await asyncio.gather(*running)


@pytest.mark.parametrize(("shard", "code"), [((2, 2), 4010), (None, 4011)])
async def test_a_shard_that_there_is_not_and_too_few_are_refused(
    server: DiscordServer, shard: tuple[int, int] | None, code: int
) -> None:
    server.fewest_shards = 2
    bot = Bot(shard=shard)
    with pytest.raises(discord.ConnectionClosed) as closed:
        await asyncio.wait_for(bot.start(server.token), 5)
    assert closed.value.code == code
    await bot.close()


async def test_shards_that_begin_too_soon_after_each_other_begin_again(server: DiscordServer) -> None:
    server.seconds_between_identifications = 0.5
    bots = [Bot(shard=(shard, 2)) for shard in (0, 1)]
    running = [asyncio.create_task(bot.start(server.token)) for bot in bots]
    await server.ready(shards=2)
    assert server.gateway.identifications > 2
    for bot in bots:
        await bot.close()
    await asyncio.gather(*running)
