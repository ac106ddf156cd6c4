"""Question -> Answer."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from config.settings import AnswerSettings
from index.archive import Archive, Retrieved
from index.articles import Article
from index.confidence import probability, signs_of
from index.errors import BadQuery
from index.quotes import Candidate, Quote, candidates
from index.weights import Reading

NEAR_MISSES = 3  # shown where the archive does not say; more would look like an answer


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found: a slice of an article made of whole sentences, and how well it fits (best 1)."""

    article: Article
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    def contains(self, quote: Quote) -> bool:
        return quote.article.id == self.article.id and self.start <= quote.start and quote.end <= self.end


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to a question: `quotes` (up to 5) and `passages` (up to 10), best first.

    `confidence` is the calibrated probability that the first quote answers; where `answered` is false the
    quotes and passages are near misses. `seconds` is the time it took.
    """

    question: str
    quotes: tuple[Quote, ...]
    passages: tuple[Found, ...]
    confidence: float
    answered: bool
    seconds: float

    @property
    def near_misses(self) -> list[Quote | Found]:
        """The best sentence of each of the first passages (the passage where none of its sentences was picked), and
        where they are fewer further quotes."""
        quotes, shown = list(self.quotes), []
        for passage in self.passages[:NEAR_MISSES]:
            inside = [quote for quote in quotes if passage.contains(quote)]
            shown.append(inside[0] if inside else passage)
            quotes = [quote for quote in quotes if quote not in inside]
        return [*shown, *quotes][:NEAR_MISSES]


class Answerer:
    """Answers from one archive: finds passages, picks their sentences, says how sure it is."""

    def __init__(self, archive: Archive, settings: AnswerSettings) -> None:
        self.archive = archive
        self.settings = settings

    def answer(self, question: str) -> Answer:
        """Raises `BadQuery` for a question without a word in it."""
        started = time.perf_counter()
        question = question.encode("utf-8", "replace").decode()  # half a character is no text to look for
        if not any(letter.isalnum() for letter in question):
            raise BadQuery("There is no word in this question; ask something.")
        retrieved = self.archive.read(question, self.archive.retrieve(question), self.settings.read)
        ranked = candidates(self.archive, question, retrieved, self.settings.read)
        reading: Reading = "read" if retrieved.odds else "unread"
        confidence = probability(signs_of(ranked, retrieved.best_cosine), reading) if ranked else 0.0
        return Answer(
            question,
            self.quotes(ranked[: self.settings.quotes]),
            self.passages(retrieved),
            confidence,
            bool(ranked) and confidence >= self.settings.confidence,
            time.perf_counter() - started,
        )

    def quotes(self, ranked: Sequence[Candidate]) -> tuple[Quote, ...]:
        return tuple(self.quote(one, math.exp(one.score - ranked[0].score)) for one in ranked)

    def quote(self, candidate: Candidate, score: float) -> Quote:
        store = self.archive.generation.store
        passage = store.passage(candidate.passage)
        start, end = passage.sentences[candidate.place]
        before, after = store.neighbours(candidate.passage, candidate.place)
        return Quote(passage.article, start, end, score, before, after)

    def passages(self, retrieved: Retrieved) -> tuple[Found, ...]:
        best = float(retrieved.scores.max(initial=0.0)) or 1.0
        found = zip(retrieved.passages[: self.settings.passages], retrieved.scores, strict=False)
        return tuple(
            Found(passage.article, passage.start, passage.end, float(score) / best) for passage, score in found
        )
