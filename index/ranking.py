"""Scores -> an order. Pure functions of arrays; equal scores keep the order of their numbers everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.vectors import Numbers, Scores

VECTOR_SHARE = 0.5  # of the fused score; the rest is the words'. Half and half was best on all development sets


def by_score(numbers: Numbers, scores: NDArray[np.floating]) -> NDArray[np.intp]:
    """The order of `numbers` by `(-score, number)`: one and the same on every machine."""
    return np.lexsort((numbers, -scores))


def relative(scores: Scores) -> Scores:
    """Scores divided by the best of them, so that the best is 1; negative ones count as 0."""
    best = float(scores.max(initial=0.0))
    return np.asarray(np.maximum(scores, 0) / (best or 1.0), dtype=np.float32)


def fuse(vectors: tuple[Numbers, Scores], words: tuple[Numbers, Scores]) -> tuple[Numbers, Scores]:
    """Fuses two ranked lists: each score divided by its list's best, half and half, absent ones 0; best first,
    the scores between 0 and 1."""
    numbers = np.union1d(vectors[0], words[0])
    fused = np.zeros(len(numbers), np.float32)
    for (found, scores), share in ((vectors, VECTOR_SHARE), (words, 1 - VECTOR_SHARE)):
        fused[np.searchsorted(numbers, found)] += share * relative(scores)
    order = by_score(numbers, fused)
    return numbers[order], fused[order]
