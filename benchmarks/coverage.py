"""Measures how `nearness` tells what an archive has something on from what it has nothing on.

    python benchmarks/coverage.py INDEX QUESTIONS [--others FILE ...]

INDEX holds the articles of the question set QUESTIONS (`questions.jsonl` and, where there is one, `absent.jsonl`). Each
question stands for a message about its article; FILEs have a `text` or `question` a line on whatever else. Printed is,
for each bound, which part of the messages lies above it, and which part a search finds a match for.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from report import archive_opener, table, without_reader
from rich.console import Console

from bot.searching import COVERAGE, FOUND, as_query
from config.settings import Settings
from index.archive import Archive
from index.errors import NoWordToFind
from index.evaluation import Question, json_lines, read_questions
from index.filters import NO_FILTERS
from index.search import Query, Sort, first_of_each_article, matches_well, nearness, search

BOUNDS = (0.36, 0.38, 0.40, 0.42, 0.44, 0.46, 0.48)
LONGEST = 500  # characters of a message that are looked at, as the bot does by default
SAMPLE = 150  # messages of each file that are on whatever else
console = Console()


def messages_in(file: Path) -> list[str]:
    """A sample of the different texts of a file, or of its questions."""
    texts = dict.fromkeys(str(fields.get("text") or fields["question"]) for _, fields in json_lines(file))
    return random.Random(0).sample(list(texts), min(SAMPLE, len(texts)))


def queries_of(messages: Sequence[str]) -> Iterator[Query]:
    for message in messages:
        try:
            yield as_query(message[:LONGEST])
        except NoWordToFind:
            continue


def shares(archive: Archive, messages: Sequence[str]) -> list[str]:
    """How many messages there are, which part lies above each bound, and for which part a search matches well."""
    queries = list(queries_of(messages))
    nearnesses = np.array([nearness(archive, query) for query in queries])
    matched = np.mean([matches_well(archive, query, NO_FILTERS) for query in queries])
    return [str(len(queries)), *(f"{np.mean(nearnesses >= bound):.3f}" for bound in BOUNDS), f"{matched:.3f}"]


def is_shown(archive: Archive, question: Question) -> bool:
    """Whether a question's article is among those that are shown for a message."""
    found = search(archive, as_query(question.text), NO_FILTERS, Sort.relevance, FOUND)
    return question.article in [one.article.id for one in first_of_each_article(found)[:COVERAGE]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--others", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    covered, absent = list(read_questions(given.questions / "questions.jsonl")), given.questions / "absent.jsonl"
    with closing(archive_opener(without_reader(Settings.load()))(given.index)) as archive:
        rows = {"covered": shares(archive, [one.text for one in covered])}
        if absent.exists():
            rows["its article is not there"] = shares(archive, [one.text for one in read_questions(absent)])
        rows |= {f"of {file.stem}": shares(archive, messages_in(file)) for file in given.others}
        shown = np.mean([is_shown(archive, question) for question in covered])
    console.print(table(["messages", "number", *(f"{bound:.2f}" for bound in BOUNDS), "a search matches"], rows))
    console.print(f"Among the {COVERAGE} articles shown is that of the question for {shown:.3f} of the covered ones.")


if __name__ == "__main__":
    main()
