"""Killed, out of disk, damaged, built again and again: a short form of what `benchmarks/` does at length."""

from __future__ import annotations

from pathlib import Path

import faults
import pytest
import rebuilds


@pytest.mark.timeout(300)
def test_no_fault_loses_a_generation_gives_a_wrong_answer_or_stops_a_start() -> None:
    tallies = faults.measured(kills=2, disks=3, damages=6, seed=7, whole=6)
    assert [line for one in tallies.values() for line in one.bad] == []
    assert {name: one.tried for name, one in tallies.items()} == {
        "damaged files": 6,
        "no current generation": 6,
        "disks": 3,
        "kills": 2,
    }


def test_what_is_lost_wrong_or_crashed_is_told(tmp_path: Path) -> None:
    town = faults.Town(tmp_path)
    tally = faults.Tally()
    town.start(tally, "without an index", (1,))
    town.change(1)
    assert town.build().returncode == 0
    assert town.start(tally, "as it should be", (1,)) == 1
    town.start(tally, "another generation", (2,))
    (town.folder / "2024-01-18-footbridge-plan.txt").unlink()
    assert [len(tally.crashed), len(tally.lost), len(tally.wrong)] == [1, 1, 0]
    assert tally.lost == ["another generation: of [2] answered “The town hall clock stopped at 1 minutes past four.”"]


@pytest.mark.timeout(300)
async def test_builds_in_a_row_leave_nothing_behind(tmp_path: Path) -> None:
    first, last = await rebuilds.rebuilt(tmp_path, builds=15, apart=8)
    assert first.keys() == last.keys()
    for name in ("handles", "mapped files", "files", "of the builds: handles", "of the builds: mapped files"):
        assert last[name] <= first[name], name
    assert last["files"] > 50
