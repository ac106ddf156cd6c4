"""The bot on several connections to Discord, in one process; and processes that share a folder."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from bots import Table, discord_settings, free_port, operation_settings, started
from discord_server import DiscordServer
from test_health import figures, look, until
from test_privacy import QUESTION, TABLE

from bot.archive.register import Archives
from bot.client import PullquoteBot, ShardedBot, bot_for
from bot.health import watched
from bot.processes.register import Processes
from bot.processes.shards import Shards
from bot.run import serve
from config.settings import Settings
from index.errors import BadSettings, CannotConnect
from index.layout import PROCESSES

NOT_SAID = "does not say"
SHARD_IDS = "it must be a list of different numbers below discord.shards, which is a number then, as in [0, 1]."


@pytest.mark.parametrize("shards", [2, "auto"])
async def test_servers_of_every_shard_and_direct_messages_are_answered_once(tmp_path: Path, shards: object) -> None:
    async with DiscordServer() as server:
        server.recommended_shards = server.fewest_shards = 2
        ada = server.user("Ada")
        guilds = [server.guild_of_shard(shard, 2, f"Half {shard}", ada) for shard in (0, 1)]
        port = free_port()
        async with (
            started(server, TABLE, tmp_path, discord_settings(shards=shards)) as bot,
            watched(bot, operation_settings(port=port)),
        ):
            assert isinstance(bot, ShardedBot)
            await server.ready(20, shards=2)
            await until(f"http://127.0.0.1:{port}/readyz", (200, "ok\n"), 20)
            assert server.gateway.identifications == 2
            for channel in (*(server.channel("general", guild) for guild in guilds), server.direct_message(ada)):
                await server.say(channel, ada, f"{server.bot.mention} {QUESTION}")
                assert NOT_SAID in (await server.next_message(channel)).text
                assert await server.is_silent(channel, 0.3)
            assert len(server.command_writes) == 1
            told = await figures(f"http://127.0.0.1:{port}")
            assert [told[f"pullquote_shard_up {shard}"] for shard in (0, 1)] == [1, 1]
            assert sum(told[f"pullquote_shard_guilds {shard}"] for shard in (0, 1)) == 3
        assert server.refusals == []


async def test_a_shard_that_lost_its_connection_shows_and_the_other_one_answers(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        ada, port = server.user("Ada"), free_port()
        guilds = [server.guild_of_shard(shard, 2, f"Half {shard}", ada) for shard in (0, 1)]
        address = f"http://127.0.0.1:{port}"
        async with (
            started(server, TABLE, tmp_path, discord_settings(shards=2)) as bot,
            watched(bot, operation_settings(port=port)),
        ):
            assert (await look(f"{address}/readyz"))[1] == "connecting to Discord\n"
            await until(f"{address}/readyz", (200, "ok\n"), 20)
            async with server.gateway_paused(shard=1):
                await until(f"{address}/readyz", (503, "the connection of shard 1 to Discord is lost\n"))
                told = await figures(address)
                assert (told["pullquote_shard_up 0"], told["pullquote_shard_up 1"]) == (1, 0)
                asked = await server.slash("ask", {"question": QUESTION}, channel=server.channel("general", guilds[0]))
                assert NOT_SAID in (await asked.response()).text
            await until(f"{address}/readyz", (200, "ok\n"), 20)
            assert (await figures(address))["pullquote_gateway_reconnects_total"] == 1
            asked = await server.slash("ask", {"question": QUESTION}, channel=server.channel("general", guilds[1]))
            assert NOT_SAID in (await asked.response()).text


async def test_what_is_kept_of_a_server_that_left_is_deleted_by_the_process_of_its_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.guilds.SECONDS_BETWEEN_CLEANINGS", 0.1)
    settings = discord_settings(shards=2, shard_ids=(0,), days_after_leaving=0)
    async with DiscordServer() as server, started(server, TABLE, tmp_path, settings) as bot:
        of_first, of_second = 2 << 22, 3 << 22
        for guild in (of_first, of_second):
            await bot.records.set_keeper_role(guild, 1)
            await bot.records.leave(guild)
        async with asyncio.timeout(10):
            while of_first in await bot.records.guilds():  # noqa: ASYNC110  # of what tells nobody
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        assert await bot.records.guilds() == {of_second}


async def test_a_bot_without_shards_is_as_ever(tmp_path: Path) -> None:
    assert type(bot_for(Archives(Table({})), discord_settings(), tmp_path)) is PullquoteBot


async def test_a_bot_that_needs_shards_is_told_which_setting(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        server.fewest_shards = 2
        with server.serving_this_process(), pytest.raises(CannotConnect) as raised:
            await serve(Archives(Table({})), server.token, discord_settings(), operation_settings(), tmp_path)
    assert str(raised.value) == (
        'Discord requires more shards for so many servers: set discord.shards to "auto", or to a higher number.'
    )


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"shard_ids": [0]}, f"“discord.shard_ids” is [0]; {SHARD_IDS}"),
        ({"shards": "auto", "shard_ids": [0]}, f"“discord.shard_ids” is [0]; {SHARD_IDS}"),
        ({"shards": 4, "shard_ids": [1, 4]}, f"“discord.shard_ids” is [1, 4]; {SHARD_IDS}"),
        ({"shards": 4, "shard_ids": [1, 1]}, f"“discord.shard_ids” is [1, 1]; {SHARD_IDS}"),
        ({"shards": "many"}, '“discord.shards” is "many"; it must be a whole number of at least 0, or "auto".'),
        ({"shards": True}, "“discord.shards” is true; it must be a whole number"),
        ({"shards": -1}, "“discord.shards” is -1; it must be a whole number"),
        ({"redis": "localhost"}, '“discord.redis” is "localhost"; it must be an address of a Redis, as in "redis://'),
    ],
)
def test_settings_that_do_not_go_together_are_one_sentence(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadSettings, match=re.escape(complaint)):
        Settings.load(discord=given)


def test_shards_are_read_from_the_environment_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_DISCORD__SHARDS", "4")
    monkeypatch.setenv("PULLQUOTE_DISCORD__SHARD_IDS", "[3, 1]")
    shards = Shards.of(Settings.load().discord)
    assert (shards.count, shards.ids, shards.least, shards.has_first) == (4, (1, 3), 1, False)
    assert [guild for guild in range(5) if shards.serve(guild << 22)] == [1, 3]
    assert Shards(4, (0,)).has_first
    assert Shards().has_first
    assert Shards().serve(1 << 22)


def test_no_two_processes_serve_one_shard_from_one_folder(tmp_path: Path) -> None:
    first, second = Processes(tmp_path, Shards(3, (0, 2))), Processes(tmp_path, Shards(3, (1,)))
    first.join()
    second.join()
    assert [other.ids for other in first.others()] == [(1,)]
    assert first.served() == {0, 1, 2}
    for shards, complaint in (
        (Shards(3, (2,)), "serves shards 0, 2 of 3 already"),
        (Shards(), "already: stop it first, give each process shards of its own"),
        (Shards(4, (3,)), "set discord.shards to the same number for every process"),
    ):
        with pytest.raises(CannotConnect, match=complaint):
            Processes(tmp_path, shards).join()
    first.leave()
    third = Processes(tmp_path, Shards(3, (0,)))
    third.join()
    assert second.served() == {0, 1}
    for left in (second, third):
        left.leave()
    assert not list((tmp_path / PROCESSES).glob("*.process"))


def test_one_process_leads_and_when_it_is_gone_the_next(tmp_path: Path) -> None:
    first, second = Processes(tmp_path, Shards(2, (0,))), Processes(tmp_path, Shards(2, (1,)))
    first.join()
    second.join()
    assert [second.lead(), first.lead(), second.lead()] == [True, False, True]
    second.leave()
    assert first.lead()
    first.leave()


def test_where_nothing_can_be_locked_the_bot_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / PROCESSES).write_text("This is no folder.")
    alone = Processes(tmp_path, Shards())
    alone.join()
    assert (alone.lead(), alone.others()) == (True, [])
    assert "nobody can tell which processes of the bot share" in caplog.text
    alone.leave()
