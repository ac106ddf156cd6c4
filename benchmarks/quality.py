"""Measures question sets and writes `docs/quality.md`.

    python benchmarks/quality.py SET [SET ...] --with ARTICLES --indexes FOLDER [--selection FILE ...] [--float32]
        [--write]

Each set is indexed together with ARTICLES in FOLDER/NAME, as `pullquote evaluate` does it (`town`, the sample archive,
by itself). Of sets that the weights were learned from, first quotes and confidence are taken from the cross-validation
in `index/weights.json`, not from here; passages learn nothing. `--float32` also measures what sentence-transformers
finds in float32, with indexes of its own, and takes ten minutes more.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from report import heading, table
from rich.console import Console

from config.settings import Settings
from index import weights
from index.cli import measured, measured_selection

TARGET = Path(__file__).parent.parent / "docs" / "quality.md"
ALONE = "town"  # asked by itself, as a small archive is
console = Console()


def table_of(rows: dict[str, dict[str, Any]], columns: list[str]) -> str:
    figures = {name: [shown(row.get(column)) for column in columns] for name, row in rows.items()}
    return table(["set", *(column.replace("_", " ") for column in columns)], figures)


def shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) and value > 1 else f"{value:.3f}"


def measured_sets(
    folders: Sequence[Path], others: Path, indexes: Path, settings: Settings
) -> dict[str, dict[str, Any]]:
    """The figures of every set; an index that is not there yet begins as a copy of the one before, which has many
    of the same articles."""
    rows = {}
    last: Path | None = None
    for folder in folders:
        index = indexes / folder.name
        if last is not None and not index.exists():
            shutil.copytree(last, index)
        more = None if folder.name == ALONE else others
        rows[folder.name] = asdict(measured(folder, more, index, settings))
        last = index
    return rows


def beside_float32(rows: dict[str, dict[str, Any]], exact: dict[str, dict[str, Any]]) -> str:
    """What the precision that serves costs, set by set; nothing where float32 was not measured."""
    if not exact:
        return ""
    both = {
        name: {
            "questions": row["questions"],
            "passage_at_1_float32": exact[name]["passage_at_1"],
            "served": row["passage_at_1"],
            "quote_at_1_float32": exact[name]["quote_at_1"],
            "as_served": row["quote_at_1"],
        }
        for name, row in rows.items()
    }
    return f"""## What speed costs

The same questions, weights and passages with the model in float32, by sentence-transformers, and as it is served. One
question more or less is 0.017 of `town` and 0.008 of `bbc`. (Weights here are those that ship, learned from all sets
but `bbc`: for comparing precisions, not for how good it is.)

{table_of(both, ["questions", "passage_at_1_float32", "served", "quote_at_1_float32", "as_served"])}

"""


def document(passages: str, sentences: str, selection: str, precision: str) -> str:
    return f"""# How good it is

{heading("quality.py", "threshold of confidence " + str(Settings.load().answers.confidence))}

| question set | what | source |
| --- | --- | --- |
| bbc | 120 questions as members would ask them and 60 about what is not there, to 2,225 BBC articles of 2004-05 | \
articles: Greene & Cunningham, ICML 2006 (for research); not part of this project |
| newwiki | 3,085 and 1,129 absent, terse, written by crowd workers | SQuADShifts “New Wikipedia” \
(Miller et al., ICML 2020), CC BY 4.0; not part of this project |
| xquad | 1,190 out of SQuAD | XQuAD English (Artetxe et al., ACL 2020), CC BY-SA 4.0; not part of this project |
| town | 60 and 20 absent, to the sample archive | `tests/town` |

newwiki and xquad are each asked of an index with the 2,225 BBC articles in it. A passage or quote is right if it
contains an answer, or is the same text as the sentence that does.

## Passages

{passages}

## First quotes and confidence

The weights (`index/weights.json`) were fitted {learned()["fitted"]}. Figures of these sets are cross-validated in five
folds by article: every question is judged by weights learned without its article. bbc had no part in it. `auroc` and
what follows judge the confidence over all questions, absent ones included: it is calibrated on questions like those it
was learned from, and too sure of itself on bbc.

{sentences}

{precision}## Ranking given sentences

Mean average precision, mean reciprocal rank and precision at 1, as the literature reports answer-sentence selection, by
the model's cosine alone.

{selection}
"""


def learned() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(weights.FILE.read_text(encoding="utf-8"))
    return read


def judged(measured_rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """First quotes and confidence of each set, cross-validated where the weights were learned from it."""
    validated = learned()["cross_validated"]
    return {
        f"{name} ({'cross-validated' if name in validated else 'held out'})": validated.get(name, row)
        for name, row in measured_rows.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--with", dest="others", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--selection", type=Path, nargs="*", default=[])
    parser.add_argument("--float32", action="store_true", help="measure the model in float32 as well")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    given = parser.parse_args()
    settings = Settings.load()
    rows = measured_sets(given.sets, given.others, given.indexes, settings)
    exact = {}
    if given.float32:
        slow = settings.model.model_copy(update={"engine": "sentence-transformers"})
        slowly = settings.model_copy(update={"model": slow})
        exact = measured_sets(given.sets, given.others, given.indexes / "float32", slowly)
    selected = {file.stem: asdict(measured_selection(file, settings)) for file in given.selection}
    text = document(
        table_of(rows, ["questions", "passage_at_1", "passage_at_5", "passage_mrr_at_10"]),
        table_of(judged(rows), ["quote_at_1", "auroc", "calibration_error", "coverage_at_95_precision"]),
        table_of(selected, ["questions", "mean_average_precision", "mean_reciprocal_rank", "precision_at_1"]),
        beside_float32(rows, exact),
    )
    console.print_json(json.dumps(rows))
    console.print(text, markup=False)
    if given.write:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
