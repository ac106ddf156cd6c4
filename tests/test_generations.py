"""Generations are checked, set aside where damaged, gone back and forward to; builds exclude each other."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import faiss
import numpy as np
import pytest
from test_build import FILES, RECIPE, Letters, build_with, folder, index, slow_build

from index import generations
from index.build import build, plan_of, read_back
from index.changes import Changes
from index.disk import full_disk_told
from index.errors import Building, DiskFull, NoIndex, OtherFormat, Shrinking
from index.integrity import Checked, checked
from index.lock import broken_off, sole_builder
from index.manifest import Manifest, damage, manifest_checksum
from index.progress import BUILD, Pace, Step

__all__ = ["folder", "index"]  # fixtures


def publish(folder: Path, index: Path, count: int) -> None:
    for number in range(count):
        (folder / "a.txt").write_text(f"Title\n\nText {number}.\n")
        build_with(Letters(), folder, index)


def flip(file: Path, place: int, bit: int = 0) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1 << bit
    file.write_bytes(content)


def generation(index: Path, name: str) -> Path:
    return index / "generations" / name


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_is_found_set_aside_and_the_generation_before_is_current(
    folder: Path, index: Path, name: str
) -> None:
    publish(folder, index, 2)
    file = generation(index, "000002") / name
    flip(file, file.stat().st_size // 2)
    damaged = file.read_bytes()
    assert checked(index) == Checked(
        "000001",
        f"Generation 000002 is damaged ({name} is not as it was written). Set aside, not deleted: 000002.damaged. "
        "Generation 000001 is current.",
    )
    assert (generations.current_name(index), generations.kept(index)) == ("000001", ["000001"])
    assert (generation(index, "000002.damaged") / name).read_bytes() == damaged
    assert checked(index) == Checked("000001")


def test_a_flip_of_any_byte_of_the_manifest_is_found(folder: Path, index: Path) -> None:
    publish(folder, index, 1)
    file, chance = generation(index, "000001") / "manifest.json", random.Random(1)
    whole = file.read_bytes()
    for place in range(len(whole)):
        flip(file, place, chance.randrange(8))
        assert damage(file.parent) is not None, whole[place - 20 : place + 20]
        file.write_bytes(whole)
    assert damage(file.parent) is None


def test_a_file_that_is_cut_off_or_gone_is_named(folder: Path, index: Path) -> None:
    publish(folder, index, 1)
    tokens = generation(index, "000001") / "tokens.bits"
    tokens.write_bytes(tokens.read_bytes()[:-1])
    assert damage(tokens.parent) == "tokens.bits was cut off"
    tokens.unlink()
    assert damage(tokens.parent) == "tokens.bits is missing"


def test_a_generation_of_an_older_version_has_no_checksums_and_is_read(folder: Path, index: Path) -> None:
    publish(folder, index, 1)
    file = generation(index, "000001") / "manifest.json"
    fields = json.loads(file.read_text())
    del fields["sums"], fields["checksum"]
    file.write_text(json.dumps(fields))
    assert Manifest.load(file.parent).sums == {}
    assert checked(index) == Checked("000001")
    with generations.open_current(index) as current:
        assert current.manifest.articles == 3


def test_of_several_damaged_ones_the_newest_good_one_before_them_is_current(folder: Path, index: Path) -> None:
    publish(folder, index, 3)
    for name in ("000002", "000003"):
        (generation(index, name) / "digests.npy").unlink()
    found = checked(index)
    assert found.name == generations.current_name(index) == "000001"
    assert generations.damaged(index) == ["000002.damaged", "000003.damaged"]
    assert "Generation 000002 is damaged (digests.npy is missing)." in str(found.said)


def test_where_none_is_good_the_next_build_begins_anew_from_the_same_folder(folder: Path, index: Path) -> None:
    publish(folder, index, 1)
    flip(generation(index, "000001") / "vectors.faiss", 50)
    found = checked(index)
    assert found.name is None
    assert str(found.said).endswith("No other generation is left; the index has to be made anew.")
    assert generations.last_folder(index) == folder
    assert generations.current_name(index) is None
    assert build_with(Letters(), folder, index).generation == "000002"  # a number is never used twice
    assert generations.damaged(index) == ["000001.damaged"]


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"000077\n"])
def test_without_the_name_of_the_current_one_the_newest_good_one_is(
    folder: Path, index: Path, content: bytes | None
) -> None:
    publish(folder, index, 2)
    (index / "current").unlink()
    if content is not None:
        (index / "current").write_bytes(content)
    found = checked(index)
    assert (found.name, generations.current_name(index)) == ("000002", "000002")
    assert "Generation 000002 is current." in str(found.said)


def test_what_a_rollback_went_back_from_is_the_last_that_is_tried(folder: Path, index: Path) -> None:
    publish(folder, index, 3)
    generations.roll_back(index)
    flip(generation(index, "000002") / "vectors.faiss", 50)
    assert checked(index).name == "000001"
    flip(generation(index, "000001") / "vectors.faiss", 50)
    assert checked(index).name == "000003"


def test_while_another_build_runs_damage_is_only_gone_round(folder: Path, index: Path) -> None:
    publish(folder, index, 2)
    flip(generation(index, "000002") / "vectors.faiss", 50)
    with sole_builder(index):
        found = checked(index)
    assert found.name == "000001"
    assert f"Nothing was set aside (Another build is writing to {index}" in str(found.said)
    assert str(found.said).endswith("generation 000001 is answered from.")
    assert generations.kept(index) == ["000001", "000002"]


def make_foreign(index: Path, name: str) -> None:
    """Lets a generation be one of another version of Pullquote, whole and undamaged."""
    file = generation(index, name) / "manifest.json"
    fields = json.loads(file.read_text()) | {"format": 99}
    file.write_text(json.dumps(fields | {"checksum": manifest_checksum(fields)}))


def test_a_generation_of_another_version_is_not_made_current_where_one_of_this_is_there(
    folder: Path, index: Path
) -> None:
    publish(folder, index, 3)
    make_foreign(index, "000002")
    flip(generation(index, "000003") / "vectors.faiss", 50)
    assert checked(index) == Checked(
        "000001",
        "Generation 000003 is damaged (vectors.faiss is not as it was written). Generation 000002 was made by another "
        "version of Pullquote. Set aside, not deleted: 000003.damaged. Generation 000001 is current.",
    )
    assert generations.current_name(index) == "000001"
    with pytest.raises(OtherFormat, match="has format 99, this program reads 2; make it anew with `pullquote build`"):
        generations.roll_back(index, "2")


def test_what_another_version_made_current_stays_so_and_what_is_of_this_one_is_answered_from(
    folder: Path, index: Path
) -> None:
    publish(folder, index, 2)
    make_foreign(index, "000002")
    said = "Generation 000002 was made by another version of Pullquote. Generation 000001 is answered from."
    assert [checked(index), checked(index)] == [Checked("000001", said)] * 2
    assert generations.current_name(index) == "000002"
    (folder / "d.txt").write_text("Title d\n\nDogs dig.\n")
    embedder = Letters()
    assert build_with(embedder, folder, index).generation == "000003"
    assert sorted(embedder.read) == ["Dogs dig.", "Text 1."]
    assert checked(index) == Checked("000003")


def test_where_all_is_of_another_version_it_has_to_be_made_anew(folder: Path, index: Path) -> None:
    publish(folder, index, 1)
    make_foreign(index, "000001")
    assert checked(index) == Checked(
        None,
        "Generation 000001 was made by another version of Pullquote. No other generation is left; the index has to be "
        "made anew.",
    )
    assert generations.current_name(index) == "000001"
    assert build_with(Letters(), folder, index).generation == "000002"
    assert generations.kept(index) == ["000001", "000002"]


def test_a_build_copies_from_the_newest_good_generation(folder: Path, index: Path) -> None:
    publish(folder, index, 2)
    flip(generation(index, "000002") / "tokens.bits", 2)
    (folder / "d.txt").write_text("Title d\n\nDogs dig.\n")
    embedder = Letters()
    report = build_with(embedder, folder, index)
    assert (report.generation, sorted(embedder.read)) == ("000003", ["Dogs dig.", "Text 1."])
    assert str(report.unusable).startswith("Generation 000002 is damaged (tokens.bits is not as it was written).")


def test_rollback_goes_to_any_kept_generation_and_forward_again(folder: Path, index: Path) -> None:
    publish(folder, index, 3)
    assert [generations.roll_back(index, name) for name in ("1", "000003", "2")] == ["000001", "000003", "000002"]
    with pytest.raises(NoIndex, match="Generation 7 is not kept; those that are: 000001, 000002, 000003"):
        generations.roll_back(index, "7")
    flip(generation(index, "000003") / "passages.npy", 150)
    with pytest.raises(NoIndex, match=r"Generation 000003 in .* is damaged \(passages.npy is not as it was written\)"):
        generations.roll_back(index, "3")
    assert generations.current_name(index) == "000002"


def test_a_second_build_is_told_who_builds_and_a_killed_one_holds_no_lock(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (folder / "a.txt").write_text("Title\n\nNew text.\n")
    with slow_build(folder, index) as process:
        with pytest.raises(Building, match=rf"\(process {process.pid}, since 20\d\d-.*\); wait until it is") as refused:
            build_with(Letters(), folder, index)
        assert refused.value.process == process.pid
        assert refused.value.since
        assert abs((datetime.now().astimezone() - refused.value.since).total_seconds()) < 60
        assert broken_off(index) is None
        process.send_signal(signal.SIGKILL)
    said = rf"The build of 20\d\d-.* \(process {process.pid}\) was broken off; the index is as it was before\."
    assert re.fullmatch(said, str(broken_off(index)))
    assert broken_off(index) is None
    assert build_with(Letters(), folder, index).generation == "000002"
    assert not (index / "builder.json").exists()


def test_a_build_that_would_lose_much_stops_and_goes_on_where_it_is_meant(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (folder / "a.txt").unlink()
    guarded = (folder, index, RECIPE, Letters, lambda *_: None)
    with pytest.raises(Shrinking, match="remove 1 of 3 articles \\(33%; without asking it may 20%") as stopped:
        build(*guarded, most_removed=0.2)
    assert (stopped.value.lost, stopped.value.articles) == (1, 3)
    with pytest.raises(Shrinking):
        build(*guarded, anew=True, most_removed=0.2)
    assert generations.kept(index) == ["000001"]
    assert build(*guarded, most_removed=0.34).generation == "000002"


def test_articles_that_only_move_are_not_lost(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (folder / "2025").mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).rename(folder / "2025" / name)
    report = build(folder, index, RECIPE, Letters, lambda *_: None, most_removed=0.2)
    assert report.changes == Changes(added=3, changed=0, removed=3, unchanged=0)


def test_a_plan_names_what_a_build_would_do_and_writes_nothing(folder: Path, index: Path) -> None:
    plan = plan_of(folder, index, 1, lambda *_: None)
    assert (plan.changes, plan.added) == (Changes(3, 0, 0, 0), ("a.txt", "b.txt", "c.txt"))
    assert not index.exists()
    build_with(Letters(), folder, index)
    before = sorted((path, path.stat().st_mtime_ns) for path in index.rglob("*"))
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Title\n\nBees hum.\n")
    for number in range(30):
        (folder / f"n{number:02}.txt").write_text(f"Title\n\nText {number}.\n")
    plan = plan_of(folder, index, 1, lambda *_: None)
    assert plan.changes == Changes(added=30, changed=1, removed=1, unchanged=1)
    assert (len(plan.added), plan.changed, plan.removed) == (20, ("b.txt",), ("a.txt",))
    assert (plan.is_shrinking(0.2), plan.is_shrinking(0.4)) == (True, False)
    assert sorted((path, path.stat().st_mtime_ns) for path in index.rglob("*")) == before


def faiss_writes() -> None:
    index = faiss.IndexFlatIP(64)
    index.add(np.zeros((1 << 14, 64), np.float32))
    faiss.write_index(index, "/dev/full")


def numpy_writes() -> None:
    with Path("/dev/full").open("wb") as file:
        np.save(file, np.zeros(100_000))


def sqlite_writes() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA max_page_count = 2")
        database.execute("CREATE TABLE texts (text)")
        database.execute("INSERT INTO texts VALUES (zeroblob(10000))")


@pytest.mark.parametrize("write", [faiss_writes, numpy_writes, sqlite_writes])
def test_a_full_disk_is_known_whichever_library_meets_it(write: Callable[[], None], tmp_path: Path) -> None:
    said = r"There is no room where the index is kept \(.*: No space left on device\)"
    with pytest.raises(DiskFull, match=said), full_disk_told(tmp_path):
        write()


@pytest.mark.parametrize("name", ["vectors.faiss", "passages.npy", "tokens.bits", "words/meta.json"])
def test_what_a_full_disk_cut_off_without_a_word_is_not_published(folder: Path, index: Path, name: str) -> None:
    """FAISS does not say that the last of its bytes were not written; the checksum would be that of what was."""
    publish(folder, index, 1)
    new = generation(index, "000001")
    manifest = Manifest.load(new)
    os.truncate(new / name, (new / name).stat().st_size - 2)
    manifest.save(new)
    with pytest.raises(DiskFull, match="what was written cannot be read back"):
        read_back(new, index)


def test_another_error_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(KeyError), full_disk_told(tmp_path):
        raise KeyError("x")


@pytest.mark.timeout(10)
def test_an_error_that_is_its_own_cause_is_told_too(tmp_path: Path) -> None:
    """As the client of Milvus raises one."""
    error = KeyError("x")
    with pytest.raises(KeyError), full_disk_told(tmp_path):
        raise error from error


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read_are_not_damaged(folder: Path, index: Path) -> None:
    publish(folder, index, 2)
    (generation(index, "000002") / "tokens.bits").chmod(0)
    with pytest.raises(NoIndex, match=r"tokens\.bits cannot be read"):
        checked(index)
    assert generations.kept(index) == ["000001", "000002"]


def test_pace_tells_rate_and_time_left_and_not_every_step() -> None:
    now, told = [0.0], list[Step]()
    pace = Pace(told.append, clock=lambda: now[0])
    for done in range(101):
        pace("Embedding passages", done, 100)
        now[0] += 0.1
    assert told[0] == Step("Embedding passages", 0, 100, share=0.1)
    assert told[1] == Step("Embedding passages", 3, 100, 10.0, 9.7, 0.1261)
    assert told[-1] == Step("Embedding passages", 100, 100, 10.0, 0.0, 0.97)
    assert len(told) == 35


def test_a_bar_of_a_whole_build_never_goes_back_and_names_the_latest_stage() -> None:
    now, told = [0.0], list[Step]()
    pace = Pace(told.append, clock=lambda: now[0])
    for stage, done, total in (
        ("Reading articles", 1, 2),
        ("Reading articles", 2, 2),
        ("Cutting passages", 2, 2),
        ("Embedding passages", 0, 4),
        ("Indexing words", 0, 4),  # in another thread, of which nothing is told now
        ("Embedding passages", 2, 4),
        ("Indexing words", 2, 4),
        ("Embedding passages", 4, 4),
        ("Indexing words", 3, 4),  # which the build now waits for
        ("Writing the index", 1, 1),
    ):
        pace(stage, done, total)
        now[0] += 1.0
    assert [(step.stage, step.done, step.share) for step in told] == [
        ("Reading articles", 1, 0.01),
        ("Reading articles", 2, 0.02),
        ("Cutting passages", 2, 0.07),
        ("Embedding passages", 0, 0.1),
        ("Embedding passages", 2, 0.535),
        ("Embedding passages", 4, 0.97),
        ("Indexing words", 3, 0.97),
        ("Writing the index", 1, 1.0),
    ]
    assert [step.seconds_left for step in told if step.stage != "Embedding passages"] == [None] * 5
    assert told[4].seconds_left == 2.0
    assert sum(BUILD.values()) == pytest.approx(1)
