"""Token vectors, one bit a dimension, memory-mapped: what late interaction reads."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BITS = "tokens.bits"  # (tokens, dimensions / 8) uint8: the signs of the token vectors, packed
ROWS = "tokens.npy"  # (sentences, 2) int64: the rows in BITS of a sentence's tokens, first and after the last

MAPPED = 2000  # passages after which memory is given back: of a large archive each takes 64 kB of it

Bits = NDArray[np.uint8]
Rows = NDArray[np.int64]


def packed(tokens: NDArray[np.float32]) -> Bits:
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

    def __init__(self, bits: Bits, rows: Rows, mapped: mmap.mmap | None = None) -> None:
        self.bits = bits
        self.rows = rows
        self.mapped = mapped
        self.reads = 0

    @classmethod
    def load(cls, folder: Path, dimensions: int) -> TokenIndex:
        """Raises `ValueError` where the files do not fit each other."""
        rows: Rows = np.load(folder / ROWS, mmap_mode="r")
        width = -(-dimensions // 8)
        size = (folder / BITS).stat().st_size
        if size % width or (len(rows) and int(rows.max()) * width > size):
            raise ValueError(f"{BITS} is not as long as {ROWS} says")
        if not size:
            return cls(np.empty((0, width), np.uint8), rows)
        with (folder / BITS).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return cls(np.frombuffer(mapped, np.uint8).reshape(-1, width), rows, mapped)

    def stored(self, sentences: range) -> tuple[Bits, Rows]:
        """The bits of a passage's sentences, `(tokens, dimensions / 8)`, and each sentence's rows in them, `(sentences,
        2)`."""
        self.reads += 1
        if self.mapped and not self.reads % MAPPED:
            self.mapped.madvise(mmap.MADV_DONTNEED)  # what was read stays in the system's cache, not in this process
        rows = np.array(self.rows[sentences.start : sentences.stop])
        first, last = int(rows[0, 0]), int(rows[-1, 1])
        return self.bits[first:last], rows - first
