"""Files that were handed in: read on trial, and kept as they came."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.articles import Article, Remark
from index.bin import Bin
from index.corpus import read_file
from index.disk import write_whole
from index.errors import BadZip
from index.sources import unlike
from index.zips import unzipped

FOLDER = "added"
PREFIX = f"@{FOLDER}/"
LONGEST_STEM = 80  # characters of a file's name, so that with its folders and ending it fits any file system
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+|^[.@\s]+|[.\s]+$')


@dataclass(frozen=True, slots=True)
class Added:
    """What a file that was handed in held: its articles, under the next build's ids, and what could not be read."""

    articles: tuple[Article, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(self.articles + other.articles, self.remarks + other.remarks)


def add_file(home: Path, name: str, data: bytes, max_file_megabytes: float) -> Added:
    """Keeps a file in `home` if it holds an article; of a ZIP each member that does.

    A file that is there already is not kept twice; another one of the same name gets a number behind it. Raises
    `OSError` where it cannot be written.
    """
    if name.casefold().endswith(".zip"):
        return add_members(home, name, data, max_file_megabytes)
    place = place_for(home, safe_name(name), data)
    with tempfile.TemporaryDirectory(prefix="pullquote-") as temporary:
        trial = Path(temporary, place)
        trial.parent.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(data)
        read = read_file(Path(temporary), trial, max_file_megabytes)
    articles = tuple(replace(item, id=PREFIX + item.id) for item in read if isinstance(item, Article))
    remarks = tuple(item for item in read if isinstance(item, Remark))
    if not articles:
        return Added(remarks=tuple(replace(remark, path=name) for remark in remarks))
    write_whole(home / FOLDER / place, data)
    return Added(articles, remarks)


def add_members(home: Path, name: str, data: bytes, max_file_megabytes: float) -> Added:
    added = Added()
    try:
        for member in unzipped(data, max_file_megabytes):
            if isinstance(member, Remark):
                added += Added(remarks=(member,))
            else:
                added += add_file(home, *member, max_file_megabytes)
    except BadZip as error:
        added += Added(remarks=(Remark(name, str(error)),))
    return added


def safe_name(name: str) -> PurePosixPath:
    """A relative path without anything that means something to a file system."""
    parts = [NOT_IN_A_NAME.sub("", part) for part in name.replace("\\", "/").split("/")]
    parts = [part.encode("utf-8", "ignore").decode() for part in parts if part not in ("", ".", "..")] or [
        "article.txt"
    ]
    last = PurePosixPath(parts[-1])
    return PurePosixPath(*(part[:LONGEST_STEM] for part in parts[-4:-1]), last.stem[:LONGEST_STEM] + last.suffix[:10])


def place_for(home: Path, wanted: PurePosixPath, data: bytes) -> PurePosixPath:
    """Where in the folder the file goes: not over another one, nor where a removed article would hide it."""
    folder = home / FOLDER / wanted.parent
    removed = {article.removeprefix(PREFIX).partition("#")[0] for article in Bin(home).ids()}
    if (folder / wanted.name).is_file() and (folder / wanted.name).read_bytes() == data and str(wanted) not in removed:
        return wanted
    there = {path.stem for path in folder.iterdir() if path.suffix == wanted.suffix} if folder.is_dir() else set()
    hidden = {PurePosixPath(path).stem for path in removed if PurePosixPath(path).parent == wanted.parent}
    return wanted.with_stem(unlike(wanted.stem, there | hidden))
