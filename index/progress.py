"""How far a build is, how fast, and how long it still takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

APART = 0.25  # seconds between two reports of one stage; more often nobody can read


@dataclass(frozen=True, slots=True)
class Step:
    """How far one stage of a build is. `rate` is in things a second; both are None until there is something to tell."""

    stage: str
    done: int
    total: int
    rate: float | None = None
    seconds_left: float | None = None


class Pace:
    """A `Progress` for `build`, from any thread: tells of the first step of a stage, the last, and now and then one."""

    def __init__(self, told: Callable[[Step], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.told = told
        self.clock = clock
        self.lock = threading.Lock()
        self.begun: dict[str, tuple[float, int]] = {}
        self.last: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self.clock()
        with self.lock:
            started, first = self.begun.setdefault(stage, (now, done))
            if stage in self.last and done < total and now - self.last[stage] < APART:
                return
            self.last[stage] = now
            rate = (done - first) / (now - started) if done > first and now > started else None
            left = (total - done) / rate if rate else None
            self.told(Step(stage, done, total, rate and round(rate, 2), None if left is None else round(left, 1)))
