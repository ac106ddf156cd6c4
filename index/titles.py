"""What a member has typed so far -> the titles and sources that may be meant."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.keys import key_of
from index.store import Store

MOST = 25  # what Discord shows under a field
PART = 3  # letters; a shorter word is looked for at the beginning of words alone
SHORTEST = 4  # letters; of a shorter word too many are one letter away
LONG = 8  # letters from which on two may be wrong
NEAR = 6  # words that a misspelt one is taken for, the nearest first
SEVERAL = 8  # typed words that are looked at; who has typed more is pasting a title

# Letters that Unicode does not take apart into a letter and its accent.
PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
ACCENT = re.compile(r"[\u0300-\u036f]+")
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
NO_LETTER = re.compile(r"[\W_]+")

Needles = Sequence[Sequence[str]]  # of each, one must be there


def folded(text: str) -> str:
    """The text's words without case, accents and signs, separated by single spaces."""
    text = APOSTROPHE.sub("", text).casefold()
    if not text.isascii():
        text = ACCENT.sub("", unicodedata.normalize("NFKD", text)).translate(PLAIN_LETTERS)
    return NO_LETTER.sub(" ", text).strip()


class Labels:
    """Many short texts, found by what is typed of them; of equally good ones the first comes first."""

    def __init__(self, texts: Iterable[str]) -> None:
        lines = [f" {folded(text)}\n" for text in texts]
        self.starts: NDArray[np.int64] = np.cumsum([0, *map(len, lines)])
        self.joined = "".join(lines)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def words(self) -> list[str]:
        """Every word of the texts, once."""
        return sorted(set(self.joined.split()))

    def matching(self, typed: str, most: int) -> list[int]:
        """The numbers of up to `most` texts that have what is typed, best first: at their beginning, at the beginning
        of a word, all its words in any order, or nearly all its letters."""
        typed = folded(typed)
        return list(islice(self.found(typed) if typed else range(len(self)), most))

    def found(self, typed: str) -> Iterator[int]:
        known: set[int] = set()
        for search in (self.beginning, self.having_phrase, self.having_words, self.having_parts, self.having_like):
            for number in search(typed):
                if number not in known:
                    known.add(number)
                    yield number

    def beginning(self, typed: str) -> Iterator[int]:
        if self.joined.startswith(f" {typed}"):
            yield 0
        for place in places(self.joined, f"\n {typed}"):
            yield self.line_at(place + 1)

    def having_phrase(self, typed: str) -> Iterator[int]:
        return self.lines([[f" {typed}"]])

    def having_words(self, typed: str) -> Iterator[int]:
        return self.lines([[f" {word}"] for word in typed_words(typed)])

    def having_parts(self, typed: str) -> Iterator[int]:
        return self.lines(
            [[word if len(word) >= PART or not word.isascii() else f" {word}"] for word in typed_words(typed)]
        )

    def having_like(self, typed: str) -> Iterator[int]:
        """Those with all words, where a word that is in none stands for those few that are nearest to it."""
        words = typed_words(typed)
        unknown = [word for word in words if f" {word}" not in self.joined]
        needles = [self.like(word) if word in unknown else [f" {word}"] for word in words]
        return self.lines(needles) if unknown and all(needles) else iter(())

    def like(self, word: str) -> list[str]:
        """The words that are one letter away (two of a long word), or whose beginning is: it may not be typed to its
        end."""
        if len(word) < SHORTEST:
            return []
        most = 1 + (len(word) >= LONG)
        nearest: NDArray[np.uint8] = np.full(len(self.words), most + 1, np.uint8)
        for length in range(len(word) - 1, len(word) + 2):
            beginnings = [one[:length] for one in self.words]
            distances = process.cdist([word], beginnings, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)
            nearest = np.minimum(nearest, distances[0])
        order = np.argsort(nearest, kind="stable")[:NEAR]
        return [f" {self.words[number]}" for number in order if nearest[number] <= most]

    def lines(self, needles: Needles) -> Iterator[int]:
        """The numbers of the texts that have one of each of the `needles`, in order."""
        first = min(needles, key=lambda group: sum(map(self.joined.count, group)))  # the rarest: few to look at
        others = [group for group in needles if group is not first]
        if len(first) == 1:
            numbers: Iterable[int] = self.lines_with(first[0])
        else:
            numbers = sorted({number for needle in first for number in self.lines_with(needle)})
        for number in numbers:
            line = self.joined[self.starts[number] : self.starts[number + 1]]
            if all(any(needle in line for needle in group) for group in others):
                yield number

    def lines_with(self, needle: str) -> Iterator[int]:
        place = self.joined.find(needle)
        while place >= 0:
            number = self.line_at(place)
            yield number
            place = self.joined.find(needle, int(self.starts[number + 1]))

    def line_at(self, place: int) -> int:
        return int(np.searchsorted(self.starts, place, side="right")) - 1


def typed_words(typed: str) -> list[str]:
    return list(dict.fromkeys(typed.split()))[:SEVERAL]


def places(text: str, needle: str) -> Iterator[int]:
    place = text.find(needle)
    while place >= 0:
        yield place
        place = text.find(needle, place + 1)


class Titles:
    """The titles and sources of one generation, read when first asked for; safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lock = threading.Lock()

    def matching(self, text: str, most: int = MOST) -> list[tuple[str, bytes]]:
        """Title and key of up to `most` articles, best first and of equally good ones the newest; without a word in
        `text` the newest of all."""
        with self.lock:
            labels, order = self.titles, self.newest_first
        found = [self.store.title(order[place]) for place in labels.matching(text, most)]
        return [(title, key_of(article_id)) for title, article_id in found]

    def sources_matching(self, text: str, most: int = MOST) -> list[str]:
        """Up to `most` sources, best first and of equally good ones that with the most articles."""
        with self.lock:
            labels, names = self.sources
        return [names[place] for place in labels.matching(text, most)]

    @cached_property
    def newest_first(self) -> NDArray[np.int64]:
        """The numbers of all articles, those without a date last."""
        return np.argsort(-self.store.dates, kind="stable")

    @cached_property
    def titles(self) -> Labels:
        titles = list(self.store.titles())
        return Labels(titles[number] for number in self.newest_first)

    @cached_property
    def sources(self) -> tuple[Labels, list[str]]:
        counts = Counter(source for source in self.store.sources if source)
        names = sorted(counts, key=lambda name: (-counts[name], name))
        return Labels(names), names
