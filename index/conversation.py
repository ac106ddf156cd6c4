"""A question that leans on the one before it: "and who paid for it?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.words import telling_words

# Words that stand for something said before; "that" and "this" do only where no noun follows ("that bridge").
STANDING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|there|then|those|these|one|ones|both|same|"
    r"(?:this|that)(?=[?.,!]|$| (?:is|was|are|were|will|did|does|do|can|could|would|should|too|so|really)\b))\b",
    re.IGNORECASE,
)
GOING_ON = re.compile(r"(?:and|but|or|so|also|what about|how about|what else|who else|anything else)\b", re.IGNORECASE)
WORD = re.compile(r"\w+")
SHORT = 3  # words; "how much?", "and in 2024?" say nothing by themselves
SAYS_ENOUGH = 3  # telling words with which a question can be read by itself


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked before, and what was quoted: the id and title of the article, and the sentence."""

    question: str
    article: str
    title: str
    sentence: str


def leans(question: str) -> bool:
    """Whether a question by its own words needs what was said before it."""
    return bool(GOING_ON.match(question.strip()) or STANDING.search(question) or len(WORD.findall(question)) <= SHORT)


def searched_in_context(question: str, last: Turn) -> str:
    """What to search for: the question, the title of the article that was quoted, what was asked before."""
    return " ".join([question, last.title, *telling_words(last.question)])


def read_in_context(question: str, last: Turn) -> str:
    """What to read passages for: the question, which search has led to the right place, by itself; one that says too
    little, with what was asked before."""
    if len(telling_words(question)) >= SAYS_ENOUGH:
        return question
    return " ".join([question, *telling_words(last.question)])
