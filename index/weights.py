"""The weights that were learned from question sets, with where they come from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

from index.errors import NoModel

FILE = Path(__file__).parent / "learned" / "weights.json"  # written by benchmarks/quality.py, with provenance
Reading = Literal["read", "unread"]  # with a reader, and without one


@cache
def learned(reading: Reading, what: str) -> dict[str, float]:
    """The weights of one kind (`passage`, `sentence`, `confidence`) by the names of their signs. Raises `NoModel`."""
    try:
        weights: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))[reading][what]
    except (OSError, ValueError, KeyError, TypeError):
        raise NoModel(f"The weights in {FILE} are missing or damaged; reinstall Pullquote.") from None
    return weights
