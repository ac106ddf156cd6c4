"""Whether the bot lives, whether it is ready, and what it counts, over HTTP for those who watch it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from config.settings import OperationSettings

if TYPE_CHECKING:
    from bot.client import PullquoteBot

log = logging.getLogger(__name__)

SECONDS_TO_CLOSE = 0.5  # for requests under way
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """`/healthz`, `/readyz` and `/metrics` of one bot."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.is_connected = self.was_connected = False
        bot.add_listener(self.connected, "on_ready")
        bot.add_listener(self.connected, "on_resumed")
        bot.add_listener(self.disconnected, "on_disconnect")
        self.app = web.Application()
        self.app.router.add_get("/healthz", self.healthz)
        self.app.router.add_get("/readyz", self.readyz)
        self.app.router.add_get("/metrics", self.metrics)

    async def connected(self) -> None:
        if self.was_connected and not self.is_connected:
            self.bot.desk.metrics.reconnects.inc()
        self.is_connected = self.was_connected = True

    async def disconnected(self) -> None:
        self.is_connected = False

    @property
    def hindrance(self) -> str | None:
        """Why no question can be answered now; the archive has been open since before the bot was made."""
        if self.bot.desk.is_closed:
            return "stopping"
        if self.is_connected:
            return None if self.bot.archives.shared.is_reachable else "the archive is unreachable"
        return "the connection to Discord is lost" if self.was_connected else "connecting to Discord"

    async def healthz(self, _: web.Request) -> web.Response:
        """That this is said at all says that the process lives and its event loop turns."""
        return web.Response(text="ok\n")

    async def readyz(self, _: web.Request) -> web.Response:
        return web.Response(text=f"{self.hindrance or 'ok'}\n", status=503 if self.hindrance else 200)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self.bot.desk.metrics.exposition(), headers={"Content-Type": METRICS_TYPE})


@asynccontextmanager
async def watched(bot: PullquoteBot, settings: OperationSettings) -> AsyncIterator[None]:
    """Lets the bot be watched meanwhile, where the settings name a port. Where it is taken, as by a second bot of the
    machine, the bot works all the same."""
    bot.desk.metrics.watch(bot)
    runner = web.AppRunner(Health(bot).app, access_log=None, shutdown_timeout=SECONDS_TO_CLOSE)
    await runner.setup()
    try:
        if settings.port:
            await listen(runner, settings)
        yield
    finally:
        await runner.cleanup()


async def listen(runner: web.AppRunner, settings: OperationSettings) -> None:
    where = f"http://{settings.address}:{settings.port}"
    try:
        await web.TCPSite(runner, settings.address, settings.port).start()
        log.info("health and metrics at %s", where)
    except OSError as error:
        log.warning("no health and metrics: %s cannot be used (%s); set operation.port", where, error.strerror)
