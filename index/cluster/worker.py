"""What runs on the machines of a cluster: batches of texts are read with the machine's own copy of the model, and what
an index keeps of them is sent back."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pyarrow as pa

from config.settings import ModelSettings
from index.embeddings import Encoding, Spans, Vectors
from index.engine import load_embedder
from index.errors import BadWorker, NoModel
from index.models import Model, find_model
from index.tokens import Bits

TEXT, VECTOR, BITS, SPANS, PRECISION = "text", "vector", "bits", "spans", "precision"  # columns


@dataclass(frozen=True, slots=True)
class Job:
    """What every machine must agree on: Pullquote's version, and the model with the SHA-256 of its weights."""

    version: str
    settings: ModelSettings
    checksum: str

    @classmethod
    def of(cls, model: Model, settings: ModelSettings) -> Job:
        return cls(version("pullquote"), settings, model.checksum)

    def model(self) -> Model:
        """This machine's copy of the model. Raises `BadWorker`."""
        here, own = socket.gethostname(), version("pullquote")
        if own != self.version:
            raise BadWorker(
                f"The worker {here} has Pullquote {own}, the build {self.version}; install the same on both."
            )
        try:
            model = find_model(self.settings.name, self.settings.folder)
        except NoModel as error:
            raise BadWorker(f"On the worker {here}: {error}") from error
        if model.checksum != self.checksum:
            raise BadWorker(
                f"On the worker {here} the model in {model.folder} has other weights than on this machine (SHA-256 "
                f"{model.checksum[:12]}…, not {self.checksum[:12]}…); copy the same to both."
            )
        return model


@dataclass(frozen=True, slots=True)
class Packed:
    """What an index keeps of a text, as `embeddings.Encoding` has it."""

    vector: Vectors
    bits: Bits
    spans: Spans


class Worker:
    """An actor on one core, which holds the model once."""

    def __init__(self, job: Job) -> None:
        self.embedder = load_embedder(job.model(), job.settings, threads=1)

    def __call__(self, texts: pa.Table) -> pa.Table:
        """A row for each of `texts`, in their order."""
        encodings = list(self.embedder.encode(texts[TEXT].to_pylist()))
        return packed_table(encodings, self.embedder.precision)


def check(job: Job) -> None:
    """Raises `BadWorker` where this machine cannot do the job."""
    job.model()


def text_table(texts: Sequence[str]) -> pa.Table:
    return pa.table({TEXT: texts})


def packed_table(encodings: Sequence[Encoding], precision: str) -> pa.Table:
    """What is sent of a passage, some 10 kB: with the tokens as floats it would be 250."""
    return pa.table(
        {
            VECTOR: [encoding.vector.tobytes() for encoding in encodings],
            BITS: [encoding.bits.tobytes() for encoding in encodings],
            SPANS: [encoding.spans.astype(np.int32).tobytes() for encoding in encodings],
            PRECISION: [precision] * len(encodings),
        }
    )


def unpacked(table: pa.Table) -> Iterator[Packed]:
    for vector, bits, spans in zip(*(table[name].to_pylist() for name in (VECTOR, BITS, SPANS)), strict=True):
        floats = np.frombuffer(vector, np.float32)
        yield Packed(
            floats,
            np.frombuffer(bits, np.uint8).reshape(-1, -(-len(floats) // 8)),
            np.frombuffer(spans, np.int32).astype(np.int64).reshape(-1, 2),
        )


def precisions_of(table: pa.Table) -> set[str]:
    return set(table[PRECISION].to_pylist())
