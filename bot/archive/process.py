"""`pullquote build --json` in a process of its own: what it says line by line, and what became of it."""

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
from typing import Any

from index.environment import environment
from index.errors import BuildFailed
from index.progress import Step

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 5.0  # that a build has to tidy up; killed, it leaves that to the next one
LONGEST_LINE = 1 << 26  # bytes; a report names every file that was skipped
LONGEST_COMPLAINT = 2000  # characters of what a build said on standard error

Told = Callable[[Step], None]


async def run(
    arguments: Sequence[str], told: Told = lambda _: None, most_silent: float | None = None
) -> dict[str, Any]:
    """Runs `pullquote build --json` and gives its result; it ends with this process, where this is cancelled, and where
    it says nothing for `most_silent` seconds.

    Raises `BuildFailed`.
    """
    try:
        async with asyncio.timeout(most_silent) as patience:
            return await watched(arguments, told, lambda: patience.reschedule(later(most_silent)))
    except TimeoutError:
        sentence = f"The build said nothing for {most_silent:,.0f} seconds and was ended."
        raise BuildFailed(f"{sentence} The index is as it was before.", "Stalled") from None


def later(seconds: float | None) -> float | None:
    return None if seconds is None else asyncio.get_running_loop().time() + seconds


async def watched(arguments: Sequence[str], told: Told, heard: Callable[[], None]) -> dict[str, Any]:
    """What a build results in; `heard` is called whenever it says anything."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.background", "build", "--json", *arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=LONGEST_LINE,
        env=environment() | {"PYTHONIOENCODING": "utf-8"},
        process_group=0,  # Ctrl-C in the bot's terminal is the bot's
    )
    assert process.stdout
    assert process.stderr
    complaining = asyncio.create_task(process.stderr.read())
    result: dict[str, Any] = {}
    try:
        async for line in process.stdout:
            heard()
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
