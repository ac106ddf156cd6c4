"""Questions from many at once -> answers, off the event loop, from the newest published generation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Thread
from typing import TypeVar

from config.settings import AnswerSettings, ServiceSettings
from index.answers import Answer, Answerer, Asking
from index.archive import Archive
from index.errors import Busy, PullquoteError
from index.examples import examples_of
from index.generations import current_name

Result = TypeVar("Result")
PLAINLY = Asking()  # a question with nothing beside it

log = logging.getLogger(__name__)

MOST_GLANCES = 32  # waiting at once; a suggestion that comes later than the next letter is of no use
SECONDS_OF_A_GLANCE = 2.5  # Discord takes a suggestion for three
WARM_UP = "What is this archive about?"  # the first question to a generation reads its files from the disk


class Shared:
    """An open archive and how many answers are being made from it."""

    def __init__(self, archive: Archive, settings: AnswerSettings) -> None:
        self.archive = archive
        self.answerer = Answerer(archive, settings)
        self.users = 0
        self.is_retired = False

    def leave(self) -> None:
        self.users -= 1
        self.close_if_unused()

    def retire(self) -> None:
        """No further answers; closed as soon as the last one under way is out."""
        self.is_retired = True
        self.close_if_unused()

    def close_if_unused(self) -> None:
        if self.is_retired and not self.users:
            self.archive.close()


class Service:
    """Answers in a small pool of threads and never lets the line of those who wait grow without end.

    `open_archive` opens the current generation of `index`; it is called again whenever a new one is published.
    """

    def __init__(
        self,
        index: Path,
        open_archive: Callable[[], Archive],
        answers: AnswerSettings,
        settings: ServiceSettings,
    ) -> None:
        self.index = index
        self.open_archive = open_archive
        self.answers = answers
        self.settings = settings
        self.shared = Shared(open_archive(), answers)
        self.pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="answer")
        self.beside = ThreadPoolExecutor(1, thread_name_prefix="glance")
        self.under_way = self.glances = 0
        self.used = self.unusable = 0  # newly published generations since the start
        self.watcher: asyncio.Task[None] | None = None

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of the archive's dated articles."""
        return self.shared.archive.generation.manifest.span

    async def answer(self, question: str, asking: Asking = PLAINLY) -> Answer:
        """Raises `Busy` where too many wait already, `TimeoutError` after the time limit, `BadQuery`."""
        return await self.run(lambda answerer: answerer.answer(question, asking))

    async def run(self, work: Callable[[Answerer], Result]) -> Result:
        """Does work with the archive in one of the threads. Raises what the work raises, `Busy` and `TimeoutError`."""
        if self.under_way >= self.settings.threads + self.settings.queue:
            raise Busy("Too many questions at once; ask again in a moment.")
        self.under_way += 1
        return await self.done_in(self.pool, work, self.end_one)

    async def glance(self, work: Callable[[Answerer], Result]) -> Result:
        """Does work of a millisecond, which should not wait behind questions. Raises as `run`."""
        if self.glances >= MOST_GLANCES:
            raise Busy("Too much at once; try again in a moment.")
        self.glances += 1
        return await self.done_in(self.beside, work, self.end_glance, SECONDS_OF_A_GLANCE)

    async def done_in(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[Answerer], Result],
        finished: Callable[[], None],
        seconds: float | None = None,
    ) -> Result:
        shared = self.shared
        shared.users += 1

        def leave(_: object) -> None:
            finished()
            shared.leave()

        working = asyncio.get_running_loop().run_in_executor(pool, work, shared.answerer)
        working.add_done_callback(leave)
        async with asyncio.timeout(seconds or self.settings.time_limit_seconds):
            return await asyncio.shield(working)  # a thread cannot be stopped: its place is free once it is done

    def end_one(self) -> None:
        self.under_way -= 1

    def end_glance(self) -> None:
        self.glances -= 1

    def watch(self) -> None:
        """Looks for newly published generations from now on, and answers from them."""
        self.watcher = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        seen = self.shared.archive.generation.name
        with suppress(Exception):  # what is wrong shows with the first question
            await self.glance(warm)
            await self.run(examples_of)  # what `/help` would wait for
        while True:
            await asyncio.sleep(self.settings.watch_seconds)
            try:
                name = current_name(self.index)
                if name and name != seen:
                    seen = name  # tried once: what is damaged now is damaged in five seconds as well
                    await self.take_up()
            except PullquoteError as error:  # the generation at hand goes on answering
                log.warning("the new generation is not used: %s", error)
            except Exception:  # nor may a fault of any library end the watch
                log.exception("the new generation is not used")

    async def take_up(self) -> None:
        """Goes over to the newest generation, and counts whether that went well."""
        try:
            await self.open_newest()
        except Exception:
            self.unusable += 1
            raise
        self.used += 1

    async def open_newest(self) -> None:
        """Opens and warms the current generation, then swaps one reference."""
        loop = asyncio.get_running_loop()
        newest = Shared(await loop.run_in_executor(self.pool, self.open_archive), self.answers)
        try:
            await loop.run_in_executor(self.pool, warm, newest.answerer)
        except BaseException:
            newest.retire()
            raise
        old, self.shared = self.shared, newest
        old.retire()
        log.info("answering from generation %s", newest.archive.generation.name)

    async def close(self, seconds: float | None = None) -> bool:
        """Stops watching, waits for the threads, or so many seconds, and closes the archive. Whether they ended."""
        if self.watcher:
            self.watcher.cancel()
        for pool in (self.pool, self.beside):
            pool.shutdown(wait=False, cancel_futures=True)
        ending = Thread(target=self.join, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, seconds)
        self.shared.retire()
        return not ending.is_alive()

    def join(self) -> None:
        self.pool.shutdown()
        self.beside.shutdown()


def warm(answerer: Answerer) -> None:
    """Does once what the first question, the first suggestion of a title and the first button would wait for."""
    answerer.answer(WARM_UP)
    for _, key in answerer.archive.titles.matching("", 1):
        answerer.archive.generation.store.number_of(key)
