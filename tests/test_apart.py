"""What strangers wrote is read in a process of its own, whose end is no end of ours."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from index.apart import apart
from index.articles import Unreadable
from index.errors import BadFeed
from index.feeds import Feed, read_feed

RSS = b"<rss version='2.0'><channel><title>Courier</title><item><title>Bridge</title></item></channel></rss>"


async def test_what_it_returns_comes_back_and_what_it_raises_too() -> None:
    feed = await apart(read_feed, RSS, "http://example.org/feed")
    assert isinstance(feed, Feed)
    assert [entry.title for entry in feed.entries] == ["Bridge"]
    with pytest.raises(BadFeed, match="is no feed"):
        await apart(read_feed, b"no feed", "http://example.org/feed")


async def test_a_mistake_of_the_work_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"its content broke the reader \(ValueError\)"):
        await apart(int, "x")


async def test_work_without_an_end_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(Unreadable, match="too much time or memory"):
        await apart(pow, 3, 10**10)
    assert time.monotonic() - started < 30  # of the clock, where others work too; of the processor it has 4


async def test_work_that_fills_the_memory_or_ends_its_process_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        await apart(bytes, 10**10)
    with pytest.raises(Unreadable):
        await apart(os._exit, 0)


async def test_it_does_not_know_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("OTHER", "known")
    assert [await apart(os.getenv, name) for name in ("DISCORD_TOKEN", "OTHER")] == [None, "known"]


async def test_a_print_is_no_answer() -> None:
    assert await apart(os.system, "echo noise") == 0


async def test_who_stops_waiting_leaves_no_process_behind() -> None:
    waiting = asyncio.create_task(apart(time.sleep, 1000))
    await asyncio.sleep(0.5)
    (child,) = children()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert child not in children()


def children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123  # no path of a file
        return file.read().split()
