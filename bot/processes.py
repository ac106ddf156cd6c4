"""The bot's processes that share a folder: each serves shards of its own, one leads. What they hold are the system's
locks, gone with their process however it ends."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from bot.shards import Shards
from index.errors import CannotConnect
from index.layout import PROCESSES

log = logging.getLogger(__name__)

LOOKING = "looking.lock"  # held while a process looks who else is there, or joins
LEADING = "leading.lock"
SUFFIX = ".process"


@dataclass(frozen=True, slots=True)
class Process:
    """A process, and the shards that it serves."""

    process: int
    count: int | None
    ids: tuple[int, ...]

    @property
    def shards(self) -> Shards:
        return Shards(self.count, self.ids)


class Processes:
    """This process among those that serve Discord with the same state and index, in the folder `home`."""

    def __init__(self, home: Path, shards: Shards) -> None:
        self.folder = home / PROCESSES
        self.shards = shards
        self.held = ExitStack()
        self.own: Path | None = None
        self.is_leading = False

    def join(self) -> None:
        """From now on no other process serves the same shards from this folder. Raises `CannotConnect` where one does
        already."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / LOOKING):
                for other in self.found():
                    check(self.shards, other)
                self.own = self.folder / f"{uuid.uuid4().hex}{SUFFIX}"
                file = self.held.enter_context(self.own.open("x", encoding="ascii"))
                fcntl.flock(file, fcntl.LOCK_EX)
                json.dump(asdict(Process(os.getpid(), self.shards.count, self.shards.ids)), file)
                file.flush()
        except OSError as error:  # a folder that may only be read
            log.warning("nobody can tell which processes of the bot share %s: %s", self.folder.parent, error.strerror)

    def leave(self) -> None:
        self.held.close()
        self.is_leading = False
        if self.own:
            self.own.unlink(missing_ok=True)

    def others(self) -> list[Process]:
        """Those that run now."""
        try:
            with locked(self.folder / LOOKING):
                return self.found()
        except OSError:
            return []

    def found(self) -> list[Process]:
        """As `others`, with the lock held; what processes left behind that are gone is removed."""
        found: list[Process] = []
        for path in self.folder.glob(f"*{SUFFIX}"):
            if path == self.own:
                continue
            with suppress(OSError, ValueError, TypeError, KeyError), path.open(encoding="ascii") as file:
                if taken(file):
                    path.unlink()
                    continue
                fields = json.load(file)
                found.append(Process(fields["process"], fields["count"], tuple(fields["ids"])))
        return found

    def lead(self) -> bool:
        """Whether this process does what is done once for the folder: the first that asks, and when it is gone the
        next. Where nothing can be locked, each does."""
        if not self.is_leading:
            try:
                file = (self.folder / LEADING).open("a")  # held until this process leaves
                self.is_leading = taken(file)
            except OSError:
                return True
            self.held.enter_context(file) if self.is_leading else file.close()
        return self.is_leading

    def served(self) -> set[int]:
        """The shards that the processes of this folder serve together."""
        return self.shards.numbers().union(*(other.shards.numbers() for other in self.others()))


def check(own: Shards, other: Process) -> None:
    """Raises `CannotConnect` where questions would be answered twice, or by nobody."""
    if own.ids and other.ids and own.count != other.count:
        raise CannotConnect(
            f"Process {other.process} of the bot serves {other.shards}: set discord.shards to the same number "
            "for every process."
        )
    if not own.ids or not other.ids or {*own.ids} & {*other.ids}:
        raise CannotConnect(
            f"Process {other.process} of the bot serves {other.shards} already: stop it first, give each "
            "process shards of its own (discord.shards, discord.shard_ids), or another bot an index of its own "
            "(index.folder)."
        )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def taken(file: IO[str]) -> bool:
    """Locks a file unless another process has; whether it did."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
