"""Health and metrics of a running bot, read over HTTP as those who watch it read them."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from bots import Held, Table, discord_settings, free_port, operation_settings, started
from conftest import ROOT
from discord_server import DiscordServer
from prometheus_client.parser import text_string_to_metric_families
from test_bot import QUESTION, RIVER, answered

from bot.archive.builder import Builder
from bot.client import PullquoteBot
from bot.desk import Answers
from bot.health import watched
from bot.service import Service
from config.settings import Settings
from index.answers import Answer
from index.archive import Archive
from index.build import Recipe, build
from index.embeddings import Embedder
from index.errors import BuildFailed, Busy
from index.models import Model

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
NOTHING_SAID = Answer("Who?", (), (), 0.1, False, 0.2)


@asynccontextmanager
async def running(
    server: DiscordServer, service: Answers, state: Path, **limits: int
) -> AsyncIterator[tuple[PullquoteBot, str]]:
    """A bot that is ready, and where it is watched."""
    port = free_port()
    async with (
        server,
        started(server, service, state, discord_settings(**limits)) as bot,
        watched(bot, operation_settings(port=port)),
    ):
        yield bot, f"http://127.0.0.1:{port}"


async def look(address: str) -> tuple[int, str]:
    """Status and text of a page."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()


async def until(address: str, expected: tuple[int, str], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while await look(address) != expected:  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.02)


async def figures(address: str) -> dict[str, float]:
    """What `/metrics` tells, by name and labels as they stand there."""
    _, text = await look(f"{address}/metrics")
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value for sample in samples}


async def test_a_bot_is_ready_while_it_is_connected(tmp_path: Path) -> None:
    server = DiscordServer()
    async with running(server, Table({}), tmp_path) as (bot, address):
        ready = f"{address}/readyz"
        assert await look(f"{address}/healthz") == (200, "ok\n")
        assert await look(ready) == (503, "connecting to Discord\n")
        await until(ready, (200, "ok\n"))
        assert (await figures(address))["pullquote_gateway_reconnects_total"] == 0
        async with server.gateway_paused():
            await until(ready, (503, "the connection to Discord is lost\n"))
            assert await look(f"{address}/healthz") == (200, "ok\n")
        await until(ready, (200, "ok\n"))
        server.invalidate_session()  # a new session, where the last one was taken up again before
        await until(ready, (503, "the connection to Discord is lost\n"))
        await until(ready, (200, "ok\n"), 20)
        assert (await figures(address))["pullquote_gateway_reconnects_total"] == 2
        await bot.desk.close(0)
        assert await look(ready) == (503, "stopping\n")


async def test_questions_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    table = Table(
        {
            QUESTION: answered(RIVER),
            "Who?": NOTHING_SAID,
            "Crowd?": Busy("Too many."),
            "Slow?": TimeoutError(),
            "Fault?": KeyError("Fault?"),
        }
    )
    server = DiscordServer()
    async with running(server, table, tmp_path, user_questions_per_minute=8) as (bot, address):
        for question in (*table.answers, QUESTION, " ", "Who?"):
            await (await server.slash("ask", {"question": question})).response()
        await (await server.slash("ask", {"question": QUESTION})).response()
        await bot.desk.close(0)
        await (await server.slash("ask", {"question": QUESTION}, user=server.user("Bob"))).response()
        told = await figures(address)
    name = "pullquote_questions_total"
    assert {key.removeprefix(f"{name} "): value for key, value in told.items() if key.startswith(f"{name} ")} == {
        "answered": 2,
        "perhaps": 0,
        "not_said": 2,
        "busy": 1,
        "time_limit": 1,
        "error": 1,
        "refused": 1,
        "too_often": 1,
        "stopping": 1,
    }
    assert told["pullquote_answer_seconds_count"] == 4
    assert told["pullquote_answer_seconds_bucket 10.0"] == 4
    assert told["pullquote_guilds"] == 1


async def test_the_seconds_of_an_answer_are_those_that_a_member_waits(tmp_path: Path) -> None:
    held, server = Held({QUESTION: answered(RIVER)}), DiscordServer()
    async with running(server, held, tmp_path) as (_, address):
        asked = await server.slash("ask", {"question": QUESTION})
        await asked.acknowledgement()
        await asyncio.sleep(0.31)
        held.let_go.set()
        await asked.response()
        told = await figures(address)
    assert (told["pullquote_answer_seconds_bucket 0.3"], told["pullquote_answer_seconds_bucket 5.0"]) == (0, 1)
    assert 0.3 < told["pullquote_answer_seconds_sum"] < 5


async def test_builds_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    async with running(DiscordServer(), Table({}), tmp_path) as (bot, address):
        before = await figures(address)
        with pytest.raises(BuildFailed, match="no settings file"):
            await Builder(["--config", str(tmp_path / "gone.toml")], bot.archives.workshop).build()
        after = await figures(address)
    name = "pullquote_builds_total"
    outcomes = ("published", "unchanged", "failed", "cancelled")
    assert [before[f"{name} {outcome}"] for outcome in outcomes] == [0, 0, 0, 0]
    assert [after[f"{name} {outcome}"] for outcome in outcomes] == [0, 0, 1, 0]


async def test_the_generation_that_answers_is_told_and_every_new_one_counted(
    tmp_path: Path, model: Model, embedder: Embedder, recipe: Recipe, settings: Settings
) -> None:
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()

    def publish(name: str) -> None:
        (folder / f"{name}.txt").write_text(f'1.05.2025\n\n"{name}"\n\nThe {name} is 84 metres long. It is open.\n')
        build(folder, index, recipe, lambda: embedder, lambda *_: None)

    publish("bridge")
    watching = settings.service.model_copy(update={"watch_seconds": 0.05})
    service = Service(index, lambda: Archive.open(index, model, embedder), settings.answers, watching)
    service.watch()
    server = DiscordServer()
    async with running(server, service, tmp_path / "state") as (_, address):
        before = await figures(address)
        publish("tunnel")
        await until_told(address, lambda told: told["pullquote_generations_total used"] == 1)
        publish("ferry")
        (index / "generations" / "000003" / "manifest.json").write_text("{}")
        await until_told(address, lambda told: told["pullquote_generations_total unusable"] == 1)
        _, text = await look(f"{address}/metrics")
        after = await figures(address)
    await service.close()
    assert (before["pullquote_articles"], after["pullquote_articles"]) == (1, 2)
    assert (before["pullquote_passages"], after["pullquote_passages"]) == (1, 2)
    assert before["pullquote_generations_total used"] == before["pullquote_generations_total unusable"] == 0
    assert after["pullquote_generations_total used"] == 1
    assert after["pullquote_build_seconds"] == service.shared.archive.generation.manifest.seconds
    assert 0 <= after["pullquote_generation_age_seconds"] < 60
    assert 'name="000002"' in text
    assert after["process_open_fds"] > 3


async def until_told(address: str, is_so: Callable[[dict[str, float]], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so(await figures(address)):  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.05)


async def test_questions_under_way_and_those_that_wait_are_told(service: Service, tmp_path: Path) -> None:
    server, go_on = DiscordServer(), asyncio.Event()
    loop = asyncio.get_running_loop()
    async with running(server, service, tmp_path) as (_, address):
        work = [asyncio.create_task(service.run(lambda _: wait_for(go_on, loop))) for _ in range(5)]
        await asyncio.sleep(0.1)
        told = await figures(address)
        go_on.set()
        await asyncio.gather(*work)
        after = await figures(address)
    assert (told["pullquote_under_way"], told["pullquote_waiting"]) == (2, 3)
    assert (after["pullquote_under_way"], after["pullquote_waiting"]) == (0, 0)


def wait_for(event: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(event.wait(), loop).result(10)


async def test_a_port_that_is_taken_is_a_line_in_the_log_and_the_bot_works(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server, table = DiscordServer(), Table({QUESTION: answered(RIVER)})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = operation_settings(port=port)
        async with server, started(server, table, tmp_path) as bot, watched(bot, settings):
            asked = await server.slash("ask", {"question": QUESTION})
            assert RIVER.text in (await asked.response()).text
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.health"]
    assert line.startswith(f"no health and metrics: http://127.0.0.1:{port} cannot be used (")
    assert line.endswith("address already in use); set operation.port")


async def test_nobody_listens_where_the_port_is_0(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.health")
    server = DiscordServer()
    async with server, started(server, Table({}), tmp_path) as bot, watched(bot, operation_settings(port=0)):
        assert "bot.health" not in {record.name for record in caplog.records}


async def test_every_metric_stands_in_the_documentation_and_no_label_says_who_asked(
    tmp_path: Path, service: Service
) -> None:
    server = DiscordServer()
    async with running(server, service, tmp_path) as (_, address):
        await (await server.slash("ask", {"question": "Who leads the Rovers?"})).response(30)
        _, text = await look(f"{address}/metrics")
    families = list(text_string_to_metric_families(text))
    own = {family.name for family in families if family.name.startswith("pullquote_")}
    table = OPERATIONS.partition("## Metrics")[2].partition("## ")[0]
    documented = set(re.findall(r"`(pullquote_\w+?)(?:_total)?`", table))
    assert own <= documented
    of_shards = {"pullquote_shard_up", "pullquote_shard_guilds"}
    assert documented - own <= {"pullquote_gateway_latency_seconds", *of_shards}  # none before the first heartbeat
    labels = {name for family in families for sample in family.samples for name in sample.labels}
    assert labels == {"outcome", "le", "name", "created"}
    for who in (server.guilds[0].id, server.user("Ada").id):
        assert str(who) not in text
