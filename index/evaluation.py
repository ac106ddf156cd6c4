"""How often it is right: a question set, or given candidate sentences, -> figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.answers import Answer, Found
from index.articles import Article
from index.corpus import Corpus, read_corpus
from index.embeddings import Embedder
from index.errors import BadQuestions
from index.passages import Passage, Span, sentences_of
from index.reader import Reader

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CALIBRATION_BINS = 10  # of equal width, as in Guo et al. 2017, eq. 3
RESAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the article that answers it and where (code-point spans); no article where none does."""

    text: str
    article: str | None
    answers: tuple[Span, ...]
    sentences: frozenset[str] = frozenset()  # the texts of the sentences that hold an answer


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer held against its question: places of the first right passage and quote (1 is first, 0 none)."""

    answerable: bool
    confidence: float
    seconds: float
    passage: int
    quote: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What `evaluate` reports: shares between 0 and 1. Right passages and quotes are counted over the answerable
    questions; `auroc` (None without absent questions), calibration and coverage judge `confidence` over all, as do
    `answered`, the share of answerable questions that are, and `precision`, the share of right ones among all that are
    answered (None where none is). `intervals` are those of 95 %, by bootstrap over the questions (Efron 1979)."""

    questions: int
    absent: int
    passage_at_1: float
    passage_at_5: float
    passage_mrr_at_10: float
    quote_at_1: float
    quote_at_3: float
    auroc: float | None
    calibration_error: float
    coverage_at_90_precision: float
    coverage_at_95_precision: float
    answered: float
    precision: float | None
    seconds_median: float
    seconds_slowest_of_100: float
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, those without an answer last, and the corpus they are asked of."""

    questions: tuple[Question, ...]
    corpus: Corpus

    @classmethod
    def read(cls, folder: Path, others: Path | None, max_file_megabytes: float) -> QuestionSet:
        """Reads `articles/`, `questions.jsonl` and, where there is one, `absent.jsonl`; the articles of `others`
        are added under ids that begin with `with/`. Raises `BadQuestions` naming file and line, `BadArchive`."""
        if not (folder / "articles").is_dir():
            raise BadQuestions(f"{folder} is no question set: it has no folder “articles”.")
        corpus = read_corpus(folder / "articles", max_file_megabytes)
        questions = list(with_sentences(read_questions(folder / "questions.jsonl"), corpus))
        if not questions:
            raise BadQuestions(f"There is no question in {folder / 'questions.jsonl'}.")
        if (folder / "absent.jsonl").exists():
            questions += [replace(one, article=None, answers=()) for one in read_questions(folder / "absent.jsonl")]
        if others is None or others.resolve() == (folder / "articles").resolve():
            return cls(tuple(questions), corpus)
        return cls(tuple(questions), with_others(corpus, others, max_file_megabytes))


def with_others(corpus: Corpus, others: Path, max_file_megabytes: float) -> Corpus:
    more = read_corpus(others, max_file_megabytes)
    renamed = tuple(replace(article, id=f"with/{article.id}") for article in more.articles)
    return Corpus(corpus.articles + renamed, corpus.remarks + more.remarks)


def read_questions(file: Path) -> Iterator[Question]:
    for where, fields in json_lines(file):
        try:
            spans = tuple((span["start"], span["end"]) for span in fields.get("answers", []))
        except (KeyError, TypeError) as error:
            raise BadQuestions(f"{where} has answers without start and end.") from error
        if not all(type(edge) is int for span in spans for edge in span):
            raise BadQuestions(f"{where} has answers whose start and end are no whole numbers.")
        question, article = fields.get("question"), fields.get("article")
        if not isinstance(question, str) or not any(letter.isalnum() for letter in question):
            raise BadQuestions(f"{where} has no question.")
        if not isinstance(article, str | None):
            raise BadQuestions(f"{where} names an article that is no text.")
        yield Question(question, article, spans)


def json_lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line of a JSON Lines file with the words that name it. Raises `BadQuestions`."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestions(f"The question file {file} is missing or not UTF-8 text.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadQuestions(f"Line {number} of {file} is not valid JSON.") from error
        if not isinstance(fields, dict):
            raise BadQuestions(f"Line {number} of {file} is no JSON object.")
        yield f"Line {number} of {file}", fields


def with_sentences(questions: Iterable[Question], corpus: Corpus) -> Iterator[Question]:
    """The questions with the texts of the sentences that answer them. Raises `BadQuestions` for an article that
    is not in the corpus."""
    articles = {article.id: article for article in corpus.articles}
    spans: dict[str, list[Span]] = {}
    for question in questions:
        article = articles.get(question.article or "")
        if article is None:
            raise BadQuestions(f"“{question.text}” names the article {question.article}, which is not there.")
        if not question.answers or not all(0 <= start < end <= len(article.text) for start, end in question.answers):
            raise BadQuestions(f"“{question.text}” has no answer inside the article {article.id}.")
        if article.id not in spans:
            spans[article.id] = list(sentences_of(article))
        holding = (span for span in spans[article.id] if holds(question, *span))
        yield replace(question, sentences=frozenset(article.text[start:end] for start, end in holding))


def holds(question: Question, start: int, end: int) -> bool:
    return any(start <= first and last <= end for first, last in question.answers)


def judge(question: Question, answer: Answer) -> Judged:
    """Right is what contains one of the answer spans, or in another article has the sentence that does."""
    passage = first_right_passage(question, answer.passages)
    quote = place_of(is_right(question, one.article, one.start, one.end) for one in answer.quotes)
    return Judged(question.article is not None, answer.confidence, answer.seconds, passage, quote, answer.answered)


def first_right_passage(question: Question, passages: Iterable[Found]) -> int:
    """The place of the first right one, counted from 1; 0 where none is."""
    return place_of(
        holds(question, one.start, one.end)
        if one.article.id == question.article
        else any(text in one.text for text in question.sentences)
        for one in passages
    )


def is_right(question: Question, article: Article, start: int, end: int) -> bool:
    """Whether a sentence contains an answer, or in another article is the same as one that does."""
    if article.id == question.article:
        return holds(question, start, end)
    return article.text[start:end] in question.sentences


def place_of(right: Iterable[bool]) -> int:
    return next((place for place, is_right in enumerate(right, 1) if is_right), 0)


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of `judged` answers; `Figures` says what each is."""
    asked = [one for one in judged if one.answerable]
    seconds = np.array([one.seconds for one in judged])
    every = Columns.of(judged)
    shares = every.shares()
    return Figures(
        questions=len(asked),
        absent=len(judged) - len(asked),
        **shares,
        seconds_median=float(np.median(seconds)),
        seconds_slowest_of_100=float(np.percentile(seconds, 99)),
        intervals=intervals(every, [name for name, share in shares.items() if share is not None]),
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Judged answers as arrays, `(answers,)` each."""

    answerable: Bools
    confidence: Floats
    passage: NDArray[np.int64]
    quote: NDArray[np.int64]
    answered: Bools

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> Columns:
        return cls(
            np.array([one.answerable for one in judged], bool),
            np.array([one.confidence for one in judged], np.float64),
            np.array([one.passage for one in judged], np.int64),
            np.array([one.quote for one in judged], np.int64),
            np.array([one.answered for one in judged], bool),
        )

    def some(self, rows: NDArray[np.int64]) -> Columns:
        return Columns(*(getattr(self, name)[rows] for name in self.__slots__))

    def shares(self) -> dict[str, Any]:
        passage, quote = self.passage[self.answerable], self.quote[self.answerable]
        right = self.quote == 1
        among_ten = (passage >= 1) & (passage <= 10)
        return {
            "passage_at_1": float(np.mean(passage == 1)),
            "passage_at_5": float(np.mean((passage >= 1) & (passage <= 5))),
            "passage_mrr_at_10": float(np.mean(among_ten / np.maximum(passage, 1))),
            "quote_at_1": float(np.mean(quote == 1)),
            "quote_at_3": float(np.mean((quote >= 1) & (quote <= 3))),
            "auroc": auroc(self.confidence, self.answerable),
            "calibration_error": calibration_error(self.confidence, right),
            "coverage_at_90_precision": coverage(self.confidence, right, int(self.answerable.sum()), 0.90),
            "coverage_at_95_precision": coverage(self.confidence, right, int(self.answerable.sum()), 0.95),
            "answered": float(np.mean(self.answered[self.answerable])),
            "precision": float(np.mean(right[self.answered])) if self.answered.any() else None,
        }


def intervals(every: Columns, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Of each figure the middle 95 % of what it is for as many questions drawn from these, with a fixed seed."""
    dice = np.random.default_rng(0)
    drawn: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(RESAMPLED):
        rows = dice.integers(0, len(every.answerable), len(every.answerable))
        if not every.answerable[rows].any():
            continue
        for name, share in every.some(rows).shares().items():
            if name in drawn and share is not None:
                drawn[name].append(share)
    edges = {name: np.percentile(shares, [2.5, 97.5]) for name, shares in drawn.items()}
    return {name: (float(low), float(high)) for name, (low, high) in edges.items()}


def share(values: Iterable[bool]) -> float:
    return float(np.mean(list(values)))


def auroc(scores: Floats, positive: Bools) -> float | None:
    """The probability that an answerable question scores higher than one that is not (ties count half: Hanley
    & McNeil 1982); None where either kind is missing."""
    if positive.all() or not positive.any():
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts)[places] - (counts[places] - 1) / 2  # equal scores share the mean of theirs
    wins = ranks[positive].sum() - positive.sum() * (positive.sum() + 1) / 2
    return float(wins / positive.sum() / (~positive).sum())


def calibration_error(confidence: Floats, right: Bools) -> float:
    """Expected calibration error: how far, in the mean, confidence is from the share of right first quotes."""
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = [abs(confidence[bins == one].mean() - right[bins == one].mean()) * (bins == one).sum() for one in set(bins)]
    return float(sum(gaps) / len(confidence))


def coverage(confidence: Floats, right: Bools, answerable: int, precision: float) -> float:
    """The largest share of the answerable questions that a threshold on confidence answers rightly while at least
    `precision` of all it answers are right; equal confidences stand or fall together."""
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    good = last_of_equals & (hits / np.arange(1, len(order) + 1) >= precision)
    return float(hits[good].max(initial=0) / answerable)


@dataclass(frozen=True, slots=True)
class SelectionFigures:
    """Answer-sentence selection as the literature reports it, over questions with a right and a wrong candidate."""

    questions: int
    mean_average_precision: float
    mean_reciprocal_rank: float
    precision_at_1: float


def read_selection(file: Path) -> list[tuple[str, list[str], list[bool]]]:
    """Question, candidates and labels of each line. Raises `BadQuestions` naming the line."""
    read = []
    for where, fields in json_lines(file):
        candidates, labels = fields.get("candidates"), fields.get("labels")
        question = fields.get("question")
        if not isinstance(question, str) or not question.strip():
            raise BadQuestions(f"{where} needs a question.")
        if not isinstance(candidates, list) or not isinstance(labels, list) or len(candidates) != len(labels):
            raise BadQuestions(f"{where} needs as many labels as candidates.")
        if not all(label in (0, 1) and not isinstance(label, str) for label in labels):
            raise BadQuestions(f"{where} has a label that is neither 0 nor 1.")
        read.append((question, [str(one) for one in candidates], [bool(one) for one in labels]))
    return read


def selection_scores(embedder: Embedder, reader: Reader | None, question: str, texts: Sequence[str]) -> Floats:
    """How well each text answers the question, `(n,)`, without an archive: what the reader makes of it and, where there
    is no reader, how near it is in meaning."""
    if reader is not None:
        passages = [Passage(Article("", text, ""), ((0, len(text)),)) for text in texts]
        return np.concatenate(reader.read(question, passages))
    asked, *encodings = embedder.encode([question, *texts])
    return np.array([encoding.vector @ asked.vector for encoding in encodings], dtype=np.float64)


def selection_figures(
    rows: Sequence[tuple[str, list[str], list[bool]]], score: Callable[[str, list[str]], Floats]
) -> SelectionFigures:
    """Ranks each question's candidates by `score` and compares with the labels."""
    precisions, ranks = [], []
    for question, candidates, labels in rows:
        if all(labels) or not any(labels):
            continue
        order = np.argsort(-score(question, candidates), kind="stable")
        places = np.flatnonzero(np.array(labels)[order]) + 1
        precisions.append(float(np.mean(np.arange(1, len(places) + 1) / places)))
        ranks.append(int(places[0]))
    if not ranks:
        raise BadQuestions("No question has both a right and a wrong candidate.")
    reciprocal = float(np.mean([1 / rank for rank in ranks]))
    return SelectionFigures(len(ranks), float(np.mean(precisions)), reciprocal, share(rank == 1 for rank in ranks))
