"""A copy of all that cannot be made again, while the bot runs; and the way back.

A backup is itself an index folder, with `backup.json` beside: `pullquote ask --index BACKUP` answers from it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.state import MIGRATIONS, read_only
from index import generations
from index import restore as restoring
from index.checksums import sums
from index.disk import UNFINISHED, full_disk_told, no_room, sync_file
from index.errors import BadBackup, Busy
from index.generations import Switched
from index.layout import CURRENT, GENERATIONS, GUILDS, SOURCES, STATE, guilds

MANIFEST = "backup.json"
TRIES = 5


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself: when it was made (ISO 8601, UTC), of which generation, and the SHA-256 of each of
    its files by path."""

    created: str
    generation: str | None
    files: dict[str, str]

    @classmethod
    def load(cls, folder: Path) -> Backup:
        """Raises `BadBackup` where `folder` is none; whether its files are as they were made, `check` says."""
        try:
            return cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise BadBackup(f"{folder} is no backup: name a folder that `pullquote backup` made.") from None

    def check(self, folder: Path) -> None:
        """Raises `BadBackup` where the files of the backup in `folder` are not as they were made."""
        there = sums(folder, MANIFEST)
        for name in sorted(there.keys() | self.files.keys()):
            if there.get(name) != self.files.get(name):
                raise BadBackup(f"The backup {folder} is damaged ({name}); nothing was changed. Take another one.")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the generation that is current now, and what it set aside."""

    generation: str | None
    aside: tuple[Path, ...]


def back_up(index: Path, folder: Path) -> Backup:
    """Copies the current generations and the sources of the shared archive and of those that servers have of their own,
    and what the bot remembers, into the new folder `folder`.

    The bot may run, and a build as well. Raises `BadBackup` and `NoIndex`; then there is no `folder`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadBackup(f"{folder} is there already, and a backup overwrites nothing: name a new folder.")
    if folder.resolve().is_relative_to(index.resolve()):
        raise BadBackup(f"{folder} lies in the index itself; name a folder elsewhere.")
    name = generations.current_name(index)
    if name is None and not any((index / one).exists() for one in (STATE, SOURCES, GUILDS)):
        raise BadBackup(f"There is nothing to back up in {index}: no index and nothing that the bot remembers.")
    with finished_or_gone(folder) as unfinished:
        for own, copy in [
            (index, unfinished),
            *((one, unfinished / GUILDS / one.name) for one in guilds(index)),
        ]:
            copy_archive(own, copy)
        if (index / STATE).is_file():
            copy_state(index / STATE, unfinished / STATE)
        backup = Backup(datetime.now(UTC).isoformat(timespec="seconds"), name, sums(unfinished, MANIFEST))
        (unfinished / MANIFEST).write_text(json.dumps(asdict(backup), indent=2) + "\n", encoding="utf-8")
    return backup


def copy_archive(index: Path, target: Path) -> None:
    """Copies the current generation of an index, and the sources."""
    target.mkdir(parents=True, exist_ok=True)
    if name := generations.current_name(index):
        copy_generation(index, name, target)
    if (index / SOURCES).is_dir():
        copy_sources(index / SOURCES, target / SOURCES)


def copy_sources(source: Path, target: Path) -> None:
    """Copies what a visit may be writing to meanwhile, without what is not finished. Raises `BadBackup`."""
    for _ in range(TRIES):
        try:
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"*{UNFINISHED}", "*.lock"))
        except shutil.Error:
            shutil.rmtree(target, ignore_errors=True)
        else:
            return
    raise BadBackup(f"{source} changed again and again while it was copied; try again.")


@contextmanager
def finished_or_gone(folder: Path) -> Iterator[Path]:
    """A folder, for no other user to read, that becomes `folder` once all that was written into it is on the disk."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}{UNFINISHED}-", dir=folder.parent))
    try:
        yield unfinished
        generations.sync(unfinished)
        unfinished.rename(folder)
        sync_file(folder.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def copy_generation(index: Path, name: str, target: Path) -> None:
    """Copies a generation. Raises `NoIndex` where it cannot be opened, `BadBackup` where a build took it away."""
    generations.open_current(index).close()
    source, copy = (folder / GENERATIONS / name for folder in (index, target))
    try:
        shutil.copytree(source, copy)
        is_whole = sums(copy, MANIFEST) == sums(source, MANIFEST)
    except (shutil.Error, FileNotFoundError):
        is_whole = False
    if not is_whole:
        raise BadBackup(f"Generation {name} changed while it was copied, as builds make it; try again.")
    (target / CURRENT).write_text(f"{name}\n", encoding="ascii")


def copy_state(source: Path, target: Path) -> None:
    """Copies a database as it is at one moment, whoever writes to it. Raises `BadBackup` for a damaged one."""
    try:
        with closing(read_only(source)) as database, closing(sqlite3.connect(target)) as copy:
            database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, none beside it
            is_whole = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        is_whole = False
    if not is_whole:
        raise BadBackup(f"{source} cannot be copied: it is damaged or in use. Start the bot once, and try again.")


def restore(folder: Path, index: Path, switched: Switched = nullcontext) -> Restored:
    """Makes the backup's generations the newest ones of their archives, and puts back what the bot remembered and the
    sources; what is in their place is set aside, not deleted. All of it or nothing, whenever it is broken off:
    `index.restore`, where `switched` is explained.

    Raises `BadBackup`, `DiskFull`, and `Busy` where a bot or a build runs; then nothing was changed.
    """
    if folder.resolve() == index.resolve():
        raise BadBackup(f"{folder} is the backup itself; name another index with --index.")
    backup = Backup.load(folder)
    backup.check(folder)
    for one in (folder, *guilds(folder)):
        if generations.current_name(one):
            generations.open_current(one).close()
    if (folder / STATE).is_file() and version_of(folder / STATE) > len(MIGRATIONS):
        raise BadBackup(f"A newer version of Pullquote made the backup {folder}; install it first.")
    with restoring.sole_restorer(index, folder):
        check_unused(index)
        with full_disk_told(index), restoring.waiting(index) as copy:
            copy_backup(folder, copy)
            backup.check(copy)
            (copy / MANIFEST).unlink()
            for one in (copy, *guilds(copy)):
                rename_generation(one, index / one.relative_to(copy))
            check_unused(index)  # copying may have taken a while
        aside = restoring.put_in_place(index, switched)
    return Restored(generations.current_name(index), tuple(aside))


def copy_backup(folder: Path, copy: Path) -> None:
    """Copies every file. Raises `BadBackup` where one cannot be read, and what the system raises for a full disk."""
    try:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
    except shutil.Error as error:
        if no_room(error):
            raise
        raise BadBackup(f"The backup {folder} cannot be read; nothing was changed. Take another one.") from error


def rename_generation(copy: Path, index: Path) -> None:
    """Gives the generation of an archive in a copy of a backup the name by which it will be the newest of `index`."""
    if name := generations.current_name(copy):
        newest = generations.next_name(index)
        (copy / GENERATIONS / name).rename(copy / GENERATIONS / newest)
        (copy / CURRENT).write_text(f"{newest}\n", encoding="ascii")


def check_unused(index: Path) -> None:
    """Raises `Busy` where a bot runs with the index."""
    if is_in_use(index / STATE):
        raise Busy(f"A bot is running with the index in {index}; stop it first.")


def is_in_use(file: Path) -> bool:
    """Whether any process has the database open: only the last one may leave the write-ahead log. Raises
    `BadBackup` where that cannot be told."""
    if not file.is_file():
        return False
    with closing(sqlite3.connect(file, timeout=0)) as database:
        try:
            return bool(database.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return True
            raise BadBackup(f"{file} cannot be opened ({error}); look whether the disk is full.") from error
        except sqlite3.DatabaseError:  # damaged: it is set aside as it is
            return False


def version_of(state: Path) -> int:
    with closing(read_only(state)) as database:
        ((version,),) = database.execute("PRAGMA user_version")
    return int(version)
