"""An uploaded ZIP -> its articles' files, opened with limits; each member that is none comes back with its reason."""

from __future__ import annotations

import io
import stat
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from index.articles import Reason, Remark, Unreadable
from index.corpus import check_size
from index.disk import MEGABYTE
from index.formats import FORMATS

MOST_MEMBERS = 10_000
TOO_MANY = f"This ZIP holds more than {MOST_MEMBERS:,} files; hand it in in parts."
MEMBER = b"PK\1\2"  # what its entry in the list of members begins with (APPNOTE 4.3.12)
MOST_MEGABYTES = 200  # of all members unpacked; two seconds, and more text than most archives have
HIGHEST_RATIO = 200  # of unpacked to packed bytes; text has 3 to 10, a table of the same line again and again 100
SMALL = MEGABYTE  # bytes up to which any ratio does
LONGEST_NAME = 255  # bytes of one part of a path, that a file system takes
LONGEST_PATH = 1000  # bytes
UTF_8_NAME, ENCRYPTED = 0x800, 0x1  # flags of a member (APPNOTE 4.4.4)
UNIX = 3  # the system that gives a member a mode (APPNOTE 4.4.2)


class BadZip(Unreadable):
    """What was handed in as a ZIP is none, or holds too many files."""


def unzipped(data: bytes, max_file_megabytes: float) -> Iterator[tuple[str, bytes] | Remark]:
    """For each member a relative path with `/` and its bytes, or a remark why it is left out.

    The paths lead nowhere but below the folder that they are written to, and no two of them meet. Raises `BadZip`, at
    the first step, for what is no ZIP or has too many members.
    """
    with opened(data) as archive:
        files: set[PurePosixPath] = set()
        folders: set[PurePosixPath] = set()
        room = MOST_MEGABYTES * MEGABYTE
        for member in archive.infolist():
            if member.filename.endswith(("/", "\\")):
                continue
            try:
                path = path_of(member)
                check_kind(member, path)
                if path in files or path in folders or not files.isdisjoint(path.parents):
                    raise Unreadable("a second file of this name", Reason.DOUBLE)
                most = most_bytes(member, max_file_megabytes)
                if most > room:
                    raise Unreadable(
                        f"the ZIP unpacks to more than {MOST_MEGABYTES} MB; hand this in by itself", Reason.UNPACKED
                    )
                room -= most
                content = content_of(archive, member, most)
            except Unreadable as reason:
                yield reason.of(shown(name_of(member)))
                continue
            files.add(path)
            folders.update(path.parents)
            yield str(path), content


def opened(data: bytes) -> ZipFile:
    if data.count(MEMBER) > 20 * MOST_MEMBERS:  # before zipfile makes an object of each; a DOCX has some 15 itself
        raise BadZip(TOO_MANY, Reason.TOO_MANY, MOST_MEMBERS)
    try:
        archive = ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:
        raise BadZip("This ZIP has names that are not valid UTF-8; pack it anew.", Reason.NAME) from None
    except Exception as error:  # zipfile checks little of what it reads: struct's, overflow and index errors are damage
        raise BadZip("This is no ZIP file, or a damaged one; pack it anew.", Reason.DAMAGED) from error
    if len(archive.infolist()) > MOST_MEMBERS:
        raise BadZip(TOO_MANY, Reason.TOO_MANY, MOST_MEMBERS)
    return archive


def path_of(member: ZipInfo) -> PurePosixPath:
    """Where the member belongs below a folder, in NFC, as every system but one writes names. Raises `Unreadable`."""
    name = unicodedata.normalize("NFC", name_of(member)).replace("\\", "/")  # Windows' own programs write \
    path = PurePosixPath(name)
    if path.is_absolute() or name[1:2] == ":" or ".." in path.parts:
        raise Unreadable("its name leads out of the ZIP", Reason.NAME)
    if any(part.startswith(".") for part in path.parts) or path.parts[:1] == ("__MACOSX",):
        raise Unreadable("hidden", Reason.HIDDEN)
    if any(len(part.encode()) > LONGEST_NAME for part in path.parts) or len(name.encode()) > LONGEST_PATH:
        raise Unreadable("its name is too long", Reason.NAME)
    if not path.parts or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise Unreadable("its name has characters that no name has", Reason.NAME)
    return path


def name_of(member: ZipInfo) -> str:
    """The member's name: UTF-8 where it says so or is so, else in the code page 437 of the format (APPNOTE, D.1)."""
    name = member.orig_filename
    if member.flag_bits & UTF_8_NAME:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def check_kind(member: ZipInfo, path: PurePosixPath) -> None:
    """Raises `Unreadable` for a member that is no file, no article or not to be opened."""
    mode = member.external_attr >> 16 if member.create_system == UNIX else 0
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        if stat.S_ISLNK(mode):
            raise Unreadable("a link", Reason.LINK)
        raise Unreadable("not an ordinary file", Reason.CLOSED)
    kind = path.suffix.casefold()
    if kind == ".zip":
        raise Unreadable("a ZIP inside a ZIP; hand it in by itself", Reason.ZIP)
    if kind not in FORMATS:
        raise Unreadable(f"not a kind of file that holds articles ({', '.join(FORMATS)})", Reason.FORMAT)
    if member.flag_bits & ENCRYPTED:
        raise Unreadable("locked with a password", Reason.LOCKED)
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Unreadable("packed in a way that few programs know; pack it anew", Reason.DAMAGED)


def most_bytes(member: ZipInfo, max_file_megabytes: float) -> int:
    """How many bytes the member says it has; zipfile gives never more. Raises `Unreadable` for too many."""
    check_size(member.file_size, max_file_megabytes)
    if member.file_size > max(SMALL, HIGHEST_RATIO * member.compress_size):
        raise Unreadable(f"it unpacks to more than {HIGHEST_RATIO} times its size", Reason.UNPACKED)
    return member.file_size


def content_of(archive: ZipFile, member: ZipInfo, most: int) -> bytes:
    """The member's bytes, at most `most`: one that has more is damaged, as its checksum tells.

    Raises `Unreadable`.
    """
    try:
        with archive.open(member) as file:
            content = file.read(most + 1)  # what zipfile is asked for bounds what it unpacks
    except (BadZipFile, EOFError, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Unreadable("damaged", Reason.DAMAGED) from None
    if not content.strip():
        raise Unreadable("empty", Reason.EMPTY)
    return content


def shown(name: str) -> str:
    """A member's name as a report can show it."""
    return "".join(letter if letter.isprintable() else "�" for letter in name[:LONGEST_PATH])
