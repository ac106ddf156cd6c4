"""Signs -> the probability that the first quote answers: a logistic regression."""

from __future__ import annotations

import json
import math
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("confidence.json")  # written by benchmarks/fit_confidence.py, with provenance


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a first quote."""

    cosine: float  # of question and quote
    words: float  # part of the question's words that the quote has or borrows, 0 to 1
    passage_cosine: float  # of question and the passage nearest in meaning
    lead: float  # how far the quote's score is above the second one's


@cache
def weights() -> tuple[float, tuple[float, ...]]:
    """Intercept, and one weight for each of the `Signs`."""
    fitted = json.loads(FILE.read_text(encoding="utf-8"))
    return float(fitted["intercept"]), tuple(float(fitted["weights"][name]) for name in Signs.__slots__)


def probability(signs: Signs) -> float:
    """The calibrated probability (0 to 1) that a quote with these signs answers its question."""
    intercept, factors = weights()
    total = intercept + sum(factor * sign for factor, sign in zip(factors, astuple(signs), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
