"""A copy of all that cannot be made again, while the bot runs; and the way back.

A backup is itself an index folder, with `backup.json` beside: `pullquote ask --index BACKUP` answers from it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.state import FILE as STATE
from bot.state import MIGRATIONS, read_only, set_aside, stamp
from index import generations
from index.disk import UNFINISHED, sync_file
from index.errors import BadBackup, Busy
from index.lock import sole_builder

MANIFEST = "backup.json"
TRIES = 5
SOURCES = "sources"  # what the archive is made of besides the operator's folder


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself: when it was made (ISO 8601, UTC), of which generation, and the SHA-256 of each of
    its files by path."""

    created: str
    generation: str | None
    files: dict[str, str]

    @classmethod
    def load(cls, folder: Path) -> Backup:
        """Raises `BadBackup` where `folder` is none, or is not as it was made."""
        try:
            backup = cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise BadBackup(f"{folder} is no backup: name a folder that `pullquote backup` made.") from None
        there = digests(folder)
        for name in sorted(there.keys() | backup.files.keys()):
            if there.get(name) != backup.files.get(name):
                raise BadBackup(f"The backup {folder} is damaged ({name}); nothing was changed. Take another one.")
        return backup


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
    if name is None and not any((index / one).exists() for one in (STATE, SOURCES, generations.GUILDS)):
        raise BadBackup(f"There is nothing to back up in {index}: no index and nothing that the bot remembers.")
    with finished_or_gone(folder) as unfinished:
        for own, copy in [
            (index, unfinished),
            *((one, unfinished / generations.GUILDS / one.name) for one in guilds_of(index)),
        ]:
            copy_archive(own, copy)
        if (index / STATE).is_file():
            copy_state(index / STATE, unfinished / STATE)
        backup = Backup(datetime.now(UTC).isoformat(timespec="seconds"), name, digests(unfinished))
        (unfinished / MANIFEST).write_text(json.dumps(asdict(backup), indent=2) + "\n", encoding="utf-8")
    return backup


def guilds_of(index: Path) -> list[Path]:
    """The indexes of archives that servers have of their own."""
    return sorted(path for path in (index / generations.GUILDS).glob("*") if path.is_dir())


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
    source, copy = (folder / generations.GENERATIONS / name for folder in (index, target))
    try:
        shutil.copytree(source, copy)
        is_whole = digests(copy) == digests(source)
    except (shutil.Error, FileNotFoundError):
        is_whole = False
    if not is_whole:
        raise BadBackup(f"Generation {name} changed while it was copied, as builds make it; try again.")
    (target / generations.CURRENT).write_text(f"{name}\n", encoding="ascii")


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


def restore(folder: Path, index: Path, keep: int) -> Restored:
    """Makes the backup's generations the newest ones of their archives, and puts back what the bot remembered and the
    sources; what is in their place is set aside, not deleted.

    Raises `BadBackup`, and `Busy` where a bot or a build runs; then nothing was changed.
    """
    if folder.resolve() == index.resolve():
        raise BadBackup(f"{folder} is the backup itself; name another index with --index.")
    Backup.load(folder)
    copies = [(folder, index), *((one, index / generations.GUILDS / one.name) for one in guilds_of(folder))]
    for copy, _ in copies:
        if generations.current_name(copy):
            generations.open_current(copy).close()
    if (folder / STATE).is_file() and version_of(folder / STATE) > len(MIGRATIONS):
        raise BadBackup(f"A newer version of Pullquote made the backup {folder}; install it first.")
    with ExitStack() as held:
        for _, own in copies:
            held.enter_context(sole_builder(own))
        if is_in_use(index / STATE):
            raise Busy(f"A bot is running with the index in {index}; stop it first.")
        aside: list[Path | None] = []
        for copy, own in copies:
            if name := generations.current_name(copy):
                with generations.new_generation(own, keep) as unfinished:
                    shutil.copytree(copy / generations.GENERATIONS / name, unfinished, dirs_exist_ok=True)
            aside.append(put_back(copy / SOURCES, own / SOURCES))
        aside.insert(0, put_back(folder / STATE, index / STATE))  # last: until then the bot is as it was
    return Restored(generations.current_name(index), tuple(path for path in aside if path))


def put_back(copy: Path, place: Path) -> Path | None:
    """Copies a file or a folder to its place; where to what was there is set aside, if anything was."""
    if not copy.exists():
        return None
    waiting = place.with_name(f"{place.name}{UNFINISHED}")
    shutil.rmtree(waiting, ignore_errors=True)
    (shutil.copytree if copy.is_dir() else shutil.copy2)(copy, waiting)
    aside = set_aside(place, f"before-restore-{stamp()}")
    waiting.rename(place)
    return aside if aside.exists() else None


def is_in_use(file: Path) -> bool:
    """Whether any process has the database open: only the last one may leave the write-ahead log."""
    if not file.is_file():
        return False
    with closing(sqlite3.connect(file, timeout=0)) as database:
        try:
            return bool(database.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",))
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:  # damaged: it is set aside as it is
            return False


def version_of(state: Path) -> int:
    with closing(read_only(state)) as database:
        ((version,),) = database.execute("PRAGMA user_version")
    return int(version)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below `folder`, by path, but the manifest of a backup."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / MANIFEST:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
