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
DIGITS = 8


def alias_of(index: Path, name: str) -> str:
    """The alias of an index; drawn now where it has none. Raises `OSError`."""
    file = index / INDEX
    try:
        drawn = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        drawn = secrets.token_hex(DIGITS // 2)
        index.mkdir(parents=True, exist_ok=True)
        write_whole(file, f"{drawn}\n".encode())
    return f"{name}_{drawn}"


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
