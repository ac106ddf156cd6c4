"""Measures what is read into a question: the turn before it, a time in plain words, misspelt and terse words.

    python benchmarks/understanding.py [SET ...] --with ARTICLES --indexes FOLDER

Conversations (`tests/conversations.jsonl`) and questions with a time (`tests/dated.jsonl`) are asked of the sample
archive; the questions of each SET are asked as they are and disturbed, with a fixed seed. Of sets that the reader has
learned from, only questions about articles held out are asked. `quality.py` puts the tables into `docs/quality.md`.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from fitting import ALONE
from lessons import not_learned_from, rows, spans
from report import table
from rich.console import Console

from config.settings import SAMPLE_ARCHIVE, Settings
from index.answers import Answerer, Asking
from index.archive import Archive
from index.build import build
from index.cli import recipe_of
from index.cli_evaluate import questions_and_archive
from index.engine import load_embedder
from index.evaluation import Question, is_right
from index.models import find_model
from index.opener import Opener
from index.quotes import Quote
from index.times import period_in
from index.words import QUESTION_WORDS

TESTS = Path(__file__).parent.parent / "tests"
MOST = 150  # questions of a set, evenly taken
SEED = 1
LONGER = 5  # letters of a word that is disturbed
SPELLINGS = (("ise", "ize"), ("our", "or"), ("re", "er"), ("ll", "l"), ("ae", "e"), ("ph", "f"), ("k", "c"), ("y", "i"))
WORD = re.compile(r"[^\W\d_]+")
console = Console()


def first_is_right(quotes: Sequence[Quote], question: Question) -> bool:
    return bool(quotes) and is_right(question, quotes[0].article, quotes[0].start, quotes[0].end)


def question_of(row: dict[str, Any]) -> Question:
    return Question(row["question"], row["article"], spans(row))


def conversations(answerer: Answerer) -> dict[str, list[str]]:
    """The second turns, by kind: first quote right by itself and in context."""
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in rows(TESTS / "conversations.jsonl"):
        first, second = row["turns"]
        last = answerer.answer(first["question"]).turn
        alone = answerer.answer(second["question"])
        inside = answerer.answer(second["question"], Asking(last=last))
        meant = question_of(second)
        right[row["kind"]].append((first_is_right(alone.quotes, meant), first_is_right(inside.quotes, meant)))
    kinds = {"all that go on": [pair for kind, pairs in right.items() if kind != "new" for pair in pairs], **right}
    return {
        kind: [str(len(pairs)), *(f"{share:.3f}" for share in np.mean(pairs, axis=0))] for kind, pairs in kinds.items()
    }


def dated(answerer: Answerer) -> dict[str, list[str]]:
    """Questions with a time, by kind: the period understood as meant; first quote right without and with it."""
    right: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for row in rows(TESTS / "dated.jsonl"):
        today = date.fromisoformat(row["today"])
        period = period_in(row["question"], today)
        meant = tuple(day and date.fromisoformat(day) for day in (row["from"], row["to"]))
        understood = ((period.first, period.last) if period else (None, None)) == meant
        without = answerer.quotes(answerer.attempt(row["question"]).ranked[:1], row["question"])
        with_it = answerer.answer(row["question"], Asking(today=today)).quotes
        question = question_of(row)
        right[row["kind"]].append((understood, first_is_right(without, question), first_is_right(with_it, question)))
    kinds = {"all": [one for some in right.values() for one in some], **right}
    return {
        kind: [str(len(some)), *(f"{share:.3f}" for share in np.mean(some, axis=0))] for kind, some in kinds.items()
    }


def longer_words(question: str) -> list[re.Match[str]]:
    return [
        match
        for match in WORD.finditer(question)
        if len(match.group()) >= LONGER and match.group().casefold() not in QUESTION_WORDS
    ]


def misspelt(question: str, dice: random.Random) -> str:
    """One of its longer words with two letters swapped, one left out, doubled, or changed for a neighbour."""
    words = longer_words(question)
    if not words:
        return question
    chosen = dice.choice(words)
    word, at = chosen.group(), dice.randrange(1, len(chosen.group()) - 1)
    wrong = dice.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + dice.choice("aeiorstln") + word[at + 1 :],
        ]
    )
    return question[: chosen.start()] + wrong + question[chosen.end() :]


def terse(question: str, dice: random.Random) -> str:  # noqa: ARG001  # all disturb alike
    """Its telling words alone, in lower case."""
    words = re.findall(r"[\w'.,£$€%-]*\w", question.lower())
    return " ".join(word for word in words if word not in QUESTION_WORDS) or question


def respelt(question: str, dice: random.Random) -> str:
    """One word in another spelling: colour and color, Gaddafi and Qaddafi."""
    ways = [
        question[: match.start()] + match.group().replace(one, other, 1) + question[match.end() :]
        for match in longer_words(question)
        for pair in SPELLINGS
        for one, other in (pair, pair[::-1])
        if one in match.group()
    ]
    return dice.choice(ways) if ways else question


DISTURBANCES: dict[str, Callable[[str, random.Random], str]] = {
    "as asked": lambda question, _: question,
    "misspelt": misspelt,
    "respelt": respelt,
    "terse": terse,
}


def disturbed(folder: Path, others: Path, indexes: Path, settings: Settings) -> Iterator[tuple[str, list[str]]]:
    """First quotes of a set's answerable questions that are right, for each way to disturb them."""
    more = None if folder.name == ALONE else others
    with questions_and_archive(folder, more, indexes / folder.name, settings) as (questions, archive):
        asked = [one for one in not_learned_from(questions, folder, indexes, settings) if one.article]
        asked = asked[:: -(-len(asked) // MOST)]
        answerer = Answerer(archive, settings.answers)
        shares = []
        for disturb in DISTURBANCES.values():
            dice = random.Random(SEED)
            right = [first_is_right(answerer.answer(disturb(one.text, dice)).quotes, one) for one in asked]
            shares.append(f"{np.mean(right):.3f}")
        yield folder.name, [str(len(asked)), *shares]


def section(talks: dict[str, list[str]], times: dict[str, list[str]], spelt: dict[str, list[str]]) -> str:
    return f"""## What is read into a question

Two-turn conversations about the sample archive (`tests/conversations.jsonl`): how often the first quote for the second
question is right, asked by itself and after the first. `new` begins another subject.

{table(["kind", "conversations", "by itself", "after the first"], talks)}

Questions with a time in plain words (`tests/dated.jsonl`): how often the period is understood as meant, and how often
the first quote is right without regard to time and with it.

{table(["kind", "questions", "period as meant", "without time", "with time"], times)}

Questions as they were asked, with one word misspelt, with one word in another spelling, and as telling words alone: the
share of right first quotes.

{table(["set", "questions", *DISTURBANCES], spelt)}
"""


def sample_archive(indexes: Path, settings: Settings) -> Archive:
    index = indexes / "sample"
    model = find_model(settings.model.name, settings.model.folder)
    load = lambda: load_embedder(model, settings.model, for_many=True)  # noqa: E731
    build(SAMPLE_ARCHIVE, index, recipe_of(settings, model), load, lambda *_: None)
    own = settings.model_copy(update={"index": settings.index.model_copy(update={"folder": str(index)})})
    return Opener(own, Console(stderr=True))()


def read_into_questions(sets: Sequence[Path], others: Path, indexes: Path, settings: Settings) -> str:
    spelt = dict(row for folder in sets for row in disturbed(folder, others, indexes, settings))
    with closing(sample_archive(indexes, settings)) as archive:
        answerer = Answerer(archive, settings.answers)
        return section(conversations(answerer), dated(answerer), spelt)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="*")
    parser.add_argument("--with", dest="others", type=Path, required=True)
    parser.add_argument("--indexes", type=Path, required=True)
    given = parser.parse_args()
    console.print(read_into_questions(given.sets, given.others, given.indexes, Settings.load()), markup=False)


if __name__ == "__main__":
    main()
