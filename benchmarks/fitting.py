"""Learns `index/learned/weights.json`: which passage and which sentence answer, and how probable it is that they do.

Passages and sentences: conditional logit over what a question could choose from (McFadden 1974). Confidence: logistic
regression on the signs of the first sentence. Each way to read, with the reader and without, has weights of its own.
Every set weighs the same. `quality.py` fits, measures and writes them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import numpy as np
from lessons import not_learned_from
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from config.settings import Settings
from index import confidence, quotes
from index.answers import Found
from index.archive import Archive
from index.articles import Article
from index.cli_evaluate import questions_and_archive
from index.evaluation import Judged, Question, first_right_passage, is_right, place_of
from index.quotes import Candidate, candidates, varied
from index.weights import Reading

FOLDS = 5
ALONE = "town"  # the sample archive, which is asked by itself: small archives are to be answered from as well
ABSENT_PER_GROUP = 10  # absent questions have no article; so many in a row, mostly of one subject, go together
PENALTY = 1e-4  # of squared weights: enough that none runs away where a sign is rare
THRESHOLD = Settings.load().answers.confidence
PASSAGE_SIGNS = ["score", "odds"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question's passages and candidates in the order found, which of them are right, and what it took."""

    passages: Floats  # (read, 2): the score and the reader's log odds of each passage
    right_passages: tuple[bool, ...]
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]
    best_cosine: float
    set: str
    group: str
    answerable: bool
    seconds: float

    def signs(self, names: Sequence[str]) -> Floats:
        """Of each candidate, `(candidates, signs)`."""
        return np.array([[getattr(one.signs, name) for name in names] for one in self.candidates])


@dataclass(slots=True)
class Weights:
    """The weights of one way to read, as they are fitted one after the other."""

    reading: Reading
    sentence_names: list[str]
    confidence_names: list[str]
    passage: Floats = field(default_factory=lambda: np.array([1.0, 0.0]))
    sentence: Floats = field(default_factory=lambda: np.zeros(0))
    confidence: LogisticRegression | None = None

    @classmethod
    def fitted(cls, examples: Sequence[Example], reading: Reading) -> Weights:
        fit = cls(reading, names_of(quotes.Signs, reading), names_of(confidence.Signs, reading))
        if reading == "read":
            fit.passage = fitted([(one.passages, one.right_passages, one.set) for one in examples])
        fit.sentence = fitted([(one.signs(fit.sentence_names), one.right, one.set) for one in examples])
        firsts = [fit.ranked(one) for one in examples]
        rows = [fit.signs(ranked, one) for (ranked, _), one in zip(firsts, examples, strict=True)]
        shares = shares_of([one.set for one in examples]) * len(examples)
        model = LogisticRegression(C=1e6, max_iter=1000)  # a few weights from thousands of examples: no penalty
        fit.confidence = model.fit(np.array(rows), np.array([right[0] for _, right in firsts]), sample_weight=shares)
        return fit

    def ranked(self, example: Example) -> tuple[list[Candidate], list[bool]]:
        """The candidates as these weights rank them, and which are right."""
        scores = example.signs(self.sentence_names) @ self.sentence
        order = np.argsort(-scores, kind="stable")
        ranked = [replace(example.candidates[one], score=float(scores[one])) for one in order]
        return ranked, [example.right[one] for one in order]

    def signs(self, ranked: Sequence[Candidate], example: Example) -> Floats:
        """Those of the first one, for its confidence."""
        signs = confidence.signs_of(ranked, example.best_cosine)
        return np.array([getattr(signs, name) for name in self.confidence_names])

    def judged(self, example: Example) -> Judged:
        assert self.confidence
        ranked, right = self.ranked(example)
        sure = float(self.confidence.predict_proba(self.signs(ranked, example)[None])[0, 1])
        shown = [ranked.index(one) for one in varied(ranked, 5)]
        by_passage = np.argsort(-(example.passages @ self.passage), kind="stable")
        passage = place_of(example.right_passages[one] for one in by_passage)
        quote = place_of(right[place] for place in shown)
        return Judged(example.answerable, sure, example.seconds, passage, quote, sure >= THRESHOLD)

    def by_name(self) -> dict[str, dict[str, float]]:
        assert self.confidence
        return {
            "passage": named(PASSAGE_SIGNS, self.passage),
            "sentence": named(self.sentence_names, self.sentence),
            "confidence": {
                "intercept": round(float(self.confidence.intercept_[0]), 4),
                **named(self.confidence_names, self.confidence.coef_[0]),
            },
        }


def names_of(signs: type, reading: Reading) -> list[str]:
    """The signs that a way to read has: the reader's only with it."""
    return [one.name for one in fields(signs) if reading == "read" or not one.name.startswith("reader")]


def named(names: Sequence[str], factors: Floats) -> dict[str, float]:
    return {name: round(float(factor), 4) for name, factor in zip(names, factors, strict=True)}


def examples_of(folder: Path, others: Path, indexes: Path, settings: Settings) -> Iterator[Example]:
    """The questions of a set that the reader has not learned from."""
    more = None if folder.name == ALONE else others
    with questions_and_archive(folder, more, indexes / folder.name, settings) as (questions, archive):
        for number, question in enumerate(not_learned_from(questions, folder, indexes, settings)):
            group = question.article or f"absent {number // ABSENT_PER_GROUP}"
            yield example_of(question, archive, settings.answers.read, folder.name, group)


def example_of(question: Question, archive: Archive, most: int, name: str, group: str) -> Example:
    assert archive.reader, "the settings name no reader"
    started = time.perf_counter()
    retrieved = archive.retrieve(question.text, around=most)
    odds = archive.reader.read(question.text, retrieved.passages[:most])
    found = candidates(archive, question.text, retrieved.reread(odds), most)
    seconds = time.perf_counter() - started
    read = retrieved.passages[: len(odds)]
    return Example(
        np.array([(score, np.logaddexp.reduce(one)) for score, one in zip(retrieved.scores, odds, strict=False)]),
        tuple(first_right_passage(question, [Found(one.article, one.start, one.end, 1)]) == 1 for one in read),
        tuple(replace(one, article=Article(one.article.id, "", ""), also_in=()) for one in found),
        tuple(answers(question, one, archive) for one in found),
        retrieved.best_cosine,
        name,
        group,
        question.article is not None,
        seconds,
    )


def answers(question: Question, one: Candidate, archive: Archive) -> bool:
    passage = archive.generation.store.passage(one.passage)
    return is_right(question, passage.article, *passage.sentences[one.place])


def shares_of(sets: Sequence[str]) -> Floats:
    """How much each example counts, together 1: every set the same."""
    sizes = Counter(sets)
    return np.array([1 / sizes[one] / len(sizes) for one in sets])


def fitted(choices: Sequence[tuple[Floats, Sequence[bool], str]]) -> Floats:
    """Weights under which the right ones of each choice have the largest share of exp(score); a choice is the signs of
    what there is to choose from, which of it is right, and the set that it is of."""
    usable = [(signs, np.array(right), name) for signs, right, name in choices if any(right) and not all(right)]
    shares = shares_of([name for _, _, name in usable])

    def loss(factors: Floats) -> tuple[float, Floats]:
        total, slope = PENALTY * float(factors @ factors), 2 * PENALTY * factors
        for (rows, right, _), share in zip(usable, shares, strict=True):
            scores = rows @ factors
            everything, wanted = logsumexp(scores), logsumexp(scores[right])
            total += share * float(everything - wanted)
            expected = np.exp(scores - everything) @ rows
            slope += share * (expected - np.exp(scores[right] - wanted) @ rows[right])
        return total, slope

    return np.asarray(minimize(loss, np.zeros(usable[0][0].shape[1]), jac=True, method="L-BFGS-B").x)


def cross_validated(examples: Sequence[Example], reading: Reading) -> list[Judged]:
    """Every question judged by weights learned without its article, in five folds by article."""
    groups = [f"{one.set} {one.group}" for one in examples]
    judged: dict[int, Judged] = {}
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(groups, groups=groups):
        fit = Weights.fitted([examples[number] for number in train], reading)
        judged.update((int(number), fit.judged(examples[number])) for number in test)
    return [judged[number] for number in range(len(examples))]
