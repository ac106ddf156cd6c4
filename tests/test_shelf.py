"""What admins add to an archive and take out of it in Discord is there, or gone, with the build that follows."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from bots import ENGLISH
from discord_server import Channel, Guild, User
from keeping import NEW, QUESTION, Kept, kept
from web import Site, a_site, fetching

from config.settings import Settings
from index.collection import home_of
from index.sources import Kind, Sources

pytestmark = pytest.mark.timeout(240)

TITLE = "A Heron Moves Into the Boathouse"
FEED = """<rss version="2.0"><channel><title>The Quay</title><link>{url}</link>
<item><guid>1</guid><title>{title}</title><link>{url}heron</link><pubDate>Thu, 12 Mar 2026 08:00:00 GMT</pubDate>
<description>A heron named Gustav moved into the boathouse on Monday. The boathouse had been empty for years, since the
rowing club built a larger one, and nobody had expected a tenant who pays in fish bones and feathers.</description>
</item></channel></rss>"""


def zipped(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return data.getvalue()


async def test_a_file_is_added_removed_and_brought_back(kept: Kept) -> None:
    shown = await kept.command("add", file=kept.server.upload("heron.txt", NEW.encode()))
    assert shown.text == f"### 1 article added\n- **{TITLE}**"
    await kept.rebuilt(shown)
    await kept.comes(lambda: kept.answer(QUESTION), "Gustav")
    again = await kept.command("add", file=kept.server.upload("heron.txt", NEW.encode()))
    assert again.text == f"### It was there already, unchanged\n- **{TITLE}**"

    asked = await kept.command("remove", article=TITLE)
    assert TITLE in asked.text
    await kept.press(asked, "button-remove")
    await kept.until(asked, "Re-indexed in")
    await kept.comes(kept.status, "46 articles")
    assert "Gustav" not in await kept.answer(QUESTION)

    choices = await kept.server.autocomplete("archive restore", {"removed": "her"}, "removed", user=kept.admin)
    assert [choice["name"] for choice in choices] == [TITLE]
    back = await kept.command("restore", removed=choices[0]["value"])
    await kept.until(back, "Re-indexed in")
    await kept.comes(lambda: kept.answer(QUESTION), "Gustav")
    assert (await kept.command("restore", removed="nothing")).text == ENGLISH.say("shelf-not-in-bin")
    log = (await kept.command("log")).text
    assert [word in log for word in ("added heron", f"removed “{TITLE}”", f"brought back “{TITLE}”")] == [True] * 3


async def test_an_article_of_the_operators_folder_is_only_left_out(kept: Kept) -> None:
    title = "Deasy Leaves Rovers After Four Years"
    asked = await kept.command("remove", article=title)
    files = sorted(kept.articles.rglob("*"))
    await kept.press(asked, "button-remove")
    await kept.until(asked, "Re-indexed in")
    await kept.comes(kept.status, "45 articles")
    assert sorted(kept.articles.rglob("*")) == files


async def test_a_zip_is_opened_and_what_cannot_be_read_is_named(kept: Kept) -> None:
    data = zipped(heron_txt=NEW, picture_exe="MZ", empty_txt="")
    shown = await kept.command("add", file=kept.server.upload("two.zip", data))
    await kept.rebuilt(shown)
    assert "1 article added" in shown.text
    assert r"picture.exe\:" in shown.text
    assert r"empty.txt\:" in shown.text
    nothing = await kept.command("add", file=kept.server.upload("x.zip", zipped(a_exe="MZ")))
    assert nothing.text.startswith("### No article was found in that")
    assert (await kept.command("add")).text.startswith("Name a file or an address to add.")
    large = await kept.command("add", file=kept.server.upload("large.txt", b"word " * 2_100_000))
    assert "larger than 10 MB" in large.text


async def test_a_feed_is_added_paused_and_removed_and_a_forbidden_address_is_not(kept: Kept) -> None:
    async with a_site() as site:
        kept.set(fetching=fetching(site))
        site.page("/feed", FEED.format(url=site.url(), title=TITLE), "application/rss+xml")
        site.page("/heron", "<html><body><p>Nothing more.</p></body></html>")
        shown = await kept.command("add", address=site.url("/feed"))
        assert "Added the feed **the-quay**" in shown.text
        await kept.rebuilt(shown)
        await kept.comes(lambda: kept.answer(QUESTION), "Gustav")
        listed = await kept.command("sources list")
        assert "**the-quay**\n-# feed · 1 article · visited" in listed.text
        assert "paused" in (await kept.command("sources pause", name="the-quay")).text
        names = await kept.server.autocomplete("archive sources resume", {"name": "qu"}, "name", user=kept.admin)
        assert [choice["value"] for choice in names] == ["the-quay"]
        assert "paused" not in (await kept.command("sources resume", name="the-quay")).text
        assert "no source “other”" in (await kept.command("sources pause", name="other")).text
        dropped = await kept.command("sources remove", name="the-quay")
        await kept.until(dropped, "Re-indexed in")
        await kept.comes(kept.status, "46 articles")
        asked = site.asked.total()
        kept.set(fetching=Settings.load().fetching)
        forbidden = await kept.command("add", address=site.url("/feed"))
        assert "I do not go there" in forbidden.text
        assert site.asked.total() == asked
        assert "is no address of a web page" in (await kept.command("add", address="the quay")).text


def other_guild(kept: Kept, *members: User) -> tuple[Guild, Channel]:
    guild = kept.server.guild_without_bot("The Other", *members)
    kept.server.add_bot(guild)
    return guild, kept.server.channel("general", guild)


async def test_what_another_server_adds_is_its_own(kept: Kept) -> None:
    ada = kept.server.user("Ada")
    guild, general = other_guild(kept, ada)
    await kept.comes(lambda: kept.status(guild.owner, general), ENGLISH.say("archive-is-shared"))
    assert (await kept.command("reindex", guild.owner, general)).text == ENGLISH.say("archive-is-shared")
    assert "no such generation" in (await kept.command("rollback", guild.owner, general)).text
    assert kept.archives.guilds() == []
    file = kept.server.upload("heron.txt", NEW.encode())
    shown = await kept.command("add", guild.owner, general, file=file)
    assert (
        "the shared one, with what you add and without what you remove. 47 articles" in (await kept.rebuilt(shown)).text
    )
    await kept.comes(lambda: kept.answer(QUESTION, general, ada), "Gustav")
    assert "47 articles" in (await kept.command("status", guild.owner, general)).text
    assert "Gustav" not in await kept.answer(QUESTION)
    assert "46 articles" in await kept.status()
    kept.set(discord={"guild_megabytes": 0.001, "guild_sources": 1})
    large = await kept.command("add", guild.owner, general, file=kept.server.upload("long.txt", b"A heron. " * 200))
    assert "a server may add 0.001 MB" in large.text
    home_of(kept.archives.index_of(guild.id)).joinpath("sources.json").unlink(missing_ok=True)
    Sources(home_of(kept.archives.index_of(guild.id))).add(Kind.PAGE, "https://example.org/", "a page")
    many = await kept.command("add", guild.owner, general, address="https://example.org/other")
    assert many.text == ENGLISH.say("shelf-too-many", most="1")
    kept.server.remove_bot(guild)
    assert "Gustav" not in await kept.answer(QUESTION)


async def test_an_archive_of_a_servers_own_begins_with_what_its_members_could_see(kept: Kept) -> None:
    """What the keeper added and removed with it, also where the folder is gone; and it follows what is shared."""
    title = "Deasy Leaves Rovers After Four Years"
    await kept.rebuilt(await kept.command("add", file=kept.server.upload("heron.txt", NEW.encode())))
    asked = await kept.command("remove", article=title)
    await kept.press(asked, "button-remove")
    await kept.until(asked, "Re-indexed in")
    await kept.comes(kept.status, "46 articles")
    kept.articles.rename(kept.articles.with_name("unmounted"))
    guild, general = other_guild(kept, kept.server.user("Ada"))
    cake = "A cake for the mayor\n\nThe bakers of the town baked a cake for the mayor. It weighed nine kilos.\n"
    shown = await kept.command("add", guild.owner, general, file=kept.server.upload("cake.txt", cake.encode()))
    assert (
        "the shared one, with what you add and without what you remove. 47 articles" in (await kept.rebuilt(shown)).text
    )
    await kept.comes(lambda: kept.answer(QUESTION, general, guild.owner), "Gustav")
    store = kept.archives.kept_by(guild.id).index / "generations" / "000001"
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["articles"], manifest["remarks"]) == (47, [])
    assert (await kept.command("remove", guild.owner, general, article=title)).text.startswith("No article has a title")

    asked = await kept.command("remove", article=TITLE)
    await kept.press(asked, "button-remove")
    await kept.until(asked, "Re-indexed in")
    planned = await kept.command("reindex", guild.owner, general)
    assert "0 to add, 0 to change, 1 to remove; 46 stay as they are." in planned.text


async def test_what_is_added_while_a_build_runs_is_in_the_next_one(kept: Kept) -> None:
    (kept.articles / "cake.txt").write_text("A cake\n\nThe bakers baked a cake for the mayor. It weighed nine kilos.\n")
    planned = await kept.command("reindex")
    await kept.press(planned, "button-build")
    await kept.until(planned, "Re-indexing")
    await kept.command("add", file=kept.server.upload("heron.txt", NEW.encode()))
    await kept.comes(lambda: kept.answer(QUESTION), "Gustav")
    await kept.comes(kept.status, "48 articles")


async def test_a_file_is_added_although_the_address_beside_it_is_none(kept: Kept) -> None:
    shown = await kept.command("add", file=kept.server.upload("heron.txt", NEW.encode()), address="the quay")
    assert "1 article added" in shown.text
    assert "is no address of a web page" in shown.text
    await kept.rebuilt(shown)
