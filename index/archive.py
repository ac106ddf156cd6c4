"""An open generation and the model it was made with: what every question and every search goes through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embeddings import Embedder
from index.errors import WrongModel
from index.generations import Generation, open_current
from index.models import Model
from index.ranking import fuse
from index.vectors import Mask, Numbers, Scores, Vectors

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

    @classmethod
    def open(cls, index: Path, model: Model, embedder: Embedder) -> Archive:
        """Opens the current generation. Raises `NoIndex`, and `WrongModel` where another model made it."""
        generation = open_current(index)
        if generation.manifest.model_checksum != model.checksum:
            generation.close()
            raise WrongModel(
                f"The index was made with the model {generation.manifest.model}, the settings name {model.name}; "
                "make the index anew with `pullquote build`, or name the other model again."
            )
        return cls(generation, embedder)

    def retrieve(self, question: str, allowed: Mask | None = None) -> Retrieved:
        """Vectors and words, fused, among the passages `allowed` (a mask over all) where given."""
        vector = self.embedder.encode([question])[0]
        by_vector = self.generation.vectors.search(vector, DEPTH, allowed)
        by_words = self.generation.words.search(question, DEPTH, allowed)
        numbers, scores = fuse(by_vector, by_words)
        return Retrieved(numbers, scores, vector, float(np.max(by_vector[1], initial=0.0)))

    def close(self) -> None:
        self.generation.close()
