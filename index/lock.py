"""The lock of an index: one build at a time, and whoever comes second is told who is there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import MOMENT, Building, NoIndex
from index.layout import BUILDER, LOCK


@contextmanager
def sole_builder(index: Path) -> Iterator[None]:
    """Keeps other builds out; the system lets go of the lock with the process, however it ends.

    Raises `Building` where another process builds, `NoIndex` where nothing can be written to `index`.
    """
    lock = FileLock(index / LOCK, timeout=0)
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise Building(index, *holder(index)) from None
    except (NotADirectoryError, FileExistsError):
        raise NoIndex(f"{index} is a file; name a folder for the index.") from None
    except OSError as error:
        raise NoIndex(f"{index} cannot be used for the index ({error.strerror}); name another folder.") from error
    try:
        with suppress(OSError):  # a full disk: then nobody can say who is building
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            (index / BUILDER).write_text(json.dumps({"process": os.getpid(), "since": now}), encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            (index / BUILDER).unlink()
        lock.release()


def broken_off(index: Path) -> str | None:
    """A sentence about a build that was killed, the first time that anybody asks; None where none was."""
    process, since = holder(index)
    if process is None or since is None:
        return None
    try:
        with FileLock(index / LOCK, timeout=0):
            (index / BUILDER).unlink()
    except (Timeout, OSError):  # it still builds, or nothing may be changed here
        return None
    return f"The build of {since:{MOMENT}} (process {process}) was broken off; the index is as it was before."


def holder(index: Path) -> tuple[int, datetime] | tuple[None, None]:
    """The process that holds the lock and since when, as far as it can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        fields = json.loads((index / BUILDER).read_text(encoding="ascii"))
        return int(fields["process"]), datetime.fromisoformat(fields["since"])
    return None, None
