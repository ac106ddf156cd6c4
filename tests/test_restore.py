"""A restore that is broken off: finished by whoever comes next, or nothing happened."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Pullquote
from faults import IS_ROOT, file_system, remount
from test_build import Letters, build_with

from bot.backup import back_up, restore
from bot.state import State, Vote
from index import generations
from index.errors import BadBackup, DiskFull, Unreachable
from index.layout import STATE
from index.lock import sole_builder
from index.restore import finish

# Restores into one copy of an index after the other, each in a process of its own that is killed when it is about to
# do its 1st, 2nd, 3rd … step on the disk, until one is done before. Prints how many were killed.
KILLED_AT_EVERY_STEP = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from bot.backup import restore

STEPS = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.copyfile"}
backup, index, copies = map(Path, sys.argv[1:])
for number in itertools.count(1):
    shutil.copytree(index, copies / str(number))
    if not (child := os.fork()):
        left = number
        def step(event, arguments):
            global left
            left -= event in STEPS
            if event in STEPS and not left:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(step)
        restore(backup, copies / str(number))
        os._exit(0)
    if os.waitpid(child, 0)[1] != signal.SIGKILL:
        break
print(number - 1)
"""


@dataclass(frozen=True)
class Held:
    """What an index holds: texts of its articles and of a server's, of a source and of a vote."""

    articles: str
    server: str
    source: str
    vote: str


BEFORE, AFTER = Held("now", "now", "now", "now"), Held("then", "then", "then", "then")


async def written(index: Path, text: str) -> None:
    """Builds, adds and votes `text` in everything that an index holds."""
    folder = index.with_name("articles")
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text(text)
    for one in (index, index / "guilds" / "77"):
        build_with(Letters(), folder, one)
    (index / "sources" / "added").mkdir(parents=True, exist_ok=True)
    (index / "sources" / "added" / "b.txt").write_text(text)
    state = await State.open(index)
    await state.vote(Vote(8, 1, 5, False, text))
    await state.close()


def held(index: Path) -> Held:
    texts = []
    for one in (index, index / "guilds" / "77"):
        with generations.open_current(one) as current:
            texts.append(current.store.article(0).text)
    articles, server = texts
    return Held(articles, server, (index / "sources" / "added" / "b.txt").read_text(), vote_in(index / STATE))


def vote_in(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        ((reason,),) = database.execute("SELECT reason FROM votes")
    return str(reason)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but those of locks, of whose holder, and of what SQLite wrote to say that it was opened."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in ("lock", "builder.json", STATE))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def room_of(folder: Path) -> int:
    """The bytes that the files of a folder take on a disk, in pages."""
    return 4096 * sum(-(-path.stat().st_size // 4096) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
async def backup(tmp_path: Path) -> Path:
    """A backup of what was `then`."""
    await written(tmp_path / "index", "then")
    back_up(tmp_path / "index", tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
async def index(backup: Path) -> Path:
    """An index of what is `now`."""
    await written(backup.with_name("index"), "now")
    return backup.with_name("index")


@pytest.mark.timeout(300)
def test_a_restore_killed_at_any_step_is_finished_by_the_next_command_or_nothing_happened(
    backup: Path, index: Path, tmp_path: Path
) -> None:
    before, outcomes = contents(index), []
    program = [sys.executable, "-c", KILLED_AT_EVERY_STEP, str(backup), str(index), str(tmp_path / "copies")]
    ran = subprocess.run(program, capture_output=True, text=True, check=True)
    for number in range(1, int(ran.stdout) + 1):
        copy = tmp_path / "copies" / str(number)
        was_decided = (copy / "restore").exists()
        said = finish(copy)
        assert held(copy) in (BEFORE, AFTER), f"killed at step {number}"
        assert not list(copy.rglob("restore*"))
        if held(copy) == BEFORE:
            assert contents(copy) == before
        else:
            (aside,) = copy.glob(f"{STATE}.before-restore-*")
            assert vote_in(aside) == "now"
            assert [path.read_text() for path in copy.glob("sources.before-restore-*/added/b.txt")] == ["now"]
            assert generations.kept(copy) == ["000001", "000002", "000003"]
        assert was_decided == (said is not None)
        outcomes.append(held(copy) == AFTER)
    assert outcomes == sorted(outcomes)  # from one step on it is decided
    assert outcomes.count(False) > 30
    assert outcomes.count(True) > 10


def test_the_next_command_finishes_and_says_so(backup: Path, index: Path, pullquote: Pullquote) -> None:
    copied = shutil.copytree(backup, index / "restore")
    (copied / "backup.json").unlink()
    for one in (copied, copied / "guilds" / "77"):
        (one / "generations" / "000001").rename(one / "generations" / "000009")
        (one / "current").write_text("000009\n")
    ran = pullquote("votes", "--json", "--index", index)
    (state,) = index.glob(f"{STATE}.before-restore-*")
    (sources,) = index.glob("sources.before-restore-*")
    assert [vote["reason"] for vote in ran.json] == ["then"]
    assert ran.err == (
        "A restore was broken off; it is done now: generation 000009 is current. "
        f"What was there before is in {state}. What was there before is in {sources}.\n"
    )
    assert held(index) == AFTER
    assert pullquote("votes", "--index", index).err == ""


def test_while_another_process_restores_the_next_command_waits(index: Path, pullquote: Pullquote) -> None:
    (index / "restore").mkdir()
    with sole_builder(index):
        ran = pullquote("votes", "--index", index)
    assert (ran.code, ran.err[:14]) == (1, "Error: Another")
    assert "wait until it is done" in ran.err


def test_what_was_not_yet_copied_as_a_whole_is_deleted_unless_it_is_being_copied(index: Path) -> None:
    (index / "restore.unfinished" / "sources").mkdir(parents=True)
    with sole_builder(index):
        assert finish(index) is None
        assert (index / "restore.unfinished").exists()
    assert finish(index) is None
    assert not (index / "restore.unfinished").exists()
    assert held(index) == BEFORE


def test_what_cannot_be_put_in_place_waits_and_is_named(backup: Path, index: Path) -> None:
    shutil.copytree(backup, index / "restore")
    (index / "restore" / "backup.json").unlink()  # of a generation whose name is taken
    with pytest.raises(BadBackup, match=r"cannot be put in its place \(Directory not empty: .*; mend that, and"):
        finish(index)
    assert held(index) == BEFORE
    for one in (index, index / "guilds" / "77"):
        shutil.rmtree(one / "generations" / "000001")
    assert str(finish(index)).startswith("A restore was broken off; it is done now: generation 000001 is current.")


def test_a_server_that_searches_is_told_and_where_it_is_away_the_next_command_goes_on(
    backup: Path, index: Path
) -> None:
    told = []

    @contextmanager
    def switched(name: str) -> Iterator[None]:
        generations.open_current(index, name).close()
        told.append((name, generations.current_name(index)))
        yield
        told.append((name, generations.current_name(index)))

    def away(_: str) -> AbstractContextManager[None]:
        raise Unreachable("http://127.0.0.1:19530")

    with pytest.raises(Unreachable):
        restore(backup, index, away)
    assert (index / "restore").exists()
    assert finish(index, switched)
    assert told == [("000003", "000002"), ("000003", "000003")]
    assert held(index) == AFTER


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if not IS_ROOT:
        pytest.skip("only root can have a file system of its own")
    with file_system(tmp_path / "disk"):
        yield tmp_path / "disk"


def test_on_a_disk_with_too_little_room_nothing_happens(backup: Path, index: Path, small_disk: Path) -> None:
    place = small_disk / "index"
    for share in (0.0, 0.3, 0.6, 0.9, 1.5):
        shutil.copytree(index, place)
        room = shutil.disk_usage(small_disk).used + share * room_of(backup)
        remount(small_disk, f"size={4096 * int(room / 4096)}")
        sentences = r"make some, then try again\.|look whether the disk is full"
        refused = pytest.raises((DiskFull, BadBackup), match=sentences)
        with refused if share < 1 else nullcontext():
            restore(backup, place)
        remount(small_disk, f"size={1 << 28}")
        assert finish(place) is None
        assert held(place) == (BEFORE if share < 1 else AFTER)
        assert share >= 1 or contents(place) == contents(index)
        shutil.rmtree(place)


def test_a_backup_that_changes_while_it_is_copied_is_not_put_in_place(backup: Path, index: Path) -> None:
    """As one on a disk that fails: the copy is compared with what the backup says of itself."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom bot.backup import restore\nfrom index.errors import BadBackup\n"
        "backup, index = map(Path, sys.argv[1:])\n"
        "def hook(event, arguments):\n"
        "    if event == 'shutil.copytree':\n"
        "        (backup / 'sources' / 'added' / 'b.txt').write_text('changed')\n"
        "sys.addaudithook(hook)\n"
        "try:\n    restore(backup, index)\nexcept BadBackup as error:\n    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program, backup, index], capture_output=True, text=True, check=True)
    assert "is damaged (sources/added/b.txt); nothing was changed." in ran.stdout
    assert held(index) == BEFORE
    assert not list(index.glob("restore*"))
