"""Which generation may be answered from: damage is found by checksum, set aside, and never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import Busy, NoIndex
from index.generations import CURRENT, DAMAGED, GENERATIONS, kept, make_current, readable_name, set_aside
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
    if name in kept(index) and damage(index / GENERATIONS / name) is None:
        return Checked(name)
    try:
        with sole_builder(index):
            return repaired(index)
    except (Busy, NoIndex, OSError) as error:
        good, broken = search(index)
        why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        then = f"generation {good} is answered from" if good else "no other generation is left"
        return Checked(good, f"{found(broken, readable_name(index))} Nothing was set aside ({why}); {then}.")


def repaired(index: Path) -> Checked:
    """As `checked`, with the lock held around it."""
    name = readable_name(index)
    good, broken = search(index)
    if good == name and not broken:
        return Checked(good)
    if good:
        make_current(index, good)
    for damaged, _ in broken:
        set_aside(index, damaged)
    if good is None:
        (index / CURRENT).unlink(missing_ok=True)
    aside = f" Set aside, not deleted: {', '.join(damaged + DAMAGED for damaged, _ in broken)}." if broken else ""
    then = f"Generation {good} is current." if good else "No other generation is left; the index has to be made anew."
    return Checked(good, f"{found(broken, name)}{aside} {then}")


def search(index: Path) -> tuple[str | None, list[tuple[str, str]]]:
    """The first good generation, and those found damaged on the way to it, each with what is wrong."""
    broken: list[tuple[str, str]] = []
    for name in in_order(index):
        wrong = damage(index / GENERATIONS / name)
        if wrong is None:
            return name, broken
        broken.append((name, wrong))
    return None, broken


def in_order(index: Path) -> Iterator[str]:
    """The current generation, then older ones, the newest first; last those that a rollback went back from."""
    current, names = readable_name(index), kept(index)
    before = [name for name in names if current not in names or name <= str(current)]
    yield from reversed(before)
    yield from (name for name in names if name not in before)


def found(broken: list[tuple[str, str]], current: str | None) -> str:
    if broken:
        return " ".join(f"Generation {name} is damaged ({wrong})." for name, wrong in broken)
    if current is None:
        return "The index did not say which generation is current."
    return f"Generation {current}, which is to be current, is not there."
