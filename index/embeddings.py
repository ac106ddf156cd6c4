"""Texts -> vectors."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.models import Model

Vectors = NDArray[np.float32]

PORTION = 256  # texts between two reports of progress: some ten seconds on two cores


class Embedder(Protocol):
    """What turns texts into vectors; tests put one in its place that can be computed in the head."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """`(n, dimensions)` float32, unit rows, in the order of `texts`."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model (Reimers & Gurevych 2019) in torch, on a GPU where there is one."""

    def __init__(self, model: Model, batch: int) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else it warns after every fork
        quiet_loading()
        from sentence_transformers import SentenceTransformer  # 5 to 10 seconds: never for --help or status

        self.model = SentenceTransformer(str(model.folder), local_files_only=True)
        self.batch = batch

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self.model.encode(
            list(texts), batch_size=self.batch, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def quiet_loading() -> None:
    """Keeps the bar that counts weight tensors off the screen; it says nothing to a user."""
    from transformers.utils import logging

    settings: Any = logging  # its functions carry no types
    settings.disable_progress_bar()
    settings.set_verbosity_error()


def encode_in_portions(embedder: Embedder, texts: Sequence[str], progress: Callable[[int, int], None]) -> Vectors:
    """`(n, dimensions)` float32 of one or more `texts`, in their order; `progress` is told how many of how many
    are done. Long texts go first: texts of one length waste no padding, and the time left never grows."""
    order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
    portions = []
    for start in range(0, len(order), PORTION):
        portion = order[start : start + PORTION]
        portions.append(embedder.encode([texts[number] for number in portion]))
        progress(start + len(portion), len(order))
    stacked = np.concatenate(portions)
    vectors = np.empty_like(stacked)
    vectors[order] = stacked
    return vectors
