"""The README's commands exist, run, and print what it says they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT, Pullquote

from index import generations

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ pullquote ([^\n]*)\n(.*?)```", README, re.S)
SECONDS = re.compile(r"\d+\.\d s\b")
PERCENT = re.compile(r"\d+%")
README_PRECISION = "int8"


def test_every_command_is_in_the_readme(pullquote: Pullquote) -> None:
    commands = re.findall(r"^│ (\w+) ", pullquote("--help").out, re.M)
    assert len(commands) == 13
    assert [command for command in commands if f"pullquote {command}" not in README] == []


@pytest.mark.parametrize(("command", "output"), SHOWN)
def test_a_command_of_the_readme_prints_what_it_shows(
    pullquote: Pullquote, command: str, output: str, town_index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    index = tmp_path / "new" if command.startswith("build") else town_index
    ran = pullquote(*shlex.split(command), "--index", index)
    printed = ran.out + "".join(line for line in ran.err.splitlines(True) if "━" not in line)
    assert ran.code == 0
    with generations.open_current(index) as current:
        is_same = current.manifest.precisions == [README_PRECISION]
    assert comparable(printed, is_same) == comparable(output, is_same)


def comparable(text: str, is_same_precision: bool) -> str:
    """What a command prints on every machine: no seconds and no probability, and where the README was written on one
    with other instructions, nothing that follows the first quote."""
    trimmed = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    shown = PERCENT.sub("…%", SECONDS.sub("… s", trimmed))
    return shown if is_same_precision else shown.partition("Also in the archive:")[0]


def test_the_readme_shows_building_asking_and_searching() -> None:
    assert [command.split()[0] for command, _ in SHOWN] == ["build", "ask", "search"]


def test_every_file_that_the_readme_points_to_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []
