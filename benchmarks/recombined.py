"""Makes a large archive out of the sentences of smaller ones, to measure speed and size with.

    python benchmarks/recombined.py TARGET --passages 1000000 ARTICLES [ARTICLES ...]

Every article is 900 words or more of real sentences: two articles of one folder are drawn, their sentences shuffled
together, and so on until it is long enough. Passages lie between two real ones in meaning, and as crowded around a
subject as passages of a large archive are. Dates are spread over twenty years and sources over twenty names. The seed
is fixed: the first thousand articles of a larger archive are those of a smaller one.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.progress import track

from index.articles import Article
from index.corpus import read_corpus
from index.passages import sentences_of

PASSAGES_PER_ARTICLE = 11.4  # of 120 words, as they come out of at least 900
WORDS = 900
PARAGRAPH = 5  # sentences
A_FILE = 500  # articles: a few megabytes
SEED = 0
FIRST_DAY, DAYS, SOURCES = date(2005, 1, 1), 20 * 365, 20


def groups_of(folders: Sequence[Path]) -> list[list[list[str]]]:
    """The sentences of every article, those of one folder or file together."""
    groups: dict[tuple[Path, str], dict[str, list[str]]] = {}
    for folder in folders:
        for article in read_corpus(folder, max_file_megabytes=100).articles:
            where = folder, article.id.replace("#", "/").rpartition("/")[0]
            groups.setdefault(where, {})[article.text] = sentences_in(article)
    return [list(group.values()) for group in groups.values()]


def sentences_in(article: Article) -> list[str]:
    return [" ".join(article.text[slice(*span)].split()) for span in sentences_of(article)]


def recombined(groups: Sequence[list[list[str]]], articles: int) -> Iterator[dict[str, Any]]:
    """So many articles, as lines for a `.jsonl` file."""
    dice = random.Random(SEED)
    sizes = [len(group) for group in groups]
    for number in range(articles):
        (group,) = dice.choices(groups, sizes)
        sentences: list[str] = []
        while sum(sentence.count(" ") + 1 for sentence in sentences) < WORDS:
            both = [*dice.choice(group), *dice.choice(group)]
            dice.shuffle(both)
            sentences += both
        paragraphs = [" ".join(sentences[start : start + PARAGRAPH]) for start in range(0, len(sentences), PARAGRAPH)]
        yield {
            "title": " ".join(sentences[0].split()[:8]),
            "text": "\n\n".join(paragraphs),
            "published": (FIRST_DAY + timedelta(dice.randrange(DAYS))).isoformat(),
            "source": f"Source {dice.randrange(SOURCES)}",
            "url": f"https://example.org/{number}",
        }


def write(target: Path, groups: Sequence[list[list[str]]], passages: int) -> None:
    """Writes an archive of about so many passages, never fewer, which becomes the folder `target` once it is whole."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    articles = math.ceil(passages / PASSAGES_PER_ARTICLE)
    lines = recombined(groups, articles)
    for file in track(range(-(-articles // A_FILE)), f"{passages:,} passages"):
        with (unfinished / f"{file:05}.jsonl").open("w", encoding="utf-8") as out:
            for _, line in zip(range(A_FILE), lines, strict=False):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    unfinished.rename(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--passages", type=int, default=1_000_000)
    given = parser.parse_args()
    write(given.target, groups_of(given.articles), given.passages)


if __name__ == "__main__":
    main()
