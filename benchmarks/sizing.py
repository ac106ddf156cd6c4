"""How large a machine, or a Milvus cluster, an archive needs: the tables of `docs/scale.md`.

    python benchmarks/sizing.py [--passages 50000000 ...] [--write]

This is arithmetic: what it starts from stands in `assumptions.py`, with where it is from.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import assumptions as a
from report import SCALE, table, write_between
from rich.console import Console

from index.archive import LATE_DEPTH

SIZES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
MB, GB, MIB = 1e6, 1e9, 2**20
CORES = 2  # of the machines that were measured
ON_SERVER = 200_000  # passages of the server that was measured
SINGLE = (8, 16, 32, a.NODE)  # GB of memory of one server, as the sizing tool has it
VECTOR = 4 * a.DIMENSIONS  # bytes
ON_DISK = a.TOKENS + a.TEXTS + a.VECTORS + a.NEAR + a.WORDS + a.PLACES  # bytes of a passage
IN_WORDS = a.STEMS + a.TERM * a.TERMS  # ... of what a server that ranks by words keeps of it


@dataclass(frozen=True, slots=True)
class Served:
    """A Milvus that holds an archive of so many passages, and its machines."""

    passages: int

    @property
    def loaded(self) -> float:
        """Bytes in memory of one generation."""
        return self.passages * ((VECTOR + a.LINK * a.LINKS) * a.SPARE + a.FIELDS + IN_WORDS)

    @property
    def all_loaded(self) -> float:
        """... of the published one and the one before, and of the next, which is put there beside them."""
        generations = min(a.LOADED, a.KEPT) + 1
        return self.loaded * generations * a.own.milvus.replicas + a.GROWING * a.SEGMENT * MIB * a.SPARE

    @property
    def told(self) -> float:
        """Bytes that it is told of one generation."""
        return self.passages * (VECTOR + a.FIELDS + IN_WORDS)

    @property
    def stored(self) -> float:
        """Bytes of object storage, as the sizing tool has it: what was told and what is loaded."""
        return (self.told + self.loaded) * (a.KEPT + 1)

    @property
    def machines(self) -> tuple[int, float]:
        """How many, and the GB of memory of each: one where that is enough, else query nodes."""
        needed = self.all_loaded / GB / a.USED
        return (
            (1, next(size for size in SINGLE if needed <= size))
            if needed <= a.NODE
            else (math.ceil(needed / a.NODE), a.NODE)
        )

    @property
    def cores(self) -> float:
        count, gigabytes = self.machines
        return count * gigabytes / a.CORE

    @property
    def segments(self) -> int:
        return math.ceil(self.told / (a.SEGMENT * MIB))

    @property
    def filling(self) -> float:
        """Seconds to put a generation there: one process tells it, and all its cores link."""
        linking = a.LINKED * CORES / ON_SERVER / self.cores
        return self.passages * (a.ROW / 1000 + 1 / a.INSERTED + linking)

    @property
    def words(self) -> float:
        """Milliseconds of one core to rank by words, if they take as long as in the index folder."""
        return (a.ANSWER.slope - a.SEARCH.slope) * self.passages

    @property
    def answer(self) -> float:
        """Milliseconds without the reader: the bot's own part and the server's."""
        rounds = math.ceil(self.segments / self.cores)
        return a.ANSWER(0) - a.SEARCH(0) + a.ROUND_TRIP + (rounds - 1) * a.SEARCHED + self.words / self.cores

    @property
    def pace(self) -> float:
        """Questions a second, if nothing but its cores holds it up."""
        request = CORES * 1000 / a.ASKED
        return self.cores * 1000 / (request + self.segments * a.SEARCHED + self.words)


def asking(passages: int) -> float:
    """Bytes, not of files, in memory of a bot whose vectors a server searches."""
    return a.OWN(passages) * MB - a.NEAR * passages


def first_build(passages: int, machines: int = 0) -> float:
    """Seconds in one process, or with so many machines that read for it."""
    return passages * (a.BESIDE / a.LARGE + 1 / (a.RATE * a.SPREAD * machines if machines else a.RATE))


def size(amount: float) -> str:
    units = ((1e12, "TB"), (GB, "GB"), (MB, "MB"), (1e3, "kB"), (1, "bytes"))
    return next(f"{few(amount / unit)} {name}" for unit, name in units if amount >= unit)


def duration(seconds: float) -> str:
    units = ((86_400, "days", 2), (3600, "h", 1.5), (60, "min", 1.5), (1, "s", 1), (0.001, "ms", 0))
    return next(f"{few(seconds / unit)} {name}" for unit, name, least in units if seconds >= least * unit)


def few(value: float) -> str:
    """A number of which two digits are to be believed at most."""
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:,.0f}"


def machines_of(passages: int) -> str:
    count, gigabytes = Served(passages).machines
    return f"one of {gigabytes:.0f} GB" if count == 1 else f"{count:,} of {gigabytes:.0f} GB"


HERE: dict[str, Callable[[int], str]] = {
    "disk, one generation": lambda n: size(ON_DISK * n),
    "... where it is built: those kept and the next": lambda n: size(ON_DISK * n * (a.KEPT + 1)),
    "memory of a bot that searches itself": lambda n: size(a.RESIDENT(n) * MB),
    "... of it not of files": lambda n: size(a.OWN(n) * MB),
    "... of one that asks Milvus, not of files": lambda n: size(asking(n)),
    "memory of a build": lambda n: size(a.BUILDING(n) * MB),
    "first build, one process": lambda n: duration(first_build(n)),
    "... with Ray on 4 machines": lambda n: duration(first_build(n, 4)),
    "... on 16": lambda n: duration(first_build(n, 16)),
    "build after 1 % changed": lambda n: duration(a.REBUILT / a.REBUILT_OF * n),
    "files compared when a bot starts": lambda n: duration(ON_DISK * n / (a.COMPARED * GB)),
    "a question without the reader": lambda n: duration(a.ANSWER(n) / 1000),
    "... with it": lambda n: duration((a.ANSWER(n) + a.READER) / 1000),
    "... that names a time: longer by": lambda n: duration(a.PERIOD * n / 1e9),
}
THERE: dict[str, Callable[[int], str]] = {
    "memory, one generation": lambda n: size(Served(n).loaded),
    "... two and the next": lambda n: size(Served(n).all_loaded),
    "servers or query nodes": machines_of,
    "object storage": lambda n: size(Served(n).stored),
    "a generation put there": lambda n: duration(Served(n).filling),
    "a question without the reader, at least": lambda n: duration(Served(n).answer / 1000),
    "... with it": lambda n: duration((Served(n).answer + a.READER) / 1000),
    "questions a second, at most": lambda n: few(Served(n).pace),
}


def figures(rows: Mapping[str, Callable[[int], str]], sizes: Sequence[int] = SIZES) -> str:
    columns = ["passages", *(f"{passages:,}" for passages in sizes)]
    return table(columns, {name: [row(passages) for passages in sizes] for name, row in rows.items()})


def passage() -> str:
    """What of one passage lies where, and how much of it a question reads."""
    read = {a.TOKENS, a.TEXTS}
    held: dict[str, tuple[float, float]] = {
        "token bits": (a.TOKENS, 0),
        "vector": (a.VECTORS + a.NEAR, VECTOR),
        "... and its links": (0, a.LINK * a.LINKS),
        "text": (a.TEXTS, 0),
        "words": (a.WORDS, IN_WORDS),
        "number, day, source": (0, a.FIELDS),
        "where its sentences and token bits lie": (a.PLACES, 0),
    }
    rows = {
        name: [
            *(f"{one:,.0f}" if one else "" for one in places),
            f"{LATE_DEPTH} × {places[0]:,.0f}" if places[0] in read else "",
        ]
        for name, places in held.items()
    }
    folder, server = (sum(places) for places in zip(*held.values(), strict=True))
    rows["in all"] = [f"{one:,.0f}" for one in (folder, server, LATE_DEPTH * sum(read))]
    return table(["bytes of a passage", "in the folder", "on the server", "a question reads"], rows)


def assumed() -> str:
    lines = ["| figure | of | from |", "| ---: | --- | --- |"]
    return "\n".join([*lines, *(f"| {one} | {one.what} | {one.source} |" for one in a.Assumed.every)])


SECTIONS: dict[str, Callable[[], str]] = {  # of docs/scale.md
    "passage": passage,
    "sizing-here": lambda: figures(HERE),
    "sizing-milvus": lambda: figures(THERE),
    "assumptions": assumed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, nargs="+", default=SIZES)
    parser.add_argument("--write", action="store_true", help="write docs/scale.md")
    given = parser.parse_args()
    for rows in (HERE, THERE):
        Console(width=200).print(figures(rows, given.passages), markup=False)
    if given.write:
        for name, text in SECTIONS.items():
            write_between(name, text(), SCALE)


if __name__ == "__main__":
    main()
