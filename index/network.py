"""The reader's network in torch: what is trained, and converted for OpenVINO; serving imports none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from index.embeddings import quiet_loading
from index.reader import PairReader

EMBEDDINGS = "transformer.embeddings.word_embeddings.weight"  # stay those of the embedding model, and do not ship again


class Network(torch.nn.Module):
    """A transformer over question and passage together (a cross-encoder: Nogueira & Cho 2019), and for each token how
    much more probable it is as a part of the answer than that nothing in the passage answers: span extraction with the
    first token as "none" (Devlin et al. 2019, section 4.3), normalized over all passages of a question while it learns
    (Clark & Gardner 2018, "shared-norm")."""

    def __init__(self, base: Path, attention: str = "sdpa") -> None:
        """Begins as the embedding model in the folder `base`; `attention` is how transformers computes that."""
        super().__init__()
        quiet_loading()
        from transformers import AutoModel

        without_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        self.transformer: Any = AutoModel.from_pretrained(
            str(base),
            add_pooling_layer=False,
            local_files_only=True,
            attn_implementation=attention,
            **without_dropout,
        )
        self.head = torch.nn.Linear(self.transformer.config.hidden_size, 2)  # a part of the answer; no answer here
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        """`(pairs, tokens)` int64 each, `kinds` 0 for the question's tokens and 1 for the article's -> the log odds of
        each token, `(pairs, tokens)`."""
        return self.odds(self.vectors(ids, mask, kinds))

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        """`(pairs, tokens, dimensions)`."""
        read: torch.Tensor = self.transformer(
            input_ids=ids, attention_mask=mask, token_type_ids=kinds
        ).last_hidden_state
        return read.float()

    def odds(self, vectors: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.head(vectors)
        return scores[..., 0] - scores[:, :1, 1]

    def run(self, inputs: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        """`forward` for arrays, where nothing is learned."""
        with torch.inference_mode():
            odds: NDArray[np.float32] = self(*map(torch.from_numpy, inputs)).numpy()
        return odds

    def save(self, file: Path) -> None:
        """Everything but the word embeddings, in half precision."""
        own = {name: value.half().contiguous() for name, value in self.state_dict().items() if name != EMBEDDINGS}
        save_file(own, file)
        file.chmod(0o644)  # it is written for its owner alone

    def read(self, file: Path) -> Network:
        """Takes the weights that `save` wrote."""
        missing, unexpected = self.load_state_dict(load_file(file), strict=False)
        if missing != [EMBEDDINGS] or unexpected:
            raise ValueError(f"{file.name} does not fit the model: {missing}, {unexpected}")
        return self


def network_reader(base: Path, weights: Path) -> PairReader:
    """The reader run by torch: for where OpenVINO cannot."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    return PairReader(tokenizer, Network(base).read(weights).eval().run)
