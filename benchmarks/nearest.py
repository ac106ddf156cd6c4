"""Compares kinds of vector index on the real vectors of an archive: how many of the nearest they find, and how fast.

    python benchmarks/nearest.py INDEX --questions FILE [...] [--write]

INDEX is one that `growth.py` kept, of 100,000 passages. Every kind finds candidates, which are put in order by the
vectors in half precision; each is asked the same questions for as many passages as an answer asks for, on one core.
"""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from growth import questions_in
from report import archive_opener, heading, table, write_section
from rich.console import Console

from config.settings import Settings
from index.archive import DEPTH
from index.vectors import KIND, REFINED, VectorIndex

NEAREST = 10
CELLS = 1273  # four times the root of 100,000, as FAISS's guidelines have it
PROBED = (64, 128, 256)  # cells looked into
SAMPLE = 50_000  # vectors that a kind is trained on
console = Console()


def searched(search: Any, queries: Any, exact: Any) -> list[str]:
    """Recall of the `NEAREST` and of all `DEPTH`, and milliseconds of a search."""
    started = time.perf_counter()
    found = [search(query[None, :])[1][0] for query in queries]
    taken = (time.perf_counter() - started) / len(queries) * 1000
    recalls = [
        np.mean([len(set(one[:first]) & set(other[:first])) / first for one, other in zip(found, exact, strict=True)])
        for first in (NEAREST, DEPTH)
    ]
    return [f"{recalls[0]:.4f}", f"{recalls[1]:.4f}", f"{taken:.2f}"]


def measured(vectors: VectorIndex, queries: Any) -> dict[str, list[str]]:
    rows = vectors.rows(np.arange(len(vectors)))
    exact = vectors.exact.search(queries, DEPTH)[1]
    figures = {"exact, half precision": searched(lambda query: vectors.exact.search(query, DEPTH), queries, exact)}
    refined: Any = faiss.IndexRefineSearchParameters
    probing: Any = faiss.IVFSearchParameters
    for kind, probes in ((KIND, (None,)), (f"IVF{CELLS},{KIND}", PROBED)):
        near = faiss.index_factory(rows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        near.train(rows[np.random.default_rng(0).choice(len(rows), min(len(rows), SAMPLE), replace=False)])
        near.add(rows)
        index: Any = faiss.IndexRefine(near, vectors.exact)
        for probed in probes:
            cells = probing(nprobe=probed) if probed else None
            given = refined(k_factor=REFINED, base_index_params=cells)
            name = f"{kind}, {probed} cells" if probed else f"{kind} over all"
            figures[name] = searched(
                lambda query, index=index, given=given: index.search(query, DEPTH, params=given), queries, exact
            )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    with closing(archive_opener(Settings.load())(given.index)) as archive:
        asked = questions_in(given.questions)
        queries = np.stack([one.vector for question in asked for one in archive.embedder.encode([question])])
        vectors = archive.generation.vectors
        figures = measured(vectors, queries)
        what = f"{len(vectors):,} real passages (recombined), {len(queries):,} real questions, {DEPTH} asked for"
    text = f"{heading('nearest.py', what)}\n\n{table(['', f'recall@{NEAREST}', f'@{DEPTH}', 'ms'], figures)}"
    console.print(text, markup=False)
    if given.write:
        write_section("Kinds of vector index", text)


if __name__ == "__main__":
    main()
