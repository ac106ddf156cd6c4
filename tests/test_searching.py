"""`/search`, `/article`, `/timeline`, `/help` and *Find coverage* of the real bot over the sample archive."""

from __future__ import annotations

import io
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import discord_rules as rules
import pytest
from bots import ENGLISH, started
from discord_server import DiscordServer, Message
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.searching import CHUNK, STEPS, Search, part
from bot.service import Service
from config.settings import Settings
from index.archive import Archive
from index.build import Recipe, build
from index.embeddings import Embedder
from index.filters import sources_called
from index.search import Sort


@pytest.fixture
async def server(service: Service, tmp_path: Path) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server, started(server, service, tmp_path):
        yield server
        assert server.refusals == []
        assert not [message for channel in server.channels for message in channel.messages if message.pings]


async def command(server: DiscordServer, name: str, locale: str = "en-US", **options: object) -> Message:
    return await (await server.slash(name, options, locale=locale)).response(30)


def page_of(message: Message) -> str:
    return message.text.rsplit("\n", 1)[-1]


def titles(message: Message) -> list[str]:
    """The titles that the select of a message offers."""
    (select,) = [one for one in message.all_components if one["type"] == rules.STRING_SELECT]
    return [option["label"] for option in select["options"]]


async def turn(server: DiscordServer, message: Message, step: str) -> Message:
    await server.press(message, message.custom_id(ENGLISH.say(f"button-{step}")))
    return await server.next_edit(message)


async def test_a_search_turns_its_pages_with_buttons(server: DiscordServer) -> None:
    first = await command(server, "search", query="footbridge")
    assert first.text.startswith("### Articles for “footbridge”")
    assert page_of(first).startswith("-# Page 1 of ")
    shown = titles(first)
    assert len(shown) == 5
    second = await turn(server, first, "next")
    assert page_of(second).startswith("-# Page 2 of ")
    assert not set(titles(second)) & set(shown)
    last = await turn(server, second, "last")
    assert page_of(last).split()[2] == page_of(last).split()[4]
    assert titles(await turn(server, last, "first")) == shown


async def test_pages_of_a_search_turn_beside_it_for_others(server: DiscordServer) -> None:
    first = await command(server, "search", query="footbridge")
    text = first.text
    for step in ("next", "jump"):
        pressed = await server.press(first, first.custom_id(ENGLISH.say(f"button-{step}")), user=server.user("Bob"))
        beside = await pressed.response(30)
        assert beside.ephemeral
        assert beside.text.startswith("### Articles for “footbridge”")
    assert first.text == text


async def test_a_search_jumps_to_a_page_that_is_typed(server: DiscordServer) -> None:
    message = await command(server, "search", query="Lenner")
    opened = await server.press(message, message.custom_id(ENGLISH.say("button-jump")))
    await server.submit_modal(opened, {"jump": "3"})
    assert page_of(await server.next_edit(message)).startswith("-# Page 3 of ")
    opened = await server.press(message, message.custom_id(ENGLISH.say("button-jump")))
    refused = await (await server.submit_modal(opened, {"jump": "x"})).response()
    assert (refused.text, refused.ephemeral) == (ENGLISH.say("jump-no-number"), True)


async def test_pages_turn_after_a_restart_with_filters_kept(service: Service, tmp_path: Path) -> None:
    async with DiscordServer() as server:
        async with started(server, service, tmp_path):
            message = await command(server, "search", query="council -bridge", after="2024-02")
        async with started(server, service, tmp_path):
            turned = await turn(server, message, "next")
        assert page_of(turned).startswith("-# Page 2 of ")
        assert server.refusals == []


async def test_a_phrase_a_date_and_a_source_narrow_a_search(server: DiscordServer) -> None:
    message = await command(server, "search", query='"Edith Rennard" -weather', before="2026")
    assert all("Rennard" in line for line in message.text.splitlines() if line.startswith("“"))
    for options, name in (
        ({"after": "soon"}, ENGLISH.say("notice-no-date", text="soon")),
        ({"source": "Times"}, "No article is from “Times”"),
        ({"after": "2025", "before": "2024"}, "the second date must be later"),
    ):
        assert name in (await command(server, "search", query="river", **options)).text
    assert (await command(server, "search", query="-river")).text == ENGLISH.say("notice-no-word-to-find")


ODD_SOURCES = (
    "Courier ¦ Harbour",
    f"The {'Very ' * 22}Long Gazette",
    f"The {'Very ' * 22}Long Gazette, Evening",  # the same for its first 100 characters
    "Zero\u200bWidth",
)


@pytest.fixture
async def odd_sources(
    tmp_path: Path, recipe: Recipe, embedder: Embedder, settings: Settings
) -> AsyncIterator[DiscordServer]:
    """The bot over an archive with six articles of each of the `ODD_SOURCES`."""
    folder, index = tmp_path / "folder", tmp_path / "index"
    folder.mkdir()
    rows = [
        {"title": f"{number}.{count}", "text": f"Ferry {count} left harbour {number}.", "source": source}
        for number, source in enumerate(ODD_SOURCES)
        for count in range(6)
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    build(folder, index, recipe, lambda: embedder, lambda *_: None)
    service = Service(index, lambda: Archive.open(index, recipe.model, embedder), settings.answers, settings.service)
    async with DiscordServer() as server, started(server, service, tmp_path):
        yield server
        assert server.refusals == []
    await service.close()


async def test_every_source_can_be_chosen_and_stays_chosen_from_page_to_page(odd_sources: DiscordServer) -> None:
    for number, source in enumerate(ODD_SOURCES):
        suggested = await odd_sources.autocomplete("search", {"query": "ferry", "source": source}, "source")
        chosen = suggested[0]["value"]
        first = await command(odd_sources, "search", query="ferry", source=chosen)
        shown = [*titles(first), *titles(await turn(odd_sources, first, "next"))]
        assert sorted(shown) == [f"{number}.{count}" for count in range(6)]
        typed = await command(odd_sources, "search", query="ferry", source=source)
        assert sorted([*titles(typed), *titles(await turn(odd_sources, typed, "next"))]) == sorted(shown)
        answer = await command(odd_sources, "ask", question="Which ferry left?", source=chosen)
        assert f"**{number}." in answer.text


async def test_a_search_that_finds_nothing_says_so(server: DiscordServer) -> None:
    message = await command(server, "search", query='"no such phrase anywhere"')
    assert message.text == ENGLISH.say("search-nothing", query='"no such phrase anywhere"')


async def test_a_search_for_what_is_not_there_says_that_what_it_shows_is_only_nearest(server: DiscordServer) -> None:
    note = ENGLISH.say("search-nearest")
    for query in ("eyelid lotion", "cheap flights to Tokyo"):
        shown = await command(server, "search", query=query)
        assert note in shown.text
        assert note in (await turn(server, shown, "next")).text
    for query in ("footbridge", "Rennard", "how high did the river rise in the flood", '"the town"'):
        assert note not in (await command(server, "search", query=query)).text


async def test_a_result_opens_in_private(server: DiscordServer) -> None:
    message = await command(server, "search", query="scanner hospital")
    (select,) = [one for one in message.all_components if one["type"] == rules.STRING_SELECT]
    chosen = await server.select(message, "open", [select["options"][0]["value"]], user=server.user("Bob"))
    opened = await chosen.response(30)
    assert opened.ephemeral
    assert opened.text.startswith(f"## **{select['options'][0]['label']}**")


STATES = st.builds(
    Search,
    st.text(min_size=1, max_size=300).map(lambda text: part(text, 200)),
    st.sampled_from(["", "2025-05-01"]),
    st.sampled_from(["", "2026-01-01"]),
    st.text(st.characters(), max_size=200) | st.text("¦ \u200bA", max_size=5),
    st.sampled_from(list(Sort)),
    st.integers(0, 99),
)


@given(STATES)
def test_a_search_survives_in_its_buttons(search: Search) -> None:
    state = str(search)
    assert len(state) <= CHUNK * len(STEPS)
    found = Search.parse(state)
    assert replace(found, source=search.source) == search
    assert not search.source or sources_called([None, search.source], found.source) == {search.source}


async def test_coverage_of_a_message_shows_what_the_archive_has_on_it(server: DiscordServer) -> None:
    said = await server.say(
        server.channel("general"), server.user("Bob"), 'Did you hear? "-They" say the footbridge gets dearer again!'
    )
    found = await (await server.context_menu("Find coverage", said)).response(30)
    assert found.ephemeral
    assert found.text.startswith(f"### {ENGLISH.say('coverage-heading')}")
    assert any("ootbridge" in title for title in titles(found))
    for text in ("...", "lol see you at lunch tomorrow, my cat ate the keyboard"):
        said = await server.say(server.channel("general"), server.user("Bob"), text)
        nothing = await (await server.context_menu("Find coverage", said)).response(30)
        assert nothing.text == ENGLISH.say("coverage-nothing")


async def test_titles_and_sources_are_suggested_in_time(server: DiscordServer) -> None:
    started_at = time.monotonic()
    choices = await server.autocomplete("article", {"title": "deasy lea"}, "title")
    assert time.monotonic() - started_at < 1
    assert choices[0]["name"] == "Deasy Leaves Rovers After Four Years"
    article = await command(server, "article", title=choices[0]["value"])
    assert article.ephemeral
    assert article.text.startswith("## **Deasy Leaves Rovers After Four Years**")
    assert await server.autocomplete("search", {"query": "x", "source": "zzz"}, "source") == []


async def test_an_article_is_found_by_what_was_typed_where_nothing_was_chosen(server: DiscordServer) -> None:
    assert "Deasy Leaves Rovers" in (await command(server, "article", title="deasy leaves rovrs")).text
    nothing = await command(server, "article", title="qqqqqq")
    assert nothing.text == ENGLISH.say("article-none", title="qqqqqq")


async def test_a_timeline_is_a_picture_with_a_description(server: DiscordServer) -> None:
    message = await command(server, "timeline", topic="footbridge", look="light")
    assert message.text == f"### {ENGLISH.say('timeline-heading', topic='footbridge')}"
    (picture,) = message.attachments
    assert Image.open(io.BytesIO(picture.data)).format == "PNG"
    assert picture.description
    assert "footbridge" in picture.description
    nothing = await command(server, "timeline", topic="zeppelin")
    assert nothing.text == ENGLISH.say("timeline-nothing", topic="zeppelin")
    german = await command(server, "timeline", locale="de", topic="footbridge")
    assert german.attachments[0].description
    assert "Artikel" in german.attachments[0].description


async def test_help_shows_questions_of_the_archive_that_can_be_tried(server: DiscordServer) -> None:
    message = await command(server, "help")
    assert message.ephemeral
    tries = [button for button in message.buttons if button["custom_id"].startswith("try:")]
    assert len(tries) == 3
    answer = await (await server.press(message, tries[0]["custom_id"])).response(30)
    assert answer.text.startswith(f"-# Question: {tries[0]['custom_id'].removeprefix('try:')}"[:40])
    assert "does not say" not in answer.text
