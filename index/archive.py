"""An open generation and the models that read it: what every question and every search goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path

import numpy as np

from index.articles import WORD
from index.embeddings import Embedder, Encoding, Vectors, unit
from index.errors import WrongModel
from index.generations import Generation, open_current
from index.models import Model
from index.passages import Passage
from index.ranking import by_score, fuse, joined, late_interaction, with_late, with_neighbours
from index.reader import Odds, Reader
from index.retrieval import LocalRetriever, Retriever, Selection, Wanted, mask_of
from index.titles import Titles
from index.vectors import Numbers, Scores
from index.weights import learned
from index.words import WordIndex

DEPTH = 100  # passages taken from each of the two rankings before they are fused; deeper changed nothing
LATE_DEPTH = 30  # of the fused, how many late interaction reads; two milliseconds


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found for a question, best first.

    `scores` (0 to 1) order them; `fused` (0 to 1) is the part of vectors and words. Of the first few, which late
    interaction read, `passages` has the text and `matches` for each sentence the best cosine of every question
    token, `(sentences, question tokens)`; `token_weights` `(question tokens,)` says how much each counts. `odds` are
    the reader's, of the sentences of the passages that it read: those are the first ones.
    """

    numbers: Numbers
    scores: Scores
    fused: Scores
    best_cosine: float
    passages: tuple[Passage, ...]
    matches: tuple[Vectors, ...]
    token_weights: Vectors
    odds: tuple[Odds, ...] = ()

    def reread(self, odds: Sequence[Odds]) -> Retrieved:
        """The passages with what the reader made of the first `len(odds)`, which are put in a new order."""
        read = len(odds)
        if not read:
            return self
        of_passages = np.array([np.logaddexp.reduce(one) for one in odds])
        weights = learned("read", "passage")
        sums = weights["score"] * self.scores[:read] + weights["odds"] * of_passages
        read_scores = np.exp(sums - sums.max())
        first = by_score(self.numbers[:read], read_scores)
        rest = self.scores[read:] * np.float32(read_scores.min() / max(self.scores[0], 1e-9))
        order = np.concatenate([first, np.arange(read, len(self.numbers))])
        shown = np.concatenate([first, np.arange(read, len(self.passages))])
        return replace(
            self,
            numbers=self.numbers[order],
            scores=np.concatenate([read_scores[first], rest]).astype(np.float32),
            fused=self.fused[order],
            passages=tuple(self.passages[place] for place in shown),
            matches=tuple(self.matches[place] for place in shown),
            odds=tuple(odds[place] for place in first),
        )


class Archive:
    """One generation, opened for questions."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        reader: Reader | None = None,
        retriever: Retriever | None = None,
    ) -> None:
        self.generation = generation
        self.embedder = embedder
        self.reader = reader
        self.retriever = retriever or LocalRetriever(generation.vectors, generation.words)
        self.titles = Titles(generation.store)

    @classmethod
    def open(cls, index: Path, model: Model, embedder: Embedder, reader: Reader | None = None) -> Archive:
        """Opens the current generation. Raises `NoIndex`, and `WrongModel` where another model made it."""
        return cls(generation_of(index, model), embedder, reader)

    def retrieve(
        self,
        question: str,
        allowed: Selection | None = None,
        late_depth: int = LATE_DEPTH,
        preferred: Selection | None = None,
        around: int = 0,
    ) -> Retrieved:
        """Vectors and words, fused, then late interaction over the first `late_depth`, among the passages `allowed`
        where given; those `preferred`, which are among them, come in with a lead. With `around`, so many
        passages come first: the best, and those that stand beside them, where the answer is as often."""
        (asked,) = self.embedder.encode([question])
        wanted = [Wanted(asked.vector, question, DEPTH, allowed)]
        if preferred is not None:
            wanted.append(Wanted(asked.vector, question, DEPTH, preferred))
        by_vector, by_words = map(partial(reduce, joined), zip(*self.retriever.search(*wanted), strict=True))
        numbers, fused = fuse(by_vector, by_words, mask_of(preferred), self.retriever.scale)
        best_cosine = float(np.max(by_vector[1], initial=0.0))
        weights = token_weights(question, asked, self.generation.words)
        found = self.late(asked, weights, numbers, fused, late_depth, best_cosine)
        if not around:
            return found
        first = with_neighbours(found.numbers, self.generation.store.article_of, around, mask_of(allowed))
        numbers = np.concatenate([first, found.numbers[~np.isin(found.numbers, first)]])
        scores = dict(zip(found.numbers.tolist(), found.fused.tolist(), strict=True))
        fused = np.array([scores.get(number, 0.0) for number in numbers.tolist()], np.float32)
        return self.late(asked, weights, numbers, fused, len(first), best_cosine)

    def late(
        self,
        asked: Encoding,
        weights: Vectors,
        numbers: Numbers,
        fused: Scores,
        depth: int,
        best_cosine: float,
    ) -> Retrieved:
        """Late interaction over the first `depth` passages, which are put in order by it; the others stay behind."""
        matches = self.matches(asked, numbers[:depth])
        read = len(matches)
        late = np.zeros(len(numbers), np.float32)
        late[:read] = [float(match.max(axis=0) @ weights) for match in matches]
        scores = with_late(fused, late)
        scores[read:] = np.minimum(scores[read:], scores[:read].min(initial=1.0))
        first = by_score(numbers[:read], scores[:read])
        order = np.concatenate([first, np.arange(read, len(numbers))])
        return Retrieved(
            numbers[order],
            scores[order],
            fused[order],
            best_cosine,
            tuple(self.generation.store.passage(int(numbers[place])) for place in first),
            tuple(matches[place] for place in first),
            weights,
        )

    def read(self, question: str, retrieved: Retrieved, most: int) -> Retrieved:
        """What was retrieved, with its first `most` passages read by the reader; unchanged where there is none."""
        if self.reader is None:
            return retrieved
        return retrieved.reread(self.reader.read(question, retrieved.passages[:most]))

    @property
    def is_dated(self) -> bool:
        """Whether any article has a date."""
        return self.generation.manifest.span is not None

    def shown(self, number: int) -> str:
        """Title and text of a passage."""
        passage = self.generation.store.passage(number)
        return f"{passage.article.title}\n{passage.text}"

    def matches(self, asked: Encoding, numbers: Numbers) -> list[Vectors]:
        """For each passage the best cosine of every question token in each sentence, `(sentences, tokens)`."""
        question = unit(asked.tokens)
        stored = (self.generation.tokens.stored(self.generation.store.sentence_numbers(int(one))) for one in numbers)
        return [late_interaction(question, bits, rows) for bits, rows in stored]

    def close(self) -> None:
        self.retriever.close()
        self.generation.close()


def token_weights(question: str, asked: Encoding, words: WordIndex) -> Vectors:
    """How much each token of the question counts, `(tokens,)`, together 1: the inverse document frequency of the
    word that it is part of; equally much where no token is part of a word."""
    weight_of = [0.0] * len(question)
    for word in WORD.finditer(question):
        stems = words.stems(word.group())
        weight_of[slice(*word.span())] = [words.inverse_document_frequency(stems[0]) if stems else 0.0] * len(
            word.group()
        )
    weights = np.array([weight_of[end - 1] for end in asked.spans[:, 1]], np.float32)
    return weights / weights.sum() if weights.any() else np.full(len(weights), 1 / max(1, len(weights)), np.float32)


def generation_of(index: Path, model: Model, name: str | None = None, is_searched: bool = True) -> Generation:
    """Opens the current generation, or the one that is named. Raises `NoIndex`, and `WrongModel` where another model
    made it."""
    generation = open_current(index, name, is_searched)
    made_by = generation.manifest
    if made_by.model_checksum == model.checksum:
        return generation
    generation.close()
    raise WrongModel(
        f"The index was made with the model {made_by.model}, the settings name {model.name}; "
        "make the index anew with `pullquote build`, or name the other model again."
    )
