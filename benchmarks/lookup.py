"""Finding articles by key and by title in large archives of made-up articles: time and memory.

python benchmarks/lookup.py
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console

from index.articles import Article
from index.keys import key_of
from index.passages import Passages
from index.store import Store, write_store
from index.titles import Titles

console = Console()
FIRST_DAY = date(2000, 1, 1)
TYPED = """\
a
c
the
zz
council
council re
bridge the of
a b c d e f g h
s t u v w x y z
fotbridge
counsil rejcts
footbridgg
qwertyuiop
Lenner Bridge opens after the delay of the council
ouncil
öff
""".splitlines()
STEMS = ["council", "bridge", "footbridge", "Lenner", "rejects", "opens", "delay", "mayor", "the", "of", "after", "in"]


def titles_of(count: int) -> list[str]:
    """Titles of eight words on average, some words in many, most in few, as in a language."""
    chance = random.Random(0)
    letters = "etaoinshrdlucmfwypvbgk"
    words = STEMS + ["".join(chance.choices(letters, k=chance.randint(3, 11))) for _ in range(40_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    return [" ".join(chance.choices(words, weights, k=chance.randint(4, 12))).capitalize() for _ in range(count)]


def id_of(number: int) -> str:
    return f"{number % 400:03d}/{number:07d}-article.txt"


def store_of(folder: Path, titles: list[str], characters: int) -> Store:
    """A store of articles with these titles and texts of so many characters."""
    folder.mkdir()
    articles = [
        Article(
            f"{number % 400:03d}/{number:07d}-article.txt",
            "x" * characters,
            title,
            FIRST_DAY + timedelta(number % 9000),
        )
        for number, title in enumerate(titles)
    ]
    rows = np.array([(number, number, number + 1) for number in range(len(articles))], np.int64)
    sentences = np.tile(np.array([[0, characters]], np.int64), (len(articles), 1))
    write_store(folder, Passages(articles, rows, sentences), np.zeros(len(articles), "S16"))
    return Store(folder)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def resident() -> float:
    """Megabytes that the process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder) / "keys", ["Title"] * 1_000_000, 20)
        before = resident()
        first = seconds(lambda: store.number_of(key_of("none")))
        console.print(f"1,000,000 keys: {first:.2f} s when first used, {resident() - before:.0f} MB")
        keys = [key_of(id_of(number)) for number in range(0, 1_000_000, 100)]
        took = seconds(lambda: [store.number_of(key) for key in keys])
        console.print(f"  a key: {took / len(keys) * 1e6:.0f} µs")
        store.close()

        store = store_of(Path(folder) / "titles", titles_of(100_000), 2500)
        titles = Titles(store)
        before = resident()
        console.print(f"100,000 titles: {seconds(lambda: titles.matching('')):.2f} s when first used", end=", ")
        titles.matching("fotbridge")
        console.print(f"{resident() - before:.0f} MB")
        for typed in ["", *TYPED]:
            times = [seconds(partial(titles.matching, typed)) for _ in range(5)]
            console.print(f"  {typed!r}: {1000 * sorted(times)[2]:.1f} ms, {len(titles.matching(typed))} titles")
        store.close()


if __name__ == "__main__":
    main()
