"""The life of the bot: connect, serve, stop when told."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import discord

from bot.archive.register import Archives
from bot.client import PullquoteBot, bot_for
from bot.health import watched
from config.settings import DiscordSettings, OperationSettings
from index.errors import CannotConnect

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 4.0  # for answers under way; service managers kill ten or more seconds after they ask to stop
SHARDING_REQUIRED = 4011  # the code with which Discord closes the connection
SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def serve(
    archives: Archives,
    token: str,
    settings: DiscordSettings,
    operation: OperationSettings,
    state: Path,
    *,
    seconds_to_finish: float = SECONDS_TO_FINISH,
) -> None:
    """Serves Discord until SIGTERM or SIGINT, then lets answers under way finish and returns.

    `state` is a folder for what must be known at the next start. The archives are left open. Raises
    `CannotConnect`.
    """
    check_form(token)
    async with bot_for(archives, settings, state) as bot, watched(bot, operation):
        with told_to_stop() as stop:
            connection = asyncio.create_task(connect(bot, token))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                stopping.cancel()
                connection.result()
            else:
                log.info("stopping")
                bot.schedule.stop()
                await asyncio.gather(bot.desk.close(seconds_to_finish), bot.archives.stop_builds())
                await bot.close()
                connection.cancel()
                await asyncio.gather(connection, return_exceptions=True)


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """An event that the signals to stop set."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


def check_form(token: str) -> None:
    """Raises `CannotConnect` for what cannot even be sent as a token."""
    if not token.strip():
        raise CannotConnect("There is no token: set DISCORD_TOKEN to the one of the application's page “Bot”.")
    if not token.isascii() or len(token.split()) != 1:
        raise CannotConnect("DISCORD_TOKEN is no token: copy it anew from the application's page “Bot”.")


async def connect(bot: PullquoteBot, token: str) -> None:
    """Logs in and stays connected; discord.py reconnects by itself. Raises `CannotConnect`."""
    try:
        await bot.start(token)
    except discord.LoginFailure:
        raise CannotConnect(
            "Discord refuses the token: copy it anew from the application's page “Bot” into DISCORD_TOKEN."
        ) from None
    except discord.PrivilegedIntentsRequired:
        raise CannotConnect(
            "Discord refuses the connection: turn on the message content intent on the application's page “Bot”, or "
            "set discord.read_messages to false."
        ) from None
    except discord.ConnectionClosed as error:
        raise CannotConnect(
            'Discord requires more shards for so many servers: set discord.shards to "auto", or to a higher number.'
            if error.code == SHARDING_REQUIRED
            else f"Discord ended the connection for good (code {error.code})."
        ) from None
    except discord.RateLimited as error:
        raise CannotConnect(f"Discord asks to wait {error.retry_after:.0f} seconds before connecting again.") from None
    except discord.HTTPException as error:
        raise CannotConnect(f"Discord answers with an error ({error.status}): try again later.") from None
    except (OSError, aiohttp.ClientError):
        raise CannotConnect("Discord cannot be reached: check the network and try again.") from None
