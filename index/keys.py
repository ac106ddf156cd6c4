"""Article ids and sources -> keys: short enough for a button, the same in every generation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

KEY_BYTES = 8  # among a million ids two with the same key are met once in 37 million archives


def key_of(article_id: str) -> bytes:
    """8 bytes of BLAKE2b of an article's id."""
    return hashlib.blake2b(article_id.encode(), digest_size=KEY_BYTES).digest()


def source_key(source: str) -> str:
    """The key of a source, in any case, as hexadecimal digits."""
    return key_of(source.casefold().encode("utf-8", "replace").decode()).hex()


class Keys:
    """The keys of an archive's articles, sorted: 12 bytes each."""

    def __init__(self, ids: Iterable[tuple[str, int]]) -> None:
        """`ids` are the articles' ids with their numbers, in any order."""
        rows = np.fromiter(((key_of(one), number) for one, number in ids), np.dtype(f"V{KEY_BYTES}, <u4"))
        keys, numbers = rows["f0"].view(">u8").astype(np.uint64), rows["f1"]
        order = np.lexsort((numbers, keys))
        self.keys, self.numbers = keys[order], numbers[order]

    def number_of(self, key: bytes) -> int | None:
        """The number of the article with this key; None where there is none."""
        wanted = np.uint64(int.from_bytes(key, "big"))
        place = int(np.searchsorted(self.keys, wanted))
        there = place < len(self.keys) and self.keys[place] == wanted
        return int(self.numbers[place]) if there else None
