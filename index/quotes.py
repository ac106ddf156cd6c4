"""Passages -> Quotes: the sentences that answer, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive, Retrieved
from index.articles import Article
from index.kinds import Kind, Wanted
from index.passages import Passage, Span
from index.ranking import by_score
from index.weights import Reading, learned
from index.words import WordIndex

Floats = NDArray[np.float64]

BORROWED = 0.8  # what a token's match counts that is in the passage but not in the sentence itself
WORDS_BORROWED = 0.5  # what a word counts that the sentence has not, but its passage or title has


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of an article, as a slice of its text: other words cannot be expressed.

    `start`, `end`, `before` and `after` are code points of `article.text`; `before` and `after` are the
    neighbouring sentences (context, not part of the quote).
    """

    article: Article
    start: int
    end: int
    score: float
    before: Span | None = None
    after: Span | None = None

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def context_before(self) -> str:
        return self.article.text[slice(*self.before)] if self.before else ""

    @property
    def context_after(self) -> str:
        return self.article.text[slice(*self.after)] if self.after else ""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a sentence, each 0 to 1 but the reader's; the weights are learned (`index/weights.json`)."""

    late: float  # how well its tokens match the question's
    late_borrowed: float  # ... where its passage may help out: what its neighbours have said already
    words_borrowed: float  # the part of the question's words that it, its passage or its title has
    passage: float  # how well the passage's tokens match the question's
    number: float  # 1 where the question asks for a number and the sentence has one
    measure: float  # ... a number with its unit ("how long")
    time: float  # ... a time
    person: float  # ... a person
    place: float  # ... a place
    thing: float  # ... a thing by its noun ("which river"), and the sentence has a name with it
    reader: float = 0.0  # the reader's log odds of the sentence
    reader_passage: float = 0.0  # ... of all sentences of its passage together

    def score(self, reading: Reading) -> float:
        return sum(weight * float(getattr(self, name)) for name, weight in learned(reading, "sentence").items())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: the number of its passage, its place in it, its text and what speaks for it."""

    passage: int
    place: int
    text: str
    signs: Signs
    score: float


def candidates(archive: Archive, question: str, retrieved: Retrieved, most: int) -> list[Candidate]:
    """The sentences of the best `most` passages, best first, each text once."""
    shared = WordsShared(archive.generation.words, question)
    wanted = Wanted.by(question)
    found = [
        candidate
        for place in range(min(most, len(retrieved.passages)))
        for candidate in sentences_in(retrieved, place, shared, wanted)
    ]
    order = by_score(np.arange(len(found)), np.array([one.score for one in found]))
    return first_of_each_text([found[number] for number in order])


def sentences_in(retrieved: Retrieved, found: int, shared: WordsShared, wanted: Wanted) -> Iterator[Candidate]:
    """The candidates of passage `found` of those retrieved, in the order of its text."""
    passage, matches, weights = retrieved.passages[found], retrieved.matches[found], retrieved.token_weights
    odds = retrieved.odds[found] if retrieved.odds else np.zeros(len(passage.sentences))
    best = matches.max(axis=0)
    borrowed = np.maximum(matches, BORROWED * best) @ weights
    lent = shared.lent_by(passage)
    for place, (start, end) in enumerate(passage.sentences):
        text = passage.article.text[start:end]
        offered = wanted.offered_by(text)
        signs = Signs(
            float(matches[place] @ weights),
            float(borrowed[place]),
            shared.by(text, lent),
            float(best @ weights),
            **{kind.value: float(kind in offered) for kind in Kind},
            reader=float(odds[place]),
            reader_passage=float(np.logaddexp.reduce(odds)),
        )
        score = signs.score("read" if retrieved.odds else "unread")
        yield Candidate(int(retrieved.numbers[found]), place, text, signs, score)


def first_of_each_text(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The same sentence in several articles once, where it ranks best."""
    return list({" ".join(one.text.split()): one for one in reversed(ranked)}.values())[::-1]


class WordsShared:
    """Which part of a question's stems a text has, each weighted by its inverse document frequency."""

    def __init__(self, words: WordIndex, question: str) -> None:
        self.words = words
        self.stems = words.telling_stems(question)
        weights = np.array([words.inverse_document_frequency(stem) for stem in self.stems])
        self.weights = weights / weights.sum() if weights.sum() > 0 else weights

    def present(self, text: str) -> Floats:
        """One 0 or 1 for each of the question's stems."""
        there = set(self.words.stems(text))
        return np.array([stem in there for stem in self.stems], dtype=np.float64)

    def lent_by(self, passage: Passage) -> Floats:
        """What a sentence may borrow from its passage and title: words its neighbours have said already."""
        return WORDS_BORROWED * np.maximum(self.present(passage.text), self.present(passage.article.title))

    def by(self, text: str, lent: Floats) -> float:
        return float(np.maximum(self.present(text), lent) @ self.weights)
