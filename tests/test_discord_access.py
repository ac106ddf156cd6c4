"""What a bot may see and do on the stand-in, proved with the real discord.py."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord_client import (
    Bot,
    bot_is_ready,
    edit_raw,
    general,
)
from discord_server import MESSAGE_CONTENT, DiscordServer


@pytest.mark.parametrize(
    ("permission", "code"), [("view_channel", 50001), ("send_messages", 50013), ("attach_files", 50013)]
)
async def test_a_missing_permission_is_refused(server: DiscordServer, bot: Bot, permission: str, code: int) -> None:
    server.permit(server.channel("general"), server.bot, **{permission: False})
    with pytest.raises(discord.Forbidden) as refused:
        await general(bot).send("x", file=discord.File(io.BytesIO(b"x"), "x.txt"))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda bot: bot.fetch_channel(1), 10003),
        (lambda bot: general(bot).fetch_message(1), 10008),
        (lambda bot: bot.fetch_guild(1), 10004),
        (lambda bot: bot.fetch_user(1), 10013),
    ],
)
@pytest.mark.usefixtures("server")
async def test_what_is_unknown_is_refused(bot: Bot, act: Callable[[Bot], Any], code: int) -> None:
    with pytest.raises(discord.NotFound) as refused:
        await act(bot)
    assert refused.value.code == code


async def test_an_ephemeral_message_is_out_of_reach_of_the_channel(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    await (await bot.interaction()).response.send_message("They did.", ephemeral=True)
    with pytest.raises(discord.NotFound) as refused:
        await general(bot).fetch_message((await asked.response()).id)
    assert refused.value.code == 10008


async def test_the_bot_edits_no_message_of_another(server: DiscordServer, bot: Bot) -> None:
    said = await server.say(server.channel("general"), server.user("Ada"), "Who won?")
    with pytest.raises(discord.Forbidden) as refused:
        await edit_raw(bot, said, {"content": "They did."})
    assert refused.value.code == 50005


async def test_content_is_hidden_without_the_intent(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    await server.say(channel, ada, "A secret.")
    assert (await bot.message()).content == ""
    await server.say(channel, ada, f"{server.bot.mention} hello")
    assert (await bot.message()).content == f"{server.bot.mention} hello"
    await server.say(server.direct_message(ada), ada, "Between us.")
    assert (await bot.message()).content == "Between us."


async def test_a_pinged_reply_shows_its_content_and_a_silent_one_does_not(server: DiscordServer, bot: Bot) -> None:
    await general(bot).send("They did.")
    channel = server.channel("general")
    answer = await server.next_message(channel)
    await server.say(channel, server.user("Ada"), "And then?", reply_to=answer)
    heard = await bot.message()
    assert (heard.content, bot.user in heard.mentions) == ("And then?", True)
    await server.say(channel, server.user("Ada"), "Quietly.", reply_to=answer, ping_reply=False)
    assert (await bot.message()).content == ""


async def test_an_edit_by_a_user_is_heard(server: DiscordServer, bot: Bot) -> None:
    said = await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} who?")
    await server.edit(said, f"{server.bot.mention} who won?")
    event = await asyncio.wait_for(bot.edited.get(), 5)
    assert event.message.content == f"{server.bot.mention} who won?"


async def test_content_is_shown_with_the_intent(server: DiscordServer) -> None:
    server.enabled_intents = MESSAGE_CONTENT
    bot = Bot(discord.Intents(guilds=True, guild_messages=True, message_content=True))
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    await server.say(server.channel("general"), server.user("Ada"), "No secret.")
    assert (await bot.message()).content == "No secret."
    await bot.close()
    await running


async def test_messages_in_a_channel_the_bot_does_not_see_are_not_heard(server: DiscordServer, bot: Bot) -> None:
    hidden = server.channel("board")
    server.permit(hidden, server.bot, view_channel=False)
    await server.say(hidden, server.user("Ada"), f"{server.bot.mention} psst")
    await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} hello")
    assert (await bot.message()).content.endswith("hello")
