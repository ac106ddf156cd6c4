"""Token vectors, one bit a dimension, memory-mapped: what late interaction reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Vectors

BITS = "tokens.bits"  # (tokens, dimensions / 8) uint8: the signs of the token vectors, packed
ROWS = "tokens.npy"  # (sentences, 2) int64: the rows in BITS of a sentence's tokens, first and after the last

Bits = NDArray[np.uint8]
Rows = NDArray[np.int64]


def packed(tokens: Vectors) -> Bits:
    """The signs of `(tokens, dimensions)` vectors as `(tokens, dimensions / 8)` bytes, rounded up.

    Rankings with signs and with floats were the same to within noise, at a thirty-second of the size.
    """
    return np.packbits(tokens > 0, axis=1)


class TokenWriter:
    """Appends token bits to a generation that is being written."""

    def __init__(self, folder: Path) -> None:
        self.file = (folder / BITS).open("wb")
        self.written = 0

    def add(self, bits: Bits) -> int:
        """Writes the bits of one passage; the row of its first token."""
        first = self.written
        self.file.write(bits.tobytes())
        self.written += len(bits)
        return first

    def close(self) -> None:
        self.file.close()


class TokenIndex:
    """The token bits of one generation's sentences."""

    def __init__(self, bits: Bits, rows: Rows) -> None:
        self.bits = bits
        self.rows = rows

    @classmethod
    def load(cls, folder: Path, dimensions: int) -> TokenIndex:
        """Raises `ValueError` where the files do not fit each other."""
        rows: Rows = np.load(folder / ROWS, mmap_mode="r")
        width = -(-dimensions // 8)
        size = (folder / BITS).stat().st_size
        if size % width or (len(rows) and int(rows.max()) * width > size):
            raise ValueError(f"{BITS} is not as long as {ROWS} says")
        bits = np.memmap(folder / BITS, np.uint8, "r", shape=(size // width, width)) if size else np.empty((0, width))
        return cls(np.asarray(bits, np.uint8), rows)

    def stored(self, sentences: range) -> tuple[Bits, Rows]:
        """The bits of a passage's sentences, `(tokens, dimensions / 8)`, and each sentence's rows in them, `(sentences,
        2)`."""
        rows = np.array(self.rows[sentences.start : sentences.stop])
        first, last = int(rows[0, 0]), int(rows[-1, 1])
        return self.bits[first:last], rows - first
