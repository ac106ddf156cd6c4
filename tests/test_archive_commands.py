"""`/archive` through the real discord.py: who may, and what it does to an index, built in processes of their own."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bots import ENGLISH, discord_settings, started
from discord_server import DiscordServer, Message, User

from bot.archives import Archives, Upkeep
from bot.client import PullquoteBot
from bot.service import Service, Threads
from config.settings import SAMPLE_ARCHIVE, Settings
from index import generations
from index.archive import Archive
from index.embeddings import Embedder
from index.models import Model

pytestmark = pytest.mark.timeout(240)

NEW = '12.03.2026\n\n"A Heron Moves Into the Boathouse"\n\nA heron named Gustav moved into the boathouse on Monday.\n'
QUESTION = "What is the name of the heron in the boathouse?"


@dataclass(slots=True)
class Town:
    """The stand-in, a bot whose shared archive is kept by the admins of its first guild, and the articles."""

    server: DiscordServer
    bot: PullquoteBot
    archives: Archives
    articles: Path
    index: Path
    admin: User

    async def command(self, name: str, user: User | None = None, **options: object) -> Message:
        """What a command shows in the end."""
        used = await self.server.slash(f"archive {name}", options, user=user or self.admin)
        return await used.response(60)

    async def press(self, message: Message, label: str, user: User | None = None) -> None:
        await self.server.press(message, message.custom_id(ENGLISH.say(label)), user=user or self.admin)

    async def until(self, message: Message, words: str) -> None:
        """Waits until a message that is edited says something."""

        async def text() -> str:
            return message.text

        await self.comes(text, words)

    async def comes(self, look: Callable[[], Awaitable[str]], words: str) -> str:
        """What is seen once it says something."""
        async with asyncio.timeout(120):
            while True:
                if words in (seen := await look()):
                    return seen
                await asyncio.sleep(0.05)

    async def status(self) -> str:
        return (await self.command("status")).text

    async def answer(self, question: str) -> str:
        return (await (await self.server.slash("ask", {"question": question})).response(60)).text


@pytest.fixture
async def town(
    tmp_path: Path, town_index: Path, model: Model, embedder: Embedder, settings: Settings
) -> AsyncIterator[Town]:
    articles, index = tmp_path / "articles", tmp_path / "index"
    shutil.copytree(SAMPLE_ARCHIVE, articles)
    shutil.copytree(town_index, index)
    config = tmp_path / "pullquote.toml"
    config.write_text(f'[archive]\nfolder = "{articles}"\n')
    threads = Threads(settings.service)
    quick = settings.service.model_copy(update={"watch_seconds": 0.1, "time_limit_seconds": 100})

    def service_of(folder: Path) -> Service:
        return Service(folder, lambda: Archive.open(folder, model, embedder), settings.answers, quick, threads)

    shared = service_of(index)
    shared.watch()
    archives = Archives(shared, index, service_of, Upkeep.of(Settings.load(config), ["--config", str(config)]))
    async with DiscordServer() as server:
        kept = discord_settings(keeper=server.guild.id)
        async with started(server, archives, tmp_path / "state", kept) as bot:
            admin = server.user("Olga")
            server.role("Admins", admin, manage_guild=True)
            yield Town(server, bot, archives, articles, index, admin)
            assert server.refusals == []
    await archives.close()
    await shared.close()
    await threads.close()


async def test_a_reindex_is_planned_confirmed_shown_and_answered_from(town: Town) -> None:
    (town.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    planned = await town.command("reindex")
    assert planned.ephemeral
    assert "Articles: 1 to add, 0 to change, 0 to remove; 46 stay as they are." in planned.text
    assert "To add: heron.txt" in planned.text
    await town.press(planned, "button-build")
    await town.until(planned, "Re-indexed in")
    assert "Articles: 1 added, 0 changed, 0 removed; 46 as they were." in planned.text
    await town.comes(lambda: town.answer(QUESTION), "Gustav")
    again = await town.command("reindex")
    assert "Nothing has changed." in again.text
    assert not again.buttons
    assert "started a re-index" in (await town.command("log")).text


async def test_who_asks_for_a_second_reindex_sees_the_first_and_it_can_be_stopped(town: Town) -> None:
    (town.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    before = generations.current_name(town.index)
    planned = await town.command("reindex")
    await town.press(planned, "button-build")
    await town.until(planned, "Re-indexing")
    second = await town.command("reindex")
    assert "Re-indexing" in second.text
    await town.press(second, "button-cancel")
    for message in (planned, second):
        await town.until(message, ENGLISH.say("build-cancelled"))
    assert generations.current_name(town.index) == before
    assert "stopped a re-index" in (await town.command("log")).text


async def test_a_build_that_would_lose_much_asks_once_more(town: Town) -> None:
    for number, path in enumerate(sorted(town.articles.glob("*.txt"))):
        if number % 2:
            path.unlink()
    planned = await town.command("reindex")
    assert "of 46 articles would be lost" in planned.text
    assert [button["label"] for button in planned.buttons] == [ENGLISH.say("button-build-all-the-same")]
    await town.press(planned, "button-build-all-the-same")
    await town.until(planned, "Re-indexed in")
    rolled = await town.command("rollback")
    assert "Generation 1 is current again" in rolled.text
    suggested = await town.server.autocomplete("archive rollback", {"generation": ""}, "generation", user=town.admin)
    assert [choice["value"] for choice in suggested] == ["2", "1"]
    assert "Generation 2 is current again" in (await town.command("rollback", generation="2")).text
    assert "no such generation" in (await town.command("rollback", generation="77")).text


async def test_members_may_not_and_a_role_may(town: Town) -> None:
    (command,) = [one for one in town.server.commands[None] if one["name"] == "archive"]
    assert int(command["default_member_permissions"]) == 1 << 5  # Manage Server
    command["default_member_permissions"] = None  # as an admin may offer it to everyone
    refused = ENGLISH.say("archive-not-allowed")
    bob = town.server.user("Bob")
    for name in ("status", "reindex", "rollback", "export", "gaps", "log"):
        assert (await town.command(name, bob)).text == refused
    assert (await town.command("role", bob)).text == refused
    assert (await town.command("questions", bob, days=3)).text == refused
    assert await town.server.autocomplete("archive rollback", {"generation": ""}, "generation", user=bob) == []
    planned = await town.command("reindex")
    editors = town.server.role("Editors", bob)
    named = await town.command("role", role=editors)
    assert f"<@&{editors.id}>" in named.text
    assert not named.pings
    assert "The archive" in (await town.command("status", bob)).text
    assert (await town.command("role", bob, role=editors)).text == refused  # nor may they name others
    assert planned.ephemeral
    everyone = town.server.guild.roles[0]
    assert (await town.command("role", role=everyone)).text == ENGLISH.say("archive-role-everyone")
    await town.command("role")
    assert (await town.command("status", bob)).text == refused


async def test_status_says_what_there_is(town: Town) -> None:
    (town.articles / "empty.txt").write_text("", encoding="utf-8")
    (town.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    planned = await town.command("reindex")
    await town.press(planned, "button-build")
    await town.until(planned, "Re-indexed in")
    shown = await town.comes(town.status, "47 articles")
    assert "1 added, 0 changed, 0 removed" in shown
    assert r"empty.txt\: empty" in shown
    assert "Generations kept: 1, 2" in shown


async def test_the_articles_can_be_taken_along_and_read_again(town: Town) -> None:
    shown = await town.command("export")
    (file,) = shown.attachments
    lines = [json.loads(line) for line in gzip.decompress(file.data).decode().splitlines()]
    assert len(lines) == 46
    assert {"title", "text", "published", "source", "url"} == set(lines[0])
    assert any(line["title"] == "Deasy Leaves Rovers After Four Years" for line in lines)
    assert "took the articles along" in (await town.command("log")).text


async def test_gaps_are_known_only_where_questions_are_kept(town: Town) -> None:
    assert (await town.command("gaps")).text == ENGLISH.say("archive-gaps-off")
    await town.answer("What is the boiling point of tungsten?")
    await town.command("questions", days=30)
    assert "nothing" in (await town.command("gaps")).text.casefold()
    for question in ("What is the boiling point of tungsten?", "At what temperature does tungsten boil?"):
        await town.answer(question)
    await town.answer("Who wrote the opera Fidelio?")
    found = (await town.command("gaps")).text
    assert "At what temperature does tungsten boil? ×2" in found
    assert "Who wrote the opera Fidelio?" in found
    await town.command("questions", days=0)
    assert (await town.command("gaps")).text == ENGLISH.say("archive-gaps-off")
    assert await town.bot.state.rows("SELECT * FROM questions") == []
