"""How often members ask, counted for several processes: exactly, and without keeping anybody waiting."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from bots import discord_settings, free_port
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from many import Redis, redis

from bot.limits import Limits
from bot.windows import FileWindow, Window, redis_at, window_in
from index.errors import BadSettings
from index.layout import LIMITS

__all__ = ["redis"]
TEN = RateLimitItemPerMinute(10, namespace="user")
TWO = RateLimitItemPerSecond(2, 3, namespace="user")  # in three seconds


@pytest.fixture
async def in_file(tmp_path: Path) -> AsyncIterator[list[Window]]:
    """Four on one file, as four processes have them."""
    async with AsyncExitStack() as stack:
        windows: list[Window] = []
        for number in range(4):
            window = await FileWindow.open(tmp_path, anew=not number)
            stack.push_async_callback(window.close)
            windows.append(window)
        yield windows


@pytest.fixture
async def in_redis(redis: Redis) -> AsyncIterator[list[Window]]:
    async with AsyncExitStack() as stack:
        clients = [redis_at(redis.address) for _ in range(4)]
        for client in clients:
            stack.push_async_callback(client.aclose)
        yield [window_in(client, "pullquote:1:limits") for client in clients]


async def check(windows: list[Window]) -> None:
    taken = await asyncio.gather(*(windows[number % 4].hit(TEN, "1") for number in range(40)))
    assert sum(taken) == 10
    assert [await window.hit(TEN, "2") for window in windows] == [True] * 4
    stats = await windows[3].get_window_stats(TEN, "1")
    assert stats.remaining == 0
    assert 55 < stats.reset_time - time.time() <= 60

    begun = time.time()
    assert [await window.hit(TWO, "1") for window in windows] == [True, True, False, False]
    stats = await windows[2].get_window_stats(TWO, "1")
    assert begun - 0.001 <= stats.reset_time - 3 <= time.time() + 0.001  # Redis tells tenths of a millisecond
    await asyncio.sleep(max(0, stats.reset_time - time.time()) + 0.05)
    assert await windows[3].hit(TWO, "1")


async def test_a_file_counts_exactly_for_several(in_file: list[Window]) -> None:
    await check(in_file)


async def test_redis_counts_exactly_for_several(in_redis: list[Window]) -> None:
    await check(in_redis)


async def test_what_an_earlier_process_left_in_the_file_is_deleted_damaged_or_not(tmp_path: Path) -> None:
    (tmp_path / LIMITS).write_bytes(b"This is no database." * 500)
    window = await FileWindow.open(tmp_path, anew=True)
    assert await window.hit(TEN, "1")
    await window.close()
    window = await FileWindow.open(tmp_path, anew=False)
    assert (await window.get_window_stats(TEN, "1")).remaining == 9
    await window.close()


async def test_the_file_keeps_nobody_for_longer_than_it_needs(tmp_path: Path) -> None:
    window = await FileWindow.open(tmp_path, anew=True)
    await window.hit(TWO, "1")
    await window.database.execute("UPDATE hits SET at = at - 3.1")
    window.cleaned = 0.0  # a minute later
    await window.hit(TWO, "2")
    await window.close()
    with closing(sqlite3.connect(tmp_path / LIMITS)) as database:
        assert database.execute("SELECT key FROM hits").fetchall() == [(TWO.key_for("2"),)]


async def test_a_file_that_is_locked_makes_nobody_wait_and_is_used_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO", "bot.limits")
    monkeypatch.setattr("bot.limits.SECONDS_ALONE", 0.5)
    limits = Limits(discord_settings(user_questions_per_minute=2))
    limits.shared = window = await FileWindow.open(tmp_path, anew=True)
    with closing(sqlite3.connect(tmp_path / LIMITS, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert [await limits.taken(1, 5) is None for _ in range(3)] == [True, True, False]
        assert time.monotonic() - begun < 1.0
        assert (limits.alone, limits.is_alone) == (3, True)
        other.execute("ROLLBACK")
    await asyncio.sleep(0.6)
    assert [await limits.taken(1, 5) is None for _ in range(3)] == [True, True, False]
    assert limits.alone == 3
    await window.close()
    first, second = (record.getMessage() for record in caplog.records)
    assert first.endswith("Error: members are counted by this process alone for now")
    assert second == "members are counted with the other processes again"


async def test_a_redis_that_hangs_makes_a_member_wait_for_half_a_second_once(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        client = redis_at(f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
        limits = Limits(discord_settings())
        limits.shared = window_in(client, "pullquote:1:limits")
        begun = time.monotonic()
        assert [await limits.taken(1, None) for _ in range(20)] == [None] * 20
        assert 0.3 < time.monotonic() - begun < 1.0
        await client.aclose()
    assert len(caplog.records) == 1


def test_an_address_that_is_none_is_one_sentence() -> None:
    with pytest.raises(BadSettings, match=r"discord\.redis is no address of a Redis"):
        redis_at(f"redis://127.0.0.1:{free_port()}0000/nonsense")
    with pytest.raises(BadSettings) as raised:
        redis_at("redis://user:hidden/word@127.0.0.1")  # a slash, which would have to be written %2F
    assert "hidden" not in str(raised.value)


def test_without_the_package_the_setting_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['redis'] = None\n"
        "from bot.windows import redis_at\n"
        "from index.errors import BadSettings\n"
        "try: redis_at('redis://localhost')\n"
        "except BadSettings as error: print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "discord.redis needs a package: pip install 'pullquote[redis]'.\n"
