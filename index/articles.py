"""A file's text -> Article: the text as published, and what can be read off it."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath

LONGEST_TITLE = 200  # characters; a longer first line is a paragraph, not a headline
LEAD_REPEATED = 0.6  # share of a lead's telling words that the next paragraph begins with when it is doubled
LEAD_REWRITTEN = 1.5  # how much longer than the lead its repetition may be
LEAD_WORDS = 6  # different telling words; a shorter first paragraph says too little to be called repeated
TELLING = 4  # letters; shorter words ("the", "of", "was") are the same in any two paragraphs

LINE = re.compile(r"\s*+\S[^\r\n]*+")  # the next one with text in it, and the white space before it
BLOCK = re.compile(r"\S[^\r\n]*+(?:(?:\r\n|\r|\n)[^\S\r\n]*+\S[^\r\n]*+)*+")
LIKE_A_DATE = re.compile(
    r"\d{1,2}[./-] ?\d{1,2}[./-] ?\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}\.? [A-Z][a-z]{2,8} \d{4}"
    r"|[A-Z][a-z]{2,8} \d{1,2},? \d{4}"
)
WORD = re.compile(r"\w+")
QUOTATION_MARKS = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“”", "«": "»", "»": "«"}


@dataclass(frozen=True, slots=True)
class Article:
    """One article as published: `text` is never changed, everything else is read off it.

    `id` is the path inside the archive's folder, with `/`; `body` is the code point of `text` at which the
    quotable part begins (after date, title and a lead that the next paragraph repeats).
    """

    id: str
    text: str
    title: str
    published: date | None = None
    source: str | None = None
    url: str | None = None
    body: int = 0

    @property
    def checksum(self) -> str:
        """SHA-256 over every field, in hexadecimal: equal exactly when nothing about the article changed."""
        fields = [self.id, self.text, self.title, str(self.published), self.source, self.url, self.body]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


class Reason(StrEnum):
    """Why something was skipped, as a kind: for who says it in another language."""

    OTHER = "other"
    EMPTY = "empty"
    FORMAT = "format"  # no kind of file that holds articles
    ENCODING = "encoding"  # its letters cannot be told
    BINARY = "binary"
    TOO_LARGE = "too-large"  # the detail: megabytes that are read
    TOO_MANY = "too-many"  # pages or files; the detail: how many are read
    UNPACKED = "unpacked"  # unpacks to too much
    TOO_LONG = "too-long"  # takes too much time or memory
    LOCKED = "locked"
    DAMAGED = "damaged"
    NO_TEXT = "no-text"
    PICTURES = "pictures"  # of pages, without text
    LINK = "link"
    HIDDEN = "hidden"
    NAME = "name"  # one that no file should have
    ZIP = "zip"  # inside a ZIP
    CLOSED = "closed"  # cannot be opened
    LINE = "line"  # no article in JSON
    LINES = "lines"  # the detail: how many more such lines
    DOUBLE = "double"  # another one has this name
    PLACE = "place"  # a source that cannot be read and that no build has read
    ROOM = "room"  # the detail: megabytes that may be added
    UNFETCHED = "unfetched"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in the archive's folder that was skipped, or kept but not read as it stands; and why, in words and, of
    what was skipped, as a kind with its detail."""

    path: str
    reason: str
    kept: bool = False
    kind: Reason = field(default=Reason.OTHER, compare=False)
    detail: str = field(default="", compare=False)


class Unreadable(Exception):
    """Why a file is no article; its text is the reason that the report shows."""

    def __init__(self, reason: str, kind: Reason = Reason.OTHER, detail: object = "") -> None:
        self.kind, self.detail = kind, str(detail)
        super().__init__(reason)

    def of(self, path: str) -> Remark:
        return Remark(path, str(self), kind=self.kind, detail=self.detail)


def article_from_text(article_id: str, text: str, start: int = 0) -> tuple[Article, list[Remark]]:
    """Reads date, title and body off a plain text that begins at code point `start` of `text`.

    The archive's own format is a date line `D.MM.YYYY`, a title in quotation marks, paragraphs; a file without
    a date line has its title on the first line, and may have the date below it. What looks like a date and is none
    comes back as a remark.
    """
    remarks: list[Remark] = []
    published, here = date_line(article_id, text, start, remarks)
    line = LINE.match(text, here)
    title = title_from_id(article_id)
    if line and len(line.group().strip()) <= LONGEST_TITLE:
        title = without_quotation_marks(line.group().strip())
        if LINE.match(text, line.end()):
            here = line.end()
            if published is None and not remarks:
                published, here = date_line(article_id, text, here, remarks)
    return Article(article_id, text, title, published, body=after_doubled_lead(text, here)), remarks


def date_line(article_id: str, text: str, start: int, remarks: list[Remark]) -> tuple[date | None, int]:
    """The date where the next line is one, and the code point behind it; else None and `start`."""
    line = LINE.match(text, start)
    found = line.group().strip() if line else ""
    if line is None or not LIKE_A_DATE.fullmatch(found) or not LINE.match(text, line.end()):
        return None, start
    published = date_of(found)
    if published is None:
        remarks.append(Remark(article_id, f"“{found}” is no date; read without a date", kept=True))
    return published, line.end()


def date_of(text: str) -> date | None:
    """The day written as `1.05.2025`, `1. 5. 2025`, `2025-05-01` (with or without a time), `1 May 2025` or
    `May 1, 2025`; None for anything else, `01/05/2025` too, which may be read in two ways."""
    text = " ".join(text.replace(",", " ").split())
    for form in ("%d.%m.%Y", "%d. %m. %Y", "%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()
    with suppress(ValueError):
        return datetime.fromisoformat(text).date()
    return None


def title_from_id(article_id: str) -> str:
    """What an article without a title is called: its file's name in words."""
    return PurePosixPath(article_id).stem.replace("_", " ").replace("-", " ")


def without_quotation_marks(title: str) -> str:
    """The title inside one pair of quotation marks that holds all of it; any other title as it is."""
    inside = title[1:-1].strip()
    closing = QUOTATION_MARKS.get(title[:1], "")
    if inside and closing and title[-1] in closing and not set(inside) & {title[0], *closing} - {"’", "'"}:
        return inside
    return title


def after_doubled_lead(text: str, start: int) -> int:
    """Where the body begins: past the first paragraph where the second says it again in nearly the same words.

    Many archives print the lead above the article and once more inside it; quoting both would show it twice.
    """
    lead = BLOCK.search(text, start)
    following = BLOCK.search(text, lead.end()) if lead else None
    if not lead or not following:
        return start
    words = WORD.findall(lead.group().casefold())
    beginning = WORD.findall(following.group().casefold())[: int(LEAD_REWRITTEN * len(words))]
    telling = {word for word in words if len(word) >= TELLING}
    doubled = len(telling) >= LEAD_WORDS and len(telling.intersection(beginning)) >= LEAD_REPEATED * len(telling)
    return following.start() if doubled else start
