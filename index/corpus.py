"""A folder -> its Articles, and by name whatever in it could not be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.articles import Article, Reason, Remark, Unreadable
from index.disk import MEGABYTE
from index.errors import BadArchive
from index.formats import FORMATS, TEXTS, guessed
from index.passages import has_sentence

Counted = Callable[[int, int], None]  # how many are done, how many there are


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a folder holds: articles in the order of their ids, and what was skipped or read otherwise, with reasons.
    `removed` are the ids that somebody took out, and beginnings, with a `/` at their end, of ids of sources taken out.
    """

    articles: tuple[Article, ...]
    remarks: tuple[Remark, ...]
    removed: frozenset[str] = frozenset()

    def is_removed(self, article: str) -> bool:
        """Whether somebody took the article of this id out, or its source."""
        parts = article.split("/")
        return article in self.removed or "/".join(parts[:2]) + "/" in self.removed


def read_corpus(folder: Path, max_file_megabytes: float, progress: Counted = lambda *_: None) -> Corpus:
    """Reads every article below `folder`. `progress` is told files read and files in all.

    Raises `BadArchive` where the folder is missing or no folder, or where nothing in it is an article.
    """
    try:
        root = folder.resolve(strict=True)
        os.scandir(root).close()
    except FileNotFoundError:
        raise BadArchive(f"There is no folder {folder}; name the folder that holds your articles.") from None
    except NotADirectoryError:
        raise BadArchive(f"{folder} is a file; name the folder that holds your articles.") from None
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "a link round in circles"
        raise BadArchive(f"The folder {folder} cannot be opened ({reason}).") from error
    entries = list(walk(root, root))
    read: list[Article | Remark] = []
    for done, entry in enumerate(entries, 1):
        read += [entry] if isinstance(entry, Remark) else read_file(root, entry, max_file_megabytes)
        progress(done, len(entries))
    articles = sorted((item for item in read if isinstance(item, Article)), key=lambda article: article.id)
    remarks = tuple(item for item in read if isinstance(item, Remark))
    if not articles:
        raise BadArchive(nothing_to_read(folder, remarks))
    return Corpus(tuple(articles), remarks)


def nothing_to_read(folder: Path, skipped: tuple[Remark, ...]) -> str:
    known = ", ".join(FORMATS)
    if not skipped:
        return f"The folder {folder} is empty; put articles into it ({known})."
    reasons = "; ".join(f"{item.path}: {item.reason}" for item in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    return f"Nothing in {folder} could be read as an article ({reasons}{more}); articles are {known} files."


def walk(folder: Path, root: Path) -> Iterator[Path | Remark]:
    """Every file below `folder`, by name; links are named, not followed, since what they lead to inside the
    archive is read under its own name and what is outside does not belong to it."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Remark(name_of(folder, root), f"this folder cannot be opened ({error.strerror})", kind=Reason.CLOSED)
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_symlink():
            yield Remark(name_of(path, root), where_link_leads(path, root), kind=Reason.LINK)
        elif entry.name.startswith("."):
            yield Remark(name_of(path, root), "hidden", kind=Reason.HIDDEN)
        elif entry.is_dir():
            yield from walk(path, root)
        else:
            yield path


def where_link_leads(link: Path, root: Path) -> str:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere or round in circles"
    if not target.is_relative_to(root):
        return "a link that leads out of the archive"
    if target.is_dir() and link.parent.is_relative_to(target):
        return "a link that leads round in circles"
    return f"a link to {name_of(target, root)}, which is read under that name"


def name_of(path: Path, root: Path) -> str:
    """The path inside the archive with `/`; bytes that are no text are shown as �."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")


def read_file(root: Path, path: Path, max_file_megabytes: float) -> list[Article | Remark]:
    """The articles of one file; never raises, since one bad file must not stop a build."""
    name = name_of(path, root)
    try:
        kind = path.suffix.casefold()
        read_as = FORMATS.get(kind)
        if read_as is None:
            raise Unreadable(f"not a kind of file that holds articles ({', '.join(FORMATS)})", Reason.FORMAT)
        if "�" in name:
            raise Unreadable("its name is not valid UTF-8", Reason.NAME)
        data = content(path, max_file_megabytes)
        remarks = guessed(name, data) if kind in TEXTS else ()
        return [*(quotable(item) for item in read_as(name, data)), *remarks]
    except Unreadable as reason:
        return [reason.of(name)]
    except OSError as error:
        return [Remark(name, f"cannot be opened ({error.strerror})", kind=Reason.CLOSED)]
    except Exception as error:  # a parser's own fault on one file is a line of the report, not a lost build
        return [Remark(name, f"its content broke the reader ({type(error).__name__})", kind=Reason.DAMAGED)]


def quotable(item: Article | Remark) -> Article | Remark:
    """The item as it is, unless it is an article that could not be quoted, or not be written to the index."""
    if isinstance(item, Remark):
        return replace(item, reason=item.reason.encode("utf-8", "replace").decode())
    try:
        "\n".join(filter(None, (item.text, item.title, item.source, item.url))).encode()
    except UnicodeEncodeError:
        return Remark(item.id, "it holds half a character (a lone surrogate)", kind=Reason.ENCODING)
    return item if has_sentence(item) else Remark(item.id, "no sentence in it", kind=Reason.NO_TEXT)


def content(path: Path, max_file_megabytes: float) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("not an ordinary file", Reason.CLOSED)
    check_size(status.st_size, max_file_megabytes)
    data = path.read_bytes()
    if not data.strip():
        raise Unreadable("empty", Reason.EMPTY)
    return data


def check_size(size: int, max_file_megabytes: float) -> None:
    """Raises `Unreadable` for a file of too many bytes."""
    if size > max_file_megabytes * MEGABYTE:
        limit = f"{max_file_megabytes:g} MB (archive.max_file_megabytes)"
        reason = f"{size / MEGABYTE:.1f} MB, over the limit of {limit}"
        raise Unreadable(reason, Reason.TOO_LARGE, f"{max_file_megabytes:g}")
