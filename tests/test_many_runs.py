"""`pullquote run` as two processes on one index: built, visited and followed once, and by the other one when the first
is gone."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from discord_server import DiscordServer
from many import Bot, ask
from test_run import RUN, write
from web import Site, a_site, fetching

from index.collection import home_of
from index.sources import Sources
from index.visits import add_address

pytestmark = pytest.mark.timeout(240)

PAGE = """<html><head><title>The Ferry</title></head>
<body><article><h1>The Ferry</h1><p>The ferry leaves at nine. It takes cars and bicycles.</p></article></body></html>"""
BRIDGE, FERRY = "How long is the bridge?", "When does the ferry leave?"


@asynccontextmanager
async def run(server: DiscordServer, site: Site, folder: Path, shard: int) -> AsyncIterator[Bot]:
    """`pullquote run` for one of two shards, which keeps its archive up to date every second or so."""
    settings = {
        "DISCORD_TOKEN": server.token,
        "PULLQUOTE_ARCHIVE__FOLDER": str(folder / "articles"),
        "PULLQUOTE_ARCHIVE__REINDEX_MINUTES": "0.02",
        "PULLQUOTE_INDEX__FOLDER": str(folder / "index"),
        "PULLQUOTE_DISCORD__SHARDS": "2",
        "PULLQUOTE_DISCORD__SHARD_IDS": f"[{shard}]",
        "PULLQUOTE_FETCHING__ALLOW": '["127.0.0.1"]',
        "PULLQUOTE_FETCHING__PORTS": f"[{site.port}]",
        "PULLQUOTE_OPERATION__PORT": "0",
        "PULLQUOTE_READER__NAME": "none",
        "PULLQUOTE_SERVICE__WATCH_SECONDS": "0.2",
    }
    log = folder / f"log-{shard}"
    with log.open("ab") as errors:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", server.preamble() + RUN, "run"),
            env=os.environ | settings,
            stdout=DEVNULL,
            stderr=errors,
        )
    try:
        yield Bot(child, 0, log)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def comes(is_so: Callable[[], object], seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.1)


def last_built(bot: Bot) -> str:
    return str(re.findall("built (generation .*)", bot.log)[-1])


async def test_what_concerns_all_is_done_by_one_process_and_by_the_next_when_it_is_gone(tmp_path: Path) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    write(articles, "1.05.2025", 84)
    async with DiscordServer() as server, a_site() as site:
        ada = server.user("Ada")
        channels = [
            server.channel("general", server.guild_of_shard(shard, 2, f"Half {shard}", ada)) for shard in (0, 1)
        ]
        site.page("/ferry", PAGE)
        async with run(server, site, tmp_path, 0) as first:
            await server.ready(90)
            await comes(lambda: "ready as" in first.log)
            async with run(server, site, tmp_path, 1) as second:
                await server.ready(90, shards=2)
                await comes(lambda: "ready as" in second.log)
                for channel in channels:
                    assert "84 metres long" in (await ask(server, channel, ada, BRIDGE)).replace("__", "")

                # One process visits and builds; both answer from what it built.
                await add_address(Sources(home_of(index)), fetching(site), site.url("/ferry"))
                write(articles, "2.06.2025", 96)
                await comes(lambda: "built generation" in first.log)
                for bot in (first, second):
                    await comes(lambda bot=bot: f"from {last_built(first)}" in bot.log)  # type: ignore[misc]
                for channel in channels:
                    assert "96 metres long" in (await ask(server, channel, ada, BRIDGE)).replace("__", "")
                    assert "at nine" in (await ask(server, channel, ada, FERRY)).replace("__", "")
                assert "built generation" not in second.log

                # It is gone, and the other one goes on.
                assert await first.end(signal.SIGKILL) == -signal.SIGKILL
                write(articles, "3.07.2025", 108)
                await comes(lambda: "built generation" in second.log)
                await comes(lambda: f"from {last_built(second)}" in second.log)
                assert "108 metres long" in (await ask(server, channels[1], ada, BRIDGE)).replace("__", "")
                assert await second.end() == 0
                for bot in (first, second):
                    assert "a build failed" not in bot.log
                    assert "Traceback" not in bot.log
        assert site.asked["/ferry"] == 2  # when it was added, and by the one process that visits
    assert server.refusals == []
