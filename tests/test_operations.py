"""What docs/operations.md tells an operator exists and is as it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, Pullquote

from config.settings import Settings

DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")


def test_its_commands_and_links_exist(pullquote: Pullquote) -> None:
    commands = set(re.findall(r"^│ (\w+) ", pullquote("--help").out, re.M))
    named = set(re.findall(r"\bpullquote (build|backup|restore|votes|rollback|ask|run|\w+ /srv)\b", OPERATIONS))
    assert {"backup", "restore", "votes", "build", "rollback", "ask"} <= named
    assert {name.split()[0] for name in named} <= commands
    linked = re.findall(r"\]\(([^)#:]+)\)", OPERATIONS)
    assert linked
    assert [path for path in linked if not (DOCS / path).exists()] == []


def test_the_settings_that_it_names_exist_with_these_defaults(settings: Settings) -> None:
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \| ([^|]+) \|", OPERATIONS, re.M)
    assert len(rows) == 16
    for section, name, default in rows:
        value = getattr(getattr(settings, section), name)
        written = default.strip("`") if isinstance(value, str) else tomllib.loads(f"value = {default}")["value"]
        assert value == "" or (list(value) if isinstance(value, tuple) else value) == written


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not there")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    unit = (DOCS / "pullquote.service").read_text(encoding="utf-8")
    (tmp_path / "pullquote.service").write_text(unit.replace("/opt/pullquote/bin/pullquote", sys.executable))
    ran = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "pullquote.service"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_image_is_made_of_what_is_there_and_watches_the_port_of_the_settings(settings: Settings) -> None:
    image = (DOCS / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", image, re.M) for name in line.split()]
    assert {"pyproject.toml", "bot", "index", "config", "corpus"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert f"http://{settings.operation.address}:{settings.operation.port}/healthz" in image
