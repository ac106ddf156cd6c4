"""Vectors -> the passages nearest in meaning (FAISS)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embeddings import Vectors

FILE = "vectors.faiss"  # every vector, in half precision: what is exact, and what the next build copies from
NEAR = "near.faiss"  # for large archives, a bit a dimension by cell: what is worth looking at

LARGE = 50_000  # passages; an exact search among fewer takes less than 4 ms
SUBSET = 0.05  # of a large archive; among fewer an exact search is faster, and cells hold too few of them
CELLS_PER_ROOT = 4  # times the square root of the passages: the number of cells, a common choice in FAISS's guidelines
TRAINING = 40  # vectors for each cell, from which its centre is learned
ROUNDS = 10  # of k-means; FAISS's own default
PROBED = 64  # cells looked into
REFINED = 4  # times as many candidates as asked for are compared in half precision
CHUNK = 1 << 14  # vectors moved at a time
SEED = 1234

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
HalfVectors = NDArray[np.float16]


class VectorIndex:
    """Nearest neighbours by inner product, which for unit rows is the cosine: exact for small archives and small parts
    of large ones; else the candidates that RaBitQ (Gao & Long 2024) finds in the nearest cells, put in order by the
    vectors themselves."""

    def __init__(self, exact: faiss.Index, near: faiss.Index | None = None) -> None:
        self.exact = exact
        self.near = near and faiss.IndexRefine(near, exact)

    @classmethod
    def write(cls, folder: Path, rows: HalfVectors) -> None:
        """Writes the index of `rows`, `(n, dimensions)` of length 1 each, into `folder`; row `i` is passage `i`. From
        `LARGE` passages on it has cells."""
        exact = faiss.IndexScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        add(exact, rows)
        faiss.write_index(exact, str(folder / FILE))
        del exact
        if len(rows) >= LARGE:
            faiss.write_index(cells_of(rows), str(folder / NEAR))

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        exact = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC)
        return cls(exact, faiss.read_index(str(folder / NEAR)) if (folder / NEAR).exists() else None)

    def __len__(self) -> int:
        return int(self.exact.ntotal)

    def rows(self, numbers: Numbers) -> Vectors:
        """The vectors of the passages `numbers`, `(n, dimensions)` float32."""
        return np.asarray(self.exact.reconstruct_batch(np.asarray(numbers, np.int64)), np.float32)

    def search(self, query: Vectors, limit: int, allowed: Mask | None = None) -> tuple[Numbers, Scores]:
        """The `limit` passages nearest to `query` (`(dimensions,)`), best first, among those `allowed` (a mask
        over all passages) where given. Fewer come back where there are fewer."""
        if self.near is None or (allowed is not None and allowed.mean() < SUBSET):
            index, parameters = self.exact, exactly(allowed)
        else:
            index, parameters = self.near, in_cells(allowed)
        scores, numbers = index.search(query[None, :], min(limit, len(self)), params=parameters)
        found = numbers[0] >= 0  # FAISS fills up with -1
        return numbers[0][found], scores[0][found]


def cells_of(rows: HalfVectors) -> Any:
    """An index of the rows' cells and bits, trained on a sample of them."""
    cells = int(CELLS_PER_ROOT * len(rows) ** 0.5)
    index: Any = faiss.index_factory(rows.shape[1], f"IVF{cells},RaBitQfs", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.seed = ROUNDS, SEED
    sample = np.random.default_rng(SEED).choice(len(rows), min(len(rows), TRAINING * cells), replace=False)
    index.train(np.asarray(rows[np.sort(sample)], np.float32))
    add(index, rows)
    return index


def add(index: faiss.Index, rows: HalfVectors) -> None:
    for start in range(0, len(rows), CHUNK):
        index.add(np.asarray(rows[start : start + CHUNK], np.float32))


def only(allowed: Mask | None) -> Any:
    """FAISS's selector of the passages of a mask (its own type hints know no keyword and no array)."""
    if allowed is None:
        return None
    bitmap: Any = np.packbits(allowed, bitorder="little")
    selector: Any = faiss.IDSelectorBitmap
    return selector(bitmap)


def exactly(allowed: Mask | None) -> Any:
    parameters: Any = faiss.SearchParameters
    return parameters(sel=only(allowed))


def in_cells(allowed: Mask | None) -> Any:
    cells: Any = faiss.IVFSearchParameters
    refined: Any = faiss.IndexRefineSearchParameters
    return refined(k_factor=REFINED, base_index_params=cells(nprobe=PROBED, sel=only(allowed)))
