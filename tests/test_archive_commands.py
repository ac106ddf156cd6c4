"""`/archive` through the real discord.py: who may, and what it does to an index, built in processes of their own."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import pytest
from bots import ENGLISH
from keeping import NEW, QUESTION, Kept, kept
from test_messages import texts

from bot.archive.builder import Builder
from bot.archive.messages import skipped_line
from bot.archive.reindex import failed_message
from index import generations
from index.articles import Reason, Remark
from index.errors import BuildFailed

pytestmark = pytest.mark.timeout(240)


async def test_a_reindex_is_planned_confirmed_shown_and_answered_from(kept: Kept) -> None:
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    planned = await kept.command("reindex")
    assert planned.ephemeral
    assert "Articles: 1 to add, 0 to change, 0 to remove; 46 stay as they are." in planned.text
    assert "To add: heron.txt" in planned.text
    await kept.press(planned, "button-build")
    await kept.until(planned, "Re-indexed in")
    assert "Articles: 1 added, 0 changed, 0 removed; 46 as they were." in planned.text
    await kept.comes(lambda: kept.answer(QUESTION), "Gustav")
    again = await kept.command("reindex")
    assert "Nothing has changed." in again.text
    assert not again.buttons
    assert "started a re-index" in (await kept.command("log")).text


async def test_who_asks_for_a_second_reindex_sees_the_first_and_it_can_be_stopped(kept: Kept) -> None:
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    before = generations.current_name(kept.index)
    planned = await kept.command("reindex")
    await kept.press(planned, "button-build")
    await kept.until(planned, "Re-indexing")
    second = await kept.command("reindex")
    assert "Re-indexing" in second.text
    await kept.press(second, "button-cancel")
    for message in (planned, second):
        await kept.until(message, ENGLISH.say("build-cancelled"))
    assert generations.current_name(kept.index) == before
    assert "stopped a re-index" in (await kept.command("log")).text


async def test_a_build_says_that_the_server_that_searches_is_gone(kept: Kept) -> None:
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    planned = await kept.command("reindex")
    with (kept.articles.parent / "pullquote.toml").open("a", encoding="utf-8") as config:
        config.write('[index]\nengine = "milvus"\n[milvus]\naddress = "http://127.0.0.1:1"\nseconds = 1\n')
    await kept.press(planned, "button-build")
    await kept.until(planned, ENGLISH.say("notice-unreachable"))
    assert generations.current_name(kept.index) == "000001"


async def test_a_build_that_would_lose_much_asks_once_more(kept: Kept) -> None:
    for number, path in enumerate(sorted(kept.articles.glob("*.txt"))):
        if number % 2:
            path.unlink()
    planned = await kept.command("reindex")
    assert "of 46 articles would be lost" in planned.text
    assert [button["label"] for button in planned.buttons] == [ENGLISH.say("button-build-all-the-same")]
    await kept.press(planned, "button-build-all-the-same")
    await kept.until(planned, "Re-indexed in")
    rolled = await kept.command("rollback")
    assert "Generation 1 is current again" in rolled.text
    suggested = await kept.server.autocomplete("archive rollback", {"generation": ""}, "generation", user=kept.admin)
    assert [choice["value"] for choice in suggested] == ["2", "1"]
    assert "Generation 2 is current again" in (await kept.command("rollback", generation="2")).text
    assert "no such generation" in (await kept.command("rollback", generation="77")).text


async def test_what_is_added_while_much_is_missing_is_built_once_an_admin_says_so(kept: Kept) -> None:
    for path in kept.articles.glob("2024*.txt"):
        path.unlink()
    shown = await kept.command("add", file=kept.server.upload("heron.txt", NEW.encode()))
    used = next(one for one in kept.server.interactions.values() if one.original is shown)
    below = await used.followup(0, 60)
    await kept.until(below, "26 of 46 articles would be lost")
    assert [button["label"] for button in below.buttons] == [ENGLISH.say("button-build-all-the-same")]
    await kept.press(below, "button-build-all-the-same")
    await kept.until(below, "Articles: 1 added, 0 changed, 26 removed; 20 as they were.")


async def test_the_log_names_roles_and_days(kept: Kept) -> None:
    editors = kept.server.role("Editors")
    await kept.command("role", role=editors)
    await kept.command("questions", days=1)
    await kept.command("questions", days=0)
    log = (await kept.command("log")).text
    assert f"set the role that keeps the archive: <@&{editors.id}>" in log
    assert "keeps questions for 1 day\n" in log
    assert "no longer keeps questions" in log


async def test_who_agreed_to_a_loss_is_asked_again_where_it_has_grown(kept: Kept) -> None:
    files = sorted(kept.articles.glob("*.txt"))
    for path in files[:15]:
        path.unlink()
    planned = await kept.command("reindex")
    assert "15 of 46 articles would be lost" in planned.text
    for path in files[15:20]:
        path.unlink()
    await kept.press(planned, "button-build-all-the-same")
    await kept.until(planned, "20 of 46 articles would be lost")
    assert generations.current_name(kept.index) == "000001"
    await kept.press(planned, "button-build-all-the-same")
    await kept.until(planned, "Re-indexed in")


async def test_who_lost_the_right_may_not_press_either(kept: Kept) -> None:
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    planned = await kept.command("reindex")
    kept.server.guild.roles[-1].member_ids.clear()
    pressed = await kept.server.press(planned, planned.custom_id(ENGLISH.say("button-build")), user=kept.admin)
    assert (await pressed.followup(0)).text == ENGLISH.say("archive-not-allowed")
    assert generations.current_name(kept.index) == "000001"


async def test_members_may_not_and_a_role_may(kept: Kept) -> None:
    (command,) = [one for one in kept.server.commands[None] if one["name"] == "archive"]
    assert int(command["default_member_permissions"]) == 1 << 5  # Manage Server
    command["default_member_permissions"] = None  # as an admin may offer it to everyone
    refused = ENGLISH.say("archive-not-allowed")
    bob = kept.server.user("Bob")
    for name in ("status", "reindex", "rollback", "export", "gaps", "log"):
        assert (await kept.command(name, bob)).text == refused
    assert (await kept.command("role", bob)).text == refused
    assert (await kept.command("questions", bob, days=3)).text == refused
    assert await kept.server.autocomplete("archive rollback", {"generation": ""}, "generation", user=bob) == []
    planned = await kept.command("reindex")
    editors = kept.server.role("Editors", bob)
    named = await kept.command("role", role=editors)
    assert f"<@&{editors.id}>" in named.text
    assert not named.pings
    assert "The archive" in (await kept.command("status", bob)).text
    assert (await kept.command("role", bob, role=editors)).text == refused  # nor may they name others
    assert planned.ephemeral
    everyone = kept.server.guild.roles[0]
    assert (await kept.command("role", role=everyone)).text == ENGLISH.say("archive-role-everyone")
    await kept.command("role")
    assert (await kept.command("status", bob)).text == refused


async def test_status_says_what_there_is(kept: Kept) -> None:
    (kept.articles / "empty.txt").write_text("", encoding="utf-8")
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    planned = await kept.command("reindex")
    await kept.press(planned, "button-build")
    await kept.until(planned, "Re-indexed in")
    shown = await kept.comes(kept.status, "47 articles")
    assert "1 added, 0 changed, 0 removed" in shown
    assert r"empty.txt\: empty" in shown
    assert "Generation 2 is current; kept: 1, 2" in shown
    assert ENGLISH.say("archive-held") not in shown
    await kept.command("rollback")
    after = await kept.comes(kept.status, "Generation 1 is current; kept: 1, 2")
    assert ENGLISH.say("archive-held") in after
    french = await kept.server.slash("archive status", {}, user=kept.admin, locale="fr")
    assert r"empty.txt\: vide" in (await french.response(60)).text


def test_why_something_was_skipped_is_said_without_the_operators_folders() -> None:
    remark = Remark("@folder/news", "no build had articles of it: There is no folder /srv/news.", kind=Reason.PLACE)
    line = skipped_line(remark, ENGLISH)
    assert "no articles of it yet" in line
    assert "srv" not in line


async def test_the_articles_can_be_taken_along_and_read_again(kept: Kept) -> None:
    shown = await kept.command("export")
    (file,) = shown.attachments
    lines = [json.loads(line) for line in gzip.decompress(file.data).decode().splitlines()]
    assert len(lines) == 46
    assert {"title", "text", "published", "source", "url", "body"} == set(lines[0])
    assert any(line["title"] == "Deasy Leaves Rovers After Four Years" for line in lines)
    assert "took the articles along" in (await kept.command("log")).text


async def test_one_export_at_once_for_a_server_and_none_that_discord_does_not_take(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = kept.archives.kept_by()
    async with kept.archives.exporting:  # which another server has
        first = await kept.server.slash("archive export", {}, user=kept.admin)
        while not keeping.exporting.locked():  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.01)
        assert (await kept.command("export")).text == ENGLISH.say("archive-export-running")
    assert (await first.response(60)).attachments
    monkeypatch.setattr("bot.archive.export.LARGEST", 20_000)  # of 40,000
    assert (await kept.command("export")).text == ENGLISH.say("archive-export-too-large", megabytes=9)


async def test_gaps_are_known_only_where_questions_are_kept(kept: Kept) -> None:
    assert (await kept.command("gaps")).text == ENGLISH.say("archive-gaps-off")
    await kept.answer("What is the boiling point of tungsten?")
    await kept.command("questions", days=30)
    assert "nothing" in (await kept.command("gaps")).text.casefold()
    for question in ("What is the boiling point of tungsten?", "At what temperature does tungsten boil?"):
        await kept.answer(question)
    await kept.answer("Who wrote the opera Fidelio?")
    found = (await kept.command("gaps")).text
    assert "At what temperature does tungsten boil? ×2" in found
    assert "Who wrote the opera Fidelio?" in found
    await kept.command("questions", days=0)
    assert (await kept.command("gaps")).text == ENGLISH.say("archive-gaps-off")
    assert await kept.bot.state.rows("SELECT * FROM questions") == []


async def test_a_build_without_the_server_that_searches_says_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_INDEX__ENGINE", "milvus")
    monkeypatch.setenv("PULLQUOTE_MILVUS__ADDRESS", "http://127.0.0.1:9")
    monkeypatch.setenv("PULLQUOTE_MILVUS__SECONDS", "1")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text('1.05.2025\n\n"Title"\n\nBees buzz about.\n')
    options = ["--index", str(tmp_path / "index"), str(folder)]
    with pytest.raises(BuildFailed) as failed:
        await Builder(options).build()
    assert texts(failed_message(failed.value, ENGLISH)) == [ENGLISH.say("notice-unreachable")]
