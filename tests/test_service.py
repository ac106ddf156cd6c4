"""Many ask at once: off the event loop, never an endless line, always the newest generation, nothing cut off."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest
from test_build import RECIPE, Letters

from bot.service import Service
from config.settings import ServiceSettings, Settings
from index import generations
from index.archive import Archive
from index.build import build
from index.embeddings import Encoding
from index.errors import BadQuery, Busy, NoIndex, Unreachable
from index.retrieval import LocalRetriever


class Gate(Letters):
    """An embedder that waits in `encode` until it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = threading.Event()
        self.opened.set()

    def encode(self, texts: Iterable[str]) -> Iterator[Encoding]:
        assert self.opened.wait(10)
        return super().encode(texts)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text('1.05.2025\n\n"Title"\n\nBees buzz about.\n')
    return tmp_path / "articles"


@pytest.fixture
async def service(folder: Path, tmp_path: Path, gate: Gate) -> AsyncIterator[Service]:
    index = tmp_path / "index"
    build(folder, index, RECIPE, Letters, lambda *_: None)
    limits = ServiceSettings(threads=1, queue=2, time_limit_seconds=5, watch_seconds=0.05)
    served = Service(index, lambda: Archive.open(index, RECIPE.model, gate), Settings.load().answers, limits)
    yield served
    gate.opened.set()
    await served.close()


async def until(reached: object, what: str) -> None:
    """Waits up to 5 seconds for a condition given as a function."""
    assert callable(reached)
    for _ in range(500):
        if reached():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(what)


async def test_an_answer_comes_from_the_archive_and_its_span_is_known(service: Service) -> None:
    answer = await service.answer("What do bees do?")
    assert answer.quotes[0].text == "Bees buzz about."
    assert str(service.span) == "(datetime.date(2025, 5, 1), datetime.date(2025, 5, 1))"


async def test_the_event_loop_goes_on_while_a_question_is_worked_on(service: Service, gate: Gate) -> None:
    gate.opened.clear()
    asked = asyncio.create_task(service.answer("What do bees do?"))
    for _ in range(10):
        await asyncio.sleep(0.001)
    assert not asked.done()
    gate.opened.set()
    assert (await asked).quotes[0].text == "Bees buzz about."


async def test_more_than_may_wait_are_told_busy_and_the_others_are_answered(service: Service, gate: Gate) -> None:
    gate.opened.clear()
    asked = [asyncio.create_task(service.answer("What do bees do?")) for _ in range(3)]
    await asyncio.sleep(0.01)
    with pytest.raises(Busy, match="Too many questions at once; ask again in a moment"):
        await service.answer("One more?")
    gate.opened.set()
    assert len(await asyncio.gather(*asked)) == 3
    assert (await service.answer("And now?")).quotes


async def test_a_glance_does_not_wait_behind_questions(service: Service, gate: Gate) -> None:
    gate.opened.clear()
    asked = [asyncio.create_task(service.answer("What do bees do?")) for _ in range(3)]
    await asyncio.sleep(0.01)
    titles = await service.glance(lambda answerer: answerer.archive.titles.matching("tit"))
    assert [title for title, _ in titles] == ["Title"]
    assert not any(one.done() for one in asked)
    gate.opened.set()
    assert len(await asyncio.gather(*asked)) == 3


async def test_past_the_time_limit_it_gives_up_and_its_place_is_free_when_the_thread_is(
    folder: Path, tmp_path: Path, gate: Gate
) -> None:
    index = tmp_path / "index"
    build(folder, index, RECIPE, Letters, lambda *_: None)
    limits = ServiceSettings(threads=1, queue=0, time_limit_seconds=0.1, watch_seconds=5)
    service = Service(index, lambda: Archive.open(index, RECIPE.model, gate), Settings.load().answers, limits)
    gate.opened.clear()
    with pytest.raises(TimeoutError):
        await service.answer("What do bees do?")
    with pytest.raises(Busy):
        await service.answer("What do bees do?")
    gate.opened.set()
    await until(lambda: service.threads.under_way == 0, "the thread never finished")
    assert (await service.answer("What do bees do?")).quotes
    await service.close()


async def test_a_question_that_cannot_be_meant_frees_its_place(service: Service) -> None:
    for _ in range(5):
        with pytest.raises(BadQuery):
            await service.answer("?!")
    assert service.threads.under_way == 0


async def test_a_new_generation_is_used_once_published_and_the_old_one_closed_after_its_last_answer(
    service: Service, folder: Path, gate: Gate
) -> None:
    service.watch()
    old = service.shared
    gate.opened.clear()
    asked = asyncio.create_task(service.answer("What do bees do?"))
    await asyncio.sleep(0.01)
    (folder / "a.txt").write_text('1.06.2025\n\n"Title"\n\nBees hum.\n')
    build(folder, service.index, RECIPE, Letters, lambda *_: None)
    gate.opened.set()
    await until(lambda: service.shared is not old, "the new generation was not opened")
    assert (await asked).quotes[0].text == "Bees buzz about."
    assert (await service.answer("What do bees do?")).quotes[0].text == "Bees hum."
    assert (old.is_retired, old.users) == (True, 0)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        old.archive.generation.store.article(0)


async def test_a_damaged_new_generation_is_not_used(service: Service, folder: Path) -> None:
    (folder / "a.txt").write_text('1.06.2025\n\n"Title"\n\nBees hum.\n')
    build(folder, service.index, RECIPE, Letters, lambda *_: None)
    file = service.index / "generations" / "000002" / "articles.sqlite"
    file.write_bytes(file.read_bytes().replace(b"Bees hum.", b"Bees bum."))
    at_hand = service.shared
    service.watch()
    await until(lambda: generations.damaged(service.index) == ["000002.damaged"], "it was not set aside")
    await asyncio.sleep(0.2)
    assert (await service.answer("What do bees do?")).quotes[0].text == "Bees buzz about."
    assert generations.current_name(service.index) == "000001"
    assert service.shared is at_hand
    assert build(folder, service.index, RECIPE, Letters, lambda *_: None).generation == "000003"
    await until(lambda: service.shared.archive.generation.name == "000003", "the good one was not opened")
    assert (await service.answer("What do bees do?")).quotes[0].text == "Bees hum."


async def test_a_new_generation_takes_the_place_of_one_that_the_server_has_lost(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(folder, index, RECIPE, Letters, lambda *_: None)
    lost = Archive.open(index, RECIPE.model, Letters())
    lost.retriever = Lost(lost.generation.vectors, lost.generation.words)
    opened = iter([lost])
    limits = ServiceSettings(threads=1, queue=2, time_limit_seconds=5, watch_seconds=0.05)
    service = Service(
        index,
        lambda: next(opened, None) or Archive.open(index, RECIPE.model, Letters()),
        Settings.load().answers,
        limits,
    )
    service.watch()
    await until(lambda: not service.is_reachable, "nobody noticed that it is lost")
    (folder / "a.txt").write_text('1.06.2025\n\n"Title"\n\nBees hum.\n')
    build(folder, index, RECIPE, Letters, lambda *_: None)
    await until(lambda: service.is_reachable, "the new generation was not opened")
    assert (await service.answer("What do bees do?")).quotes[0].text == "Bees hum."
    await service.close()


async def test_the_log_says_once_that_the_server_is_gone_and_once_that_it_came_back_without_its_data(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    archive = service.shared.archive
    archive.retriever = Emptied(archive.generation.vectors, archive.generation.words)
    service.watch()
    await until(lambda: archive.retriever.looks > 6, "nobody looked")
    errors = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert errors == [str(Unreachable("nowhere")), "there is no such collection"]


class Emptied(LocalRetriever):
    """What a server that was killed has no more once it is there again."""

    looks = 0

    def check(self) -> None:
        self.looks += 1
        raise Unreachable("nowhere") if self.looks < 4 else NoIndex("there is no such collection")


class Lost(LocalRetriever):
    """What a server that answers has no more."""

    def check(self) -> None:
        raise NoIndex("there is no such collection")


async def test_a_name_of_the_current_generation_that_cannot_be_read_does_not_end_the_watch(
    service: Service, folder: Path
) -> None:
    current = service.index / "current"
    current.write_bytes(b"\xff")
    service.watch()
    await asyncio.sleep(0.3)
    current.write_text("000001\n")
    (folder / "a.txt").write_text('1.06.2025\n\n"Title"\n\nBees hum.\n')
    build(folder, service.index, RECIPE, Letters, lambda *_: None)
    await until(lambda: service.shared.archive.generation.name == "000002", "the new generation was not opened")
    assert (await service.answer("What do bees do?")).quotes[0].text == "Bees hum."
