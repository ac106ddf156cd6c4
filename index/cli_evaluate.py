"""The command that measures quality: `evaluate`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from config.settings import Settings
from index import terminal
from index.answers import Answerer, Asking
from index.archive import Archive
from index.build import publish
from index.cli import ConfigOption, IndexOption, JsonOption, err, load_settings, out, recipe_of
from index.engine import load_embedder, load_reader, one_core_a_question
from index.errors import BadQuestions
from index.evaluation import (
    Figures,
    Question,
    QuestionSet,
    SelectionFigures,
    figures,
    judge,
    read_selection,
    selection_figures,
    selection_scores,
)
from index.lock import sole_builder
from index.models import find_model

app = typer.Typer()


@app.command(
    epilog="Examples:\n\n    pullquote evaluate questions/\n\n    pullquote evaluate questions/ --with articles/"
)
def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(help="A question set: articles/, questions.jsonl, absent.jsonl")
    ] = None,
    others: Annotated[
        Path | None, typer.Option("--with", metavar="ARTICLES", help="More articles in the index.")
    ] = None,
    selection: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Rank the candidates given in FILE instead (MAP, MRR, P@1)."),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Measure quality on a question set. With --index the set's index is kept and updated there."""
    settings = load_settings(config, index)
    if selection is not None and folder is not None:
        raise BadQuestions("Name a question set or, with --selection, a file of candidates, not both.")
    if selection is not None:
        show_figures(asdict(measured_selection(selection, settings)), as_json)
        return
    if folder is None:
        raise BadQuestions("Name a question set to measure on, as in: pullquote evaluate questions/")
    with tempfile.TemporaryDirectory(prefix="pullquote-") as temporary:
        show_figures(asdict(measured(folder, others, index or Path(temporary), settings)), as_json)


def measured(folder: Path, others: Path | None, index: Path, settings: Settings) -> Figures:
    """The figures of a question set whose articles, and `others`, are indexed in `index`; asked on the last day of the
    archive, so that the same set gives the same figures next year."""
    with questions_and_archive(folder, others, index, settings) as (questions, archive):
        answerer = Answerer(archive, settings.answers)
        span = archive.generation.manifest.span
        asking = Asking(today=span[1] if span else None)
        return figures([judge(question, answerer.answer(question.text, asking)) for question in questions])


def measured_selection(file: Path, settings: Settings) -> SelectionFigures:
    """The figures of ranking the candidates that are given with each question."""
    rows = read_selection(file)
    embedder = load_embedder(find_model(settings.model.name, settings.model.folder), settings.model, for_many=True)
    reader = load_reader(settings.reader, settings.model.engine)
    return selection_figures(rows, partial(selection_scores, embedder, reader))


@contextmanager
def questions_and_archive(
    folder: Path, others: Path | None, index: Path, settings: Settings
) -> Iterator[tuple[Iterable[Question], Archive]]:
    """A set's questions, with a bar of how many are done, and the archive to ask them of."""
    question_set = QuestionSet.read(folder, others, settings.archive.max_file_megabytes)
    model = find_model(settings.model.name, settings.model.folder)
    embedder = load_embedder(model, settings.model)
    reader = load_reader(settings.reader, settings.model.engine)
    one_core_a_question()
    with sole_builder(index), terminal.progress_bar(err) as progress:
        load = partial(load_embedder, model, settings.model, for_many=True)
        publish(question_set.corpus, str(folder.resolve()), index, recipe_of(settings, model), load, progress)
    with closing(Archive.open(index, model, embedder, reader)) as archive:
        yield track(question_set.questions, "Asking questions", console=err), archive


def show_figures(measured: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(measured))
        return
    intervals = measured.pop("intervals", {})
    for name, value in measured.items():
        shown = "–" if value is None else f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
        low, high = intervals.get(name, (None, None))
        between = "" if low is None else f"   {low:.3f} to {high:.3f}"
        out.print(f"{name.replace('_', ' '):<26}{shown:>8}{between}", highlight=False)
    if intervals:
        out.print("Behind each figure: its interval of 95 %, by bootstrap over the questions.", style="dim")
