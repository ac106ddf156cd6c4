"""The commands that say where articles come from: `sources`, `fetch` and `export`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from config.settings import Settings
from index import generations
from index.articles import Article
from index.cli import ConfigOption, IndexOption, err, load_settings, main_folder, out
from index.collection import home_of
from index.errors import BadSource, NoIndex
from index.export import export
from index.generations import Generation
from index.sources import Source, Sources, Visit
from index.terminal import counted, one_line, show_table

app = typer.Typer()
sources_app = typer.Typer(
    help="Say what the archive is made of besides its folder: folders, feeds and pages.",
    epilog="Examples:\n\n    pullquote sources\n\n    pullquote sources add https://example.org/feed.xml\n\n"
    "    pullquote sources pause example",
)
app.add_typer(sources_app, name="sources")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `pullquote sources` shows it.")]


def sources_of(settings: Settings) -> Sources:
    return Sources(home_of(settings.index.path))


@sources_app.callback(invoke_without_command=True)
def show_sources(context: typer.Context, config: ConfigOption = None, index: IndexOption = None) -> None:
    """Say what the archive is made of besides its folder: folders, feeds and pages."""
    if context.invoked_subcommand is not None:
        return
    found = sources_of(load_settings(config, index)).all()
    if not found:
        out.print("There are no sources yet; add one with `pullquote sources add ADDRESS_OR_FOLDER`.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("name", "kind", "from", "articles", "last visit", "state"):
        table.add_column(heading, header_style="dim")
    for source in found:
        table.add_row(*map(escape, row_of(source)))
    show_table(out, table)


def row_of(source: Source) -> tuple[str, ...]:
    visited = source.visited[:16].replace("T", " ") if source.visited else "–"
    state = "paused" if source.paused else source.error or "fine"
    number = "–" if source.kind == "folder" else f"{source.articles:,}"
    return source.name, source.kind, source.place, number, visited, one_line(state)


@sources_app.command("add", epilog="Example:\n\n    pullquote sources add https://example.org/feed.xml --name news")
def add_source(
    place: Annotated[str, typer.Argument(metavar="ADDRESS_OR_FOLDER", help="A feed, a page, or a folder.")],
    name: Annotated[str | None, typer.Option(help="What to call it [default: what it calls itself].")] = None,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Add a folder, or the feed or page at an address, which is visited at once."""
    settings = load_settings(config, index)
    sources = sources_of(settings)
    if "://" not in place:
        main = None
        with suppress(NoIndex):  # a damaged one that no longer says
            main = main_folder(settings)
        show_added(sources.add_folder(Path(place), name, main))
        return
    from index.visits import add_address  # aiohttp is needed for no other command, and takes half a second

    with err.status("Visiting …"):
        source, visited = asyncio.run(add_address(sources, settings.fetching, place, name))
    show_added(source)
    show_visit(visited)


def show_added(source: Source) -> None:
    out.print(f"Added the {source.kind} {source.name}; `pullquote build` takes it into the index.")


@sources_app.command("pause", epilog="Example:\n\n    pullquote sources pause news")
def pause_source(name: NameArgument, config: ConfigOption = None, index: IndexOption = None) -> None:
    """Visit a source no more for now; its articles stay as they are."""
    sources_of(load_settings(config, index)).pause(name)
    out.print(f"{name} is paused; `pullquote sources resume {name}` goes on.")


@sources_app.command("resume", epilog="Example:\n\n    pullquote sources resume news")
def resume_source(name: NameArgument, config: ConfigOption = None, index: IndexOption = None) -> None:
    """Go on with a source that was paused."""
    sources_of(load_settings(config, index)).resume(name)
    out.print(f"{name} is read again from the next build on.")


@sources_app.command("remove", epilog="Example:\n\n    pullquote sources remove news")
def remove_source(name: NameArgument, config: ConfigOption = None, index: IndexOption = None) -> None:
    """Take a source and its articles out; added again within 30 days it has them back."""
    source = sources_of(load_settings(config, index)).remove(name, datetime.now(UTC).date())
    out.print(f"{name} is removed; the next `pullquote build` leaves its articles out.")
    if source.kind != "folder":
        out.print(f"`pullquote sources add {escape(source.place)}` brings it back, for 30 days with all its articles.")


@app.command(epilog="Examples:\n\n    pullquote fetch          (what is due)\n\n    pullquote fetch news     (now)")
def fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]…", help="Sources to visit now.")] = None,
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Visit the feeds and pages that are due, and say what came; `pullquote build` takes it into the index."""
    settings = load_settings(config, index)
    sources = sources_of(settings)
    for name in names or ():
        sources.get(name)
    from index.visits import visit  # as in `add_source`

    with err.status("Visiting …"):
        visits = asyncio.run(visit(sources, settings.fetching, names or None))
    if not visits:
        out.print("Nothing is due.")
    for one in visits:
        show_visit(one)
    if any(one.error for one in visits):
        raise typer.Exit(1)


def show_visit(visited: Visit) -> None:
    came = f"{counted(visited.added, 'article')} added, {visited.changed:,} changed"
    out.print(f"{visited.source}: {escape(one_line(visited.error)) if visited.error else came}.".replace("..", "."))
    for remark in visited.remarks:
        err.print(f"  [yellow]note[/] {escape(one_line(remark))}", soft_wrap=True)


@app.command("export", epilog="Example:\n\n    pullquote export articles.jsonl")
def export_command(
    file: Annotated[Path, typer.Argument(help="Where to write them: .jsonl", dir_okay=False)],
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Write all articles of the index as JSON Lines, which `pullquote build` reads again."""
    settings = load_settings(config, index)
    if file.suffix.casefold() not in (".jsonl", ".ndjson"):
        raise BadSource(f"{file} must end in .jsonl, by which a build knows what it is.")
    with generations.open_current(settings.index.path) as current:
        written = export(articles_of(current), file, settings.archive.max_file_megabytes)
        number = current.manifest.articles
    out.print(f"{counted(number, 'article')} in {', '.join(map(str, written))}.", highlight=False, soft_wrap=True)


def articles_of(generation: Generation) -> Iterator[Article]:
    return (generation.store.article(number) for _, number in generation.store.ids())
