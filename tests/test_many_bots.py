"""Several processes of the bot, each with shards of its own: on one machine with one folder, and on two machines."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from bots import ENGLISH
from discord_server import Channel, DiscordServer, Message, User
from many import Bot, Redis, ask, bot_process, redis
from test_health import figures, until
from test_state import set_aside_in

from bot.records import Records
from bot.state import State, Vote
from index.layout import STATE

__all__ = ["redis"]
NOT_SAID = "does not say"
TOO_OFTEN = "Try again"
READY = (200, "ok\n")


@dataclass
class Halves:
    """Discord with a server on each of two shards, of which Ada is a member."""

    server: DiscordServer
    ada: User
    channels: list[Channel]

    @property
    def guilds(self) -> list[int]:
        return [channel.guild.id for channel in self.channels if channel.guild]


@pytest.fixture
async def halves() -> AsyncIterator[Halves]:
    async with DiscordServer() as server:
        server.fewest_shards = 2
        ada, bob = server.user("Ada"), server.user("Bob")
        guilds = [server.guild_of_shard(shard, 2, f"Half {shard}", ada, bob) for shard in (0, 1)]
        yield Halves(server, ada, [server.channel("general", guild) for guild in guilds])


async def both(stack: AsyncExitStack, halves: Halves, folders: list[Path], **discord: object) -> list[Bot]:
    """A process for each shard, which are ready."""
    bots = [
        await stack.enter_async_context(bot_process(halves.server, folder, 2, (shard,), **discord))
        for shard, folder in enumerate(folders)
    ]
    for bot in bots:
        await ready(bot)
    return bots


async def ready(bot: Bot) -> None:
    async with asyncio.timeout(40):
        while "health and metrics at" not in bot.log:  # of what tells nobody
            assert bot.process.returncode is None, bot.log
            await asyncio.sleep(0.05)
    await until(f"{bot.address}/readyz", READY, 40)


async def test_two_processes_share_the_servers_and_one_that_is_killed_takes_none_along(
    tmp_path: Path, halves: Halves
) -> None:
    server, (first, second) = halves.server, halves.channels
    async with AsyncExitStack() as stack:
        bots = await both(stack, halves, [tmp_path] * 2)
        for channel in (first, second, server.direct_message(halves.ada)):
            await server.say(channel, halves.ada, f"{server.bot.mention} Who?")
            assert NOT_SAID in (await server.next_message(channel)).text
            assert await server.is_silent(channel, 0.3)
        assert len(server.command_writes) == 1
        assert "wrote to Discord: /ask" in bots[0].log
        assert "wrote to Discord" not in bots[1].log

        async with bot_process(server, tmp_path, 2, (1,)) as third:
            assert await asyncio.wait_for(third.process.wait(), 20) == 1
            assert f"Process {bots[1].process.pid} of the bot serves shards 1 of 2 already" in third.log

        assert await bots[1].end(signal.SIGKILL) == -signal.SIGKILL
        assert NOT_SAID in await ask(server, first, halves.ada)
        assert (await figures(bots[0].address))["pullquote_shard_up 0"] == 1
        async with bot_process(server, tmp_path, 2, (1,)) as again:
            await ready(again)
            assert NOT_SAID in await ask(server, second, halves.ada)
            assert await again.end() == 0
        assert await bots[0].end() == 0
        assert "Traceback" not in bots[0].log
    assert server.refusals == []


async def test_processes_that_begin_at_once_wait_for_each_other_where_discord_asks_for_it(
    tmp_path: Path, halves: Halves
) -> None:
    halves.server.seconds_between_identifications = 5.0
    async with AsyncExitStack() as stack:
        await both(stack, halves, [tmp_path] * 2)
        assert halves.server.gateway.identifications >= 3
        for channel in halves.channels:
            assert NOT_SAID in await ask(halves.server, channel, halves.ada)


async def test_what_is_kept_of_a_server_is_for_the_process_that_hears_of_it(tmp_path: Path, halves: Halves) -> None:
    """Each process sees only its own half; that is no reason to take the other half for gone."""
    state = await State.open(tmp_path)
    records = Records(state)
    gone = [guild + (2 << 22) for guild in halves.guilds]  # servers that removed the bot while it was away
    for guild in (*halves.guilds, *gone):
        await records.set_keeper_role(guild, 1)
    await state.close()
    async with AsyncExitStack() as stack:
        await both(stack, halves, [tmp_path, tmp_path], days_after_leaving=30)
        async with asyncio.timeout(10):
            while left(tmp_path) != sorted(gone):  # noqa: ASYNC110  # of what tells nobody
                await asyncio.sleep(0.05)
        halves.server.remove_bot(halves.channels[1].guild)
        async with asyncio.timeout(10):
            while left(tmp_path) != sorted([*gone, halves.guilds[1]]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


def left(folder: Path) -> list[int]:
    """The servers that the bot is in no more, as far as it knows."""
    with closing(sqlite3.connect(folder / STATE)) as database:
        return [row[0] for row in database.execute("SELECT guild FROM guilds WHERE gone NOT NULL ORDER BY guild")]


WRITER = """
import asyncio, sys
from pathlib import Path
from bot.records import Records
from bot.state import Mode, State, Vote

async def write(folder, user):
    state = await State.open(folder)
    records = Records(state)
    print("open", flush=True)
    sys.stdin.readline()
    async def one(number):
        await state.vote(Vote(number, user, 5, True, f"Reason {number}"))
        await state.answered(number * 10 + user, 7, number)
        await state.set_mode(number * 10 + user, 5, Mode.EVERYTHING)
        await records.act(5, user, "reindex", str(number))
        await records.asked(5, user, f"Question {number}", 0.5, False)
        if number % 50 == 0:
            await records.forget_member(99)
    for begun in range(0, 300, 5):
        await asyncio.gather(*(one(number) for number in range(begun, begun + 5)))
    await state.close()

asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2])))
"""


async def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Three begin on a folder without a database, which each of them would make, and write 1,500 rows each."""
    children = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WRITER, str(tmp_path), str(user)), stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        for user in (1, 2, 3)
    ]
    for child in children:
        assert child.stdout
        assert await asyncio.wait_for(child.stdout.readline(), 60) == b"open\n"
    state = await State.open(tmp_path)
    await Records(state).keep_questions(5, 14)
    await state.close()
    said = await asyncio.wait_for(asyncio.gather(*(child.communicate(b"go\n") for child in children)), 100)
    assert [errors.decode() for _, errors in said] == [""] * 3
    with closing(sqlite3.connect(tmp_path / STATE)) as database:
        for table in ("votes", "channels", "actions", "questions"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (900,), table
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_damaged_database_that_another_process_uses_is_left_to_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = await State.open(tmp_path)
    await state.vote(Vote(1, 2, 3, True, ""))
    await state.close()
    (tmp_path / STATE).write_bytes(b"This is no database." * 1000)
    other = await State.open(tmp_path, is_shared=True)
    await other.close()
    assert set_aside_in(tmp_path) == []
    assert "nothing is remembered" in caplog.text


# How often a member may ask, and what is kept of them, over several processes


async def asked_often(halves: Halves, times: int) -> list[bool]:
    """Asks here and there in turn; which were answered."""
    texts = [await ask(halves.server, halves.channels[number % 2], halves.ada) for number in range(times)]
    assert all(NOT_SAID in text or "again" in text for text in texts), texts
    return [NOT_SAID in text for text in texts]


async def test_members_are_counted_over_the_processes_of_a_machine(tmp_path: Path, halves: Halves) -> None:
    async with AsyncExitStack() as stack:
        bots = await both(stack, halves, [tmp_path] * 2, user_questions_per_minute=5)
        assert await asked_often(halves, 7) == [True] * 5 + [False] * 2
        assert [(await figures(bot.address))["pullquote_limits_alone_total"] for bot in bots] == [0, 0]
        bob = halves.server.user("Bob")
        assert NOT_SAID in await ask(halves.server, halves.channels[1], bob)


async def test_members_are_counted_over_machines_and_by_each_alone_while_redis_is_gone(
    tmp_path: Path, halves: Halves, redis: Redis
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    async with AsyncExitStack() as stack:
        bots = await both(stack, halves, folders, redis=redis.address, user_questions_per_minute=5)
        assert await asked_often(halves, 7) == [True] * 5 + [False] * 2
        await redis.kill()
        assert await asked_often(halves, 14) == [True] * 10 + [False] * 4  # five by each
        for bot in bots:
            assert len(re.findall("ConnectionError: members are counted by this process alone", bot.log)) == 1
            assert (await figures(bot.address))["pullquote_limits_alone_total"] == 7
        await redis.start()
        await asyncio.sleep(1.2)  # until the next try
        assert await asked_often(halves, 7) == [True] * 5 + [False] * 2
        for bot in bots:
            assert len(re.findall("members are counted with the other processes again", bot.log)) == 1
            assert await bot.end() == 0
            assert "Traceback" not in bot.log


async def press(halves: Halves, message: Message, label: str) -> Message:
    pressed = await halves.server.press(message, message.custom_id(ENGLISH.say(label)), user=halves.ada)
    return await pressed.response()


async def delete(halves: Halves, shown: Message) -> str:
    """What a member is told who deletes what is kept of them, and says so again."""
    return (await press(halves, await press(halves, shown, "button-delete"), "button-delete")).text


async def votes_of(folder: Path, user: int) -> int:
    with closing(sqlite3.connect(folder / STATE)) as database:
        return int(database.execute("SELECT count(*) FROM votes WHERE user = ?", (user,)).fetchone()[0])


async def privacy(halves: Halves) -> Message:
    shown = await halves.server.slash("privacy", user=halves.ada, channel=halves.channels[0])
    return await shown.response(10)


async def voted(halves: Halves, folders: list[Path], message: int) -> None:
    for shard, folder in enumerate(folders):
        state = await State.open(folder)
        await state.vote(Vote(message, halves.ada.id, halves.guilds[shard], True, f"Reason of shard {shard}"))
        await state.vote(Vote(message, 99, halves.guilds[shard], True, "of somebody else"))
        await state.close()


async def test_privacy_reaches_the_other_machines(tmp_path: Path, halves: Halves, redis: Redis) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    async with AsyncExitStack() as stack:
        bots = await both(stack, halves, folders, redis=redis.address)
        await voted(halves, folders, 1)
        shown = await privacy(halves)
        assert "0 questions, 2 votes" in shown.text
        file = await press(halves, shown, "button-export")
        assert file.text == ENGLISH.say("privacy-file")
        assert [f"Reason of shard {shard}".encode() in file.attachments[0].data for shard in (0, 1)] == [True] * 2
        assert await delete(halves, shown) == ENGLISH.say("privacy-deleted")
        assert [await votes_of(folder, halves.ada.id) for folder in folders] == [0, 0]
        assert [await votes_of(folder, 99) for folder in folders] == [1, 1]

        # A machine that is off is said to be missing, and does it when it is on again.
        await voted(halves, folders, 2)
        assert await bots[1].end(signal.SIGKILL) == -signal.SIGKILL
        shown = await privacy(halves)
        assert "0 questions, 1 vote and" in shown.text
        assert ENGLISH.say("privacy-partly") in shown.text
        assert await delete(halves, shown) == ENGLISH.say("privacy-deleted-partly")
        assert [await votes_of(folder, halves.ada.id) for folder in folders] == [0, 1]
        async with bot_process(halves.server, folders[1], 2, (1,), redis=redis.address) as again:
            await ready(again)
            async with asyncio.timeout(10):
                while await votes_of(folders[1], halves.ada.id):  # noqa: ASYNC110  # of what tells nobody
                    await asyncio.sleep(0.05)
            await voted(halves, folders, 3)  # later votes stay
            assert "0 questions, 2 votes" in (await privacy(halves)).text


async def test_without_redis_it_is_said_that_the_other_machines_were_not_reached(
    tmp_path: Path, halves: Halves, redis: Redis
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    async with AsyncExitStack() as stack:
        bots = await both(stack, halves, folders, redis=redis.address)
        await voted(halves, folders, 1)
        await redis.kill()
        assert ENGLISH.say("privacy-partly") in (await privacy(halves)).text
        await asyncio.sleep(2)  # and another try in vain
        await redis.start()
        async with asyncio.timeout(30):
            shown = await privacy(halves)
            while ENGLISH.say("privacy-partly") in shown.text:
                await asyncio.sleep(0.5)
                shown = await privacy(halves)
        assert "0 questions, 2 votes" in shown.text
        assert [await bot.end() for bot in bots] == [0, 0]
        assert [bot.log.count("other machines are not answered for now") for bot in bots] == [1, 1]


@pytest.mark.parametrize(
    ("shards", "complaint"),
    [(2, "another machine serves shards 0 as well"), (3, r"another machine counts [23] shards, this one [23]")],
)
async def test_machines_that_do_not_go_together_say_so_in_both_logs(
    tmp_path: Path, halves: Halves, redis: Redis, shards: int, complaint: str
) -> None:
    async with (
        bot_process(halves.server, tmp_path / "one", 2, (0,), redis=redis.address) as first,
        bot_process(halves.server, tmp_path / "two", shards, (0,), redis=redis.address) as second,
    ):
        async with asyncio.timeout(40):
            while not all(re.search(complaint, bot.log) for bot in (first, second)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert [await bot.end() for bot in (first, second)] == [0, 0]
        assert [len(re.findall("another machine", bot.log)) for bot in (first, second)] == [1, 1]


async def test_processes_of_one_folder_are_asked_once(tmp_path: Path, halves: Halves, redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        await both(stack, halves, [tmp_path] * 2, redis=redis.address)
        await voted(halves, [tmp_path], 1)
        assert "0 questions, 1 vote and" in (await privacy(halves)).text
