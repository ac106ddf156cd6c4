"""What the bot remembers: kept over starts, brought up to date, and never a reason not to start."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import discord
import pytest

from bot.limits import Limits, TooOften
from bot.memory import MOST, Memory
from bot.state import KEPT_DAYS, MIGRATIONS, Mode, State, Vote
from config.settings import Settings
from index.conversation import Turn
from index.layout import STATE

NOW = discord.utils.time_snowflake(discord.utils.utcnow())
DAY = 86_400_000 << 22  # a day, as snowflakes count


async def test_what_is_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    state = await State.open(tmp_path)
    await state.answered(NOW, 7, 8)
    await state.vote(Vote(8, 1, None, True, ""))
    await state.vote(Vote(8, 1, None, False, "Too old."))
    await state.vote(Vote(8, 1, None, False, ""))  # which takes no reason away
    await state.set_mode(7, 5, Mode.THREADS)
    await state.set_mode(9, 5, Mode.EVERYTHING)
    await state.set_mode(9, 5, Mode.MENTIONS)
    await state.close()
    state = await State.open(tmp_path)
    assert (await state.answer_to(NOW), await state.answer_to(1)) == (8, None)
    assert await state.votes() == [Vote(8, 1, None, False, "Too old.")]
    assert [await state.mode(channel) for channel in (7, 9, 1)] == [Mode.THREADS, Mode.MENTIONS, Mode.MENTIONS]
    await state.forget(NOW)
    assert await state.answer_to(NOW) is None
    await state.close()


async def test_old_answers_are_forgotten(tmp_path: Path) -> None:
    old, young = NOW - (KEPT_DAYS + 1) * DAY, NOW - (KEPT_DAYS - 1) * DAY
    state = await State.open(tmp_path)
    for question in (old, young):
        await state.answered(question, 7, 8)
    await state.close()
    state = await State.open(tmp_path)
    assert (await state.answer_to(old), await state.answer_to(young)) == (None, 8)
    await state.close()


async def test_a_new_database_has_run_every_migration_and_none_twice(tmp_path: Path) -> None:
    for _ in range(2):
        await (await State.open(tmp_path)).close()
    with sqlite3.connect(tmp_path / STATE) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


async def filled(folder: Path) -> bytes:
    """A database with votes, closed; its bytes."""
    state = await State.open(folder)
    for message in range(300):
        await state.vote(Vote(message, 1, 5, False, f"Reason {message}: {'too old ' * 8}"))
    await state.close()
    return (folder / STATE).read_bytes()


def set_aside_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("bot.sqlite.damaged-*"))


def no_database(file: bytes) -> bytes:
    return b"This is no database." * (len(file) // 20)


def cut_off(file: bytes) -> bytes:
    return file[: len(file) // 2]


def page_of_zeros(file: bytes) -> bytes:
    middle = len(file) // 2 // 4096 * 4096
    return file[:middle] + bytes(4096) + file[middle + 4096 :]


@pytest.mark.parametrize("damage", [no_database, cut_off, page_of_zeros])
async def test_a_damaged_database_is_set_aside_and_a_new_one_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    spoilt = damage(await filled(tmp_path))
    (tmp_path / STATE).write_bytes(spoilt)
    state = await State.open(tmp_path)
    await state.answered(NOW, 7, 8)
    await state.close()
    (aside,) = set_aside_in(tmp_path)
    assert aside.read_bytes() == spoilt
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(
        f"{tmp_path / STATE} is damaged: it was set aside as {aside.name}, and a new one begun. Gone are"
    )
    state = await State.open(tmp_path)
    assert (await state.votes(), await state.answer_to(NOW)) == ([], 8)
    await state.close()
    assert len(caplog.records) == 1
    assert set_aside_in(tmp_path) == [aside]


async def test_whichever_byte_is_damaged_the_bot_starts_and_nothing_is_deleted(tmp_path: Path) -> None:
    """Forty databases with a few bytes changed, seeded: each is used or set aside as it is."""
    random, whole = Random(6), await filled(tmp_path / "whole")
    set_aside = 0
    for number in range(40):
        folder, spoilt = tmp_path / str(number), bytearray(whole)
        folder.mkdir()
        for place in random.sample(range(len(spoilt)), 8):
            spoilt[place] ^= random.randrange(1, 256)
        (folder / STATE).write_bytes(spoilt)
        state = await State.open(folder)
        await state.answered(NOW, 7, 8)
        assert await state.answer_to(NOW) == 8
        await state.close()
        asides = set_aside_in(folder)
        assert [aside.read_bytes() for aside in asides] in ([], [bytes(spoilt)])
        set_aside += len(asides)
    assert 10 < set_aside < 40


@pytest.mark.parametrize("spoil", ["newer", "folder", "locked"])
async def test_a_database_that_cannot_be_used_is_left_alone_and_the_bot_starts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    file, running = tmp_path / STATE, set(threading.enumerate())
    if spoil == "newer":
        with sqlite3.connect(file) as database:
            database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        database.close()
    elif spoil == "locked":
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("CREATE TABLE held (held INTEGER)")
        holder.execute("BEGIN EXCLUSIVE")
    else:
        file.mkdir()
    before = file.read_bytes() if file.is_file() else b""
    state = await State.open(tmp_path)
    await state.answered(NOW, 7, 8)
    assert await state.answer_to(NOW) == 8
    await state.close()
    assert "nothing is remembered" in caplog.text
    for thread in set(threading.enumerate()) - running:
        if "connection" in thread.name:  # of a database that was given up: it would keep the process alive
            thread.join(5)
            assert not thread.is_alive()
    assert (file.read_bytes() if file.is_file() else b"") == before


async def test_limits_count_members_and_servers_apart() -> None:
    settings = Settings.load().discord.model_copy(
        update={"user_questions_per_minute": 2, "guild_questions_per_minute": 3}
    )
    limits = Limits(settings)
    assert [await limits.taken(1, 5) for _ in range(2)] == [None, None]
    refused = await limits.taken(1, 5)
    assert isinstance(refused, TooOften)
    assert not refused.is_of_server
    assert await limits.taken(2, 5) is None  # a refused question has taken no room of the server's
    full = await limits.taken(3, 5)
    assert full
    assert full.is_of_server
    assert await limits.taken(3, 6) is None
    assert await limits.taken(4, None) is None


def test_memory_forgets_the_oldest_answer_first() -> None:
    memory = Memory()
    for answer in range(MOST + 1):
        memory.keep(0, answer, None, Turn(f"Question {answer}?", "", "", ""))
    assert memory.of_answer(0) is None
    assert memory.of_answer(1) == Turn("Question 1?", "", "", "")
    assert memory.of_place(1, 9) is None


def test_memory_of_a_place_is_that_of_the_newest_question_before() -> None:
    memory = Memory()
    first, second = (Turn(f"{word}?", "", "", "") for word in ("First", "Second"))
    memory.keep(2, 20, 1, second)
    memory.keep(1, 10, 1, first)  # edited later
    assert [memory.of_place(1, before) for before in (2, 3)] == [None, second]
