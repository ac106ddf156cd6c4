"""An article as pages to read, and a quote with what stands around it: spans of the article's text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import chain

from index.articles import Article
from index.passages import Span, paragraphs_of, split_sentences
from index.store import Store

LEVELS = (1, 3, 8)  # sentences before and after a quote: a glance, a paragraph, most of a short article
FULL = 0.5  # of a page's room, from which on it may end with its paragraph
REACH = 2  # code points for each of a page's room, looked at inside one paragraph; few take less than one
SMALLEST = 16  # of room; less may be too small for a single character, which escaped becomes several

SPACE = re.compile(r"\s+")

Size = Callable[[str], int]


def pages_of(article: Article, room: int, size: Size) -> list[Span]:
    """Code-point spans of the article's text from its body on, without the white space between them; none where it
    has only white space.

    Each takes at most `room` (16 or more) of what `size` says, which must not fall as a text grows. A page ends with a
    paragraph where that leaves it half full, else with a sentence, else with a word.
    """
    if room < SMALLEST:
        raise ValueError(f"A page needs room for {SMALLEST}, not {room}.")
    paragraphs = list(paragraphs_of(article.text, article.body))
    pages: list[Span] = []
    start = paragraphs[0][0] if paragraphs else len(article.text)
    while start < len(article.text):
        end = page_end(article.text, start, paragraphs, room, size)
        pages.append((start, start + len(article.text[start:end].rstrip())))
        space = SPACE.match(article.text, end)
        start = space.end() if space else end
    return pages


def page_at(pages: Sequence[Span], place: int) -> int:
    """The number of the page that has code point `place`, or after which it comes; the first for what comes before."""
    return max(0, bisect_right(pages, place, key=lambda page: page[0]) - 1)


def page_end(text: str, start: int, paragraphs: Sequence[Span], room: int, size: Size) -> int:
    """Where a page ends that begins at `start`."""
    fits: Callable[[int], bool] = lambda end: size(text[start:end]) <= room  # noqa: E731  # what is asked of every end
    kept = last_fitting([end for _, end in paragraphs[after(paragraphs, start) :]], fits)
    if kept and (kept == paragraphs[-1][1] or size(text[start:kept]) >= FULL * room):
        return kept
    cut = paragraphs[after(paragraphs, kept or start)]
    first, last = max(start, cut[0]), min(cut[1], max(start, cut[0]) + REACH * room)
    sentences = [end for _, end in split_sentences(text[first:last], first) if end < last or last == cut[1]]
    kept = last_fitting(sentences, fits) or kept
    if kept:
        return kept
    words = [space.start() for space in SPACE.finditer(text, first, last)]
    return last_fitting(words, fits) or last_fitting(range(first + 1, last + 1), fits) or first + 1


def after(paragraphs: Sequence[Span], place: int) -> int:
    """The number of the first paragraph that ends after code point `place`."""
    return bisect_right(paragraphs, place, key=lambda paragraph: paragraph[1])


def last_fitting(ends: Sequence[int], fits: Callable[[int], bool]) -> int | None:
    """The last of the ascending `ends` that fits, looking little further than it; None where none does."""
    reach = 1
    while reach <= len(ends) and fits(ends[reach - 1]):
        reach *= 2
    fitting = bisect_left(ends, True, reach // 2, min(reach, len(ends)), key=lambda end: not fits(end))
    return ends[fitting - 1] if fitting else None


def around(store: Store, number: int, start: int, end: int, more: int) -> Span:
    """The span of article `number` that has the sentences at code points `start` to `end`, and up to `more` sentences
    before and after them."""
    sentences = list(chain.from_iterable(store.spans_of(number)))
    first = bisect_right(sentences, start, key=lambda span: span[0]) - 1
    last = bisect_left(sentences, end, key=lambda span: span[1])
    before, after = sentences[max(0, first - more)], sentences[min(len(sentences) - 1, last + more)]
    return min(start, before[0]), max(end, after[1])
