"""What the benchmarks measure with is what it says it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import report
from composed import Composed
from recombined import groups_of, recombined, write
from test_build import Letters

from index.corpus import read_corpus
from index.embeddings import unit

TEXTS = {
    "news/a.txt": "Title a\n\nAn apple is red. It was eaten by a badger.",
    "news/b.txt": "Title b\n\nBees buzz about the bed. Nobody has seen a cab.",
    "wiki/c.txt": "Title c\n\nCats dig a hole. Dogs hide each bead.",
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        path = tmp_path / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "sources"


def test_articles_of_one_folder_are_recombined_and_a_larger_archive_begins_as_a_smaller_one(sources: Path) -> None:
    groups = groups_of([sources])
    assert sorted(map(len, groups)) == [1, 2]
    many = list(recombined(groups, 12))
    assert many[:5] == list(recombined(groups, 5))
    known = {sentence for group in groups for article in group for sentence in article}
    wiki = {"Cats dig a hole.", "Dogs hide each bead."}
    for article in many:
        assert len(article["text"].split()) >= 900
        used = {sentence for sentence in known if sentence in article["text"]}
        assert used
        assert used <= wiki or used.isdisjoint(wiki)


def test_a_recombined_archive_can_be_read_with_its_dates_and_sources(sources: Path, tmp_path: Path) -> None:
    write(tmp_path / "many", groups_of([sources]), passages=100)
    corpus = read_corpus(tmp_path / "many", max_file_megabytes=10)
    assert len(corpus.articles) == 9  # of 11.4 passages each
    assert corpus.remarks == ()
    assert all(article.published and article.source for article in corpus.articles)


def test_a_passage_is_put_together_from_its_sentences_and_read_where_one_is_not_known() -> None:
    embedder = Letters()
    composer = Composed(embedder, ["Bees buzz about.", "Cats eat.", "Cats eat. A lot."])
    text = "Cats eat. A lot.\n\nBees buzz about."
    (composed,) = composer.encode([text])
    (real,) = Letters().encode([text])
    assert np.array_equal(composed.spans, real.spans)
    assert np.array_equal(composed.tokens > 0, real.tokens > 0)
    assert composed.vector == pytest.approx(unit(real.tokens.sum(axis=0)), abs=1e-6)
    (unknown,) = composer.encode(["Cats eat. Dogs do not."])
    assert unknown.vector == pytest.approx(next(iter(Letters().encode(["Cats eat. Dogs do not."]))).vector)
    assert composer.unknown == 1


def test_a_section_takes_the_place_of_its_older_self_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "DOCUMENT", tmp_path / "benchmarks.md")
    report.DOCUMENT.write_text("# Benchmarks\n\nWhat they are.\n")
    report.write_section("Speed", "slow")
    report.write_section("Growth", "little")
    report.write_section("Speed", "fast")
    assert report.DOCUMENT.read_text() == (
        "# Benchmarks\n\nWhat they are.\n\n## Speed\n\nfast\n\n## Growth\n\nlittle\n"
    )


def test_a_table_has_a_row_for_every_name() -> None:
    rows = {"build": ["2 s", "3 s"], "memory": ["1 MB", "4 MB"]}
    assert report.table(["", "ours", "theirs"], rows).splitlines() == [
        "|  | ours | theirs |",
        "| --- | ---: | ---: |",
        "| build | 2 s | 3 s |",
        "| memory | 1 MB | 4 MB |",
    ]
