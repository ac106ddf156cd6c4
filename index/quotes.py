"""Passages -> Quotes: the sentences that answer, best first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive, Retrieved
from index.articles import Article
from index.conversation import Turn
from index.dates import MONTHS
from index.kinds import WORD, Kind, Wanted
from index.passages import Passage, Span
from index.periods import Period
from index.ranking import by_score
from index.weights import Reading, learned
from index.words import WordIndex

Floats = NDArray[np.float64]

IN_PERIOD = 3.0  # of a score: how much better a sentence of another time must be than one of the time asked for
SAME_ARTICLE = 1.0  # ... than one of the article that was quoted last, where a question goes on from there
QUOTED = 4.0  # ... and how much worse the sentence becomes that was quoted then
NEARLY = 2.0  # of a score: how much worse a sentence may be that is taken for as good as another
REPORTING = 5.0  # ... that reports of the same thing as another
WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
IN_DIGITS = {word: str(number) for number, word in enumerate(f"{WORDS} eighteen nineteen twenty".split(), 1)}
DAY_OF_MONTH = re.compile(rf"\b\d{{1,2}}(?= (?:{'|'.join(MONTHS)}))")  # which counts nothing
REPEATED = 0.7  # share of their words that two sentences have in common from which on one repeats the other
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
    also_in: tuple[Article, ...] = ()  # other articles that say the same in the same words
    answering: Span | None = None  # the words of it that answer, code points of `article.text`, where they are known

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
    """What speaks for a sentence, each 0 to 1 but the reader's; the weights are learned (`learned/weights.json`)."""

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
    """A sentence that may answer: its article, the number of its passage, its place in it, its text and what speaks for
    it. `lead` is the part of its score that it has by what was understood besides the question's words; `also_in` are
    other articles that have the same text."""

    article: Article
    passage: int
    place: int
    text: str
    signs: Signs
    score: float
    lead: float = 0.0
    also_in: tuple[Article, ...] = ()

    @property
    def own_score(self) -> float:
        return self.score - self.lead


@dataclass(frozen=True, slots=True)
class Context:
    """What was understood besides the question's words: the time asked for, and the turn before."""

    period: Period | None = None
    last: Turn | None = None

    def lead(self, article: Article, text: str) -> float:
        """How much better (as a score) a sentence becomes by it; what was quoted before is not asked for again."""
        lead = IN_PERIOD if self.period and self.period.is_reported(article) else 0.0
        if self.last and self.last.article == article.id:
            lead += SAME_ARTICLE - QUOTED * (text == self.last.sentence)
        return lead


NO_CONTEXT = Context()


def candidates(
    archive: Archive, question: str, retrieved: Retrieved, most: int, context: Context = NO_CONTEXT
) -> list[Candidate]:
    """The sentences of the best `most` passages, best first, each text once."""
    shared = WordsShared(archive.generation.words, question)
    wanted = Wanted.by(question)
    found = [
        candidate
        for place in range(min(most, len(retrieved.passages)))
        for candidate in sentences_in(retrieved, place, shared, wanted, context)
    ]
    order = by_score(np.arange(len(found)), np.array([one.score for one in found]))
    return first_of_each_text([found[number] for number in order])


def sentences_in(
    retrieved: Retrieved, found: int, shared: WordsShared, wanted: Wanted, context: Context
) -> Iterator[Candidate]:
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
        lead = context.lead(passage.article, text)
        yield Candidate(passage.article, int(retrieved.numbers[found]), place, text, signs, score + lead, lead)


def first_of_each_text(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The same sentence in several articles once, where it ranks best, with the others named."""
    same: dict[str, list[Candidate]] = {}
    for one in ranked:
        same.setdefault(" ".join(one.text.split()), []).append(one)
    return [with_others(first, others) for first, *others in same.values()]


def varied(ranked: Sequence[Candidate], most: int) -> list[Candidate]:
    """The first `most`, but none that says an earlier one again in nearly the same words, as one story in several
    articles does."""
    chosen: list[tuple[Candidate, set[str]]] = []
    repeats: list[Candidate] = []
    for one in ranked:
        words = set(WORD.findall(one.text.casefold()))
        if any(len(words & other) > REPEATED * len(words | other) for _, other in chosen):
            repeats.append(one)
        else:
            chosen.append((one, words))
        if len(chosen) == most:
            break
    return [*(one for one, _ in chosen), *repeats][:most]


def with_others(first: Candidate, others: Sequence[Candidate]) -> Candidate:
    articles = {one.article.id: one.article for one in others if one.article.id != first.article.id}
    return replace(first, also_in=tuple(articles.values())) if articles else first


def newest_first(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Of the candidates that are nearly as good as the first, the newest before older ones; then the rest."""
    good = [one for one in ranked if one.score >= ranked[0].score - NEARLY]
    good.sort(key=lambda one: one.article.published or date.min, reverse=True)  # equal days keep their order
    return [*good, *ranked[len(good) :]]


def reports(
    ranked: Sequence[Candidate], question: str, is_of_same: Callable[[Candidate, Candidate], bool]
) -> list[Candidate]:
    """Of the candidates that the reader takes for answers and that are nearly as good as the first, those that give
    different numbers for what is asked on different days, newest first; empty where all agree. `is_of_same` tells
    whether two report of the same thing."""
    wanted = Wanted.by(question)
    kind = next((kind for kind in wanted.patterns if kind in (Kind.number, Kind.measure)), None)
    if kind is None or not ranked or not ranked[0].article.published:
        return []
    told: dict[date, Candidate] = {}
    known: set[str] = set()
    for one in ranked:
        day, values = one.article.published, values_in(one.text, wanted, kind)
        is_new = day and day not in told and values and known.isdisjoint(values)
        if day and is_new and is_an_answer(one, ranked[0]) and (one is ranked[0] or is_of_same(one, ranked[0])):
            told[day] = one
            known |= values
    newest = [told[day] for day in sorted(told, reverse=True)]
    return newest if len(newest) > 1 and ranked[0] in newest else []


def values_in(text: str, wanted: Wanted, kind: Kind) -> set[str]:
    """The numbers that a sentence has of a kind, "2.9 million" and "2,900,000" as one; words where it has no digits.
    Where some count what the question asks the number of, only those."""
    text = DAY_OF_MONTH.sub("", re.sub(r"\w+", lambda word: IN_DIGITS.get(word[0].lower(), word[0]), text))
    values = wanted.counted(text) or wanted.values(kind, text)
    return {significant(one) for one in values if significant(one)} or set(values)


def significant(value: str) -> str:
    """The digits of a number without what only says how large it is."""
    return "".join(letter for letter in value if letter.isdigit()).strip("0")


def is_an_answer(one: Candidate, best: Candidate) -> bool:
    return one.signs.reader > 0 and one.score >= best.score - REPORTING


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
