"""What strangers wrote is read in a process of its own, whose end is no end of ours."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest
from samples import with_part, word_document

from index.articles import Unreadable
from index.sandbox import Sandbox

ADDRESS = "http://courier.example/feed"
SLOW = b"<rss version='2.0'><channel><item><pubDate>Mon," + b" " * 4_000_000 + b"</pubDate></item></channel></rss>"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def feed(title: str) -> bytes:
    return f"<rss version='2.0'><channel><title>{title}</title></channel></rss>".encode()


def child_of(sandbox: Sandbox) -> Path:
    return Path(f"/proc/{sandbox.pid}")


def test_one_child_reads_files_of_every_kind_and_arguments_come_with_them(sandbox: Sandbox) -> None:
    assert sandbox.extracted("docx", word_document("A sentence."))["text"] == "A sentence."
    child = sandbox.pid
    assert sandbox.extracted("feeds", feed("Café").decode().encode("latin-1"), ADDRESS, "latin-1")["title"] == "Café"
    with pytest.raises(Unreadable, match="it is no feed"):
        sandbox.extracted("feeds", b"no feed", ADDRESS, None)
    assert sandbox.pid == child


def test_a_mistake_of_a_parser_is_a_reason(sandbox: Sandbox) -> None:
    with pytest.raises(Unreadable, match=r"damaged \(TypeError\); open it and save it anew"):
        sandbox.extracted("docx", b"", "an argument that it does not take")


def test_threads_take_turns_and_each_has_its_own_file(sandbox: Sandbox) -> None:
    names = [f"Courier {number}" for number in range(200)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda name: sandbox.extracted("feeds", feed(name), ADDRESS, None)["title"], names))
    assert found == names


def test_a_feed_without_an_end_is_given_up_and_what_waits_is_read(sandbox: Sandbox) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(sandbox.extracted, "feeds", SLOW, ADDRESS, None)
        while sandbox.pid is None:
            time.sleep(0.01)
        assert sandbox.extracted("docx", word_document("A sentence."))["text"] == "A sentence."
    with pytest.raises(Unreadable, match="it takes more than 3 s to read"):
        slow.result()
    assert time.monotonic() - started < 20  # three of the processor's, on a machine that may be busy


def test_a_child_that_is_killed_takes_only_its_file_along(sandbox: Sandbox) -> None:
    sandbox.extracted("docx", word_document("A sentence."))
    assert sandbox.pid
    Timer(0.5, os.kill, [sandbox.pid, signal.SIGSEGV]).start()
    with pytest.raises(Unreadable, match="its content broke the reader"):
        sandbox.extracted("feeds", SLOW, ADDRESS, None)
    assert sandbox.extracted("docx", word_document("Another."))["text"] == "Another."


def test_the_child_has_little_memory_and_no_token(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISCORD_TOKEN", "MILVUS_TOKEN", "OTHER"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_TIME", "known")
    sandbox.extracted("docx", word_document("A sentence."))
    environment = (child_of(sandbox) / "environ").read_bytes().split(b"\0")
    assert b"LC_TIME=known" in environment
    assert not [one for one in environment if b"secret" in one]
    limits = (child_of(sandbox) / "limits").read_text().splitlines()
    assert [line.split()[3:5] for line in limits if line.startswith("Max address space")] == [["1000000000"] * 2]


def test_what_a_parser_prints_goes_nowhere(sandbox: Sandbox) -> None:
    sandbox.extracted("docx", word_document("A sentence."))
    assert {(child_of(sandbox) / "fd" / number).readlink() for number in "012"} == {Path("/dev/null")}


def test_an_idle_child_is_ended_and_one_that_works_is_not() -> None:
    sandbox = Sandbox(idle=1.5)
    sandbox.extracted("docx", word_document("A sentence."))
    child = child_of(sandbox)
    for _ in range(3):
        time.sleep(0.6)
        sandbox.extracted("docx", word_document("A sentence."))
    assert sandbox.pid == int(child.name)
    deadline = time.monotonic() + 10
    while sandbox.pid and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sandbox.pid is None
    assert not child.exists()
    assert sandbox.extracted("docx", word_document("Another."))["text"] == "Another."
    sandbox.close()


def test_a_document_that_fills_the_memory_is_given_up(sandbox: Sandbox) -> None:
    start, end = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>',
        "</w:body></w:document>",
    )
    bomb = with_part(word_document("x"), (start + "<w:p/>" * 15_000_000 + end).encode())  # 200 kB; lxml takes gigabytes
    with pytest.raises(Unreadable):
        sandbox.extracted("docx", bomb)
    assert sandbox.extracted("docx", word_document("A sentence."))["text"] == "A sentence."
