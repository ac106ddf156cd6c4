"""Articles as pages, and what stands around a quote."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.escaping import escape
from bot.room import size
from index.archive import Archive
from index.articles import Article
from index.keys import key_of
from index.pages import LEVELS, SMALLEST, around, page_at, pages_of
from index.store import Store

PROSE = st.text(st.sampled_from("ab c.A1*_#-@ \n\r\t€é\u05d0😀"), max_size=300)


def shown(text: str) -> int:
    """What the bot passes: the size of the escaped text."""
    return size(escape(text))


def pages(text: str, room: int) -> list[str]:
    article = Article("a", text, "Title")
    return [text[start:end] for start, end in pages_of(article, room, len)]


@given(PROSE, st.integers(SMALLEST, 120), st.integers(0, 20))
@example("@everyone" * 20, 16, 0)
@example("a" * 200 + "\n\n" + "😀" * 50, 16, 3)
def test_pages_have_all_of_the_text_once_and_fit(text: str, room: int, body: int) -> None:
    article = Article("a", text, "Title", body=min(body, len(text)))
    spans = pages_of(article, room, shown)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text[article.body :].split())
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    for start, end in spans:
        assert start < end
        assert text[start:end].strip() == text[start:end]
        assert shown(text[start:end]) <= room


def test_pages_end_with_paragraphs_where_they_are_half_full_then() -> None:
    assert pages("One two three.\n\nFour five.\n\nSix.", 30) == ["One two three.\n\nFour five.", "Six."]


def test_a_page_ends_with_a_sentence_where_its_last_paragraph_would_leave_it_half_empty() -> None:
    text = "Heading\n\nThe first sentence is here. The second sentence is here. The third is here too."
    assert pages(text, 60) == [
        "Heading\n\nThe first sentence is here.",
        "The second sentence is here. The third is here too.",
    ]


def test_a_longer_sentence_is_cut_between_words_and_a_longer_word_anywhere() -> None:
    assert pages("one two three four five six", 16) == ["one two three", "four five six"]
    assert pages("x" * 40, 16) == ["x" * 16, "x" * 16, "x" * 8]


def test_headings_lists_and_code_are_on_the_pages_too() -> None:
    text = "# Heading\n\n- one thing\n- another thing\n\n```\ncode\n```"
    assert pages(text, 100) == [text]


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_an_article_without_text_has_no_pages(text: str) -> None:
    assert pages(text, 100) == []


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="needs room for 16"):
        pages("Text.", 15)


def test_a_paragraph_of_a_hundred_thousand_characters_is_cut_as_well() -> None:
    text = "It is so. " * 10_000
    assert "".join(pages(text, 3000)).replace(" ", "") == text.replace(" ", "")


def test_the_page_with_a_place_is_found_and_what_lies_between_two_belongs_to_the_first() -> None:
    spans = [(10, 20), (22, 30)]
    assert [page_at(spans, place) for place in (0, 10, 19, 21, 22, 29, 500)] == [0, 0, 0, 0, 1, 1, 1]
    assert page_at([], 5) == 0


@pytest.fixture
def store(town: Archive) -> Store:
    return town.generation.store


def test_a_quote_is_shown_with_more_of_what_stands_around_it_at_every_level(store: Store) -> None:
    number = store.number_of(key_of("2025-05-08-deasy-leaves-rovers.txt"))
    assert number is not None
    article = store.article(number)
    quote = "Under Deasy, Rovers played 187 matches and won 96 of them."
    start = article.text.index(quote)
    spans = [around(store, number, start, start + len(quote), level) for level in (0, *LEVELS)]
    texts = [article.text[slice(*span)] for span in spans]
    assert texts[0] == quote
    assert texts[1].startswith("He is moving to Carrick Dene")
    assert texts[1].endswith("with the smallest budget.")
    assert texts[2].startswith("Colm Deasy is giving up")
    assert texts[2].endswith("no longer meet the rules of the league.")
    assert texts[3].endswith("She played 42 times for the county and has coached the club's juniors since 2018.")


def test_around_counts_sentences_across_passages_and_stays_inside_the_article(store: Store) -> None:
    for number in range(len(store.sources)):
        passages = store.spans_of(number)
        sentences = [span for passage in passages for span in passage]
        for place, (start, end) in enumerate(sentences):
            for level in LEVELS:
                expected = (
                    sentences[max(0, place - level)][0],
                    sentences[place + level : place + level + 1] or sentences[-1:],
                )
                assert around(store, number, start, end, level) == (expected[0], expected[1][0][1])


def test_a_part_of_a_sentence_is_widened_to_the_sentence(store: Store) -> None:
    start, end = store.spans_of(0)[0][1]
    assert around(store, 0, start + 3, end - 3, 0) == (start, end)
