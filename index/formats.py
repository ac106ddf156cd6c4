"""A file's bytes -> Articles: plain text, Markdown, web pages and JSON Lines, in any encoding; PDF and DOCX."""

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

from index.articles import Article, Reason, Remark, Unreadable, article_from_text, date_of, title_from_id
from index.documents import SANDBOX, read_docx, read_pdf

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
MANY_LETTERS = 0.25  # share of them that no Western European text has: French has 4 %, Russian in one byte 80 %
# What French, German, Italian, Portuguese, Scandinavian and Spanish texts have beyond ASCII; signs that stand for
# frequent letters of other alphabets at the same places (ð, ý, þ, õ, ¹, ³, ¿ in a word) are not among them.
WESTERN_SIGNS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÛÜßàáâãäåæçèéêëíîïñóôöøùúûüÿŒœ‘’“”„‚–—…•€£§°«»·´ª\u00a0¡")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
MOST_CONTROLS = 0.002  # share of control characters from which a file is no text; prose has none at all
FRONT_MATTER = re.compile(
    r"\s*(?:(?P<yaml>---)|\+\+\+)[^\S\r\n]*(?:\r\n|\r|\n)(?P<block>.*?)(?:(?<=\n)|(?<=\r))"
    r"(?(yaml)(?:---|\.\.\.)|\+\+\+)[^\S\r\n]*(?:\r\n|\r|\n|\Z)",
    re.S,
)
LONGEST_FRONT_MATTER = 20_000  # characters; PyYAML reads 50,000 a second
HEADING = re.compile(r"\s*+#[^\S\r\n]++(?=[^\r\n])([^\r\n]*+)(?:\r\n|\r|\n|\Z)")
MOST_BROKEN = 100  # lines of a file that are named; a file that begins with as many is no JSON Lines at all

Read = Iterator[Article | Remark]


def decoded(data: bytes) -> str:
    """The text of a file: by its byte-order mark, else UTF-8, else the encoding its bytes look like.

    Only the byte-order mark is dropped. Raises `Unreadable` for binary and undecodable data.
    """
    return text_of(data, *encoding_of(data))


def encoding_of(data: bytes) -> tuple[str, int]:
    """The encoding of a file and how many bytes its byte-order mark takes. Raises `Unreadable`."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return encoding, len(mark)
    if b"\0" in data:
        raise Unreadable("a binary file", Reason.BINARY)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if is_damaged_utf_8(data):
            raise Unreadable(f"damaged UTF-8 (byte {error.start + 1})", Reason.ENCODING) from None
        return likely_encoding(data), 0
    return "utf-8", 0


def is_damaged_utf_8(data: bytes) -> bool:
    """Whether most of what is beyond ASCII is UTF-8: then the rest is damage and not another encoding."""
    broken = data.decode("utf-8", "replace")
    wrong = broken.count("\ufffd")
    right = sum(letter > "\x7f" for letter in broken) - wrong
    return wrong < right


def likely_encoding(data: bytes) -> str:
    """The single-byte or East Asian encoding of `data`; Western European where all of it could be that.

    A handful of letters beyond ASCII (one `£` in an English text) is no evidence for an alphabet.
    """
    beyond_ascii = data.translate(None, ASCII)
    if len(set(beyond_ascii)) <= FEW_LETTERS or len(beyond_ascii) < RARE_LETTERS * len(data):
        return WESTERN
    if (
        len(beyond_ascii) < MANY_LETTERS * len(data)
        and not set(beyond_ascii.decode(WESTERN, "replace")) - WESTERN_SIGNS
    ):
        return WESTERN
    best = from_bytes(data).best()
    if best is None:
        raise Unreadable("its encoding cannot be told", Reason.ENCODING)
    return str(best.encoding)


def text_of(data: bytes, encoding: str, start: int) -> str:
    try:
        text = data[start:].decode(encoding)
    except (UnicodeError, LookupError):
        raise Unreadable(f"not valid {encoding.upper()}", Reason.ENCODING) from None
    if len(CONTROL.findall(text)) > MOST_CONTROLS * len(text):
        raise Unreadable("a binary file", Reason.BINARY)
    return text


def guessed(article_id: str, data: bytes) -> Iterator[Remark]:
    """A remark on a file whose encoding had to be guessed: another one would have given other letters."""
    encoding, _ = encoding_of(data)
    if not encoding.startswith("utf"):
        yield Remark(article_id, f"not UTF-8; read as {encoding}", kept=True)


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
            fields = front_matter(front["yaml"] is not None, front["block"])
        except (yaml.YAMLError, ValueError, RecursionError):
            yield Remark(article_id, "its front matter cannot be read; the article is kept without it", kept=True)
    if heading := HEADING.match(text, start):
        title = heading[1].rstrip().rstrip("#").rstrip()
        article = Article(article_id, text, title or title_from_id(article_id), body=heading.end())
    else:
        article, remarks = article_from_text(article_id, text, start)
        yield from remarks
    title = optional_text(fields.get("title"))
    if title and not heading:
        article = replace(article, body=start)  # the first line is text where the front matter has the title
    article, remarks = with_fields(replace(article, title=title or article.title), fields)
    yield article
    yield from remarks


class PlainYaml(yaml.SafeLoader):
    """YAML without references to what was said before, with which a few lines can stand for millions."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("a reference")
        return super().compose_node(parent, index)


def front_matter(is_yaml: bool, block: str) -> dict[str, Any]:
    """The fields, by their names in small letters. Raises `YAMLError`, `ValueError` or `RecursionError`."""
    if len(block) > LONGEST_FRONT_MATTER:
        raise ValueError("too long")
    fields = yaml.load(block, PlainYaml) if is_yaml else tomllib.loads(block)
    if not isinstance(fields, dict | None):
        raise ValueError("front matter is a list of fields")
    return {str(name).casefold(): value for name, value in (fields or {}).items()}


def with_fields(article: Article, fields: dict[str, Any]) -> tuple[Article, list[Remark]]:
    """The article with what its fields say of date, source and address; a date that is none is a remark."""
    remarks = []
    given = fields.get("published") or fields.get("date")
    published = day_of(given)
    if given and not published:
        remarks.append(Remark(article.id, f"“{given}” is no date; read without a date", kept=True))
    return replace(
        article,
        published=published or article.published,
        source=optional_text(fields.get("source")),
        url=optional_text(fields.get("url") or fields.get("link")),
    ), remarks


def optional_text(value: Any) -> str | None:
    """The text of a field on one line, several joined by commas; None for an empty one and for what is no text."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(optional_text, value))) or None
    if not isinstance(value, str | int | float | date):
        return None
    return " ".join(filter(None, map(str.strip, re.split(r"[\r\n]+", str(value))))) or None


def day_of(value: Any) -> date | None:
    """A date from YAML's or TOML's own dates, or from text; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date_of(str(value))


def read_web_page(article_id: str, data: bytes) -> Read:
    """The article of a web page, without menus and comments; its text is what was extracted."""
    page = SANDBOX.extracted("html", data)
    text = page["text"] or ""
    title = page["title"] or title_from_id(article_id)
    first, _, rest = text.partition("\n\n")
    body = len(first) if first.strip() == title and rest else 0  # the page's own heading
    published = day_of(page["published"])
    yield Article(article_id, text, title, published, page["source"], page["url"], body)


def read_json_lines(article_id: str, data: bytes) -> Read:
    """One article a line: `title`, `text`, `published`, `source`, `url`; its id is the file's with `#LINE`. An export
    also says at which code point of the text its `body` begins."""
    read = broken = 0
    for number, line in enumerate(decoded(data).split("\n"), 1):
        for item in json_article(f"{article_id}#{number}", line) if line.strip() else ():
            read += isinstance(item, Article)
            broken += isinstance(item, Remark)
            if isinstance(item, Article) or broken <= MOST_BROKEN:
                yield item
        if broken >= MOST_BROKEN and not read:
            yield Remark(article_id, "no JSON Lines: none of its first lines is an article", kind=Reason.LINE)
            return
    if broken > MOST_BROKEN:
        more = f"{broken - MOST_BROKEN:,}"
        yield Remark(article_id, f"{more} more lines like these", kind=Reason.LINES, detail=more)


def json_article(article_id: str, line: str) -> Iterable[Article | Remark]:
    try:
        fields = json.loads(line)
    except RecursionError:
        return [Remark(article_id, "this line is not valid JSON (nested too deeply)", kind=Reason.LINE)]
    except ValueError as error:
        wrong = str(error).partition(": line")[0]
        return [Remark(article_id, f"this line is not valid JSON ({wrong})", kind=Reason.LINE)]
    text = fields.get("text") if isinstance(fields, dict) else None
    if not isinstance(text, str) or not text.strip():
        return [Remark(article_id, "this line has no “text”", kind=Reason.LINE)]
    plain, _ = article_from_text(article_id, text)
    title = optional_text(fields.get("title"))
    body = fields.get("body")
    begins = body if isinstance(body, int) and 0 <= body < len(text) else 0
    article = replace(plain, title=title, body=begins, published=None) if title else plain
    article, remarks = with_fields(article, fields)
    return [article, *remarks]


TEXTS: dict[str, Callable[[str, bytes], Read]] = {
    ".txt": read_plain_text,
    ".text": read_plain_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_web_page,
    ".htm": read_web_page,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
FORMATS = TEXTS | {".pdf": read_pdf, ".docx": read_docx}
