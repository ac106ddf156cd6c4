"""What it costs to count a member's question with the other processes of the bot, in a file and in Redis.

    python benchmarks/counting.py --questions 2000 --processes 4 --pause 0.02

So many processes count at once, each as many questions of members of their own: fifty a second, or without the pause as
fast as they can, which no bots do. Then all count one member, of whose questions exactly the limit may
be let through. Redis is started on loopback where `redis-server` is on the PATH.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from limits import RateLimitItemPerMinute
from many import Redis
from rich.console import Console

from bot.limits import Limits
from bot.processes.windows import FileWindow, redis_at, window_in
from config.settings import Settings

LIMIT = 100
console = Console()


async def counted(where: str, user: int, questions: int, pause: float) -> tuple[list[float], int]:
    """Seconds of each question, and how many were let through; one member's where `user` is 0."""
    limits = Limits(Settings.load().discord)
    limits.of_user = RateLimitItemPerMinute(LIMIT, namespace="user")
    if where.startswith("redis"):
        client = redis_at(where)
        limits.shared = window_in(client, "pullquote:benchmark")
        close: Callable[[], Awaitable[None]] | None = client.aclose
    elif where:
        limits.shared = window = await FileWindow.open(Path(where), anew=False)
        close = window.close
    else:
        close = None
    seconds, passed = [], 0
    for number in range(questions):
        begun = time.perf_counter()
        passed += await limits.taken(user and user * 10**6 + number // 50, None) is None
        seconds.append(time.perf_counter() - begun)
        await asyncio.sleep(pause)
    if close:
        await close()
    assert not limits.alone
    return seconds, passed


def in_process(where: str, user: int, questions: int, pause: float) -> tuple[list[float], int]:
    return asyncio.run(counted(where, user, questions, pause))


async def measure(where: str, name: str, questions: int, processes: int, pause: float) -> bool:
    """Prints a line for one process and one for all; whether no question too many was let through."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(processes) as pool:
        for count in dict.fromkeys((1, processes)) if where else (1,):
            work = [loop.run_in_executor(pool, in_process, where, user + 1, questions, pause) for user in range(count)]
            milliseconds = 1000 * np.concatenate([seconds for seconds, _ in await asyncio.gather(*work)])
            median, high = np.percentile(milliseconds, [50, 99])
            console.print(f"{name}, {count} at once: median {median:.2f} ms, 99th of 100 {high:.2f} ms")
        if not where:
            return True
        together = [loop.run_in_executor(pool, in_process, where, 0, LIMIT, 0.0) for _ in range(processes)]
        passed = sum(passed for _, passed in await asyncio.gather(*together))
    console.print(f"{name}: {passed} of {LIMIT * processes} questions of one member, of whom {LIMIT} are allowed")
    return passed == LIMIT


async def run(questions: int, processes: int, pause: float) -> bool:
    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        is_exact = await measure("", "in the process", questions, 1, pause)
        await (await FileWindow.open(Path(folder), anew=True)).close()
        is_exact &= await measure(folder, "in a file", questions, processes, pause)
        if shutil.which("redis-server"):
            redis = Redis(Path(folder))
            await redis.start()
            try:
                is_exact &= await measure(redis.address, "in Redis", questions, processes, pause)
            finally:
                await redis.kill()
    return is_exact


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two questions of a process")
    given = parser.parse_args()
    sys.exit(not asyncio.run(run(given.questions, given.processes, given.pause)))


if __name__ == "__main__":
    main()
