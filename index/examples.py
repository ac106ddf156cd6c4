"""Questions to try, made from the archive's own sentences, each of which the archive answers with that sentence.

Where too few sentences make a question, as in another language than English, headlines are shown as well, which can be
asked for like anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np

from index.answers import Answerer, Asking
from index.passages import Span
from index.questions import LENGTHS, RULES, WHO_IS_IT, Rule, questions_from
from index.store import Store

FOUND: WeakKeyDictionary[Answerer, tuple[str, ...]] = WeakKeyDictionary()  # gone with the generation
SURE = 0.9  # confidence from which on a question is one to show
TRIES = 20  # questions asked at most; some 80 ms each
HELD_BACK = 4  # of the tries, for each kind of question that is asked where the better ones are too few
LOOKED_AT = 300  # newest articles whose sentences are looked at


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the sentence it was made from, a code-point span of the article's text; None for a headline, which
    any sentence of the article may answer."""

    question: str
    kind: str
    article: str
    sentence: Span | None

    def repeats(self, other: Example) -> bool:
        return self.article == other.article or self.question == other.question


def examples_of(answerer: Answerer) -> tuple[str, ...]:
    """The questions to try, looked for once: some seconds."""
    if answerer not in FOUND:
        FOUND[answerer] = tuple(example_questions(answerer))
    return FOUND[answerer]


def example_questions(answerer: Answerer, most: int = 3, tries: int = TRIES) -> list[str]:
    """Up to `most` questions that the archive answers with the very sentences they were made from, and is sure of: of
    different articles, newest first, and where it can be of different kinds. At most `tries` are asked, which is
    nearly all the time this takes. For the same archive they are the same."""
    span = answerer.archive.generation.manifest.span
    asking = Asking(today=span[1] if span else date(2000, 1, 1))
    store = answerer.archive.generation.store
    mixed = store.keys.numbers  # so that articles of one day, or without one, are not all of one folder
    newest = mixed[np.argsort(-store.dates[mixed], kind="stable")][:LOOKED_AT].tolist()
    kept: list[Example] = []
    for examples, left in (
        (from_sentences(store, newest, RULES), tries - 2 * HELD_BACK),
        (from_sentences(store, newest, WHO_IS_IT), HELD_BACK),
        (headlines(store, newest), HELD_BACK),
    ):
        kept += chosen(examples, kept, most, left, lambda example: is_answered(answerer, example, asking))
    return [one.question for one in kept]


def chosen(
    examples: Iterator[Example], known: list[Example], most: int, tries: int, works: Callable[[Example], bool]
) -> list[Example]:
    """Up to `most`, with those `known`, of the examples that work, each of another article, of as many kinds as there
    are; in their order."""
    found: list[Example] = []
    spare: list[Example] = []  # of a kind that there is already
    for example in examples:
        if not tries or len(known) + len(found) - len(spare) >= most:
            break
        again = example.kind in [one.kind for one in found]
        if (again and len(known) + len(found) >= most) or any(example.repeats(one) for one in [*known, *found]):
            continue
        tries -= 1
        if works(example):
            found.append(example)
            spare += [example] * again
    too_many = spare[len(spare) - max(0, len(known) + len(found) - most) :]
    return [one for one in found if one not in too_many]


def is_answered(answerer: Answerer, example: Example, asking: Asking) -> bool:
    """Whether the archive answers with the example's own sentence, and is sure."""
    answer = answerer.answer(example.question, asking)
    if not answer.answered or answer.confidence < SURE:
        return False
    quote, _, _ = answer.shown
    return quote.article.id == example.article and example.sentence in (None, (quote.start, quote.end))


def from_sentences(store: Store, numbers: list[int], rules: list[Rule]) -> Iterator[Example]:
    """The examples that the sentences of articles make, of each article one of a kind."""
    for number in numbers:
        article = store.article(number)
        kinds: set[str] = set()
        for start, end in chain.from_iterable(store.spans_of(number)):
            sentence = " ".join(article.text[start:end].split())
            for kind, question in questions_from(sentence, article, rules):
                if kind not in kinds:
                    kinds.add(kind)
                    yield Example(question, kind, article.id, (start, end))


def headlines(store: Store, numbers: list[int]) -> Iterator[Example]:
    for number in numbers:
        article = store.article(number)
        if len(article.title) in LENGTHS:
            yield Example(article.title, "headline", article.id, None)
