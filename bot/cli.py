"""`pullquote`: the commands of the index, and `run`, which serves."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import closing

from rich.markup import escape

from config.settings import Settings
from index import cli
from index.answers import Answerer
from index.cli import ConfigOption, IndexOption, app
from index.errors import PullquoteError


@app.command(
    epilog="Examples:\n\n    pullquote run                          (a chat in this console)\n\n"
    "    DISCORD_TOKEN=… pullquote run          (the Discord bot)"
)
def run(config: ConfigOption = None, index: IndexOption = None) -> None:
    """Serve: as a Discord bot where DISCORD_TOKEN is set, else as a chat in this console.

    Builds the index first if there is none.
    """
    settings = cli.load_settings(config, index)
    cli.build_if_missing(settings)
    token = os.environ.get("DISCORD_TOKEN")
    if token is None:
        from bot.console import chat

        cli.err.print("DISCORD_TOKEN is not set: this is the console chat.", style="dim")
        with closing(cli.open_archive(settings)) as archive:
            chat(Answerer(archive, settings.answers), cli.out)
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(serve_discord(settings, token))


async def serve_discord(settings: Settings, token: str) -> None:
    from bot.run import serve  # discord.py is not needed for any other command
    from bot.service import Service

    service = Service(settings.index.path, cli.archive_opener(settings), settings.answers, settings.service)
    service.watch()
    try:
        await serve(service, token, settings.discord, settings.index.path)
    finally:
        await service.close()


def main() -> None:
    """Runs the command line; what is meant for a person is one sentence on standard error and exit code 1."""
    try:
        app()
    except PullquoteError as error:
        cli.err.print(f"[bold red]Error:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:  # `pullquote ask | head`: the reader has gone, which is no failure of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
