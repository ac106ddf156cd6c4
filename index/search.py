"""A search as members type it -> the passages that match."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_

import numpy as np

from index.answers import Found
from index.archive import LATE_DEPTH, Archive, Retrieved
from index.errors import NoWordToFind
from index.filters import Filters, passages_matching
from index.passages import Passage, Span
from index.retrieval import Selection, mask_of
from index.vectors import Mask

RELEVANT = 0.5  # of the best score; passages below it are left out where dates and not relevance give the order
# `nearness` from which on the archive has something on a subject: that of 100, 98 and 85 % of the questions about three
# archives, and of 4, 0 and 4 % of posts on other subjects (`benchmarks/coverage.py`).
NEAR = 0.42
PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
CURLY = str.maketrans("“”„‟«»", '""""""')
SPACE = re.compile(r"\s+")


class Sort(StrEnum):
    relevance = "relevance"
    newest = "newest"
    oldest = "oldest"


@dataclass(frozen=True, slots=True)
class Query:
    """A search in its parts: words to find by meaning and by themselves, exact phrases, excluded words."""

    words: str
    phrases: tuple[str, ...]
    excluded: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Query:
        """Reads `"exact phrase"` and `-word` off the text. Raises `NoWordToFind`."""
        text = text.encode("utf-8", "replace").decode()  # half a character is no text to look for
        words, phrases, excluded = [], [], []
        for part in PART.finditer(text.translate(CURLY)):
            term = (part["phrase"] if part["phrase"] is not None else part["word"]).strip()
            if not any(letter.isalnum() for letter in term):
                continue
            if part["minus"]:
                excluded.append(term)
            else:
                words.append(term)
                if part["phrase"] is not None:
                    phrases.append(term)
        if not words:
            raise NoWordToFind()
        return cls(" ".join(words), tuple(phrases), tuple(excluded))


@dataclass(frozen=True, slots=True)
class Match(Found):
    """A passage that a search found, and its sentence that matches best: code points of the article's text."""

    sentence: Span = (0, 0)


def search(archive: Archive, query: Query, filters: Filters, sort: Sort, limit: int) -> list[Match]:
    """The passages that match, in the order asked for. Raises `NoSource`."""
    allowed = allowed_passages(archive, query, filters)
    if allowed is not None and not allowed.any():
        return []
    retrieved = archive.retrieve(query.words, allowed, late_depth=max(limit, LATE_DEPTH))
    best = float(retrieved.scores.max(initial=0.0)) or 1.0
    relevant = retrieved.fused >= (RELEVANT * retrieved.fused.max(initial=0.0) if sort is not Sort.relevance else 0.0)
    found = []
    for place in np.flatnonzero(relevant):
        passage = archive.generation.store.passage(int(retrieved.numbers[place]))
        score = float(retrieved.scores[place]) / best
        found.append(
            Match(passage.article, passage.start, passage.end, score, best_sentence(retrieved, passage, int(place)))
        )
    return in_order(found, sort)[:limit]


def is_near(archive: Archive, query: Query, allowed: Selection | None = None) -> bool:
    """Whether any passage is on the subject: something is nearest to everything."""
    return nearness(archive, query, allowed) >= NEAR


def nearness(archive: Archive, query: Query, allowed: Selection | None = None) -> float:
    """How near the nearest passages are: half by the cosine of the whole, half by late interaction; 0 where there is
    none."""
    retrieved = archive.retrieve(query.words, allowed)
    late = max((float(match.max(axis=0) @ retrieved.token_weights) for match in retrieved.matches), default=0.0)
    return (retrieved.best_cosine + late) / 2


def matches_well(archive: Archive, query: Query, filters: Filters) -> bool:
    """Whether what a search finds is what it looks for: a passage has all its words, or is on its subject. Raises
    `NoSource`."""
    if query.phrases:
        return True  # which every passage found has
    allowed = allowed_passages(archive, query, filters)
    return archive.generation.words.have_all(query.words, mask_of(allowed)) or is_near(archive, query, allowed)


def best_sentence(retrieved: Retrieved, passage: Passage, place: int) -> Span:
    """The sentence that late interaction likes best; the first of a passage that it has not read."""
    if place >= len(retrieved.matches):
        return passage.sentences[0]
    return passage.sentences[int(np.argmax(retrieved.matches[place] @ retrieved.token_weights))]


def first_of_each_article(found: Sequence[Match]) -> list[Match]:
    """Of each article the match that comes first."""
    first: dict[str, Match] = {}
    for one in found:
        first.setdefault(one.article.id, one)
    return list(first.values())


def in_order(found: list[Match], sort: Sort) -> list[Match]:
    """The passages by relevance as they are, or by date, undated ones last."""
    if sort is Sort.relevance:
        return found
    sign = -1 if sort is Sort.newest else 1
    by_date: Callable[[Match], tuple[bool, int]] = lambda one: (  # noqa: E731  # the key of this one sort
        one.article.published is None,
        sign * one.article.published.toordinal() if one.article.published else 0,
    )
    return sorted(found, key=by_date)


def allowed_passages(archive: Archive, query: Query, filters: Filters) -> Selection | None:
    """None where nothing is filtered, so that nothing has to be looked at."""
    selections = []
    if query.phrases or query.excluded:
        selections.append(Selection(exactly(archive, query)))
    filtered = passages_matching(archive.generation.store, filters)
    if filtered is not None:
        selections.append(filtered)
    return reduce(and_, selections) if selections else None


def exactly(archive: Archive, query: Query) -> Mask:
    """Passages with the phrases letter for letter (but for case and spacing) and without the excluded words."""
    mask = archive.generation.words.using(query.phrases, query.excluded)
    if query.phrases:
        wanted = [re.compile(rf"(?<!\w){re.escape(plain(phrase))}(?!\w)") for phrase in query.phrases]
        for number in np.flatnonzero(mask):
            passage = archive.generation.store.passage(int(number))
            shown = plain(f"{passage.article.title}\n{passage.text}")
            mask[number] = all(phrase.search(shown) for phrase in wanted)
    return mask


def plain(text: str) -> str:
    return SPACE.sub(" ", text.translate(CURLY).replace("’", "'").casefold())
