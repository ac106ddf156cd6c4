"""The bytes of a PDF -> its paragraphs: lines that were only wrapped joined, running heads and page numbers left out.

A PDF has no paragraphs, only text at places; where one ends is told by the gap to the next line, its indentation and
its size.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PdfReadError
from pypdf.generic import PdfObject

from index.articles import Reason, Unreadable

MOST_PAGES = 150  # pypdf reads some 60 a second, the sandbox gives 3 s; more is a book and no article
SAME_SIZE = 0.1  # share by which the sizes of two lines of one paragraph may differ
WIDE_GAP = 1.3  # times the usual line spacing, from which a gap is one between paragraphs
INDENTED = 0.7  # of the letter's size, from which a line that begins further right begins a paragraph
SHORT = 0.8  # of the usual width, below which a line that ends a sentence ends its paragraph
LARGE = 1.15  # times the size of most of the text, from which a paragraph is a heading
EDGE = 2  # lines at the top and at the bottom of a page among which running heads and page numbers are
ENDS = re.compile(r"[.!?:…][\"'”’»)\]]*$")
WORD = re.compile(r"\w+(?:-\w+)*")
BROKEN = re.compile(r"\w+(?:-\w+)*-$")
BULLET = re.compile(r"(?:[-–•◦▪●*]|\(?\d{1,3}[.)])\s")
PAGE_NUMBER = re.compile(r"\W*(?:(?:page|seite|página|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?\W*", re.I)
LIGATURES = str.maketrans({0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"})
CONTROLS = dict.fromkeys([*range(9), *range(11, 32), 0x7F, 0xAD])  # 0xAD: a place to hyphenate at, not a letter
SOFT_HYPHEN = "\xad"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as set: its words, where it begins (points from the left and the bottom), and the size of its letters."""

    text: str
    x: float
    y: float
    size: float


def extracted(data: bytes) -> dict[str, str | None]:
    """`text`, paragraphs with an empty line between; `title`, of the metadata; `heading`, the first large paragraph.

    Raises `Unreadable` for a PDF that is locked, damaged, too long or without text.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("locked with a password; save it without one", Reason.LOCKED)
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise Unreadable(
                f"{count} pages, over the limit of {MOST_PAGES}; save it in parts", Reason.TOO_MANY, MOST_PAGES
            )
        pages = [list(lines_of(page)) for page in reader.pages]
        title = reader.metadata.title if reader.metadata else None
    except LimitReachedError:
        raise Unreadable("it unpacks to more than any page needs; save it anew", Reason.UNPACKED) from None
    except PdfReadError:
        raise Unreadable("no PDF, or a damaged one; open it and save it anew", Reason.DAMAGED) from None
    lines = without_running_heads(pages)
    if not any(lines):
        raise Unreadable("no text in it, only pictures of pages; have its text recognized (OCR) first", Reason.PICTURES)
    paragraphs = list(paragraphs_of(lines))
    usual = usual_size(line for page in lines for line in page)
    large = (text for text, size in paragraphs if size >= LARGE * usual)
    return {
        "text": "\n\n".join(text for text, _ in paragraphs),
        "title": cleaned(title) if isinstance(title, str) else None,
        "heading": next(large, None),
    }


def lines_of(page: Any) -> Iterator[Line]:
    """The lines of a page in the order in which they were set, which is that of reading for columns too."""
    pieces: list[tuple[str, float, float, float]] = []
    lines: list[Line] = []

    def visit(text: str, cm: list[float], tm: list[float], _: PdfObject | None, size: float) -> None:
        first, *others = text.split("\n")
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        height = abs(size) * math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
        pieces.append((first, x, y, height))
        for other in others:
            lines.extend(line_of(pieces))
            pieces[:] = [(other, x, y, height)]

    page.extract_text(visitor_text=visit)
    yield from lines
    yield from line_of(pieces)


def line_of(pieces: Sequence[tuple[str, float, float, float]]) -> Iterator[Line]:
    """The line that the pieces make: its place is that of the first, its size that of the longest."""
    inked = [piece for piece in pieces if piece[0].strip()]
    text = cleaned("".join(piece[0] for piece in pieces))
    if inked and text:
        _, x, y, _ = inked[0]
        yield Line(text, x, y, max(inked, key=lambda piece: len(piece[0]))[3])


def cleaned(text: str) -> str:
    """One line of text with single spaces, halves of a character joined, ligatures as letters, without controls; a
    hyphen that only marks where the line was broken is a hyphen."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").rstrip()
    if whole.endswith(SOFT_HYPHEN):
        whole = whole[:-1] + "-"
    return " ".join(whole.translate(CONTROLS).translate(LIGATURES).split())


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without what stands at the same place of several pages."""

    def edge(page: Sequence[Line]) -> set[Line]:
        by_height = sorted(page, key=lambda line: line.y)
        return {*by_height[:EDGE], *by_height[-EDGE:]}

    def place(line: Line) -> tuple[str, int, int]:
        return re.sub(r"\d+", "#", line.text), round(line.y / 4), round(line.size)

    edges = [edge(page) for page in pages]
    seen = Counter(where for lines in edges for where in {place(line) for line in lines})

    def is_running(line: Line) -> bool:
        return seen[place(line)] > 1 or bool(PAGE_NUMBER.fullmatch(line.text))

    return [
        [line for line in page if line not in lines or not is_running(line)]
        for page, lines in zip(pages, edges, strict=True)
    ]


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> Iterator[tuple[str, float]]:
    """Each paragraph's text and the size of its letters."""
    lines = [line for page in pages for line in page]
    usual = usual_size(lines)
    gaps = sorted(one.y - after.y for page in pages for one, after in pairwise(page))
    near = [gap for gap in gaps if 0.5 * usual < gap < 3 * usual]
    spacing = near[len(near) // 4] if near else usual  # of the closer ones: those between paragraphs are wider
    width = sorted(len(line.text) for line in lines)[int(0.9 * len(lines))]
    words = {word for line in lines for word in WORD.findall(line.text)}
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and ends_paragraph(paragraph, line, spacing, width):
            yield joined(paragraph, words), paragraph[0].size
            paragraph = []
        paragraph.append(line)
    yield joined(paragraph, words), paragraph[0].size


def usual_size(lines: Iterable[Line]) -> float:
    """The size of most letters."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0]


def ends_paragraph(paragraph: Sequence[Line], line: Line, spacing: float, width: int) -> bool:
    """Whether `paragraph` is over before `line`."""
    last = paragraph[-1]
    ended = bool(ENDS.search(last.text))
    short = len(last.text) < SHORT * width
    if abs(line.size - last.size) > SAME_SIZE * last.size or BULLET.match(line.text):
        return True
    gap = last.y - line.y
    if not 0 <= gap < 3 * spacing:  # the next column or page: one sentence may go on there
        return not line.text[0].islower() and (ended or short)
    hangs = len(paragraph) == 1 and BULLET.match(last.text)
    indented = line.x - last.x > INDENTED * line.size and not hangs
    return gap > WIDE_GAP * spacing or indented or (ended and short)


def joined(paragraph: Sequence[Line], words: set[str]) -> str:
    """The paragraph in one line; a word broken at a line's end is mended, its hyphen kept where `words` have it so."""
    text = paragraph[0].text
    for line in paragraph[1:]:
        broken, rest = BROKEN.search(text), WORD.match(line.text)
        if not broken or not rest:
            text += " " + line.text
        elif line.text[0].islower() and broken[0] + rest[0] not in words:
            text = text[:-1] + line.text
        else:
            text += line.text
    return text
