"""The articles and passages of one generation: texts in SQLite, offsets in memory-mapped arrays."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.keys import Keys
from index.passages import Passage, Passages, Span, spans_in

ARTICLES = "articles.sqlite"
PASSAGES = "passages.npy"  # (passages, 3) int64: article number, first sentence, the sentence after the last
SENTENCES = "sentences.npy"  # (sentences, 2) int64: start and end, code points of the article's text
DIGESTS = "digests.npy"  # (passages,) of 16 bytes: what a build knows an unchanged passage by
NO_DATE = 0  # in `dates`, where real days are proleptic Gregorian ordinals from 1 on

TABLE = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, title TEXT NOT NULL,
    published TEXT, source TEXT, url TEXT, body INTEGER NOT NULL, checksum TEXT NOT NULL
) STRICT
"""
COLUMNS = "id, text, title, published, source, url, body"
AT_ONCE = 10_000  # rows read while others wait for the database; some 5 ms


def write_store(folder: Path, passages: Passages, digests: NDArray[np.bytes_]) -> None:
    """Writes the passages, their digests, `(passages,)` of 16 bytes each, and their articles into `folder`."""
    with sqlite3.connect(folder / ARTICLES) as database:
        database.execute(TABLE)
        database.executemany(
            f"INSERT INTO articles VALUES ({', '.join('?' * 9)})", map(row, enumerate(passages.articles))
        )
    database.close()
    np.save(folder / PASSAGES, passages.rows)
    np.save(folder / SENTENCES, passages.sentences)
    np.save(folder / DIGESTS, digests)


def row(numbered: tuple[int, Article]) -> tuple[object, ...]:
    number, article = numbered
    published = article.published.isoformat() if article.published else None
    return (
        number,
        article.id,
        article.text,
        article.title,
        published,
        article.source,
        article.url,
        article.body,
        article.checksum,
    )


class Store:
    """Reads articles and passages by their numbers; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        address = f"{(folder / ARTICLES).resolve().as_uri()}?mode=ro&immutable=1"
        self.database = sqlite3.connect(address, uri=True, check_same_thread=False)
        self.lock = threading.Lock()
        self.once = threading.Lock()  # for what is computed when it is first asked for
        self.passages: NDArray[np.int64] = np.load(folder / PASSAGES, mmap_mode="r")
        self.sentences: NDArray[np.int64] = np.load(folder / SENTENCES, mmap_mode="r")
        self.digests: NDArray[np.bytes_] = np.load(folder / DIGESTS, mmap_mode="r")
        rows = self.query("SELECT published, source FROM articles ORDER BY number")
        self.dates = np.array([date.fromisoformat(day).toordinal() if day else NO_DATE for day, _ in rows], np.int32)
        self.sources: list[str | None] = [source for _, source in rows]

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self.lock:
            return self.database.execute(sql, values).fetchall()

    def article(self, number: int) -> Article:
        ((article_id, text, title, published, source, url, body),) = self.query(
            f"SELECT {COLUMNS} FROM articles WHERE number = ?", (int(number),)
        )
        day = date.fromisoformat(published) if published else None
        return Article(article_id, text, title, day, source, url, int(body))

    def passage(self, number: int) -> Passage:
        article, first, last = (int(value) for value in self.passages[number])
        return Passage(self.article(article), spans_in(self.sentences, first, last))

    def sentence_numbers(self, passage: int) -> range:
        """The numbers of a passage's sentences, in order."""
        return range(int(self.passages[passage, 1]), int(self.passages[passage, 2]))

    def checksums(self) -> dict[str, str]:
        """Article id -> checksum: what a build compares with what the folder holds now."""
        return dict(self.query("SELECT id, checksum FROM articles"))

    def numbers(self) -> dict[tuple[str, str], int]:
        """Every article's number by its id and checksum."""
        rows = self.query("SELECT number, id, checksum FROM articles")
        return {(article, checksum): number for number, article, checksum in rows}

    def ids(self) -> Iterator[tuple[str, int]]:
        """Every article's id and number, by id."""
        last = ""
        while rows := self.query("SELECT id, number FROM articles WHERE id > ? ORDER BY id LIMIT ?", (last, AT_ONCE)):
            yield from rows
            last = rows[-1][0]

    def titles(self) -> Iterator[str]:
        """Every article's title, by number."""
        for start in range(0, len(self.sources), AT_ONCE):
            numbers = (start, start + AT_ONCE)
            rows = self.query("SELECT title FROM articles WHERE number >= ? AND number < ? ORDER BY number", numbers)
            yield from (title for (title,) in rows)

    def title(self, number: int | np.int64) -> tuple[str, str]:
        """An article's title and id."""
        ((title, article_id),) = self.query("SELECT title, id FROM articles WHERE number = ?", (int(number),))
        return title, article_id

    def number_of(self, key: bytes) -> int | None:
        """The number of the article with a key (`keys.key_of` its id); None where there is none."""
        with self.once:
            keys = self.keys
        return keys.number_of(key)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.ids())

    @cached_property
    def article_of(self) -> NDArray[np.int64]:
        """The article number of every passage, `(passages,)`, ascending."""
        return np.ascontiguousarray(self.passages[:, 0])

    def passage_numbers(self, article: int) -> range:
        """The numbers of an article's passages, in order."""
        first, last = np.searchsorted(self.article_of, [article, article + 1])
        return range(int(first), int(last))

    def spans_of(self, article: int) -> list[tuple[Span, ...]]:
        """The sentences of each of an article's passages."""
        numbers = self.passage_numbers(article)
        rows = self.passages[numbers.start : numbers.stop].tolist()
        return [spans_in(self.sentences, start, end) for _, start, end in rows]

    def neighbours(self, number: int, place: int) -> tuple[Span | None, Span | None]:
        """The sentences before and after sentence `place` of passage `number`, across passages of the article."""
        article, first, _ = (int(value) for value in self.passages[number])
        sentence = first + place
        passage_of = np.searchsorted(self.passages[:, 2], [sentence - 1, sentence + 1], side="right")
        spans: list[Span | None] = []
        for passage, other in zip(passage_of, (sentence - 1, sentence + 1), strict=True):
            inside = 0 <= other < len(self.sentences) and int(self.passages[passage, 0]) == article
            spans.append((int(self.sentences[other, 0]), int(self.sentences[other, 1])) if inside else None)
        return spans[0], spans[1]

    def close(self) -> None:
        self.database.close()
