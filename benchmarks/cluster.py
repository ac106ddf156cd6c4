"""Compares a build on a Ray cluster of two nodes of one core each with one process on the same two cores.

    python benchmarks/cluster.py ARTICLES [--turns 3] [--write]

The nodes are started on this machine (`nodes.py`); both builds run in turns, and once more on the cluster with a worker
killed midway. The pace is that of passages from the first batch to the last: without the start of interpreters and
models. Seconds of the processor are those of all processes that take part, which other work on the machine lengthens
less than it does seconds on the clock. Exit code 1 where an index differs, or the cluster is slower than the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from nodes import Nodes, descendants
from report import PULLQUOTE, heading, table, write_section
from rich.console import Console

from index import generations

BAR = 1.25  # times as long as one process
STAGE = "Embedding passages"
NEAR = 1e-3  # by which a vector's numbers may differ
TICKS = os.sysconf("SC_CLK_TCK")
console = Console()


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took: seconds from the start of its process to its end and until its first passages were read,
    passages a second from there on, and seconds of the processor."""

    seconds: float
    first: float
    pace: float
    processor: float


def built(articles: Path, index: Path, nodes: Nodes | None, meanwhile: Callable[[], None] = lambda: None) -> Built:
    """A build in a process of its own, on the cluster of `nodes` where given; after its first batch `meanwhile`."""
    command = [*PULLQUOTE, "build", str(articles), "--index", str(index), "--json"]
    command += ["--ray", nodes.address] if nodes else []
    before, started = used(nodes), time.perf_counter()
    after = dict(before)
    seen: list[tuple[float, int]] = []
    environment = os.environ | (nodes.environment if nodes else {})
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as child:
        assert child.stdout
        for line in child.stdout:
            after |= used(nodes)  # of a worker that ends, what it had taken a moment before
            step = json.loads(line).get("progress", {})
            if step.get("stage") == STAGE and step["done"]:
                seen.append((time.perf_counter() - started, step["done"]))
                if len(seen) == 1:
                    meanwhile()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    seconds = time.perf_counter() - started
    (first, few), (last, all_) = seen[0], seen[-1]
    processor = usage.ru_utime + usage.ru_stime + sum(after.values()) - sum(before.values())
    return Built(seconds, first, (all_ - few) / (last - first), processor)


def used(nodes: Nodes | None) -> dict[int, float]:
    """Seconds of the processor that each process of the nodes has taken."""
    seconds: dict[int, float] = {}
    for node in nodes.started if nodes else []:
        for process in [node.pid, *descendants(node.pid)]:
            with suppress(OSError):  # of one that has just ended
                stat = Path(f"/proc/{process}/stat").read_text()
                seconds[process] = sum(map(int, stat.rpartition(")")[2].split()[11:13])) / TICKS  # user and system
    return seconds


def difference(index: Path, other: Path) -> str | None:
    """In what two indexes differ; None where they are the same."""
    with generations.open_current(index) as one, generations.open_current(other) as two:
        if (one.manifest.passages, one.manifest.precisions) != (two.manifest.passages, two.manifest.precisions):
            return "other passages or precisions"
        names = ["vectors.faiss", "tokens.bits", "tokens.npy", "passages.npy", "sentences.npy", "digests.npy"]
        unlike = [name for name in names if one.manifest.sums[name] != two.manifest.sums[name]]
        numbers = np.arange(one.manifest.passages)
        apart = float(np.abs(one.vectors.rows(numbers) - two.vectors.rows(numbers)).max())
    return f"{', '.join(unlike)}; vectors by up to {apart:.1e}" if unlike or apart > NEAR else None


def kill_one(nodes: Nodes) -> None:
    os.kill(nodes.workers()[0], signal.SIGKILL)


def document(here: list[Built], there: list[Built], killed: Built, differing: list[str], what: str) -> str:
    def row(figure: Callable[[Built], float], digits: int = 1) -> list[str]:
        one, two = (median(map(figure, builds)) for builds in (here, there))
        ratios = [figure(b) / figure(a) for a, b in zip(here, there, strict=True)]
        between = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        return [f"{one:.{digits}f}", f"{two:.{digits}f}", between, f"{figure(killed):.{digits}f}"]

    rows = {
        "whole build, seconds": row(lambda one: one.seconds),
        "... until the first passages are read": row(lambda one: one.first),
        "passages a second from there on": row(lambda one: one.pace, 0),
        "seconds of the processor, all processes": row(lambda one: one.processor),
    }
    columns = [what, "one process", "cluster", "ratio (least to most)", "one worker killed"]
    same = (
        "; ".join(differing) or "the same bytes of vectors, token bits, passages, sentences and digests in all builds"
    )
    return f"{heading('cluster.py', f'{len(here)} turns')}\n\n{table(columns, rows)}\n\nDifferences: {same}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    here: list[Built] = []
    there: list[Built] = []
    with tempfile.TemporaryDirectory() as temporary, Nodes() as nodes:
        folder = Path(temporary)
        nodes.start(1)
        nodes.start(1)
        for turn in range(given.turns):
            here.append(built(given.articles, folder / f"here-{turn}", None))
            there.append(built(given.articles, folder / f"there-{turn}", nodes))
            console.print(f"turn {turn + 1}: {here[-1]}, on the cluster {there[-1]}", highlight=False)
        killed = built(given.articles, folder / "killed", nodes, lambda: kill_one(nodes))
        others = [folder / name for name in [*(f"there-{turn}" for turn in range(given.turns)), "killed"]]
        differing = [found for other in others if (found := difference(other, folder / "here-0"))]
        with generations.open_current(folder / "here-0") as made:
            what = f"{made.manifest.passages:,} passages"
    text = document(here, there, killed, differing, what)
    console.print(text, markup=False)
    if given.write:
        write_section("Building with Ray", text)
    slower = median(two.seconds / one.seconds for one, two in zip(here, there, strict=True))
    sys.exit(1 if differing or slower > BAR else 0)


if __name__ == "__main__":
    main()
