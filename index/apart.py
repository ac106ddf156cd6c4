"""Work on what strangers wrote, in a process of its own: it may hang, fill the memory or crash, and only it does."""

from __future__ import annotations

import asyncio
import os
import pickle
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from index.articles import Unreadable
from index.errors import PullquoteError

SECONDS = 4  # of the processor; a feed of 5,000 entries takes 2
BYTES = 2_000_000_000  # of address space, of which the libraries alone map a quarter
MOST_WAIT = 60.0  # seconds by the clock, on a machine that has other things to do
LOWEST_PRIORITY = 19
SECRETS = frozenset({"DISCORD_TOKEN"})  # of the environment, that no such work needs

T = TypeVar("T")


async def apart(work: Callable[..., T], *arguments: Any) -> T:
    """What `work` returns with these arguments; all of it is pickled. Its `PullquoteError`s come through.

    Raises `Unreadable` where it takes more than `SECONDS` of the processor or `BYTES`, ends its process, or raises
    anything else.
    """
    environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
    command = (sys.executable, "-m", __name__)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment)
    try:
        async with asyncio.timeout(MOST_WAIT):
            written, _ = await process.communicate(pickle.dumps((work, arguments)))
    except TimeoutError:
        written = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not written:
        raise Unreadable("it takes too much time or memory to read")
    succeeded, result = pickle.loads(written)
    if not succeeded:
        raise result
    return result  # type: ignore[no-any-return]  # what a pickle holds has no type


def main() -> None:
    """Reads the work from standard input and writes what came of it to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        os.nice(LOWEST_PRIORITY)
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    work, arguments = pickle.load(sys.stdin.buffer)
    try:
        outcome = (True, work(*arguments))
    except MemoryError:
        sys.exit(1)
    except (PullquoteError, Unreadable) as error:
        outcome = (False, error)
    except Exception as error:
        outcome = (False, Unreadable(f"its content broke the reader ({type(error).__name__})"))
    with answer:
        pickle.dump(outcome, answer)


if __name__ == "__main__":
    main()
