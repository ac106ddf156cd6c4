"""Passages -> Quotes: the sentences that answer, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive, Retrieved
from index.articles import Article
from index.passages import Passage, Span
from index.ranking import by_score
from index.words import WordIndex

Floats = NDArray[np.float64]

READ = 5  # best passages whose sentences are candidates; ten took twice the time for 0.002 more right quotes
# Of a sentence's score: measured on the development sets by benchmarks/sentence_shares.py
PASSAGE_SHARE = 0.25  # how well its passage fits, 0 to 1
MEANING_SHARE = 0.5  # the cosine of sentence and question
WORDS_SHARE = 0.25  # the part of the question's words that it has, rare words counting more
BORROWED = 0.5  # what a word counts that the sentence has not, but its passage or title has


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
class Candidate:
    """A sentence that may answer: passage number, place in it, and how well passage, meaning and words fit."""

    passage: int
    place: int
    text: str
    fits: float  # the passage's fused score, 0 to 1
    cosine: float
    words: float  # 0 to 1

    @property
    def score(self) -> float:
        return PASSAGE_SHARE * self.fits + MEANING_SHARE * self.cosine + WORDS_SHARE * self.words


def candidates(archive: Archive, question: str, retrieved: Retrieved) -> list[Candidate]:
    """The sentences of the best passages, best first, each text once."""
    store, words = archive.generation.store, archive.generation.words
    numbers = retrieved.numbers[:READ].tolist()
    passages = [store.passage(number) for number in numbers]
    texts = [passage.article.text[start:end] for passage in passages for start, end in passage.sentences]
    places = [(which, place) for which, passage in enumerate(passages) for place in range(len(passage.sentences))]
    if not texts:
        return []
    cosines = archive.similarities(retrieved.question, texts)
    shared = WordsShared(words, question)
    lent = [shared.lent_by(passage) for passage in passages]
    found = [
        Candidate(
            numbers[which],
            place,
            text,
            float(retrieved.scores[which]),
            float(cosine),
            shared.by(text, lent[which]),
        )
        for (which, place), text, cosine in zip(places, texts, cosines, strict=True)
    ]
    order = by_score(np.arange(len(found)), np.array([one.score for one in found]))
    return first_of_each_text([found[number] for number in order])


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
        return BORROWED * np.maximum(self.present(passage.text), self.present(passage.article.title))

    def by(self, text: str, lent: Floats) -> float:
        return float(np.maximum(self.present(text), lent) @ self.weights)
