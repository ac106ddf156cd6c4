"""All articles of an archive as a file that Discord takes."""

from __future__ import annotations

import gzip
from pathlib import Path

from index import generations
from index.disk import MEGABYTE
from index.export import article_line

LARGEST = 9 * MEGABYTE  # Discord takes 10 MiB from a bot


def export(index: Path, file: Path) -> bool:
    """Writes the articles of the current generation into `file`, one after the other, as compressed JSON Lines. False
    as soon as they take more than Discord does. Raises `NoIndex` and `OSError`."""
    with (
        generations.open_current(index) as current,
        file.open("wb") as written,
        gzip.GzipFile(fileobj=written, mode="wb") as compressed,
    ):
        for _, number in current.store.ids():
            compressed.write(f"{article_line(current.store.article(number))}\n".encode())
            if written.tell() > LARGEST:
                return False
    return file.stat().st_size <= LARGEST
