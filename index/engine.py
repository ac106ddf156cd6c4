"""Which program runs the embedding model and the reader: OpenVINO, or torch where that is better or all there is."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from threadpoolctl import threadpool_limits

from config.settings import NO_READER, OWN_READER, ModelSettings, ReaderSettings
from index.conversion import converted
from index.embeddings import Embedder, SentenceTransformerEmbedder
from index.errors import NoModel
from index.models import BUNDLED_NAME, Model, find_model, from_hub, own_reader
from index.reader import CrossEncoderReader, PairReader, Reader

log = logging.getLogger(__name__)

GPU = Path("/proc/driver/nvidia/gpus")  # there, and not empty, where the driver of a GPU is loaded


def load_embedder(model: Model, settings: ModelSettings, for_many: bool = False, threads: int = 0) -> Embedder:
    """The embedder of `model`; `for_many` texts, as in a build, every core works on a batch of its own, else all of
    them on one text, which is then done sooner. OpenVINO takes `threads` in all, 0: one for each core.

    Raises `NoModel` where no program can run it.
    """
    if settings.engine == "sentence-transformers" or (settings.engine == "auto" and has_gpu()):
        embedder = SentenceTransformerEmbedder(model, settings.batch)
        if settings.engine != "auto" or embedder.is_on_gpu:
            return embedder
    try:
        return openvino_embedder(model, settings.batch, cores() if for_many else 1, threads)
    except Exception as error:  # of OpenVINO, tokenizers or the disk: there is another way
        say_that_torch_runs(model.name, error)
        return SentenceTransformerEmbedder(model, settings.batch)


def load_reader(settings: ReaderSettings, engine: str) -> Reader | None:
    """The reader that the settings name; None where they name none. Raises `NoModel`."""
    if settings.folder:
        return CrossEncoderReader(Path(settings.folder).expanduser())
    if settings.name.casefold() == NO_READER:
        return None
    if settings.name.casefold() != OWN_READER:
        return CrossEncoderReader(from_hub(settings.name, "reader"))
    base, weights = find_model(BUNDLED_NAME), own_reader()
    if engine != "sentence-transformers":
        try:
            return openvino_reader(base, weights)
        except Exception as error:  # of OpenVINO, tokenizers or the disk: there is another way
            say_that_torch_runs("the reader", error)
    from index.network import network_reader  # torch: seconds

    try:
        return network_reader(base.folder, weights)
    except Exception as error:  # whatever torch and safetensors raise for files that do not fit each other
        raise NoModel(f"The reader's weights in {weights} do not fit its base model; reinstall Pullquote.") from error


def openvino_reader(base: Model, weights: Path) -> Reader:
    """Raises whatever OpenVINO, tokenizers and the disk raise."""
    from index.inference import Graph

    graph = Graph(converted(base, weights))
    return PairReader(graph.tokenizer, graph.run)


def say_that_torch_runs(what: str, error: Exception) -> None:
    """A line for the log; raises `KeyboardInterrupt` where it was that."""
    if isinstance(error.__cause__, KeyboardInterrupt):  # what an interrupted import of OpenVINO makes of it
        raise KeyboardInterrupt from error
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    log.warning("OpenVINO cannot run %s (%s); torch does, more slowly", what, reason)


def openvino_embedder(model: Model, batch: int, streams: int, threads: int) -> Embedder:
    """Raises whatever OpenVINO, tokenizers and the disk raise."""
    from index.inference import OpenVinoEmbedder

    return OpenVinoEmbedder(converted(model), batch, streams, threads)


def one_core_a_question() -> None:
    """Keeps FAISS and NumPy from sharing out one question's small sums, and waiting for each other: several questions
    at once use the cores better, and the slowest of a hundred answers takes half the time."""
    threadpool_limits(1)


def has_gpu() -> bool:
    """Whether torch may find a GPU, told without the seconds that importing torch takes."""
    return GPU.is_dir() and any(GPU.iterdir())


def cores() -> int:
    """The processor's cores that this process may use, up to eight."""
    return min(8, len(os.sched_getaffinity(0)))
