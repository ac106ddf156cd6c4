"""What the archive lacks: the questions that it did not answer, alike ones together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embeddings import Embedder

ALIKE = 0.7  # cosine of two questions from which on they are taken to ask for the same
MOST_COMPARED = 500  # the newest questions; to compare all with all takes their number squared


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same: the newest of them, and how many they are."""

    question: str
    times: int


def gaps(questions: Sequence[str], embedder: Embedder) -> list[Gap]:
    """Groups questions, given the oldest first; the largest group comes first, of equal ones the newest.

    A question joins the group whose first question it is most like, or begins one of its own (leader clustering:
    Hartigan 1975).
    """
    newest_first = list(questions)[: -MOST_COMPARED - 1 : -1]
    if not newest_first:
        return []
    vectors = np.stack([encoding.vector for encoding in embedder.encode(newest_first)])
    leaders: list[int] = []
    times: list[int] = []
    for number, vector in enumerate(vectors):
        cosines = vectors[leaders] @ vector if leaders else np.zeros(0)
        if leaders and cosines.max() >= ALIKE:
            times[int(cosines.argmax())] += 1
        else:
            leaders.append(number)
            times.append(1)
    order = sorted(range(len(leaders)), key=lambda group: (-times[group], leaders[group]))
    return [Gap(newest_first[leaders[group]], times[group]) for group in order]
