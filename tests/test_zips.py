"""An uploaded ZIP gives its articles' files; whatever in it would lead out, burst or hide is named and left out."""

from __future__ import annotations

import io
import stat
import struct
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import zipped

from index import zips
from index.articles import Remark
from index.zips import BadZip, unzipped

GOOD = b"Bridge\n\nThe bridge is open.\n"


def taken(data: bytes, limit: float = 10) -> dict[str, bytes]:
    return dict(item for item in unzipped(data, limit) if not isinstance(item, Remark))


def left_out(data: bytes, limit: float = 10) -> dict[str, str]:
    return {item.path: item.reason for item in unzipped(data, limit) if isinstance(item, Remark)}


def with_member(member: ZipInfo, content: bytes = GOOD) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return out.getvalue()


def test_the_files_of_articles_come_with_their_paths_and_the_rest_with_its_reason() -> None:
    data = zipped(
        {
            "2025/bridge.txt": GOOD,
            "2025/": b"",
            "Notes.MD": GOOD,
            "picture.png": b"\x89PNG",
            "more.zip": zipped({"a.txt": GOOD}),
            "empty.txt": b" \n",
            ".git/notes.txt": GOOD,
            "__MACOSX/bridge.txt": GOOD,
        }
    )
    assert taken(data) == {"2025/bridge.txt": GOOD, "Notes.MD": GOOD}
    assert left_out(data) == {
        "picture.png": "not a kind of file that holds articles "
        "(.txt, .text, .md, .markdown, .html, .htm, .jsonl, .ndjson, .pdf, .docx)",
        "more.zip": "a ZIP inside a ZIP; hand it in by itself",
        "empty.txt": "empty",
        ".git/notes.txt": "hidden",
        "__MACOSX/bridge.txt": "hidden",
    }


@pytest.mark.parametrize(
    "name",
    ["../a.txt", "x/../../a.txt", "/etc/a.txt", "C:\\a.txt", "c:a.txt", "..\\a.txt", "\\\\host\\share\\a.txt"],
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert list(left_out(zipped({name: GOOD})).values()) == ["its name leads out of the ZIP"]


def test_a_windows_path_becomes_folders() -> None:
    assert list(taken(zipped({"2025\\may\\bridge.txt": GOOD, "2025\\may\\": b""}))) == ["2025/may/bridge.txt"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x" * 252 + ".txt", "its name is too long"),
        ("d/" * 600 + "a.txt", "its name is too long"),
        ("line\nend.txt", "its name has characters that no name has"),
        ("nul\0.txt", "its name has characters that no name has"),
    ],
)
def test_a_name_that_no_file_system_takes_is_refused(name: str, reason: str) -> None:
    member = ZipInfo("a.txt")
    member.filename = name
    assert list(left_out(with_member(member)).values()) == [reason]


def test_names_in_utf_8_without_a_mark_and_in_the_old_code_page_are_read() -> None:
    for encoding, as_long in (("utf-8", "Muehle.txt"), ("cp437", "Muhle.txt")):
        data = zipped({as_long: GOOD}).replace(as_long.encode(), "Mühle.txt".encode(encoding))
        assert list(taken(data)) == ["Mühle.txt"]


def test_a_name_marked_as_utf_8_that_is_none_is_one_sentence() -> None:
    data = zipped({"Mühle.txt": GOOD}).replace("ü".encode(), b"\xff\xff")
    with pytest.raises(BadZip, match="names that are not valid UTF-8; pack it anew"):
        list(unzipped(data, 10))


def test_two_members_never_meet_at_one_path() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in (
            "a.txt",
            "./a.txt",
            "b//c.txt",
            "b.txt/d.txt",
            "b.txt",
            "a.txt/e.txt",
            "Mu\u0308.txt",
            "M\u00fc.txt",
        ):
            archive.writestr(name, GOOD)
    assert list(taken(out.getvalue())) == ["a.txt", "b/c.txt", "b.txt/d.txt", "Mü.txt"]
    assert set(left_out(out.getvalue()).values()) == {"a second file of this name"}


@pytest.mark.parametrize(("kind", "reason"), [(stat.S_IFLNK, "a link"), (stat.S_IFIFO, "not an ordinary file")])
def test_a_link_and_a_pipe_are_no_files(kind: int, reason: str) -> None:
    member = ZipInfo("a.txt")
    member.external_attr = (kind | 0o777) << 16
    assert left_out(with_member(member, b"/etc/passwd")) == {"a.txt": reason}


def test_a_locked_member_is_named() -> None:
    data = bytearray(zipped({"a.txt": GOOD}))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    assert left_out(bytes(data)) == {"a.txt": "locked with a password"}


def test_a_rare_way_of_packing_is_refused_since_its_steps_have_no_limit() -> None:
    member = ZipInfo("a.txt")
    member.compress_type = ZIP_BZIP2
    assert left_out(with_member(member)) == {"a.txt": "packed in a way that few programs know; pack it anew"}


def test_a_member_over_the_limit_and_one_that_bursts_are_refused_unopened() -> None:
    data = zipped({"large.txt": b"A sentence. \n" * 200_000, "burst.txt": bytes(1_500_000), "good.txt": GOOD})
    assert left_out(data, 2) == {
        "large.txt": "2.6 MB, over the limit of 2 MB (archive.max_file_megabytes)",
        "burst.txt": "it unpacks to more than 200 times its size",
    }
    assert list(taken(data, 2)) == ["good.txt"]


@pytest.mark.parametrize("claimed", [0, 5])
def test_a_member_that_lies_about_its_size_is_damaged_and_never_unpacked_further(claimed: int) -> None:
    data = bytearray(zipped({"a.txt": b"A sentence. \n" * 60_000}))
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, claimed)
    assert list(left_out(bytes(data)).values()) == ["damaged"]


def test_a_flipped_byte_is_found_by_the_checksum_and_the_others_are_taken() -> None:
    data = bytearray(zipped({"a.txt": GOOD, "b.txt": GOOD}))
    data[data.index(b"a.txt") + 12] ^= 1
    assert left_out(bytes(data)) == {"a.txt": "damaged"}
    assert taken(bytes(data)) == {"b.txt": GOOD}


def test_the_whole_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_MEGABYTES", 1)
    data = zipped({name: f"Number {name}. ".encode() * 40_000 for name in ("a.txt", "b.txt")})
    assert list(taken(data)) == ["a.txt"]
    assert left_out(data) == {"b.txt": "the ZIP unpacks to more than 1 MB; hand this in by itself"}


def test_too_many_members_are_one_sentence() -> None:
    with pytest.raises(BadZip, match="holds more than 10,000 files; hand it in in parts"):
        list(unzipped(zipped({f"{number}.txt": b"" for number in range(10_001)}), 10))
    with pytest.raises(BadZip, match="holds more than 10,000 files; hand it in in parts"):
        list(unzipped(b"PK\1\2" * 200_001, 10))


@pytest.mark.parametrize("data", [b"", b"PK", b"Dear all", zipped({"a.txt": GOOD})[:-30]])
def test_what_is_no_zip_is_one_sentence(data: bytes) -> None:
    with pytest.raises(BadZip, match="no ZIP file, or a damaged one; pack it anew"):
        list(unzipped(data, 10))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(st.lists(st.text(max_size=20).map(lambda name: name + ".txt"), max_size=6))
def test_every_path_stays_below_the_folder_and_is_there_once(names: list[str]) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            member = ZipInfo("a.txt")
            member.filename = name.encode("utf-8", "replace").decode()
            archive.writestr(member, GOOD)
    found = list(unzipped(out.getvalue(), 10))
    paths = [item[0] for item in found if not isinstance(item, Remark)]
    assert len(found) == len(names)
    assert len(set(paths)) == len(paths)
    for path in paths:
        assert path
        assert not path.startswith(("/", "."))
        assert not {"..", ""} & set(path.split("/"))
