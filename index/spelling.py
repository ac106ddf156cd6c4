"""Words that the archive does not know -> words that it does: typing errors and other spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rapidfuzz.distance import OSA

from index.times import TIME_WORDS
from index.words import QUESTION_WORDS, WordIndex

SHORTEST = 5  # letters; of shorter words too many are one letter from another
LONG = 8  # letters from which on two may be wrong
LOOKED_AT = 20  # passages with a word like it, among whose words the best is chosen
WORD = re.compile(r"[^\W\d_]+")


def corrected(question: str, words: WordIndex, text_of: Callable[[int], str]) -> tuple[str, list[tuple[str, str]]]:
    """The question with every word that no passage has given way to the one nearest to it that some have, where one is
    near; and what was put for what. `text_of` gives the title and text of a passage."""
    changes = []
    for match in list(WORD.finditer(question))[::-1]:
        near = nearest(match.group(), words, text_of)
        if near:
            question = question[: match.start()] + near + question[match.end() :]
            changes.append((match.group(), near))
    return question, changes[::-1]


def nearest(word: str, words: WordIndex, text_of: Callable[[int], str]) -> str | None:
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
            if distance <= most and other not in found:
                uses = sum(words.uses(stem) for stem in words.stems(other))
                found[other] = (distance, -uses, other[0].isupper() != word[0].isupper())
    return min(found, key=lambda other: (found[other], other)) if found else None


def other_words(text: str) -> Iterator[str]:
    return (match.group() for match in WORD.finditer(text) if len(match.group()) >= SHORTEST - 1)
