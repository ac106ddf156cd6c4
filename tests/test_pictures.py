"""The pictures of messages: each shows what it is named for, those that the page shows are there, and a photograph is
cut to its message."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO
from pathlib import Path

import pictures
import pytest
from bots import ENGLISH
from conftest import ROOT
from PIL import Image
from test_rendering import Page
from visit import visit_all
from visitor import Visited

PAGE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")
SHOWN = {
    "answer": "Almost certainly the answer.",
    "context": "More context",
    "article": "Only you can see this • Dismiss message",
    "more-quotes": ENGLISH.say("more-heading"),
    "similar": "Articles like Deasy Leaves Rovers After Four Years",
    "vote": ENGLISH.say("vote-title"),
    "time": "Understood: articles from January 1, 2024 to December 31, 2024 first.",
    "reports": ENGLISH.say("answer-older"),
    "no-answer": ENGLISH.say("answer-not-said"),
    "follow-up": "Understood: it goes on from “How many homes were flooded?”.",
    "private": ENGLISH.say("button-share"),
    "shared": "Shared by @Ada",
    "coverage": ENGLISH.say("coverage-heading"),
    "search": "Page 1 of 10",
    "search-open": "Page 2 of 10",
    "jump": ENGLISH.say("jump-title"),
    "autocomplete": "Footbridge Cost Climbs to £2.9 Million",
    "timeline": "When the archive speaks of “footbridge”",
    "help": ENGLISH.say("help-heading"),
    "german": "Außerdem im Archiv:",
    "french": "Également dans les archives",
    "spanish": "También en la hemeroteca:",
    "channel": "In #general I answer every message; in a forum, every new post.",
    "pages": "Page 2 of 11",
    "notices": ENGLISH.say("notice-busy"),
    "perhaps": ENGLISH.say("answer-perhaps"),
    "search-nearest": ENGLISH.say("search-nearest"),
    "archive-plan": "To remove: 2024-07-08-river-festival.txt",
    "archive-progress": "embedding passages · ",
    "archive-result": "Articles: 2 added, 0 changed, 1 removed; 45 as they were.",
    "archive-status": "47 articles, 504 sentences that can be quoted.",
    "archive-loss": ENGLISH.say("button-build-all-the-same"),
    "archive-added": "2 articles added",
    "archive-remove": "Letter: Feed Them Peas",
    "archive-source": "Added the feed velderwick-parish-news, which has 3 articles now and is visited regularly.",
    "archive-sources": "folder",
    "archive-gaps": "When will the swimming pool open again? ×3",
    "archive-log": ENGLISH.say("archive-log"),
    "privacy": "Of you I keep 5 questions, 0 votes and 0 admin actions.",
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    return asyncio.run(visit_all(tmp_path_factory.mktemp("visit")))


@pytest.mark.timeout(480)
def test_a_picture_shows_what_it_is_named_for(seen: Visited) -> None:
    assert set(seen) == {*SHOWN, "answer-light", "answer-phone", "search-phone", "timeline-light"}
    for name, line in SHOWN.items():
        assert line in "\n".join(Page(seen[name]).lines), name


def test_the_page_shows_every_picture_once_with_a_description() -> None:
    shown = re.findall(r"^!\[([^\]]{20,})\]\(discord/([\w-]+)\.png\)$", PAGE, re.M)
    assert sorted(name for _, name in shown) == sorted(file.stem for file in (ROOT / "docs" / "discord").glob("*.png"))
    assert PAGE.count("![") == len(shown)


def test_the_pictures_are_small() -> None:
    sizes = [file.stat().st_size for file in Path(ROOT / "docs" / "discord").glob("*.png")]
    assert sum(sizes) < 1_500_000


@pytest.mark.skipif(pictures.find_browser() is None, reason="no Chromium is installed")
@pytest.mark.timeout(480)
def test_a_photograph_is_cut_to_the_message(seen: Visited) -> None:
    photograph = Image.open(BytesIO(pictures.photograph(seen["shared"]))).convert("RGB")
    assert photograph.width == pictures.SCALE * 696
    assert 600 < photograph.height < 1200
    assert len(photograph.getcolors() or []) <= pictures.COLOURS
    assert photograph.getpixel((0, 0)) == pytest.approx((0x1A, 0x1A, 0x1E), abs=4)  # the dark theme
