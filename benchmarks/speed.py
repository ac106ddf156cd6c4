"""Measures speed and memory on a folder of articles and writes a section of `docs/benchmarks.md`.

    python benchmarks/speed.py ARTICLES QUESTIONS.jsonl [--write]

Builds, rebuilds and asks in processes of their own, as users do, in a temporary folder; embedding is compared with
`SentenceTransformer.encode` (float32, its defaults) on the same passages within one run, in turns. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from report import PULLQUOTE, Ran, archive_opener, heading, ran, resident, without_reader, write_section
from rich.console import Console

from bot.service import Service
from config.settings import Settings
from index.answers import Answer
from index.corpus import read_corpus
from index.engine import load_embedder
from index.environment import environment
from index.errors import Busy
from index.generations import size_on_disk
from index.models import find_model
from index.passages import passages_of
from index.tokens import packed

ENVIRONMENT = environment()
PASSAGES = 1500  # compared in each turn
TURNS = 3
CHANGED = 0.01  # share of the articles that a rebuild finds changed
AT_ONCE = 16  # who ask, each again as soon as the last answer is there
EACH = 60  # questions that each of them asks
TOO_MANY = 200  # questions at one moment, more than may wait
console = Console()


def pullquote(*arguments: str | Path) -> Ran:
    return ran([*PULLQUOTE, *map(str, arguments)], environment=ENVIRONMENT)


def idle_megabytes(index: Path) -> float:
    """What the console chat, which is the bot without Discord, takes while nobody asks."""
    child = subprocess.Popen(
        [*PULLQUOTE, "run", "--index", str(index)],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write(b"Who?\n")
    child.stdin.flush()
    while line := child.stdout.readline():
        if b"Who?" in line:
            break
    time.sleep(3)
    taken = resident(child.pid)
    child.stdin.close()
    child.wait()
    return taken


def rates(folder: Path, settings: Settings) -> dict[str, list[float]]:
    """Passages a second of both embedders, a figure for each turn."""
    from sentence_transformers import SentenceTransformer

    articles = list(read_corpus(folder, settings.archive.max_file_megabytes).articles)
    random.Random(0).shuffle(articles)
    texts = [one.text for article in articles for one in passages_of(article, settings.passages.words)][:PASSAGES]
    texts.sort(key=len, reverse=True)  # as a build and `SentenceTransformer.encode` do it
    model = find_model(settings.model.name, settings.model.folder)
    fast = load_embedder(model, settings.model, for_many=True)
    slow = SentenceTransformer(str(model.folder), device="cpu")
    contestants: dict[str, Callable[[], object]] = {
        "Pullquote": lambda: deque((packed(one.tokens) for one in fast.encode(texts)), maxlen=0),
        "SentenceTransformer.encode": lambda: slow.encode(texts),
    }
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(TURNS):
        for name, encode in contestants.items():
            started = time.perf_counter()
            encode()
            measured[name].append(len(texts) / (time.perf_counter() - started))
    return measured


async def answering(index: Path, questions: Sequence[str], settings: Settings) -> dict[str, float]:
    """Milliseconds of one answer after the other; answers a second with `AT_ONCE` asking through the bot's service, and
    how many of `TOO_MANY` questions at one moment it answers and turns away."""
    service = Service(index, partial(archive_opener(settings), index), settings.answers, settings.service)
    answerer = service.shared.answerer
    for question in questions[:20]:
        answerer.answer(question)
    alone = [answerer.answer(question).seconds * 1000 for question in questions]
    given: list[Answer] = []

    async def member(mine: Sequence[str]) -> None:
        for question in mine:
            given.append(await service.answer(question))

    started = time.perf_counter()
    await asyncio.gather(*(member(questions[:EACH]) for _ in range(AT_ONCE)))
    rate = len(given) / (time.perf_counter() - started)
    crowd = (service.answer(question) for question in random.Random(2).choices(questions, k=TOO_MANY))
    outcomes = await asyncio.gather(*crowd, return_exceptions=True)
    await service.close()
    return {
        "median": float(np.median(alone)),
        "p99": float(np.percentile(alone, 99)),
        "rate": rate,
        "asked": AT_ONCE * len(questions[:EACH]),
        "answered": len(given),
        "of_too_many": sum(isinstance(one, Answer) for one in outcomes),
        "turned_away": sum(isinstance(one, Busy) for one in outcomes),
    }


def change(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*.txt"))
    for path in random.Random(1).sample(files, max(1, round(CHANGED * len(files)))):
        path.write_bytes(path.read_bytes() + b"\n\nThis paragraph was added later.\n")


def measured(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as temporary:
        articles, index = Path(temporary) / "articles", Path(temporary) / "index"
        shutil.copytree(folder, articles)
        few = Path(temporary) / "few"
        few.mkdir()
        (few / "one.txt").write_text("Title\n\nOne sentence.\n")
        pullquote("build", few, "--index", Path(temporary) / "small")  # the model is converted once, not at every build
        build = pullquote("build", articles, "--index", index)
        nothing = pullquote("build", articles, "--index", index)
        change(articles)
        changed = pullquote("build", articles, "--index", index)
        asked = [pullquote("ask", questions[0], "--index", index) for _ in range(5)]
        return {
            "build": build.seconds,
            "build_memory": build.megabytes,
            "nothing": nothing.seconds,
            "changed": changed.seconds,
            "ask": float(np.median([one.seconds for one in asked])),
            "ask_memory": max(one.megabytes for one in asked),
            "idle": idle_megabytes(index),
            "megabytes": size_on_disk(index, "000001") / 1e6,
            "answering": asyncio.run(answering(index, questions, settings)),
            "without_reader": asyncio.run(answering(index, questions, without_reader(settings))),
            "rates": rates(folder, settings),
        }


def document(found: dict[str, Any], articles: int) -> str:
    fast, slow = (np.array(found["rates"][name]) for name in ("Pullquote", "SentenceTransformer.encode"))
    ratios = fast / slow
    answers, unread = found["answering"], found["without_reader"]
    what = f"{articles:,} BBC articles of 2004-05 (Greene & Cunningham 2006)"
    return f"""{heading("speed.py", what)}
Another machine gives other seconds; the ratios within this run carry over better.

| what | figure |
| --- | ---: |
| embedding, passages a second (median of {TURNS} turns, {PASSAGES:,} passages) | {np.median(fast):.0f} |
| ... `SentenceTransformer.encode`, float32, its defaults, in turns with it | {np.median(slow):.0f} |
| ... ratio, turn by turn: median (least to most) | {np.median(ratios):.1f} ({ratios.min():.1f} to {ratios.max():.1f}) |
| whole build, a new process | {found["build"]:.1f} s, {found["build_memory"]:.0f} MB at its peak |
| rebuild after {CHANGED:.0%} of the articles changed | {found["changed"]:.1f} s |
| rebuild after nothing changed | {found["nothing"]:.1f} s |
| one generation on disk | {found["megabytes"]:.0f} MB |
| `pullquote ask`, a new process, start to answer (median of 5) | {found["ask"]:.2f} s, {found["ask_memory"]:.0f} MB |
| `pullquote run`, waiting | {found["idle"]:.0f} MB |
| one answer inside the process: median, 99th of 100 | {answers["median"]:.0f} ms, {answers["p99"]:.0f} ms |
| ... without a reader (`reader.name = "none"`) | {unread["median"]:.1f} ms, {unread["p99"]:.1f} ms |
| {AT_ONCE} asking at once through the bot's service | {answers["rate"]:.0f} answers a second |
| ... without a reader | {unread["rate"]:.0f} answers a second |
| ... questions asked, answered | {answers["asked"]:,.0f}, {answers["answered"]:,.0f} |
| {TOO_MANY} questions at one moment: answered, told that it is busy | {answers["of_too_many"]:.0f}, \
{answers["turned_away"]:.0f} |
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    lines = filter(None, given.questions.read_text(encoding="utf-8").split("\n"))
    found = measured(given.articles, [json.loads(line)["question"] for line in lines])
    console.print_json(json.dumps(found))
    text = document(found, sum(path.is_file() for path in given.articles.rglob("*")))
    console.print(text, markup=False)
    if given.write:
        write_section("Speed and memory", text)


if __name__ == "__main__":
    main()
