"""The list of what an archive is made of besides its folder: further folders, feeds and single pages.

HOME/sources.json       this list
HOME/removed.json       articles that are left out (`bin`)
HOME/added/…            files that were handed in, as they came
HOME/feed/NAME/…jsonl   one file for each article of a feed
HOME/page/NAME/…jsonl   the article of a page
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import BadSource, CannotFetch
from index.ledger import Ledger

KEPT_DAYS = 30  # for which what was removed can be taken back
LONGEST_NAME = 40  # characters; names are parts of article ids
ADDRESS = re.compile(
    r"(https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#].*)?)", re.I
)  # its scheme may be forgotten


class Kind(StrEnum):
    FOLDER = "folder"
    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Source:
    """A further folder, a feed or a page. `place` is the folder's path or the address; times are ISO 8601, UTC."""

    name: str
    kind: Kind
    place: str
    paused: bool = False
    etag: str | None = None
    modified: str | None = None
    visited: str | None = None
    due: str | None = None  # not visited before
    failures: int = 0  # since the last visit that succeeded
    error: str | None = None  # the sentence of the last visit, where it failed
    articles: int = 0
    removed: str | None = None  # the day; its files are kept for `KEPT_DAYS`

    @property
    def prefix(self) -> str:
        """What the ids of its articles begin with."""
        return f"@{self.kind}/{self.name}/"

    def is_due(self, now: datetime) -> bool:
        return self.kind is not Kind.FOLDER and not self.paused and (self.due or "") <= stamp(now)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit brought: how many articles came or changed, or why it failed; `remarks` on single articles.

    `cause` is the error where the address itself could not be fetched, for who says it in another language.
    """

    source: str
    added: int = 0
    changed: int = 0
    error: str | None = None
    remarks: tuple[str, ...] = ()
    cause: CannotFetch | None = None


def stamp(now: datetime) -> str:
    """A time as the list has it: texts that sort as the times do."""
    return now.astimezone(UTC).isoformat(timespec="seconds")


class Sources:
    """The list, kept in `home`; every change is saved before it returns, and may come from several processes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ledger = Ledger(home / "sources.json")

    def all(self) -> list[Source]:
        """Those that were not removed, by name. Raises `BadSource` where the list is damaged."""
        return sorted((one for one in self.read(self.ledger.read()) if not one.removed), key=lambda one: one.name)

    def removed(self) -> list[Source]:
        """Those whose articles are out, but still kept."""
        return [one for one in self.read(self.ledger.read()) if one.removed]

    def read(self, content: dict[str, Any]) -> list[Source]:
        known = {field.name for field in fields(Source)}
        try:
            return [
                Source(**{name: value for name, value in one.items() if name in known} | {"kind": Kind(one["kind"])})
                for one in content.get("sources", [])
            ]
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise self.ledger.damaged() from error

    @contextmanager
    def changing(self) -> Iterator[list[Source]]:
        with self.ledger.changing() as content:
            sources = self.read(content)
            yield sources
            content["sources"] = [asdict(one) for one in sources]

    def get(self, name: str) -> Source:
        """Raises `BadSource` where there is none of that name."""
        return find(self.all(), name)

    def add_folder(self, folder: Path, name: str | None = None, main: Path | None = None) -> Source:
        """Raises `BadSource` for what is no folder, holds the index itself, or overlaps with what is read already: a
        folder of the list or the `main` one."""
        with suppress(RuntimeError):
            folder = folder.expanduser()
        path = folder.resolve()
        if not path.is_dir():
            hint = address_hint(str(folder)) or "name one that holds articles, or an address with https://"
            raise BadSource(f"There is no folder {folder}; {hint}.")
        if self.home.resolve().is_relative_to(path):
            raise BadSource(f"The folder {folder} holds the index itself; name one that holds articles alone.")
        if main and (how := overlap(path, main)):
            raise BadSource(
                f"The folder {folder} {how} {main}, which the archive is built from already; `pullquote build` reads "
                "what is new in it."
            )
        for one, how in self.overlapping(path):
            if how != "is":  # which `add` says, or takes back
                already = f"{how} {one.place}, which is the source {one.name} already"
                raise BadSource(f"The folder {folder} {already}; remove that one first.")
        return self.add(Kind.FOLDER, str(path), name or path.name)

    def overlapping(self, folder: Path) -> Iterator[tuple[Source, str]]:
        """The folders of the list that share files with `folder`, and how."""
        for one in self.all():
            if one.kind is Kind.FOLDER and (how := overlap(folder, Path(one.place))):
                yield one, how

    def add(self, kind: Kind, place: str, name: str) -> Source:
        """Adds a source under a name made from `name`; one that was removed comes back with its articles.

        Raises `BadSource` where the place is in the list already.
        """
        with self.changing() as sources:
            old = next((one for one in sources if (one.kind, one.place) == (kind, place)), None)
            if old and not old.removed:
                raise BadSource(f"{place} is a source already: {old.name}.")
            if old:
                new = replace(old, removed=None, paused=False, due=None)
                sources[sources.index(old)] = new
            else:
                new = Source(unlike(slug(name), {one.name for one in sources}), kind, place)
                sources.append(new)
        return new

    def pause(self, name: str) -> Source:
        """Leaves the source's articles as they are from now on."""
        return self.change(name, paused=True)

    def resume(self, name: str) -> Source:
        return self.change(name, paused=False, due=None, failures=0)

    def remove(self, name: str, today: date) -> Source:
        """Takes the source's articles out of the next build; added again within `KEPT_DAYS` it has them back."""
        return self.change(name, removed=today.isoformat())

    def change(self, name: str, **changes: Any) -> Source:
        """Raises `BadSource` where there is none of that name."""
        with self.changing() as sources:
            old = find([one for one in sources if not one.removed], name)
            new = replace(old, **changes)
            sources[sources.index(old)] = new
        return new

    def purge(self, today: date) -> None:
        """Deletes what was fetched from sources that were removed more than `KEPT_DAYS` ago."""
        oldest = (today - timedelta(days=KEPT_DAYS)).isoformat()
        if not any(one.removed and one.removed < oldest for one in self.read(self.ledger.read())):
            return
        with self.changing() as sources:
            for one in [one for one in sources if one.removed and one.removed < oldest]:
                if one.kind is not Kind.FOLDER:
                    shutil.rmtree(self.home / one.kind / one.name, ignore_errors=True)
                sources.remove(one)


def find(sources: list[Source], name: str) -> Source:
    found = next((one for one in sources if one.name == name), None)
    if found is None:
        known = ", ".join(sorted(one.name for one in sources)) or "none yet"
        at = next((f"that address is the source {one.name}" for one in sources if one.place == name), None)
        raise BadSource(f"There is no source “{name}”; {at or address_hint(name) or f'the sources are: {known}'}.")
    return found


def overlap(folder: Path, other: Path) -> str | None:
    """How two folders share files, in words; None where they do not."""
    one, two = folder.resolve(), other.resolve()
    if one == two:
        return "is"
    return "lies in" if one.is_relative_to(two) else "holds" if two.is_relative_to(one) else None


def address_hint(text: str) -> str | None:
    """What to do with an address that was written without `https://`, or in the place of a name; None for what is
    none."""
    found = ADDRESS.fullmatch(text)
    return f"an address is added by `pullquote sources add {found[1] or 'https://'}{found[2]}`" if found else None


def slug(text: str) -> str:
    """A name of small letters, digits and hyphens, for file names and article ids."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or "source"


def unlike(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken."""
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}-{number}"
    return free
