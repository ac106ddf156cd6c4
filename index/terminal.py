"""Answers, passages, reports and figures -> what a terminal shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from index.answers import Answer, Found
from index.articles import Article, Remark
from index.build import Report
from index.changes import Plan
from index.confidence import confidence_in_words
from index.dates import day_in_words
from index.disk import MEGABYTE
from index.encodings import Progress as Told
from index.manifest import Manifest
from index.progress import BUILD, Pace, Step
from index.quotes import Quote

SHOWN_REMARKS = 20  # lines; the rest is counted and listed by `pullquote status`
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LONGEST_LINE = 10_000  # characters of a table's row where no terminal limits it
LONGEST_FURTHER = 300  # characters of what is shown besides the answer


def show_answer(console: Console, answer: Answer) -> None:
    """The first quote with its context large, the further ones below; where that only perhaps answers, or nothing does,
    it is said first."""
    if answer.understood:
        console.print(Text(f"Understood: {one_line('; '.join(map(str, answer.understood)))}.", style="dim"))
    if not answer.is_quoted:
        console.print(Text("The archive does not say.", style="bold yellow"))
        show_further(console, "What comes nearest:", answer.near_misses)
        return
    if answer.perhaps:
        console.print(Text("This may answer it, but that is not certain:", style="bold yellow"))
    first, older, further = answer.shown
    show_quote(console, first)
    if not older:
        sure = confidence_in_words(answer.confidence).capitalize()
        console.print(Text(f"  {sure} the answer ({answer.confidence:.0%}).", style="dim"))
    show_further(console, "Older reports say otherwise:", older)
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
                (clipped(quote.context_before) + " ", "dim") if quote.before else "",
                quoted(quote),
                (" " + clipped(quote.context_after), "dim") if quote.after else "",
            ),
            (0, 2),
        )
    )
    console.print(Padding(Text(f"— {origin(quote.article)}", style="cyan"), (0, 2)))
    if quote.article.url:
        console.print(Padding(Text(one_line(quote.article.url), style="dim"), (0, 2)))
    if quote.also_in:
        others = "; ".join(origin(article) for article in quote.also_in)
        console.print(Padding(Text(f"Also in: {others}", style="dim"), (0, 2)))


def quoted(quote: Quote) -> Text:
    """The quote in quotation marks, with the words that answer underlined."""
    shown = Text(f"“{one_line(quote.text)}”", style="bold")
    if quote.answering:
        first, last = (place - quote.start for place in quote.answering)
        shown.stylize("underline", len(one_line(quote.text[:first] + "x")), len(one_line(quote.text[:last])) + 1)
    return shown


def show_passage(console: Console, found: Found) -> None:
    console.print(Padding(Text(origin(found.article), style="cyan"), (0, 2)))
    console.print(Padding(Text(one_line(found.text)), (0, 4)))


def origin(article: Article) -> str:
    """Title, date and source in one line: `Title, 1 May 2025, The Courier`."""
    day = day_in_words(article.published) if article.published else "undated"
    return ", ".join(clipped(part) for part in (article.title, day, article.source) if part)


def clipped(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= LONGEST_FURTHER else line[:LONGEST_FURTHER].rsplit(" ", 1)[0] + " …"


def one_line(text: str) -> str:
    """The text on one line, without the control characters by which a terminal is told to do things."""
    return " ".join(CONTROL.sub(" ", text).split())


@contextmanager
def progress_bar(console: Console, shares: Mapping[str, float] = BUILD) -> Iterator[Told]:
    """A bar for a whole build, with the stage at hand, its rate and the time left: hand what it yields to `build`."""
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[step]}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0, step="", visible=False)  # until there is something to show

        def show(step: Step) -> None:
            bar.update(task, description=step.stage, completed=step.share, step=in_words(step), visible=True)

        yield Pace(show, shares)
        bar.update(task, description="Done", completed=1.0, step="")


def in_words(step: Step) -> str:
    """What is done of a stage, how fast, and how long it still takes: `640 of 8,911, 82 a second, 1:41 left`."""
    parts = [f"{step.done:,} of {step.total:,}"]
    parts += [f"{step.rate:,.0f} a second"] if step.rate and step.rate >= 1 else []
    parts += [f"{timedelta(seconds=round(step.seconds_left))} left"] if step.seconds_left else []
    return ", ".join(parts)


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
    if report.unusable:
        console.print(escape(report.unusable), soft_wrap=True)
    console.print(
        f"Articles: {changes.added} added, {changes.changed} changed, {changes.removed} removed, "
        f"{changes.unchanged} unchanged, {skipped(report.remarks)} skipped."
    )
    show_first_remarks(console, report.remarks, "pullquote status")


def show_plan(console: Console, plan: Plan, most_removed: float) -> None:
    """What a build would do, with the first articles of each kind by name."""
    changes = plan.changes
    for kind, names, count in (
        ("add", plan.added, changes.added),
        ("change", plan.changed, changes.changed),
        ("remove", plan.removed, changes.removed),
    ):
        console.print(f"Would {kind} {counted(count, 'article')}{':' if names else '.'}")
        for name in names:
            console.print(f"  {one_line(name)}", markup=False, highlight=False)
        if count > len(names):
            console.print(f"  … and {count - len(names):,} more")
    console.print(f"{changes.unchanged:,} unchanged, {plan.skipped:,} skipped.")
    show_first_remarks(console, plan.remarks, "pullquote build --plan --json")
    if plan.is_shrinking(most_removed):
        console.print(
            f"More than {most_removed:.0%} of the archive would be gone: only `pullquote build --shrink` does that."
        )


def skipped(remarks: Sequence[Remark]) -> int:
    return sum(not item.kept for item in remarks)


def show_first_remarks(console: Console, remarks: Sequence[Remark], command: str) -> None:
    """The first of them, and what `command` names them all."""
    show_remarks(console, remarks[:SHOWN_REMARKS])
    if len(remarks) > SHOWN_REMARKS:
        console.print(f"  … and {len(remarks) - SHOWN_REMARKS} more; `{command}` names them all")


def show_remarks(console: Console, remarks: Sequence[Remark]) -> None:
    for item in remarks:
        what = "note" if item.kept else "skipped"
        console.print(f"  [yellow]{what}[/] {escape(one_line(item.path))}: {escape(one_line(item.reason))}")


def show_table(console: Console, table: Table) -> None:
    """A table that cuts no word off: a terminal folds what is too long, a file or another program gets it whole."""
    if console.is_terminal:
        for column in table.columns:
            column.overflow = "fold"
        console.print(table)
    else:
        Console(file=console.file, width=LONGEST_LINE).print(table)


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def show_status(
    console: Console, manifest: Manifest, name: str, searched: str, kept: list[str], damaged: list[str], size: int
) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    span = manifest.span
    rows = {
        "generation": f"{name} (kept: {', '.join(kept)})",
        "searched by": searched,
        "built": f"{manifest.created}, in {manifest.seconds:.1f} s",
        "folder": manifest.folder,
        "articles": f"{manifest.articles:,}",
        "dates": f"{span[0]} to {span[1]}" if span else "no article is dated",
        "passages": f"{manifest.passages:,} of up to {manifest.passage_words} words, {manifest.sentences:,} sentences",
        "model": f"{manifest.model} ({manifest.dimensions} dimensions, SHA-256 {manifest.model_checksum[:12]}…)",
        "precision": ", ".join(manifest.precisions),
        "size": f"{size / MEGABYTE:.1f} MB",
        "last build": ", ".join(f"{number} {what}" for what, number in manifest.changes.items()),
        "skipped": f"{skipped(manifest.all_remarks)}",
    }
    if damaged:
        rows["damaged"] = f"{', '.join(damaged)}: set aside, answered from no more, to be deleted by hand"
    for label, value in rows.items():
        table.add_row(f"[dim]{label}[/]", escape(value))
    show_table(console, table)
    show_remarks(console, manifest.all_remarks)
