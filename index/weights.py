"""The weights that were learned from question sets, with where they come from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")  # written by benchmarks/fit_weights.py, with provenance


@cache
def learned(what: str) -> dict[str, float]:
    """The weights of one kind (`sentence`, `confidence`) by the names of their signs."""
    weights: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))[what]
    return weights
