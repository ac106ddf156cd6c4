"""Keys and references: an article, and a quote in it, found again from 24 characters, in later generations too."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Article
from index.keys import Keys, key_of
from index.passages import Passages, passages_of
from index.references import CHECK_BYTES, LONGEST, Place, Reference, resolve
from index.store import Store, write_store

BRIDGE = "The bridge was opened. It is long. It was painted green. Nobody was hurt."
StoreOf = Callable[..., Store]


@pytest.fixture
def store_of(tmp_path: Path) -> Iterator[StoreOf]:
    """Makes a store, as the build does, of texts by their ids."""
    stores: list[Store] = []

    def write(**texts: str) -> Store:
        folder = tmp_path / str(len(stores))
        folder.mkdir()
        articles = [Article(name, text, "Title") for name, text in texts.items()]
        cut = Passages.cut(articles, lambda article: [one.sentences for one in passages_of(article, 8)])
        write_store(folder, cut, np.zeros(len(cut), "S16"))
        stores.append(Store(folder))
        return stores[-1]

    yield write
    for store in stores:
        store.close()


def reference_to(text: str, quote: str, article_id: str = "bridge") -> Reference:
    start = text.index(quote)
    return Reference.to(Article(article_id, text, "Title"), start, start + len(quote))


def quoted(place: Place | None) -> str | None:
    assert place
    return place.article.text[slice(*place.span)] if place.span else None


def test_a_key_is_eight_bytes_and_stays_what_it_is() -> None:
    assert key_of("news/2025/a bridge.txt").hex() == "a6f34ddc13fddcde"
    assert len(key_of("ä" * 1000)) == 8


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 2**32 - 1), max_size=40), st.binary(min_size=8, max_size=8))
def test_every_article_is_found_by_its_key_and_nothing_by_another(numbers: dict[str, int], other: bytes) -> None:
    keys = Keys(numbers.items())
    assert {name: keys.number_of(key_of(name)) for name in numbers} == numbers
    if other not in map(key_of, numbers):
        assert keys.number_of(other) is None


def test_threads_that_ask_at_once_find_the_same_and_the_keys_are_made_once(town: Archive) -> None:
    store, found, begin = town.generation.store, set(), threading.Barrier(8)
    key = key_of("2024-05-15-bakery-explosion.txt")

    def ask() -> None:
        begin.wait()
        found.add((store.number_of(key), id(store.keys)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((number, _),) = found
    assert number is not None
    assert store.article(number).id == "2024-05-15-bakery-explosion.txt"
    assert [store.number_of(key_of(name)) for name, _ in store.ids()] == [number for _, number in store.ids()]


@given(st.text(max_size=60), st.data())
def test_a_reference_is_24_characters_that_are_read_back_as_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    text = text.encode("utf-8", "replace").decode()
    reference = Reference.to(Article("a", text, "Title"), start, end)
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", str(reference))
    assert Reference.parse(str(reference)) == reference
    assert reference.is_at(Article("b", text, "Another title"), start)


@given(st.text("ABZabz019-_", min_size=24, max_size=24))
def test_whatever_is_read_as_a_reference_is_written_as_it_was(text: str) -> None:
    assert str(Reference.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "a", "a" * 23, "a" * 25, "a" * 23 + "=", "a" * 23 + "+", "a" * 23 + "ä", "a" * 24 + "\n"]
)
def test_anything_else_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="is no reference"):
        Reference.parse(text)


def test_of_a_sentence_of_many_megabytes_the_beginning_is_referred_to() -> None:
    text = "a" * (LONGEST + 5)
    reference = Reference.to(Article("a", text, "Title"), 2, len(text))
    assert (reference.start, reference.length) == (2, LONGEST)
    assert Reference.parse(str(reference)).is_at(Article("a", text, "Title"), 2)


def test_a_quote_is_found_where_it_was(store_of: StoreOf) -> None:
    store = store_of(other="Something else.", bridge=BRIDGE)
    place = resolve(store, reference_to(BRIDGE, "It is long."))
    assert place == Place(1, store.article(1), (23, 34))


@pytest.mark.parametrize("quote", ["It is long.", "It is long. It was painted green. Nobody was hurt."])
def test_a_quote_that_has_moved_is_found_in_its_new_place(store_of: StoreOf, quote: str) -> None:
    store = store_of(bridge=f"Corrected on Friday. Again on Sunday.\n\n{BRIDGE}")
    assert quoted(resolve(store, reference_to(BRIDGE, quote))) == quote


def test_of_several_new_places_the_nearest_is_taken(store_of: StoreOf) -> None:
    new = "It is long. Nobody knew it. They said so for all of a week. It is long. Nobody knew."
    place = resolve(store_of(bridge=new), reference_to(f"{'Nobody knows what it was. ' * 2}It is long.", "It is long."))
    assert place
    assert place.span == (60, 71)


def test_a_part_of_a_sentence_is_not_taken_for_the_sentence_that_was_quoted(store_of: StoreOf) -> None:
    store = store_of(bridge="They say: It is long.")
    assert quoted(resolve(store, reference_to(BRIDGE, "It is long."))) is None


def test_in_an_article_that_says_it_no_more_it_has_no_place(store_of: StoreOf) -> None:
    store = store_of(bridge=BRIDGE.replace("long", "tall"))
    assert quoted(resolve(store, reference_to(BRIDGE, "It is long."))) is None


def test_another_text_under_the_same_id_is_not_quoted_in_its_place(store_of: StoreOf) -> None:
    store = store_of(bridge="A ferry has sunk. Its captain was asleep, and so was the mate.")
    assert quoted(resolve(store, reference_to(BRIDGE, "It is long."))) is None
    assert quoted(resolve(store_of(bridge="Short."), reference_to(BRIDGE, "Nobody was hurt."))) is None


def test_an_article_that_is_gone_is_gone(store_of: StoreOf) -> None:
    assert resolve(store_of(other=BRIDGE), reference_to(BRIDGE, "It is long.")) is None


def test_a_place_without_a_length_holds_as_long_as_nothing_of_the_text_changed(store_of: StoreOf) -> None:
    reference = Reference.to(Article("bridge", BRIDGE, "Title"), 23, 23)
    unchanged, changed = resolve(store_of(bridge=BRIDGE), reference), resolve(store_of(bridge=f"{BRIDGE} "), reference)
    assert unchanged
    assert unchanged.span == (23, 23)
    assert changed
    assert changed.span is None


def test_the_check_has_three_bytes() -> None:
    assert len(reference_to(BRIDGE, "It is long.").check) == CHECK_BYTES == 3
