"""A backup of a running bot, the way back, and what members voted."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random

import pytest
from bots import ENGLISH
from conftest import Pullquote
from discord_server import DiscordServer

from bot import backup
from bot.backup import MANIFEST, Backup, back_up, restore
from bot.state import MIGRATIONS, State, Vote
from index import generations
from index.errors import BadBackup, Busy, NoIndex
from index.layout import STATE
from index.lock import sole_builder

RUN = "import sys; from bot.cli import main; sys.argv[:] = ['pullquote', *sys.argv[1:]]; main()"
VOTE = Vote(8, 1, 5, False, "Too old.")


@pytest.fixture
async def index(tmp_path: Path, town_index: Path) -> Path:
    """An index folder with a vote in it and a source."""
    folder = tmp_path / "index"
    shutil.copytree(town_index, folder)
    state = await State.open(folder)
    await state.vote(VOTE)
    await state.close()
    (folder / "sources" / "added").mkdir(parents=True)
    (folder / "sources" / "added" / "bridge.txt").write_text("The bridge")
    return folder


async def votes(folder: Path) -> list[Vote]:
    state = await State.open(folder)
    try:
        return await state.votes()
    finally:
        await state.close()


def set_aside_in(index: Path) -> list[Path]:
    return sorted(index.glob("*.before-restore-*"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@asynccontextmanager
async def running(server: DiscordServer, index: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`pullquote run`, connected."""
    environment = os.environ | {
        "DISCORD_TOKEN": server.token,
        "PULLQUOTE_INDEX__FOLDER": str(index),
        "PULLQUOTE_OPERATION__PORT": "0",
        "PULLQUOTE_READER__NAME": "none",
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", server.preamble() + RUN, "run", env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        await server.ready(60)
        yield child
        child.send_signal(signal.SIGTERM)
        await asyncio.wait_for(child.communicate(), 20)
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()


async def test_a_backup_of_a_running_bot_holds_its_last_vote_and_answers(
    index: Path, tmp_path: Path, pullquote: Pullquote
) -> None:
    folder = tmp_path / "backups" / "first"
    async with DiscordServer() as server, running(server, index):
        asked = await server.slash("ask", {"question": "Who will be the first woman to lead the Rovers?"})
        answer = await asked.response(20)
        pressed = await server.press(answer, answer.custom_id(ENGLISH.say("button-helpful")))
        await pressed.acknowledgement()
        await asyncio.sleep(0.2)
        ran = await asyncio.to_thread(pullquote, "backup", folder, "--index", index)
        refused = await asyncio.to_thread(pullquote, "restore", folder, "--index", index)
        again = await server.slash("ask", {"question": "How long is the new footbridge over the Lenner?"})
        assert "metres" in (await again.response(20)).text
    assert ran.code == 0
    assert ran.out.startswith("Backed up and checked: generation 000001, ")
    assert (refused.code, refused.err) == (
        1,
        f"Error: A bot is running with the index in {index}; stop it first.\n",
    )
    assert [vote.helpful for vote in await votes(folder)] == [False, True]
    assert (folder / "sources" / "added" / "bridge.txt").read_text() == "The bridge"
    asked_of_it = pullquote("ask", "Who will be the first woman to lead the Rovers?", "--index", folder)
    assert "Nadia Fournier" in asked_of_it.out
    assert (folder.stat().st_mode & 0o777) == 0o700


async def test_a_restore_brings_all_back_and_sets_aside_what_is_there(
    index: Path, tmp_path: Path, pullquote: Pullquote
) -> None:
    folder = tmp_path / "backup"
    made = back_up(index, folder)
    state = await State.open(index)
    await state.vote(Vote(9, 2, 5, True, "Later."))
    await state.close()
    (index / "sources" / "added" / "bridge.txt").write_text("Another bridge")
    ran = pullquote("restore", folder, "--index", index)
    assert ran.code == 0
    aside = set_aside_in(index)
    assert [path.name.partition(".before")[0] for path in aside] == [STATE, "sources"]
    assert ran.out == "Restored: generation 000002 is current.\n" + "".join(
        f"What was there before is in {path}.\n" for path in aside
    )
    assert await votes(index) == [VOTE]
    assert (index / "sources" / "added" / "bridge.txt").read_text() == "The bridge"
    assert (aside[1] / "added" / "bridge.txt").read_text() == "Another bridge"
    with closing(sqlite3.connect(aside[0])) as database:
        assert database.execute("SELECT count(*) FROM votes").fetchone() == (2,)
    assert generations.kept(index) == ["000001", "000002"]
    assert contents(index / "generations" / "000002") == contents(folder / "generations" / made.generation)  # type: ignore[operator]
    assert "Nadia Fournier" in pullquote("ask", "Who will be the first woman to lead the Rovers?", "--index", index).out


async def test_a_restore_into_nothing_gives_an_index_that_answers(
    index: Path, tmp_path: Path, pullquote: Pullquote
) -> None:
    back_up(index, tmp_path / "backup")
    shutil.rmtree(index)
    assert (
        pullquote("restore", tmp_path / "backup", "--index", index).out == "Restored: generation 000001 is current.\n"
    )
    assert await votes(index) == [VOTE]
    assert "Nadia Fournier" in pullquote("ask", "Who will be the first woman to lead the Rovers?", "--index", index).out


def test_the_archives_of_servers_are_backed_up_and_restored_as_well(index: Path, tmp_path: Path) -> None:
    own, again = index / "guilds" / "77", tmp_path / "again"
    shutil.copytree(index / "generations", own / "generations")
    shutil.copy(index / "current", own / "current")
    (own / "sources" / "added").mkdir(parents=True)
    (own / "sources" / "added" / "heron.txt").write_text("A heron moved in.", encoding="utf-8")
    back_up(index, tmp_path / "backup")
    restore(tmp_path / "backup", again)
    assert (
        (again / "guilds" / "77" / "sources" / "added" / "heron.txt").read_text(encoding="utf-8").startswith("A heron")
    )
    generations.open_current(again / "guilds" / "77").close()
    assert restore(tmp_path / "backup", again).aside
    assert len(generations.kept(again / "guilds" / "77")) == 2


async def test_a_state_that_is_damaged_is_set_aside_by_a_restore(index: Path, tmp_path: Path) -> None:
    back_up(index, tmp_path / "backup")
    (index / STATE).write_bytes(b"This is no database." * 100)
    (state, _) = restore(tmp_path / "backup", index).aside
    assert state.read_bytes() == b"This is no database." * 100
    assert await votes(index) == [VOTE]


async def test_a_write_ahead_log_left_by_a_lost_database_does_not_go_into_the_restored_one(
    index: Path, tmp_path: Path
) -> None:
    back_up(index, tmp_path / "backup")
    state = await State.open(index)
    await state.vote(Vote(9, 2, 5, True, "Later."))
    log = (index / f"{STATE}-wal").read_bytes()
    await state.close()
    (index / STATE).unlink()
    (index / f"{STATE}-wal").write_bytes(log)
    restore(tmp_path / "backup", index)
    assert await votes(index) == [VOTE]
    aside, _sources = set_aside_in(index)
    assert aside.name.endswith("-wal")
    assert aside.read_bytes() == log


def test_a_backup_overwrites_nothing(index: Path, tmp_path: Path, pullquote: Pullquote) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    for folder in (taken, taken / "mine.txt"):
        ran = pullquote("backup", folder, "--index", index)
        assert (ran.code, ran.err) == (
            1,
            f"Error: {folder} is there already, and a backup overwrites nothing: name a new folder.\n",
        )
    assert contents(tmp_path / "taken") == {"mine.txt": b"mine"}
    (tmp_path / "empty").mkdir()
    assert pullquote("backup", tmp_path / "empty", "--index", index).code == 0


def test_where_nothing_is_there_is_nothing_to_back_up(tmp_path: Path, pullquote: Pullquote) -> None:
    ran = pullquote("backup", tmp_path / "backup", "--index", tmp_path / "nothing")
    assert ran.code == 1
    assert "There is nothing to back up in" in ran.err
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("spoilt", [STATE, "generations/000001/vectors.faiss"])
def test_what_is_damaged_makes_no_backup(index: Path, tmp_path: Path, spoilt: str) -> None:
    (index / spoilt).write_bytes(b"This is nothing." * 100)
    with pytest.raises((BadBackup, NoIndex), match=rf"{re.escape(str(index))}\S* (is|cannot be copied: it is) damaged"):
        back_up(index, tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == []


def test_whichever_file_of_a_backup_is_damaged_it_is_refused_and_nothing_changes(index: Path, tmp_path: Path) -> None:
    folder, random = tmp_path / "backup", Random(6)
    made, before = back_up(index, folder), contents(index)
    for name in made.files:
        file = folder / name
        whole = file.read_bytes()
        spoilt = bytearray(whole or b"x")
        spoilt[random.randrange(len(spoilt))] ^= 1
        file.write_bytes(spoilt)
        with pytest.raises(BadBackup, match=r"is damaged \(.*\); nothing was changed"):
            restore(folder, index)
        file.write_bytes(whole)
    (folder / "more.txt").write_text("more")
    with pytest.raises(BadBackup, match=r"damaged \(more.txt\)"):
        restore(folder, index)
    (folder / "more.txt").unlink()
    assert contents(index) == before
    made.check(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"created": 1}'])
def test_what_is_no_backup_is_refused(tmp_path: Path, pullquote: Pullquote, text: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / MANIFEST).write_text(text)
    for folder in (tmp_path / "folder", tmp_path / "nowhere"):
        ran = pullquote("restore", folder, "--index", tmp_path / "index")
        assert (ran.code, ran.err) == (
            1,
            f"Error: {folder} is no backup: name a folder that `pullquote backup` made.\n",
        )
    assert not (tmp_path / "index").exists()


async def test_a_backup_of_a_newer_version_is_refused(index: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(index / STATE)) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    back_up(index, tmp_path / "backup")
    with pytest.raises(BadBackup, match="A newer version of Pullquote made the backup"):
        restore(tmp_path / "backup", index)


async def test_nothing_is_restored_while_a_bot_or_a_build_runs(index: Path, tmp_path: Path) -> None:
    back_up(index, tmp_path / "backup")
    state = await State.open(index)
    with pytest.raises(Busy, match="A bot is running"):
        await asyncio.to_thread(restore, tmp_path / "backup", index)
    await state.close()
    with sole_builder(index), pytest.raises(Busy, match="Another build"):
        restore(tmp_path / "backup", index)
    assert generations.kept(index) == ["000001"]


async def test_backups_are_whole_whoever_writes_meanwhile(index: Path, tmp_path: Path) -> None:
    """Each vote has its number as reason: a copy holds the first so many of them, without a gap."""
    state, stop = await State.open(index), asyncio.Event()

    async def vote() -> None:
        for number in range(1, 100_000):
            if stop.is_set():
                return
            await state.vote(Vote(100 + number, 1, 5, True, str(number)))

    writing = asyncio.create_task(vote())
    counts = []
    for number in range(8):
        await asyncio.sleep(0.05)
        await asyncio.to_thread(backup.copy_state, index / STATE, tmp_path / f"{number}.sqlite")
        with closing(sqlite3.connect(tmp_path / f"{number}.sqlite")) as copy:
            reasons = [
                int(row[0]) for row in copy.execute("SELECT reason FROM votes WHERE message >= 100 ORDER BY message")
            ]
        assert reasons == list(range(1, len(reasons) + 1))
        counts.append(len(reasons))
    stop.set()
    await writing
    await state.close()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


async def test_a_backup_that_is_killed_is_never_taken_for_a_whole_one(index: Path, tmp_path: Path) -> None:
    """Killed at six moments, seeded: the folder is not there, or it is whole."""
    random, seen = Random(6), []
    program = (
        "import sys\nfrom pathlib import Path\nfrom bot.backup import back_up\n"
        "print('begun', flush=True)\nback_up(*map(Path, sys.argv[1:]))"
    )
    for number in range(6):
        folder = tmp_path / f"backup{number}"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, str(index), str(folder), stdout=PIPE, stderr=PIPE
        )
        assert child.stdout
        await child.stdout.readline()
        await asyncio.sleep(random.uniform(0, 0.15))
        if child.returncode is None:
            child.kill()
        await child.communicate()
        if folder.exists():
            Backup.load(folder).check(folder)
        seen.append(folder.exists())
    assert not all(seen)


async def test_votes_are_counted_and_their_reasons_shown(index: Path, pullquote: Pullquote) -> None:
    state = await State.open(index)
    await state.vote(Vote(9, 2, None, True, "[red]Good[/]\x1b[2J\nand short."))
    await state.vote(Vote(10, 2, 5, True, ""))
    shown = await asyncio.to_thread(pullquote, "votes", "--index", index)
    listed = await asyncio.to_thread(pullquote, "votes", "--json", "--index", index)
    await state.close()
    assert [line.rstrip() for line in shown.out.splitlines()] == [
        "3 votes: 2 helpful, 1 not helpful.",
        "when              helpful  reason",
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())}  yes      [red]Good[/] [2J and short.",
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())}  no       Too old.",
    ]
    assert [{name: value for name, value in vote.items() if name != "at"} for vote in listed.json] == [
        {"helpful": False, "reason": "Too old.", "guild": 5, "message": 8},
        {"helpful": True, "reason": "[red]Good[/]\x1b[2J\nand short.", "guild": None, "message": 9},
        {"helpful": True, "reason": "", "guild": 5, "message": 10},
    ]


def test_votes_where_there_are_none(tmp_path: Path, pullquote: Pullquote) -> None:
    assert pullquote("votes", "--index", tmp_path).out == "Nobody has voted yet.\n"
    (tmp_path / STATE).write_bytes(b"This is no database." * 100)
    ran = pullquote("votes", "--index", tmp_path)
    assert ran.code == 1
    assert "cannot be read (file is not a database); start the bot once" in ran.err
