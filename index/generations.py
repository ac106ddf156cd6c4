"""The saved index: immutable generations in a folder, of which one is current (`layout`)."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from index import layout
from index.checksums import sizes
from index.disk import UNFINISHED, sync_file, write_whole
from index.errors import NoIndex
from index.layout import CURRENT, DAMAGED, GENERATIONS, HELD
from index.manifest import MANIFEST, Manifest, damage
from index.store import Store
from index.tokens import TokenIndex
from index.vectors import VectorIndex
from index.words import WordIndex

Switched = Callable[[str], AbstractContextManager[object]]  # tells a server that searches; and takes it back


class Generation:
    """One open generation: manifest, articles and passages, vectors, tokens, words. `is_searched` is false where a
    server searches for it."""

    def __init__(self, folder: Path, is_searched: bool = True) -> None:
        self.name = folder.name
        try:
            self.manifest = Manifest.load(folder)
            if sizes(folder, MANIFEST) != self.manifest.files:
                raise ValueError("a file is missing or was cut off")
            self.store = Store(folder)
            self.vectors = VectorIndex.load(folder, is_searched)
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


def open_current(index: Path, name: str | None = None, is_searched: bool = True) -> Generation:
    """Opens the current generation, or the one that is named. Raises `NoIndex` where there is none or where it is
    damaged."""
    name = name or current_name(index)
    if name is None:
        raise NoIndex(f"There is no index in {index} yet; make one with `pullquote build FOLDER`.")
    return Generation(layout.generation(index, name), is_searched)


def kept(index: Path) -> list[str]:
    """The names of the finished generations on disk, oldest first."""
    return sorted(name for name in names(index) if name.isdigit())


def damaged(index: Path) -> list[str]:
    """The names of the generations that were found damaged and set aside, oldest first."""
    return sorted(name for name in names(index) if name.endswith(DAMAGED))


def names(index: Path) -> list[str]:
    folder = index / GENERATIONS
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def readable_name(index: Path) -> str | None:
    """The name of the current generation; None also where it cannot be read, as for a build that makes it anew."""
    try:
        return current_name(index)
    except NoIndex:
        return None


def last_folder(index: Path) -> Path | None:
    """The folder of articles that the newest generation was built from, as far as it can be read; None where none
    was ever built. Raises `NoIndex` where generations are there and none of them says."""
    there = [*kept(index), *damaged(index)]
    newest_first = sorted(there, key=lambda name: (name == readable_name(index), name), reverse=True)
    for name in newest_first:
        with suppress(OSError, ValueError, KeyError, TypeError):
            return Path(json.loads((layout.generation(index, name) / MANIFEST).read_text(encoding="utf-8"))["folder"])
    if newest_first:
        raise NoIndex(f"The index in {index} is damaged and no longer says which folder it was built from; name it.")
    return None


@contextmanager
def new_generation(index: Path, keep: int, switched: Switched = nullcontext) -> Iterator[Path]:
    """An empty folder to write a generation into.

    Left without an error, it is synced to disk and published with one rename, within what `switched` gives for its
    name; the oldest beyond `keep` are deleted, and those that a rollback had gone back from. Left with an error,
    nothing happened.
    """
    generations = index / GENERATIONS
    generations.mkdir(exist_ok=True)
    for left_over in generations.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left_over)
    before = readable_name(index)
    name = next_name(index)
    folder = generations / f"{name}{UNFINISHED}"
    folder.mkdir()
    try:
        yield folder
        sync(folder)
        folder.rename(generations / name)
        with switched(name):
            make_current(index, name)
        (index / HELD).unlink(missing_ok=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if readable_name(index) != name:
            shutil.rmtree(generations / name, ignore_errors=True)
        raise
    left = [other for other in kept(index) if before and before < other < name]  # what a rollback went back from
    for old in left + [other for other in kept(index) if other != name and other not in left][: -(keep - 1)]:
        shutil.rmtree(generations / old, ignore_errors=True)  # what stays is tried again by the next build


def next_name(index: Path) -> str:
    """A name that no generation ever had, nor one that was set aside: by it a running bot knows what is new."""
    numbers = [int(number) for number in (name.partition(".")[0] for name in names(index)) if number.isdigit()]
    return f"{max(numbers, default=0) + 1:06d}"


def make_current(index: Path, name: str) -> None:
    """Points `current` at generation `name` with one atomic rename."""
    sync_file(index / GENERATIONS)
    write_whole(index / CURRENT, f"{name}\n".encode())


def set_aside(index: Path, name: str) -> None:
    """Renames a damaged generation: it is kept, but counts no more."""
    layout.generation(index, name).rename(layout.generation(index, f"{name}{DAMAGED}"))
    sync_file(index / GENERATIONS)


def roll_back(index: Path, wanted: str | None = None, switched: Switched = nullcontext) -> str:
    """Makes a generation current, within what `switched` gives for its name: the one `wanted`, older or newer, else the
    newest before the current one. Returns its name.

    Raises `NoIndex` where it is not kept or is damaged.
    """
    there = kept(index)
    if wanted is None:
        current = current_name(index)
        before = [name for name in there if current is not None and name < current]
        if not before:
            raise NoIndex(f"There is no generation before {current or 'the first'} in {index}; nothing was changed.")
        name = before[-1]
    else:
        name = wanted.zfill(6)
        if name not in there:
            raise NoIndex(f"Generation {wanted} is not kept; those that are: {', '.join(there)}. Nothing was changed.")
    if wrong := damage(layout.generation(index, name)):
        raise NoIndex(f"Generation {name} in {index} is damaged ({wrong}); nothing was changed.")
    Generation(layout.generation(index, name)).close()
    with switched(name):
        go_over(index, name)
    return name


def go_over(index: Path, name: str) -> None:
    """Makes a kept generation current, and an older one stay so until somebody builds."""
    make_current(index, name)
    if name == kept(index)[-1]:
        (index / HELD).unlink(missing_ok=True)
    else:
        write_whole(index / HELD, f"{name}\n".encode())


def is_held(index: Path) -> bool:
    """Whether somebody went back to an older generation, and nobody has built since: what was gone back from is not to
    be built again by itself."""
    return (index / HELD).exists()


def sync(folder: Path) -> None:
    """Waits until every file below `folder` is on the disk, readable like any other (tantivy makes some private)."""
    readable = stat.S_IMODE(folder.stat().st_mode) & 0o444
    for path in [*folder.rglob("*"), folder]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) | readable)
        sync_file(path)


def size_on_disk(index: Path, name: str) -> int:
    """Bytes of one generation."""
    return sum(path.stat().st_size for path in layout.generation(index, name).rglob("*") if path.is_file())
