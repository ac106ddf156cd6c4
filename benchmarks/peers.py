"""Compares Pullquote with its peers on a question set: build time, question time, memory, right passages.

    python -m venv peers && peers/bin/pip install -r benchmarks/requirements.txt
    python benchmarks/peers.py SET --peers peers/bin/python [--turns 2] [--write]

All have the same model and, since their own ways of cutting would decide everything else, the same passages of about
120 words. The peers are handed these ready-made; Pullquote reads the folder and cuts them within the time measured.
Every build and all asking is a process of its own; Pullquote builds before each peer, so that what else the machine
does meets both.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from contestants import CONTESTANTS, FOUND, WARM_UP
from report import PULLQUOTE, archive_opener, heading, ran, resident, table, without_reader, write_section
from rich.console import Console

from config.settings import Settings
from index.answers import Answerer, Found
from index.evaluation import Question, QuestionSet, first_right_passage, share
from index.passages import passages_of

OURS = "Pullquote"
PICTURE = Path(__file__).parent.parent / "docs" / "peers.svg"
SCRIPT = Path(__file__).with_name("contestants.py")
ENVIRONMENT = os.environ | {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "TOKENIZERS_PARALLELISM": "false"}
console = Console()


@dataclass
class Measured:
    """Of one contestant: seconds of every build, the most megabytes of any, and of all questions what was found."""

    builds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)  # of each build to Pullquote's just before it
    peak: float = 0.0
    resident: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of the first right passage; 0 where there was none


def ask(index: Path, questions: list[str]) -> dict[str, Any]:
    """What `contestants.py` prints, of Pullquote; passages are given as article, start and end. Nobody has a reader."""
    settings = without_reader(Settings.load())
    with closing(archive_opener(settings)(index)) as archive:
        answerer = Answerer(archive, settings.answers)
        for question in questions[:WARM_UP]:
            answerer.answer(question)
        given = [answerer.answer(question) for question in questions]
        taken = resident()
    found = [[(one.article.id, one.start, one.end) for one in answer.passages[:FOUND]] for answer in given]
    return {"found": found, "milliseconds": [answer.seconds * 1000 for answer in given], "resident": taken}


class Race:
    """The passages and questions of a set, in files that every contestant reads."""

    def __init__(self, folder: Path, peers: str, temporary: Path) -> None:
        settings = Settings.load()
        self.folder, self.peers, self.temporary = folder, peers, temporary
        questions = QuestionSet.read(folder, None, settings.archive.max_file_megabytes)
        self.questions: list[Question] = [one for one in questions.questions if one.article is not None]
        articles = {article.id: article for article in questions.corpus.articles}
        passages = [one for article in articles.values() for one in passages_of(article, settings.passages.words)]
        self.passages = [Found(one.article, one.start, one.end, 1.0) for one in passages]
        self.by_span = {(one.article.id, one.start, one.end): one for one in self.passages}
        rows = [{"id": str(number), "text": one.text} for number, one in enumerate(passages)]
        self.given = self.written("passages.json", rows)
        self.questions_file = self.written("questions.json", [one.text for one in self.questions])
        self.measured = {name: Measured() for name in (OURS, *CONTESTANTS)}

    def written(self, name: str, content: object) -> Path:
        path = self.temporary / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def run(self, turns: int) -> None:
        ours = [*PULLQUOTE, "build", str(self.folder / "articles"), "--index"]
        ran([*ours, str(self.temporary / "warm")], environment=ENVIRONMENT)  # the model is converted once
        for turn in range(turns):
            for name in CONTESTANTS:
                index, folder = (self.temporary / f"{who}-{turn}-{name}" for who in ("ours", "theirs"))
                folder.mkdir()
                self.built(OURS, [*ours, str(index)])
                self.built(name, [self.peers, str(SCRIPT), name, "build", str(self.given), str(folder)])
                self.measured[name].ratios.append(self.measured[name].builds[-1] / self.measured[OURS].builds[-1])
                self.asked(OURS, [sys.executable, __file__, str(self.folder), "--ask", str(index)])
                self.asked(name, [self.peers, str(SCRIPT), name, "ask", str(self.questions_file), str(folder)])
                console.print(
                    f"{name}: {self.measured[name].builds[-1]:.0f} s ({self.measured[OURS].builds[-1]:.0f} s)"
                )

    def built(self, name: str, command: Sequence[str]) -> None:
        child = ran(command, environment=ENVIRONMENT)
        self.measured[name].builds.append(child.seconds)
        self.measured[name].peak = max(self.measured[name].peak, child.megabytes)

    def asked(self, name: str, command: Sequence[str]) -> None:
        given = self.questions_file.read_text(encoding="utf-8") if name == OURS else ""
        found = json.loads(ran(command, given, ENVIRONMENT).printed)
        one = self.measured[name]
        one.resident = max(one.resident, found["resident"])
        one.milliseconds += found["milliseconds"]
        passages = [[self.passage(name, which) for which in row] for row in found["found"]]
        one.places = [first_right_passage(*pair) for pair in zip(self.questions, passages, strict=True)]

    def passage(self, name: str, which: Any) -> Found:
        return self.by_span[tuple(which)] if name == OURS else self.passages[int(which)]


def drawn(race: Race) -> None:
    """The picture: a bar for each contestant, Pullquote's own in colour."""
    plt.rcParams.update({"svg.hashsalt": "pullquote", "font.size": 9})
    figure, axes = plt.subplots(1, 4, figsize=(11, 2.6), sharey=True, layout="constrained")
    names = list(race.measured)
    bars = {
        "Build (seconds)": [float(np.median(one.builds)) for one in race.measured.values()],
        "Question (milliseconds)": [float(np.median(one.milliseconds)) for one in race.measured.values()],
        "Memory, asking (MB)": [one.resident for one in race.measured.values()],
        "First passage right": [share(place == 1 for place in one.places) for one in race.measured.values()],
    }
    for axis, (title, values) in zip(axes, bars.items(), strict=True):
        shown = axis.barh(names, values, color=["tab:orange" if name == OURS else "tab:gray" for name in names])
        axis.bar_label(shown, [f"{value:.2f}" if value < 1 else f"{value:,.0f}" for value in values], padding=2)
        axis.set_title(title, fontsize=9)
        axis.margins(x=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.savefig(PICTURE, metadata={"Date": None})


def section(race: Race) -> str:
    rows = {}
    for name, one in race.measured.items():
        median = float(np.median(one.builds))
        spread = f" ({min(one.builds):.0f} to {max(one.builds):.0f})" if len(one.builds) > 1 else ""
        rows[name] = [
            f"{median:.0f}{spread}",
            f"{np.median(one.ratios or [1]):.1f}",
            f"{one.peak:,.0f}",
            f"{np.median(one.milliseconds):.1f}",
            f"{np.percentile(one.milliseconds, 99):.1f}",
            f"{one.resident:,.0f}",
            f"{share(place == 1 for place in one.places):.3f}",
            f"{share(0 < place <= FOUND for place in one.places):.3f}",
        ]
    columns = [
        "",
        "build, s",
        "times ours, in turn",
        "peak MB",
        "question, ms",
        "99th of 100",
        "resident MB",
        "passage @1",
        "@5",
    ]
    what = f"{len(race.passages):,} passages, {len(race.questions)} questions of `{race.folder.name}`"
    picture = "![Build time, question time, memory and right first passages of all](peers.svg)"
    return f"{heading('peers.py', what)}\n\n{table(columns, rows)}\n\n{picture}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--peers", help="the Python of the peers' environment")
    parser.add_argument("--turns", type=int, choices=range(1, 10), default=2)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and docs/peers.svg")
    parser.add_argument("--ask", type=Path, metavar="INDEX", help=argparse.SUPPRESS)  # the process that asks
    given = parser.parse_args()
    if given.ask:
        sys.stdout.write(json.dumps(ask(given.ask, json.load(sys.stdin))))
        return
    if not given.peers:
        parser.error("--peers is needed: the Python of an environment with benchmarks/requirements.txt")
    with tempfile.TemporaryDirectory() as temporary:
        race = Race(given.set, given.peers, Path(temporary))
        race.run(given.turns)
        text = section(race)
        if given.write:
            drawn(race)
            write_section("Beside its peers", text)
    console.print(text, markup=False)


if __name__ == "__main__":
    main()
