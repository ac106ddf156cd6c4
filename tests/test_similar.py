"""Articles that are near to another as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_build import Letters

from index.archive import Archive
from index.build import Recipe, build
from index.keys import key_of
from index.models import Model
from index.similar import LONGEST, rows_of, similar_articles, similarity

TEXTS = {
    "a.txt": "Abba\n\nAbba abab bbaa.",
    "near.txt": "Baba\n\nAbab ccca cbcb.",
    "copy.txt": "Copy\n\nAbba  abab\nbbaa.",
    "far.txt": "Zoo\n\nZyzzy xylo quux.",
    "near-copy.txt": "Baba again\n\nAbab ccca  cbcb.",
}


@pytest.fixture
def letters(tmp_path: Path, recipe: Recipe, model: Model) -> Iterator[Archive]:
    """An archive whose vectors count letters: what is near can be told by looking."""
    for name, text in TEXTS.items():
        (tmp_path / "articles").mkdir(exist_ok=True)
        (tmp_path / "articles" / name).write_text(text)
    build(tmp_path / "articles", tmp_path / "index", recipe, Letters, lambda *_: None)
    archive = Archive.open(tmp_path / "index", model, Letters())
    yield archive
    archive.close()


def similar(archive: Archive, name: str, most: int = 8) -> list[tuple[str, float]]:
    number = archive.generation.store.number_of(key_of(name))
    assert number is not None
    return [(article.id, score) for article, score in similar_articles(archive, number, most)]


def test_neither_the_article_nor_a_copy_of_it_is_similar_and_of_several_copies_one(letters: Archive) -> None:
    assert [name for name, _ in similar(letters, "a.txt")] == ["near-copy.txt", "far.txt"]
    assert [name for name, _ in similar(letters, "near.txt")] == ["a.txt", "far.txt"]
    assert len(similar(letters, "a.txt", 1)) == 1
    assert similar(letters, "a.txt", 0) == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        (
            "2024-05-15-bakery-explosion.txt",
            {"2024-05-23-bakery-explosion-corrected.txt", "2025-03-06-bakery-fine.txt"},
        ),
        ("2025-05-08-deasy-leaves-rovers.txt", {"2024-04-29-rovers-promotion.txt"}),
        ("2025-08-22-exam-results.txt", {"2024-08-23-exam-results.txt"}),
        ("2024-01-11-library-saturday-hours.txt", {"2025-02-06-library-saturdays-return.txt"}),
    ],
)
def test_what_goes_on_with_a_story_is_nearest_to_it(town: Archive, name: str, nearest: set[str]) -> None:
    assert {other for other, _ in similar(town, name, len(nearest))} == nearest


def test_each_comes_once_and_the_nearest_first(town: Archive) -> None:
    for number in range(len(town.generation.store.sources)):
        found = similar_articles(town, number, 5)
        names = [article.id for article, _ in found]
        scores = [score for _, score in found]
        assert len(set(names)) == 5
        assert town.generation.store.article(number).id not in names
        assert scores == sorted(scores, reverse=True)
        assert found == similar_articles(town, number, 8)[:5]


def test_all_articles_are_compared_in_a_small_archive(town: Archive) -> None:
    store = town.generation.store
    own = rows_of(town, 0)
    scores = [similarity(own, rows_of(town, other)) for other in range(1, len(store.sources))]
    assert similar_articles(town, 0, 1)[0][1] == pytest.approx(max(scores))


def test_how_near_two_articles_are_is_the_mean_of_the_best_matches_both_ways() -> None:
    one = np.array([[1, 0], [0, 1]], np.float32)
    other = np.array([[1, 0]], np.float32)
    assert similarity(one, other) == similarity(other, one) == pytest.approx((0.5 + 1) / 2)


def test_of_a_long_article_passages_spread_over_it_are_compared(tmp_path: Path, recipe: Recipe, model: Model) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "long.txt").write_text(
        "Long\n\n" + "Many words stand in this sentence of ten words.\n\n" * 400
    )
    build(tmp_path / "articles", tmp_path / "index", recipe, Letters, lambda *_: None)
    archive = Archive.open(tmp_path / "index", model, Letters())
    assert len(archive.generation.store.passage_numbers(0)) > LONGEST
    assert rows_of(archive, 0).shape[0] == LONGEST
    assert similar_articles(archive, 0) == []
    archive.close()
