"""A full disk, as every library that writes an index tells of it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DiskFull

FULL = {number: os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)}
# FAISS and tantivy give the system's words without its number, SQLite its own; NumPy says only how much it wrote.
TOLD = re.compile("|".join([*FULL.values(), "database or disk is full", r"requested and \d+ written"]))


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
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return FULL[error.errno]
        if found := TOLD.search(str(error)):
            return found.group() if found.group() in FULL.values() else FULL[errno.ENOSPC]
        error = error.__cause__ or error.__context__
    return None
