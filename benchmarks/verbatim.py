"""Asks many questions on the command line and holds every quote against the article's file.

    python benchmarks/verbatim.py ARTICLES QUESTIONS.jsonl [QUESTIONS.jsonl ...] --index FOLDER [--count 500]

Builds the index of ARTICLES (UTF-8, or Latin-1 where a file is not) in FOLDER, asks the first `--count` questions with
`pullquote ask --json`, and checks that the file between `start` and `end` is the quote, letter for letter.
Exits with 1 where one is not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PULLQUOTE = [sys.executable, "-c", "from bot.cli import main; main()"]


def questions(files: list[Path]) -> Iterator[str]:
    for file in files:
        for line in filter(None, file.read_text(encoding="utf-8").split("\n")):
            yield json.loads(line)["question"]


def is_verbatim(quote: dict[str, Any], articles: Path) -> bool:
    data = (articles / quote["article"]).read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return bool(text[quote["start"] : quote["end"]] == quote["text"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--count", type=int, default=500)
    given = parser.parse_args()
    asked = "\n".join(list(questions(given.questions))[: given.count])
    subprocess.run([*PULLQUOTE, "build", str(given.articles), "--index", str(given.index)], check=True)
    command = [*PULLQUOTE, "ask", "--json", "--index", str(given.index)]
    ran = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    quotes = [quote for answer in answers for quote in answer["quotes"]]
    wrong = [quote for quote in quotes if not is_verbatim(quote, given.articles)]
    print(f"{len(answers)} answers, {len(quotes)} quotes, {len(wrong)} not verbatim")  # noqa: T201  # its one result
    sys.exit(1 if wrong or len(answers) != asked.count("\n") + 1 else 0)


if __name__ == "__main__":
    main()
