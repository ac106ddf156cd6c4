"""Kills builds, takes the disk away from them, and damages what they wrote; tables what was lost by it.

    python benchmarks/faults.py [--kills 200] [--disks 20] [--damages 200] [--seed 1]

Everything is real: the sample archive with one article that changes each time, `pullquote build` in a process of its
own, SIGKILL after a random time, file systems that are too small or may only be read (as root; otherwise files of a
limited size and folders without the right to write), and files with a byte flipped or an end cut off. After each the
index is opened as `pullquote run` opens it (for speed without the reader; every so often by the whole program), two
questions are asked, and the answers compared with those of the last generation that was published. Exit code 1 where
anything was lost, wrong or crashed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from report import PULLQUOTE, table
from rich.console import Console

from config.settings import SAMPLE_ARCHIVE, Settings
from index.answers import Answerer
from index.archive import Archive, generation_of
from index.checksums import sha256
from index.engine import load_embedder, one_core_a_question
from index.environment import environment
from index.generations import current_name, damaged, kept
from index.integrity import checked
from index.layout import CURRENT, generation
from index.manifest import damage
from index.models import find_model

FIXED = ("How long is the footbridge?", "84 metres")
CHANGING = "At how many minutes past four did the town hall clock stop?"
STARTING, DONE = "Starting", "done"
BEGINNINGS = (STARTING, "Reading articles", "Indexing vectors", "Writing the index")  # of the time in which to kill
MOST_SECONDS = 100.0  # that a build may take
ENVIRONMENT = environment()
IS_ROOT = os.geteuid() == 0
ROOM = 1 << 28  # bytes of a file system that is large enough
console = Console(width=120)


@dataclass
class Tally:
    """What became of one kind of fault."""

    tried: int = 0
    served: dict[str, int] = field(default_factory=dict)  # how often what was answered from
    lost: list[str] = field(default_factory=list)  # generations that are neither kept nor set aside, or not served
    wrong: list[str] = field(default_factory=list)  # answers
    crashed: list[str] = field(default_factory=list)  # starts, and builds that ended without a sentence

    @property
    def bad(self) -> list[str]:
        return self.lost + self.wrong + self.crashed


class Town:
    """The sample archive in a folder of its own, with an index, and the loaded models."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings.load()
        self.folder, self.index = folder / "articles", folder / "index"
        shutil.copytree(SAMPLE_ARCHIVE, self.folder)
        self.model = find_model(self.settings.model.name)
        one_core_a_question()
        self.embedder = load_embedder(self.model, self.settings.model)

    def change(self, minutes: int) -> None:
        """Changes the one article that differs between generations."""
        text = f'1.05.2025\n\n"The Clock"\n\nThe town hall clock stopped at {minutes} minutes past four.\n'
        (self.folder / "clock.txt").write_text(text)

    @property
    def command(self) -> list[str]:
        return [*PULLQUOTE, "build", str(self.folder), "--json", "--index", str(self.index)]

    def build(self, limit: int | None = None) -> subprocess.CompletedProcess[str]:
        """A whole build; with `limit` no file may have more kilobytes."""
        shell = f'ulimit -f {limit or "unlimited"}; exec "$@"'
        command = ["bash", "-c", shell, "bash", *self.command]
        return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    def start(self, tally: Tally, what: str, expected: Sequence[int]) -> int | None:
        """Starts as `pullquote run` does and asks; the minutes of the generation that answers, which must be among
        those `expected`."""
        try:
            found = checked(self.index)
            generation = generation_of(self.index, self.model, found.name)
            with closing(Archive(generation, self.embedder)) as archive:
                answerer = Answerer(archive, self.settings.answers)
                fixed, changing = (answerer.answer(question).quotes[0].text for question in (FIXED[0], CHANGING))
        except BaseException as error:
            tally.crashed.append(f"{what}: the start raised {error!r}")
            return None
        if FIXED[1] not in fixed:
            tally.wrong.append(f"{what}: answered “{fixed}”")
        minutes = next((one for one in expected if f"at {one} minutes" in changing), None)
        if minutes is None:
            tally.lost.append(f"{what}: of {list(expected)} answered “{changing}”")
        return minutes

    def run(self, tally: Tally, what: str) -> None:
        """The whole program, with a question on its standard input."""
        ran = subprocess.run(
            [*PULLQUOTE, "run", "--index", str(self.index)],
            env=ENVIRONMENT,
            input=f"{FIXED[0]}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode or FIXED[1] not in ran.stdout.replace("\n  ", " "):
            tally.crashed.append(f"{what}: `pullquote run` ended with {ran.returncode}: {ran.stderr[-200:]}")


def first_generations(town: Town) -> None:
    for minutes in (1, 2):
        town.change(minutes)
        if (ran := town.build()).returncode:
            raise SystemExit(f"The first build failed: {ran.stderr}")


def killed(town: Town, tries: int, seed: int, whole: int) -> Tally:
    """Builds killed at a random moment after a stage, each of `BEGINNINGS` in turn. One that was done before is checked
    like the others, but is no try."""
    tally, chance, last, number = Tally(), random.Random(seed), 2, 2
    left = dict.fromkeys(BEGINNINGS, MOST_SECONDS)  # what the last build that was done took from there
    while tally.tried < tries:
        number += 1
        town.change(number)
        before, beginning = kept(town.index), BEGINNINGS[number % len(BEGINNINGS)]
        delay = MOST_SECONDS if left[beginning] == MOST_SECONDS else chance.uniform(0, left[beginning])
        stage, seconds = kill_build(town, beginning, delay)
        if stage == DONE:
            left[beginning] = seconds
        else:
            tally.tried += 1
        tally.served[stage] = tally.served.get(stage, 0) + 1
        what = f"kill {tally.tried} at “{stage}”"
        minutes = town.start(tally, what, (number, last))
        if minutes != number and kept(town.index)[: len(before)] != before:
            tally.lost.append(f"{what}: kept {before}, then {kept(town.index)}")
        last = minutes or last
        if not number % whole:
            town.run(tally, what)
    town.change(number + 1)
    if town.build().returncode or town.start(tally, "the build after all", (number + 1,)) is None:
        tally.crashed.append("the build after all failed")
    return tally


def kill_build(town: Town, beginning: str, delay: float) -> tuple[str, float]:
    """Starts a build and kills it `delay` seconds after a stage began, or after its own start; the stage that it had
    reached, and the seconds from there until then."""
    printed = bytearray()
    with subprocess.Popen(town.command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        if beginning != STARTING:
            read_until(process.stdout.fileno(), f'"{beginning}"', MOST_SECONDS, printed)
        started = time.perf_counter()
        read_until(process.stdout.fileno(), '"report"', delay, printed)
        seconds = time.perf_counter() - started
        process.kill()
        read_until(process.stdout.fileno(), "nothing", MOST_SECONDS, printed)
    told = [json.loads(line) for line in printed.splitlines(keepends=True) if line.endswith(b"\n")]
    stages = [line["progress"]["stage"] for line in told if "progress" in line]
    return DONE if any("report" in line for line in told) else stages[-1] if stages else STARTING, seconds


def read_until(descriptor: int, found: str, seconds: float, printed: bytearray) -> None:
    """Adds to what was `printed` until something is found in it, the time is up or nothing comes any more."""
    end = time.perf_counter() + seconds
    while found.encode() not in printed and (left := end - time.perf_counter()) > 0:
        if select.select([descriptor], [], [], left)[0]:
            if not (some := os.read(descriptor, 1 << 16)):
                return
            printed += some


@contextmanager
def file_system(folder: Path) -> Iterator[None]:
    """A file system of its own in `folder`, where root may have one."""
    folder.mkdir(exist_ok=True)
    if not IS_ROOT:
        yield
        shutil.rmtree(folder)
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def remount(folder: Path, options: str) -> None:
    if IS_ROOT:
        subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)
    else:
        subprocess.run(["chmod", "-R", "a-w" if options == "ro" else "u+w", folder], check=True)


def without_disk(town: Town, tries: int, seed: int) -> Tally:
    """Builds on a file system that is full after a random number of bytes, with files of a limited size, and on one
    that may only be read."""
    tally, chance = Tally(), random.Random(seed)
    base, size = town.index, size_of(generation(town.index, str(current_name(town.index))))
    town.index = base.with_name("disk")
    for number in range(tries):
        kind = ("full" if IS_ROOT else "limited", "full" if IS_ROOT else "limited", "limited", "read-only")[number % 4]
        with file_system(town.index):
            shutil.copytree(base, town.index, dirs_exist_ok=True)
            town.change(100 + number)
            room = chance.uniform(0, 1.2 * size)
            if kind == "full":
                used = shutil.disk_usage(town.index).used
                remount(town.index, f"size={4096 * -(-int(used + room) // 4096)}")
            elif kind == "read-only":
                remount(town.index, "ro")
            ran = town.build(limit=int(room / 4000) if kind == "limited" else None)
            what = f"disk {number + 1}, {kind} after {room / 1e3:.0f} kB"
            tally.tried += 1
            said = ran.stderr.strip().splitlines()[-1] if ran.returncode else "done"
            tally.served[said.replace(str(town.index), "INDEX")] = 1
            if ran.returncode not in (0, 1) or (ran.returncode and "Error: " not in said) or "Traceback" in ran.stderr:
                tally.crashed.append(f"{what}: the build ended with {ran.returncode}: {ran.stderr[-300:]}")
            town.start(tally, what, (2,) if ran.returncode else (100 + number,))
            remount(town.index, f"rw,size={ROOM}")
            if town.build().returncode:
                tally.crashed.append(f"{what}: with room again, the build failed")
            town.start(tally, f"{what}, with room again", (100 + number,))
    town.index = base
    return tally


def with_damage(town: Town, tries: int, seed: int, whole: int) -> Tally:
    """One file of one generation with a byte flipped or its end cut off; then a start, and a second one."""
    tally, chance, base = Tally(), random.Random(seed), town.index
    for number in range(tries):
        town.index = base.with_name("damaged")
        shutil.rmtree(town.index, ignore_errors=True)
        shutil.copytree(base, town.index)
        older, current = kept(town.index)[-2:]
        name = chance.choice([older, current, current, current])
        files = generation(town.index, name)
        file = chance.choice(sorted(path for path in files.rglob("*") if path.is_file() and path.stat().st_size))
        content = bytearray(file.read_bytes())
        place = chance.randrange(len(content))
        if number % 4:
            content[place] ^= 1 << chance.randrange(8)
        else:
            del content[place:]
        file.write_bytes(content)
        tally.tried += 1
        kind = "flipped in" if number % 4 else "cut off from"
        what = f"damage {number + 1}: byte {place} {kind} {file.relative_to(files)} of {name}"
        tally.served[f"{kind} {file.relative_to(files).parts[0]}"] = 1
        for _ in range(2):
            town.start(tally, what, (1,) if name == current else (2,))
        if name == current and damaged(town.index) != [f"{name}.damaged"]:
            tally.lost.append(f"{what}: set aside are {damaged(town.index)}")
        if name == older and damage(generation(town.index, older)) is None:
            tally.wrong.append(f"{what}: it was not found")
        if not number % whole:
            town.run(tally, what)
    town.index = base
    return tally


def without_name(town: Town) -> Tally:
    """The file that names the current generation gone, empty, of no sense, or naming one that is not there."""
    tally, base = Tally(), town.index
    for content in (None, b"", b"\xff\xfe", b"000077\n", b"../../etc\n", b"0000"):
        town.index = base.with_name("nameless")
        shutil.rmtree(town.index, ignore_errors=True)
        shutil.copytree(base, town.index)
        (town.index / CURRENT).unlink()
        if content is not None:
            (town.index / CURRENT).write_bytes(content)
        tally.tried += 1
        town.start(tally, f"{CURRENT} is {content!r}", (2,))
    town.index = base
    return tally


def speed_of_check(folder: Path, megabytes: int = 500) -> float:
    """Gigabytes a second that are checked, of a file that is in memory."""
    path = folder / "large"
    path.write_bytes(os.urandom(megabytes * 1_000_000))
    started = time.perf_counter()
    sha256(path)
    seconds = time.perf_counter() - started
    path.unlink()
    return megabytes / 1000 / seconds


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measured(kills: int, disks: int, damages: int, seed: int, whole: int = 25) -> dict[str, Tally]:
    """All kinds of faults, each on an index of its own."""
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="pullquote-faults-") as temporary:
        town = Town(Path(temporary))
        first_generations(town)
        kinds: dict[str, Callable[[], Tally]] = {
            "damaged files": lambda: with_damage(town, damages, seed, whole),
            "no current generation": lambda: without_name(town),
            "disks": lambda: without_disk(town, disks, seed),
            "kills": lambda: killed(town, kills, seed, whole),
        }
        for name, tried in kinds.items():
            started = time.perf_counter()
            tallies[name] = tried()
            console.print(f"{name}: {tallies[name].tried} in {time.perf_counter() - started:.0f} s")
            for one, count in sorted(tallies[name].served.items()):
                console.print(
                    f"  {count if name == 'kills' else ''} {one}", markup=False, highlight=False, soft_wrap=True
                )
        console.print(f"Checked: {speed_of_check(Path(temporary)):.2f} GB a second")
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--disks", type=int, default=20)
    parser.add_argument("--damages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tallies = measured(given.kills, given.disks, given.damages, given.seed)
    rows = {
        name: [str(one.tried), *(str(len(found)) for found in (one.lost, one.wrong, one.crashed))]
        for name, one in tallies.items()
    }
    console.print(table(["", "tried", "generations lost", "wrong answers", "crashes"], rows), markup=False)
    bad = [line for one in tallies.values() for line in one.bad]
    console.print(*bad, sep="\n", markup=False, soft_wrap=True)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
