"""The converted model, run by OpenVINO and `tokenizers`, which take neither torch's seconds nor its memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray
from tokenizers import Encoding as Tokens
from tokenizers import Tokenizer

from index.conversion import GRAPH, READING, TOKENIZER
from index.embeddings import Encoding, Vectors, unit

STEP = 16  # tokens; lengths are rounded up, since OpenVINO makes ready for every new one, which takes longer than it
Inputs = list[NDArray[np.int64]]


class OpenVinoEmbedder:
    """An embedding model run by OpenVINO; safe to use from several threads.

    `precision` is the fastest that the processor has instructions for and that results do not show: bfloat16 (cosine
    to float32 at worst 0.9999), else float32.
    """

    def __init__(self, folder: Path, batch: int, streams: int) -> None:
        """`folder` is one that `conversion.converted` made; `streams` batches are worked on at once, each by its share
        of the processor's cores."""
        self.longest = int(json.loads((folder / READING).read_text(encoding="utf-8"))["longest"])
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.longest)
        self.batch = batch
        core = openvino.Core()
        self.precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        settings = {"INFERENCE_PRECISION_HINT": self.precision, "NUM_STREAMS": streams}
        self.graph = core.compile_model(folder / GRAPH, "CPU", settings)
        self.queue = openvino.AsyncInferQueue(self.graph, streams + 1)  # one is taken in while the others are computed
        self.queue_lock = threading.Lock()
        self.own = threading.local()

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        read = self.tokenizer.encode_batch([*texts])
        order = sorted(range(len(read)), key=lambda number: -len(read[number].ids))
        batches = [order[start : start + self.batch] for start in range(0, len(order), self.batch)]
        encoded: dict[int, Encoding] = {}

        def keep(request: openvino.InferRequest, numbers: list[int]) -> None:
            tokens, vectors = (request.get_output_tensor(place).data for place in (0, 1))
            for row, number in enumerate(numbers):
                encoded[number] = encoding_of(read[number], tokens[row], vectors[row])

        if len(batches) == 1:
            request = self.request()
            request.infer(inputs([read[number] for number in batches[0]], self.longest))
            keep(request, batches[0])
        elif batches:
            with self.queue_lock:
                self.queue.set_callback(keep)
                for batch in batches:
                    self.queue.start_async(inputs([read[number] for number in batch], self.longest), batch)
                self.queue.wait_all()
        return [encoded[number] for number in range(len(texts))]

    def request(self) -> openvino.InferRequest:
        """This thread's own request, since one cannot be used by two at a time."""
        if not hasattr(self.own, "request"):
            self.own.request = self.graph.create_infer_request()
        return self.own.request


def inputs(read: Sequence[Tokens], limit: int) -> Inputs:
    """Token numbers and mask, `(texts, up to limit)` int64 each, padded with zeros on the right."""
    longest = min(limit, -(-max(len(one.ids) for one in read) // STEP) * STEP)
    ids, mask = np.zeros((2, len(read), longest), np.int64)
    for row, one in enumerate(read):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1
    return [ids, mask]


def encoding_of(read: Tokens, tokens: Vectors, vector: Vectors) -> Encoding:
    spans = np.array(read.offsets, np.int64).reshape(-1, 2)
    own = (np.array(read.special_tokens_mask) == 0) & (spans[:, 1] > spans[:, 0])
    return Encoding(unit(vector), tokens[: len(spans)][own], spans[own])
