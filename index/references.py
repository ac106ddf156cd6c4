"""A quote, or a place in an article -> 24 characters that find it again, in later generations too."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from index.articles import Article
from index.keys import KEY_BYTES, key_of
from index.passages import Span
from index.store import Store

START_BYTES, LENGTH_BYTES, CHECK_BYTES = 4, 3, 3  # together with the key 18, which base64 writes without padding
LONGEST = (1 << 8 * LENGTH_BYTES) - 1  # code points; of a longer quote its beginning is referred to
WRITTEN = re.compile("[A-Za-z0-9_-]{24}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A slice of an article: the article's key, the slice's first code point and its length, and 3 bytes that tell
    whether the text there is still the same. Without a length it is a place, and the whole text must be the same."""

    key: bytes
    start: int
    length: int
    check: bytes

    @classmethod
    def to(cls, article: Article, start: int, end: int) -> Reference:
        """A reference to `article.text[start:end]`."""
        end = min(end, start + LONGEST)
        return cls(key_of(article.id), start, end - start, check_of(article, start, end))

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Raises `ValueError` for what `str` of a reference does not write."""
        if not WRITTEN.fullmatch(text):
            raise ValueError(f"“{text}” is no reference to an article.")
        held = urlsafe_b64decode(text)
        start, length = held[KEY_BYTES:][:START_BYTES], held[KEY_BYTES + START_BYTES :][:LENGTH_BYTES]
        return cls(held[:KEY_BYTES], int.from_bytes(start), int.from_bytes(length), held[-CHECK_BYTES:])

    def __str__(self) -> str:
        start, length = self.start.to_bytes(START_BYTES), self.length.to_bytes(LENGTH_BYTES)
        return urlsafe_b64encode(self.key + start + length + self.check).decode()

    def is_at(self, article: Article, start: int) -> bool:
        """Whether the text referred to is at code point `start` of the article."""
        end = start + self.length
        return end <= len(article.text) and check_of(article, start, end) == self.check


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reference leads: the article as it is now, and where in it the text is; `span` is None where the article
    has changed and has that text no more."""

    number: int
    article: Article
    span: Span | None


def check_of(article: Article, start: int, end: int) -> bytes:
    text = article.text[start:end] if start < end else article.text
    return hashlib.blake2b(text.encode(), digest_size=CHECK_BYTES).digest()


def resolve(store: Store, reference: Reference) -> Place | None:
    """The article referred to and the place of the text in it, which in a changed article may be another; None where
    the article is gone."""
    number = store.number_of(reference.key)
    if number is None:
        return None
    article = store.article(number)
    if reference.is_at(article, reference.start):
        return Place(number, article, (reference.start, reference.start + reference.length))
    sentences = list(chain.from_iterable(store.spans_of(number)))
    moved = [start for start in starts_of(sentences, reference.length) if reference.is_at(article, start)]
    start = min(moved, key=lambda place: abs(place - reference.start), default=None)
    return Place(number, article, None if start is None else (start, start + reference.length))


def starts_of(sentences: Sequence[Span], length: int) -> Iterator[int]:
    """Where whole sentences, one or several, take `length` code points."""
    ends = {end for _, end in sentences}
    return (start for start, _ in sentences if start + length in ends and length)
