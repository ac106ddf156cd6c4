"""Measures how build and answers grow from 1,000 to 1,000,000 passages; writes a table and `docs/growth.svg`.

    python benchmarks/growth.py KEEP --articles ARTICLES [...] --questions FILE [...] [--sizes 1000 ...] [--write]

The archives are made by `recombined.py`. They, their indexes and what their builds took stay in the folder KEEP, and
are used again. Up to 100,000 passages are built by `pullquote build`. For more, which would take hours, all is done but
the model's forward passes: the encodings are put together by `composed.py`, and the time that the model would take is
computed from how many passages of the same archive it reads a second. Each index is then opened and asked in a process
of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from composed import Composed
from matplotlib.ticker import LogLocator, NullFormatter
from recombined import groups_of, write
from report import PULLQUOTE, archive_opener, heading, ran, resident, table, without_reader, write_section
from rich.console import Console

from config.settings import Settings
from index import terminal
from index.answers import Answerer
from index.archive import DEPTH, Archive
from index.build import build
from index.cli import recipe_of
from index.engine import load_embedder
from index.generations import size_on_disk
from index.models import find_model

SIZES = (1_000, 10_000, 100_000, 1_000_000)
REAL = 100_000  # passages; larger archives are built without forward passes
READ_AGAIN = 2000  # passages that tell how many a second the model reads
ASKED = 500  # questions, drawn from those given; as many others are asked before, as of a bot that has run for a while
WARM_UP = 50  # passages read before the model's pace is taken
NEAREST = 10  # of which the recall is measured
PICTURE = Path(__file__).parent.parent / "docs" / "growth.svg"
console = Console()


def built(folder: Path, index: Path, note: Path, size: int, sources: list[Path]) -> dict[str, float]:
    """Seconds and peak megabytes of the build of `folder`, now or as noted."""
    if not note.exists():
        shutil.rmtree(index, ignore_errors=True)  # of a run that was broken off
        command = [*PULLQUOTE, "build", str(folder), "--index", str(index)]
        if size > REAL:
            command = [sys.executable, __file__, str(folder), "--compose", str(index), "--articles", *map(str, sources)]
        child = ran(command)
        found = {"seconds": child.seconds, "megabytes": child.megabytes} | json.loads(child.printed or "{}")
        note.write_text(json.dumps(found), encoding="utf-8")
    read: dict[str, float] = json.loads(note.read_text(encoding="utf-8"))
    return read


def compose(folder: Path, index: Path, sources: list[Path]) -> dict[str, float]:
    """Builds the index of `folder` with encodings that are put together; the seconds `without` the model, and the share
    of passages that it had to read all the same."""
    settings = Settings.load()
    model = find_model(settings.model.name, settings.model.folder)
    embedder = load_embedder(model, settings.model, for_many=True)
    sentences = (one for group in groups_of(sources) for article in group for one in article)
    composer = Composed(embedder, sentences)
    started = time.perf_counter()
    with terminal.progress_bar(Console(stderr=True)) as progress:
        report = build(folder, index, recipe_of(settings, model), lambda: composer, progress)
    without = time.perf_counter() - started - composer.seconds
    return {"without": without, "unknown": composer.unknown / report.passages}


def asked(index: Path, questions: list[str]) -> dict[str, float]:
    """What one process that opens the index and answers the questions takes; run in a process of its own."""
    settings = without_reader(Settings.load())  # which takes the same time in any archive
    open_archive = archive_opener(settings)
    started = time.perf_counter()
    with closing(open_archive(index)) as archive:
        opened = time.perf_counter() - started
        answerer = Answerer(archive, settings.answers)
        answerer.answer(questions[0])
        first = time.perf_counter() - started
        for question in questions[ASKED:]:
            answerer.answer(question)
        questions = questions[:ASKED]
        taken = [answerer.answer(question).seconds * 1000 for question in questions]
        memory = {"resident": resident(), "anonymous": resident(what="RssAnon")}
        recall, searched = recalled(archive, questions)
        rate, cosine = read_again(archive, settings)
        return memory | {
            "rate": rate,
            "cosine": cosine,
            "passages": archive.generation.manifest.passages,
            "opened": opened,
            "first": first,
            "median": float(np.median(taken)),
            "p99": float(np.percentile(taken, 99)),
            "disk": size_on_disk(index, archive.generation.name) / 1e6,
            "recall": recall,
            "searched": searched,
        }


def read_again(archive: Archive, settings: Settings) -> tuple[float, float]:
    """How many passages of the archive a build's embedder reads a second, and the mean cosine of its vectors with those
    of the index, both of passages drawn at random."""
    embedder = load_embedder(find_model(settings.model.name, settings.model.folder), settings.model, for_many=True)
    generation = archive.generation
    count = generation.manifest.passages
    numbers = random.Random(0).sample(range(count), min(READ_AGAIN, count))
    texts = {number: generation.store.passage(number).text for number in numbers}
    numbers.sort(key=lambda number: -len(texts[number]))
    list(embedder.encode(texts[number] for number in numbers[:WARM_UP]))
    started = time.perf_counter()
    vectors = [one.vector for one in embedder.encode(texts[number] for number in numbers)]
    rate = len(vectors) / (time.perf_counter() - started)
    stored = generation.vectors.rows(np.array(numbers))
    return rate, float(np.mean(np.sum(stored * np.stack(vectors), axis=1)))


def recalled(archive: Archive, questions: list[str]) -> tuple[float, float]:
    """Which part of the exact `NEAREST` are the first that the index finds, asked as answers ask; its milliseconds."""
    vectors = archive.generation.vectors
    shares, seconds = [], 0.0
    for question in questions:
        (encoding,) = archive.embedder.encode([question])
        started = time.perf_counter()
        found, _ = vectors.search(encoding.vector, DEPTH)
        seconds += time.perf_counter() - started
        exact, _ = vectors.exactly(encoding.vector, NEAREST)
        shares.append(len(set(found[:NEAREST].tolist()) & set(exact.tolist())) / NEAREST)
    return float(np.mean(shares)), seconds / len(questions) * 1000


def measured(keep: Path, size: int, sources: list[Path], questions: list[str]) -> dict[str, float]:
    """The figures of an archive of about `size` passages, which is made and indexed where it is not there yet."""
    folder, index = keep / f"articles-{size}", keep / f"index-{size}"
    if not folder.exists():
        write(folder, groups_of(sources), size)
    taken = built(folder, index, keep / f"build-{size}.json", size, sources)
    asking = ran([sys.executable, __file__, str(keep), "--ask", str(index)], json.dumps(questions))
    found: dict[str, float] = taken | json.loads(asking.printed)
    if "without" in found:
        found["seconds"] = found["without"] + found["passages"] / found["rate"]
    return found


def drawn(rows: list[dict[str, float]]) -> None:
    """The picture of all figures over the number of passages, both on logarithmic axes."""
    plt.rcParams.update({"svg.hashsalt": "pullquote", "svg.fonttype": "none", "font.size": 9})
    figure, axes = plt.subplots(2, 2, figsize=(9, 6.5), layout="constrained")
    sizes = [row["passages"] for row in rows]
    curves = {
        "Build (seconds)": {"a new archive": "seconds"},
        "One answer (milliseconds)": {"median": "median", "99th of 100": "p99"},
        "Memory (megabytes)": {"building, peak": "megabytes", "answering": "resident", "... its own": "anonymous"},
        "Disk (megabytes)": {"one generation": "disk"},
    }
    for axis, (title, lines) in zip(axes.flat, curves.items(), strict=True):
        for label, key in lines.items():
            axis.loglog(sizes, [row[key] for row in rows], marker="o", label=label)
        axis.set(title=title, xlabel="passages")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        for numbers in (axis.xaxis, axis.yaxis):
            numbers.set_major_formatter("{x:,.0f}")
            numbers.set_minor_formatter(NullFormatter())
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    figure.savefig(PICTURE, metadata={"Date": None})


def section(rows: list[dict[str, float]]) -> str:
    names = {
        "passages": ("passages", "{:,.0f}"),
        "build, seconds": ("seconds", "{:,.0f}"),
        "... peak MB": ("megabytes", "{:,.0f}"),
        "disk, MB": ("disk", "{:,.0f}"),
        "opened after, seconds": ("opened", "{:.2f}"),
        "... first answer after": ("first", "{:.2f}"),
        "answer, median ms": ("median", "{:.1f}"),
        "... 99th of 100": ("p99", "{:.1f}"),
        "passages a second that the model reads": ("rate", "{:.0f}"),
        "resident while answering, MB": ("resident", "{:,.0f}"),
        "... of it not of files": ("anonymous", "{:,.0f}"),
        f"vectors, recall@{NEAREST} against exact": ("recall", "{:.3f}"),
        "... ms of a search": ("searched", "{:.2f}"),
    }
    columns = ["archive of", *(f"{row['passages']:,.0f}" for row in rows)]
    figures = {
        name: [form.format(row[key]) for row in rows] for name, (key, form) in names.items() if key != "passages"
    }
    what = f"{ASKED} real questions each; archives of recombined real sentences (`benchmarks/recombined.py`)"
    picture = "![Build time, answer time, memory and disk over the number of passages](growth.svg)"
    notes = [
        f"Of {row['passages']:,.0f} passages, {row['without']:,.0f} s of the build were measured; the rest is computed "
        f"from the {row['rate']:.0f} passages a second that the model reads of them. Encodings were put together from "
        f"those of sentences (mean cosine to the model's own {row['cosine']:.3f}), which its peak MB include."
        for row in rows
        if "without" in row
    ]
    return "\n\n".join([heading("growth.py", what), table(columns, figures), *notes, picture])


def questions_in(files: list[Path]) -> list[str]:
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    return random.Random(0).sample([str(json.loads(line)["question"]) for line in lines], 2 * ASKED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keep", type=Path)
    parser.add_argument("--articles", type=Path, nargs="+", default=[])
    parser.add_argument("--questions", type=Path, nargs="+", default=[])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and docs/growth.svg")
    parser.add_argument("--ask", type=Path, metavar="INDEX", help=argparse.SUPPRESS)  # the process that asks
    parser.add_argument("--compose", type=Path, metavar="INDEX", help=argparse.SUPPRESS)  # the one that builds
    given = parser.parse_args()
    if given.ask:
        sys.stdout.write(json.dumps(asked(given.ask, json.load(sys.stdin))))
        return
    if given.compose:
        sys.stdout.write(json.dumps(compose(given.keep, given.compose, given.articles)))
        return
    given.keep.mkdir(parents=True, exist_ok=True)
    questions = questions_in(given.questions)
    rows = [measured(given.keep, size, given.articles, questions) for size in given.sizes]
    console.print_json(json.dumps(rows))
    text = section(rows)
    console.print(text, markup=False)
    if given.write:
        drawn(rows)
        write_section("Growth", text)


if __name__ == "__main__":
    main()
