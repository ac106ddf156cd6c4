"""Searching the sample archive: phrases, exclusions, dates, sources, orders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import Recipe, build
from index.embeddings import Embedder
from index.errors import BadQuery
from index.filters import NO_FILTERS, Filters, first_day
from index.search import Query, Sort, matches_well, search


@pytest.fixture
def sources(tmp_path: Path, recipe: Recipe, embedder: Embedder) -> Iterator[Archive]:
    """Three articles of two sources, one of them without a date."""
    folder = tmp_path / "folder"
    folder.mkdir()
    rows = [
        {"title": "Ferry", "text": "The ferry sank.", "published": "2024-05-01", "source": "Courier"},
        {"title": "Ferry again", "text": "The ferry was raised.", "published": "2025-05-01", "source": "Gazette"},
        {"title": "Ferry song", "text": "A song about the ferry."},
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    build(folder, tmp_path / "index", recipe, lambda: embedder, lambda *_: None)
    archive = Archive.open(tmp_path / "index", recipe.model, embedder)
    yield archive
    archive.close()


def titles(archive: Archive, text: str, filters: Filters | None = None, sort: Sort = Sort.relevance) -> list[str]:
    return [found.article.title for found in search(archive, Query.parse(text), filters or Filters(), sort, 10)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("new bridge", Query("new bridge", (), ())),
        ('cost "new bridge" -tunnel', Query("cost new bridge", ("new bridge",), ("tunnel",))),
        ('bridge -"toll road" -', Query("bridge", (), ("toll road",))),
        ("“new bridge”", Query("new bridge", ("new bridge",), ())),
        ('"unclosed phrase', Query("unclosed phrase", ("unclosed phrase",), ())),
        ("well-known x-ray", Query("well-known x-ray", (), ())),
    ],
)
def test_a_search_is_read_into_words_phrases_and_exclusions(text: str, expected: Query) -> None:
    assert Query.parse(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "-bridge", '""', "?!"])
def test_a_search_without_a_word_to_find_is_one_sentence(text: str) -> None:
    with pytest.raises(BadQuery, match="A search needs at least one word to find"):
        Query.parse(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-05-01", date(2025, 5, 1)),
        ("1.05.2025", date(2025, 5, 1)),
        ("2025-05", date(2025, 5, 1)),
        ("2025", date(2025, 1, 1)),
    ],
)
def test_dates_are_read_in_the_ways_people_write_them(text: str, day: date) -> None:
    assert first_day(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("7d", date(2025, 5, 24)), ("2w", date(2025, 5, 17)), ("3mo", date(2025, 2, 28)), ("1 Y", date(2024, 5, 31))],
)
def test_dates_may_be_so_long_ago(text: str, day: date) -> None:
    assert first_day(text, date(2025, 5, 31)) == day


@pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "05/01/2025", "", "9999y", "0x"])
def test_what_is_no_date_is_one_sentence(text: str) -> None:
    with pytest.raises(BadQuery, match="is no date; write it as 2025-05-01"):
        first_day(text)


def test_filters_are_read_of_what_was_given_and_what_is_empty_filters_nothing() -> None:
    wanted = Filters(date(2025, 5, 1), date(2026, 1, 1), "The Courier")
    assert Filters.read(" 2025-05", "2026 ", " The  Courier ") == wanted
    assert Filters.read() == Filters.read("", "  ", " ") == NO_FILTERS


def test_the_best_passage_comes_first(town: Archive) -> None:
    assert titles(town, "river festival visitors counted")[0] in {
        found.article.title for found in search(town, Query.parse('"Lenner Festival"'), Filters(), Sort.relevance, 10)
    }


def test_a_phrase_is_in_every_passage_found_letter_for_letter(town: Archive) -> None:
    found = search(town, Query.parse('"opened on 18 October"'), Filters(), Sort.relevance, 10)
    loose = search(town, Query.parse("opened on 18 October"), Filters(), Sort.relevance, 10)
    assert all("opened on 18 october" in " ".join(one.text.split()).casefold() for one in found)
    assert len(found) < len(loose) == 10


def test_a_phrase_that_nobody_wrote_finds_nothing(town: Archive) -> None:
    assert search(town, Query.parse('"footbridge over the moon"'), Filters(), Sort.relevance, 10) == []


def test_an_excluded_word_is_in_no_passage_found(town: Archive) -> None:
    found = search(town, Query.parse("footbridge -council -river"), Filters(), Sort.relevance, 10)
    assert found
    assert not [one for one in found if {"council", "river"} & set(one.text.casefold().replace(".", " ").split())]


def test_dates_are_from_the_first_day_on_and_before_the_second(town: Archive) -> None:
    filters = Filters(after=date(2024, 6, 6), before=date(2024, 9, 19))
    days = [one.article.published for one in search(town, Query.parse("footbridge cost"), filters, Sort.relevance, 100)]
    assert days
    assert all(day is not None and date(2024, 6, 6) <= day < date(2024, 9, 19) for day in days)
    assert date(2024, 6, 6) in days


def test_dates_the_wrong_way_round_are_one_sentence() -> None:
    with pytest.raises(BadQuery, match="the second date must be later"):
        Filters(after=date(2025, 1, 1), before=date(2024, 1, 1))


def test_newest_and_oldest_order_the_relevant_passages_by_date(town: Archive) -> None:
    newest = [one.article.published for one in search(town, Query.parse("footbridge"), Filters(), Sort.newest, 100)]
    oldest = [one.article.published for one in search(town, Query.parse("footbridge"), Filters(), Sort.oldest, 100)]
    assert newest == sorted(newest, reverse=True)  # type: ignore[type-var]  # all are dated
    assert oldest == sorted(oldest)  # type: ignore[type-var]
    assert newest[0] == date(2025, 10, 20)


def test_undated_articles_come_last_by_date_and_not_at_all_under_a_date_filter(sources: Archive) -> None:
    assert titles(sources, "ferry", sort=Sort.newest) == ["Ferry again", "Ferry", "Ferry song"]
    assert titles(sources, "ferry", sort=Sort.oldest) == ["Ferry", "Ferry again", "Ferry song"]
    assert titles(sources, "ferry", Filters(before=date(2025, 1, 1))) == ["Ferry"]


def test_a_source_is_found_in_any_case_and_an_unknown_one_names_those_there_are(sources: Archive) -> None:
    assert titles(sources, "ferry", Filters(source="courier")) == ["Ferry"]
    with pytest.raises(BadQuery, match=r"No article is from “Times”; the sources are Courier, Gazette\."):
        titles(sources, "ferry", Filters(source="Times"))


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("scanner", True),
        ("scanners", True),  # by its stem
        ("Lenner Festival", True),
        ("a new bridge for people on foot", True),  # by its meaning
        ("eyelid lotion", False),
        ("bridge lotion", False),
        ("scanner -hospital", True),
        ('"of the"', True),
    ],
)
def test_what_a_search_finds_matches_well_by_all_words_or_by_meaning(town: Archive, text: str, is_good: bool) -> None:
    assert matches_well(town, Query.parse(text), Filters()) is is_good


def test_what_is_left_out_by_filters_makes_no_match(sources: Archive) -> None:
    assert matches_well(sources, Query.parse("song"), Filters())
    assert not matches_well(sources, Query.parse("song"), Filters(source="Courier"))


def test_a_phrase_matches_whole_words_only(town: Archive) -> None:
    found = search(town, Query.parse('"visitor"'), Filters(), Sort.relevance, 100)
    assert [one for one in found if not re.search(r"\bvisitor\b", f"{one.article.title} {one.text}", re.I)] == []


def test_the_best_passage_has_the_score_one(town: Archive) -> None:
    assert search(town, Query.parse("flood"), Filters(), Sort.relevance, 3)[0].score == 1.0
