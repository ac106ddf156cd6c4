"""The bot on a stand-in Discord: four ways to ask, and everything that must not happen."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import discord
import pytest
from bots import ENGLISH, Held, Table, discord_settings, is_silent, settled, started
from discord_server import Channel, DiscordServer, Message

from bot.archive.register import Archives
from bot.ask import Ask
from bot.client import PullquoteBot
from bot.language import day
from bot.sync import STATE_FILE
from index.answers import Answer
from index.articles import Article
from index.errors import Busy
from index.quotes import Quote

FLOOD = Article("flood.txt", "The river rose to 4.62 metres.", "Homes Flooded", date(2024, 11, 25))
RIVER = Quote(FLOOD, 0, 30, 1.0)
QUESTION = "How high was the river?"
NAMES = ("ask", "search", "article", "help", "timeline", "channel", "archive", "privacy", "Find coverage")
NOVEMBER = day(date(2024, 11, 25))
SHOWN = f"## “The river rose to 4.62 metres.”\n**Homes Flooded**\n-# {NOVEMBER}\n-# Very likely the answer."


def answered(*quotes: Quote) -> Answer:
    return Answer(QUESTION, quotes, (), 0.9, True, 0.01)


@pytest.fixture
def table() -> Table:
    return Table({QUESTION: answered(RIVER)})


@pytest.fixture
async def server(table: Table, tmp_path: Path) -> AsyncIterator[DiscordServer]:
    """A server on which the bot answers from the table; nothing may be refused or ping anybody."""
    async with DiscordServer() as server, started(server, table, tmp_path):
        yield server
        own = [message for channel in server.channels for message in channel.messages if message.author is server.bot]
        assert [message.text for message in own if message.pings] == []
        assert server.refusals == []


@pytest.fixture
def general(server: DiscordServer) -> Channel:
    return server.channel("general")


async def mention(server: DiscordServer, channel: Channel, question: str = QUESTION) -> Message:
    """Ada mentions the bot with a question."""
    return await server.say(channel, server.user("Ada"), f"{server.bot.mention} {question}")


async def test_a_slash_command_is_answered_with_the_quote_and_the_question(server: DiscordServer) -> None:
    message = await (await server.slash("ask", {"question": QUESTION})).response()
    assert message.text == f"-# Question: {QUESTION}\n{SHOWN}"
    assert message.is_v2
    assert not message.ephemeral


async def test_a_slash_command_works_in_direct_messages_and_where_only_the_user_has_the_bot(
    server: DiscordServer,
) -> None:
    ada, bob = server.user("Ada"), server.stranger("Bob")
    elsewhere = server.channel("elsewhere", server.guild_without_bot("Elsewhere", ada))
    for channel, by_user in [
        (server.direct_message(ada), False),
        (server.direct_message(ada, bob), True),
        (elsewhere, True),
    ]:
        asked = await server.slash(
            "ask", {"question": QUESTION}, user=ada, channel=channel, as_installed_by_user=by_user
        )
        assert SHOWN in (await asked.response()).text


async def test_a_mention_is_answered_by_a_reply_without_the_mention_in_the_question(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    asked = await server.say(general, server.user("Ada"), f"How high {server.bot.mention}\n was the river?")
    reply = await server.next_message(general)
    assert reply.text == SHOWN
    assert reply.reply_to is asked
    assert general.typing
    assert table.asked == [QUESTION]


async def test_a_mention_inside_a_reply_to_somebody_else_is_answered(server: DiscordServer, general: Channel) -> None:
    said = await server.say(general, server.user("Bob"), "I wonder about the river.")
    await server.say(general, server.user("Ada"), f"{server.bot.mention} {QUESTION}", reply_to=said)
    assert (await server.next_message(general)).text == SHOWN


async def test_a_reply_to_the_bot_is_a_question_where_it_pings(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    await mention(server, general)
    first = await server.next_message(general)
    await server.say(general, server.user("Ada"), QUESTION, reply_to=first, ping_reply=False)
    assert await is_silent(server, general)
    await server.say(general, server.user("Ada"), QUESTION, reply_to=first)
    assert (await server.next_message(general)).text == SHOWN
    assert table.asked == [QUESTION, QUESTION]


async def test_a_direct_message_needs_no_mention(server: DiscordServer) -> None:
    channel = server.direct_message(server.user("Ada"))
    await server.say(channel, server.user("Ada"), QUESTION)
    assert (await server.next_message(channel)).text == SHOWN


async def test_a_mention_in_a_thread_is_answered_there(server: DiscordServer, general: Channel) -> None:
    thread = server.thread("The flood", general, server.user("Ada"))
    await mention(server, thread)
    assert (await server.next_message(thread)).text == SHOWN


async def test_a_mention_without_a_question_hears_how_to_ask(server: DiscordServer, general: Channel) -> None:
    await mention(server, general, "")
    assert (await server.next_message(general)).text == ENGLISH.say("notice-help")


async def test_too_long_a_question_hears_the_limit(server: DiscordServer, general: Channel) -> None:
    await mention(server, general, "x" * 501)
    assert (await server.next_message(general)).text == (
        "That question has 501 characters; I read up to 500. Please ask it shorter."
    )


async def test_a_question_of_blanks_hears_how_to_ask(server: DiscordServer) -> None:
    assert (await (await server.slash("ask", {"question": "   "})).response()).text == ENGLISH.say("notice-help")


@pytest.mark.parametrize(
    "content", ["Hello everybody", "@everyone How high was the river?", "@here How high was the river?"]
)
async def test_what_does_not_mention_the_bot_is_not_for_it(
    server: DiscordServer, general: Channel, content: str
) -> None:
    await server.say(general, server.owner, content)
    assert await is_silent(server, general)


async def test_a_role_of_the_bot_a_bot_and_the_bot_itself_are_not_answered(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    role = server.role("Pullquote", server.bot, mentionable=True)
    another = server.user("Another")
    another.is_bot = True
    await server.say(general, server.user("Ada"), f"<@&{role.id}> {QUESTION}")
    await server.say(general, another, f"{server.bot.mention} {QUESTION}")
    await server.say(server.direct_message(server.user("Ada")), server.bot, QUESTION)
    await settled(server)
    assert table.asked == []


async def test_text_full_of_markup_and_mentions_is_shown_and_pings_nobody(
    server: DiscordServer, general: Channel, table: Table
) -> None:
    ada = server.user("Ada")
    text = f"# @everyone @here {ada.mention} **bold** <@&1> https://example.org `code` ||spoiler||"
    article = Article("a.txt", text, "- [list](https://bad.example)", None, "<#1>", "https://example.org/a")
    table.answers = {QUESTION: answered(Quote(article, 0, len(text), 1.0))}
    server.permit(general, server.bot, mention_everyone=True)
    await mention(server, general)
    reply = await server.next_message(general)
    assert reply.text.startswith("## “\\# @\u2060everyone @\u2060here \\<@")
    assert not reply.pings
    assert not reply.mentions
    assert [button["url"] for button in reply.buttons if "url" in button] == ["https://example.org/a"]


async def test_every_message_forbids_all_mentions(server: DiscordServer, general: Channel) -> None:
    await mention(server, general)
    await server.next_message(general)
    await (await server.slash("ask", {"question": QUESTION})).response()
    allowed = [request.body["allowed_mentions"] for request in server.requests if "components" in request.body]
    assert [one["parse"] for one in allowed] == [[], []]


async def test_an_oversized_answer_is_sent(server: DiscordServer, general: Channel, table: Table) -> None:
    article = Article("a.txt", "*long* " * 1000, "T" * 3000, date(2025, 5, 1), "S" * 300)
    table.answers = {QUESTION: answered(*[Quote(article, 0, 7000, 1.0)] * 5)}
    await mention(server, general)
    assert "\\*long\\*” …" in (await server.next_message(general)).text


async def test_a_question_nothing_answers_is_told_so(server: DiscordServer, general: Channel, table: Table) -> None:
    table.answers = {QUESTION: Answer(QUESTION, (RIVER,), (), 0.1, False, 0.01)}
    await mention(server, general)
    assert (await server.next_message(general)).text == (
        "### The archive does not say.\n-# What comes nearest:\n"
        "“The river rose to 4.62 metres.”\n-# **Homes Flooded** · " + NOVEMBER
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Busy("32 wait"), ENGLISH.say("notice-busy")),
        (TimeoutError("after 20 s"), ENGLISH.say("notice-too-slow")),
        (RuntimeError("secret of the house"), ENGLISH.say("notice-apology")),
    ],
)
async def test_an_error_is_told_without_its_text(
    server: DiscordServer,
    general: Channel,
    table: Table,
    error: Exception,
    sentence: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    table.answers = {QUESTION: error}
    await mention(server, general)
    assert (await server.next_message(general)).text == sentence
    assert (await (await server.slash("ask", {"question": QUESTION})).response()).text == sentence
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert [line.split(" at ")[0] for line in lines] == [f"not answered: {type(error).__name__}"] * 2


async def test_a_slow_answer_is_acknowledged_at_once(tmp_path: Path) -> None:
    service = Held({QUESTION: answered(RIVER)})
    async with DiscordServer() as server, started(server, service, tmp_path):
        asked = await server.slash("ask", {"question": QUESTION})
        await asked.acknowledgement()
        assert asked.seconds_to_acknowledge < 1
        service.let_go.set()
        assert SHOWN in (await asked.response()).text


async def test_one_slow_answer_does_not_hold_up_another(tmp_path: Path) -> None:
    service = Held({QUESTION: answered(RIVER)})
    async with DiscordServer() as server, started(server, service, tmp_path):
        general = server.channel("general")
        asked = [await mention(server, general) for _ in range(3)]
        service.let_go.set()
        replies = [await server.next_message(general) for _ in asked]
        assert {reply.reply_to.id for reply in replies if reply.reply_to} == {message.id for message in asked}


async def test_where_the_bot_may_not_send_it_does_not_try(
    server: DiscordServer, general: Channel, table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    server.permit(general, server.bot, send_messages=False)
    await mention(server, general)
    assert await is_silent(server, general)
    assert table.asked == []
    assert f"may not send messages in channel {general.id}" in caplog.text


async def test_where_the_bot_may_not_read_the_history_the_answer_is_no_reply(
    server: DiscordServer, general: Channel
) -> None:
    server.permit(general, server.bot, read_message_history=False)
    await mention(server, general)
    answer = await server.next_message(general)
    assert (answer.text, answer.reply_to) == (SHOWN, None)


async def test_a_refusal_to_send_is_a_line_in_the_log(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("POST", "/channels/*/messages", 403, code=50013)
    await mention(server, general)
    assert await is_silent(server, general)
    assert "could not send a reply: Forbidden (code 50013)" in caplog.text


async def test_a_message_discord_does_not_take_becomes_an_apology(
    server: DiscordServer, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("POST", "/channels/*/messages", 400, code=50035)
    await mention(server, general)
    assert (await server.next_message(general)).text == ENGLISH.say("notice-apology")
    assert "could not send a reply: status 400 (code 50035)" in caplog.text


async def test_a_reply_whose_confirmation_is_lost_is_not_sent_twice(server: DiscordServer, general: Channel) -> None:
    server.fail_next("POST", "/channels/*/messages", 502, performed=True)
    await mention(server, general)
    await server.next_message(general)
    assert await is_silent(server, general)
    assert [request.status for request in server.requests if request.path.endswith("/messages")] == [502, 200]


async def test_an_asker_who_deleted_the_question_is_still_answered(
    tmp_path: Path,
) -> None:
    service = Held({QUESTION: answered(RIVER)})
    async with DiscordServer() as server, started(server, service, tmp_path):
        general = server.channel("general")
        server.delete(await mention(server, general))
        service.let_go.set()
        assert (await server.next_message(general)).text == SHOWN
        assert server.refusals == []


async def test_an_answer_without_is_typing_is_still_an_answer(server: DiscordServer, general: Channel) -> None:
    server.fail_next("POST", "/channels/*/typing", 403, code=50013)
    await mention(server, general)
    assert (await server.next_message(general)).text == SHOWN


async def test_the_command_says_where_it_works_and_how_long_a_question_may_be(server: DiscordServer) -> None:
    command = next(one for one in await server.commands_synced() if one["name"] == "ask")
    assert sorted(command["integration_types"]) == [0, 1]
    assert sorted(command["contexts"]) == [0, 1, 2]
    option = command["options"][0]
    assert (option["name"], option["required"], option["max_length"]) == ("question", True, 500)


async def test_commands_are_written_once_over_two_starts_and_again_when_they_changed(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        for _ in range(2):
            async with started(server, Table({}), tmp_path):
                pass
        assert [write.names for write in server.command_writes] == [NAMES]
        with server.serving_this_process():
            async with PullquoteBot(Archives(Table({})), discord_settings(max_question_characters=90), tmp_path) as bot:
                await bot.login(server.token)
        assert len(server.command_writes) == 2
        assert server.commands[None][0]["options"][0]["max_length"] == 90


async def test_commands_are_written_again_for_another_application(tmp_path: Path) -> None:
    for _ in range(2):
        async with DiscordServer() as server, started(server, Table({}), tmp_path):
            assert len(server.command_writes) == 1


async def test_a_bot_whose_commands_are_refused_still_answers_mentions(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with DiscordServer() as server:
        server.fail_next("PUT", "/applications/*/commands", 403, code=50001)
        async with started(server, Table({QUESTION: answered(RIVER)}), tmp_path):
            await mention(server, server.channel("general"))
            assert (await server.next_message(server.channel("general"))).text == SHOWN
    assert "the commands could not be written to Discord: 403" in caplog.text
    assert not (tmp_path / STATE_FILE).exists()


async def test_a_folder_that_cannot_be_written_only_means_writing_the_commands_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    async with DiscordServer() as server:
        for _ in range(2):
            async with started(server, Table({}), tmp_path / "file"):
                pass
        assert len(server.command_writes) == 2
    assert "cannot write" in caplog.text


class Broken(Ask):
    """A cog with mistakes in it: before and after acknowledging a command, and in reading messages."""

    async def answer_command(
        self,
        interaction: discord.Interaction,
        question: str,
        given: tuple[str, str, str],  # noqa: ARG002
        private: bool,  # noqa: ARG002
    ) -> None:
        if question == "after":
            await interaction.response.defer(thinking=True)
        raise KeyError(question)

    async def is_question(self, message: discord.Message) -> bool:
        if message.author.bot:
            return False
        raise KeyError(message.content)


@asynccontextmanager
async def broken(state: Path) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server, started(server, Table({}), state) as bot:
        await bot.remove_cog("Ask")
        await bot.add_cog(Broken(bot))
        yield server
        assert server.refusals == []


@pytest.mark.parametrize(("question", "ephemeral"), [("before", True), ("after", False)])
async def test_a_mistake_in_a_command_is_an_apology_and_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, question: str, ephemeral: bool
) -> None:
    async with broken(tmp_path) as server:
        message = await (await server.slash("ask", {"question": question})).response()
        assert (message.text, message.ephemeral) == (ENGLISH.say("notice-apology"), ephemeral)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage().startswith("not answered: KeyError at test_bot.py:")


async def test_a_mistake_in_reading_messages_is_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with broken(tmp_path) as server:
        await mention(server, server.channel("general"))
        assert await is_silent(server, server.channel("general"))
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage().startswith("not answered: KeyError at test_bot.py:")


async def test_a_command_whose_three_seconds_are_over_is_one_line(
    server: DiscordServer, table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail_next("POST", "/interactions/*/callback", 404, code=10062)
    await server.slash("ask", {"question": QUESTION})
    await settled(server)
    assert table.asked == []
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert [line.split(" at ")[0] for line in lines] == ["not answered: NotFound"]


async def test_a_command_the_bot_no_longer_has_says_so(tmp_path: Path) -> None:
    async with DiscordServer() as server, started(server, Table({}), tmp_path) as bot:
        bot.tree.remove_command("ask")
        message = await (await server.slash("ask", {"question": QUESTION})).response()
        assert (message.text, message.ephemeral) == (ENGLISH.say("notice-outdated"), True)


async def test_the_bot_asks_for_no_privileged_intent_and_is_ready(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with DiscordServer() as server, started(server, Table({}), tmp_path) as bot:
        await bot.wait_until_ready()
        assert bot.intents.value == 1 << 0 | 1 << 9 | 1 << 12
    assert "ready as pullquote in 1 server" in caplog.text


async def test_it_is_settled_once_the_last_answer_is_out(tmp_path: Path) -> None:
    """What tests that nothing more happens must itself wait for what is still to come."""
    service = Held({QUESTION: answered(RIVER)})
    async with DiscordServer() as server, started(server, service, tmp_path):
        general = server.channel("general")
        await mention(server, general)
        with pytest.raises(TimeoutError):
            await settled(server, 0.3)
        service.let_go.set()
        await settled(server)
        assert [message.text for message in general.messages if message.author is server.bot] == [SHOWN]
