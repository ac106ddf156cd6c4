"""Vectors -> the passages nearest in meaning (FAISS)."""

from __future__ import annotations

import math
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embeddings import Vectors

FILE = "vectors.faiss"  # every vector, in half precision: what is exact, and what the next build copies from
NEAR = "near.faiss"  # for large archives, a bit a dimension: which vectors are worth looking at
KIND = "RaBitQfs"

LARGE = 50_000  # passages; an exact search among fewer takes less than 2 ms
SUBSET = 0.2  # of a large archive; among fewer an exact search is as fast
REFINED = 8  # times as many candidates as asked for are compared in half precision
SPARE = 2  # times as many are asked for as a filter should leave
SAMPLE = 1 << 16  # vectors whose mean the bits are taken around
CHUNK = 1 << 14  # vectors moved at a time
READ_AT_ONCE = 1 << 22  # bytes

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
HalfVectors = NDArray[np.float16]


class VectorIndex:
    """Nearest neighbours by inner product, which for unit rows is the cosine: exact for small archives and small parts
    of large ones; else RaBitQ (Gao & Long 2024) over all bits, with the candidates put in order by their vectors.

    Cells (IVF) would look at fewer, but MiniLM's vectors lie across them: of 100,000 real ones they find 0.97 of the
    ten nearest in a tenth of the cells, where this finds 0.9999 in the time of a fifth (`benchmarks/nearest.py`).
    """

    def __init__(self, exact: faiss.Index, near: faiss.Index | None = None) -> None:
        self.exact = exact
        self.near = near and faiss.IndexRefine(near, exact)

    @classmethod
    def write(cls, folder: Path, rows: HalfVectors) -> None:
        """Writes the index of `rows`, `(n, dimensions)` of length 1 each, into `folder`; row `i` is passage `i`. From
        `LARGE` passages on it has `NEAR` as well."""
        exact = faiss.IndexScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        add(exact, rows)
        faiss.write_index(exact, str(folder / FILE))
        del exact
        if len(rows) >= LARGE:
            faiss.write_index(near_index(rows), str(folder / NEAR))

    @classmethod
    def load(cls, folder: Path, is_searched: bool = True) -> VectorIndex:
        """Opens the index; where it is another that is searched, only to read vectors."""
        exact = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC)
        if not is_searched or not (folder / NEAR).exists():
            return cls(exact)
        threading.Thread(target=read_through, args=(folder / FILE,), daemon=True).start()
        return cls(exact, faiss.read_index(str(folder / NEAR)))

    def __len__(self) -> int:
        return int(self.exact.ntotal)

    def rows(self, numbers: Numbers) -> Vectors:
        """The vectors of the passages `numbers`, `(n, dimensions)` float32."""
        return np.asarray(self.exact.reconstruct_batch(np.asarray(numbers, np.int64)), np.float32)

    def search(self, query: Vectors, limit: int, allowed: Mask | None = None) -> tuple[Numbers, Scores]:
        """The `limit` passages nearest to `query` (`(dimensions,)`), best first, among those `allowed` (a mask
        over all passages) where given. Fewer come back where there are fewer."""
        if self.near is None or (allowed is not None and allowed.mean() < SUBSET):
            return self.exactly(query, limit, allowed)
        asked = limit if allowed is None else math.ceil(SPARE * limit / allowed.mean())
        refined: Any = faiss.IndexRefineSearchParameters
        numbers, scores = found(self.near, query, asked, refined(k_factor=REFINED))
        if allowed is None:
            return numbers, scores
        kept = allowed[numbers]
        if kept.sum() < limit:  # the filter left fewer of the nearest than of all
            return self.exactly(query, limit, allowed)
        return numbers[kept][:limit], scores[kept][:limit]

    def exactly(self, query: Vectors, limit: int, allowed: Mask | None = None) -> tuple[Numbers, Scores]:
        return found(self.exact, query, limit, None if allowed is None else only(allowed))


def found(index: Any, query: Vectors, limit: int, parameters: Any) -> tuple[Numbers, Scores]:
    scores, numbers = index.search(query[None, :], min(limit, index.ntotal), params=parameters)
    there = numbers[0] >= 0  # FAISS fills up with -1
    return numbers[0][there], scores[0][there]


def read_through(file: Path) -> None:
    """Brings a file from the disk into memory at its full speed; a question would fetch eight hundred pieces of it one
    by one."""
    with suppress(OSError), file.open("rb") as opened:
        while opened.read(READ_AT_ONCE):
            pass


def near_index(rows: HalfVectors) -> faiss.Index:
    """An index of the rows' bits, around the mean of rows spread over all of them."""
    index = faiss.index_factory(rows.shape[1], KIND, faiss.METRIC_INNER_PRODUCT)
    index.train(np.asarray(rows[:: -(-len(rows) // SAMPLE)], np.float32))
    add(index, rows)
    return index


def add(index: faiss.Index, rows: HalfVectors) -> None:
    for start in range(0, len(rows), CHUNK):
        index.add(np.asarray(rows[start : start + CHUNK], np.float32))


def only(allowed: Mask) -> Any:
    """FAISS's search parameters for the passages of a mask (its own type hints know no keyword and no array)."""
    bitmap: Any = np.packbits(allowed, bitorder="little")
    selector: Any = faiss.IDSelectorBitmap
    parameters: Any = faiss.SearchParameters
    return parameters(sel=selector(bitmap))
