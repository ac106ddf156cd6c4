"""Every way to ask beside the plain ones of `test_bot`: options, private, follow-ups, edits, deletions, channels that
admins give the bot, and limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import discord
import pytest
from bots import ENGLISH, Held, Table, discord_settings, is_silent, settled, started
from discord_server import Channel, DiscordServer, Message

from bot.desk import QUOTES
from index.answers import Answer, Asking
from index.articles import Article
from index.conversation import Turn
from index.filters import Filters
from index.quotes import Quote

MESSAGE_CONTENT = discord.Intents(message_content=True).value
QUESTION, NEXT = "How high was the river?", "and who paid for it?"
FLOOD = Article("flood.txt", "The river rose to 4.62 metres. The county paid.", "Homes Flooded", date(2024, 11, 25))
RIVER, COUNTY = Quote(FLOOD, 0, 30, 1.0), Quote(FLOOD, 31, 47, 1.0)
TURN = Turn(QUESTION, "flood.txt", "Homes Flooded", "The river rose to 4.62 metres.", FLOOD.published)


def answered(question: str, quote: Quote) -> Answer:
    return Answer(question, (quote,), (), 0.9, True, 0.01)


@pytest.fixture
def table() -> Table:
    return Table({QUESTION: answered(QUESTION, RIVER), NEXT: answered(NEXT, COUNTY)})


@pytest.fixture
async def server(table: Table, tmp_path: Path) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server, started(server, table, tmp_path):
        yield server
        assert server.refusals == []


@pytest.fixture
def general(server: DiscordServer) -> Channel:
    return server.channel("general")


async def mention(server: DiscordServer, channel: Channel, question: str, reply_to: Message | None = None) -> Message:
    content = question if reply_to else f"{server.bot.mention} {question}"
    return await server.say(channel, server.user("Ada"), content, reply_to=reply_to)


async def test_options_narrow_what_may_be_quoted(server: DiscordServer, table: Table) -> None:
    given = {"question": QUESTION, "after": "2024", "before": "1.12.2024", "source": " Courier "}
    await (await server.slash("ask", given)).response()
    filters = Filters(date(2024, 1, 1), date(2024, 12, 1), "Courier")
    assert table.askings == [Asking(filters, quotes=QUOTES)]
    wrong = await (await server.slash("ask", {"question": QUESTION, "after": "soon"})).response()
    assert wrong.text == ENGLISH.say("notice-no-date", text="soon")


async def test_a_private_answer_is_seen_by_the_asker_alone(server: DiscordServer) -> None:
    message = await (await server.slash("ask", {"question": QUESTION, "private": True})).response()
    assert message.ephemeral
    assert ENGLISH.say("button-share") in [button["label"] for button in message.buttons]


async def test_a_reply_to_an_answer_goes_on_from_it(server: DiscordServer, general: Channel, table: Table) -> None:
    await mention(server, general, QUESTION)
    first = await server.next_message(general)
    await settled(server)
    await mention(server, general, NEXT, reply_to=first)
    await server.next_message(general)
    assert [asking.last for asking in table.askings] == [None, TURN]


async def test_a_reply_to_the_answer_of_a_command_goes_on_from_it(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    first = await (await server.slash("ask", {"question": QUESTION})).response()
    await mention(server, general, NEXT, reply_to=first)
    await server.next_message(general)
    assert table.askings[-1].last == TURN


async def test_a_question_in_a_channel_goes_on_from_nothing(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    for question in (QUESTION, NEXT):
        await mention(server, general, question)
        await server.next_message(general)
    assert [asking.last for asking in table.askings] == [None, None]


async def test_a_thread_and_direct_messages_go_on(server: DiscordServer, general: Channel, table: Table) -> None:
    ada = server.user("Ada")
    for channel in (server.thread("The flood", general, ada), server.direct_message(ada)):
        table.askings.clear()
        for question in (QUESTION, NEXT):
            await mention(server, channel, question)
            await server.next_message(channel)
            await settled(server)
        assert [asking.last for asking in table.askings] == [None, TURN]


async def test_an_edited_question_is_answered_again_in_place(server: DiscordServer, general: Channel) -> None:
    asked = await mention(server, general, QUESTION)
    answer = await server.next_message(general)
    await settled(server)
    await server.edit(asked, f"{server.bot.mention} {NEXT}")
    assert "The county paid." in (await server.next_edit(answer)).text
    assert await is_silent(server, general)


async def test_an_edited_question_finds_its_answer_after_a_restart(table: Table, tmp_path: Path) -> None:
    async with DiscordServer() as server:
        general = server.channel("general")
        async with started(server, table, tmp_path):
            asked = await mention(server, general, QUESTION)
            answer = await server.next_message(general)
            await settled(server)
        async with started(server, table, tmp_path):
            await server.edit(asked, f"{server.bot.mention} {NEXT}")
            assert "The county paid." in (await server.next_edit(answer)).text


async def test_an_edit_while_the_answer_is_under_way_is_answered_and_so_is_a_deletion(tmp_path: Path) -> None:
    service = Held({QUESTION: answered(QUESTION, RIVER), NEXT: answered(NEXT, COUNTY)})
    async with DiscordServer() as server, started(server, service, tmp_path):
        general = server.channel("general")
        edited, deleted = [await mention(server, general, QUESTION) for _ in range(2)]
        await server.heard()
        await server.edit(edited, f"{server.bot.mention} {NEXT}")
        server.delete(deleted)
        await server.heard()
        service.let_go.set()
        first, second = [await server.next_message(general) for _ in range(2)]
        by_question = {one.reply_to.id: one for one in (first, second) if one.reply_to}
        kept = by_question[edited.id]
        while "The county paid." not in kept.text:
            await server.next_edit(kept)
        gone = second if kept is first else first
        await settled(server)
        assert gone.deleted


async def test_a_deletion_before_the_bot_knows_whether_it_is_asked_is_not_missed(table: Table, tmp_path: Path) -> None:
    goes_on = asyncio.Event()
    async with DiscordServer() as server, started(server, table, tmp_path) as bot:
        look = bot.is_silent_in

        async def look_later(channel: object) -> bool:
            await goes_on.wait()
            return await look(channel)

        bot.is_silent_in = look_later  # type: ignore[method-assign]
        general = server.channel("general")
        deleted = await mention(server, general, QUESTION)
        server.delete(deleted)
        await server.heard()
        goes_on.set()
        answer = await server.next_message(general)
        await settled(server)
        assert answer.deleted


async def test_a_notice_does_not_take_the_place_of_an_answer(table: Table, tmp_path: Path) -> None:
    settings = discord_settings(user_questions_per_minute=1)
    async with DiscordServer() as server, started(server, table, tmp_path, settings):
        general = server.channel("general")
        asked = await mention(server, general, QUESTION)
        answer = await server.next_message(general)
        await settled(server)
        await server.edit(asked, f"{server.bot.mention} {NEXT}")
        notice = await server.next_message(general)
        assert notice.text.startswith(ENGLISH.say("notice-too-often", when="<t:").removesuffix("."))
        assert "4.62" in answer.text


async def test_an_edit_that_no_longer_speaks_to_the_bot_changes_nothing(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    asked = await mention(server, general, QUESTION)
    await server.next_message(general)
    await settled(server)
    await server.edit(asked, "Never mind.")
    other = await server.say(general, server.user("Bob"), "Hello")
    await server.edit(other, f"{server.bot.mention} {NEXT}")
    assert await is_silent(server, general)
    assert table.asked == [QUESTION]


async def test_an_answer_too_old_to_be_edited_is_given_anew(table: Table, tmp_path: Path) -> None:
    async with DiscordServer() as server, started(server, table, tmp_path):
        general = server.channel("general")
        asked = await mention(server, general, QUESTION)
        answer = await server.next_message(general)
        await settled(server)
        server.make_old(answer, edits_left=0)
        await server.edit(asked, f"{server.bot.mention} {NEXT}")
        assert "The county paid." in (await server.next_message(general, 30)).text


async def test_a_deleted_question_takes_its_answer_along(server: DiscordServer, general: Channel) -> None:
    asked = await mention(server, general, QUESTION)
    answer = await server.next_message(general)
    await settled(server)
    server.delete(asked)
    await settled(server)
    assert answer.deleted


async def test_an_answer_that_was_deleted_is_not_written_again(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    asked = await mention(server, general, QUESTION)
    answer = await server.next_message(general)
    await settled(server)
    server.delete(answer)
    await server.edit(asked, f"{server.bot.mention} {NEXT}")
    assert await is_silent(server, general)
    assert table.asked == [QUESTION, NEXT]
    server.refusals.clear()  # that it tried is right: the answer was still there as far as it knew


async def test_without_the_intent_a_channel_cannot_be_given_to_the_bot(server: DiscordServer) -> None:
    owner = server.owner
    refused = await (await server.slash("channel", {"answers": "everything"}, user=owner)).response()
    assert (refused.text, refused.ephemeral) == (ENGLISH.say("channel-no-content"), True)
    mentions = await (await server.slash("channel", {"answers": "mentions"}, user=owner)).response()
    assert mentions.text == ENGLISH.say("channel-mentions", channel=server.channel("general").mention)


async def test_who_may_not_manage_the_server_may_not_set_a_channel_although_it_is_offered(
    server: DiscordServer,
) -> None:
    for command in server.commands[None]:
        command["default_member_permissions"] = None  # as an admin may offer it to everyone
    refused = await (await server.slash("channel", {"answers": "everything"})).response()
    assert (refused.text, refused.ephemeral) == (ENGLISH.say("channel-not-allowed"), True)


@pytest.fixture
async def reading(table: Table, tmp_path: Path) -> AsyncIterator[DiscordServer]:
    """A server on which the bot is given what is written without a mention."""
    async with DiscordServer() as server:
        server.enabled_intents |= MESSAGE_CONTENT
        async with started(server, table, tmp_path, discord_settings(read_messages=True)):
            yield server
        assert server.refusals == []


async def give(server: DiscordServer, channel: Channel, mode: str) -> None:
    given = await (await server.slash("channel", {"answers": mode}, user=server.owner, channel=channel)).response()
    assert given.text == ENGLISH.say(f"channel-{mode}", channel=channel.mention)


async def test_in_a_channel_given_to_the_bot_every_message_is_a_question(reading: DiscordServer) -> None:
    general, ada = reading.channel("general"), reading.user("Ada")
    await reading.say(general, ada, QUESTION)
    assert await is_silent(reading, general)
    await give(reading, general, "everything")
    await reading.say(general, ada, QUESTION)
    assert "4.62" in (await reading.next_message(general)).text
    bob = reading.user("Bob")
    said = await reading.say(general, bob, QUESTION)
    await reading.next_message(general)
    await reading.say(general, ada, f"{bob.mention} {QUESTION}")  # to somebody else
    await reading.say(general, ada, QUESTION, reply_to=said, ping_reply=False)
    await reading.say(general, reading.owner, f"@everyone {QUESTION}")
    await reading.say(general, ada, f"<@&{reading.role('Readers', bob, mentionable=True).id}> {QUESTION}")
    await reading.say(reading.thread("Aside", general, ada), ada, QUESTION)
    assert await is_silent(reading, general)
    await give(reading, general, "mentions")
    await reading.say(general, ada, QUESTION)
    assert await is_silent(reading, general)


async def test_in_threads_given_to_the_bot_it_need_not_be_mentioned(reading: DiscordServer, table: Table) -> None:
    general, ada = reading.channel("general"), reading.user("Ada")
    await give(reading, general, "threads")
    thread = reading.thread("The flood", general, ada)
    for question in (QUESTION, NEXT):
        await reading.say(thread, ada, question)
        await reading.next_message(thread)
        await settled(reading)
    assert [asking.last for asking in table.askings] == [None, TURN]
    await reading.say(general, ada, QUESTION)
    assert await is_silent(reading, general)


async def test_a_forum_given_to_the_bot_has_its_posts_answered(reading: DiscordServer) -> None:
    forum, ada = reading.forum("questions"), reading.user("Ada")
    await reading.slash("channel", {"answers": "mentions"}, user=reading.owner)
    bare = await reading.post(forum, ada, "First", QUESTION)
    assert await is_silent(reading, bare)
    set_in_thread = await reading.slash("channel", {"answers": "everything"}, user=reading.owner, channel=bare)
    assert (await set_in_thread.response()).text == ENGLISH.say("channel-everything", channel=forum.mention)
    post = await reading.post(forum, ada, "Second", QUESTION)
    assert "4.62" in (await reading.next_message(post)).text
    await reading.say(post, ada, NEXT)
    assert await is_silent(reading, post)


async def test_who_asks_too_often_is_told_when_there_is_room_again(table: Table, tmp_path: Path) -> None:
    settings = discord_settings(user_questions_per_minute=2)
    async with DiscordServer() as server, started(server, table, tmp_path, settings):
        answers = [await (await server.slash("ask", {"question": QUESTION})).response() for _ in range(3)]
        assert "4.62" in answers[1].text
        assert answers[2].text.startswith(ENGLISH.say("notice-too-often", when="<t:").removesuffix("."))
        assert table.asked == [QUESTION, QUESTION]
        other = await (await server.slash("ask", {"question": QUESTION}, user=server.user("Bob"))).response()
        assert "4.62" in other.text


async def test_a_server_that_asks_too_often_is_told_and_others_are_answered(table: Table, tmp_path: Path) -> None:
    settings = discord_settings(guild_questions_per_minute=1)
    async with DiscordServer() as server, started(server, table, tmp_path, settings):
        asked = [
            await (await server.slash("ask", {"question": QUESTION}, user=server.user(name))).response()
            for name in ("Ada", "Bob")
        ]
        assert asked[1].text.startswith(ENGLISH.say("notice-server-too-often", when="<t:").removesuffix("."))
        direct = server.direct_message(server.user("Ada"))
        await server.say(direct, server.user("Ada"), QUESTION)
        assert "4.62" in (await server.next_message(direct)).text
