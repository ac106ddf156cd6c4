"""The bytes of a web page -> its article, without menus and comments (trafilatura)."""

from __future__ import annotations

import re
from contextlib import suppress

from trafilatura import bare_extraction

from index.articles import Reason, Unreadable
from index.formats import BYTE_ORDER_MARKS, decoded, text_of

DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
DECLARED_WITHIN = 1024  # bytes in which a page must say its encoding (WHATWG HTML, 4.2.5.4)


def extracted(data: bytes) -> dict[str, str | None]:
    """`text`, paragraphs with an empty line between; `title`, `published`, `source` and `url` of its metadata.

    Raises `Unreadable`.
    """
    page = bare_extraction(page_text(data), with_metadata=True, include_comments=False, include_tables=False)
    if page is None or isinstance(page, dict) or not (page.text or "").strip():
        raise Unreadable("no article was found in this web page", Reason.NO_TEXT)
    return {
        "text": "\n\n".join(line for line in (page.text or "").splitlines() if line.strip()),
        "title": page.title,
        "published": page.date,
        "source": page.sitename or page.hostname,
        "url": page.url,
    }


def page_text(data: bytes) -> str:
    """The text of a web page, by the encoding that it says itself at its beginning where it can be read so."""
    declared = DECLARED.search(data[:DECLARED_WITHIN])
    if declared and not data.startswith(tuple(BYTE_ORDER_MARKS)):
        with suppress(Unreadable):
            return text_of(data, declared[1].decode("ascii"), 0)
    return decoded(data)
