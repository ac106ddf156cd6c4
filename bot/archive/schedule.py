"""Archives kept up to date by themselves: now and then feeds and pages are visited and what changed is indexed, and so
it is some seconds after a file in a folder changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from watchfiles import DefaultFilter, awatch
from watchfiles.main import FileChange

from bot.archive.register import Archives, Keeping, fetching_for
from index import generations
from index.collection import home_of, is_index
from index.errors import PullquoteError
from index.layout import CURRENT
from index.sources import Sources
from index.visits import visit

log = logging.getLogger(__name__)

QUIET_MILLISECONDS = 5_000  # in which no file changes before what changed is indexed: a copy takes its time
MOST_MILLISECONDS = 60_000  # after which it is indexed all the same
SECONDS_BEFORE_ANOTHER_WATCH = 60.0
MOST_SECONDS_OF_A_VISIT = 900.0  # of all sources of one archive, so that the others have their turn


def changed(folder: Path) -> AsyncIterator[set[FileChange]]:
    """The files that changed, whenever it is quiet again; nothing after a while in which none did. In the folder of an
    index, that of which another archive is made, it is the name of the current generation alone."""
    of_an_index = is_index(folder)
    return awatch(
        folder,
        watch_filter=(lambda _, path: Path(path).name == CURRENT) if of_an_index else DefaultFilter(),
        recursive=not of_an_index,
        debounce=MOST_MILLISECONDS,
        step=QUIET_MILLISECONDS,
        rust_timeout=QUIET_MILLISECONDS,
        yield_on_timeout=True,
    )


class Schedule:
    """Looks after the shared archive and those that guilds have of their own, one after the other: after those that
    this process `keeps`, which it may come to keep while it runs."""

    def __init__(self, archives: Archives, keeps: Callable[[Keeping], bool] = lambda _: True) -> None:
        self.archives = archives
        self.keeps = keeps
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self.archives.index is not None:
            minutes = self.archives.settings.archive.reindex_minutes
            self.task = asyncio.create_task(self.now_and_then(minutes * 60))

    def stop(self) -> None:
        for task in (self.task, *(keeping.watching for keeping in self.archives.keepings.values())):
            if task:
                task.cancel()

    async def now_and_then(self, seconds: float) -> None:
        """First those that the settings give to guilds and that were never built; then all, so many seconds apart."""
        for keeping in self.archives.all():
            self.watch_too(keeping)
            if self.keeps(keeping) and not await asyncio.to_thread(generations.kept, keeping.index):
                await self.build(keeping)
        while seconds:
            await asyncio.sleep(seconds)
            for keeping in self.archives.all():
                self.watch_too(keeping)
                if self.keeps(keeping):
                    await self.visit(keeping)
                    await self.build(keeping)

    def watch_too(self, keeping: Keeping) -> None:
        if self.archives.settings.archive.watch_folder and keeping.watching is None:
            keeping.watching = asyncio.create_task(self.watch(keeping))

    async def watch(self, keeping: Keeping) -> None:
        """Builds after each change in the folder of an archive, or of the archive that it is made of, and once for what
        was before the start. A folder that cannot be watched, since it is gone or the system watches too many, is tried
        again."""
        while True:
            try:
                folder = await asyncio.to_thread(generations.last_folder, keeping.index)
                if folder and self.keeps(keeping):
                    is_first = True
                    async for changes in changed(folder):
                        if changes or is_first:
                            await self.build(keeping)
                        is_first = False
            except Exception as error:
                log.warning("the folder of articles cannot be watched: %s", type(error).__name__)
            await asyncio.sleep(SECONDS_BEFORE_ANOTHER_WATCH)

    async def visit(self, keeping: Keeping) -> None:
        """Visits the feeds and pages that are due."""
        sources = Sources(home_of(keeping.index))
        try:
            if not await asyncio.to_thread(sources.all):
                return
            async with asyncio.timeout(MOST_SECONDS_OF_A_VISIT):
                visits = await visit(sources, fetching_for(keeping, self.archives.settings.fetching))
            for brought in visits:
                if brought.error:
                    log.warning("a visit failed: %s", brought.error)
        except PullquoteError as error:
            log.warning("sources are not visited: %s", error)
        except Exception as error:
            log.error("sources are not visited: %s", type(error).__name__)

    async def build(self, keeping: Keeping) -> None:
        """Indexes what changed, unless somebody went back to an older generation; what goes wrong is a line in the log,
        and the archive is as it was before."""
        if keeping.guild in self.archives.left or await asyncio.to_thread(generations.is_held, keeping.index):
            return
        try:
            report = await keeping.builder.build()
            if report.generation:
                log.info("built generation %s", report.generation)
            if not keeping.is_shared:
                await self.archives.take_up(keeping.guild)
        except PullquoteError:
            pass  # which the builder has told, or somebody wanted
        except Exception as error:
            log.error("the archive was not built: %s", type(error).__name__)
