"""Passages -> their vectors and token bits in a generation: copied from the last one, or computed."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Spans, Vectors
from index.generations import Generation
from index.models import Model
from index.passages import Passage, Passages
from index.tokens import ROWS, Bits, Rows, TokenWriter
from index.vectors import HalfVectors, Numbers

COPIED = 4096  # vectors read from the last generation at a time
REPORTED = 64  # passages between two reports of progress

Digests = NDArray[np.bytes_]  # (passages,) of 16 bytes each
Progress = Callable[[str, int, int], None]  # what is being done, how many are done, how many there are


class Kept(Protocol):
    """What an index keeps of a text; an `Encoding` has it, and so has what comes from another machine."""

    @property
    def vector(self) -> Vectors: ...
    @property
    def bits(self) -> Bits: ...
    @property
    def spans(self) -> Spans: ...


class PassageEmbedder(Protocol):
    """An `Embedder` as far as a build needs one."""

    @property
    def precision(self) -> str: ...  # of what it has read; where processors differ, theirs, with ", " between
    def encode(self, texts: Iterable[str]) -> Iterable[Kept]: ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of all passages, `(n, dimensions)` in a file without a name; how many passages had to be computed;
    and with which precisions the vectors were."""

    vectors: HalfVectors
    computed: int
    precisions: tuple[str, ...]


class EncodingWriter:
    """Takes vectors and token bits of passages in any order."""

    def __init__(self, folder: Path, passages: Passages) -> None:
        self.folder = folder
        self.passages = passages
        self.vectors: HalfVectors = np.empty((0, 0), np.float16)
        self.rows: Rows = np.zeros((len(passages.sentences), 2), np.int64)
        self.tokens = TokenWriter(folder)

    def put(self, number: int, vector: Vectors, bits: Bits, rows: Rows) -> None:
        """`rows` are those of the passage's sentences in `bits`, `(sentences, 2)`."""
        self.room_for(len(vector))[number] = vector
        self.rows[self.sentences(number)] = rows + self.tokens.add(bits)

    def room_for(self, dimensions: int) -> HalfVectors:
        if not len(self.vectors):
            with tempfile.TemporaryFile(dir=self.folder.parent) as file:  # which lasts as long as it is mapped
                shape = (len(self.passages), dimensions)
                os.posix_fallocate(file.fileno(), 0, 2 * math.prod(shape))  # a full disk is an error here, not a crash
                self.vectors = np.memmap(file, np.float16, "r+", shape=shape)
        return self.vectors

    def repeat(self, number: int, first: int) -> None:
        """Passage `number` has the text of `first`."""
        self.vectors[number] = self.vectors[first]
        self.rows[self.sentences(number)] = self.rows[self.sentences(first)]

    def sentences(self, number: int) -> slice:
        return slice(*self.passages.rows[number, 1:].tolist())

    def __enter__(self) -> EncodingWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.tokens.close()
        if error is None:
            np.save(self.folder / ROWS, self.rows)


def encode(
    passages: Passages,
    digests: Digests,
    previous: Generation | None,
    model: Model,
    load_embedder: Callable[[], PassageEmbedder],
    folder: Path,
    progress: Progress,
) -> Encoded:
    """Writes the passages' token bits into `folder` and gives their vectors.

    What the last generation has of a passage with the same text is copied from it. Equal passages are read once.
    """
    _, firsts, places = np.unique(digests, return_index=True, return_inverse=True)
    wanted = np.sort(firsts)
    precisions: set[str] = set()
    with EncodingWriter(folder, passages) as writer:
        if previous and previous.manifest.model_checksum == model.checksum:
            left = copy(previous, digests, wanted, writer, partial(progress, "Copying passages"))
            if len(left) < len(wanted):
                precisions.update(previous.manifest.precisions)
            wanted = left
        if len(wanted):
            progress("Loading the model", 0, 1)
            embedder = load_embedder()
            progress("Loading the model", 1, 1)
            compute(passages, wanted, embedder, writer, partial(progress, "Embedding passages"))
            precisions.update(embedder.precision.split(", "))
        same = firsts[places]
        for number in np.flatnonzero(same != np.arange(len(same))):
            writer.repeat(int(number), int(same[number]))
    return Encoded(writer.vectors, len(wanted), tuple(sorted(precisions)))


def copy(
    previous: Generation,
    digests: Digests,
    wanted: Numbers,
    writer: EncodingWriter,
    progress: Callable[[int, int], None],
) -> Numbers:
    """Copies the passages of `wanted` that `previous` has; the numbers of the others."""
    theirs = np.asarray(previous.store.digests)
    order = np.argsort(theirs)
    places = np.searchsorted(theirs, digests[wanted], sorter=order)
    sources = order[np.minimum(places, len(theirs) - 1)]
    has = theirs[sources] == digests[wanted]
    left: Numbers = wanted[~has]
    numbers, sources = wanted[has], sources[has]
    for start in range(0, len(numbers), COPIED):
        some = slice(start, start + COPIED)
        writer.room_for(previous.manifest.dimensions)[numbers[some]] = previous.vectors.rows(sources[some])
        for number, source in zip(numbers[some].tolist(), sources[some].tolist(), strict=True):
            bits, rows = previous.tokens.stored(previous.store.sentence_numbers(source))
            writer.rows[writer.sentences(number)] = rows + writer.tokens.add(bits)
        progress(min(start + COPIED, len(numbers)), len(numbers))
    return left


def compute(
    passages: Passages,
    wanted: Numbers,
    embedder: PassageEmbedder,
    writer: EncodingWriter,
    progress: Callable[[int, int], None],
) -> None:
    """Reads the passages of `wanted`, long ones first: the time that is left never grows."""
    longest_first = wanted[np.argsort(-passages.lengths[wanted], kind="stable")].tolist()
    progress(0, len(wanted))
    encodings = embedder.encode(passages[number].text for number in longest_first)
    for done, (number, encoding) in enumerate(zip(longest_first, encodings, strict=True), 1):
        rows = token_rows(passages[number], encoding.spans)
        writer.put(number, encoding.vector, encoding.bits, rows)
        if not done % REPORTED or done == len(wanted):
            progress(done, len(wanted))


def token_rows(passage: Passage, spans: Spans) -> Rows:
    """Which of the tokens at `spans` of the passage are each sentence's, `(sentences, 2)`: by where they end, since
    those of some models begin with the space before them."""
    edges = np.array(passage.sentences, np.int64) - passage.start
    rows: Rows = np.searchsorted(spans[:, 1], edges, side="right")
    return rows
