"""Which generation may be answered from: damage is found by checksum, set aside, and never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import Busy, NoIndex, OtherFormat
from index.generations import kept, make_current, readable_name, set_aside
from index.layout import CURRENT, DAMAGED, generation
from index.lock import sole_builder
from index.manifest import damage


@dataclass(frozen=True, slots=True)
class Checked:
    """The generation to answer from, None where no good one is left; and in a sentence what was wrong and was done,
    None where nothing was."""

    name: str | None
    said: str | None = None


def checked(index: Path) -> Checked:
    """Reads every file of the current generation (`manifest.damage`), and of older ones where it is damaged.

    Sets damaged ones aside and makes the newest good one current; where that cannot be (another build runs, the disk
    may only be read), it only says which is good. Raises `NoIndex` where files may not be read.
    """
    name = readable_name(index)
    if name is None and not kept(index):
        return Checked(None)
    search = Search.of(index)
    if name and search.good == name:
        return Checked(name)
    try:
        with sole_builder(index):
            return repaired(index)
    except (Busy, NoIndex, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        then = f"generation {search.good} is answered from" if search.good else "no other generation is left"
        return Checked(search.good, f"{search.said(name)} Nothing was set aside ({why}); {then}.")


def repaired(index: Path) -> Checked:
    """As `checked`, with the lock held around it. What another version of Pullquote made current stays so, for it."""
    name, search = readable_name(index), Search.of(index)
    if search.good == name and not search.broken:
        return Checked(name)
    is_theirs = name in search.foreign
    if search.good and not is_theirs:
        make_current(index, search.good)
    for damaged, _ in search.broken:
        set_aside(index, damaged)
    if search.good is None and not is_theirs:
        (index / CURRENT).unlink(missing_ok=True)
    aside = ", ".join(damaged + DAMAGED for damaged, _ in search.broken)
    aside = f" Set aside, not deleted: {aside}." if aside else ""
    then = "No other generation is left; the index has to be made anew."
    if search.good:
        then = f"Generation {search.good} is {'answered from' if is_theirs else 'current'}."
    return Checked(search.good, f"{search.said(name)}{aside} {then}")


@dataclass(frozen=True, slots=True)
class Search:
    """The first good generation; and those passed on the way to it: the damaged ones, each with what is wrong, and
    those whose format is another version's."""

    good: str | None
    broken: tuple[tuple[str, str], ...]
    foreign: tuple[str, ...]

    @classmethod
    def of(cls, index: Path) -> Search:
        broken: list[tuple[str, str]] = []
        foreign: list[str] = []
        for name in in_order(index):
            try:
                wrong = damage(generation(index, name))
            except OtherFormat:
                foreign.append(name)
                continue
            if wrong is None:
                return cls(name, tuple(broken), tuple(foreign))
            broken.append((name, wrong))
        return cls(None, tuple(broken), tuple(foreign))

    def said(self, current: str | None) -> str:
        """In sentences what is wrong with the index whose current generation is to be `current`."""
        damaged = [f"Generation {name} is damaged ({wrong})." for name, wrong in self.broken]
        theirs = [f"Generation {name} was made by another version of Pullquote." for name in self.foreign]
        if damaged or theirs:
            return " ".join(damaged + theirs)
        if current is None:
            return "The index did not say which generation is current."
        return f"Generation {current}, which is to be current, is not there."


def in_order(index: Path) -> Iterator[str]:
    """The current generation, then older ones, the newest first; last those that a rollback went back from."""
    current, names = readable_name(index), kept(index)
    before = [name for name in names if current not in names or name <= str(current)]
    yield from reversed(before)
    yield from (name for name in names if name not in before)
