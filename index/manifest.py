"""What a generation says of itself, and whether its files are still what was written."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from index.articles import Remark
from index.checksums import sha256, sizes, sums
from index.errors import NoIndex, OtherFormat

FORMAT = 2  # of the files in a generation; raised when an older program could not read them
MANIFEST = "manifest.json"
LOST = {
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EIO,
    errno.EUCLEAN,
    errno.EBADMSG,
}  # files that are gone or broken


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
    sums: dict[str, str] = field(default_factory=dict)  # ... and their SHA-256; older generations have none
    checksum: str = ""  # SHA-256 of the manifest without this field

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
        fields = asdict(replace(self, files=sizes(folder, MANIFEST), sums=sums(folder, MANIFEST)))
        text = json.dumps(fields | {"checksum": manifest_checksum(fields)}, indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Raises `OtherFormat`, and `ValueError` and `TypeError` where the manifest is damaged."""
        fields: dict[str, Any] = dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        if fields.get("checksum") and fields["checksum"] != manifest_checksum(fields):
            raise ValueError(f"{MANIFEST} is not as it was written")
        if fields.get("format") != FORMAT:
            raise OtherFormat(
                f"The index in {folder} has format {fields.get('format')}, this program reads {FORMAT}; "
                "make it anew with `pullquote build`."
            )
        return cls(**fields)


def manifest_checksum(fields: Mapping[str, Any]) -> str:
    others = {name: value for name, value in fields.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(others, sort_keys=True).encode()).hexdigest()


def damage(folder: Path) -> str | None:
    """What is wrong with the files of a generation, None where they are as they were written.

    Reads every one of them, some 2 GB a second; of a generation without checksums it compares the sizes alone. Raises
    `OtherFormat`, and `NoIndex` where a file may not be read.
    """
    name = MANIFEST
    try:
        manifest = Manifest.load(folder)
        for name, size in manifest.files.items():
            if (folder / name).stat().st_size != size:
                return f"{name} was cut off"
            if name in manifest.sums and sha256(folder / name) != manifest.sums[name]:
                return f"{name} is not as it was written"
    except OSError as error:
        if error.errno not in LOST:
            raise NoIndex(f"{folder / name} cannot be read ({error.strerror}); give this user the right to.") from error
        return f"{name} is missing" if error.errno == errno.ENOENT else f"{name} cannot be read ({error.strerror})"
    except (ValueError, TypeError):
        return f"{MANIFEST} is not as it was written"
    return None
