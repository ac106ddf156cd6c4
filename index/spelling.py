"""Words that the archive does not know -> words that it does: typing errors and other spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from index.embeddings import Embedder
from index.times import TIME_WORDS
from index.words import QUESTION_WORDS, WordIndex

SHORTEST = 5  # letters; of shorter words too many are one letter from another
LONG = 8  # letters from which on two may be wrong
LOOKED_AT = 20  # passages with a word like it, among whose words the best is chosen
SAME = 0.7  # cosine from which on two words are one in two spellings: "colour" and "color" have 0.97
WORD = re.compile(r"[^\W\d_]+")
SENTENCE_BEGINS = re.compile(r"(?:^|[.?!:]\s+)\W*$")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The words that the embedding model knows: those that are a single token to it. They are spelled as they are
    meant."""

    embedder: Embedder

    def knows(self, word: str) -> bool:
        (read,) = self.embedder.encode([word])
        return len(read.spans) == 1

    def may_give_way(self, word: str, other: str) -> bool:
        """Whether `word` may be meant for `other`: where it is no word itself, or the same one spelled otherwise, or
        `other` is a name that the model does not know."""
        if not self.knows(word):
            return True
        first, second = self.embedder.encode([word, other])
        return float(first.vector @ second.vector) >= SAME or (other[0].isupper() and len(second.spans) > 1)


def corrected(
    question: str, words: WordIndex, text_of: Callable[[int], str], dictionary: Dictionary
) -> tuple[str, list[tuple[str, str]]]:
    """The question with every word that no passage has given way to the one nearest to it that some have, where one is
    near; and what was put for what. `text_of` gives the title and text of a passage. A name, by its capital, gives way
    only to a name."""
    changes = []
    for match in list(WORD.finditer(question))[::-1]:
        word = match.group()
        is_name = word.istitle() and not SENTENCE_BEGINS.search(question[: match.start()])
        near = nearest(word, words, text_of, is_name)
        if near and dictionary.may_give_way(word, near):
            question = question[: match.start()] + near + question[match.end() :]
            changes.append((match.group(), near))
    return question, changes[::-1]


def nearest(word: str, words: WordIndex, text_of: Callable[[int], str], is_name: bool = False) -> str | None:
    """The word of the archive that is the fewest letters away (changed, left out, put in or swapped with the next:
    optimal string alignment), and of several the most used."""
    stems = words.stems(word)
    is_own = word.casefold() in QUESTION_WORDS or word.casefold() in TIME_WORDS
    if len(word) < SHORTEST or is_own or len(stems) != 1 or words.knows(stems[0]):
        return None
    most = 1 + (len(word) >= LONG)
    found: dict[str, tuple[int, int, bool]] = {}
    for number in words.like(stems[0], most, LOOKED_AT):
        for other in other_words(text_of(number)):
            distance = OSA.distance(word.casefold(), other.casefold(), score_cutoff=most)
            if distance <= most and other not in found and (other[0].isupper() or not is_name):
                uses = sum(words.uses(stem) for stem in words.stems(other))
                found[other] = (distance, -uses, other[0].isupper() != word[0].isupper())
    return min(found, key=lambda other: (found[other], other)) if found else None


def other_words(text: str) -> Iterator[str]:
    return (match.group() for match in WORD.finditer(text) if len(match.group()) >= SHORTEST - 1)
