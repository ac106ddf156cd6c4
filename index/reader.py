"""Question and passages -> how probable each sentence is as the answer: read together, not compared."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.embeddings import STEP, quiet_loading
from index.errors import NoModel
from index.passages import Passage, Span

Odds = NDArray[np.float64]  # (sentences,): natural logarithms of the odds of each against that none answers

Ids = NDArray[np.int64]

TOGETHER = 8  # passages in one forward pass
# Tokens that are read of each part; more than nearly all of them have. Together they stay below the 512 of the model.
QUESTION, TITLE, LEAD, PASSAGE = 48, 32, 32, 240
LETTERS = 12  # of a text, in which there is a token at the least
CLS, SEP = "[CLS]", "[SEP]"
FAR = 2.0  # log odds by which a token of the answer may be less probable than its best
MOST_ANSWERING = 0.6  # of a sentence's length; where more of it answers, none of it stands out
NO_TOKENS = -30.0  # the log odds of a sentence that lies beyond what is read


class Reader(Protocol):
    """What reads passages with a question in mind; tests put one in its place that can be computed in the head."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Odds]:
        """For each passage the log odds of each of its sentences."""
        ...

    def answering(self, question: str, passage: Passage, place: int) -> Span | None:
        """The words of sentence `place` of the passage that answer, as code points of the article; None where they are
        not known, or are most of the sentence."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage as the network reads them: `[CLS] question [SEP] title [SEP] lead [SEP] passage [SEP]`,
    without title or lead where there is none.

    The article's part begins at token `second`, the passage at `first`; `spans` `(tokens, 2)` are the code points of
    the passage's tokens in its text.
    """

    ids: list[int]
    second: int
    first: int
    spans: Ids


class PairReader:
    """The reader that comes with Pullquote: `tokenizer` is the embedding model's, `run` its network, which takes token
    numbers, mask and kinds (0 question, 1 article), `(pairs, tokens)` int64 each, and gives the tokens' log odds."""

    def __init__(self, tokenizer: Tokenizer, run: Callable[[list[Ids]], NDArray[np.float32]]) -> None:
        self.tokenizer = tokenizer
        self.run = run
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.begin, self.end = (int(tokenizer.token_to_id(mark) or 0) for mark in (CLS, SEP))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Odds]:
        pairs = self.pairs(question, passages)
        order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))  # neighbours waste no padding
        odds: dict[int, Odds] = {}
        for start in range(0, len(order), TOGETHER):
            some = order[start : start + TOGETHER]
            for number, tokens in zip(some, self.run(inputs_of([pairs[one] for one in some])), strict=True):
                pair, passage = pairs[number], passages[number]
                sentences = [(begin - passage.start, end - passage.start) for begin, end in passage.sentences]
                odds[number] = sentence_odds(tokens[pair.first : pair.first + len(pair.spans)], pair.spans, sentences)
        return [odds[number] for number in range(len(pairs))]

    def answering(self, question: str, passage: Passage, place: int) -> Span | None:
        pair = self.pair(self.asked(question), passage)
        begin, end = (edge - passage.start for edge in passage.sentences[place])
        own = np.flatnonzero((pair.spans[:, 0] >= begin) & (pair.spans[:, 1] <= end))
        if not len(own):
            return None
        tokens = self.run(inputs_of([pair]))[0, pair.first + own]
        first, last = answering_tokens(tokens)
        start, stop = whole_words(passage.text, int(pair.spans[own[first], 0]), int(pair.spans[own[last], 1]))
        if stop - start > MOST_ANSWERING * (end - begin):
            return None
        return passage.start + start, passage.start + stop

    def ids(self, text: str, most: int) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids[:most]

    def pairs(self, question: str, passages: Sequence[Passage]) -> list[Pair]:
        asked = self.asked(question)
        return [self.pair(asked, passage) for passage in passages]

    def asked(self, question: str) -> list[int]:
        """What a pair begins with."""
        return [self.begin, *self.ids(question, QUESTION), self.end]

    def pair(self, asked: list[int], passage: Passage) -> Pair:
        start = list(asked)
        for ids in (self.ids(passage.article.title, TITLE), self.ids(lead_of(passage), LEAD)):
            start += [*ids, self.end] if ids else []
        text = self.tokenizer.encode(passage.text, add_special_tokens=False)
        spans = np.array(text.offsets[:PASSAGE], np.int64).reshape(-1, 2)
        return Pair([*start, *text.ids[:PASSAGE], self.end], len(asked), len(start), spans)


def lead_of(passage: Passage) -> str:
    """What the article begins with, as far as it stands before the passage: who and where a news article is about is
    said there, and not again."""
    begin = passage.article.body
    return passage.article.text[begin : min(passage.start, begin + LEAD * LETTERS)]


def inputs_of(pairs: Sequence[Pair]) -> list[Ids]:
    """Token numbers, mask and kinds, padded with zeros on the right."""
    longest = -(-max(len(pair.ids) for pair in pairs) // STEP) * STEP
    ids, mask, kinds = np.zeros((3, len(pairs), longest), np.int64)
    for row, pair in enumerate(pairs):
        length = len(pair.ids)
        ids[row, :length] = pair.ids
        mask[row, :length] = 1
        kinds[row, pair.second : length] = 1
    return [ids, mask, kinds]


def answering_tokens(odds: NDArray[np.floating]) -> tuple[int, int]:
    """The first and the last of the tokens around the most probable that are not far less probable; one that is may
    lie between them ("seven *and* a half")."""
    near = odds > odds.max() - FAR
    first = last = int(np.argmax(odds))
    while first > 0 and (near[first - 1] or (first > 1 and near[first - 2])):
        first -= 1 if near[first - 1] else 2
    while last < len(odds) - 1 and (near[last + 1] or (last < len(odds) - 2 and near[last + 2])):
        last += 1 if near[last + 1] else 2
    return first, last


def whole_words(text: str, start: int, end: int) -> Span:
    """The span widened to the edges of its words."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def sentence_odds(tokens: NDArray[np.floating], spans: Ids, sentences: Sequence[Span]) -> Odds:
    """Each sentence's log odds: the logarithm of the sum of its tokens' odds, which exclude each other.

    `tokens` `(tokens,)` are the log odds of the tokens at `spans`; `sentences` are code points as `spans` are.
    """
    edges = np.array(sentences, np.int64).reshape(-1, 2)
    rows = np.searchsorted(spans[:, 1], edges, side="right")
    return np.array(
        [np.logaddexp.reduce(tokens[first:last]) if last > first else NO_TOKENS for first, last in rows], np.float64
    )


def kind_of(folder: Path) -> str:
    """The architecture of the model in `folder`; empty where there is none that says."""
    try:
        kinds = json.loads((folder / "config.json").read_text(encoding="utf-8"))["architectures"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return " ".join(map(str, kinds or ()))


class CrossEncoderReader:
    """A sentence-transformers `CrossEncoder` in torch: each sentence is scored with the title before it."""

    def __init__(self, folder: Path) -> None:
        """Raises `NoModel`."""
        if not folder.is_dir():
            raise NoModel(f"There is no folder {folder}; check reader.folder in the settings.")
        if "ForSequenceClassification" not in kind_of(folder):
            raise NoModel(f"What is in {folder} is no CrossEncoder; name another (reader.folder in the settings).")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else it warns after every fork
        quiet_loading()
        from sentence_transformers import CrossEncoder  # seconds: only where it is asked for

        try:
            self.model = CrossEncoder(str(folder), local_files_only=True)
        except Exception as error:  # whatever transformers and torch raise for files that do not fit each other
            raise NoModel(
                f"The reader in {folder} cannot be loaded as a CrossEncoder; copy or download it again."
            ) from error
        if self.model.num_labels != 1:
            raise NoModel(f"The reader in {folder} gives several scores for a pair; name one that gives a single one.")

    def read(self, question: str, passages: Sequence[Passage]) -> list[Odds]:
        import torch

        pairs = [
            (question, f"{passage.article.title}\n{passage.article.text[start:end]}")
            for passage in passages
            for start, end in passage.sentences
        ]
        if not pairs:
            return []
        scores: Any = self.model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        edges = np.cumsum([len(passage.sentences) for passage in passages])[:-1]
        return [np.asarray(some, np.float64) for some in np.split(np.asarray(scores), edges)]

    def answering(self, question: str, passage: Passage, place: int) -> Span | None:  # noqa: ARG002  # it scores wholes
        return None
