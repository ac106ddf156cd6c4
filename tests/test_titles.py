"""Titles and sources found by what a member has typed of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Article
from index.keys import key_of
from index.passages import Passages, passages_of
from index.store import Store, write_store
from index.titles import Labels, Titles, folded

BRIDGES = [
    "Footbridge Opens at Last",
    "Council Rejects the Footbridge",
    "Ferry Meadow: a Footbridge, a Ferry",
]
TITLES = [
    "Council Rejects the Footbridge",
    "Footbridge Opens at Last",
    "The Weavers' Footpath",
    "Józef Małecki Dies",
    "Ferry Meadow: a Footbridge, a Ferry",
    "Straße gesperrt",
    "橋が開通した",
    "Opens",
]
WORDS = st.text("abé ’", max_size=8)


def found(typed: str, most: int = 25) -> list[str]:
    return [TITLES[number] for number in Labels(TITLES).matching(typed, most)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("footb", BRIDGES),
        ("FERRY  meadow a", ["Ferry Meadow: a Footbridge, a Ferry"]),
        ("footbridge council", ["Council Rejects the Footbridge"]),
        ("last op", ["Footbridge Opens at Last"]),
        ("opens", ["Opens", "Footbridge Opens at Last"]),
        ("malecki", ["Józef Małecki Dies"]),
        ("JOZEF", ["Józef Małecki Dies"]),
        ("weaver’s", ["The Weavers' Footpath"]),
        ("strasse", ["Straße gesperrt"]),
        ("開通", ["橋が開通した"]),
        ("bridge", sorted(BRIDGES, key=TITLES.index)),
        ("fotbridge council", ["Council Rejects the Footbridge"]),
        ("footbrigde opens", ["Footbridge Opens at Last"]),
        ("coucnil", ["Council Rejects the Footbridge"]),
        ("concil rej", ["Council Rejects the Footbridge"]),
        ("rejcets", ["Council Rejects the Footbridge"]),
        ("rejetc", ["Council Rejects the Footbridge"]),
        ("footbirdg", sorted(BRIDGES, key=TITLES.index)),
        ("helicopter", []),
        ("fex", []),
        ("council helicopter", []),
        ("  ?! ", TITLES),
    ],
)  # fmt: skip
def test_titles_are_found_by_beginning_word_words_and_near_spelling(typed: str, expected: list[str]) -> None:
    assert found(typed) == expected


def test_no_more_are_given_than_asked_for() -> None:
    assert found("", 2) == TITLES[:2]
    assert found("footbridge", 1) == ["Footbridge Opens at Last"]


@given(st.lists(WORDS, max_size=12), WORDS, st.integers(0, 12))
def test_the_order_is_that_of_looking_through_all_titles(titles: list[str], typed: str, most: int) -> None:
    """Compared with the definition, written as plainly as can be; near spellings come after."""
    typed = folded(typed)
    words = typed.split()
    lines = [f" {folded(title)}" for title in titles]
    tiers = [
        [line.startswith(f" {typed}") for line in lines],
        [f" {typed}" in line for line in lines],
        [all(f" {word}" in line for word in words) for line in lines],
        [all((word if len(word) > 2 else f" {word}") in line for word in words) for line in lines],
    ]
    expected = list(dict.fromkeys(number for tier in tiers for number, there in enumerate(tier) if there))
    exact = Labels(titles).matching(typed, most)[: len(expected)]
    assert exact == expected[:most]
    assert len(set(exact)) == len(exact)


@pytest.fixture
def titles(tmp_path: Path) -> Titles:
    articles = [
        Article("old.txt", "One.", "The Old Bridge", date(2020, 1, 1), "Herald"),
        Article("undated.txt", "Two.", "The Bridge That Nobody Dated", None, "The Evening Post"),
        Article("new.txt", "Three.", "The New Bridge", date(2024, 1, 1), "The Evening Post"),
        Article("newer.txt", "Four.", "The New Bridge", date(2025, 1, 1), "Échos"),
    ]
    cut = Passages.cut(articles, lambda article: [one.sentences for one in passages_of(article, 120)])
    write_store(tmp_path, cut, np.zeros(len(cut), "S16"))
    return Titles(Store(tmp_path))


def test_equally_good_titles_come_newest_first_each_with_its_key(titles: Titles) -> None:
    newest = [
        ("The New Bridge", key_of("newer.txt")),
        ("The New Bridge", key_of("new.txt")),
        ("The Old Bridge", key_of("old.txt")),
        ("The Bridge That Nobody Dated", key_of("undated.txt")),
    ]
    assert titles.matching("") == newest
    assert titles.matching("new") == newest[:2]
    assert titles.matching("bridge the") == newest
    assert titles.matching("the", 3) == newest[:3]
    titles.store.close()


def test_sources_come_by_how_many_articles_they_have(titles: Titles) -> None:
    assert titles.sources_matching("") == ["The Evening Post", "Herald", "Échos"]
    assert titles.sources_matching("echo") == ["Échos"]
    assert titles.sources_matching("post") == ["The Evening Post"]
    assert titles.sources_matching("", 1) == ["The Evening Post"]
    titles.store.close()


def test_an_archive_without_sources_has_none_to_offer(town: Archive) -> None:
    assert Titles(town.generation.store).sources_matching("") == []


def test_every_title_of_the_sample_archive_is_found_by_itself(town: Archive) -> None:
    store = town.generation.store
    titles = Titles(store)
    for number in range(len(store.sources)):
        title, article_id = store.title(number)
        assert (title, key_of(article_id)) in titles.matching(title.upper(), 2)
