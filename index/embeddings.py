"""Texts -> vectors, of the text and of each of its tokens, from one forward pass."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import NoModel
from index.models import Model
from index.tokens import Bits, packed

Vectors = NDArray[np.float32]
Spans = NDArray[np.int64]

STEP = 16  # tokens that lengths are rounded up to; making ready for a new length takes OpenVINO longer than reading
PORTION = 256  # texts tokenized at a time


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as the model reads it. What is beyond the model's longest input has no tokens here."""

    vector: Vectors  # (dimensions,) float32, length 1
    tokens: Vectors  # (tokens, dimensions) float32 of any length: each in its context, without begin and end marks
    spans: Spans  # (tokens, 2): the code points of each token, in order

    @property
    def bits(self) -> Bits:
        """What an index keeps of the tokens, `(tokens, dimensions / 8)`."""
        return packed(self.tokens)


class Embedder(Protocol):
    """What turns texts into vectors; tests put one in its place that can be computed in the head."""

    precision: str  # of its sums: "float32", "bfloat16", "int8"

    def encode(self, texts: Iterable[str]) -> Iterable[Encoding]:
        """One encoding for each of `texts`, in their order. Texts are taken as they are needed: of a million, few lie
        in memory. Neighbours are read together, so that texts of about one length waste no padding."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model (Reimers & Gurevych 2019) in torch, on a GPU where there is one.

    Raises `NoModel` for a model without token vectors or without a tokenizer that says where its tokens are.
    """

    precision = "float32"

    def __init__(self, model: Model, batch: int) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else it warns after every fork
        quiet_loading()
        from sentence_transformers import SentenceTransformer  # 5 to 10 seconds: never for --help or status

        try:
            self.model = SentenceTransformer(str(model.folder), local_files_only=True)
        except Exception as error:  # whatever transformers and torch raise for files that do not fit each other
            raise NoModel(f"The model in {model.folder} cannot be loaded; copy or download it again.") from error
        self.batch = batch
        if not getattr(self.model.tokenizer, "is_fast", False):
            raise NoModel(
                f"The model {model.name} gives no vectors of single tokens; name another sentence-transformers model "
                "that is a transformer with a fast tokenizer (model.name in the settings)."
            )

    @property
    def is_on_gpu(self) -> bool:
        return self.model.device.type != "cpu"

    def encode(self, texts: Iterable[str]) -> Iterator[Encoding]:
        for portion in portions(texts, PORTION):
            yield from self.encode_portion(portion)

    def encode_portion(self, texts: Sequence[str]) -> list[Encoding]:
        read: Any = self.model.encode(
            list(texts),
            prompt="",  # what is read is the text alone, so that its tokens are where they say
            batch_size=self.batch,
            output_value=None,  # tokens and text, not the text alone
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        marked = self.model.tokenizer(
            list(texts),
            truncation=True,
            max_length=self.model.max_seq_length,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            verbose=False,
        )
        rows = zip(read, marked["offset_mapping"], marked["special_tokens_mask"], strict=True)
        return [encoding_of(*row) for row in rows]


def encoding_of(read: dict[str, Any], offsets: Sequence[tuple[int, int]], special: Sequence[int]) -> Encoding:
    vector = read["sentence_embedding"].float().cpu().numpy()
    tokens = read["token_embeddings"].float().cpu().numpy()
    if "attention_mask" in read:
        tokens = tokens[read["attention_mask"].cpu().numpy()[: len(tokens)] > 0]
    if len(tokens) != len(offsets):
        raise NoModel("This model reads a text otherwise than its tokenizer says; name another (model.name).")
    spans = np.array(offsets, np.int64).reshape(-1, 2)
    own = (np.array(special) == 0) & (spans[:, 1] > spans[:, 0])
    return Encoding(unit(vector), tokens[own], spans[own])


def unit(vectors: Vectors) -> Vectors:
    """The vectors, along the last axis, at length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def quiet_loading() -> None:
    """Keeps the bar that counts weight tensors off the screen; it says nothing to a user."""
    from transformers.utils import logging

    settings: Any = logging  # its functions carry no types
    settings.disable_progress_bar()
    settings.set_verbosity_error()


def portions(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    """The texts in lists of `size`, the last one shorter."""
    rest = iter(texts)
    while portion := list(islice(rest, size)):
        yield portion
