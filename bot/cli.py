"""`pullquote`: the commands of the index, and `run`, which serves."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.start import INTERRUPTED
from config.settings import Settings
from index import cli, cli_sources
from index.answers import Answerer
from index.cli import ConfigOption, IndexOption, JsonOption, app
from index.errors import sentence_of
from index.opener import Opener, publisher_of, switched_by
from index.terminal import counted

SECONDS_TO_END = 1.0  # for work in threads, which cannot be broken off, after all members were told

app.add_typer(cli_sources.app)


@app.command(
    epilog="Examples:\n\n    pullquote run                          (a chat in this console)\n\n"
    "    DISCORD_TOKEN=… pullquote run          (the Discord bot)"
)
def run(config: ConfigOption = None, index: IndexOption = None) -> None:
    """Serve: as a Discord bot where DISCORD_TOKEN is set, else as a chat in this console.

    Builds the index first if there is none.
    """
    settings = cli.load_settings(config, index)
    token = os.environ.get("DISCORD_TOKEN")
    if token is not None:
        from bot.run import check_form  # discord.py is needed for no other command

        check_form(token)  # before a build that may take an hour
    first = cli.build_if_missing(settings)
    if token is None:
        from bot.console import chat

        cli.err.print("DISCORD_TOKEN is not set: this is the console chat.", style="dim")
        with closing(Opener(settings, cli.err, first=first)()) as archive:
            chat(Answerer(archive, settings.answers), cli.out)
        return
    import asyncio  # is needed for no other command, and takes a tenth of what starting one takes

    from bot.logs import log_to_standard_error

    log_to_standard_error(settings.operation.log)
    if not asyncio.run(serve_discord(settings, token, first, ["--config", str(config)] if config else [])):
        os._exit(0)  # without waiting for an answer that nobody is given any more


async def serve_discord(settings: Settings, token: str, first: str | None, options: Sequence[str]) -> bool:
    """Whether nothing is being worked on any more in the end."""
    import asyncio

    from bot.archive.register import Archives
    from bot.run import serve
    from bot.service import Service, Threads

    threads = Threads(settings.service)
    opener = Opener(settings, cli.err, first=first)

    def service_of(index: Path, published: Callable[[], str | None] = lambda: None) -> Service:
        return Service(index, partial(opener, index), settings.answers, settings.service, threads, published)

    shared = service_of(settings.index.path, opener.follow)
    archives = Archives(shared, settings.index.path, service_of, settings, options)
    shared.watch()
    try:
        await serve(archives, token, settings.discord, settings.operation, settings.index.path)
    finally:
        await archives.close()
        await shared.close()
        has_ended = await threads.close(SECONDS_TO_END)
        if has_ended:
            opener.close()
    with suppress(TimeoutError):  # asyncio itself would wait for other threads without an end
        async with asyncio.timeout(SECONDS_TO_END):
            await asyncio.get_running_loop().shutdown_default_executor()
            return has_ended
    os._exit(0)


@app.command(epilog="Example:\n\n    pullquote backup /srv/backups/2025-05-01")
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for the backup.")],
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Copy the index, the sources and what the bot remembers into a new folder; the bot may run meanwhile."""
    from bot.backup import back_up

    made = back_up(cli.load_settings(config, index).index.path, folder)
    generation = f"generation {made.generation}" if made.generation else "no index"
    cli.out.print(f"Backed up and checked: {generation}, {counted(len(made.files), 'file')}.")


@app.command(epilog="Example:\n\n    pullquote restore /srv/backups/2025-05-01")
def restore(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `pullquote backup` made.")],
    config: ConfigOption = None,
    index: IndexOption = None,
) -> None:
    """Put a backup in place, with the bot stopped; what was there is set aside, its index one `rollback` away."""
    from bot import backup

    settings = cli.load_settings(config, index)
    place = settings.index.path
    if publisher := publisher_of(settings, place):
        publisher.check()
    done = backup.restore(folder, place, switched_by(settings, place))
    cli.out.print(f"Restored: generation {done.generation or 'none'} is current.")
    for path in done.aside:
        cli.out.print(f"What was there before is in {escape(str(path))}.", soft_wrap=True)


@app.command(epilog="Example:\n\n    pullquote votes --json")
def votes(as_json: JsonOption = False, config: ConfigOption = None, index: IndexOption = None) -> None:
    """Say what members voted on answers, and the reasons that they gave."""
    from bot.votes import show_votes, votes_in

    cast = votes_in(cli.load_settings(config, index).index.path)
    if not as_json:
        show_votes(cli.out, cast)
        return
    for vote in cast:
        typer.echo(json.dumps(asdict(vote), ensure_ascii=False))


def main() -> None:
    """Runs the command line. What fails is one sentence on standard error and exit code 1, never a traceback."""
    for stream in (sys.stdin, sys.stdout):  # bytes that are no text are shown as such and stop nothing
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        interrupted()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            interrupted()
        raise
    except BaseException as error:  # also what comes up from Rust as no Exception
        fail(sentence_of(error))


def interrupted() -> None:
    cli.err.print("Stopped. An index that was being built is as it was before.")
    sys.exit(INTERRUPTED)


def fail(sentence: str) -> None:
    cli.err.print(f"[bold red]Error:[/] {escape(sentence)}", soft_wrap=True)
    sys.exit(1)
