"""Answers, passages, reports and figures -> what a terminal shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from index.answers import Answer, Found
from index.articles import Article
from index.build import Progress as Report_to
from index.build import Report
from index.confidence import in_words
from index.dates import in_words as day_in_words
from index.generations import Manifest
from index.quotes import Quote

SHOWN_SKIPPED = 20  # lines; the rest is counted and listed by `pullquote status`
LONGEST_FURTHER = 300  # characters of what is shown besides the answer


def show_answer(console: Console, answer: Answer) -> None:
    """The first quote with its context large, the further ones below; or that the archive does not say."""
    if not answer.answered:
        console.print(Text("The archive does not say.", style="bold yellow"))
        show_further(console, "What comes nearest:", answer.near_misses)
        return
    first, *further = answer.quotes
    show_quote(console, first)
    sure = in_words(answer.confidence).capitalize()
    console.print(Text(f"  {sure} the answer ({answer.confidence:.0%}).", style="dim"))
    show_further(console, "Also in the archive:", further)


def show_further(console: Console, heading: str, found: Sequence[Quote | Found]) -> None:
    if found:
        console.print(Text(heading, style="dim"))
    for one in found:
        console.print(Padding(Text(f"“{clipped(one.text)}”"), (0, 2)))
        console.print(Padding(Text(f"— {origin(one.article)}", style="dim"), (0, 4)))


def show_quote(console: Console, quote: Quote) -> None:
    console.print(
        Padding(
            Text.assemble(
                (one_line(quote.context_before) + " ", "dim") if quote.before else "",
                (f"“{one_line(quote.text)}”", "bold"),
                (" " + one_line(quote.context_after), "dim") if quote.after else "",
            ),
            (0, 2),
        )
    )
    console.print(Padding(Text(f"— {origin(quote.article)}", style="cyan"), (0, 2)))
    if quote.article.url:
        console.print(Padding(Text(quote.article.url, style="dim"), (0, 2)))


def show_passage(console: Console, found: Found) -> None:
    console.print(Padding(Text(origin(found.article), style="cyan"), (0, 2)))
    console.print(Padding(Text(one_line(found.text)), (0, 4)))


def origin(article: Article) -> str:
    """Title, date and source in one line: `Title, 1 May 2025, The Courier`."""
    day = day_in_words(article.published) if article.published else "undated"
    return ", ".join(part for part in (article.title, day, article.source) if part)


def clipped(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= LONGEST_FURTHER else line[:LONGEST_FURTHER].rsplit(" ", 1)[0] + " …"


def one_line(text: str) -> str:
    return " ".join(text.split())


@contextmanager
def progress_bars(console: Console) -> Iterator[Report_to]:
    """Bars for a build: hand what it yields to `build`. Each stage has its own bar, rate and time left."""
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, object] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]  # rich's own TaskID

        yield report


def show_report(console: Console, report: Report) -> None:
    """What a build did, and by name what it could not read."""
    changes = report.changes
    if report.generation is None:
        console.print(f"Nothing changed: {counted(changes.unchanged, 'article')}, no new generation needed.")
    else:
        console.print(
            f"Generation {report.generation}: {counted(report.passages, 'passage')} "
            f"({report.embedded:,} embedded, {report.passages - report.embedded:,} copied) in {report.seconds:.1f} s."
        )
    console.print(
        f"Articles: {changes.added} added, {changes.changed} changed, {changes.removed} removed, "
        f"{changes.unchanged} unchanged, {len(report.skipped)} skipped."
    )
    for item in report.skipped[:SHOWN_SKIPPED]:
        console.print(f"  [yellow]skipped[/] {escape(item.path)}: {escape(item.reason)}")
    if len(report.skipped) > SHOWN_SKIPPED:
        console.print(f"  … and {len(report.skipped) - SHOWN_SKIPPED} more; `pullquote status` names them all")


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def show_status(console: Console, manifest: Manifest, name: str, kept: list[str], size: int) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    span = manifest.span
    rows = {
        "generation": f"{name} (kept: {', '.join(kept)})",
        "built": f"{manifest.created}, in {manifest.seconds:.1f} s",
        "folder": manifest.folder,
        "articles": f"{manifest.articles:,}",
        "dates": f"{span[0]} to {span[1]}" if span else "no article is dated",
        "passages": f"{manifest.passages:,} of up to {manifest.passage_words} words, {manifest.sentences:,} sentences",
        "model": f"{manifest.model} ({manifest.dimensions} dimensions, SHA-256 {manifest.model_checksum[:12]}…)",
        "size": f"{size / 1e6:.1f} MB",
        "last build": ", ".join(f"{number} {what}" for what, number in manifest.changes.items()),
        "skipped": f"{len(manifest.skipped)}",
    }
    for label, value in rows.items():
        table.add_row(f"[dim]{label}[/]", escape(value))
    console.print(table)
    for item in manifest.skipped_files:
        console.print(f"  [yellow]skipped[/] {escape(item.path)}: {escape(item.reason)}")
