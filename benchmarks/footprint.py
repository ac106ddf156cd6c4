"""What one passage takes on disk, on a Milvus server and of a question's time: figures that `sizing.py` starts from.

    python benchmarks/footprint.py INDEX [--sampled 20000] [--linked 100000]

INDEX is best one that `growth.py` kept. The server itself is not asked: what it is told of a passage is counted, and a
search among one of its segments is timed with FAISS, which builds the same kind of graph, on one thread.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import faiss
import numpy as np
from report import table
from rich.console import Console

from config.settings import MilvusSettings, Settings
from index.archive import DEPTH
from index.checksums import sizes
from index.embeddings import Vectors
from index.filters import published_between
from index.generations import Generation, open_current
from index.layout import generation as folder_of
from index.manifest import MANIFEST
from index.milvus.publishing import ROWS, rows
from index.milvus.server import SOURCE, STEMS
from index.store import ARTICLES, Store
from index.tokens import BITS
from index.tokens import ROWS as TOKEN_ROWS
from index.vectors import FILE, NEAR
from index.words import FOLDER

KINDS = {
    BITS: "token bits",
    TOKEN_ROWS: "where sentences, passages and token bits lie",
    FILE: "vectors, half precision",
    NEAR: "vectors, a bit a dimension",
    ARTICLES: "texts",
    FOLDER: "words",
}
OTHER = KINDS[TOKEN_ROWS]
ASKED = 200  # searches, of vectors that are not in the graph where there are so many
TURNS = 5


def on_disk(folder: Path, passages: int) -> dict[str, float]:
    """Bytes a passage of a generation's files, by what they hold; the manifest is left out."""
    bytes_of: dict[str, float] = defaultdict(float)
    for name, size in sizes(folder, but=MANIFEST).items():
        bytes_of[KINDS.get(name.partition("/")[0], OTHER)] += size / passages
    return dict(sorted(bytes_of.items(), key=lambda one: -one[1]))


def told(generation: Generation, sampled: int) -> dict[str, float]:
    """What a server that ranks words is told of a passage, taken from the middle of the archive."""
    passages = generation.manifest.passages
    first = max(0, (passages - sampled) // 2)
    last = min(first + sampled, passages)
    ranges = [range(start, min(start + ROWS, last)) for start in range(first, last, ROWS)]
    began = time.process_time()
    given = [row for numbers in ranges for row in rows(generation, numbers, stems=True)]
    spent = time.process_time() - began
    return {
        "stems, bytes": mean(len(row[STEMS].encode()) for row in given),
        "different stems": mean(len(set(row[STEMS].split())) for row in given),
        "source, bytes": mean(len(row[SOURCE].encode()) for row in given),
        "processor's time to put it together, ms": spent / len(given) * 1000,
    }


def mean(values: object) -> float:
    return float(np.mean(np.fromiter(values, float)))  # type: ignore[call-overload]


def segment(vectors: Vectors, asked: Vectors, own: MilvusSettings) -> dict[str, float]:
    """A graph of the settings over `vectors`, `(n, dimensions)`: what it takes, and a search in it."""
    faiss.omp_set_num_threads(1)
    graph = faiss.IndexHNSWFlat(vectors.shape[1], own.links, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction, graph.hnsw.efSearch = own.build_depth, own.search_depth
    building = processor_time(lambda: graph.add(vectors))
    spent = [processor_time(lambda one=one: graph.search(one[None], DEPTH)) for one in asked]  # type: ignore[misc]
    return {
        "graph beside the vectors, bytes": len(faiss.serialize_index(graph)) / len(vectors) - vectors[0].nbytes,
        "processor's time to link a vector, ms": building / len(vectors) * 1000,
        "processor's time of a search, ms": float(np.median(spent)) * 1000,
    }


def filtered(store: Store) -> float:
    """Milliseconds to say which of all passages are of a period."""
    spent = [processor_time(lambda: published_between(store, date(2000, 1, 1), date.max)) for _ in range(TURNS)]
    return float(np.median(spent)) * 1000


def processor_time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--sampled", type=int, default=20_000, help="passages that a server is told")
    parser.add_argument("--linked", type=int, default=100_000, help="vectors of the graph")
    given = parser.parse_args()
    with open_current(given.index) as generation:
        passages = generation.manifest.passages
        disk = on_disk(folder_of(given.index, generation.name), passages)
        linked = min(given.linked, max(1, passages - ASKED))
        vectors = generation.vectors.rows(np.arange(linked))
        asked = generation.vectors.rows(np.arange(linked, min(passages, linked + ASKED)))
        figures = {f"on disk: {name}, bytes": size for name, size in disk.items()}
        figures |= {"on disk: in all, bytes": sum(disk.values())}
        figures |= {f"told to a server: {name}": size for name, size in told(generation, given.sampled).items()}
        of_segment = segment(vectors, asked, Settings.load().milvus)
        figures |= {f"in a graph of {linked:,}: {name}": size for name, size in of_segment.items()}
        figures |= {"period named, ms of a million passages": filtered(generation.store) / passages * 1e6}
    shown = {name: [f"{value:,.3f}" if value < 10 else f"{value:,.0f}"] for name, value in figures.items()}
    Console().print(table([f"{passages:,} passages", "of one"], shown), markup=False)


if __name__ == "__main__":
    main()
