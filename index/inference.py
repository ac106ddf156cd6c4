"""The converted model, run by OpenVINO and `tokenizers`, which take neither torch's seconds nor its memory."""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding as Tokens
from tokenizers import Tokenizer

from index.conversion import GRAPH, READING, TOKENIZER, WORDS
from index.embeddings import PORTION, STEP, Encoding, portions, unit

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # it would report every import to its makers
import openvino  # noqa: E402  # after that

Batch = list[tuple[int, Tokens]]  # the number of each text, and its tokens


@cache
def core() -> openvino.Core:
    """One for all graphs."""
    return openvino.Core()


class Graph:
    """A network run by OpenVINO, with its tokenizer; safe to use from several threads.

    `precision` is the fastest that the processor has instructions for and that answers do not show: int8 where the
    model was converted to it (`conversion.ROUNDED`), else bfloat16 (cosine to float32 at worst 0.9999), else float32.
    """

    def __init__(self, folder: Path, streams: int = 1, threads: int = 0) -> None:
        """`folder` is one that `conversion.converted` made; `streams` batches are worked on at once, each by its share
        of `threads`, 0: one for each of the processor's cores."""
        reading = json.loads((folder / READING).read_text(encoding="utf-8"))
        self.longest = int(reading["longest"])
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.words = np.load(folder / WORDS, mmap_mode="r") if (folder / WORDS).exists() else None
        has_bfloat16 = "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = "int8" if reading["precision"] == "int8" else "bfloat16" if has_bfloat16 else "float32"
        hint = "bf16" if has_bfloat16 else "f32"
        settings = {"INFERENCE_PRECISION_HINT": hint, "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": threads}
        if threads:  # each of several processes would keep to the same first cores
            settings["ENABLE_CPU_PINNING"] = False
        self.compiled = core().compile_model(folder / GRAPH, "CPU", settings)
        self.own = threading.local()

    def new_request(self) -> openvino.InferRequest:
        return self.compiled.create_infer_request()

    def request(self) -> openvino.InferRequest:
        """This thread's own request, since one cannot be used by two at a time."""
        if not hasattr(self.own, "request"):
            self.own.request = self.new_request()
        return self.own.request

    def inputs(self, inputs: list[NDArray[np.int64]]) -> list[NDArray[Any]]:
        """What the network takes: `inputs`, of which the first are token numbers, and the vectors these begin as, where
        it does not hold them itself."""
        return inputs if self.words is None else [*inputs, self.words[inputs[0]].astype(np.float32)]

    def run(self, inputs: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        """The first output for `inputs`."""
        request = self.request()
        request.infer(self.inputs(inputs))
        return np.array(request.get_output_tensor(0).data)


class OpenVinoEmbedder:
    """An embedding model run by OpenVINO; safe to use from several threads."""

    def __init__(self, folder: Path, batch: int, streams: int, threads: int = 0) -> None:
        """`folder`, `streams` and `threads` as `Graph` takes them."""
        self.graph = Graph(folder, streams, threads)
        self.precision = self.graph.precision
        self.longest = self.graph.longest
        self.tokenizer = self.graph.tokenizer
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.longest)
        self.batch = batch
        self.streams = streams

    def encode(self, texts: Iterable[str]) -> Iterator[Encoding]:
        batches = self.batches(texts)
        first = next(batches, [])
        second = next(batches, [])
        if second:
            yield from self.encode_many(chain([first, second], batches))
        elif first:
            request = self.graph.request()
            request.infer(self.inputs(first))
            encoded = dict(encodings(request, first))
            yield from (encoded[number] for number in range(len(first)))

    def inputs(self, batch: Batch) -> list[NDArray[Any]]:
        return self.graph.inputs(inputs(batch, self.longest))

    def batches(self, texts: Iterable[str]) -> Iterator[Batch]:
        """Texts that are read together: neighbours, of about one length each."""
        number = 0
        for portion in portions(texts, PORTION):
            read = list(enumerate(self.tokenizer.encode_batch(portion), number))
            read.sort(key=lambda numbered: -len(numbered[1].ids))
            yield from (read[start : start + self.batch] for start in range(0, len(read), self.batch))
            number += len(read)

    def encode_many(self, batches: Iterable[Batch]) -> Iterator[Encoding]:
        """Keeps every stream at work while what is done is given back, in order."""
        requests = [self.graph.new_request() for _ in range(self.streams + 1)]  # one waits for a free stream
        under_way: deque[tuple[openvino.InferRequest, Batch]] = deque()
        done: dict[int, Encoding] = {}
        given = 0
        try:
            for place, batch in enumerate(batches):
                if len(under_way) == len(requests):
                    done.update(finished(*under_way.popleft()))
                request = requests[place % len(requests)]
                request.start_async(self.inputs(batch))
                under_way.append((request, batch))
                while given in done:
                    yield done.pop(given)
                    given += 1
            while under_way:
                done.update(finished(*under_way.popleft()))
        finally:
            for request, _ in under_way:  # of a caller who wants no more
                request.wait()
        while given in done:
            yield done.pop(given)
            given += 1


def inputs(batch: Batch, limit: int) -> list[NDArray[np.int64]]:
    """Token numbers and mask, `(texts, up to limit)` int64 each, padded with zeros on the right."""
    longest = min(limit, -(-max(len(read.ids) for _, read in batch) // STEP) * STEP)
    ids, mask = np.zeros((2, len(batch), longest), np.int64)
    for row, (_, read) in enumerate(batch):
        ids[row, : len(read.ids)] = read.ids
        mask[row, : len(read.ids)] = 1
    return [ids, mask]


def finished(request: openvino.InferRequest, batch: Batch) -> Iterator[tuple[int, Encoding]]:
    """Waits for `request`; number and encoding of each text of its batch."""
    request.wait()
    return encodings(request, batch)


def encodings(request: openvino.InferRequest, batch: Batch) -> Iterator[tuple[int, Encoding]]:
    """Number and encoding of each text of the batch that `request` has read; copied, since the next overwrites it."""
    tokens, vectors = (request.get_output_tensor(place).data for place in (0, 1))
    for row, (number, read) in enumerate(batch):
        spans = np.array(read.offsets, np.int64).reshape(-1, 2)
        own = (np.array(read.special_tokens_mask) == 0) & (spans[:, 1] > spans[:, 0])
        yield number, Encoding(unit(vectors[row]), tokens[row, : len(spans)][own], spans[own])
