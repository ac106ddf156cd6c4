"""The bot's builds: in a process of their own, watched, joined, cancelled, and never silent about their end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.archive.builder import Builder, Outcome, Workshop
from index import generations
from index.changes import Changes
from index.errors import BuildFailed, Cancelled
from index.lock import holder
from index.progress import Step

SMALL, LARGE = 1, 150  # articles; a large build takes many seconds


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of articles; `index` beside it."""
    monkeypatch.setenv("PULLQUOTE_ARCHIVE__FOLDER", str(tmp_path / "articles"))
    monkeypatch.setenv("PULLQUOTE_INDEX__FOLDER", str(tmp_path / "index"))
    for name in ("DISCORD_TOKEN", "PULLQUOTE_DISCORD__REDIS", "pullquote_discord__redis"):
        monkeypatch.setenv(name, "redis://:hidden-word@127.0.0.1")
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def write(folder: Path, articles: int) -> None:
    for number in range(articles):
        sentences = (f"The bridge number {number} has {turn} lamps and {turn + number} steps." for turn in range(60))
        (folder / f"{number:03}.txt").write_text(f"Bridge {number}\n\n{' '.join(sentences)}\n")


def remove(folder: Path, from_number: int) -> None:
    for file in sorted(folder.iterdir())[from_number:]:
        file.unlink()


def has_begun(index: Path) -> bool:
    return any(index.glob("generations/*.unfinished/words"))


async def running(index: Path) -> int:
    """The process id of the build that now holds the lock and has begun to write."""
    async with asyncio.timeout(60):
        while not has_begun(index):  # noqa: ASYNC110  # another process's doing
            await asyncio.sleep(0.02)
    process, _ = holder(index)
    assert process
    return process


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children() -> set[str]:
    """The processes that this one has started and that are there."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def threads(process: int) -> list[int]:
    return [int(path.name) for path in Path(f"/proc/{process}/task").iterdir()]


def environment(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


async def until_gone(process: int) -> None:
    async with asyncio.timeout(20):
        while is_alive(process):  # noqa: ASYNC110  # another process's doing
            await asyncio.sleep(0.05)


async def test_a_build_is_planned_reports_its_steps_and_its_result(folder: Path, index: Path) -> None:
    write(folder, SMALL)
    builder, told = Builder(), list[Step]()
    plan = await builder.plan()
    assert (plan.changes, plan.added) == (Changes(added=1, changed=0, removed=0, unchanged=0), ("000.txt",))
    assert generations.names(index) == []
    report = await builder.build(told.append)
    assert (report.generation, report.changes.added, report.remarks) == ("000001", 1, ())
    assert (told[0].stage, told[-1]) == ("Reading articles", told[-1])
    embedding = [step for step in told if step.stage == "Embedding passages"]
    assert embedding[-1].done == embedding[-1].total == report.embedded
    assert embedding[-1].seconds_left == 0
    assert (await builder.build()).generation is None


async def test_it_gives_way_to_all_else_and_knows_no_secret(folder: Path, index: Path) -> None:
    write(folder, LARGE)
    builder = Builder()
    building = asyncio.create_task(builder.build())
    process = await running(index)
    assert os.getpriority(os.PRIO_PROCESS, process) == 19
    assert {os.sched_getscheduler(thread) for thread in threads(process)} == {os.SCHED_IDLE}
    assert os.getpgid(process) != os.getpgid(0)  # where Ctrl-C goes
    assert b"hidden-word" not in environment(process)
    await builder.cancel()
    with pytest.raises(Cancelled):
        await building


async def test_a_second_request_joins_the_first_and_who_stops_waiting_stops_nothing(folder: Path, index: Path) -> None:
    write(folder, 20)
    builder, told = Builder(), list[Step]()
    first = asyncio.create_task(builder.build())
    impatient = asyncio.create_task(builder.build())
    await running(index)
    second = asyncio.create_task(builder.build(told.append))
    await asyncio.sleep(0)
    assert len(told) == 1  # where it is now
    impatient.cancel()
    reports = await asyncio.gather(first, second)
    assert reports[0] is reports[1]
    assert (reports[0].generation, generations.kept(index)) == ("000001", ["000001"])
    assert told[-1].stage == "Writing the index"


async def test_a_cancelled_build_leaves_the_index_as_it_was(folder: Path, index: Path) -> None:
    write(folder, SMALL)
    builder = Builder()
    assert not await builder.cancel()
    await builder.build()
    write(folder, LARGE)
    waiting = [asyncio.create_task(builder.build()) for _ in range(2)]
    process = await running(index)
    assert await builder.cancel()
    assert not is_alive(process)
    for one in waiting:
        with pytest.raises(Cancelled, match="The build was cancelled; nothing of the archive is lost"):
            await one
    assert generations.names(index) == ["000001"]
    assert (await builder.plan()).changes.added == LARGE - 1
    assert builder.workshop.outcomes == {Outcome.PUBLISHED: 1, Outcome.CANCELLED: 1}


async def test_a_killed_build_is_a_sentence_and_the_next_one_goes_on(folder: Path, index: Path) -> None:
    write(folder, LARGE)
    builder = Builder()
    building = asyncio.create_task(builder.build())
    os.kill(await running(index), signal.SIGKILL)
    with pytest.raises(BuildFailed, match="was killed, most likely because the machine had no memory left"):
        await building
    remove(folder, from_number=1)
    assert (await builder.build()).generation == "000001"


async def test_a_crash_is_a_sentence(folder: Path, index: Path) -> None:
    write(folder, LARGE)
    building = asyncio.create_task(Builder().build())
    os.kill(await running(index), signal.SIGSEGV)
    with pytest.raises(BuildFailed, match=r"The build crashed \(SIGSEGV\)\. The index is as it was before\."):
        await building


async def test_a_build_that_says_nothing_is_ended_and_that_is_said(
    folder: Path, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, LARGE)
    builder = Builder(workshop=Workshop(most_silent=8))
    building = asyncio.create_task(builder.build())
    process = await running(index)
    os.kill(process, signal.SIGSTOP)
    sentence = r"The build said nothing for 8 seconds and was ended\. The index is as it was before\."
    with pytest.raises(BuildFailed, match=sentence) as failed:
        await building
    assert failed.value.kind == "Stalled"
    assert not is_alive(process)
    assert "a build failed: The build said nothing for 8 seconds" in caplog.text
    remove(folder, from_number=1)
    builder.workshop.most_silent = 60
    assert (await builder.build()).generation == "000001"
    assert builder.workshop.outcomes == {Outcome.FAILED: 1, Outcome.PUBLISHED: 1}


async def test_plans_join_each_other_and_wait_for_their_turn(folder: Path) -> None:
    write(folder, SMALL)
    workshop, others = Workshop(), children()
    ours, theirs = Builder(workshop=workshop), Builder(workshop=workshop)
    async with workshop.planning:
        plans = [asyncio.create_task(one.plan()) for one in (ours, ours, theirs)]
        await asyncio.sleep(0.2)
        assert children() <= others
    first, second, other = await asyncio.gather(*plans)
    assert first is second
    assert first is not other
    waiting = asyncio.create_task(ours.plan())
    await asyncio.sleep(0.2)
    assert len(children() - others) == 1
    await ours.close()
    assert children() <= others
    with pytest.raises(Cancelled):
        await waiting


async def test_what_goes_wrong_arrives_with_its_kind(folder: Path) -> None:
    with pytest.raises(BuildFailed, match=r"The folder .* is empty; put articles into it") as failed:
        await Builder().build()
    assert failed.value.kind == "BadArchive"
    write(folder, 4)
    builder = Builder()
    await builder.build()
    (folder / "000.txt").unlink()
    with pytest.raises(BuildFailed, match="would remove 1 of 4 articles") as failed:
        await builder.build()
    assert failed.value.kind == "Shrinking"
    assert failed.value.fields == {"lost": 1, "articles": 4, "most": 0.2}
    assert (await builder.build(shrink=True)).changes.removed == 1


async def test_options_of_the_command_line_go_along(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"There is no settings file .*gone\.toml") as failed:
        await Builder(["--config", str(tmp_path / "gone.toml")]).build()
    assert failed.value.kind == "BadSettings"
    write(folder, SMALL)
    assert (await Builder(["--index", str(tmp_path / "other")]).build()).generation == "000001"
    assert generations.current_name(tmp_path / "other") == "000001"


async def test_a_listener_that_fails_does_not_stop_the_build(folder: Path) -> None:
    def fail(_: Step) -> None:
        raise RuntimeError("the message is gone")

    write(folder, SMALL)
    assert (await Builder().build(fail)).generation == "000001"


BOT = "import asyncio; from bot.archive.builder import Builder; asyncio.run(Builder().build())"


async def test_a_build_ends_with_its_bot_however_that_ends(folder: Path, index: Path) -> None:
    write(folder, LARGE)
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", BOT)
    process = await running(index)
    bot.kill()
    await bot.wait()
    await until_gone(process)
    assert generations.names(index) == []


async def test_cancelled_twice_and_early_it_is_gone_and_the_next_one_builds(folder: Path, index: Path) -> None:
    write(folder, SMALL)
    builder = Builder()
    for _ in range(2):
        building = asyncio.create_task(builder.build())
        await asyncio.sleep(0)
        assert all(await asyncio.gather(builder.cancel(), builder.cancel()))
        with pytest.raises(Cancelled):
            await building
        assert builder.running is None
    write(folder, LARGE)
    building = asyncio.create_task(builder.build())
    process = await running(index)
    await asyncio.gather(builder.cancel(), builder.cancel())
    assert not is_alive(process)
    with pytest.raises(Cancelled):
        await building
    remove(folder, SMALL)
    assert (await builder.build()).generation == "000001"
