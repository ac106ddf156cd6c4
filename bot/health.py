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
        self.connected: set[int] = set()  # shards; where there are none, 0 stands for the one connection
        self.lost: set[int] = set()
        prefix = "on_shard" if bot.served.count != 0 else "on"
        bot.add_listener(self.connects, f"{prefix}_ready")
        bot.add_listener(self.connects, f"{prefix}_resumed")
        bot.add_listener(self.disconnects, f"{prefix}_disconnect")
        self.app = web.Application()
        self.app.router.add_get("/healthz", self.healthz)
        self.app.router.add_get("/readyz", self.readyz)
        self.app.router.add_get("/metrics", self.metrics)

    async def connects(self, shard: int = 0) -> None:
        if shard in self.lost:
            self.lost.discard(shard)
            self.bot.desk.metrics.reconnects.inc()
        self.connected.add(shard)

    async def disconnects(self, shard: int = 0) -> None:
        if shard in self.connected:
            self.connected.discard(shard)
            self.lost.add(shard)

    def is_connected(self, shard: int) -> bool:
        return shard in self.connected

    @property
    def hindrance(self) -> str | None:
        """Why no question can be answered now; the archive has been open since before the bot was made."""
        if self.bot.desk.is_closed:
            return "stopping"
        if self.lost:
            of = f" of shard {', '.join(map(str, sorted(self.lost)))}" if self.bot.served.count != 0 else ""
            return f"the connection{of} to Discord is lost"
        if not self.connected.issuperset(self.bot.shard_numbers()):
            return "connecting to Discord"
        return None if self.bot.archives.shared.is_reachable else "the archive is unreachable"

    async def healthz(self, _: web.Request) -> web.Response:
        """That this is said at all says that the process lives and its event loop turns."""
        return web.Response(text="ok\n")

    async def readyz(self, _: web.Request) -> web.Response:
        return web.Response(text=f"{self.hindrance or 'ok'}\n", status=503 if self.hindrance else 200)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self.bot.desk.metrics.exposition(), headers={"Content-Type": METRICS_TYPE})


@asynccontextmanager
async def watched(bot: PullquoteBot, settings: OperationSettings) -> AsyncIterator[None]:
    """Lets the bot be watched meanwhile, where the settings name a port, to which the lowest of its shards is added.
    Where it is taken, as by another bot of the machine, the bot works all the same."""
    health = Health(bot)
    bot.desk.metrics.watch(bot, health.is_connected)
    runner = web.AppRunner(health.app, access_log=None, shutdown_timeout=SECONDS_TO_CLOSE)
    await runner.setup()
    try:
        if settings.port:
            await listen(runner, settings.address, settings.port + bot.served.least)
        yield
    finally:
        await runner.cleanup()


async def listen(runner: web.AppRunner, address: str, port: int) -> None:
    where = f"http://{address}:{port}"
    try:
        await web.TCPSite(runner, address, port).start()
        log.info("health and metrics at %s", where)
    except OverflowError:
        log.warning("no health and metrics: there is no port %d; set operation.port", port)
    except OSError as error:
        log.warning("no health and metrics: %s cannot be used (%s); set operation.port", where, error.strerror)
