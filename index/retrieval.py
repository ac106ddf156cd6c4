"""A question -> the passages nearest to it in meaning, and those that share its words: who runs the two searches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Protocol

import numpy as np

from index.embeddings import Vectors
from index.ranking import Ranked, relative
from index.vectors import Mask, Numbers, Scores, VectorIndex
from index.words import WordIndex

Scale = Callable[[Scores], Scores]


@dataclass(frozen=True, slots=True)
class Selection:
    """Passages that may be found: a mask over all; and as conditions, which an engine may check itself, first and last
    day of publication (proleptic Gregorian ordinals) and the sources that are meant.

    `is_whole` where the conditions say all that the mask does.
    """

    mask: Mask
    days: tuple[int, int] | None = None
    sources: tuple[str, ...] | None = None
    is_whole: bool = False

    def __and__(self, other: Selection) -> Selection:
        days = [one for one in (self.days, other.days) if one]
        sources = [set(one) for one in (self.sources, other.sources) if one is not None]
        return Selection(
            self.mask & other.mask,
            (max(first for first, _ in days), min(last for _, last in days)) if days else None,
            tuple(sorted(reduce(and_, sources))) if sources else None,
            self.is_whole and other.is_whole,
        )

    def __getitem__(self, numbers: Numbers) -> Mask:
        return np.asarray(self.mask[numbers])

    def any(self) -> bool:
        return bool(self.mask.any())


def mask_of(allowed: Selection | None) -> Mask | None:
    return None if allowed is None else allowed.mask


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: by its vector, `(dimensions,)`, and by its words; so many of each, of those `allowed`."""

    vector: Vectors
    question: str
    limit: int
    allowed: Selection | None = None


class Retriever(Protocol):
    """Searches one generation."""

    @property
    def scale(self) -> Scale:
        """Makes the scores of the two rankings comparable: 1 for the best, 0 for what was not found."""

    def search(self, *wanted: Wanted) -> list[tuple[Ranked, Ranked]]:
        """For each the passages by their vectors (with their cosines) and by their words, best first."""

    def nearest(self, vectors: Vectors, limit: int) -> list[Ranked]:
        """The passages nearest to each of the vectors, `(n, dimensions)`."""

    def check(self) -> None:
        """Raises `Unreachable`, or `NoIndex`, where nothing can be searched now."""

    def close(self) -> None: ...


class LocalRetriever:
    """Searches in this process: FAISS and tantivy."""

    scale: Scale = staticmethod(relative)

    def __init__(self, vectors: VectorIndex, words: WordIndex) -> None:
        self.vectors = vectors
        self.words = words

    def search(self, *wanted: Wanted) -> list[tuple[Ranked, Ranked]]:
        masks = [mask_of(one.allowed) for one in wanted]
        return [
            (self.vectors.search(one.vector, one.limit, mask), self.words.search(one.question, one.limit, mask))
            for one, mask in zip(wanted, masks, strict=True)
        ]

    def nearest(self, vectors: Vectors, limit: int) -> list[Ranked]:
        return [self.vectors.search(vector, limit) for vector in vectors]

    def check(self) -> None:
        """Nothing: what was opened stays open."""

    def close(self) -> None:
        """Nothing: the generation closes what is its own."""
