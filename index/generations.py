"""The saved index: immutable generations in a folder, of which one is current.

INDEX/current               the current generation's name, replaced atomically
INDEX/generations/000042/   one generation; `manifest.json` explains it
INDEX/lock                  held by the build that is running
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.articles import Remark
from index.errors import Busy, NoIndex
from index.store import Store
from index.tokens import TokenIndex
from index.vectors import VectorIndex
from index.words import WordIndex

FORMAT = 2  # of the files in a generation; raised when an older program could not read them
MANIFEST = "manifest.json"
CURRENT = "current"
GENERATIONS = "generations"
UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself."""

    format: int
    created: str  # ISO 8601, UTC
    folder: str  # the articles it was built from
    model: str
    model_checksum: str  # SHA-256 of the model's weights
    precisions: list[str]  # of the sums that gave the vectors; several where they were copied from another machine's
    dimensions: int
    articles: int
    passages: int
    sentences: int
    first_day: str | None  # ISO 8601, of the dated articles
    last_day: str | None
    passage_words: int
    passage_rules: int  # `passages.RULES`
    changes: dict[str, int]  # articles added, changed, removed, unchanged by this build
    seconds: float
    remarks: list[dict[str, Any]]  # what was skipped, or read otherwise than it stands, and why
    files: dict[str, int] = field(default_factory=dict)  # bytes of every other file; `save` fills it in

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of the dated articles."""
        if self.first_day is None or self.last_day is None:
            return None
        return date.fromisoformat(self.first_day), date.fromisoformat(self.last_day)

    @property
    def all_remarks(self) -> tuple[Remark, ...]:
        return tuple(Remark(**item) for item in self.remarks)

    def save(self, folder: Path) -> None:
        """Writes the manifest beside the other files of its generation, which must all be there."""
        text = json.dumps(asdict(replace(self, files=file_sizes(folder))), indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        fields: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if fields.get("format") != FORMAT:
            raise NoIndex(
                f"The index in {folder} has format {fields.get('format')}, this program reads {FORMAT}; "
                "make it anew with `pullquote build`."
            )
        return cls(**fields)


def file_sizes(folder: Path) -> dict[str, int]:
    """The bytes of every file below `folder` but the manifest, by path."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.stat().st_size for name, path in sorted(files.items()) if name != MANIFEST}


class Generation:
    """One open generation: manifest, articles and passages, vectors, tokens, words."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        try:
            self.manifest = Manifest.load(folder)
            if file_sizes(folder) != self.manifest.files:
                raise ValueError("a file is missing or was cut off")
            self.store = Store(folder)
            self.vectors = VectorIndex.load(folder)
            self.tokens = TokenIndex.load(folder, self.manifest.dimensions)
            self.words = WordIndex.load(folder)
        except NoIndex:
            raise
        except Exception as error:  # whatever a damaged file makes FAISS, tantivy, SQLite or NumPy raise
            raise NoIndex(
                f"Generation {folder.name} in {folder.parent.parent} is damaged; go back with `pullquote rollback` or "
                "make it anew with `pullquote build FOLDER --anew`."
            ) from error

    def close(self) -> None:
        self.store.close()
        self.words.close()

    def __enter__(self) -> Generation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def current_name(index: Path) -> str | None:
    """The name of the current generation, None where nothing was published yet."""
    try:
        name = (index / CURRENT).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise NoIndex(f"{index / CURRENT} cannot be read; make the index anew with `pullquote build`.") from error
    return name or None


def open_current(index: Path) -> Generation:
    """Opens the current generation. Raises `NoIndex` where there is none or where it is damaged."""
    name = current_name(index)
    if name is None:
        raise NoIndex(f"There is no index in {index} yet; make one with `pullquote build FOLDER`.")
    return Generation(index / GENERATIONS / name)


def kept(index: Path) -> list[str]:
    """The names of the finished generations on disk, oldest first."""
    folder = index / GENERATIONS
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(name for name in names if name.isdigit())


def readable_name(index: Path) -> str | None:
    """The name of the current generation; None also where it cannot be read, as for a build that makes it anew."""
    try:
        return current_name(index)
    except NoIndex:
        return None


def last_folder(index: Path) -> Path | None:
    """The folder of articles that the newest generation was built from, as far as it can be read; None where none
    was ever built. Raises `NoIndex` where generations are there and none of them says."""
    newest_first = sorted(kept(index), key=lambda name: (name == readable_name(index), name), reverse=True)
    for name in newest_first:
        with suppress(OSError, ValueError, KeyError, TypeError):
            return Path(json.loads((index / GENERATIONS / name / MANIFEST).read_text(encoding="utf-8"))["folder"])
    if newest_first:
        raise NoIndex(f"The index in {index} is damaged and no longer says which folder it was built from; name it.")
    return None


@contextmanager
def sole_builder(index: Path) -> Iterator[None]:
    """Keeps other builds out; the system lets go of the lock with the process, however it ends."""
    lock = FileLock(index / "lock", timeout=0)
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise Busy(f"Another build is writing to {index}; wait until it is done.") from None
    except (NotADirectoryError, FileExistsError):
        raise NoIndex(f"{index} is a file; name a folder for the index.") from None
    except OSError as error:
        raise NoIndex(f"{index} cannot be used for the index ({error.strerror}); name another folder.") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def new_generation(index: Path, keep: int) -> Iterator[Path]:
    """An empty folder to write a generation into.

    Left without an error, it is synced to disk and published with one rename; the oldest beyond `keep` are deleted, and
    those that a rollback had gone back from. Left with an error, nothing happened.
    """
    generations = index / GENERATIONS
    generations.mkdir(exist_ok=True)
    for left_over in generations.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left_over)
    before = readable_name(index)
    name = f"{int(max(kept(index), default='0')) + 1:06d}"
    folder = generations / f"{name}{UNFINISHED}"
    folder.mkdir()
    try:
        yield folder
        sync(folder)
        folder.rename(generations / name)
        make_current(index, name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if readable_name(index) != name:
            shutil.rmtree(generations / name, ignore_errors=True)
        raise
    left = [other for other in kept(index) if before and before < other < name]  # what a rollback went back from
    for old in left + [other for other in kept(index) if other != name and other not in left][: -(keep - 1)]:
        shutil.rmtree(generations / old, ignore_errors=True)  # what stays is tried again by the next build


def make_current(index: Path, name: str) -> None:
    """Points `current` at generation `name` with one atomic rename."""
    waiting = index / f"{CURRENT}{UNFINISHED}"
    waiting.write_text(name + "\n", encoding="ascii")
    sync_file(waiting)
    sync_file(index / GENERATIONS)
    waiting.replace(index / CURRENT)
    sync_file(index)


def roll_back(index: Path) -> str:
    """Makes the newest generation before the current one current; its name.

    Raises `NoIndex` where there is none before, or where it cannot be opened.
    """
    name = current_name(index)
    before = [other for other in kept(index) if name is not None and other < name]
    if not before:
        raise NoIndex(f"There is no generation before {name or 'the first'} in {index}; nothing was changed.")
    Generation(index / GENERATIONS / before[-1]).close()
    make_current(index, before[-1])
    return before[-1]


def sync(folder: Path) -> None:
    """Waits until every file below `folder` is on the disk, readable like any other (tantivy makes some private)."""
    readable = stat.S_IMODE(folder.stat().st_mode) & 0o444
    for path in [*folder.rglob("*"), folder]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) | readable)
        sync_file(path)


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_on_disk(index: Path, name: str) -> int:
    """Bytes of one generation."""
    return sum(path.stat().st_size for path in (index / GENERATIONS / name).rglob("*") if path.is_file())
