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
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from contestants import CONTESTANTS, FOUND, WARM_UP
from report import PULLQUOTE, heading, table, write_section
from rich.console import Console

from config.settings import Settings
from index.answers import Answerer, Found
from index.archive import Archive
from index.engine import load_embedder, one_core_a_question
from index.evaluation import Question, QuestionSet, first_right_passage, share
from index.models import find_model
from index.passages import passages_of

OURS = "Pullquote"
PICTURE = Path(__file__).parent.parent / "docs" / "peers.svg"
SCRIPT = Path(__file__).with_name("contestants.py")
QUIET = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "TOKENIZERS_PARALLELISM": "false"}
console = Console()


@dataclass
class Measured:
    """Of one contestant: seconds and peak megabytes of every build, and of all questions what was found."""

    builds: list[float] = field(default_factory=list)
    peak: float = 0.0
    resident: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of the first right passage; 0 where there was none


def build(command: Sequence[str], measured: Measured) -> None:
    started = time.perf_counter()
    child = subprocess.Popen(command, env=os.environ | QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    measured.builds.append(time.perf_counter() - started)
    measured.peak = max(measured.peak, usage.ru_maxrss / 1024)


def answers(command: Sequence[str], given: str | None = None) -> dict[str, Any]:
    ran = subprocess.run(
        command, input=given, env=os.environ | QUIET, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    read: dict[str, Any] = json.loads(ran.stdout)
    return read


def ask(index: Path, questions: list[str]) -> dict[str, Any]:
    """What `contestants.py` prints, of Pullquote; passages are given as article, start and end."""
    settings = Settings.load()
    one_core_a_question()
    model = find_model(settings.model.name, settings.model.folder)
    with closing(Archive.open(index, model, load_embedder(model, settings.model))) as archive:
        answerer = Answerer(archive, settings.answers)
        for question in questions[:WARM_UP]:
            answerer.answer(question)
        given = [answerer.answer(question) for question in questions]
    resident = int(Path("/proc/self/status").read_text(encoding="ascii").split("VmRSS:")[1].split()[0]) / 1024
    found = [[(one.article.id, one.start, one.end) for one in answer.passages[:FOUND]] for answer in given]
    return {"found": found, "milliseconds": [answer.seconds * 1000 for answer in given], "resident": resident}


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
        self.asked = self.written("questions.json", [one.text for one in self.questions])
        self.measured = {name: Measured() for name in (OURS, *CONTESTANTS)}

    def written(self, name: str, content: object) -> str:
        path = self.temporary / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)

    def run(self, turns: int) -> None:
        for turn in range(turns):
            for place, name in enumerate(CONTESTANTS):
                ours = self.temporary / f"ours-{turn}-{place}"
                build([*PULLQUOTE, "build", str(self.folder / "articles"), "--index", str(ours)], self.measured[OURS])
                theirs = self.temporary / f"theirs-{turn}-{place}"
                theirs.mkdir()
                build([self.peers, str(SCRIPT), name, "build", self.given, str(theirs)], self.measured[name])
                found = answers([self.peers, str(SCRIPT), name, "ask", self.asked, str(theirs)])
                self.judge(name, found, [[self.passages[int(one)] for one in row] for row in found["found"]])
                console.print(
                    f"{name}: {self.measured[name].builds[-1]:.0f} s, {OURS}: {self.measured[OURS].builds[-1]:.0f} s"
                )
        found = answers([sys.executable, __file__, str(self.folder), "--ask", str(ours)], Path(self.asked).read_text())
        self.judge(OURS, found, [[self.by_span[tuple(one)] for one in row] for row in found["found"]])

    def judge(self, name: str, found: dict[str, Any], passages: list[list[Found]]) -> None:
        one = self.measured[name]
        one.resident, one.milliseconds = found["resident"], found["milliseconds"]
        one.places = [first_right_passage(*pair) for pair in zip(self.questions, passages, strict=True)]


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
    ours = float(np.median(race.measured[OURS].builds))
    rows = {}
    for name, one in race.measured.items():
        median = float(np.median(one.builds))
        spread = f" ({min(one.builds):.0f} to {max(one.builds):.0f})" if len(one.builds) > 1 else ""
        rows[name] = [
            f"{median:.0f}{spread}",
            f"{median / ours:.1f}",
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
        "times ours",
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
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and docs/peers.svg")
    parser.add_argument("--ask", type=Path, metavar="INDEX", help=argparse.SUPPRESS)  # the process that asks
    given = parser.parse_args()
    if given.ask:
        sys.stdout.write(json.dumps(ask(given.ask, json.load(sys.stdin))))
        return
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
