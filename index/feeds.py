"""A feed's bytes -> Entries: RSS 0.9 to 2.0 and Atom, broken ones too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from io import BytesIO
from typing import Any

import lxml.html
from lxml import etree
from lxml.html.defs import block_tags

from index.addresses import url_of
from index.articles import Unreadable
from index.documents import SANDBOX
from index.formats import decoded
from index.sandbox import Fields

KINDS = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+xml"),
        *("application/xml", "text/xml", "text/plain", "text/html"),  # as servers call feeds that know no better
    }
)
MOST_ENTRIES = 1_000  # of one feed; the first ones, which are the newest in every feed that has so many
DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}?\?>")
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
ENTITY = re.compile(r"<!ENTITY\s+[^%\s]", re.I)
BLOCKS = block_tags | {"dd", "dt", "figcaption", "figure", "hr", "li", "td", "th", "tr"}
UNSEEN = ("script", "style", "template", "head", "iframe", "object", "svg")
SPACE = re.compile(r"\s+")
PARAGRAPH = re.compile(r"\n *\n")
CUT_OFF = re.compile(r"(?:…|\.\.\.|\[[^\]]{0,40}\]|(?:read|continue|weiter|lire|leer)\b[^.!?]{0,40})\s*$", re.I)
WHOLE_WORDS = 150  # words from which on a mere summary is taken for the article itself


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that a feed names. `text` is plain, in paragraphs; `whole` says that it is all of the article."""

    id: str
    title: str
    link: str | None
    published: date | None
    text: str
    whole: bool

    @property
    def digest(self) -> str:
        """The id as a file name: 24 hexadecimal digits."""
        return hashlib.sha256(self.id.encode("utf-8", "replace")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's own title and its entries, each id once."""

    title: str | None
    entries: tuple[Entry, ...]


def read_feed(data: bytes, address: str, charset: str | None = None) -> Feed:
    """Reads, in the sandbox, a feed that came from `address`, whose server named the encoding `charset`.

    Raises `Unreadable` for what is no feed, or declares entities of its own.
    """
    feed = SANDBOX.extracted("feeds", data, address, charset)
    return Feed(feed["title"], tuple(map(entry_of, feed["entries"])))


def entry_of(fields: Fields) -> Entry:
    published = fields["published"]
    return Entry(**fields | {"published": date.fromisoformat(published) if published else None})


def extracted(data: bytes, address: str, charset: str | None) -> Fields:
    """The fields of a `Feed`. A hostile feed makes feedparser take minutes and gigabytes.

    Raises `Unreadable`.
    """
    import feedparser  # a tenth of a second to import: only where there is a feed

    text = feed_text(data, charset)
    if ENTITY.search(text):
        raise Unreadable("it declares entities of its own, by which a small file can become a huge one")
    try:
        parsed: Any = feedparser.parse(  # a stream: feedparser would take bytes for the name of a file
            BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": address},
            resolve_relative_uris=False,  # of links in texts, which are not kept
            sanitize_html=False,  # no HTML is kept
        )
    except Exception as error:  # feedparser's own fault on a broken feed
        raise Unreadable(f"it is broken ({type(error).__name__})") from error
    if not parsed.get("version") and not parsed.entries:
        raise Unreadable("it is no feed; name the address of its RSS or Atom feed, or of a single page")
    is_rss = not str(parsed.get("version")).startswith("atom")
    entries: dict[str, Entry] = {}
    for entry in entries_of(parsed.entries[:MOST_ENTRIES], address, is_rss):
        entries.setdefault(entry.id, entry)
    return asdict(Feed(plain(parsed.feed.get("title_detail"), is_rss) or None, tuple(entries.values())))


def feed_text(data: bytes, charset: str | None) -> str:
    """The feed without its XML declaration, by the encoding that the server or the feed names, else by its bytes."""
    declared = DECLARED.match(data)
    for encoding in (charset, declared[1].decode("ascii") if declared else None):
        with suppress(UnicodeDecodeError, LookupError, ValueError):
            if encoding:
                return DECLARATION.sub("", data.decode(encoding).removeprefix("\ufeff"), count=1)
    try:
        text = decoded(data)
    except Unreadable:
        text = data.decode("utf-8", "replace")
    return DECLARATION.sub("", text, count=1)


def entries_of(parsed: list[Any], address: str, is_rss: bool) -> Iterator[Entry]:
    for one in parsed:
        title = plain(one.get("title_detail"), is_rss)
        link = web_address(one.get("link"), address)
        contents = [text_of(detail, is_rss) for detail in one.get("content") or []]
        summary = text_of(one.get("summary_detail"), is_rss)
        content = max(contents, key=len, default="")
        text = content if len(content) >= len(summary) else summary
        whole = not CUT_OFF.search(text) and (bool(content) or len(text.split()) >= WHOLE_WORDS)
        guid = one.get("id") or link
        if not (title or text or link):
            continue
        name = guid or hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).hexdigest()
        yield Entry(name, title or short(text) or name, link, day_of(one), text, bool(text) and whole)


def short(text: str) -> str:
    """The first words of a text, for an entry without a title."""
    return " ".join(text.split()[:12])


def plain(detail: Any, is_rss: bool) -> str:
    """A title as one line of text, whatever markup it came in."""
    return " ".join(text_of(detail, is_rss).split())


def text_of(detail: Any, is_rss: bool) -> str:
    """The text of what feedparser calls a detail (`value` and its `type`), in paragraphs."""
    value = str(detail.get("value") or "") if detail else ""
    if not detail or detail.get("type") != "text/plain":
        return html_text(value)
    return (unescape(value) if is_rss else value).strip()  # RSS does not say whether a text is HTML; Atom does


def html_text(html: str) -> str:
    """What a piece of HTML shows: paragraphs with an empty line between, without scripts and pictures."""
    try:
        root = lxml.html.fragment_fromstring(html.replace("\0", ""), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return ""
    etree.strip_elements(root, *UNSEEN, with_tail=False)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        is_start = event == "start"
        gap = "\n\n" if element.tag in BLOCKS else "\n" if is_start and element.tag == "br" else ""
        pieces += [gap, SPACE.sub(" ", (element.text if is_start else element.tail) or "")]
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in PARAGRAPH.split("".join(pieces)))))


def web_address(link: Any, base: str) -> str | None:
    """The link as an address of the web that can be shown; None for any other, as for one with a password in it."""
    with suppress(ValueError):
        url = url_of(base).join(url_of(str(link or "").strip()))
        if link and url.scheme in ("http", "https") and url.raw_host and (url.user or url.password) is None:
            return str(url)
    return None


def day_of(entry: Any) -> date | None:
    """The day of publication where the feed was written, else as feedparser understands it, else None."""
    for name in ("published", "created", "updated"):
        # `dict`'s own `get`: feedparser's takes one name for another, with a warning
        written: str = str(dict.get(entry, name) or "")
        understood: Any = dict.get(entry, f"{name}_parsed")
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            return datetime.fromisoformat(written.strip()).date()
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            return parsedate_to_datetime(written).date()
        with suppress(ValueError, TypeError, OverflowError):
            return date(*understood[:3])
    return None
