"""Learns `index/weights.json` from question sets: which sentence answers, and how probable it is that it does.

    python benchmarks/fit_weights.py SET [SET ...] --with ARTICLES --indexes FOLDER [--write]

Each question set but the sample archive's own (`tests/town`) is indexed together with ARTICLES; the indexes are kept
in FOLDER, where `pullquote evaluate --index FOLDER/NAME` finds them too. Every set weighs the same. The weights that
ship were learned from `newwiki`, `xquad` and `town` (docs/quality.md names their sources), so that `bbc` measures.

Sentences: conditional logit over a question's candidates (McFadden 1974). Confidence: logistic regression on the
signs of the first of them. What is printed is cross-validated in five folds by article, both steps, so that no figure
is measured on what it was learned from; the weights written are those of all the data. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from config.settings import Settings
from index import confidence, quotes, weights
from index.archive import Archive
from index.cli import questions_and_archive
from index.evaluation import Question, auroc, calibration_error, coverage, is_right
from index.quotes import Candidate, candidates

FOLDS = 5
ALONE = "town"  # the sample archive, which is asked by itself: small archives are to be answered from as well
ABSENT_PER_GROUP = 10  # absent questions have no article; so many in a row, mostly of one subject, go together
PENALTY = 1e-4  # of squared sentence weights: enough that none runs away where a sign is rare
Floats = NDArray[np.float64]
console = Console()


@dataclass(frozen=True, slots=True)
class Example:
    """One question's candidates, which of them are right, and the best cosine of a passage."""

    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]
    best_cosine: float
    set: str
    group: str
    answerable: bool

    @property
    def signs(self) -> Floats:
        return np.array([astuple(one.signs) for one in self.candidates])

    def ranked(self, factors: Floats) -> tuple[list[Candidate], bool]:
        """The candidates by these weights, and whether the first is right."""
        scores = self.signs @ factors
        order = np.argsort(-scores, kind="stable")
        return [replace(self.candidates[one], score=float(scores[one])) for one in order], self.right[order[0]]

    def first_signs(self, factors: Floats) -> tuple[Floats, bool]:
        ranked, is_right = self.ranked(factors)
        return np.array(astuple(confidence.signs_of(ranked, self.best_cosine))), is_right


def answers(question: Question, one: Candidate, archive: Archive) -> bool:
    passage = archive.generation.store.passage(one.passage)
    return is_right(question, passage.article, *passage.sentences[one.place])


def examples_of(folder: Path, others: Path, indexes: Path, settings: Settings) -> Iterator[Example]:
    more = None if folder.name == ALONE else others
    with questions_and_archive(folder, more, indexes / folder.name, settings) as (questions, archive):
        for number, question in enumerate(questions):
            retrieved = archive.retrieve(question.text)
            found = candidates(archive, question.text, retrieved, settings.answers.read)
            yield Example(
                tuple(found),
                tuple(answers(question, one, archive) for one in found),
                retrieved.best_cosine,
                folder.name,
                question.article or f"absent {number // ABSENT_PER_GROUP}",
                question.article is not None,
            )


def shares_of(examples: Sequence[Example]) -> Floats:
    """How much each example counts, together 1: every set the same."""
    sizes = Counter(one.set for one in examples)
    return np.array([1 / sizes[one.set] / len(sizes) for one in examples])


def fitted_sentences(examples: Sequence[Example]) -> Floats:
    """Weights under which the right candidates of a question have the largest share of exp(score)."""
    usable = [one for one in examples if any(one.right)]
    signs = [one.signs for one in usable]
    rights = [np.array(one.right) for one in usable]
    shares = shares_of(usable)

    def loss(factors: Floats) -> tuple[float, Floats]:
        total, slope = PENALTY * float(factors @ factors), 2 * PENALTY * factors
        for rows, right, share in zip(signs, rights, shares, strict=True):
            scores = rows @ factors
            everything, wanted = logsumexp(scores), logsumexp(scores[right])
            total += share * float(everything - wanted)
            expected = np.exp(scores - everything) @ rows
            slope += share * (expected - np.exp(scores[right] - wanted) @ rows[right])
        return total, slope

    return np.asarray(minimize(loss, np.zeros(signs[0].shape[1]), jac=True, method="L-BFGS-B").x)


def fitted_confidence(examples: Sequence[Example], factors: Floats) -> LogisticRegression:
    rows, right = zip(*(one.first_signs(factors) for one in examples), strict=True)
    shares = shares_of(examples) * len(examples)
    model = LogisticRegression(C=1e6, max_iter=1000)  # a few weights from thousands of examples: no penalty
    return model.fit(np.array(rows), np.array(right), sample_weight=shares)


def cross_validated(sets: dict[str, list[Example]]) -> dict[str, dict[str, float | None]]:
    """Figures of each set, every question judged by weights learned without its article."""
    everything = [(name, one) for name, examples in sets.items() for one in examples]
    groups = [f"{name} {one.group}" for name, one in everything]
    sure, right = np.zeros(len(everything)), np.zeros(len(everything), bool)
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(groups, groups=groups):
        known = [everything[number][1] for number in train]
        factors = fitted_sentences(known)
        model = fitted_confidence(known, factors)
        for number in test:
            signs, right[number] = everything[number][1].first_signs(factors)
            sure[number] = model.predict_proba(signs[None])[0, 1]
    names = np.array([name for name, _ in everything])
    answerable = np.array([one.answerable for _, one in everything])
    return {name: report(sure[names == name], right[names == name], answerable[names == name]) for name in sets}


def report(sure: Floats, right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> dict[str, float | None]:
    answered = sure >= Settings.load().answers.confidence
    figures = {
        "questions": float(len(right)),
        "quote_at_1": float(right[answerable].mean()),
        "auroc": auroc(sure, answerable),
        "calibration_error": calibration_error(sure, right),
        "coverage_at_95_precision": coverage(sure, right, int(answerable.sum())),
        "answered": float(answered.mean()),
        "right_when_answered": float(right[answered].mean()) if answered.any() else None,
    }
    return {name: None if value is None else round(value, 3) for name, value in figures.items()}


def named(names: Sequence[str], factors: Floats) -> dict[str, float]:
    return {name: round(float(factor), 4) for name, factor in zip(names, factors, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--with", dest="others", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="write index/weights.json")
    given = parser.parse_args()
    settings = Settings.load()
    sets = {folder.name: list(examples_of(folder, given.others, given.indexes, settings)) for folder in given.sets}
    everything = [one for examples in sets.values() for one in examples]
    factors = fitted_sentences(everything)
    model = fitted_confidence(everything, factors)
    fit = {
        "fitted": f"{datetime.now(UTC):%Y-%m-%d} by benchmarks/fit_weights.py on {', '.join(sets)}",
        "cross_validated": cross_validated(sets),
        "sentence": named(quotes.Signs.__slots__, factors),
        "confidence": {
            "intercept": round(float(model.intercept_[0]), 4),
            **named(confidence.Signs.__slots__, model.coef_[0]),
        },
    }
    console.print_json(json.dumps(fit))
    if given.write:
        weights.FILE.write_text(json.dumps(fit, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
