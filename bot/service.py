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
from index.errors import Busy, EngineRefuses, NoIndex, PullquoteError, Unreachable
from index.examples import examples_of
from index.generations import current_name
from index.integrity import checked

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


class Threads:
    """The threads in which all archives are asked, and how many questions wait for them."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="answer")
        self.beside = ThreadPoolExecutor(1, thread_name_prefix="glance")
        self.under_way = self.glances = 0

    def begin_one(self) -> None:
        """Raises `Busy` where too many wait already."""
        if self.under_way >= self.settings.threads + self.settings.queue:
            raise Busy("Too many questions at once; ask again in a moment.")
        self.under_way += 1

    def end_one(self) -> None:
        self.under_way -= 1

    def begin_glance(self) -> None:
        if self.glances >= MOST_GLANCES:
            raise Busy("Too much at once; try again in a moment.")
        self.glances += 1

    def end_glance(self) -> None:
        self.glances -= 1

    async def close(self, seconds: float | None = None) -> bool:
        """Waits for what is under way, or so many seconds; whether that ended. What only waits is given up."""
        for pool in (self.pool, self.beside):
            pool.shutdown(wait=False, cancel_futures=True)
        ending = Thread(target=self.join, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, seconds)
        return not ending.is_alive()

    def join(self) -> None:
        self.pool.shutdown()
        self.beside.shutdown()


class Service:
    """Answers from one archive, in threads that it may share with those of others, and never lets the line of those who
    wait grow without end.

    `open_archive` opens the current generation of `index`; it is called again whenever a new one is published.
    `published` brings what a server that searches has published, and says in a sentence where it cannot (`Opener`).
    """

    def __init__(
        self,
        index: Path,
        open_archive: Callable[[], Archive],
        answers: AnswerSettings,
        settings: ServiceSettings,
        threads: Threads | None = None,
        published: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.published = published
        self.is_reachable = True  # the generation at hand, when it was last looked for
        self.missed: str | None = None  # why it is not there, as the log was told
        self.not_taken: str | None = None  # what is published and why it is not answered from
        self.index = index
        self.open_archive = open_archive
        self.answers = answers
        self.settings = settings
        self.shared = Shared(open_archive(), answers)
        self.own_threads = threads is None
        self.threads = threads or Threads(settings)
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
        self.threads.begin_one()
        return await self.done_in(self.threads.pool, work, self.threads.end_one)

    async def glance(self, work: Callable[[Answerer], Result]) -> Result:
        """Does work of a millisecond, which should not wait behind questions. Raises as `run`."""
        self.threads.begin_glance()
        return await self.done_in(self.threads.beside, work, self.threads.end_glance, SECONDS_OF_A_GLANCE)

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

    def watch(self) -> None:
        """Looks for newly published generations from now on, and answers from them."""
        self.watcher = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        seen: str | None = self.shared.archive.generation.name
        with suppress(Exception):  # what is wrong shows with the first question
            await self.glance(warm)
            await self.run(examples_of)  # what `/help` would wait for
        while True:
            await asyncio.sleep(self.settings.watch_seconds)
            try:
                is_there = await self.look_at_server()
                name = current_name(self.index)
                if is_there and name and name not in (seen, self.shared.archive.generation.name):
                    seen = name  # tried once: what is damaged now is damaged in five seconds as well
                    await self.take_up(name)
            except Unreachable:  # which passes
                self.is_reachable, seen = False, None
            except PullquoteError as error:  # the generation at hand goes on answering
                log.warning("the new generation is not used: %s", error)
            except Exception:  # nor may a fault of any library end the watch
                log.exception("the new generation is not used")

    async def look_at_server(self) -> bool:
        """Whether the server that searches answers, where one does, and what it has published; also where it has lost
        the generation at hand, so that another may take its place."""
        was_reachable, before = self.is_reachable, self.not_taken
        try:
            self.not_taken = await asyncio.to_thread(self.published)
            await asyncio.to_thread(self.shared.archive.retriever.check)
            self.is_reachable = is_there = True
        except (Unreachable, EngineRefuses, NoIndex) as error:
            self.is_reachable, is_there = False, isinstance(error, NoIndex)
            if was_reachable or str(error) != self.missed:  # a server that comes back may have lost its data
                log.error("%s", error)
            self.missed = str(error)
        if self.is_reachable and not was_reachable:
            log.info("the archive can be reached again")
        if self.not_taken and self.not_taken != before:
            log.warning("%s", self.not_taken)
        return is_there

    async def take_up(self, name: str) -> None:
        """Goes over to the newest generation, if every file of it is as it was written, and counts whether that went
        well. A damaged one is set aside."""
        try:
            found = await asyncio.to_thread(checked, self.index)
            if found.name != name:
                raise NoIndex(found.said or f"generation {name} is gone")
            await self.open_newest()
        except Exception:
            self.unusable += 1
            raise
        self.used += 1

    async def open_newest(self) -> None:
        """Opens and warms the current generation, then swaps one reference."""
        loop = asyncio.get_running_loop()
        newest = Shared(await loop.run_in_executor(self.threads.pool, self.open_archive), self.answers)
        try:
            await loop.run_in_executor(self.threads.pool, warm, newest.answerer)
        except BaseException:
            newest.retire()
            raise
        old, self.shared = self.shared, newest
        old.retire()
        log.info("answering from generation %s", newest.archive.generation.name)

    async def close(self, seconds: float | None = None) -> bool:
        """Stops watching, waits for its own threads, or so many seconds, and closes the archive as soon as nothing is
        asked of it. Whether nothing is any more."""
        if self.watcher:
            self.watcher.cancel()
            await asyncio.gather(self.watcher, return_exceptions=True)
        has_ended = await self.threads.close(seconds) if self.own_threads else True
        self.shared.retire()
        return has_ended


def warm(answerer: Answerer) -> None:
    """Does once what the first question, the first suggestion of a title and the first button would wait for."""
    answerer.answer(WARM_UP)
    for _, key in answerer.archive.titles.matching("", 1):
        answerer.archive.generation.store.number_of(key)
