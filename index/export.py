"""Articles as JSON Lines, which a build reads again as they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.articles import Article
from index.disk import MEGABYTE, write_whole


def article_line(article: Article, **others: object) -> str:
    """The article as one line; `others` are fields that no build reads."""
    fields = {
        "title": article.title,
        "text": article.text,
        "published": article.published.isoformat() if article.published else None,
        "source": article.source,
        "url": article.url,
        "body": article.body,
        **others,
    }
    return json.dumps(fields, ensure_ascii=False)


def export(articles: Iterable[Article], file: Path, max_file_megabytes: float) -> list[Path]:
    """Writes the articles, with their ids, into `file` and, where it would be larger than a build reads, into
    `-2`, `-3` and so on beside it. Returns what was written; nothing where there are no articles."""
    written = []
    for number, data in enumerate(parts(articles, int(max_file_megabytes * MEGABYTE)), 1):
        path = file if number == 1 else file.with_stem(f"{file.stem}-{number}")
        write_whole(path, data)
        written.append(path)
    return written


def parts(articles: Iterable[Article], most: int) -> Iterator[bytes]:
    """The lines, in pieces of at most `most` bytes where no single one is larger."""
    part = bytearray()
    for article in articles:
        line = article_line(article, id=article.id).encode() + b"\n"
        if part and len(part) + len(line) > most:
            yield bytes(part)
            part.clear()
        part += line
    if part:
        yield bytes(part)
