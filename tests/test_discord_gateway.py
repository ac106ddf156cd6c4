"""The stand-in's gateway, proved with the real discord.py: connecting, resuming, events."""

import asyncio
import sys

import discord
import pytest
from discord_client import (
    Bot,
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
