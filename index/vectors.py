"""Vectors -> the passages nearest in meaning (FAISS)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embeddings import Vectors

FILE = "vectors.faiss"
Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


class VectorIndex:
    """Exact nearest neighbours by inner product, which for unit rows is the cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> VectorIndex:
        """`vectors` is `(n, dimensions)` float32, unit rows; row `i` is passage number `i`."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        return cls(faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC))

    def save(self, folder: Path) -> None:
        faiss.write_index(self.index, str(folder / FILE))

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def rows(self) -> Vectors:
        """All vectors, `(n, dimensions)` float32: what an incremental build copies from."""
        return np.asarray(self.index.reconstruct_n(0, len(self)), dtype=np.float32)

    def search(self, query: Vectors, limit: int, allowed: Mask | None = None) -> tuple[Numbers, Scores]:
        """The `limit` passages nearest to `query` (`(dimensions,)`), best first, among those `allowed` (a mask
        over all passages) where given. Fewer come back where there are fewer."""
        parameters = None if allowed is None else only(allowed)
        scores, numbers = self.index.search(query[None, :], min(limit, len(self)), params=parameters)
        found = numbers[0] >= 0  # FAISS fills up with -1
        return numbers[0][found], scores[0][found]


def only(allowed: Mask) -> Any:
    """FAISS' search parameters for the passages of a mask (its own type hints know no keyword and no array)."""
    bitmap: Any = np.packbits(allowed, bitorder="little")
    selector: Any = faiss.IDSelectorBitmap
    parameters: Any = faiss.SearchParameters
    return parameters(sel=selector(bitmap))
