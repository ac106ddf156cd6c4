"""`pullquote`: the commands of the index, and `run`, which serves."""

from __future__ import annotations

import io
import os
import sys
import traceback
from contextlib import closing
from pathlib import Path

from rich.markup import escape

from bot.start import INTERRUPTED
from config.settings import Settings
from index import cli, cli_sources
from index.answers import Answerer
from index.cli import ConfigOption, IndexOption, app
from index.errors import PullquoteError

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
    cli.build_if_missing(settings)
    if token is None:
        from bot.console import chat

        cli.err.print("DISCORD_TOKEN is not set: this is the console chat.", style="dim")
        with closing(cli.archive_opener(settings)()) as archive:
            chat(Answerer(archive, settings.answers), cli.out)
        return
    import asyncio  # is needed for no other command, and takes a tenth of what starting one takes

    from bot.run import log_to_standard_error

    log_to_standard_error()
    asyncio.run(serve_discord(settings, token))


async def serve_discord(settings: Settings, token: str) -> None:
    from bot.run import serve
    from bot.service import Service

    service = Service(settings.index.path, cli.archive_opener(settings), settings.answers, settings.service)
    service.watch()
    try:
        await serve(service, token, settings.discord, settings.index.path)
    finally:
        await service.close()


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
    except PullquoteError as error:
        fail(str(error))
    except OSError as error:
        fail(f"The system refuses it: {error.strerror or type(error).__name__} ({error.filename or 'no file named'}).")
    except BaseException as error:  # also what comes up from Rust as no Exception
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        fail(f"Something unexpected went wrong ({where}). An index that is damaged: `pullquote build --anew`.")


def interrupted() -> None:
    cli.err.print("Stopped. An index that was being built is as it was before.")
    sys.exit(INTERRUPTED)


def fail(sentence: str) -> None:
    cli.err.print(f"[bold red]Error:[/] {escape(sentence)}", soft_wrap=True)
    sys.exit(1)
