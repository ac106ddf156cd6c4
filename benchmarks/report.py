"""What the benchmarks share: how a process is measured, and how their documents are written."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from config.settings import NO_READER, Settings
from index.archive import Archive
from index.engine import load_embedder, load_reader, one_core_a_question
from index.models import find_model

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
SCALE = DOCUMENT.with_name("scale.md")
PULLQUOTE = [sys.executable, "-c", "from bot.cli import main; main()"]
PACKAGES = ("openvino", "sentence-transformers", "torch", "faiss-cpu", "tantivy")


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process took: seconds from its start to its end, megabytes at its peak, and what it printed."""

    seconds: float
    megabytes: float
    printed: str


def ran(command: Sequence[str], given: str = "", environment: Mapping[str, str] | None = None) -> Ran:
    """Runs a process that must succeed, with `given` as its input; what it says on standard error is not shown."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as inputs, tempfile.TemporaryFile("w+") as printed:
        inputs.write(given)
        inputs.seek(0)
        child = subprocess.Popen(command, env=environment, stdin=inputs, stdout=printed, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{' '.join(command)} failed")
        seconds = time.perf_counter() - started
        printed.seek(0)
        return Ran(seconds, usage.ru_maxrss / 1024, printed.read())


def resident(process: int | str = "self", what: str = "VmRSS") -> float:
    """Megabytes that a process has in memory; with `RssAnon` without what it maps of files."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split(f"{what}:")[1].split()[0]) / 1024


def archive_opener(settings: Settings) -> Callable[[Path], Archive]:
    """The models loaded as for serving; opens the current generation of an index."""
    one_core_a_question()
    model = find_model(settings.model.name, settings.model.folder)
    embedder = load_embedder(model, settings.model)
    reader = load_reader(settings.reader, settings.model.engine)
    return lambda index: Archive.open(index, model, embedder, reader)


def without_reader(settings: Settings) -> Settings:
    return settings.model_copy(update={"reader": settings.reader.model_copy(update={"name": NO_READER})})


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


def write_between(name: str, text: str, document: Path) -> None:
    """Puts `text` between the comments `<!-- name:begin -->` and `<!-- name:end -->` of the document, which must be
    there."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, found, rest = document.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{document} has no place for it: {begin} … {end}")
    document.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
