"""Visiting feeds and pages that are due: what came lies in files of its own, what failed is said and tried again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp.abc import AbstractResolver

from config.settings import FetchingSettings
from index import feeds
from index.addresses import url_of
from index.articles import Article, Unreadable
from index.bin import Bin
from index.disk import write_whole
from index.errors import BadSource, CannotFetch, PullquoteError
from index.export import article_line
from index.feeds import Entry, Feed, read_feed
from index.fetching import Fetched, Fetcher
from index.sources import Kind, Source, Sources, Visit, stamp
from index.web_pages import PAGES, articles_in

AT_ONCE = 4  # sources that are visited at the same time; of one host always one
MOST_PAGES = 20  # fetched for one feed in one visit; the others follow with the next
MOST_TRIES = 3  # for the page of an entry; then the feed's summary is all there is of it
MOST_FAILURES = 3  # pages of one feed that fail one after the other, before the rest waits for the next visit
LONGEST_BACKOFF = timedelta(days=1)


async def visit(
    sources: Sources,
    settings: FetchingSettings,
    names: Collection[str] | None = None,
    *,
    now: datetime | None = None,
    resolver: AbstractResolver | None = None,
) -> list[Visit]:
    """Visits the feeds and pages that are due, or those of these `names`, and keeps what is new in them. One that fails
    is a line of the report, waits twice as long as the time before, and stops no other.

    Raises `BadSource` where the list is damaged.
    """
    now = now or datetime.now(UTC)
    listed = await asyncio.to_thread(sources.all)
    due = [one for one in listed if (one.is_due(now) if names is None else one.name in names)]
    removed = await asyncio.to_thread(Bin(sources.home).ids)
    gate = asyncio.Semaphore(AT_ONCE)
    async with Fetcher(settings, resolver) as fetcher:

        async def one(source: Source) -> Visit:
            async with gate:
                return await Visitor(sources, source, removed, fetcher, settings, now).visit()

        return list(await asyncio.gather(*(one(source) for source in due if source.kind is not Kind.FOLDER)))


async def add_address(
    sources: Sources,
    settings: FetchingSettings,
    address: str,
    name: str | None = None,
    *,
    resolver: AbstractResolver | None = None,
) -> tuple[Source, Visit]:
    """Adds the feed or the page that is at `address`, and visits it for the first time.

    Raises `CannotFetch`, `BadSource` where it is a source already or holds no article.
    """
    async with Fetcher(settings, resolver) as fetcher:
        fetched = await fetcher.fetch(address, feeds.KINDS | PAGES)
    if fetched is None:
        raise BadSource(f"{address} has nothing to read.")
    host = address.partition("://")[2].partition("/")[0].removeprefix("www.")
    try:
        feed: Feed | None = await asyncio.to_thread(read_feed, fetched.data, fetched.address, fetched.charset)
    except Unreadable as error:
        if fetched.content_type not in PAGES:
            raise BadSource(f"{address}: {error}.") from None
        feed = None
    if feed is None:
        articles = await articles_in(fetched, address)
        source = await asyncio.to_thread(sources.add, Kind.PAGE, address, name or articles[0].title)
    else:
        source = await asyncio.to_thread(sources.add, Kind.FEED, address, name or feed.title or host)
    (visited,) = await visit(sources, settings, {source.name}, resolver=resolver)
    return await asyncio.to_thread(sources.get, source.name), visited


class Visitor:
    """One visit of one source."""

    def __init__(
        self,
        sources: Sources,
        source: Source,
        removed: Collection[str],
        fetcher: Fetcher,
        settings: FetchingSettings,
        now: datetime,
    ) -> None:
        self.sources, self.source, self.removed = sources, source, removed
        self.fetcher, self.settings, self.now = fetcher, settings, now
        self.folder = sources.home / source.kind / source.name
        self.added = self.changed = self.pages = self.failures = 0
        self.left_over = False  # whether something is still to be done although the feed may not change
        self.remarks: list[str] = []
        self.cause: CannotFetch | None = None

    async def visit(self) -> Visit:
        """Never raises: what went wrong is in the report, and in the list."""
        work: Callable[[Fetched], Awaitable[int]] = self.keep_feed if self.source.kind is Kind.FEED else self.keep_page
        kinds = feeds.KINDS if self.source.kind is Kind.FEED else PAGES
        tags = {"etag": self.source.etag, "modified": self.source.modified}
        try:
            fetched = await self.fetcher.fetch(self.source.place, kinds, **tags)
            changes: dict[str, Any] = {"failures": 0, "error": None, "due": self.after(0, None)}
            if fetched is not None:
                articles = await work(fetched)
                new = {"etag": fetched.etag, "modified": fetched.modified}
                changes |= {"articles": articles, **({"etag": None, "modified": None} if self.left_over else new)}
        except Exception as error:
            failures = self.source.failures + 1
            self.cause = error if isinstance(error, CannotFetch) else None
            wait = self.cause.wait if self.cause else None
            changes = {"failures": failures, "error": sentence(error), "due": self.after(failures, wait)}
        return await asyncio.to_thread(self.saved, changes | {"visited": stamp(self.now)})

    def saved(self, changes: dict[str, Any]) -> Visit:
        try:
            self.sources.change(self.source.name, **changes)
        except (PullquoteError, OSError) as error:  # removed meanwhile, or a full disk
            changes = changes | {"error": changes.get("error") or sentence(error)}
        failed = changes.get("error")
        return Visit(self.source.name, self.added, self.changed, failed, tuple(self.remarks), self.cause)

    def after(self, failures: int, wait: float | None) -> str:
        """When the next visit is due."""
        is_feed = self.source.kind is Kind.FEED
        usual = timedelta(minutes=self.settings.feed_minutes if is_feed else 60 * self.settings.page_hours)
        pause = min(usual * 2 ** min(failures, 20), max(LONGEST_BACKOFF, usual))
        return stamp(self.now + max(pause, timedelta(seconds=wait or 0)))

    async def keep_feed(self, fetched: Fetched) -> int:
        """Keeps the articles of a feed, each in a file of its own; those that it no longer names stay."""
        feed = await asyncio.to_thread(read_feed, fetched.data, fetched.address, fetched.charset)
        for entry in feed.entries:
            try:
                await self.keep_entry(entry, feed.title or self.source.name)
            except (PullquoteError, Unreadable) as error:
                self.remarks.append(f"{entry.title}: {error}")
        return sum(1 for _ in self.folder.glob("*.jsonl"))

    async def keep_entry(self, entry: Entry, source: str) -> None:
        name = f"{entry.digest}.jsonl"
        file = self.folder / name
        if f"{self.source.prefix}{name}#1" in self.removed:
            return
        mark = hashlib.sha256(repr(entry).encode("utf-8", "replace")).hexdigest()[:16]
        before = await asyncio.to_thread(stored, file)
        tries = before.get("tries", 0) if before.get("mark") == mark else 0
        if before.get("mark") == mark and (before.get("whole") or tries >= MOST_TRIES):
            return
        text, whole, published = entry.text, entry.whole or entry.link is None, entry.published
        if entry.link and not whole:
            if self.pages >= MOST_PAGES or self.failures >= MOST_FAILURES:
                self.left_over = True
                return
            page, whole = await self.page_of(entry.link, entry.title), True
            if page is None:
                whole, tries = False, tries + 1
                self.left_over = self.left_over or tries < MOST_TRIES
            elif len(page.text) - page.body > len(text):
                text, published = page.text[page.body :].strip(), published or page.published
        if not text.strip():
            self.remarks.append(f"{entry.title}: it has no text.")
            return
        article = Article(name, text, entry.title, published, source, entry.link)
        line = article_line(article, mark=mark, whole=whole, tries=tries) + "\n"
        await asyncio.to_thread(write_whole, file, line.encode("utf-8", "replace"))
        self.count(before, article)

    async def page_of(self, link: str, title: str) -> Article | None:
        """The article that an entry only leads to; None, and a remark, where it cannot be had."""
        self.pages += 1
        try:
            fetched = await self.fetcher.fetch(link, PAGES)
            articles = await articles_in(fetched, link) if fetched else []
        except PullquoteError as error:
            self.failures += 1
            self.remarks.append(f"{title}: {error}")
            return None
        self.failures = 0
        return max(articles, key=lambda article: len(article.text), default=None)

    def count(self, before: dict[str, Any], article: Article) -> None:
        if not before:
            self.added += 1
        elif (before.get("text"), before.get("title")) != (article.text, article.title):
            self.changed += 1

    async def keep_page(self, fetched: Fetched) -> int:
        """Keeps the article of a single page in the place of its older self."""
        file = self.folder / "page.jsonl"
        before = await asyncio.to_thread(stored, file)
        articles = await articles_in(fetched, self.source.place)
        host = url_of(fetched.address).host
        kept = [
            replace(article, url=article.url or fetched.address, source=article.source or host) for article in articles
        ]
        lines = "".join(article_line(article) + "\n" for article in kept)
        if not file.exists() or file.read_bytes() != lines.encode("utf-8", "replace"):
            await asyncio.to_thread(write_whole, file, lines.encode("utf-8", "replace"))
            self.count(before, kept[0])
        return len(kept)


def stored(file: Path) -> dict[str, Any]:
    """The fields of the first article in a file; none where there is none, or a damaged one."""
    try:
        fields = json.loads(file.read_text(encoding="utf-8").partition("\n")[0])
    except (OSError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}


def sentence(error: Exception) -> str:
    if isinstance(error, PullquoteError):
        return str(error)
    if isinstance(error, Unreadable):
        return f"It cannot be read: {error}."
    if isinstance(error, OSError):
        return f"It cannot be kept ({error.strerror or type(error).__name__})."
    return f"It broke the reader ({type(error).__name__})."
