"""`pullquote`: the commands of the index, and `run`, which serves."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.markup import escape

from bot.start import INTERRUPTED
from config.settings import Settings
from index import cli
from index.answers import Answerer
from index.cli import ConfigOption, IndexOption, app
from index.errors import sentence_of


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
        with closing(cli.archive_opener(settings, first=first)()) as archive:
            chat(Answerer(archive, settings.answers), cli.out)
        return
    import asyncio  # is needed for no other command, and takes a tenth of what starting one takes

    from bot.run import log_to_standard_error

    log_to_standard_error()
    asyncio.run(serve_discord(settings, token, first, ["--config", str(config)] if config else []))


async def serve_discord(settings: Settings, token: str, first: str | None, options: Sequence[str]) -> None:
    from bot.archives import Archives
    from bot.run import serve
    from bot.service import Service, Threads

    threads = Threads(settings.service)
    opener = cli.archive_opener(settings, first=first)

    def service_of(index: Path) -> Service:
        return Service(index, partial(opener, index), settings.answers, settings.service, threads)

    shared = service_of(settings.index.path)
    archives = Archives(shared, settings.index.path, service_of, options, settings.archive.max_removed_share)
    shared.watch()
    try:
        await serve(archives, token, settings.discord, settings.index.path)
    finally:
        await archives.close()
        await shared.close()
        await threads.close()


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
