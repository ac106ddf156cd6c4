"""What is called how on the server.

Of each index an alias, NAME_INDEX, which says what generation is published; and for each of its generations that are
kept a collection, NAME_INDEX_GENERATION_CHECKSUM. The checksum is that of the manifest: a collection of that name holds
these passages and no others.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from index.disk import UNFINISHED, write_whole
from index.generations import Generation

INDEX = "milvus"  # in the index folder: how it is called on servers, drawn once, so that two indexes never meet there
UNDRAWN = "none"  # how no index is called
DIGITS = 8


def alias_of(index: Path, name: str) -> str:
    """The alias of an index; of one that was never put on a server, as a backup, one that nothing there has. Raises
    `OSError`."""
    try:
        return f"{name}_{(index / INDEX).read_text(encoding='ascii').strip()}"
    except FileNotFoundError:
        return f"{name}_{UNDRAWN}"


def draw(index: Path) -> None:
    """Says how an index is called on servers, where nothing says so yet. Raises `OSError`."""
    if not (index / INDEX).exists():
        write_whole(index / INDEX, f"{secrets.token_hex(DIGITS // 2)}\n".encode())


def collection_of(alias: str, generation: Generation) -> str:
    return f"{alias}_{generation_name(generation)}_{generation.manifest.checksum[:DIGITS]}"


def generation_name(generation: Generation) -> str:
    """Its name when it is published, also while it is being made."""
    return generation.name.removesuffix(UNFINISHED)


def generation_in(alias: str, collection: str) -> str | None:
    """The generation that a collection is of; None where it is none of the alias's."""
    if not collection.startswith(f"{alias}_"):
        return None
    return collection.removeprefix(f"{alias}_").partition("_")[0]
