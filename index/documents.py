"""PDF and DOCX -> Article: its text is what was extracted, in paragraphs; title and date are read off it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.articles import LONGEST_TITLE, Article, Remark, article_from_text, date_line, title_from_id
from index.sandbox import Fields, Sandbox

# What programs write as a title where nobody gave one: "Microsoft Word - minutes.doc", "Untitled-3", "draft_v2.indd".
NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)|untitled|unbenannt|sans titre|sin título|\(?anonymous\)?)\b.*"
    r"|(?:document|dokument|layout|slide|page|word document)\s*\d*|\S+_\S+|[\W\d_]*"
    r"|.*\.(?:docx?|pdf|odt|rtf|indd|qx[dp]|pub|tex|dvi|html?|pptx?)",
    re.IGNORECASE,
)
ENDS_SENTENCE = tuple(".!?…:;")
NEAR = 500  # characters from the beginning in which the heading is that of the article
SANDBOX = Sandbox()


def read_pdf(article_id: str, data: bytes) -> Iterator[Article | Remark]:
    """The text of a PDF. Raises `Unreadable`."""
    return article_of(article_id, SANDBOX.extracted("pdf", data))


def read_docx(article_id: str, data: bytes) -> Iterator[Article | Remark]:
    """The text of a DOCX, its tables and notes with it. Raises `Unreadable`."""
    return article_of(article_id, SANDBOX.extracted("docx", data))


def article_of(article_id: str, fields: Fields) -> Iterator[Article | Remark]:
    """The title is that of the metadata where it is one, else the first heading, else the first line where it is no
    sentence, else the file's name. The metadata's dates say when the file was made, not when the article was
    published: only a date line of the text counts."""
    text, heading = fields["text"] or "", fields["heading"] or ""
    remarks: list[Remark] = []
    published, start = date_line(article_id, text, 0, remarks)
    start = max(start, text.find(heading, start, start + NEAR))  # what stands above the heading is a rubric
    article, others = article_from_text(article_id, text, start)
    first_line = article.title
    if first_line.endswith(ENDS_SENTENCE):  # it belongs to the body
        first_line = ""
        article = replace(article, body=start)
    title = given_title(fields["title"]) or given_title(heading) or first_line or title_from_id(article_id)
    yield replace(article, title=title, published=published or article.published)
    yield from (*remarks, *others)


def given_title(title: str | None) -> str | None:
    """The title where somebody gave it; None for a program's own."""
    words = " ".join((title or "").split())
    return words if len(words) <= LONGEST_TITLE and not NO_TITLE.fullmatch(words) else None
