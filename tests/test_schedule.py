"""A running bot keeps its archives up to date by itself."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from keeping import NEW, QUESTION, Kept, kept
from web import a_site, fetching

from bot.archive import schedule
from bot.archive.schedule import Schedule
from index import generations
from index.collection import home_of
from index.errors import BuildFailed
from index.sources import Sources
from index.visits import add_address

pytestmark = pytest.mark.timeout(240)

CAKE = "A cake for the mayor\n\nThe bakers of the town baked a cake for the mayor. It weighed nine kilos.\n"
PAGE = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


@pytest.fixture
async def scheduled(kept: Kept) -> AsyncIterator[Schedule]:
    made = Schedule(kept.archives)
    yield made
    made.stop()


async def test_what_is_put_into_the_folder_is_answered_from_soon(
    kept: Kept, scheduled: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "QUIET_MILLISECONDS", 100)
    kept.set(archive={"watch_folder": True})
    await kept.archives.kept_by().builder.build()  # from here on it is the folder of this index
    scheduled.start()
    (kept.articles / "cake.txt").write_text(CAKE, encoding="utf-8")  # perhaps before it is watched
    await kept.comes(kept.status, "47 articles")
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    await kept.comes(lambda: kept.answer(QUESTION), "Gustav")


async def test_an_archive_made_of_the_shared_one_follows_it(
    kept: Kept, scheduled: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "QUIET_MILLISECONDS", 100)
    kept.set(archive={"watch_folder": True})
    await kept.archives.kept_by().builder.build()  # from here on it is the folder of this index
    guild = kept.server.guild_without_bot("The Club", kept.server.user("Ada"))
    kept.server.add_bot(guild)
    general = kept.server.channel("general", guild)
    await kept.comes(lambda: kept.status(guild.owner, general), "46 articles")
    file = kept.server.upload("cake.txt", CAKE.encode())
    await kept.rebuilt(await kept.command("add", guild.owner, general, file=file))
    scheduled.start()
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")

    async def generation() -> str:  # to ask all the while would take the time that builds get
        return generations.current_name(kept.archives.kept_by(guild.id).index) or ""

    await kept.comes(generation, "000002")
    await kept.comes(lambda: kept.status(guild.owner, general), "48 articles")
    assert "Gustav" in await kept.answer(QUESTION, general, guild.owner)
    assert "47 articles" in await kept.status()


async def test_pages_are_visited_now_and_then_and_what_changed_is_indexed(kept: Kept, scheduled: Schedule) -> None:
    text = "A heron named Gustav moved into the boathouse on Monday. The rowing club left it years ago."
    async with a_site() as site:
        kept.set(fetching=fetching(site), archive={"reindex_minutes": 0.002})
        site.page(
            "/heron", PAGE.format(title="The Boathouse", text="The boathouse is empty. Nobody has rented it yet.")
        )
        sources = Sources(home_of(kept.index))
        await add_address(sources, kept.archives.settings.fetching, site.url("/heron"))
        scheduled.start()
        await kept.comes(kept.status, "47 articles")
        site.page("/heron", PAGE.format(title="A Heron Moves In", text=text))
        sources.change(sources.all()[0].name, due=None)
        await kept.comes(lambda: kept.answer(QUESTION), "Gustav")


async def test_a_build_that_would_lose_much_is_not_done_and_said_in_the_log(
    kept: Kept, scheduled: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    before = generations.current_name(kept.index)
    for path in sorted(kept.articles.glob("*.txt"))[:20]:
        path.unlink()
    await scheduled.build(kept.archives.kept_by())
    assert "would remove 20 of 46 articles" in caplog.text
    assert generations.current_name(kept.index) == before


async def test_an_archive_that_the_settings_give_to_a_server_is_built_and_answered_from(
    kept: Kept, tmp_path: Path
) -> None:
    folder = tmp_path / "club"
    folder.mkdir()
    (folder / "heron.txt").write_text(NEW, encoding="utf-8")
    guild = kept.server.guild_without_bot("The Club", kept.server.user("Ada"))
    kept.server.add_bot(guild)
    kept.set(discord={"guilds": {str(guild.id): str(folder)}})
    made = Schedule(kept.archives)
    made.start()
    general = kept.server.channel("general", guild)
    await kept.comes(lambda: kept.answer(QUESTION, general, kept.server.user("Ada")), "Gustav")
    made.stop()
    shown = await kept.status(guild.owner, general)
    assert "1 article," in shown
    assert "Gustav" not in await kept.answer(QUESTION)
    shutil.rmtree(folder)
    with pytest.raises(BuildFailed, match="There is no folder"):
        await kept.archives.kept_by(guild.id).builder.build()


async def test_what_somebody_went_back_from_is_not_built_again_by_itself(kept: Kept, scheduled: Schedule) -> None:
    (kept.articles / "heron.txt").write_text(NEW, encoding="utf-8")
    keeping = kept.archives.kept_by()
    await scheduled.build(keeping)
    assert "Gustav" in await kept.comes(lambda: kept.answer(QUESTION), "Gustav")
    await kept.command("rollback")
    await scheduled.build(keeping)
    assert generations.current_name(kept.index) == "000001"
    await keeping.builder.build()  # as somebody started it
    assert generations.current_name(kept.index) == "000003"
    assert not generations.is_held(kept.index)


async def test_an_unforeseen_error_of_one_archive_does_not_end_the_schedule(
    kept: Kept, scheduled: Schedule, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    await scheduled.build(kept.archives.kept_by())
    assert "the archive was not built: FileNotFoundError" in caplog.text
