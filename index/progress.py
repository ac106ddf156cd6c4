"""How far a build is as a whole, how fast, and how long it still takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

APART = 0.25  # seconds between two reports of one stage; more often nobody can read
EMBEDDING, WRITING = "Embedding passages", "Writing the index"  # writing ends last
# Which share of a build each stage is taken for, in their order. Of 500 news articles that were new, reading took 1 %,
# cutting 6 % and embedding 93 %; the others are given what lets a bar be seen to move. Where nothing is embedded, it
# leaps.
BUILD = {
    "Reading articles": 0.02,
    "Cutting passages": 0.05,
    "Indexing words": 0.01,  # beside all that follows but the last
    "Copying passages": 0.01,
    "Loading the model": 0.01,
    EMBEDDING: 0.87,
    "Indexing vectors": 0.01,
    WRITING: 0.01,
    "Filling the server": 0.005,  # where one searches, before the writing is done
    "Waiting for the server": 0.0,
    "Indexing on the server": 0.005,
}
PLAN = {"Reading articles": 1.0}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a build is: the stage at hand and what is done of it, and the share (0 to 1) of the whole, which never
    falls. `rate` is in things a second; the time that is left is told while passages are embedded, which takes nearly
    all of it. Both are None where there is nothing to tell."""

    stage: str
    done: int
    total: int
    rate: float | None = None
    seconds_left: float | None = None
    share: float = 0.0


class Pace:
    """A `Progress` for `build`, from any thread: tells of the first step of a stage, the last, and now and then one; of
    two stages at once of the later one."""

    def __init__(
        self,
        told: Callable[[Step], None],
        shares: Mapping[str, float] = BUILD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.told = told
        self.shares = shares
        self.clock = clock
        self.lock = threading.Lock()
        self.begun: dict[str, tuple[float, int]] = {}
        self.last: dict[str, float] = {}
        self.unfinished: set[str] = set()
        self.share = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self.clock()
        with self.lock:
            started, first = self.begun.setdefault(stage, (now, done))
            if stage in self.last and done < total and now - self.last[stage] < APART:
                return
            self.last[stage] = now
            (self.unfinished.add if done < total else self.unfinished.discard)(stage)
            before, part = self.before(stage), done / total if total else 1.0
            is_end = stage == WRITING and part == 1
            self.share = 1.0 if is_end else max(self.share, before + self.shares.get(stage, 0.0) * part)
            if any(self.before(other) > before for other in self.unfinished):
                return
            rate = (done - first) / (now - started) if done > first and now > started else None
            left = (total - done) / rate if rate and stage == EMBEDDING else None
            left = None if left is None else round(left, 1)
            self.told(Step(stage, done, total, rate and round(rate, 2), left, round(self.share, 4)))

    def before(self, stage: str) -> float:
        """The share of all stages before this one."""
        names = list(self.shares)
        return sum(self.shares[name] for name in names[: names.index(stage)]) if stage in self.shares else 0.0
