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
    heard_after,
)
from discord_server import MESSAGE_CONTENT, DiscordServer, NotOffered


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


# Taken away while the bot runs


@pytest.mark.parametrize(("permission", "code"), [("send_messages", 50013), ("view_channel", 50001)])
async def test_a_permission_taken_from_everyone_is_heard_of_and_missed(
    server: DiscordServer, bot: Bot, permission: str, code: int
) -> None:
    await general(bot).send("x")
    everyone = server.guild.everyone
    await heard_after(bot, "guild_role_update", lambda: server.change_role(everyone, **{permission: False}))
    assert not getattr(general(bot).permissions_for(bot.guilds[0].me), permission)
    with pytest.raises(discord.Forbidden) as refused:
        await general(bot).send("y")
    assert refused.value.code == code
    server.change_role(everyone, **{permission: True})
    await general(bot).send("z")


async def test_an_interaction_is_answered_where_the_bot_may_no_longer_send(server: DiscordServer, bot: Bot) -> None:
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    server.permit(server.channel("general"), server.bot, send_messages=False)
    with pytest.raises(discord.Forbidden):
        await general(bot).send("x")
    await interaction.edit_original_response(content="They did.")
    assert (await asked.response()).text == "They did."


async def test_a_deleted_channel_is_heard_of_and_everything_in_it_is_unknown(server: DiscordServer, bot: Bot) -> None:
    channel, shown = server.channel("general"), general(bot)
    message = await shown.send("x")
    thread = await shown.create_thread(name="Talk", type=discord.ChannelType.public_thread)
    await server.slash("ask", {"question": "Who won?"})
    await server.slash("ask", {"question": "Who lost?"})
    deferred, waiting = await bot.interaction(), await bot.interaction()
    await deferred.response.defer()
    deleted = await heard_after(bot, "guild_channel_delete", lambda: server.delete_channel(channel))
    assert deleted.id == channel.id
    assert bot.get_channel(channel.id) is None
    for act in (
        lambda: shown.send("y"),
        lambda: message.edit(content="y"),
        lambda: message.delete(),
        lambda: thread.send("y"),
        lambda: bot.fetch_channel(channel.id),
        lambda: waiting.response.send_message("y"),
        lambda: deferred.edit_original_response(content="y"),
        lambda: deferred.followup.send("y"),
    ):
        with pytest.raises(discord.NotFound) as refused:
            await act()
        assert refused.value.code == 10003
    with pytest.raises(NotOffered, match="gone"):
        await server.say(channel, server.user("Ada"), "Hello?")


async def test_a_deleted_thread_leaves_its_channel(server: DiscordServer, bot: Bot) -> None:
    thread = await general(bot).create_thread(name="Talk", type=discord.ChannelType.public_thread)
    deleted = await heard_after(bot, "thread_delete", lambda: server.delete_channel(server.channel("Talk")))
    assert deleted.id == thread.id
    with pytest.raises(discord.NotFound) as refused:
        await thread.send("x")
    assert refused.value.code == 10003
    await general(bot).send("x")


async def test_a_guild_that_removes_the_bot_is_gone_and_may_let_it_in_again(server: DiscordServer, bot: Bot) -> None:
    shown, ada = general(bot), server.user("Ada")
    removed = await heard_after(bot, "guild_remove", server.remove_bot)
    assert removed.id == server.guild.id
    assert list(bot.guilds) == []
    with pytest.raises(discord.Forbidden) as refused:
        await shown.send("x")
    assert refused.value.code == 50001
    with pytest.raises(NotOffered, match="not in this guild"):
        await server.slash("ask", {"question": "Who won?"})
    await server.say(server.channel("general"), ada, f"{server.bot.mention} gone?")
    server.add_bot(server.guild)
    said = await server.say(server.channel("general"), ada, f"{server.bot.mention} back?")
    assert (await bot.message()).id == said.id
    assert [guild.name for guild in bot.guilds] == ["The Archive"]


async def test_nothing_is_heard_of_a_guild_during_an_outage(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    for happens, event in ((server.make_unavailable, "guild_unavailable"), (server.make_available, "guild_available")):
        assert (await heard_after(bot, event, happens)).id == server.guild.id
        assert bot.guilds[0].unavailable is (event == "guild_unavailable")
        said = await server.say(channel, ada, f"{server.bot.mention} {event}")
    assert (await bot.message()).id == said.id
    assert bot.heard.empty()


async def test_a_channel_made_during_an_outage_is_seen_afterwards(server: DiscordServer, bot: Bot) -> None:
    server.make_unavailable()
    with pytest.raises(TimeoutError):
        await heard_after(bot, "guild_channel_create", lambda: server.channel("annex"), within=0.05)
    await heard_after(bot, "guild_available", server.make_available)
    assert "annex" in [channel.name for channel in bot.guilds[0].channels]


async def test_a_guild_that_is_away_at_the_start_comes_later(server: DiscordServer) -> None:
    server.make_unavailable()
    bot = Bot()
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    assert [guild.unavailable for guild in bot.guilds] == [True]
    with pytest.raises(NotOffered, match="unavailable"):
        await server.slash("ask", {"question": "Who won?"})
    joined = await heard_after(bot, "guild_available", server.make_available)
    assert joined.name == "The Archive"
    await bot.close()
    await running
