"""A small JSON file that several processes change: one at a time, and replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.disk import write_whole
from index.errors import BadSource, Busy

MOST_WAIT = 10.0  # seconds; what holds the lock takes milliseconds


class Ledger:
    """An object of JSON in `path`, empty as long as there is no file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """Raises `BadSource` where the file is damaged."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise self.damaged() from error
        if not isinstance(content, dict):
            raise self.damaged()
        return content

    def damaged(self) -> BadSource:
        return BadSource(f"{self.path} cannot be read; take it from a backup, or delete it and begin anew.")

    @contextmanager
    def changing(self) -> Iterator[dict[str, Any]]:
        """What the file holds, to be changed: saved when this is left without an error.

        Raises `Busy` where another process keeps it too long, and `BadSource`.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=MOST_WAIT):
                content = self.read()
                yield content
                write_whole(self.path, json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n")
        except Timeout:
            raise Busy(f"Another process is writing to {self.path}; try again.") from None
