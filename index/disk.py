"""Files that are on the disk as a whole, and a full disk, as every library that writes an index tells of it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from index.errors import DiskFull

MEGABYTE = 1_000_000  # bytes, as disks are sold
UNFINISHED = ".unfinished"  # the end of the name of what is being written
FULL = {number: os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)}
# FAISS and tantivy give the system's words without its number, SQLite its own; NumPy says only how much it wrote.
TOLD = re.compile("|".join([*FULL.values(), "database or disk is full", r"requested and \d+ written"]))


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file so that at any moment it is the old or the new one; it is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{token_hex(4)}{UNFINISHED}")
    try:
        unfinished.write_bytes(data)
        sync_file(unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_file(path.parent)


def sync_file(path: Path) -> None:
    """Waits until a file's bytes, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def set_aside(path: Path, why: str) -> Path:
    """Renames a file, with those that SQLite keeps beside a database, or a folder; the new path."""
    aside = path.with_name(f"{path.name}.{why}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(f"{path.name}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return aside


def stamp() -> str:
    """Now, for a file's name."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


@contextmanager
def full_disk_told(index: Path) -> Iterator[None]:
    """Raises `DiskFull` for whatever a library raises where there is no room in `index`."""
    try:
        yield
    except BaseException as error:  # tantivy's may be no Exception
        if reason := no_room(error):
            raise DiskFull(index, reason) from error
        raise


def no_room(error: BaseException | None) -> str | None:
    """The system's words for why nothing more could be written; None where that is not what went wrong."""
    seen = set()
    while error is not None and id(error) not in seen:  # some libraries raise an error from itself
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in FULL:
            return FULL[error.errno]
        if found := TOLD.search(str(error)):
            return found.group() if found.group() in FULL.values() else FULL[errno.ENOSPC]
        error = error.__cause__ or error.__context__
    return None
