"""Buttons, selects and modals of the real bot over the sample archive: what they show, to whom, and after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord_rules as rules
import pytest
from bots import ENGLISH, discord_settings, started
from discord import ui
from discord_server import DiscordServer, Message

from bot.client import PullquoteBot
from bot.controls import in_base_36
from bot.limits import PRESSES
from bot.service import Service
from bot.state import State
from config.settings import SAMPLE_ARCHIVE
from index.articles import Article
from index.references import Reference

QUESTION = "Who will be the first woman to lead the Rovers?"
ANSWER = "Nadia Fournier"
TITLE = "Deasy Leaves Rovers After Four Years"


@asynccontextmanager
async def asked(server: DiscordServer, private: bool = False) -> AsyncIterator[Message]:
    """The answer to the question, by command."""
    yield await (await server.slash("ask", {"question": QUESTION, "private": private})).response(30)


@pytest.fixture
async def server(service: Service, tmp_path: Path) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server, started(server, service, tmp_path):
        yield server
        assert server.refusals == []
        assert not [message for channel in server.channels for message in channel.messages if message.pings]


def displayed_text(message: Message) -> tuple[str, ...]:
    return tuple(rules.displayed_text(message.components))


def label(name: str) -> str:
    return ENGLISH.say(f"button-{name}")


def labels(message: Message) -> list[str]:
    return [button["label"] for button in message.buttons if "custom_id" in button]


async def press(server: DiscordServer, message: Message, name: str, user: str = "Ada") -> Message:
    """What the button of this name shows in answer."""
    pressed = await server.press(message, message.custom_id(label(name)), user=server.user(user))
    return await pressed.response(30)


async def test_an_answer_has_its_buttons(server: DiscordServer) -> None:
    async with asked(server) as message:
        expected = ["context", "read", "more", "similar", "helpful", "not-helpful"]
        assert labels(message) == [label(name) for name in expected]
    async with asked(server, private=True) as message:
        assert message.ephemeral
        assert label("share") in labels(message)


async def test_the_answering_words_are_marked(server: DiscordServer) -> None:
    async with asked(server) as message:
        assert f"__{ANSWER}" in message.text or f"__his assistant, {ANSWER}" in message.text


async def test_context_widens_in_place_for_the_asker_until_it_is_widest(server: DiscordServer) -> None:
    async with asked(server) as message:
        texts = [displayed_text(message)]
        for name in ("context", "more-context"):
            pressed = await server.press(message, message.custom_id(label(name)))
            message = await server.next_edit(message)
            assert pressed.followups == []
            texts.append(displayed_text(message))
        assert {(text[0], *text[2:]) for text in texts} == {(texts[0][0], *texts[0][2:])}  # all but the quote's block
        blocks = [text[1] for text in texts]
        assert blocks[0].startswith('-# "My family is staying')
        assert blocks[1].startswith("-# The money is intended for new floodlights")
        assert blocks[2].startswith("-# Colm Deasy is giving up his post")
        (button,) = [one for one in message.buttons if one.get("custom_id", "").startswith("context:")]
        assert button["disabled"]
        assert "__" in message.text  # the words that answer stay marked


async def test_context_comes_beside_the_message_for_others(server: DiscordServer) -> None:
    async with asked(server) as message:
        before = message.text
        shown = await press(server, message, "context", user="Bob")
        assert shown.ephemeral
        assert ANSWER in shown.text
        assert message.text == before


async def test_the_article_is_read_at_the_quote_and_page_by_page(server: DiscordServer) -> None:
    async with asked(server) as message:
        shown = await press(server, message, "read", user="Bob")
        assert shown.ephemeral
        assert shown.text.startswith(f"## **{TITLE}**")
        assert ANSWER in shown.text


async def test_more_quotes_and_similar_articles_can_be_opened(server: DiscordServer) -> None:
    async with asked(server) as message:
        for name, heading in (("more", "more-heading"), ("similar", None)):
            shown = await press(server, message, name)
            assert shown.ephemeral
            expected = ENGLISH.say(heading) if heading else ENGLISH.say("similar-heading", title=f"**{TITLE}**")
            assert shown.text.startswith(f"### {expected}")
            (select,) = [one for one in shown.all_components if one["type"] == rules.STRING_SELECT]
            chosen = await server.select(shown, "open", [select["options"][0]["value"]])
            opened = await chosen.response(30)
            assert opened.ephemeral
            assert opened.text.startswith("## **")


async def test_a_private_answer_is_shared_once_with_everyone(server: DiscordServer) -> None:
    async with asked(server, private=True) as message:
        pressed = await server.press(message, message.custom_id(label("share")))
        shared = await pressed.followup()
        assert not shared.ephemeral
        assert ANSWER in shared.text
        assert ENGLISH.say("share-by", member=server.user("Ada").mention) in shared.text
        assert label("share") not in labels(shared)
        assert label("share") not in labels(await pressed.response())
        await press(server, shared, "read", user="Bob")


async def test_votes_are_kept_one_a_member_with_a_reason_if_there_is_one(server: DiscordServer, tmp_path: Path) -> None:
    async with asked(server) as message:
        assert (await press(server, message, "helpful", user="Bob")).text == ENGLISH.say("vote-thanks")
        opened = await server.press(message, "vote:no", user=server.user("Ada"))
        thanks = await (await server.submit_modal(opened, {"reason": "It is out of date."})).response()
        assert (thanks.text, thanks.ephemeral) == (ENGLISH.say("vote-thanks"), True)
        ((_, helpful, reason),) = [vote for vote in await state_of(tmp_path) if vote[0] == server.user("Ada").id]
        assert (helpful, reason) == (False, "It is out of date.")
        await press(server, message, "helpful", user="Ada")
        opened = await server.press(message, "vote:no", user=server.user("Cleo"))
        await opened.modal()
    names = {server.user(name).id: name for name in ("Ada", "Bob", "Cleo")}
    votes = [(names[user], helpful, reason) for user, helpful, reason in await state_of(tmp_path)]
    assert votes == [("Bob", True, ""), ("Ada", True, ""), ("Cleo", False, "")]


async def state_of(folder: Path) -> list[tuple[int, bool, str]]:
    """The votes that are kept: of whom, whether it helped, the reason."""
    state = await State.open(folder)
    votes = [(vote.user, vote.helpful, vote.reason) for vote in await state.votes()]
    await state.close()
    return votes


async def test_buttons_and_modals_work_after_a_restart(service: Service, tmp_path: Path) -> None:
    async with DiscordServer() as server:
        async with started(server, service, tmp_path):
            message = await (await server.slash("ask", {"question": QUESTION})).response(30)
            opened = await server.press(message, "vote:no")
            await opened.modal()
        async with started(server, service, tmp_path):
            assert ANSWER in (await press(server, message, "read")).text
            assert ANSWER in (await press(server, message, "context", user="Bob")).text
            thanks = await (await server.submit_modal(opened, {"reason": "Later."})).response()
            assert thanks.text == ENGLISH.say("vote-thanks")
        assert server.refusals == []
    assert [reason for _, _, reason in await state_of(tmp_path)] == ["Later."]


async def test_a_reply_goes_on_from_an_answer_of_before_a_restart(service: Service, tmp_path: Path) -> None:
    async with DiscordServer() as server:
        general, ada = server.channel("general"), server.user("Ada")
        async with started(server, service, tmp_path):
            await server.say(general, ada, f"{server.bot.mention} {QUESTION}")
            answer = await server.next_message(general, 30)
        async with started(server, service, tmp_path):
            await server.say(general, ada, "How often did she play for the county?", reply_to=answer)
            reply = await server.next_message(general, 30)
        assert "for the county and has coached" in reply.text
        assert server.refusals == []


def reference_to(text: str) -> Reference:
    """A reference to what the sample archive has not: an article that is gone."""
    return Reference.to(Article("gone.txt", text, "Gone"), 0, len(text))


@asynccontextmanager
async def with_message(server: DiscordServer, bot: PullquoteBot, custom_id: str) -> AsyncIterator[Message]:
    """A message of the bot's with one button of this custom_id."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow(ui.Button(label="Press", custom_id=custom_id)))
    view.stop()
    await bot.get_partial_messageable(server.channel("general").id).send(view=view)
    yield await server.next_message(server.channel("general"))


@pytest.mark.parametrize("prefix", ["read:", "page:next:", "similar:", "all:", "context:0:"])
async def test_an_article_that_is_gone_says_so(service: Service, tmp_path: Path, prefix: str) -> None:
    custom_id = f"{prefix}{reference_to('It is gone.')}"
    custom_id += {"page:next:": ":1", "context:0:": f":{in_base_36(1)}"}.get(prefix, "")
    async with DiscordServer() as server, started(server, service, tmp_path) as bot:
        async with with_message(server, bot, custom_id) as message:
            pressed = await server.press(message, custom_id)
            if prefix == "page:next:":  # which would come in the place of the message
                assert (await pressed.followup()).text == ENGLISH.say("read-gone")
                assert message.buttons
            else:
                assert (await pressed.response()).text == ENGLISH.say("read-gone")
        assert server.refusals == []


async def test_an_article_that_has_changed_says_so_and_opens(service: Service, tmp_path: Path) -> None:
    name = "2025-05-08-deasy-leaves-rovers.txt"
    changed = Article(name, "Deasy stays. " + (SAMPLE_ARCHIVE / name).read_text(encoding="utf-8"), TITLE)
    custom_id = f"read:{Reference.to(changed, 0, 12)}"
    async with (
        DiscordServer() as server,
        started(server, service, tmp_path) as bot,
        with_message(server, bot, custom_id) as message,
    ):
        shown = await (await server.press(message, custom_id)).response()
        assert ENGLISH.say("read-changed") in shown.text
        assert shown.text.startswith(f"## **{TITLE}**")


async def test_a_button_of_a_busy_bot_says_so(service: Service, tmp_path: Path) -> None:
    async with DiscordServer() as server, started(server, service, tmp_path), asked(server) as message:
        service.threads.under_way += 1000
        assert (await press(server, message, "read")).text == ENGLISH.say("notice-busy")
        before = message.text
        pressed = await server.press(message, message.custom_id(label("context")))
        assert (await pressed.followup()).text == ENGLISH.say("notice-busy")
        assert message.text == before  # the answer is still there
        service.threads.under_way -= 1000


async def test_who_presses_too_often_is_told_so(service: Service, tmp_path: Path) -> None:
    settings = discord_settings(user_questions_per_minute=1)
    async with DiscordServer() as server, started(server, service, tmp_path, settings), asked(server) as message:
        shown = [await press(server, message, "read", user="Bob") for _ in range(PRESSES + 1)]
        assert all(ANSWER in one.text for one in shown[:PRESSES])
        assert shown[PRESSES].text.startswith(ENGLISH.say("notice-too-often", when="<t:").removesuffix("."))
        limited = await (await server.slash("search", {"query": "river"})).response(30)
        assert limited.text.startswith(ENGLISH.say("notice-too-often", when="<t:").removesuffix("."))


async def test_replies_speak_the_language_of_the_member(server: DiscordServer) -> None:
    message = await (await server.slash("ask", {"question": QUESTION}, locale="de")).response(30)
    assert message.text.startswith(f"-# Frage: {QUESTION}")
    assert "Artikel lesen" in labels(message)
