"""What docs/scale.md says of sizes is what its script computes from what was measured; of settings, what they are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import assumptions as a
import footprint
import numpy as np
import pytest
import report
import sizing
from conftest import ROOT

from config.settings import MilvusSettings, Settings
from index.generations import Generation, open_current, size_on_disk
from index.layout import generation as folder_of
from index.manifest import MANIFEST

SCALE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
GROWTH = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8").partition("## Growth\n")[2].partition("\n## ")[0]


# The document


@pytest.mark.parametrize("name", sizing.SECTIONS)
def test_a_table_of_the_document_is_the_script_s(name: str) -> None:
    written = SCALE.partition(f"<!-- {name}:begin -->\n")[2].partition(f"\n<!-- {name}:end -->")[0]
    assert written == sizing.SECTIONS[name](), "run benchmarks/sizing.py --write"


def test_its_settings_are_all_there_are_with_these_defaults(settings: Settings) -> None:
    rows = dict(re.findall(r"^\| `milvus\.(\w+)` \| ([^|]*) \|", SCALE, re.M))
    assert list(rows) == list(MilvusSettings.model_fields)
    for name, written in rows.items():
        default = getattr(settings.milvus, name)
        said = written.strip('`" ') if isinstance(default, str) else tomllib.loads(f"value = {written}")["value"]
        assert (name, said) == (name, default)


def test_its_links_lead_somewhere() -> None:
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", SCALE)
    assert {"growth.svg", "benchmarks.md", "operations.md", "pullquote.service"} <= set(linked)
    assert [path for path in linked if not (ROOT / "docs" / path).exists()] == []
    titles = re.findall(r"^#+ (.+)$", SCALE, re.M)
    headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", SCALE)) <= headings
    for name in ("README.md", "docs/operations.md"):
        assert "scale.md)" in (ROOT / name).read_text(encoding="utf-8")


def test_it_names_the_benchmarks_tests_and_places_that_there_are() -> None:
    named = set(re.findall(r"`(?:benchmarks/|tests/)?(\w+\.py)[ `]", SCALE))
    assert {"growth.py", "sizing.py", "footprint.py", "engines.py"} <= named
    there = {file.name for folder in ("benchmarks", "tests") for file in (ROOT / folder).glob("*.py")}
    assert named <= there


# What it starts from


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("... peak MB", a.BUILDING),
        ("answer, median ms", a.ANSWER),
        ("resident while answering, MB", a.RESIDENT),
        ("... of it not of files", a.OWN),
        ("... ms of a search", a.SEARCH),
        ("archive of", a.Line(a.SMALL, a.LARGE)),
    ],
)
def test_what_is_taken_from_the_growth_of_archives_is_what_its_table_says(row: str, line: a.Line) -> None:
    (cells,) = re.findall(rf"^\| {re.escape(row)} \| (.+) \|$", GROWTH, re.M)
    *_, smaller, larger = (float(cell.replace(",", "")) for cell in cells.split(" | "))
    assert (line.small, line.large) == (smaller, larger)


def test_what_it_says_of_a_million_passages_is_what_was_measured_of_them() -> None:
    assert sizing.HERE["a question without the reader"](1_015_561) == "16 ms"  # 15.7
    assert sizing.HERE["disk, one generation"](1_015_561) == "8.1 GB"  # 8,143 MB
    assert f"of the build were measured; the rest is computed from the {a.RATE} passages a second" in GROWTH
    assert f" {a.BESIDE} s of the build were measured" in GROWTH
    assert sizing.first_build(1_015_561) == pytest.approx(4_044, rel=0.001)


def test_each_figure_says_of_what_it_is_and_where_it_is_from() -> None:
    assert len(a.Assumed.every) > 40
    assert all(one.what and one.source for one in a.Assumed.every)
    scripts = {name for one in a.Assumed.every for name in re.findall(r"`(\w+\.py)`", one.source)}
    assert {"growth.py", "footprint.py", "speed.py", "quality.py"} == scripts
    assert [str(a.LARGE), str(a.SPARE), str(a.LINKS)] == ["1,015,561", "1.15", "16"]


# The arithmetic


def test_a_passage_takes_what_its_vector_its_links_and_its_words_take() -> None:
    # 384 numbers of 4 bytes and 16 links of 8, a seventh more; 30 of fields; 547 of stems, and 81 different ones of 8
    assert sizing.Served(1).loaded == pytest.approx((1536 + 128) * 1.15 + 30 + 547 + 648)


def test_what_is_loaded_while_publishing_is_two_generations_and_the_next() -> None:
    growing = 2 * 2**30 * 1.15
    assert sizing.Served(1_000_000).all_loaded == pytest.approx(3 * sizing.Served(1_000_000).loaded + growing)


def test_what_is_stored_is_three_generations_and_the_next() -> None:
    one = sizing.Served(1_000_000)
    assert one.stored == pytest.approx(4 * (one.told + one.loaded))


def test_a_bot_that_asks_a_server_holds_no_vectors_in_bits() -> None:
    assert sizing.asking(1_015_561) == pytest.approx(266e6 - 56 * 1_015_561)


@pytest.mark.parametrize(
    ("passages", "machines"), [(1_000_000, (1, 16)), (10_000_000, (2, 64)), (100_000_000, (17, 64))]
)
def test_machines_have_room_for_it_and_one_less_would_not(passages: int, machines: tuple[int, int]) -> None:
    served = sizing.Served(passages)
    count, gigabytes = served.machines
    assert (count, gigabytes) == machines
    assert served.all_loaded <= 0.9 * count * gigabytes * 1e9
    smaller = (count - 1) * gigabytes if count > 1 else gigabytes / 2
    assert served.all_loaded > 0.9 * smaller * 1e9


def test_ray_takes_the_model_s_part_and_no_more() -> None:
    million = 1_015_561
    assert sizing.first_build(million, 10**9) == pytest.approx(602)
    reading = sizing.first_build(million) - 602
    assert sizing.first_build(million, 5) - 602 == pytest.approx(reading / 4)  # five at 0.8 of their pace


def test_sizes_and_times_are_said_in_units_that_fit() -> None:
    assert [sizing.size(one) for one in (80e6, 8.02e9, 3e12, 999)] == ["80 MB", "8 GB", "3 TB", "999 bytes"]
    times = [sizing.duration(one) for one in (0.0157, 40, 396, 40_000, 400_000)]
    assert times == ["16 ms", "40 s", "6.6 min", "11 h", "4.6 days"]


# What measures


def test_the_footprint_of_an_index_is_all_of_its_files(town_index: Path) -> None:
    with open_current(town_index) as generation:
        folder = folder_of(town_index, generation.name)
        passages = generation.manifest.passages
        disk = footprint.on_disk(folder, passages)
        manifest = (folder / MANIFEST).stat().st_size
        assert sum(disk.values()) * passages == pytest.approx(size_on_disk(town_index, generation.name) - manifest)
        assert disk["token bits"] * passages == pytest.approx(len(generation.tokens.bits) * 48)
        assert set(disk) == set(footprint.KINDS.values()) - {"vectors, a bit a dimension"}  # of large archives


def test_what_a_server_is_told_is_counted(town_index: Path) -> None:
    with open_current(town_index) as generation:
        told = footprint.told(generation, sampled=10)
        assert told.pop("processor's time to put it together, ms") > 0
        assert told == pytest.approx(told_by_hand(generation))


def told_by_hand(generation: Generation) -> dict[str, float]:
    ten = range(generation.manifest.passages // 2 - 5, generation.manifest.passages // 2 + 5)
    passages = [generation.store.passage(number) for number in ten]
    stems = [generation.words.stems(f"{one.article.title}\n{one.text}") for one in passages]
    return {
        "stems, bytes": float(np.mean([len(" ".join(one).encode()) for one in stems])),
        "different stems": float(np.mean([len(set(one)) for one in stems])),
        "source, bytes": float(np.mean([len((one.article.source or "").encode()) for one in passages])),
    }


def test_a_segment_is_a_graph_of_the_settings(settings: Settings) -> None:
    vectors = np.eye(64, 384, dtype=np.float32)
    found = footprint.segment(vectors, vectors[:3], settings.milvus)
    assert 128 < found["graph beside the vectors, bytes"] < 200  # 32 links of 4 bytes below, few above
    assert found["processor's time of a search, ms"] > 0


def test_text_is_put_between_its_comments_alone(tmp_path: Path) -> None:
    document = tmp_path / "scale.md"
    document.write_text("# A\n\n<!-- b:begin -->\nold\n<!-- b:end -->\n\nend\n")
    report.write_between("b", "new\n", document)
    report.write_between("b", "newer\n", document)
    assert document.read_text() == "# A\n\n<!-- b:begin -->\nnewer\n<!-- b:end -->\n\nend\n"
    with pytest.raises(SystemExit, match="no place"):
        report.write_between("c", "new", document)
