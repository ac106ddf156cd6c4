"""Signs -> the probability that the first quote answers: a logistic regression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.quotes import Candidate
from index.weights import Reading, learned

IN_WORDS = ((0.95, "almost certainly"), (0.8, "very likely"), (0.6, "likely"))


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a first quote; the weights are learned (`index/learned/weights.json`)."""

    late: float  # how well its tokens match the question's
    late_borrowed: float  # ... where its passage may help out
    words_borrowed: float  # the part of the question's words that it, its passage or its title has
    passage: float  # how well the passage's tokens match the question's
    passage_cosine: float  # of question and the passage nearest in meaning
    lead: float  # how far the quote's score is above the best of the others
    reader: float = 0.0  # the reader's log odds of the quote
    reader_best: float = 0.0  # ... of the sentence that it prefers
    reader_passage: float = 0.0  # ... of all sentences of the quote's passage together


def signs_of(ranked: Sequence[Candidate], best_cosine: float) -> Signs:
    """The signs of the first of `ranked`, of which there is at least one; `best_cosine` is the question's with the
    passage nearest to it."""
    first = ranked[0].signs
    others = [one.own_score for one in ranked[1:]]
    return Signs(
        first.late,
        first.late_borrowed,
        first.words_borrowed,
        first.passage,
        best_cosine,
        ranked[0].own_score - max(others) if others else 0.0,
        first.reader,
        max(one.signs.reader for one in ranked),
        first.reader_passage,
    )


def probability(signs: Signs, reading: Reading) -> float:
    """The calibrated probability (0 to 1) that a quote with these signs answers its question."""
    weights = learned(reading, "confidence")
    total = sum(weight * float(getattr(signs, name, 1.0)) for name, weight in weights.items())  # the intercept's is 1
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def confidence_in_words(confidence: float) -> str:
    """A probability as people say it: "very likely"."""
    return next((words for least, words in IN_WORDS if confidence >= least), "possibly")
