"""Which program runs the embedding model: OpenVINO, or sentence-transformers where that is better or all there is."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from threadpoolctl import threadpool_limits

from config.settings import ModelSettings
from index.conversion import CannotConvert, converted
from index.embeddings import Embedder, SentenceTransformerEmbedder
from index.models import Model

log = logging.getLogger(__name__)

GPU = Path("/proc/driver/nvidia/gpus")  # there, and not empty, where the driver of a GPU is loaded


def load_embedder(model: Model, settings: ModelSettings, for_many: bool = False) -> Embedder:
    """The embedder of `model`; `for_many` texts, as in a build, every core works on a batch of its own, else all of
    them on one text, which is then done sooner.

    Raises `NoModel` where no program can run it.
    """
    if settings.engine == "sentence-transformers" or (settings.engine == "auto" and has_gpu()):
        return SentenceTransformerEmbedder(model, settings.batch)
    try:
        from index.inference import OpenVinoEmbedder

        return OpenVinoEmbedder(converted(model), settings.batch, streams=cores() if for_many else 1)
    except (CannotConvert, ImportError, RuntimeError, OSError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        log.warning("OpenVINO cannot run %s (%s); sentence-transformers does, more slowly", model.name, reason)
        return SentenceTransformerEmbedder(model, settings.batch)


def one_core_a_question() -> None:
    """Keeps FAISS and NumPy from sharing out one question's small sums, and waiting for each other: several questions
    at once use the cores better, and the slowest of a hundred answers takes half the time."""
    threadpool_limits(1)


def has_gpu() -> bool:
    """Whether torch may find a GPU, told without the seconds that importing torch takes."""
    return GPU.is_dir() and any(GPU.iterdir())


def cores() -> int:
    """The processor's cores that this process may use."""
    return len(os.sched_getaffinity(0))
