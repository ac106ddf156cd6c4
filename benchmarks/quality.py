"""Fits the weights and measures question sets: writes `docs/quality.md`, its plots and `index/learned/weights.json`.

    python benchmarks/quality.py SET [SET ...] --held-out SET [SET ...] --with ARTICLES --indexes FOLDER
        [--selection FILE ...] [--write]

Weights are learned from each SET and measured on it by cross-validation in five folds by article; sets that are
`--held-out` have no part in them. Each is indexed together with ARTICLES in FOLDER/NAME, as `pullquote evaluate` does
it (`town`, the sample archive, by itself). Of the sets that the reader has learned from, only questions about articles
held out from it are asked (`lessons.is_held_out`). Two ways to read are fitted: with the reader, and without.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from fitting import THRESHOLD, Example, Weights, cross_validated, examples_of
from matplotlib.axes import Axes
from report import heading, table, without_reader
from rich.console import Console
from understanding import read_into_questions

from config.settings import Settings
from index import weights
from index.cli_evaluate import measured_selection
from index.evaluation import CALIBRATION_BINS, Figures, Judged, figures
from index.models import READER_CARD
from index.weights import Reading

TARGET = Path(__file__).parent.parent / "docs" / "quality.md"
PICTURE = TARGET.with_suffix(".svg")
INK = "#666666"
PERHAPS = Settings.load().answers.perhaps
PRECISION = 0.9  # of what is answered, for which the threshold is chosen
READINGS: tuple[Reading, ...] = ("read", "unread")
console = Console()

Judgements = dict[str, list[Judged]]  # by the name of the set


def judgements(
    learned_from: Sequence[Example], held_out: Sequence[Example], reading: Reading
) -> tuple[Weights, Judgements]:
    """The weights of all examples to learn from, and every question judged by weights that do not know its article."""
    fit = Weights.fitted(learned_from, reading)
    by_set: Judgements = {}
    for one, judged in zip(learned_from, cross_validated(learned_from, reading), strict=True):
        by_set.setdefault(one.set, []).append(judged)
    for one in held_out:
        by_set.setdefault(one.set, []).append(fit.judged(one))
    return fit, by_set


def threshold_for(judged: Judgements, names: Sequence[str]) -> float:
    """The lowest confidence above which `PRECISION` of all answers of the sets are right, every set the same."""
    everything = [(one.confidence, one.quote == 1, 1 / len(judged[name])) for name in names for one in judged[name]]
    everything.sort(reverse=True)
    sure, right, share = (np.array(column, np.float64) for column in zip(*everything, strict=True))
    last_of_equals = np.append(np.diff(sure) != 0, True)
    precise = last_of_equals & (np.cumsum(right * share) / np.cumsum(share) >= PRECISION)
    return float(sure[precise][-1]) if precise.any() else 1.0


def risk_coverage(axes: Axes, judged: Judgements) -> None:
    """Of all questions the share answered, and of those the share that is wrong (El-Yaniv & Wiener 2010)."""
    for name, answers in judged.items():
        order = np.argsort([-one.confidence for one in answers], kind="stable")
        wrong = np.cumsum([answers[number].quote != 1 for number in order])
        count = np.arange(1, len(order) + 1)
        axes.plot(count / len(order), wrong / count, label=name, linewidth=1.6)
    axes.axhline(1 - PRECISION, color=INK, linewidth=0.6, linestyle=":")
    axes.set(xlabel="share of all questions that are answered", ylabel="wrong among them", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Risk and coverage")
    axes.legend(frameon=False)


def reliability(axes: Axes, judged: Judgements) -> None:
    """Confidence in bins, and the share of right first quotes in each (DeGroot & Fienberg 1983)."""
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.6, linestyle=":")
    for name, answers in judged.items():
        sure = np.array([one.confidence for one in answers])
        right = np.array([one.quote == 1 for one in answers])
        bins = np.minimum((sure * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        filled = [one for one in range(CALIBRATION_BINS) if (bins == one).sum() >= 5]
        points = [(sure[bins == one].mean(), right[bins == one].mean()) for one in filled]
        axes.plot(*zip(*points, strict=True), label=name, marker="o", markersize=4, linewidth=1.2)
    axes.set(xlabel="confidence", ylabel="first quotes that are right", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Reliability (bins of five questions or more)")


def plot(judged: Judgements) -> None:
    plt.rcParams.update({"svg.hashsalt": "pullquote", "svg.fonttype": "none", "font.size": 9})
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    risk_coverage(left, judged)
    reliability(right, judged)
    figure.savefig(PICTURE, metadata={"Date": None})


def with_interval(measured: Figures, name: str) -> str:
    value = getattr(measured, name)
    if value is None:
        return "–"
    low, high = measured.intervals[name]
    return f"{value:.3f} ({low:.2f}–{high:.2f})"


def figures_table(measured: dict[str, Figures], columns: Sequence[str], held_out: Sequence[str]) -> str:
    rows = {
        f"{name}{' (held out)' if name in held_out else ''}": [
            f"{one.questions:,} + {one.absent:,}",
            *(with_interval(one, column) for column in columns),
        ]
        for name, one in measured.items()
    }
    return table(["set", "questions + absent", *(column.replace("_", " ") for column in columns)], rows)


def selection_table(files: Sequence[Path], settings: Settings) -> str:
    rows = {}
    for file in files:
        for name, own in ((f"{file.stem}, reader", settings), (f"{file.stem}, cosine", without_reader(settings))):
            measured = measured_selection(file, own)
            shares = (measured.mean_average_precision, measured.mean_reciprocal_rank, measured.precision_at_1)
            rows[name] = [str(measured.questions), *(f"{share:.3f}" for share in shares)]
    return table(["set", "questions", "MAP", "MRR", "P@1"], rows)


RANKING = ["passage_at_1", "passage_at_5", "passage_mrr_at_10", "quote_at_1", "quote_at_3"]
CONFIDENCE = [
    "auroc",
    "calibration_error",
    "coverage_at_90_precision",
    "coverage_at_95_precision",
    "answered",
    "precision",
]


def document(
    by_reading: dict[Reading, dict[str, Figures]], held_out: Sequence[str], precise: float, trained: str, rest: str
) -> str:
    read, unread = by_reading["read"], by_reading["unread"]
    sets = ", ".join(name for name in read if name not in held_out)
    return f"""# How good it is

{heading("quality.py", f"threshold of confidence {THRESHOLD}")}

| question set | what | source |
| --- | --- | --- |
| bbc | questions as members would ask them, and about what is not there, to 2,225 BBC articles of 2004-05 | \
articles: Greene & Cunningham, ICML 2006 (for research); not part of this project |
| newwiki | terse, written by crowd workers: of 3,085 and 1,129 absent those about six articles of 18 | SQuADShifts \
“New Wikipedia” (Miller et al., ICML 2020), CC BY 4.0; not part of this project |
| xquad | out of SQuAD: of 1,190 those about 15 excerpts of 48 | XQuAD English (Artetxe et al., ACL 2020), CC BY-SA \
4.0; not part of this project |
| news | questions in other words than the text's, to invented news | `tests/news` |
| town | questions to the sample archive | `tests/town` |

All but town are asked of an index with the 2,225 BBC articles in it. A passage or quote is right if it contains an
answer, or is the same text as the sentence that does. In brackets: intervals of 95 %, by bootstrap over the questions.

The reader ({trained}; [its card](../index/learned/reader.md)) has learned from other articles of newwiki and xquad, and
from none of bbc, news and town. The weights that put its signs and the others together (`index/learned/weights.json`)
were learned from {sets}; figures of these sets are cross-validated in five folds by article, so that every question is
judged by weights that do not know its article. {", ".join(held_out)} had no part in any of it.

## With the reader

{figures_table(read, RANKING, held_out)}

{figures_table(read, CONFIDENCE, held_out)}

AUROC tells answerable from absent questions by confidence. Coverage is the share of answerable questions that are
answered rightly by the threshold at which so many of all answers are right. `answered` and `precision` are those of the
threshold that ships, {THRESHOLD}. From {precise} on, {PRECISION:.0%} of the answers to {sets} together are right, every
set counting the same. Much that is right lies below: from {PERHAPS} on the quote is shown, and that it may not answer.

![How many answers are wrong when so many questions are answered, and how often first quotes of a confidence are right\
](quality.svg)

## Without a reader

`reader.name = "none"`: late interaction, words and kinds of answer alone.

{figures_table(unread, RANKING, held_out)}

{figures_table(unread, CONFIDENCE, held_out)}

{rest}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[])
    parser.add_argument("--with", dest="others", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--selection", type=Path, nargs="*", default=[])
    parser.add_argument("--write", action="store_true", help="write weights, document and plots")
    given = parser.parse_args()
    settings = Settings.load()
    card = json.loads(READER_CARD.read_text(encoding="utf-8"))
    learned_from, held_out = (
        [one for folder in folders for one in examples_of(folder, given.others, given.indexes, settings)]
        for folders in (given.sets, given.held_out)
    )
    names = [folder.name for folder in given.sets]
    fitted: dict[str, Any] = {"fitted": f"{datetime.now(UTC):%Y-%m-%d} by benchmarks/quality.py on {', '.join(names)}"}
    by_reading: dict[Reading, dict[str, Figures]] = {}
    precise = 1.0
    for reading in READINGS:
        fit, judged = judgements(learned_from, held_out, reading)
        if reading == "read":
            precise = round(threshold_for(judged, names), 2)
            read_judged = judged
        by_reading[reading] = {name: figures(answers) for name, answers in judged.items()}
        fitted[reading] = fit.by_name()
    for reading, measured in by_reading.items():
        console.print_json(json.dumps({reading: {name: asdict(one) for name, one in measured.items()}}))
    fitted["precise_from"] = precise  # what `answers.confidence` in config/default.toml is to be
    console.print(f"{PRECISION:.0%} of the answers are right from a confidence of {precise} on.")
    if given.write:  # what follows is asked with the new weights
        weights.FILE.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
        weights.learned.cache_clear()
    rest = read_into_questions([*given.held_out, *given.sets], given.others, given.indexes, settings)
    if given.selection:
        rest += f"\n## Ranking given sentences\n\n{selection_table(given.selection, settings)}\n"
    text = document(by_reading, [folder.name for folder in given.held_out], precise, card["trained"], rest)
    console.print(text, markup=False)
    if given.write:
        plot(read_judged)
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
