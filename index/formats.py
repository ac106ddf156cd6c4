"""A file's bytes -> Articles: plain text, Markdown, web pages and JSON Lines, in any encoding."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import yaml
from charset_normalizer import from_bytes

from index.articles import Article, Skipped, article_from_text

BYTE_ORDER_MARKS = {  # the four-byte marks first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
WESTERN = "cp1252"  # what a file that is not UTF-8 mostly is; contains ISO 8859-1's letters at the same places
ASCII = bytes(range(128))
FEW_LETTERS = 3  # different bytes beyond ASCII that tell nothing of an alphabet yet
RARE_LETTERS = 0.01  # share of bytes beyond ASCII below which they tell nothing; German has 2 %, Polish 7 %
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
MOST_CONTROLS = 0.002  # share of control characters from which a file is no text; prose has none at all
FRONT_MATTER = re.compile(r"(---|\+\+\+)[^\S\r\n]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)\1[^\S\r\n]*(?:\r\n|\r|\n|\Z)", re.S)
HEADING = re.compile(r"\s*#[^\S\r\n]+([^\r\n]+?)[^\S\r\n]*#*[^\S\r\n]*(?:\r\n|\r|\n|\Z)")

Read = Iterator[Article | Skipped]


class Unreadable(Exception):
    """Why a file is no article; its text is the reason that the report shows."""


def decoded(data: bytes) -> str:
    """The text of a file: by its byte-order mark, else UTF-8, else the encoding its bytes look like.

    Only the byte-order mark is dropped. Raises `Unreadable` for binary and undecodable data.
    """
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return text_of(data[len(mark) :], encoding)
    if b"\0" in data:
        raise Unreadable("a binary file")
    try:
        data.decode()
    except UnicodeDecodeError:
        return text_of(data, likely_encoding(data))
    return text_of(data, "utf-8")


def likely_encoding(data: bytes) -> str:
    """The single-byte or East Asian encoding of `data`; Western European where that is as likely as any.

    A handful of letters beyond ASCII (one `£` in an English text) is no evidence for an alphabet.
    """
    beyond_ascii = data.translate(None, ASCII)
    if len(set(beyond_ascii)) <= FEW_LETTERS or len(beyond_ascii) < RARE_LETTERS * len(data):
        return WESTERN
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        raise Unreadable("its encoding cannot be told")
    western = [match for match in matches if WESTERN in match.could_be_from_charset]
    as_good = western and (western[0].chaos, -western[0].coherence) <= (best.chaos, -best.coherence)
    return WESTERN if as_good else str(best.encoding)


def text_of(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(f"not valid {encoding.upper()}") from None
    if len(CONTROL.findall(text)) > MOST_CONTROLS * len(text):
        raise Unreadable("a binary file")
    return text


def read_plain_text(article_id: str, data: bytes) -> Read:
    article, remarks = article_from_text(article_id, decoded(data))
    yield article
    yield from remarks


def read_markdown(article_id: str, data: bytes) -> Read:
    """Markdown, its title from the front matter (YAML or TOML) or the first heading."""
    text = decoded(data)
    fields: dict[str, Any] = {}
    start = 0
    if front := FRONT_MATTER.match(text):
        start = front.end()
        try:
            fields = front_matter(front[1], front[2])
        except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
            yield Skipped(article_id, "its front matter cannot be read; the article is kept without it")
    if heading := HEADING.match(text, start):
        article = Article(article_id, text, heading[1], body=heading.end())
    else:
        article, remarks = article_from_text(article_id, text, start)
        yield from remarks
    title = fields.get("title") or article.title
    if fields.get("title") and not heading:
        article = replace(article, body=start)  # the first line is text where the front matter has the title
    article, remarks = with_fields(replace(article, title=str(title)), fields)
    yield article
    yield from remarks


def front_matter(fence: str, block: str) -> dict[str, Any]:
    fields = tomllib.loads(block) if fence == "+++" else yaml.safe_load(block)
    if not isinstance(fields, dict | None):
        raise ValueError("front matter is a list of fields")
    return {str(name).casefold(): value for name, value in (fields or {}).items()}


def with_fields(article: Article, fields: dict[str, Any]) -> tuple[Article, list[Skipped]]:
    """The article with what its fields say of date, source and address; a date that is none is a remark."""
    remarks = []
    given = fields.get("published") or fields.get("date")
    published = date_of(given)
    if given and not published:
        remarks.append(Skipped(article.id, f"“{given}” is no date; read without a date"))
    return replace(
        article,
        published=published or article.published,
        source=optional_text(fields.get("source")),
        url=optional_text(fields.get("url") or fields.get("link")),
    ), remarks


def optional_text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def date_of(value: Any) -> date | None:
    """A date from YAML's or TOML's own dates, from ISO 8601 or from `D.MM.YYYY`; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for read in (lambda text: datetime.fromisoformat(text).date(), date_day_first):
        try:
            return read(str(value).strip())
        except ValueError:
            continue
    return None


def date_day_first(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()


def read_web_page(article_id: str, data: bytes) -> Read:
    """The article of a web page, without menus and comments (trafilatura); its text is what was extracted."""
    from trafilatura import bare_extraction  # a second to import: only where there is a web page

    page: Any = bare_extraction(decoded(data), with_metadata=True, include_comments=False, include_tables=False)
    if page is None or not (page.text or "").strip():
        raise Unreadable("no article was found in this web page")
    text = "\n\n".join(line for line in page.text.splitlines() if line.strip())
    article = Article(article_id, text, page.title or article_id, url=page.url, source=page.sitename or page.hostname)
    yield replace(article, published=date_of(page.date))


def read_json_lines(article_id: str, data: bytes) -> Read:
    """One article a line: `title`, `text`, `published`, `source`, `url`; its id is the file's with `#LINE`."""
    for number, line in enumerate(decoded(data).split("\n"), 1):
        if line.strip():
            yield from json_article(f"{article_id}#{number}", line)


def json_article(article_id: str, line: str) -> Iterable[Article | Skipped]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        return [Skipped(article_id, f"this line is not valid JSON ({error})")]
    text = fields.get("text") if isinstance(fields, dict) else None
    if not isinstance(text, str) or not text.strip():
        return [Skipped(article_id, "this line has no “text”")]
    try:
        text.encode()
    except UnicodeEncodeError:
        return [Skipped(article_id, "this line holds half a character (a lone surrogate)")]
    plain, _ = article_from_text(article_id, text)
    title = optional_text(fields.get("title"))
    article = replace(plain, title=title, body=0, published=None) if title else plain
    article, remarks = with_fields(article, fields)
    return [article, *remarks]


FORMATS: dict[str, Callable[[str, bytes], Read]] = {
    ".txt": read_plain_text,
    ".text": read_plain_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_web_page,
    ".htm": read_web_page,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
