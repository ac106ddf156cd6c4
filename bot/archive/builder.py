"""Builds of the index for a running bot: planned, joined, waited for in turn, cancelled, counted."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from bot.archive.process import Told, run
from index.build import Report
from index.changes import Plan
from index.errors import BuildFailed, Cancelled
from index.progress import Step

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Outcome(StrEnum):
    """What became of a build that the bot started."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"  # there was nothing to publish
    FAILED = "failed"  # stopped because it would lose much, too
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Workshop:
    """What all builders share: one builds at a time, and one plans, since a model in memory for each would be too much
    for a small machine; after how many seconds without a word a build is ended (None: never); what became of them."""

    most_silent: float | None = None
    building: asyncio.Semaphore = field(default_factory=asyncio.Semaphore)
    planning: asyncio.Semaphore = field(default_factory=asyncio.Semaphore)
    outcomes: Counter[Outcome] = field(default_factory=Counter)


class Builder:
    """One build at a time: who asks for a second joins the first, and so it is with plans.

    `options` are those of the command line that the bot was started with, `--config` and `--index`; the settings of the
    environment go along, the token does not.
    """

    def __init__(self, options: Sequence[str] = (), workshop: Workshop | None = None) -> None:
        self.options = options
        self.workshop = workshop or Workshop()
        self.running: asyncio.Task[Report] | None = None
        self.planning: asyncio.Task[Plan] | None = None
        self.step: Step | None = None  # the last one of the build that runs
        self.is_stopping = False
        self.listeners: list[Told] = []

    async def plan(self) -> Plan:
        """What a build would do now. Raises `Cancelled` and `BuildFailed`."""
        if self.planning is None:
            self.planning = asyncio.create_task(self.planned())
            self.planning.add_done_callback(self.plan_ended)
        return await joined(self.planning)

    async def build(self, told: Told | None = None, *, shrink: bool = False, anew: bool = False) -> Report:
        """Builds the index, or joins the build that runs. `told` is called at each step of it, first with the one it is
        at. Who stops waiting stops nothing.

        Raises `Cancelled`, and `BuildFailed` with the sentence and the kind of what went wrong.
        """
        if self.running is None:
            self.running = asyncio.create_task(self.built(["--shrink"] * shrink + ["--anew"] * anew))
            self.running.add_done_callback(self.ended)
        running = self.running
        if told:
            self.listeners.append(told)
            if self.step:
                told(self.step)
        try:
            return await joined(running)
        finally:
            if told:
                self.listeners.remove(told)

    async def build_after(self, told: Told | None = None) -> Report:
        """Builds with what has changed until now: a build that runs already may have read the old state, so that it is
        waited for first. Raises as `build`."""
        if self.running:
            await asyncio.wait({self.running})
        return await self.build(told)

    async def cancel(self) -> bool:
        """Stops the build that runs, and returns once it is gone; whether there was one."""
        running = self.running
        if running is None:
            return False
        if not self.is_stopping:  # a second cancellation would break off the stopping itself
            self.is_stopping = True
            running.cancel()
        await asyncio.wait({running})
        return True

    async def close(self) -> None:
        """Stops the build and the plan that run."""
        if self.planning:
            self.planning.cancel()
            await asyncio.wait({self.planning})
        await self.cancel()

    def ended(self, _: asyncio.Task[Report]) -> None:
        self.running = self.step = None
        self.is_stopping = False

    def plan_ended(self, _: asyncio.Task[Plan]) -> None:
        self.planning = None

    async def planned(self) -> Plan:
        async with self.workshop.planning:
            result = await run(["--plan", *self.options], most_silent=self.workshop.most_silent)
        return Plan.from_json(result["plan"])

    async def built(self, flags: list[str]) -> Report:
        outcome = Outcome.FAILED
        try:
            async with self.workshop.building:
                result = await run([*flags, *self.options], self.tell, self.workshop.most_silent)
            report = Report.from_json(result["report"])
            outcome = Outcome.PUBLISHED if report.generation else Outcome.UNCHANGED
            return report
        except asyncio.CancelledError:
            outcome = Outcome.CANCELLED
            raise
        except BuildFailed as error:
            log.warning("a build failed: %s (%s)", error, error.kind)
            raise
        finally:
            self.workshop.outcomes[outcome] += 1

    def tell(self, step: Step) -> None:
        self.step = step
        for told in [*self.listeners]:
            try:
                told(step)
            except Exception:  # whoever shows it: the build goes on
                log.exception("a step of a build was not shown")


async def joined(task: asyncio.Task[Result]) -> Result:
    """What a task gives; who stops waiting stops nothing. Raises `Cancelled` where it was stopped."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if task.cancelled():
            raise Cancelled from None
        raise
