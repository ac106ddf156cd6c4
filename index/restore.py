"""A restore, all or nothing: what comes back waits beside the index until it is whole, then it is put in its place.

INDEX/restore.unfinished/   what is being copied; where that was broken off, of no meaning
INDEX/restore/              what is whole and on the disk, laid out as an index. Once it is there, each step is one
                            rename, and what is done waits no more: after any of them another process can go on
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

from index.disk import UNFINISHED, set_aside, stamp, sync_file
from index.errors import BadBackup, Busy, NoIndex
from index.generations import Switched, current_name, readable_name, sync
from index.layout import CURRENT, GENERATIONS, GUILDS, HELD, RESTORE, guilds
from index.lock import sole_builder


@contextmanager
def sole_restorer(index: Path, copy: Path) -> Iterator[None]:
    """Keeps builds out of the index and of those that servers have in it, as far as `copy` has them as well.

    Raises `Building` and `NoIndex`.
    """
    with ExitStack() as held:
        held.enter_context(sole_builder(index))
        for guild in guilds(copy):
            if (index / GUILDS / guild.name).is_dir():
                held.enter_context(sole_builder(index / GUILDS / guild.name))
        yield


@contextmanager
def waiting(index: Path) -> Iterator[Path]:
    """An empty folder, for no other user to read; left without an error, what is in it is to be put in place whatever
    happens then, and with one nothing happened. Hold the lock around it."""
    unfinished = index / f"{RESTORE}{UNFINISHED}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    try:
        yield unfinished
        sync(unfinished)
        unfinished.rename(index / RESTORE)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_file(index)


def finish(index: Path, switched: Switched = nullcontext) -> str | None:
    """Goes on with a restore that was broken off, and says so; None where none was. What one had not yet copied as a
    whole is deleted.

    Raises `Building` where it is under way, and as `put_in_place`.
    """
    try:
        left = {path.name for path in index.glob(f"{RESTORE}*")}
    except OSError:  # the command itself says what is wrong with the folder
        return None
    if f"{RESTORE}{UNFINISHED}" in left:
        with suppress(Busy, NoIndex), sole_builder(index):  # under way, or a disk that may only be read
            shutil.rmtree(index / f"{RESTORE}{UNFINISHED}", ignore_errors=True)
    if RESTORE not in left:
        return None
    with sole_restorer(index, index / RESTORE):
        aside = put_in_place(index, switched)
    were = "".join(f" What was there before is in {path}." for path in aside)
    return f"A restore was broken off; it is done now: generation {readable_name(index) or 'none'} is current.{were}"


def put_in_place(index: Path, switched: Switched = nullcontext) -> list[Path]:
    """Puts all that waits in its place; where to what was there is set aside. The generation is made current within
    what `switched` gives for its name. Raises `BadBackup`, and what `switched` does."""
    try:
        aside = list(placed(index / RESTORE, index, switched))
        shutil.rmtree(index / RESTORE)
    except OSError as error:
        raise BadBackup(
            f"What waits in {index / RESTORE} cannot be put in its place ({error.strerror}: {error.filename}); mend "
            "that, and the next command goes on with it."
        ) from error
    return aside


def placed(copy: Path, index: Path, switched: Switched = nullcontext) -> Iterator[Path]:
    """Renames what is in `copy` into `index`: the generation, its name, the indexes of servers, and all the rest."""
    (index / GENERATIONS).mkdir(parents=True, exist_ok=True)
    for generation in (copy / GENERATIONS).glob("*"):
        generation.rename(index / GENERATIONS / generation.name)
    sync_file(index / GENERATIONS)
    if name := current_name(copy):
        (index / HELD).unlink(missing_ok=True)
        with switched(name):
            (copy / CURRENT).replace(index / CURRENT)
    for guild in guilds(copy):
        yield from placed(guild, index / GUILDS / guild.name)
    for path in sorted(copy.iterdir()):
        if path.name not in (GENERATIONS, CURRENT, GUILDS):
            aside = set_aside(index / path.name, f"before-restore-{stamp()}")
            path.rename(index / path.name)
            if aside.exists():
                yield aside
    sync_file(index)
