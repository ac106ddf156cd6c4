"""A page that was fetched -> its Articles, by its content type."""

from __future__ import annotations

import asyncio
import codecs

from index.articles import Article, Unreadable
from index.errors import BadSource
from index.fetching import Fetched
from index.formats import FORMATS

CHARACTERS = frozenset({"text/html", "text/plain", "text/markdown", "application/xhtml+xml"})
SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
QUADRATIC = frozenset({"idna", "punycode"})  # for names of hosts: Python takes minutes to decode a page from them
PAGES = frozenset(kind for kind, suffix in SUFFIXES.items() if suffix in FORMATS)


async def articles_in(fetched: Fetched, name: str) -> list[Article]:
    """The articles of a page. Raises `BadSource` where there is none."""
    try:
        articles = await asyncio.to_thread(read_page, fetched)
    except Unreadable as error:
        raise BadSource(f"{name}: {error}.") from None
    if not articles:
        raise BadSource(f"{name}: there is no article in it.")
    return articles


def read_page(fetched: Fetched) -> list[Article]:
    """The articles of a page by its kind. Raises `Unreadable`."""
    suffix, data = SUFFIXES[fetched.content_type], fetched.data
    if not data.strip():
        raise Unreadable("it is empty")
    if fetched.content_type in CHARACTERS and fetched.charset:
        data = in_utf_8(data, fetched.charset)
    return [item for item in FORMATS[suffix](f"page{suffix}", data) if isinstance(item, Article)]


def in_utf_8(data: bytes, charset: str) -> bytes:
    """The text in UTF-8 with a byte-order mark, which goes before what a page says of itself; unchanged where it is not
    in the encoding that the server names."""
    try:
        if codecs.lookup(charset).name in QUADRATIC:
            return data
        return data.decode(charset).removeprefix("\ufeff").encode("utf-8-sig")
    except (ValueError, LookupError):
        return data
