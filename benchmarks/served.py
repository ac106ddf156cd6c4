"""How well and how fast a real Milvus server finds the vectors of a large archive.

    python benchmarks/served.py INDEX --questions FILE [...] --engines CACHE [--graphs 16:200 ...] [--depths 128 ...]

INDEX is one that `growth.py` kept, of real sentences. For each graph (neighbours of a vector : how many are looked at
to link one) its generation is put on a new server as a build does it. Real questions ask for as many passages as an
answer asks for: among all, and among those of a tenth and of a hundredth of the days; one and four at a time. What is
exact is computed on the same vectors. Exit code 1 where the searches among all are below the bar.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
from engines import SERVER, Server, started
from growth import questions_in
from report import heading, resident, table, write_section
from rich.console import Console

from config.settings import MilvusSettings, Settings
from index.archive import DEPTH
from index.embeddings import Vectors
from index.engine import load_embedder, one_core_a_question
from index.filters import published_between
from index.generations import Generation, open_current
from index.milvus.asking import Connection, MilvusRetriever
from index.milvus.publishing import Publisher
from index.milvus.server import VECTOR
from index.models import find_model
from index.retrieval import Selection, mask_of
from index.store import NO_DATE, Store
from index.vectors import Numbers

NEAREST = 10  # of which the recall is measured
WARM_UP = 50  # questions
AT_ONCE = (1, 4)  # who ask
SHARES = (1.0, 0.1, 0.01)  # of the days
FEWEST, MEDIAN, SLOWEST = 0.98, 15.0, 50.0  # the bar: recall, and milliseconds in the median and at the 99th of 100
TIMES = [name for who in AT_ONCE for name in (f"{who} at a time: median ms", "99th of 100")]
COLUMNS = ["", f"recall@{NEAREST}", *TIMES]
console = Console()


@dataclass(frozen=True, slots=True)
class Found:
    """Of one graph, one depth and one share of the days: the recall, and milliseconds of every search by who ask."""

    recall: float
    taken: dict[int, list[float]]

    @property
    def is_good(self) -> bool:
        median, slowest = np.percentile(self.taken[1], [50, 99])
        return bool(self.recall >= FEWEST and median <= MEDIAN and slowest <= SLOWEST)

    def shown(self) -> list[str]:
        times = [f"{np.percentile(taken, part):.1f}" for taken in self.taken.values() for part in (50, 99)]
        return [f"{self.recall:.4f}", *times]


@dataclass(frozen=True, slots=True)
class Put:
    """How a generation was put on the server: rows a second, seconds that indexing took, megabytes of the server."""

    rate: float
    indexing: float
    megabytes: float

    def shown(self) -> str:
        return f"{self.rate:,.0f} rows a second, indexed in {self.indexing:.0f} s, server of {self.megabytes:,.0f} MB"


class Asked:
    """A generation and the questions that are asked about it, with what is exact."""

    def __init__(self, index: Path, generation: Generation, queries: Sequence[Vectors]) -> None:
        self.index, self.generation, self.queries = index, generation, queries
        self.selections = {share: days_of(generation.store, share) for share in SHARES}
        self.exact = {share: list(self.exactly(one)) for share, one in self.selections.items()}

    def exactly(self, allowed: Selection | None) -> Iterator[Numbers]:
        for query in self.queries:
            yield self.generation.vectors.exactly(query, NEAREST, mask_of(allowed))[0]

    def put(self, server: Server, settings: MilvusSettings) -> Put:
        ended = []

        def progress(_: str, done: int, total: int) -> None:
            if done == total:
                ended.append(time.perf_counter())

        began = time.perf_counter()
        Publisher(self.index, settings).put(self.generation, progress)
        filled, indexed = ended
        assert server.process
        rate = self.generation.manifest.passages / (filled - began)
        return Put(rate, indexed - filled, resident(server.process.pid))

    def ask(self, settings: MilvusSettings, share: float) -> Found:
        allowed = self.selections[share]
        with closing(Connection(settings)) as connection:
            retriever = MilvusRetriever(self.index, self.generation, connection).open()

            def search(query: Vectors) -> tuple[Numbers, float]:
                started = time.perf_counter()
                ((numbers, _),) = connection.begin([retriever.found(VECTOR, query, DEPTH, allowed)])()
                return numbers, (time.perf_counter() - started) * 1000

            taken = {}
            for who in AT_ONCE:
                with ThreadPoolExecutor(who) as pool:
                    list(pool.map(search, self.queries[:WARM_UP]))
                    found = list(pool.map(search, self.queries))
                taken[who] = [milliseconds for _, milliseconds in found]
        pairs = zip(found, self.exact[share], strict=True)
        recalls = [len(set(one[:NEAREST]) & set(other)) / len(other) for (one, _), other in pairs]
        return Found(float(np.mean(recalls)), taken)


def days_of(store: Store, share: float) -> Selection | None:
    """The passages of this share of the dated articles, those in the middle of the archive's time; None for all."""
    if share == 1:
        return None
    first, last = np.quantile(store.dates[store.dates != NO_DATE], [0.5 - share / 2, 0.5 + share / 2])
    return published_between(store, date.fromordinal(int(first)), date.fromordinal(int(last)))


def embedded(questions: Sequence[str], settings: Settings) -> list[Vectors]:
    one_core_a_question()
    embedder = load_embedder(find_model(settings.model.name, settings.model.folder), settings.model)
    return [one.vector for question in questions for one in embedder.encode([question])]


def name_of(share: float) -> str:
    return "all" if share == 1 else f"{share * 100:g} % of the days"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    own = Settings.load().milvus
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--engines", type=Path, required=True, help="the folder of `engines.py`")
    parser.add_argument("--graphs", nargs="+", default=[f"{own.links}:{own.build_depth}"])
    parser.add_argument("--depths", type=int, nargs="+", default=[own.search_depth])
    parser.add_argument("--asked", type=int, default=500, help="questions")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    settings = Settings.load()
    queries = embedded(questions_in(given.questions)[: given.asked], settings)
    rows, notes, is_good = {}, [], True
    with open_current(given.index) as generation:
        asked = Asked(given.index, generation, queries)
        for graph in given.graphs:
            links, build_depth = map(int, graph.split(":"))
            name = f"M {links}, efConstruction {build_depth}"
            with tempfile.TemporaryDirectory() as data, started(SERVER, given.engines, Path(data)) as server:
                served = own.model_copy(update={"address": server.address, "links": links, "build_depth": build_depth})
                notes.append(f"{name}: {asked.put(server, served).shown()}.")
                console.print(notes[-1], highlight=False)
                for depth, share in product(given.depths, SHARES):
                    one = asked.ask(served.model_copy(update={"search_depth": depth}), share)
                    is_good &= one.is_good or share < 1
                    row = f"{name}, ef {depth}, {name_of(share)}"
                    rows[row] = one.shown()
                    console.print(row, *rows[row], highlight=False)
        size = f"{generation.manifest.passages:,} real passages (recombined), {len(queries)} real questions"
        what = f"{SERVER} through pymilvus {version('pymilvus')}, {size}"
    text = "\n\n".join([heading("served.py", f"{what}, {DEPTH} asked for"), table(COLUMNS, rows), *notes])
    console.print(text, markup=False, soft_wrap=True)
    if given.write:
        write_section("On a Milvus server", text)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
