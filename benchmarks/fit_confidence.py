"""Fits the weights of `index/confidence.json` on question sets.

    python benchmarks/fit_confidence.py SETS --with ARTICLES --indexes FOLDER [--write]

SETS holds question sets (`bbc`, `newwiki`, `xquad`), each of which is indexed together with ARTICLES; the indexes
are kept in FOLDER, where `pullquote evaluate --index FOLDER/NAME` finds them too. Every set weighs the same. What is
printed is cross-validated in five folds by article, so that no figure is measured on what it was fitted on; the
weights written are those of all the data. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from config.settings import Settings
from index import generations, terminal
from index.answers import signs_of
from index.archive import Archive
from index.build import Recipe, publish
from index.confidence import FILE, Signs
from index.embeddings import SentenceTransformerEmbedder
from index.evaluation import Question, QuestionSet, calibration_error, coverage, holds
from index.models import find_model
from index.quotes import Candidate, candidates

FOLDS = 5
ABSENT_PER_GROUP = 10  # absent questions have no article; so many in a row, mostly of one subject, go together
Floats = NDArray[np.float64]
console = Console()


class Examples:
    """One set's signs, whether the first quote was right, whether the archive answers, and the fold groups."""

    def __init__(self, name: str, rows: Sequence[tuple[Signs, bool, Question]]) -> None:
        self.name = name
        self.signs = np.array([astuple(signs) for signs, _, _ in rows])
        self.right = np.array([right for _, right, _ in rows])
        self.answerable = np.array([question.article is not None for _, _, question in rows])
        self.groups = [
            question.article or f"absent {number // ABSENT_PER_GROUP}" for number, (_, _, question) in enumerate(rows)
        ]

    @property
    def weights(self) -> Floats:
        return np.full(len(self.right), 1 / len(self.right))


def is_right(question: Question, first: Candidate, archive: Archive) -> bool:
    passage = archive.generation.store.passage(first.passage)
    if passage.article.id == question.article:
        return holds(question, *passage.sentences[first.place])
    return first.text in question.sentences


def examples_of(folder: Path, others: Path, index: Path, settings: Settings) -> Examples:
    question_set = QuestionSet.read(folder, others, settings.archive.max_file_megabytes)
    model = find_model(settings.model.name, settings.model.folder)
    embedder = SentenceTransformerEmbedder(model, settings.model.batch)
    recipe = Recipe(model, settings.passages.words, settings.archive.max_file_megabytes, settings.index.keep)
    with generations.sole_builder(index), terminal.progress_bars(console) as progress:
        publish(question_set.corpus, str(folder), index, recipe, lambda: embedder, progress)
    rows = []
    with closing(Archive.open(index, model, embedder)) as archive:
        for question in track(question_set.questions, f"Asking {folder.name}", console=console):
            retrieved = archive.retrieve(question.text)
            ranked = candidates(archive, question.text, retrieved)
            rows.append((signs_of(ranked, retrieved), is_right(question, ranked[0], archive), question))
    return Examples(folder.name, rows)


def fitted(sets: Sequence[Examples], parts: Sequence[NDArray[np.intp]]) -> LogisticRegression:
    return LogisticRegression(C=1e6, max_iter=1000).fit(  # five numbers from thousands of examples: no penalty
        np.concatenate([one.signs[part] for one, part in zip(sets, parts, strict=True)]),
        np.concatenate([one.right[part] for one, part in zip(sets, parts, strict=True)]),
        sample_weight=np.concatenate([one.weights[part] for one, part in zip(sets, parts, strict=True)]) * 1000,
    )


def cross_validated(sets: Sequence[Examples]) -> list[Floats]:
    """For every set the confidence of each question, from weights fitted without its article."""
    confidence = [np.zeros(len(one.right)) for one in sets]
    splits = [list(GroupKFold(FOLDS, shuffle=True, random_state=0).split(one.signs, groups=one.groups)) for one in sets]
    for fold in range(FOLDS):
        model = fitted(sets, [split[fold][0] for split in splits])
        for one, split, filled in zip(sets, splits, confidence, strict=True):
            filled[split[fold][1]] = model.predict_proba(one.signs[split[fold][1]])[:, 1]
    return confidence


def report(one: Examples, confidence: Floats) -> dict[str, float | None]:
    both = one.answerable.any() and not one.answerable.all()
    answered = confidence >= 0.5
    figures = {
        "questions": float(len(one.right)),
        "auroc": float(roc_auc_score(one.answerable, confidence)) if both else None,
        "calibration_error": calibration_error(confidence, one.right),
        "coverage_at_95_precision": coverage(confidence, one.right, int(one.answerable.sum())),
        "answered": float(answered.mean()),
        "right_when_answered": float(one.right[answered].mean()) if answered.any() else None,
    }
    return {name: None if value is None else round(value, 3) for name, value in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--names", nargs="+", default=["bbc", "newwiki", "xquad"])
    parser.add_argument("--with", dest="others", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="write index/confidence.json")
    given = parser.parse_args()
    settings = Settings.load()
    sets = [examples_of(given.sets / name, given.others, given.indexes / name, settings) for name in given.names]
    figures = {one.name: report(one, values) for one, values in zip(sets, cross_validated(sets), strict=True)}
    model = fitted(sets, [np.arange(len(one.right)) for one in sets])
    weights = dict(zip(Signs.__slots__, (round(float(weight), 4) for weight in model.coef_[0]), strict=True))
    fit = {
        "fitted": f"{datetime.now(UTC):%Y-%m-%d} by benchmarks/fit_confidence.py on {', '.join(given.names)}",
        "cross_validated": figures,
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": weights,
    }
    console.print_json(json.dumps(fit))
    if given.write:
        FILE.write_text(json.dumps(fit, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
