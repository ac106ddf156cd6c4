"""Scores -> an order. Pure functions of arrays; equal scores keep the order of their numbers everywhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Vectors
from index.vectors import Mask, Numbers, Scores

Ranked = tuple[Numbers, Scores]  # passages and how well they fit

BEST, REACH = 8, 2  # passages that are read in any case, and how far from one the answer may stand
LEAD = 0.25  # of a fused score, which what is preferred has before the rest
RANK_CONSTANT = 60  # of reciprocal ranks, as in the paper
VECTOR_SHARE = 0.5  # of the fused score; the rest is the words'. Half and half was best on all development sets
LATE_SHARE = 0.75  # of a passage's score; the rest is the fused one. More no longer helped, less did worse


def by_score(numbers: Numbers, scores: NDArray[np.floating]) -> NDArray[np.intp]:
    """The order of `numbers` by `(-score, number)`: one and the same on every machine."""
    return np.lexsort((numbers, -scores))


def relative(scores: Scores) -> Scores:
    """Scores divided by the best of them, so that the best is 1; negative ones count as 0."""
    best = float(scores.max(initial=0.0))
    return np.asarray(np.maximum(scores, 0) / (best or 1.0), dtype=np.float32)


def reciprocal_ranks(scores: Scores) -> Scores:
    """For scores that say nothing but an order, the best first: reciprocal ranks (Cormack et al. 2009), the first 1."""
    return np.asarray((RANK_CONSTANT + 1) / (RANK_CONSTANT + 1 + np.arange(len(scores))), np.float32)


def late_interaction(question: Vectors, bits: NDArray[np.uint8], rows: NDArray[np.int64]) -> Vectors:
    """The best cosine of each question token with any token of each sentence, `(sentences, question tokens)`: the
    inner maxima of MaxSim (Khattab & Zaharia 2020, eq. 3).

    `question` is `(question tokens, dimensions)`, unit rows; `bits` `(tokens, dimensions / 8)` the signs of the
    sentences' tokens, packed; `rows` `(sentences, 2)`, in order: a sentence's first token and the one after its last.
    A sentence without tokens has all 0.
    """
    best = np.zeros((len(rows), len(question)), np.float32)
    filled = rows[:, 0] < rows[:, 1]
    if filled.any():
        cosines = cosines_with_signs(question, bits[: rows[filled][-1, 1]])
        best[filled] = np.maximum.reduceat(cosines, rows[filled][:, 0], axis=0)
    return best


def cosines_with_signs(question: Vectors, bits: NDArray[np.uint8]) -> Vectors:
    """`(tokens, question tokens)`: with ones for the bits, the vector of signs is `2 * ones - 1`, of length
    `sqrt(dimensions)`; the product is taken with the ones and put right afterwards, where it is small."""
    dimensions = question.shape[1]
    ones = np.unpackbits(bits, axis=1, count=dimensions).astype(np.float32)
    return np.asarray((2 * (ones @ question.T) - question.sum(axis=1)) / np.float32(dimensions**0.5), np.float32)


def with_late(fused: Scores, late: Scores) -> Scores:
    """The score of passages, 0 to 1: fused and late interaction's, each divided by its best."""
    return np.asarray((1 - LATE_SHARE) * relative(fused) + LATE_SHARE * relative(late), np.float32)


def joined(one: Ranked, other: Ranked) -> Ranked:
    """Two lists of one ranking, each passage once, best first."""
    numbers, places = np.unique(np.concatenate([one[0], other[0]]), return_index=True)
    scores = np.concatenate([one[1], other[1]])[places]
    order = by_score(numbers, scores)
    return numbers[order], scores[order]


def fuse(
    vectors: Ranked,
    words: Ranked,
    preferred: Mask | None = None,
    scale: Callable[[Scores], Scores] = relative,
) -> Ranked:
    """Fuses two ranked lists: each list's scores made comparable by `scale`, half and half, absent ones 0; best first,
    the scores between 0 and 1. Those `preferred` (a mask over all) begin with a lead of `LEAD`."""
    numbers = np.union1d(vectors[0], words[0])
    fused = np.zeros(len(numbers), np.float32)
    for (found, scores), share in ((vectors, VECTOR_SHARE), (words, 1 - VECTOR_SHARE)):
        fused[np.searchsorted(numbers, found)] += share * scale(scores)
    if preferred is not None:
        fused = relative(fused + LEAD * preferred[numbers])
    order = by_score(numbers, fused)
    return numbers[order], fused[order]


def with_neighbours(ranked: Numbers, article_of: Numbers, most: int, allowed: Mask | None = None) -> Numbers:
    """Up to `most` passages: the first `BEST` of `ranked`, then from the first on each with those beside it in its
    article, up to `REACH` on either side and among those `allowed` where given."""
    chosen = dict.fromkeys(ranked[: min(BEST, most)].tolist())
    for number in ranked.tolist():
        near = [number, *(number + sign * step for step in range(1, REACH + 1) for sign in (1, -1))]
        for one in near:
            inside = 0 <= one < len(article_of) and article_of[one] == article_of[number]
            if len(chosen) < most and inside and (allowed is None or allowed[one]):
                chosen[one] = None
        if len(chosen) == most:
            break
    return np.array(list(chosen), np.int64)
