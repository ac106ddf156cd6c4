"""Question -> Answer."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from config.settings import AnswerSettings
from index.archive import Archive, Retrieved
from index.articles import Article
from index.confidence import probability, signs_of
from index.conversation import Turn, asked_again, leans, read_in_context, says_enough, searched_in_context, subject
from index.errors import NoWord
from index.filters import NO_FILTERS, Filters, passages_matching, passages_of_period
from index.periods import Period
from index.quotes import Candidate, Context, Quote, candidates, newest_first, reports, varied
from index.retrieval import Selection
from index.spelling import Dictionary, corrected
from index.times import NO_TIME, TimeAsked, time_asked, without_times
from index.understood import GoingOn, InPeriod, NewestFirst, NothingThere, Respelled, Understood
from index.weights import Reading
from index.words import telling_words

OF_SAME = 0.6  # cosine of two sentences with their titles from which on they are taken to report of the same thing
LARGE = 2  # first quotes of which the answering words are looked for
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
class Asking:
    """What goes with a question: which articles may be quoted, the day on which it is asked (None: today) and what was
    asked before it."""

    filters: Filters = NO_FILTERS
    today: date | None = None
    last: Turn | None = None
    quotes: int | None = None  # how many to give; None: as many as the settings say


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to a question: `quotes` (up to 5) and `passages` (up to 10), best first.

    `confidence` is the calibrated probability that the first quote answers. Where that is too little for `answered`,
    but enough to be worth reading, it is `perhaps`; where it is neither, quotes and passages are near misses. `seconds`
    is the time it took. `understood` says what was read into the question besides its words. `reports` are those of the
    quotes, newest first, that give different values for what is asked at different dates; empty where they agree.
    """

    question: str
    quotes: tuple[Quote, ...]
    passages: tuple[Found, ...]
    confidence: float
    answered: bool
    seconds: float
    understood: tuple[Understood, ...] = ()
    reports: tuple[Quote, ...] = ()
    going_on_from: Turn | None = None
    spelled: str = ""  # the question as it was understood, where its words were misspelt or left out
    perhaps: bool = False

    @property
    def asked(self) -> str:
        return self.spelled or self.question

    @property
    def is_quoted(self) -> bool:
        """Whether there is a first quote to show as what answers, surely or perhaps."""
        return bool(self.quotes) and (self.answered or self.perhaps)

    @property
    def near_misses(self) -> list[Quote | Found]:
        """The best quote of each article, then passages of others."""
        shown: dict[str, Quote | Found] = {}
        everything: list[Quote | Found] = [*self.quotes, *self.passages]
        for one in everything:
            shown.setdefault(one.article.id, one)
        return list(shown.values())[:NEAR_MISSES]

    @property
    def shown(self) -> tuple[Quote, tuple[Quote, ...], tuple[Quote, ...]]:
        """Of the quotes of an answer the one to show first, older reports that differ from it, and the others."""
        if not self.reports:
            return self.quotes[0], (), self.quotes[1:]
        return self.reports[0], self.reports[1:], tuple(one for one in self.quotes if one not in self.reports)

    @property
    def turn(self) -> Turn:
        """What a next question may lean on."""
        about = subject(self.going_on_from) if self.going_on_from else ()
        if not self.quotes:
            return Turn(self.asked, "", "", "", about=about)
        first, _, _ = self.shown
        return Turn(self.asked, first.article.id, first.article.title, first.text, first.article.published, about)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was found for one way to understand a question."""

    retrieved: Retrieved
    ranked: Sequence[Candidate]
    confidence: float
    period: Period | None = None
    understood: tuple[Understood, ...] = ()
    going_on_from: Turn | None = None


def by_confidence(found: Attempt) -> float:
    return found.confidence


class Answerer:
    """Answers from one archive: finds passages, picks their sentences, says how sure it is."""

    def __init__(self, archive: Archive, settings: AnswerSettings) -> None:
        self.archive = archive
        self.settings = settings
        self.dictionary = Dictionary(archive.embedder)

    def answer(self, question: str, asking: Asking = Asking()) -> Answer:
        """Raises `NoWord` and `NoSource`."""
        started = time.perf_counter()
        question = question.encode("utf-8", "replace").decode()  # half a character is no text to look for
        if not any(letter.isalnum() for letter in question):
            raise NoWord()
        today, last_turn = asking.today or date.today(), asking.last
        spelled, changes = corrected(question, self.archive.generation.words, self.archive.shown, self.dictionary)
        again = asked_again(spelled, last_turn, today) if last_turn else None
        if again:
            spelled, changes, last_turn = again, [(question.strip(), again)], None
        asked = self.time_of(spelled, today)
        allowed, preferred, in_time = self.masks(asked.period, asking.filters)
        understood: list[Understood] = [Respelled(word, other) for word, other in changes]
        understood += [InPeriod(asked.period, in_time)] if asked.period else []
        understood += [NewestFirst()] if asked.newest else []
        understood += [NothingThere()] if allowed is not None and not allowed.any() else []
        best: Attempt | None = None
        for last in self.ways_to_understand(spelled, last_turn):
            found = self.attempt(spelled, asked, allowed, preferred, last)
            if preferred is not None and found.confidence < self.least:
                timeless = without_times(spelled, today, self.newest)
                found = max(
                    self.of_period(timeless, asked, allowed, preferred, last) or found, found, key=by_confidence
                )
            if best is None or found.confidence > best.confidence:
                going_on = [GoingOn(last.question or last.title)] if last else []
                best = replace(found, understood=(*understood, *going_on), going_on_from=last)
            if best.confidence >= self.least:
                break
        assert best
        most = asking.quotes or self.settings.quotes
        answer = self.as_answer(question, best, in_time or not is_near(asked), spelled, most)
        return replace(answer, seconds=time.perf_counter() - started)

    @property
    def least(self) -> float:
        """The confidence from which on a quote is shown as what answers, if only perhaps."""
        return min(self.settings.perhaps, self.settings.confidence)

    @property
    def newest(self) -> date | None:
        """The last day of the archive."""
        span = self.archive.generation.manifest.span
        return span[1] if span else None

    def time_of(self, question: str, today: date) -> TimeAsked:
        """The time that the question names. One before the archive begins is not that of an article, but of what it
        tells."""
        span = self.archive.generation.manifest.span
        if span is None:
            return NO_TIME
        asked = time_asked(question, today, span[1])
        is_history = asked.period and asked.period.last and asked.period.last < span[0]
        return replace(asked, period=None) if is_history else asked

    def ways_to_understand(self, question: str, last: Turn | None) -> Iterator[Turn | None]:
        """By itself, and in the context of the question before, that first where its words say that it leans on it; the
        other is tried where the first gives no answer, unless the question says too little by itself."""
        if last is None:
            return iter([None])
        if not leans(question):
            return iter([None, last])
        return iter([last, None] if says_enough(question) else [last])

    def masks(self, period: Period | None, filters: Filters) -> tuple[Selection | None, Selection | None, bool]:
        """Which passages are allowed and which preferred, of all; and whether any is of the time asked for. Where none
        is, all are looked at."""
        store = self.archive.generation.store
        allowed = passages_matching(store, filters)
        if period is None:
            return allowed, None, True
        of_period = passages_of_period(store, period)
        of_period = of_period if allowed is None else of_period & allowed
        if not of_period.any():
            return allowed, None, False
        return (of_period, None, True) if period.is_near else (allowed, of_period, True)

    def attempt(
        self,
        question: str,
        asked: TimeAsked = NO_TIME,
        allowed: Selection | None = None,
        preferred: Selection | None = None,
        last: Turn | None = None,
    ) -> Attempt:
        most = self.settings.read
        searched, read = question, question
        if last:
            searched, read = searched_in_context(question, last), read_in_context(question, last)
        found = self.archive.retrieve(searched, allowed, preferred=preferred, around=most)
        retrieved = self.archive.read(read, found, most)
        ranked = candidates(self.archive, searched, retrieved, most, Context(asked.period, last))
        if not ranked:
            return Attempt(retrieved, ranked, 0.0, asked.period)
        if asked.newest:
            ranked = newest_first(ranked)
        reading: Reading = "read" if retrieved.odds else "unread"
        sure = probability(signs_of(ranked, retrieved.best_cosine), reading)
        return Attempt(retrieved, ranked, sure, asked.period)

    def of_period(
        self, timeless: str, asked: TimeAsked, allowed: Selection | None, preferred: Selection, last: Turn | None
    ) -> Attempt | None:
        """What is found for the question without its times, which articles seldom say of themselves; None where that is
        of another time."""
        if not telling_words(timeless):
            return None
        found = self.attempt(timeless, asked, allowed, preferred, last)
        assert asked.period
        return found if found.ranked and asked.period.is_reported(found.ranked[0].article) else None

    def as_answer(self, question: str, found: Attempt, may_answer: bool, spelled: str, most: int) -> Answer:
        told = [] if found.period else reports(found.ranked, spelled, self.are_of_same)
        if len(told) > most:
            told = []
        others = [one for one in varied(found.ranked, most) if one not in told]
        chosen = sorted([*told, *others][:most], key=found.ranked.index)
        quotes = self.quotes(chosen, spelled)
        places = [chosen.index(one) for one in told]
        answered = may_answer and bool(quotes) and found.confidence >= self.settings.confidence
        return Answer(
            question,
            quotes,
            self.passages(found.retrieved),
            found.confidence,
            answered,
            0.0,
            found.understood,
            tuple(quotes[place] for place in places),
            found.going_on_from,
            spelled if spelled != question else "",
            perhaps=may_answer and not answered and found.confidence >= self.least,
        )

    def are_of_same(self, one: Candidate, other: Candidate) -> bool:
        """Whether two sentences report of the same thing, by their meaning."""
        texts = [f"{candidate.article.title}. {candidate.text}" for candidate in (one, other)]
        first, second = self.archive.embedder.encode(texts)
        return float(first.vector @ second.vector) >= OF_SAME

    def quotes(self, ranked: Sequence[Candidate], question: str) -> tuple[Quote, ...]:
        """The quotes, and of those that may be shown large the words that answer."""
        best = max((one.score for one in ranked), default=0.0)
        return tuple(
            self.quote(one, math.exp(one.score - best), question if number < LARGE else None)
            for number, one in enumerate(ranked)
        )

    def quote(self, candidate: Candidate, score: float, question: str | None = None) -> Quote:
        store, reader = self.archive.generation.store, self.archive.reader
        passage = store.passage(candidate.passage)
        start, end = passage.sentences[candidate.place]
        before, after = store.neighbours(candidate.passage, candidate.place)
        answering = reader.answering(question, passage, candidate.place) if reader and question else None
        return Quote(passage.article, start, end, score, before, after, candidate.also_in, answering)

    def passages(self, retrieved: Retrieved) -> tuple[Found, ...]:
        best = float(retrieved.scores.max(initial=0.0)) or 1.0
        found = zip(retrieved.passages[: self.settings.passages], retrieved.scores, strict=False)
        return tuple(
            Found(passage.article, passage.start, passage.end, float(score) / best) for passage, score in found
        )


def is_near(asked: TimeAsked) -> bool:
    return asked.period is not None and asked.period.is_near
