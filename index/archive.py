"""An open generation and the model it was made with: what every question and every search goes through."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embeddings import Embedder, Vectors
from index.errors import WrongModel
from index.generations import Generation, open_current
from index.models import Model
from index.ranking import fuse
from index.vectors import Mask, Numbers, Scores

SENTENCES_REMEMBERED = 10_000  # vectors, 15 MB at 384 dimensions: what members ask about comes again
DEPTH = 100  # passages taken from each of the two rankings before they are fused; deeper changed nothing


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found for a question, best first: their numbers, their fused scores (0 to 1), and the
    question's own vector and best cosine."""

    numbers: Numbers
    scores: Scores
    question: Vectors
    best_cosine: float


class Archive:
    """One generation, opened for questions."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self.generation = generation
        self.embedder = embedder
        self.sentence_vectors: OrderedDict[str, Vectors] = OrderedDict()
        self.lock = threading.Lock()

    @classmethod
    def open(cls, index: Path, model: Model, embedder: Embedder) -> Archive:
        """Opens the current generation. Raises `NoIndex`, and `WrongModel` where another model made it."""
        return cls(generation_of(index, model), embedder)

    def retrieve(self, question: str, allowed: Mask | None = None) -> Retrieved:
        """Vectors and words, fused, among the passages `allowed` (a mask over all) where given."""
        vector = self.embedder.encode([question])[0]
        by_vector = self.generation.vectors.search(vector, DEPTH, allowed)
        by_words = self.generation.words.search(question, DEPTH, allowed)
        numbers, scores = fuse(by_vector, by_words)
        return Retrieved(numbers, scores, vector, float(np.max(by_vector[1], initial=0.0)))

    def similarities(self, question: Vectors, sentences: Sequence[str]) -> Scores:
        """The cosine of each of `sentences` with the question's vector, `(n,)` float32. The vectors of the
        sentences seen last are remembered, since embedding them is what an answer takes longest for."""
        with self.lock:
            vectors = {text: self.sentence_vectors[text] for text in sentences if text in self.sentence_vectors}
        if new := [text for text in dict.fromkeys(sentences) if text not in vectors]:
            vectors |= dict(zip(new, self.embedder.encode(new), strict=True))
        with self.lock:
            for text, vector in vectors.items():
                self.sentence_vectors[text] = vector
                self.sentence_vectors.move_to_end(text)
            while len(self.sentence_vectors) > SENTENCES_REMEMBERED:
                self.sentence_vectors.popitem(last=False)
        return np.stack([vectors[text] for text in sentences]) @ question

    def close(self) -> None:
        self.generation.close()


def generation_of(index: Path, model: Model) -> Generation:
    """Opens the current generation. Raises `NoIndex`, and `WrongModel` where another model made it."""
    generation = open_current(index)
    made_by = generation.manifest
    if made_by.model_checksum == model.checksum:
        return generation
    generation.close()
    raise WrongModel(
        f"The index was made with the model {made_by.model}, the settings name {model.name}; "
        "make the index anew with `pullquote build`, or name the other model again."
    )
