"""Builds of the index for a running bot, each in a process of its own: watched, joined, cancelled, survived."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.build import Report
from index.changes import Plan
from index.environment import environment
from index.errors import BuildFailed, Cancelled
from index.progress import Step

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 5.0  # that a build has to tidy up; killed, it leaves that to the next one
LONGEST_LINE = 1 << 26  # bytes; a report names every file that was skipped
LONGEST_COMPLAINT = 2000  # characters of what a build said on standard error

Told = Callable[[Step], None]


class Builder:
    """One build at a time: who asks for a second joins the first.

    `options` are those of the command line that the bot was started with, `--config` and `--index`; the settings of the
    environment go along, the token does not. Builders that share a `gate` build one after the other.
    """

    def __init__(self, options: Sequence[str] = (), gate: asyncio.Semaphore | None = None) -> None:
        self.options = options
        self.gate = gate or asyncio.Semaphore()
        self.running: asyncio.Task[Report] | None = None
        self.step: Step | None = None  # the last one of the build that runs
        self.is_stopping = False
        self.listeners: list[Told] = []

    async def plan(self) -> Plan:
        """What a build would do now. Raises `BuildFailed`."""
        return Plan.from_json((await run(["--plan", *self.options]))["plan"])

    async def build(self, told: Told | None = None, *, shrink: bool = False, anew: bool = False) -> Report:
        """Builds the index, or joins the build that runs. `told` is called at each step of it, first with the one it is
        at. Who stops waiting stops nothing.

        Raises `Cancelled`, and `BuildFailed` with the sentence and the kind of what went wrong.
        """
        if self.running is None:
            self.running = asyncio.create_task(self.report(["--shrink"] * shrink + ["--anew"] * anew))
            self.running.add_done_callback(self.ended)
        running = self.running
        if told:
            self.listeners.append(told)
            if self.step:
                told(self.step)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            if running.cancelled():
                raise Cancelled from None
            raise
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

    def ended(self, _: asyncio.Task[Report]) -> None:
        self.running = self.step = None
        self.is_stopping = False

    async def report(self, flags: list[str]) -> Report:
        async with self.gate:
            try:
                return Report.from_json((await run([*flags, *self.options], self.tell))["report"])
            except BuildFailed as error:
                log.warning("a build failed: %s (%s)", error, error.kind)
                raise

    def tell(self, step: Step) -> None:
        self.step = step
        for told in [*self.listeners]:
            try:
                told(step)
            except Exception:  # whoever shows it: the build goes on
                log.exception("a step of a build was not shown")


async def run(arguments: Sequence[str], told: Told = lambda _: None) -> dict[str, Any]:
    """Runs `pullquote build --json` and gives its result; it ends with this process, and where this is cancelled.

    Raises `BuildFailed`.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.background", "build", "--json", *arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=LONGEST_LINE,
        env=environment_of_a_build(),
        process_group=0,  # Ctrl-C in the bot's terminal is the bot's
    )
    assert process.stdout
    assert process.stderr
    complaining = asyncio.create_task(process.stderr.read())
    result: dict[str, Any] = {}
    try:
        async for line in process.stdout:
            fields = parsed(line)
            if "progress" in fields:
                told(Step(**fields["progress"]))
            else:
                result |= fields
        await process.wait()
    finally:
        await stop(process)
        complaint = (await complaining).decode(errors="replace")
    if process.returncode or not result:
        raise failure(process.returncode or 0, result, complaint[-LONGEST_COMPLAINT:])
    return result


def environment_of_a_build() -> dict[str, str]:
    """By which the same program is found, whatever folder this is."""
    own = environment()
    places = [str(Path(__file__).parents[2]), *filter(None, [own.get("PYTHONPATH")])]
    return own | {"PYTHONPATH": os.pathsep.join(places), "PYTHONIOENCODING": "utf-8"}


def parsed(line: bytes) -> dict[str, Any]:
    """The object of a line; nothing for what a library says beside."""
    with suppress(ValueError):
        fields = json.loads(line)
        return fields if isinstance(fields, dict) else {}
    return {}


async def stop(process: Process) -> None:
    """Asks a build that still runs to end, and ends it where it does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), SECONDS_TO_FINISH)


def failure(code: int, result: dict[str, Any], complaint: str) -> BuildFailed:
    """What became of a build, as a sentence."""
    if "error" in result:
        return BuildFailed(result["error"], result["kind"], result["fields"])
    log.warning("a build ended with code %s: %s", code, complaint.strip() or "it said nothing")
    if code == -signal.SIGKILL:
        sentence = "The build was killed, most likely because the machine had no memory left."
    elif code < 0:
        sentence = f"The build crashed ({signal.Signals(-code).name})."
    else:
        sentence = f"The build ended without a result (exit code {code}); the log has what it said."
    return BuildFailed(f"{sentence} The index is as it was before.")
