"""What the benchmarks share: how `pullquote` is run, and how a section of `docs/benchmarks.md` is written."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PULLQUOTE = [sys.executable, "-c", "from bot.cli import main; main()"]
PACKAGES = ("openvino", "sentence-transformers", "torch", "faiss-cpu", "tantivy")


def heading(script: str, what: str) -> str:
    """When, by which script and on what a section was measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    return f"Measured on {datetime.now(UTC):%Y-%m-%d} by `benchmarks/{script}` on {machine}; {packages}; {what}."


def table(columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """Markdown: the first column is what each row is, the others are figures."""
    lines = [f"| {' | '.join(columns)} |", f"| --- {'| ---: ' * (len(columns) - 1)}|"]
    lines += [f"| {name} | {' | '.join(figures)} |" for name, figures in rows.items()]
    return "\n".join(lines)


def write_section(title: str, text: str) -> None:
    """Puts the section `## title` in its place in the document, or at its end."""
    section = f"## {title}\n\n{text.strip()}\n"
    document = DOCUMENT.read_text(encoding="utf-8")
    old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.S | re.M)
    if old.search(document):
        document = old.sub(lambda _: section + "\n", document).rstrip() + "\n"
    else:
        document = f"{document.rstrip()}\n\n{section}"
    DOCUMENT.write_text(document, encoding="utf-8")
