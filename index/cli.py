"""The command line: each command parses, calls and prints."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.text import Text

from config.settings import SAMPLE_ARCHIVE, Settings
from index import generations, terminal
from index.answers import Answer, Answerer, Asking, Found
from index.archive import Archive
from index.build import Recipe, Report, build, plan_of, publish
from index.changes import Plan
from index.cluster.embedder import ray_loader
from index.collection import has_own, home_of, purge, read_sources
from index.encodings import PassageEmbedder, Progress
from index.engine import load_embedder, load_reader, one_core_a_question
from index.errors import BadQuery, BadQuestions, EngineRefuses, NoIndex, PullquoteError, Unreachable, sentence_of
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
from index.filters import Filters
from index.integrity import checked
from index.lock import broken_off, sole_builder
from index.models import Model, find_model
from index.opener import Opener, publisher_of, switched_by
from index.progress import BUILD, PLAN, Pace
from index.quotes import Quote
from index.restore import finish
from index.search import Query, Sort, matches_well, search

if TYPE_CHECKING:
    from index.milvus.publishing import Publisher

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Answers questions about an archive of articles with the archive's own words.",
)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Your settings, over config/default.toml.")
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="FOLDER", help="Where the index is kept [default: user data folder]."),
]
AfterOption = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Published on or after: 2025-05-01, 2025-05, 2025, or 7d, 2w, 3mo, 1y ago."),
]
BeforeOption = Annotated[str | None, typer.Option(metavar="DATE", help="Published before.")]
SourceOption = Annotated[str | None, typer.Option(help="Only articles from this source.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
out = Console()
err = Console(stderr=True)


def load_settings(config: Path | None, index: Path | None) -> Settings:
    """The settings; a restore that was broken off in their index is finished first."""
    given: dict[str, Any] = {"index": {"folder": str(index)}} if index is not None else {}
    settings = Settings.load(config, **given)
    place = settings.index.path
    if said := finish(place, lambda name: switched_by(settings, place)(name)):  # of a server only then
        err.print(escape(said), soft_wrap=True)
    return settings


def recipe_of(settings: Settings, model: Model, publisher: Publisher | None = None) -> Recipe:
    archive, keep = settings.archive, settings.index.keep
    return Recipe(model, settings.passages.words, archive.max_file_megabytes, keep, publisher)


def archive_folder(settings: Settings) -> Path:
    """The folder to build from: the settings' own, else that of the last build, else the sample archive where there
    are no sources either."""
    home = home_of(settings.index.path)
    return main_folder(settings) or (home if has_own(home) else SAMPLE_ARCHIVE)


def main_folder(settings: Settings) -> Path | None:
    """The settings' own folder of articles, else that of the last build; None where there is neither."""
    if settings.archive.folder:
        return Path(settings.archive.folder).expanduser()
    return generations.last_folder(settings.index.path)


def built(
    settings: Settings,
    progress: Progress,
    folder: Path | None = None,
    *,
    anew: bool = False,
    shrink: bool = False,
    beside: Path | None = None,
    ray: str | None = None,
) -> Report:
    """Builds the index of `folder`, by default that of the last build, and of all sources; the passages are read here
    or, where one is named, by the workers of the Ray cluster at `ray`."""
    purge(home_of(settings.index.path), datetime.now(UTC).date())
    model = find_model(settings.model.name, settings.model.folder)
    here = nullcontext(partial(load_embedder, model, settings.model, for_many=True))
    loader: AbstractContextManager[Callable[[], PassageEmbedder]] = (
        ray_loader(ray, model, settings.model) if ray else here
    )
    with loader as load:
        return build(
            folder or archive_folder(settings),
            settings.index.path,
            recipe_of(settings, model, publisher_of(settings, settings.index.path)),
            load,
            progress,
            anew,
            1.0 if shrink else settings.archive.max_removed_share,
            beside,
            partial(read_sources, index=settings.index.path, needs_main=folder is not None),
        )


def build_if_missing(settings: Settings) -> str | None:
    """Checks the index, says what was wrong with it, and builds it where there is none; the generation to answer from,
    None for the current one."""
    said, found = broken_off(settings.index.path), checked(settings.index.path)
    for sentence in filter(None, (said, found.said)):
        err.print(escape(sentence), soft_wrap=True)
    if found.name is None:
        with terminal.progress_bar(err) as progress:
            report = built(settings, progress)
        terminal.show_report(err, report)
    return found.name


@app.command(
    "build",
    epilog="Examples:\n\n    pullquote build ~/articles\n\n    pullquote build   (again the folder of the last build)"
    "\n\n    pullquote build --plan   (what it would do)"
    "\n\n    pullquote build --ray 10.0.0.5:6379   (on all machines of a cluster)",
)
def build_command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Articles: .txt, .md, .html, .jsonl, .pdf, .docx; or another index [default: the last build's folder]"
        ),
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option(metavar="INDEX", help="Another index: the first build copies from there what it would compute."),
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Compute everything again, as for a damaged index.")] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be added, changed and removed; do nothing.")
    ] = False,
    shrink: Annotated[bool, typer.Option("--shrink", help="Also where it removes much of the archive.")] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Embed on the machines of this Ray cluster (pip install 'pullquote[ray]')."
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Make or update the index of a folder of articles and of all `pullquote sources`; what did not change is not
    computed again."""
    shares = PLAN if plan else BUILD
    with failure_as_json(shares) if as_json else terminal.progress_bar(err, shares) as progress:
        settings = load_settings(config, index)
        done = (
            planned(settings, progress, folder)
            if plan
            else built(settings, progress, folder, anew=anew, shrink=shrink, beside=beside, ray=ray)
        )
    if as_json:
        typer.echo(json.dumps({"plan" if plan else "report": asdict(done)}, ensure_ascii=False))
    elif isinstance(done, Plan):
        terminal.show_plan(out, done, settings.archive.max_removed_share)
    else:
        terminal.show_report(err, done)


def planned(settings: Settings, progress: Progress, folder: Path | None) -> Plan:
    read = partial(read_sources, index=settings.index.path, needs_main=folder is not None)
    source = folder or archive_folder(settings)
    return plan_of(source, settings.index.path, settings.archive.max_file_megabytes, progress, read)


@contextmanager
def failure_as_json(shares: Mapping[str, float]) -> Iterator[Progress]:
    """A progress that is told as JSON, one object a line; a failure is one too, before it goes on its way."""

    def tell(**fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False, default=str), flush=True)  # noqa: T201  # at once, for a program

    try:
        yield Pace(lambda step: tell(progress=asdict(step)), shares)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also what comes up from Rust as no Exception
        fields = vars(error) if isinstance(error, PullquoteError) else {}
        tell(error=sentence_of(error), kind=type(error).__name__, fields=fields)
        raise


@app.command(
    epilog='Examples:\n\n    pullquote ask "Who paid for the footbridge?"\n\n'
    '    pullquote ask "What did the footbridge cost?" --after 2024-09\n\n'
    "    pullquote ask --json < questions.txt"
)
def ask(
    question: Annotated[
        str | None, typer.Argument(help="One question; without it one a line of standard input.")
    ] = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Answer a question with sentences of the archive, or say that it does not say."""
    settings = load_settings(config, index)
    asking = Asking(Filters.read(after, before, source))
    if question is None and sys.stdin.isatty():
        raise BadQuery('Ask something, as in: pullquote ask "Who paid for the footbridge?"')
    if question is not None and not question.strip():
        raise BadQuery("The question is empty; ask something.")
    with closing(Opener(settings, err)()) as archive:
        answerer = Answerer(archive, settings.answers)
        if question is not None:
            show(answerer.answer(question, asking), as_json)
            return
        outcomes = [answered(answerer, line, asking, as_json) for line in lines_of_input()]
    if not all(outcomes):
        raise typer.Exit(1)


def answered(answerer: Answerer, line: str, asking: Asking, as_json: bool) -> bool:
    """Answers one of many lines; one that is no question is named and does not stop the others."""
    try:
        answer = answerer.answer(line, asking)
        if not as_json:
            out.print(Text(f"? {terminal.one_line(line)}", style="bold"))
        show(answer, as_json)
        if not as_json:
            out.print()
    except BadQuery as error:
        if as_json:  # a line of output for each of input
            typer.echo(json.dumps({"question": line, "error": str(error)}, ensure_ascii=False))
        err.print(f"“{line}”: {error}", markup=False, soft_wrap=True)
        return False
    return True


def lines_of_input() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def show(answer: Answer, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer_as_json(answer), ensure_ascii=False))
    else:
        terminal.show_answer(out, answer)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "seconds": round(answer.seconds, 4),
        "quotes": [quote_as_json(quote) for quote in answer.quotes],
        "passages": [place_of(found) for found in answer.passages],
        "perhaps": answer.perhaps,
        "understood": [str(one) for one in answer.understood],
        "asked": answer.asked,
        "reports": [answer.quotes.index(quote) for quote in answer.reports],
    }


def quote_as_json(quote: Quote) -> dict[str, Any]:
    return {
        "article": quote.article.id,
        "title": quote.article.title,
        "published": quote.article.published.isoformat() if quote.article.published else None,
        "source": quote.article.source,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "score": round(quote.score, 4),
        "also_in": [article.id for article in quote.also_in],
        "answering": list(quote.answering) if quote.answering else None,
    }


def place_of(found: Found) -> dict[str, Any]:
    return {
        "article": found.article.id,
        "start": found.start,
        "end": found.end,
        "score": round(found.score, 4),
    }


@app.command(
    "search",
    context_settings={"ignore_unknown_options": True},  # `-word` excludes a word
    epilog="Examples:\n\n    pullquote search footbridge cost\n\n    pullquote search '\"River Lenner\" -flood' "
    "--after 2025 --sort newest",
)
def search_command(
    query: Annotated[list[str], typer.Argument(help='Words, "exact phrase", -word (in quotes of the shell).')],
    after: AfterOption = None,
    before: BeforeOption = None,
    source: SourceOption = None,
    sort: Annotated[Sort, typer.Option(help="Order of the passages.")] = Sort.relevance,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Find passages by meaning and by words."""
    if unknown := next((word for word in query if word.startswith("--")), None):
        raise typer.BadParameter(f"there is no option {unknown}", param_hint="QUERY")
    wanted = Query.parse(" ".join(query))  # before the model takes its seconds
    filters = Filters.read(after, before, source)
    with closing(Opener(load_settings(config, index), err, with_reader=False)()) as archive:
        found = search(archive, wanted, filters, sort, limit)
        is_good = as_json or not found or matches_well(archive, wanted, filters)
    if as_json:
        for one in found:
            article = {
                "title": one.article.title,
                "published": str(one.article.published or "") or None,
                "source": one.article.source,
            }
            typer.echo(json.dumps({**place_of(one), **article, "text": one.text}, ensure_ascii=False))
        return
    if not found:
        out.print("Nothing in the archive matches.")
    if not is_good:
        out.print("Nothing in the archive matches well; these passages come nearest.")
    for one in found:
        terminal.show_passage(out, one)


@app.command(epilog="Example:\n\n    pullquote status --json")
def status(as_json: JsonOption = False, config: ConfigOption = None, index: IndexOption = None) -> None:
    """Say what the index holds, when it was built and what was skipped."""
    settings = load_settings(config, index)
    path = settings.index.path
    with generations.open_current(path) as current:
        searched = searched_by(settings)
        kept, damaged = generations.kept(path), generations.damaged(path)
        size = generations.size_on_disk(path, current.name)
        if as_json:
            own = {"index": str(path), "generation": current.name, "kept": kept, "damaged": damaged, "bytes": size}
            own["searched_by"] = searched
            typer.echo(json.dumps({**own, **asdict(current.manifest)}, ensure_ascii=False))
        else:
            terminal.show_status(out, current.manifest, current.name, searched, kept, damaged, size)


def searched_by(settings: Settings) -> str:
    """What searches the index; of a server what it has published, or why that cannot be said."""
    publisher = publisher_of(settings, settings.index.path)
    if publisher is None:
        return "FAISS, in each process"
    where = f"Milvus at {settings.milvus.address}"
    try:
        with publisher.client() as client:
            return f"{where}, which has published {publisher.published(client) or 'nothing yet'}"
    except (Unreachable, EngineRefuses) as error:
        return f"{where}: {error}"


@app.command(epilog="Examples:\n\n    pullquote rollback\n\n    pullquote rollback 42")
def rollback(
    generation: Annotated[
        str | None, typer.Argument(help="Any that is kept, older or newer [default: the one before the current one]")
    ] = None,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Go back to the generation before the current one, or to any that is kept."""
    settings = load_settings(config, index)
    path = settings.index.path
    if not generations.kept(path):
        raise NoIndex(f"There is no index in {path} yet; make one with `pullquote build FOLDER`.")
    with sole_builder(path):
        name = generations.roll_back(path, generation, switched_by(settings, path))
    out.print(f"Generation {name} is current again.")


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
