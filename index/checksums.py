"""The files of a folder as they were written: their sizes and their SHA-256, by path."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """In hexadecimal, read in blocks: the whole would stay in the process's memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sizes(folder: Path, but: str) -> dict[str, int]:
    """The bytes of every file below `folder`, but of the one `but`."""
    return {name: path.stat().st_size for name, path in files(folder, but)}


def sums(folder: Path, but: str) -> dict[str, str]:
    """The SHA-256 of every file below `folder`, but of the one `but`."""
    return {name: sha256(path) for name, path in files(folder, but)}


def files(folder: Path, but: str) -> list[tuple[str, Path]]:
    """Every file below `folder` but the one `but`, in the order of their paths."""
    found = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return sorted((name, path) for name, path in found if name != but)
