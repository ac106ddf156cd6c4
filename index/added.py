"""Files that were handed in: read on trial, and kept as they came."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from index.articles import Article, Reason, Remark, Unreadable
from index.bin import Bin
from index.corpus import read_file
from index.disk import MEGABYTE, write_whole
from index.errors import Busy
from index.ledger import MOST_WAIT
from index.zips import unzipped

FOLDER = "added"
PREFIX = f"@{FOLDER}/"
LONGEST_PART = 160  # bytes of a folder's or a file's name, so that with a number and an ending it fits any file system
LONGEST_ENDING = 10  # bytes
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+|^[.@\s]+|[.\s]+$')


@dataclass(frozen=True, slots=True)
class Added:
    """What a file that was handed in held: its articles, under the next build's ids, those that were there already, and
    what could not be read."""

    articles: tuple[Article, ...] = ()
    known: tuple[Article, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(self.articles + other.articles, self.known + other.known, self.remarks + other.remarks)


class Room:
    """How much may still be handed in, of so many megabytes in all."""

    def __init__(self, home: Path, megabytes: float) -> None:
        self.megabytes = megabytes
        files = (path for path in (home / FOLDER).rglob("*") if path.is_file())
        self.left = megabytes * MEGABYTE - sum(path.stat().st_size for path in files)

    def check(self, size: int) -> None:
        """Raises `Unreadable` where a file of so many bytes is too large."""
        if size > self.left:
            reason = f"over what is left of the {self.megabytes:g} MB that a server may add"
            raise Unreadable(reason, Reason.ROOM, f"{self.megabytes:g}")

    def take(self, size: int) -> None:
        self.check(size)
        self.left -= size


def add_file(home: Path, name: str, data: bytes, max_file_megabytes: float, room: Room | None = None) -> Added:
    """Keeps a file in `home` if it holds an article; of a ZIP each member that does.

    A file that is there already is not kept twice; another one of the same name gets a number behind it, also where
    both come at once. Raises `OSError` where it cannot be written, and `Busy`.
    """
    try:
        if name.casefold().endswith(".zip"):
            return add_members(home, data, max_file_megabytes, room)
        while True:
            place = place_for(home, safe_name(name), data)
            added = read_on_trial(place, data, max_file_megabytes)
            if not added.articles:
                return Added(remarks=tuple(replace(remark, path=name) for remark in added.remarks))
            with sole_adder(home):
                if place_for(home, safe_name(name), data) != place:
                    continue  # another file of this name came meanwhile
                if (home / FOLDER / place).exists():
                    return Added(known=added.articles, remarks=added.remarks)
                if room:
                    room.take(len(data))
                write_whole(home / FOLDER / place, data)
                return added
    except Unreadable as reason:
        return Added(remarks=(reason.of(name),))


def add_members(home: Path, data: bytes, max_file_megabytes: float, room: Room | None) -> Added:
    """Raises `BadZip`."""
    added = Added()
    for member in unzipped(data, max_file_megabytes):
        if isinstance(member, Remark):
            added += Added(remarks=(member,))
        else:
            added += add_file(home, *member, max_file_megabytes, room)
    return added


def read_on_trial(place: PurePosixPath, data: bytes, max_file_megabytes: float) -> Added:
    with tempfile.TemporaryDirectory(prefix="pullquote-") as temporary:
        trial = Path(temporary, place)
        trial.parent.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(data)
        read = read_file(Path(temporary), trial, max_file_megabytes)
    articles = tuple(replace(item, id=PREFIX + item.id) for item in read if isinstance(item, Article))
    return Added(articles, remarks=tuple(item for item in read if isinstance(item, Remark)))


@contextmanager
def sole_adder(home: Path) -> Iterator[None]:
    """Keeps others from writing into the folder meanwhile. Raises `Busy` where one takes too long."""
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / f"{FOLDER}.lock", timeout=MOST_WAIT):
            yield
    except Timeout:
        raise Busy("Another process is adding files; try again.") from None


def safe_name(name: str) -> PurePosixPath:
    """A relative path without anything that means something to a file system, and not too long for one."""
    parts = [NOT_IN_A_NAME.sub("", part) for part in name.replace("\\", "/").split("/")]
    parts = [part for part in (cut(part, len(part) * 4) for part in parts) if part not in ("", ".", "..")]
    last = PurePosixPath(parts[-1] if parts else "article.txt")
    folders = (cut(part, LONGEST_PART) for part in parts[-4:-1])
    return PurePosixPath(*folders, cut(last.stem, LONGEST_PART) + cut(last.suffix, LONGEST_ENDING))


def cut(text: str, most: int) -> str:
    """The text in at most so many bytes of UTF-8, without what UTF-8 has no letter for."""
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")


def place_for(home: Path, wanted: PurePosixPath, data: bytes) -> PurePosixPath:
    """Where in the folder the file goes: not over another one, nor where a removed article would hide it; where the
    same file is already."""
    removed = {article.removeprefix(PREFIX).partition("#")[0] for article in Bin(home).ids()}

    def is_free(place: PurePosixPath) -> bool:
        path = home / FOLDER / place
        return str(place) not in removed and (not path.exists() or (path.is_file() and path.read_bytes() == data))

    numbered = (wanted.with_stem(f"{wanted.stem}-{number}") for number in itertools.count(2))
    return next(filter(is_free, itertools.chain([wanted], numbered)))
