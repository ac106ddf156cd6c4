"""Article -> Passages: whole sentences, packed up to the length that the embedding model reads well."""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import itemgetter
from typing import overload

import numpy as np
from numpy.typing import NDArray
from syntok import segmenter

from index.articles import BLOCK, WORD, Article

Span = tuple[int, int]  # start and end, code points
Numbers = NDArray[np.int64]
RULES = 1  # of cutting; raised when they change, so that what older ones cut is not copied

LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")  # of a block
WRAPPED_WIDTH = range(40, 121)  # characters; the width of lines that an editor or a mailer broke by itself
MARKER = re.compile(r"\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+|>\s?)+")  # what a list item or a quotation begins with
# Lines of Markdown that are no sentence; its blocks of code; what makes a heading of the line above.
HEADING = re.compile(r"\s*(?:#{1,6}\s|```|={3,}\s*$|-{3,}\s*$|\||\[[^\]]+\]:\s)")
FENCED = re.compile(r"^[^\S\r\n]*(```|~~~).*?^[^\S\r\n]*\1[^\r\n]*$", re.S | re.M)
UNDERLINED = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:={3,}|-{3,})[^\S\r\n]*(?:\r|\n|\Z)")
# Where sentences end that syntok does not know of: Chinese, Japanese, Hindi, Arabic, Urdu.
FULL_STOP = re.compile(r"[^。！？।؟۔]+[。！？।؟۔]*[”』」）]*|[。！？।؟۔]+")
TITLE_OF_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Messrs|Dr|Prof|Rev|Hon|Cllr|Sen|Gen|Col|Lt|Sgt|Capt|Gov)\.$")
AFTER_TIME = re.compile(  # "... until 8.15 a.m. By nine the doors ...": a new sentence where a word begins one
    r"\b[ap]\.m\.[”\"]?\s+(?=(?:The|An?|It|He|She|They|We|I|You|By|In|On|At|But|And|Or|After|Before|When|While|If|There|"
    r"This|That|These|Those|His|Her|Its|Their|Our|No|Not|All|Some|Many|Most|Then|Now|As|For|From|With|Until|Since)\b)"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one article; `sentences` are code-point spans of `article.text`, never empty."""

    article: Article
    sentences: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.sentences[0][0]

    @property
    def end(self) -> int:
        return self.sentences[-1][1]

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def digest(self) -> bytes:
        """16 bytes that are equal exactly when text and sentences are: such passages have the same vectors."""
        spans = np.array(self.sentences, np.int64) - self.start
        return hashlib.blake2b(self.text.encode() + b"\0" + spans.tobytes(), digest_size=16).digest()


class Passages(Sequence[Passage]):
    """The passages of an archive, in order, held as numbers: a million take 150 MB.

    `rows` is `(passages, 3)` int64: the number of the article, the first sentence, the sentence after the last;
    `sentences` `(sentences, 2)` int64: start and end, code points of the article's text.
    """

    def __init__(self, articles: Sequence[Article], rows: Numbers, sentences: Numbers) -> None:
        self.articles = articles
        self.rows = rows
        self.sentences = sentences

    @classmethod
    def cut(cls, articles: Sequence[Article], spans_of: Callable[[Article], Iterable[Sequence[Span]]]) -> Passages:
        """`spans_of` gives for an article the sentences of each of its passages."""
        rows, sentences = array("q"), array("q")
        for number, article in enumerate(articles):
            for spans in spans_of(article):
                first = len(sentences) // 2
                sentences.extend(chain.from_iterable(spans))
                rows.extend((number, first, len(sentences) // 2))
        return cls(articles, np.array(rows, np.int64).reshape(-1, 3), np.array(sentences, np.int64).reshape(-1, 2))

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Passage]: ...
    def __getitem__(self, number: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        article, first, last = self.rows[number].tolist()
        return Passage(self.articles[article], spans_in(self.sentences, first, last))

    @property
    def lengths(self) -> Numbers:
        """Code points of each passage, `(passages,)`."""
        return np.asarray(self.sentences[self.rows[:, 2] - 1, 1] - self.sentences[self.rows[:, 1], 0])


def spans_in(sentences: Numbers, first: int, last: int) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in sentences[first:last].tolist())


def passages_of(article: Article, words: int) -> list[Passage]:
    """The article's passages, in order and without overlap: each as many whole sentences as fit into `words`
    words; a single longer sentence is a passage of its own."""
    sentences = list(sentences_of(article))
    lengths = [len(WORD.findall(article.text, *span)) for span in sentences]
    passages: list[Passage] = []
    first, held = 0, 0
    for number, length in enumerate(lengths):
        if held and held + length > words:
            passages.append(Passage(article, tuple(sentences[first:number])))
            first, held = number, 0
        held += length
    if sentences[first:]:
        passages.append(Passage(article, tuple(sentences[first:])))
    return passages


def sentences_of(article: Article) -> Iterator[Span]:
    """Code-point spans of the sentences of the article's body, without headings and list markers."""
    for start, end in prose_of(article):
        yield from split_sentences(article.text[start:end], start)


def has_sentence(article: Article) -> bool:
    """Whether the article has a sentence, told without looking for where they end."""
    return any(WORD.search(article.text, start, end) for start, end in prose_of(article))


def prose_of(article: Article) -> Iterator[Span]:
    """Code-point spans of the paragraphs of the article's body, without headings and list markers."""
    code = fenced(article.text, article.body)
    for start, end in paragraphs_of(article.text, article.body):
        paragraph = article.text[start:end]
        if is_no_prose(paragraph, article.text, end) or is_inside(code, start):
            continue
        marker = MARKER.match(paragraph)
        yield start + (marker.end() if marker else 0), end


def is_inside(spans: Sequence[Span], place: int) -> bool:
    """Whether one of the spans, which are in order and apart, holds the code point `place`."""
    before = bisect(spans, place, key=itemgetter(0))
    return before > 0 and place < spans[before - 1][1]


def is_no_prose(paragraph: str, text: str, end: int) -> bool:
    """Whether a paragraph that ends at code point `end` of `text` is a heading or another line of Markdown's own."""
    underlined = UNDERLINED.match(text, end) and paragraph.rstrip()[-1:] not in tuple(".!?")
    return bool(HEADING.match(paragraph) or underlined)


def fenced(text: str, start: int) -> list[Span]:
    """Spans of Markdown's fenced blocks of code, which are no sentences."""
    return [block.span() for block in FENCED.finditer(text, start)]


def paragraphs_of(text: str, start: int) -> Iterator[Span]:
    """Spans of the paragraphs from code point `start` on: blocks between empty lines where lines were broken
    to a width, else (and for headings and list items) single lines."""
    for block in BLOCK.finditer(text, start):
        lines = [line.span() for line in LINE.finditer(text, block.start(), block.end())]
        paragraph = lines[0]
        wrapped = is_wrapped(lines)
        for line in lines[1:]:
            if wrapped and not begins_anew(text[slice(*line)]) and not HEADING.match(text, *paragraph):
                paragraph = (paragraph[0], line[1])
            else:
                yield paragraph
                paragraph = line
        yield paragraph


def is_wrapped(lines: list[Span]) -> bool:
    widths = [end - start for start, end in lines]
    return max(widths) < WRAPPED_WIDTH.stop and all(width in WRAPPED_WIDTH for width in widths[:-1])


def begins_anew(line: str) -> bool:
    return bool(MARKER.match(line) or HEADING.match(line))


def split_sentences(paragraph: str, start: int) -> Iterator[Span]:
    """Spans of a paragraph's sentences, as code points of the article (`start` is the paragraph's own)."""
    for first, end in joined(paragraph, syntok_sentences(paragraph)):
        for piece in pieces(paragraph, first, end):
            text = piece.strip()
            begin = paragraph.index(text, first) if text else first
            first += len(piece)
            if WORD.search(text):
                yield start + begin, start + begin + len(text)


def syntok_sentences(paragraph: str) -> Iterator[Span]:
    for part in segmenter.analyze(paragraph):
        for sentence in part:
            yield sentence[0].offset, sentence[-1].offset + len(sentence[-1].value)


def joined(paragraph: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, with those put together again that were cut behind a title ("Mr. | A. R. Devane")."""
    held: Span | None = None
    for first, end in spans:
        held = (held[0] if held else first, end)
        if not TITLE_OF_PERSON.search(paragraph, *held):
            yield held
            held = None
    if held:
        yield held


def pieces(paragraph: str, first: int, end: int) -> Iterator[str]:
    """A sentence of syntok's in the pieces it should have been cut into; together they are all of it."""
    for match in FULL_STOP.finditer(paragraph, first, end):
        edges = [match.start(), *(cut.end() for cut in AFTER_TIME.finditer(paragraph, *match.span())), match.end()]
        yield from (paragraph[begin:stop] for begin, stop in pairwise(edges))
