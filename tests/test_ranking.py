"""Vectors and words, each against brute force, and the fusion of both by hand."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.articles import Article
from index.embeddings import Vectors
from index.passages import Passage, passages_of
from index.ranking import (
    by_score,
    fuse,
    joined,
    late_interaction,
    reciprocal_ranks,
    relative,
    with_late,
    with_neighbours,
)
from index.tokens import packed
from index.vectors import SUBSET, VectorIndex
from index.words import WordIndex

TEXTS = [
    "The ferry crosses the river every hour.",
    "A bridge over the river was opened. The bridge is long.",
    "Hotels in the town are full.",
    "The hotel on the river bank burned down.",
    "Nothing happened.",
]


def passages() -> list[Passage]:
    return [p for n, text in enumerate(TEXTS) for p in passages_of(Article(f"{n}.txt", text, f"Title {n}"), 120)]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> WordIndex:
    folder = tmp_path_factory.mktemp("words")
    WordIndex.write(folder, passages())
    return WordIndex.load(folder)


def unit_rows(count: int, dimensions: int) -> Vectors:
    rows = np.random.default_rng(0).normal(size=(count, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def saved(rows: Vectors, folder: Path) -> VectorIndex:
    VectorIndex.write(folder, rows.astype(np.float16))
    return VectorIndex.load(folder)


def test_nearest_vectors_are_those_of_brute_force_saved_and_loaded(tmp_path: Path) -> None:
    rows = unit_rows(500, 16)
    index = saved(rows, tmp_path)
    kept = index.rows(np.arange(500))
    assert kept == pytest.approx(rows, abs=3e-4)  # half precision has 11 bits
    for query in unit_rows(20, 16):
        numbers, scores = index.search(query, 10)
        expected = np.argsort(-(kept @ query))[:10]
        assert numbers.tolist() == expected.tolist()
        assert scores == pytest.approx((kept @ query)[expected], abs=1e-5)


def test_a_filter_finds_the_best_of_what_it_allows(tmp_path: Path) -> None:
    rows = unit_rows(500, 16)
    allowed = np.zeros(500, bool)
    allowed[[3, 77, 401]] = True
    numbers, _ = saved(rows, tmp_path).search(rows[77], 10, allowed)
    assert numbers[0] == 77
    assert set(numbers.tolist()) == {3, 77, 401}


def clustered(count: int, dimensions: int) -> Vectors:
    """Unit rows around a fiftieth as many centres, as articles lie around stories."""
    dice = np.random.default_rng(1)
    rows = unit_rows(count // 50, dimensions)[dice.integers(0, count // 50, count)]
    rows = rows + 0.6 * unit_rows(count, dimensions)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive counts as large sooner than it is worth it."""
    monkeypatch.setattr(vectors, "LARGE", 5000)


@pytest.mark.usefixtures("few_are_many")
def test_a_large_archive_is_searched_by_bits_and_still_finds_what_brute_force_finds(tmp_path: Path) -> None:
    rows = clustered(6000, 64)
    index = saved(rows, tmp_path)
    assert (tmp_path / vectors.NEAR).exists()
    kept = index.rows(np.arange(6000))
    recalls = []
    for query in rows[::60]:
        numbers, scores = index.search(query, 10)
        expected = np.argsort(-(kept @ query), kind="stable")[:10]
        recalls.append(len(set(numbers.tolist()) & set(expected.tolist())) / 10)
        assert scores == pytest.approx(kept[numbers] @ query, abs=1e-5)  # put in order by the vectors themselves
        assert np.all(np.diff(scores) <= 0)
    assert np.mean(recalls) >= 0.99


@pytest.mark.usefixtures("few_are_many")
@pytest.mark.parametrize("share", [0.5, 0.06, 0.01])
def test_a_filter_of_a_large_archive_finds_the_best_of_what_it_allows(tmp_path: Path, share: float) -> None:
    """Of many it looks at bits first, of few at each vector: nothing else comes back, and nothing is missed."""
    rows = clustered(6000, 64)
    index = saved(rows, tmp_path)
    allowed = np.random.default_rng(2).random(6000) < share
    kept = index.rows(np.arange(6000))
    recalls = []
    for query in rows[::60]:
        numbers, _ = index.search(query, 10, allowed)
        assert allowed[numbers].all()
        expected = np.argsort(np.where(allowed, -(kept @ query), 2), kind="stable")[:10]
        recalls.append(len(set(numbers.tolist()) & set(expected.tolist())) / 10)
    assert np.mean(recalls) >= (1.0 if share < SUBSET else 0.99)


@pytest.mark.usefixtures("few_are_many")
def test_a_filter_that_leaves_only_what_is_far_away_is_searched_exactly(tmp_path: Path) -> None:
    """As dates do where all that was written of a subject is of another year."""
    rows = clustered(6000, 64)
    index = saved(rows, tmp_path)
    kept = index.rows(np.arange(6000))
    cosines = kept @ rows[60]
    allowed = cosines < np.median(cosines)
    numbers, scores = index.search(rows[60], 10, allowed)
    expected = np.argsort(np.where(allowed, -cosines, 2), kind="stable")[:10]
    assert numbers.tolist() == expected.tolist()
    assert scores == pytest.approx(cosines[expected], abs=1e-5)


def test_word_scores_are_bm25_computed_by_hand(words: WordIndex) -> None:
    numbers, scores = words.search("Where is the bridge?", 10)
    tokens = [words.stems(text) for text in TEXTS]
    length, mean = len(tokens[1]), sum(map(len, tokens)) / len(tokens)
    frequency = Counter(tokens[1])["bridg"]
    idf = math.log(1 + (5 - 1 + 0.5) / (1 + 0.5))
    assert numbers.tolist() == [1]
    expected = idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / mean))
    assert scores[0] == pytest.approx(expected, rel=1e-3)


def test_words_are_stemmed_and_question_words_dropped(words: WordIndex) -> None:
    assert sorted(words.search("Which hotel was it?", 10)[0].tolist()) == [2, 3]
    assert words.telling_stems("How long will the bridges be?") == ["long", "bridg"]
    assert words.telling_stems("Who are you?") == ["who", "are", "you"]


def test_a_question_without_a_known_word_finds_nothing(words: WordIndex) -> None:
    assert words.search("zebra", 10)[0].tolist() == []
    assert words.search("?!", 10)[0].tolist() == []


def test_word_search_looks_on_until_a_filter_is_satisfied(words: WordIndex) -> None:
    allowed = np.array([False, False, False, True, False])
    assert words.search("river", 1, allowed)[0].tolist() == [3]


def test_phrases_and_exclusions_give_a_mask(words: WordIndex) -> None:
    assert words.using(["the river"], []).tolist() == [True, True, False, True, False]
    assert words.using(["the river"], ["hotel"]).tolist() == [True, True, False, False, False]
    assert words.using([], ["river", "hotel"]).tolist() == [False, False, False, False, True]


def test_accents_make_no_difference_between_words(tmp_path: Path) -> None:
    WordIndex.write(tmp_path, passages_of(Article("a", "Józef Małecki wound the clock.", "Clock"), 120))
    words = WordIndex.load(tmp_path)
    assert words.search("jozef", 1)[0].tolist() == words.search("Małecki", 1)[0].tolist() == [0]


def test_late_interaction_takes_the_best_match_of_each_question_token() -> None:
    """Of two dimensions, signs point to the corners of a square; `++` is at 1 to (0.6, 0.8) turned by 8 degrees."""
    question = np.array([[1.0, 0.0], [0.6, -0.8]], np.float32)
    plus_plus, plus_minus, minus_minus = 0b11000000, 0b10000000, 0b00000000
    bits = np.array([[plus_plus], [plus_minus], [minus_minus], [minus_minus]], np.uint8)
    rows = np.array([[0, 1], [1, 3], [3, 3], [3, 4]])
    best = late_interaction(question, bits, rows)
    root = 2**0.5
    assert best == pytest.approx(
        np.array([[1 / root, -0.2 / root], [1 / root, 1.4 / root], [0, 0], [-1 / root, 0.2 / root]])
    )


def test_late_interaction_is_that_of_brute_force() -> None:
    question, documents = unit_rows(7, 16), unit_rows(200, 16)
    signs = np.where(documents > 0, 0.25, -0.25)
    edges = np.unique(np.random.default_rng(1).integers(0, 200, 30))
    rows = np.column_stack([edges[:-1], edges[1:]])
    expected = [[max(token @ other for other in signs[a:b]) for token in question] for a, b in rows]
    assert late_interaction(question, packed(documents), rows) == pytest.approx(np.array(expected), abs=1e-6)


def test_late_interaction_without_any_token_is_zero() -> None:
    nothing = np.empty((0, 1), np.uint8)
    assert late_interaction(unit_rows(3, 2), nothing, np.array([[0, 0]])).tolist() == [[0, 0, 0]]


def test_three_quarters_of_a_passage_s_score_are_late_interaction_s() -> None:
    fused, late = np.array([0.8, 0.4, 0.2], np.float32), np.array([0.3, 0.6, 0.0], np.float32)
    assert with_late(fused, late).tolist() == pytest.approx([0.25 + 0.375, 0.125 + 0.75, 0.0625])


def test_fusion_divides_by_the_best_and_halves() -> None:
    by_vectors = (np.array([4, 2, 9]), np.array([0.8, 0.4, -0.1], np.float32))
    by_words = (np.array([2, 7]), np.array([10.0, 5.0], np.float32))
    numbers, scores = fuse(by_vectors, by_words)
    assert numbers.tolist() == [2, 4, 7, 9]
    assert scores.tolist() == pytest.approx([0.5 * 0.5 + 0.5, 0.5, 0.25, 0.0])


def test_fusion_with_one_side_empty_keeps_the_other() -> None:
    empty = (np.empty(0, np.int64), np.empty(0, np.float32))
    numbers, scores = fuse((np.array([5, 1]), np.array([0.5, 0.5], np.float32)), empty)
    assert (numbers.tolist(), scores.tolist()) == ([1, 5], [0.5, 0.5])


def test_equal_scores_are_ordered_by_number() -> None:
    assert by_score(np.array([9, 3, 5]), np.array([1.0, 1.0, 2.0])).tolist() == [2, 1, 0]


def test_scores_without_a_positive_one_are_all_zero() -> None:
    assert relative(np.array([-0.5, -0.1], np.float32)).tolist() == [0.0, 0.0]


def test_passages_beside_the_best_come_along_within_their_article_and_what_is_allowed() -> None:
    article_of = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 2])
    ranked = np.array([1, 9, 3])
    assert with_neighbours(ranked, article_of, 20).tolist() == [1, 9, 3, 2, 0, 10, 8, 11, 7, 4]
    assert with_neighbours(ranked, article_of, 5).tolist() == [1, 9, 3, 2, 0]
    assert with_neighbours(ranked, article_of, 2).tolist() == [1, 9]
    allowed = np.ones(12, bool)
    allowed[[0, 10]] = False
    assert with_neighbours(ranked, article_of, 20, allowed).tolist() == [1, 9, 3, 2, 8, 11, 7, 4]
    assert with_neighbours(ranked[:0], article_of, 20).tolist() == []


def test_what_is_preferred_comes_before_what_fits_a_little_better() -> None:
    vectors = joined(
        (np.array([4, 2]), np.array([1.0, 0.9], np.float32)), (np.array([2, 7]), np.array([0.9, 0.8], np.float32))
    )
    assert vectors[0].tolist() == [4, 2, 7]
    assert vectors[1].tolist() == pytest.approx([1.0, 0.9, 0.8])
    words = np.array([4, 2, 7]), np.array([5.0, 5.0, 1.0], np.float32)
    preferred = np.zeros(10, bool)
    preferred[[2, 7]] = True
    assert fuse(vectors, words)[0].tolist() == [4, 2, 7]
    numbers, scores = fuse(vectors, words, preferred)
    assert numbers.tolist() == [2, 4, 7]
    assert scores.tolist() == pytest.approx([1.0, 1.0 / 1.2, 0.75 / 1.2])


def test_ranks_that_are_fused_say_nothing_of_how_much_better_one_is() -> None:
    assert reciprocal_ranks(np.array([90.0, 2.0, 1.9], np.float32)).tolist() == pytest.approx([1, 61 / 62, 61 / 63])
    assert reciprocal_ranks(np.empty(0, np.float32)).tolist() == []
    vectors = np.array([1, 2]), np.array([0.9, 0.1], np.float32)
    words = np.array([2, 3]), np.array([7.0, 6.9], np.float32)
    numbers, scores = fuse(vectors, words, scale=reciprocal_ranks)
    assert numbers.tolist() == [2, 1, 3]
    assert scores == pytest.approx([(61 / 62 + 1) / 2, 0.5, 61 / 124])
