"""The articles of an index as JSON Lines, which `pullquote build` reads again."""

from __future__ import annotations

import json
from typing import TextIO

from index.store import Store


def export(store: Store, lines: TextIO) -> int:
    """Writes one article a line, with `title`, `text`, `published`, `source` and `url`; how many."""
    numbers = sorted(store.numbers().values())
    for number in numbers:
        article = store.article(number)
        fields = {
            "title": article.title,
            "text": article.text,
            "published": article.published.isoformat() if article.published else None,
            "source": article.source,
            "url": article.url,
        }
        lines.write(json.dumps(fields, ensure_ascii=False) + "\n")
    return len(numbers)
