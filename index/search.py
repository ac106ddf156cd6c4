"""A search as members type it -> the passages that match."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import numpy as np

from index.answers import Found
from index.archive import LATE_DEPTH, Archive
from index.errors import BadQuery
from index.store import NO_DATE
from index.vectors import Mask

RELEVANT = 0.5  # of the best score; passages below it are left out where dates and not relevance give the order
PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
CURLY = str.maketrans("“”„‟«»", '""""""')
SPACE = re.compile(r"\s+")
DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m", "%Y")


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
        """Reads `"exact phrase"` and `-word` off the text. Raises `BadQuery` where nothing is left to find."""
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
            raise BadQuery('A search needs at least one word to find, as in: pullquote search "new bridge" -tunnel')
        return cls(" ".join(words), tuple(phrases), tuple(excluded))


@dataclass(frozen=True, slots=True)
class Filters:
    """Only articles published on or after `after`, before `before`, and from `source` (any case)."""

    after: date | None = None
    before: date | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.after and self.before and self.after >= self.before:
            raise BadQuery(f"Nothing is published from {self.after} on and before {self.before}; swap the two dates?")


def first_day(text: str) -> date:
    """The first day of `2025-05-01`, `1.05.2025`, `2025-05` or `2025`. Raises `BadQuery` for anything else."""
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise BadQuery(f"“{text}” is no date; write it as 2025-05-01, 1.05.2025, 2025-05 or 2025.")


def search(archive: Archive, query: Query, filters: Filters, sort: Sort, limit: int) -> list[Found]:
    """The passages that match, in the order asked for. Raises `BadQuery` for a source that no article has."""
    allowed = allowed_passages(archive, query, filters)
    if allowed is not None and not allowed.any():
        return []
    retrieved = archive.retrieve(query.words, allowed, late_depth=max(limit, LATE_DEPTH))
    best = float(retrieved.scores.max(initial=0.0)) or 1.0
    relevant = retrieved.fused >= (RELEVANT * retrieved.fused.max(initial=0.0) if sort is not Sort.relevance else 0.0)
    found = [
        Found(passage.article, passage.start, passage.end, float(score) / best)
        for number, score in zip(retrieved.numbers[relevant], retrieved.scores[relevant], strict=True)
        for passage in [archive.generation.store.passage(int(number))]
    ]
    return in_order(found, sort)[:limit]


def in_order(found: list[Found], sort: Sort) -> list[Found]:
    """The passages by relevance as they are, or by date, undated ones last."""
    if sort is Sort.relevance:
        return found
    sign = -1 if sort is Sort.newest else 1
    by_date: Callable[[Found], tuple[bool, int]] = lambda one: (  # noqa: E731  # the key of this one sort
        one.article.published is None,
        sign * one.article.published.toordinal() if one.article.published else 0,
    )
    return sorted(found, key=by_date)


def allowed_passages(archive: Archive, query: Query, filters: Filters) -> Mask | None:
    """A mask over all passages; None where nothing is filtered, so that nothing has to be looked at."""
    masks = []
    if query.phrases or query.excluded:
        masks.append(exactly(archive, query))
    if filters != Filters():
        articles = matching_articles(archive, filters)
        masks.append(articles[archive.generation.store.article_of])
    return np.logical_and.reduce(masks) if masks else None


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


def matching_articles(archive: Archive, filters: Filters) -> Mask:
    store = archive.generation.store
    mask = np.ones(len(store.dates), bool)
    if filters.after:
        mask &= store.dates >= filters.after.toordinal()
    if filters.before:
        mask &= (store.dates < filters.before.toordinal()) & (store.dates != NO_DATE)
    if filters.source is not None:
        mask &= from_source(store.sources, filters.source)
    return mask


def from_source(sources: list[str | None], wanted: str) -> Mask:
    mask = np.array([source is not None and source.casefold() == wanted.casefold() for source in sources], bool)
    if not mask.any():
        known = sorted({source for source in sources if source})
        there = f"the sources are {', '.join(known[:10])}" if known else "no article of this archive names one"
        raise BadQuery(f"No article is from “{wanted}”; {there}.")
    return mask
