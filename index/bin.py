"""Articles that were removed: left out of every build, and for a time to be taken back."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from index.disk import write_whole
from index.errors import NoArticle
from index.ledger import Ledger
from index.sources import KEPT_DAYS

OWN = re.compile(r"@((?:added|feed|page)/.+?)(?:#(\d+))?")  # an id under HOME: the file, and the line of JSON Lines


@dataclass(frozen=True, slots=True)
class Removed:
    """An article in the bin; `gone` once the file that the bot owned is deleted."""

    id: str
    title: str
    day: date
    gone: bool = False


class Bin:
    """What was removed, kept in `home`. Files in folders of others are never touched, only left out."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ledger = Ledger(home / "removed.json")

    def all(self) -> list[Removed]:
        """The newest first, and those of a day by id. Raises `BadSource` where the list is damaged."""
        content = self.ledger.read()
        try:
            found = [
                Removed(article, one["title"], date.fromisoformat(one["day"]), one["gone"])
                for article, one in content.items()
            ]
        except (TypeError, ValueError, KeyError) as error:
            raise self.ledger.damaged() from error
        return sorted(found, key=lambda one: (-one.day.toordinal(), one.id))

    def ids(self) -> Collection[str]:
        return {one.id for one in self.all()}

    def remove(self, article: str, title: str, today: date) -> None:
        """Leaves the article out from the next build on."""
        with self.ledger.changing() as content:
            content.setdefault(article, {"title": title, "day": today.isoformat(), "gone": False})

    def restore(self, article: str) -> None:
        """Takes an article back for the next build. Raises `NoArticle` where it was not removed, or is deleted."""
        with self.ledger.changing() as content:
            if article not in content:
                raise NoArticle(f"The article {article} was not removed.")
            if content[article]["gone"]:
                raise NoArticle(f"“{content[article]['title']}” was deleted {KEPT_DAYS} days later; add it anew.")
            del content[article]

    def purge(self, today: date) -> None:
        """Deletes the files of articles that were removed more than `KEPT_DAYS` ago, if they lie in `home`; they stay
        left out."""
        oldest = today - timedelta(days=KEPT_DAYS)
        for one in self.all():
            own = OWN.fullmatch(one.id)
            if one.day < oldest and not one.gone and own:
                delete(self.home / own[1], int(own[2]) if own[2] else None)
                with self.ledger.changing() as content:
                    content[one.id]["gone"] = True


def delete(file: Path, line: int | None) -> None:
    """Deletes a file; of one with several articles empties the line, so that the others keep their numbers."""
    if ".." in file.parts:
        return
    if line is not None and file.exists():
        lines = file.read_bytes().split(b"\n")
        lines[line - 1 : line] = [b""]
        if any(other.strip() for other in lines):
            write_whole(file, b"\n".join(lines))
            return
    file.unlink(missing_ok=True)
