"""Measures question sets and writes `docs/quality.md`.

    python benchmarks/quality.py SETS --with ARTICLES --indexes FOLDER [--selection FILE ...] [--write]

SETS holds question sets (`bbc`, `newwiki`, `xquad`); each is indexed together with ARTICLES in FOLDER/NAME, as
`pullquote evaluate` does it. The weights were learned on these sets, so that first quotes and confidence are taken from
the cross-validation in `index/weights.json`, not from here; passages learn nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console

from config.settings import Settings
from index import weights
from index.cli import measured, measured_selection

TARGET = Path(__file__).parent.parent / "docs" / "quality.md"
PACKAGES = ("sentence-transformers", "torch", "faiss-cpu", "tantivy", "syntok")
console = Console()


def table(rows: dict[str, dict[str, Any]], columns: list[str]) -> str:
    lines = [
        f"| set | {' | '.join(column.replace('_', ' ') for column in columns)} |",
        f"| --- {'| ---: ' * len(columns)}|",
    ]
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(shown(row.get(column)) for column in columns)} |")
    return "\n".join(lines)


def shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) and value > 1 else f"{value:.3f}"


def document(passages: str, sentences: str, selection: str) -> str:
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    learned = json.loads(weights.FILE.read_text(encoding="utf-8"))["fitted"]
    return f"""# How good it is

Measured on {datetime.now(UTC):%Y-%m-%d} by `benchmarks/quality.py` on {machine}; {packages}.

The question sets are not part of this project: *bbc* is 120 questions written as members would ask them, and 60 about
things the archive does not have, to 2,225 BBC articles of 2004-05 (Greene & Cunningham 2006); *newwiki* is SQuADShifts'
“New Wikipedia” (Miller et al. 2020), *xquad* XQuAD English (Artetxe et al. 2020), each with the BBC articles in one
index. A passage or quote is right if it contains an answer.

## Passages

{passages}

## First quotes and confidence

Cross-validated in five folds by article: every question is judged by weights learned without its article (weights
{learned}). `answered` is the share of all questions, absent ones included, whose confidence reaches the threshold.

{sentences}

## Ranking given sentences

Mean average precision, mean reciprocal rank and precision at 1, as the literature reports answer-sentence selection, by
the model's cosine alone.

{selection}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--names", nargs="+", default=["bbc", "newwiki", "xquad"])
    parser.add_argument("--with", dest="others", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--selection", type=Path, nargs="*", default=[])
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    given = parser.parse_args()
    settings = Settings.load()
    rows = {
        name: asdict(measured(given.sets / name, given.others, given.indexes / name, settings)) for name in given.names
    }
    validated = json.loads(weights.FILE.read_text(encoding="utf-8"))["cross_validated"]
    selected = {file.stem: asdict(measured_selection(file, settings)) for file in given.selection}
    text = document(
        table(rows, ["questions", "passage_at_1", "passage_at_5", "passage_mrr_at_10"]),
        table(validated, list(next(iter(validated.values())))),
        table(selected, ["questions", "mean_average_precision", "mean_reciprocal_rank", "precision_at_1"]),
    )
    console.print_json(json.dumps(rows))
    console.print(text, markup=False)
    if given.write:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
