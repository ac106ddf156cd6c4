"""Encodings of recombined passages, put together from their sentences' own: an hour of forward passes saved.

The model reads every sentence of the source articles once, by itself. A passage's tokens are those of its sentences and
its vector is their mean, nearly as the model pools; what is missing is that the sentences did not read each other.
`growth.py` says how near that comes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.embeddings import Embedder, Encoding, unit
from index.tokens import packed

KNOWN_BY = 24  # characters that a sentence is looked up by
LONGEST = 254  # tokens, as the model reads


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence as the model read it: its token bits, the sum of its token vectors, and where its tokens are."""

    text: str
    bits: np.ndarray
    total: np.ndarray
    spans: np.ndarray


class Composed:
    """An embedder for texts made of known sentences; what it does not know, the real one reads."""

    precision = "composed"

    def __init__(self, embedder: Embedder, sentences: Iterable[str]) -> None:
        self.embedder = embedder
        self.seconds = 0.0  # spent on what a real build leaves to the model
        self.unknown = 0  # texts that the real one had to read
        self.known: dict[str, list[Read]] = {}
        texts = sorted(set(sentences), key=len, reverse=True)
        for text, one in zip(texts, embedder.encode(texts), strict=True):
            read = Read(text, packed(one.tokens), one.tokens.sum(axis=0), one.spans)
            self.known.setdefault(text[:KNOWN_BY], []).append(read)  # of those that begin alike the longest first

    def encode(self, texts: Iterable[str]) -> Iterator[Encoding]:
        for text in texts:
            started = time.perf_counter()
            parts = list(self.parts_of(text))
            encoding = composed(parts) if parts else next(iter(self.embedder.encode([text])))
            self.unknown += not parts
            self.seconds += time.perf_counter() - started
            yield encoding

    def parts_of(self, text: str) -> Iterator[tuple[int, Read]]:
        """The text's sentences and where they begin; none where some part of it is not known."""
        parts, at = [], 0
        while at < len(text):
            candidates = self.known.get(text[at : at + KNOWN_BY], ()) or self.short(text, at)
            found = next((one for one in candidates if text.startswith(one.text, at)), None)
            if found is None:
                return
            parts.append((at, found))
            at += len(found.text)
            while at < len(text) and text[at].isspace():
                at += 1
        yield from parts

    def short(self, text: str, at: int) -> Sequence[Read]:
        """Sentences shorter than what they are looked up by."""
        return [one for length in range(KNOWN_BY - 1, 0, -1) for one in self.known.get(text[at : at + length], ())]


def composed(parts: Sequence[tuple[int, Read]]) -> Encoding:
    bits = np.concatenate([one.bits for _, one in parts])[:LONGEST]
    total = np.sum([one.total for _, one in parts], axis=0)
    tokens = np.unpackbits(bits, axis=1).astype(np.float32) - 0.5
    spans = np.concatenate([one.spans + at for at, one in parts])[:LONGEST]
    return Encoding(unit(total), tokens, spans)
