"""Threads and forum posts on the stand-in, proved with the real discord.py."""

import asyncio
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord_client import Bot, bot_is_ready, button, heard_after, row, text, v2
from discord_server import MESSAGE_CONTENT, Channel, DiscordServer, NotOffered


@pytest.fixture
async def thread(server: DiscordServer, bot: Bot) -> Channel:
    """A thread that Ada has started and the bot has heard of."""
    general, ada = server.channel("general"), server.user("Ada")
    await heard_after(bot, "thread_create", lambda: server.thread("Cup", general, ada))
    return server.channel("Cup")


def shown(bot: Bot, thread: Channel) -> discord.Thread:
    """The thread as the bot knows it."""
    known = bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    return known


async def test_a_message_opens_an_archived_thread(server: DiscordServer, bot: Bot, thread: Channel) -> None:
    known = shown(bot, thread)
    await heard_after(bot, "thread_update", lambda: server.archive(thread))
    assert known.archived
    await heard_after(bot, "raw_thread_update", lambda: asyncio.ensure_future(known.send("They did.")))
    assert not shown(bot, thread).archived
    assert (await server.next_message(thread)).text == "They did."
    server.archive(thread)
    await server.say(thread, server.user("Ada"), "Thanks.")
    assert not thread.archived


async def test_a_locked_thread_is_opened_only_by_who_may_manage_threads(
    server: DiscordServer, bot: Bot, thread: Channel
) -> None:
    known = shown(bot, thread)
    server.archive(thread, locked=True)
    with pytest.raises(discord.HTTPException) as refused:
        await known.send("They did.")
    assert refused.value.code == 50083
    with pytest.raises(NotOffered, match="locked"):
        await server.say(thread, server.user("Ada"), "Thanks.")
    server.permit(server.channel("general"), server.bot, manage_threads=True)
    await known.send("They did.")
    assert not thread.archived
    server.reopen(thread)
    await server.say(thread, server.user("Ada"), "Thanks.")


@pytest.mark.parametrize(
    "act",
    [
        lambda message: message.edit(content="They did not."),
        lambda message: message.delete(),
        lambda message: message.add_reaction("👍"),
        lambda message: message.channel.join(),
        lambda message: message.channel.edit(name="Cups"),
    ],
    ids=["edit", "delete", "react", "join", "rename"],
)
async def test_in_an_archived_thread_nothing_is_changed(
    server: DiscordServer, bot: Bot, thread: Channel, act: Callable[[discord.Message], Awaitable[object]]
) -> None:
    message = await shown(bot, thread).send("They did.")
    server.permit(server.channel("general"), server.bot, manage_threads=True)
    server.archive(thread)
    with pytest.raises(discord.HTTPException) as refused:
        await act(message)
    assert (refused.value.status, refused.value.code) == (400, 50083)


@pytest.mark.parametrize("is_locked", [False, True])
async def test_an_archived_thread_takes_no_interaction(
    server: DiscordServer, bot: Bot, thread: Channel, is_locked: bool
) -> None:
    await bot.http.request(
        discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=thread.id),
        json=v2(text("Page 1"), row(button("next"))),
    )
    message = await server.next_message(thread)
    await server.slash("ask", {"question": "Who won?"}, channel=thread)
    await server.slash("ask", {"question": "Who lost?"}, channel=thread)
    deferred, waiting = await bot.interaction(), await bot.interaction()
    await deferred.response.defer()
    server.archive(thread, locked=is_locked)
    for act in (
        lambda: deferred.edit_original_response(content="They did."),
        lambda: deferred.followup.send("They did."),
        lambda: waiting.response.send_message("They did not."),
    ):
        with pytest.raises(discord.Forbidden) as refused:
            await act()
        assert refused.value.code == 50083
    with pytest.raises(NotOffered, match="no longer"):
        await server.press(message, "next")


async def test_a_locked_thread_takes_no_answer_unless_the_bot_may_manage_threads(
    server: DiscordServer, bot: Bot, thread: Channel
) -> None:
    asked = await server.slash("ask", {"question": "Who won?"}, channel=thread)
    interaction = await bot.interaction()
    await heard_after(bot, "thread_update", lambda: server.lock(thread))
    with pytest.raises(discord.Forbidden):
        await interaction.response.send_message("They did.")
    server.permit(server.channel("general"), server.bot, manage_threads=True)
    await interaction.response.send_message("They did.")
    assert (await asked.response()).text == "They did."


async def test_a_thread_at_rest_is_archived_after_its_time(server: DiscordServer, bot: Bot, thread: Channel) -> None:
    known = shown(bot, thread)
    server.advance(23 * 3600)
    await known.send("They did.")
    server.advance(23 * 3600)
    assert not thread.archived
    _, archived = await heard_after(bot, "thread_update", lambda: server.advance(3600))
    assert archived.archived
    assert archived.archive_timestamp > known.created_at


async def test_who_speaks_in_a_thread_is_a_member_of_it(server: DiscordServer, bot: Bot, thread: Channel) -> None:
    known = shown(bot, thread)
    assert known.me is None
    await heard_after(bot, "thread_join", lambda: asyncio.ensure_future(known.send("They did.")))
    assert {member.id for member in await known.fetch_members()} == {server.user("Ada").id, server.bot.id}
    await heard_after(bot, "thread_remove", lambda: asyncio.ensure_future(known.leave()))
    assert thread.member_ids == {server.user("Ada").id}


async def test_a_bot_adds_and_removes_members(server: DiscordServer, bot: Bot, thread: Channel) -> None:
    known, bo = shown(bot, thread), server.user("Bo")
    await known.join()
    await known.add_user(discord.Object(bo.id))
    assert bo.id in thread.member_ids
    with pytest.raises(discord.Forbidden):
        await known.remove_user(discord.Object(bo.id))
    server.permit(server.channel("general"), server.bot, manage_threads=True)
    await known.remove_user(discord.Object(bo.id))
    assert thread.member_ids == {server.user("Ada").id, server.bot.id}


async def test_a_private_thread_is_seen_by_its_members(server: DiscordServer, bot: Bot) -> None:
    ada, channel = server.user("Ada"), server.channel("general")
    private = server.thread("Between us", channel, ada, is_private=True)
    await server.say(private, ada, f"{server.bot.mention} psst")
    with pytest.raises(discord.Forbidden) as refused:
        await bot.fetch_channel(private.id)
    assert refused.value.code == 50001
    joined = await heard_after(bot, "thread_join", lambda: server.add_to_thread(private, server.bot))
    assert joined.id == private.id
    said = await server.say(private, ada, f"{server.bot.mention} hello")
    assert (await bot.message()).id == said.id
    server.remove_from_thread(private, server.bot)
    with pytest.raises(discord.Forbidden):
        await joined.send("x")


@pytest.mark.parametrize("is_enabled", [False, True])
async def test_a_forum_post_shows_its_content_with_the_intent_or_to_whom_it_mentions(
    server: DiscordServer, is_enabled: bool
) -> None:
    server.enabled_intents = MESSAGE_CONTENT if is_enabled else 0
    bot = Bot(discord.Intents(guilds=True, guild_messages=True, message_content=is_enabled))
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    forum, ada = server.forum("questions"), server.user("Ada")
    post = await server.post(forum, ada, "Cup", "Who won?")
    first = await bot.message()
    assert (first.id, first.content) == (post.id, "Who won?" if is_enabled else "")
    assert isinstance(first.channel, discord.Thread)
    assert (first.channel.name, first.channel.parent_id) == ("Cup", forum.id)
    await server.post(forum, ada, "League", f"{server.bot.mention} and there?")
    assert (await bot.message()).content == f"{server.bot.mention} and there?"
    await server.say(post, ada, "Anybody?")
    assert (await bot.message()).content == ("Anybody?" if is_enabled else "")
    await bot.close()
    await running
