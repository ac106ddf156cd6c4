"""Sizes of messages: at Discord's documented maximum they are taken, one above they are refused and never seen; and
whatever is asked, quoted or typed makes no message beyond them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import discord
import messages as benchmark
import pytest
from bots import ENGLISH, Table, started
from discord import ui
from discord_server import DiscordServer

from bot.client import PullquoteBot
from bot.language import LANGUAGES
from bot.messages import Sheet
from bot.room import CHARACTERS
from bot.sending import deliver

View = ui.LayoutView


@pytest.fixture
def server() -> DiscordServer:
    return DiscordServer()


@pytest.fixture
async def bot(server: DiscordServer, tmp_path: Path) -> AsyncIterator[PullquoteBot]:
    async with server, started(server, Table({}), tmp_path) as bot:
        yield bot


def view_of(*items: ui.Item[View]) -> View:
    view = View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def row(item: ui.Item[View]) -> View:
    return view_of(ui.ActionRow(item))


def select(options: int = 1, label: int = 1, placeholder: int = 1) -> View:
    offered = [discord.SelectOption(label="l" * label, value=str(number)) for number in range(options)]
    return row(ui.Select(custom_id="open", placeholder="p" * placeholder, options=offered))


SIZES: dict[str, tuple[int, Callable[[int], View]]] = {
    "characters of one text": (4000, lambda size: view_of(ui.TextDisplay("x" * size))),
    "characters of two texts": (
        4000,
        lambda size: view_of(ui.TextDisplay("x" * 2000), ui.TextDisplay("x" * (size - 2000))),
    ),
    "components": (40, lambda size: view_of(ui.Container(*(ui.TextDisplay("x") for _ in range(size - 1))))),
    "buttons in a row": (
        5,
        lambda size: view_of(ui.ActionRow(*(ui.Button(custom_id=f"{n}", label="b") for n in range(size)))),
    ),
    "characters of a custom_id": (100, lambda size: row(ui.Button(custom_id="c" * size, label="b"))),
    "characters of a label": (80, lambda size: row(ui.Button(custom_id="c", label="l" * size))),
    "characters of a link": (512, lambda size: row(ui.Button(label="l", url="https://e.org/".ljust(size, "a")))),
    "options of a select": (25, lambda size: select(options=size)),
    "characters of an option": (100, lambda size: select(label=size)),
    "characters of a placeholder": (150, lambda size: select(placeholder=size)),
}


@pytest.mark.parametrize("name", SIZES)
async def test_the_largest_size_is_taken_and_one_above_is_never_seen(
    server: DiscordServer, bot: PullquoteBot, name: str
) -> None:
    largest, make = SIZES[name]
    channel = bot.get_partial_messageable(server.channel("general").id)
    assert await deliver(make(largest), lambda view: channel.send(view=view), ENGLISH)
    await server.next_message(server.channel("general"))
    assert server.refusals == []
    try:
        above = make(largest + 1)
    except ValueError:
        return  # discord.py itself does not let it be made
    assert await deliver(above, lambda view: channel.send(view=view), ENGLISH) is None
    assert [(one.status, one.code) for one in server.refusals] == [(400, 50035)]
    assert (await server.next_message(server.channel("general"))).text == ENGLISH.say("notice-apology")


def test_a_sheet_is_filled_to_the_last_character_and_takes_no_more() -> None:
    sheet = Sheet()
    assert sheet.write("x" * (CHARACTERS - 1))
    assert not sheet.write("xx")
    assert sheet.write("x")
    assert not sheet.write("x")


def test_no_message_of_random_questions_titles_and_texts_would_be_refused() -> None:
    largest, counted = benchmark.run(rounds=25 * len(LANGUAGES), seed=1)
    assert set(counted) == {
        *(
            "answer",
            "perhaps",
            "near misses",
            "more quotes",
            "context beside",
            "context in place",
            "article",
            "similar",
        ),
        *(
            "plan",
            "progress",
            "report",
            "failed build",
            "status",
            "log",
            "gaps",
            "sources",
            "added",
            "removal",
        ),
        *("not fetched", "privacy", "deletion"),
        *("search", "coverage", "help", "timeline", "notice"),
    }
    assert min(counted.values()) > 50
    assert largest["characters of a custom_id (100)"] > 90
    assert 3000 < largest["characters of all texts (4000)"] <= 4000
