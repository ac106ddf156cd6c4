"""An archive of a folder, further folders, feeds, pages and files handed in: nothing is lost, nothing comes back."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_build import RECIPE, Letters
from web import Site, a_site, fetching

from index.added import Added, Room, add_file, safe_name
from index.articles import Article, Reason, Remark
from index.bin import Bin
from index.build import Report, build
from index.collection import home_of, last_articles, purge, read_sources
from index.corpus import Corpus, read_corpus
from index.errors import BadArchive, BadSource, CannotFetch, Fault, NoArticle
from index.export import export
from index.sources import Kind, Source, Sources, Visit, slug, stamp
from index.visits import add_address, visit

DAY = date(2025, 5, 1)
NOW = datetime(2025, 5, 1, 12, tzinfo=UTC)
BEES = "The bees came back to the square. They stay until May."
PAGE = f"<html><head><title>Bees</title></head><body><article><h1>Bees</h1><p>{BEES * 8}</p></article></body></html>"


def article(title: str, text: str = "It rained.") -> str:
    return f'1.05.2025\n\n"{title}"\n\n{text}\n'


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with a_site() as site:
        yield site


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def main(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "main", "a")


@pytest.fixture
def sources(index: Path) -> Sources:
    return Sources(home_of(index))


def folder_of(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / f"{name}.txt").write_text(article(f"Title {name}"))
    return folder


def read(main: Path, index: Path) -> Corpus:
    return read_sources(main, 10, index=index, needs_main=False)


def ids(corpus: Corpus) -> list[str]:
    return [article.id for article in corpus.articles]


def built(main: Path, index: Path) -> Report:
    return build(main, index, RECIPE, Letters, lambda *_: None, read=lambda *given: read_sources(*given, index=index))


def feed(*entries: tuple[str, str], tail: str = "") -> str:
    items = "".join(
        f"<item><title>{name}</title><guid>{name}</guid><content:encoded>{text}</content:encoded></item>"
        for name, text in entries
    )
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Courier</title>'
        f"{items}{tail}</channel></rss>"
    )


def test_ids_of_the_main_folder_stay_paths_and_others_say_where_they_are_from(
    main: Path, index: Path, sources: Sources, tmp_path: Path
) -> None:
    source = sources.add_folder(folder_of(tmp_path / "Old News", "a", "b"))
    added = add_file(sources.home, "letter.txt", article("Letter").encode(), 10)
    assert [one.id for one in added.articles] == ["@added/letter.txt"]
    assert source.name == "old-news"
    assert ids(read(main, index)) == ["@added/letter.txt", "@folder/old-news/a.txt", "@folder/old-news/b.txt", "a.txt"]


def test_without_sources_it_is_the_folder_as_ever(main: Path, index: Path) -> None:
    assert read(main, index) == read_corpus(main, 10)
    assert not index.exists()


def test_a_main_folder_that_is_gone_is_an_error_where_it_was_named_or_is_all_there_is(
    index: Path, tmp_path: Path, sources: Sources
) -> None:
    with pytest.raises(BadArchive, match="There is no folder"):
        read(tmp_path / "gone", index)
    sources.add_folder(folder_of(tmp_path / "other", "b"))
    with pytest.raises(BadArchive, match="There is no folder"):
        read_sources(tmp_path / "gone", 10, index=index)


@pytest.mark.parametrize("how", ["gone", "empty", "unreadable files"])
def test_articles_of_a_folder_that_vanished_stay_as_the_last_build_had_them(
    main: Path, index: Path, sources: Sources, tmp_path: Path, how: str
) -> None:
    """As where a disk is not mounted: its mount point is missing, or an empty folder."""
    disk = folder_of(tmp_path / "disk", "b", "c")
    sources.add_folder(disk)
    built(main, index)
    before = last_articles(index, "@folder/disk/")
    shutil.rmtree(disk)
    if how != "gone":
        disk.mkdir()
    if how == "unreadable files":
        (disk / "b.txt").touch()
    report = built(main, index)
    assert (report.changes.removed, report.changes.unchanged) == (0, 3)
    (remark,) = report.remarks
    assert remark.path == "@folder/disk"
    assert remark.reason.startswith("its articles of the last build stay (2): ")
    assert last_articles(index, "@folder/disk/") == before
    assert built(main, index).generation is None  # nothing new the next time either
    shutil.rmtree(main)
    assert ids(read(main, index)) == ["@folder/disk/b.txt", "@folder/disk/c.txt", "a.txt"]


def test_a_source_that_is_removed_takes_its_articles_along_and_a_paused_folder_keeps_them(
    main: Path, index: Path, sources: Sources, tmp_path: Path
) -> None:
    other = folder_of(tmp_path / "other", "b")
    sources.add_folder(other)
    built(main, index)
    sources.pause("other")
    (other / "c.txt").write_text(article("New"))
    (other / "b.txt").unlink()
    assert ids(read(main, index)) == ["@folder/other/b.txt", "a.txt"]
    sources.resume("other")
    assert ids(read(main, index)) == ["@folder/other/c.txt", "a.txt"]
    sources.remove("other", DAY)
    assert ids(read(main, index)) == ["a.txt"]
    with pytest.raises(BadSource, match="There is no source “other”; the sources are: none yet"):
        sources.pause("other")


def test_an_archive_may_be_of_sources_alone(index: Path, sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="There is no article to build from"):
        read(sources.home, index)
    sources.add_folder(folder_of(tmp_path / "other", "b"))
    assert built(sources.home, index).changes.added == 1
    assert ids(read(sources.home, index)) == ["@folder/other/b.txt"]


def test_what_cannot_be_a_source_is_a_sentence(sources: Sources, tmp_path: Path, main: Path) -> None:
    sources.home.mkdir(parents=True)
    for folder, reason in ((tmp_path / "no", "There is no folder"), (tmp_path, "holds the index itself")):
        with pytest.raises(BadSource, match=reason):
            sources.add_folder(folder)
    assert sources.add_folder(main, "Ärger & Co.").name == "arger-co"
    with pytest.raises(BadSource, match="is a source already: arger-co"):
        sources.add_folder(main)
    assert sources.add_folder(folder_of(tmp_path / "arger co"), None).name == "arger-co-2"


@pytest.mark.parametrize("text", ["{", "[]", '{"sources": [{}]}', '{"sources": 3}', "\0", '{"sources":[{"kind":"x"}]}'])
def test_a_damaged_list_is_said_and_never_overwritten(sources: Sources, text: str) -> None:
    sources.home.mkdir(parents=True)
    sources.ledger.path.write_text(text)
    for broken in (sources.all, lambda: sources.add(Kind.FEED, "http://x/", "x"), lambda: sources.purge(DAY)):
        with pytest.raises(BadSource, match="take it from a backup"):
            broken()
    assert sources.ledger.path.read_text() == text


def test_processes_that_change_the_list_at_once_lose_nothing(sources: Sources) -> None:
    work = (
        "import sys; from pathlib import Path; from index.sources import *\n"
        "for n in range(10): Sources(Path(sys.argv[1])).add(Kind.FEED, f'http://{sys.argv[2]}/{n}', sys.argv[2])"
    )
    running = [subprocess.Popen([sys.executable, "-c", work, str(sources.home), name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len({source.name for source in sources.all()}) == 30


async def test_a_feed_is_read_once_then_only_what_is_new_and_what_it_no_longer_names_stays(
    site: Site, main: Path, index: Path, sources: Sources
) -> None:
    site.page("/feed", feed(("one", "First. &lt;p>"), ("two", "Second.")), "application/rss+xml", ETag='"1"')
    source, first = await add_address(sources, fetching(site), site.url("/feed"))
    assert (source.name, source.kind, source.articles) == ("courier", Kind.FEED, 2)
    assert first == Visit("courier", added=2)
    texts = {one.title: one for one in read(main, index).articles if one.id.startswith("@feed/courier/")}
    assert (texts["one"].text, texts["one"].source) == ("First.", "Courier")
    assert await visit(sources, fetching(site), {"courier"}) == [Visit("courier")]  # not modified
    site.page("/feed", feed(("two", "Second, changed."), ("three", "Third.")), "application/rss+xml", ETag='"2"')
    assert await visit(sources, fetching(site), {"courier"}) == [Visit("courier", added=1, changed=1)]
    found = {one.title: one.text for one in read(main, index).articles if one.id.startswith("@feed/courier/")}
    assert found == {"one": "First.", "two": "Second, changed.", "three": "Third."}


async def test_the_page_is_fetched_where_the_feed_has_only_a_summary(site: Site, index: Path, sources: Sources) -> None:
    summary = "<item><title>Bees</title><link>/bees</link><description>Bees are back.</description></item>"
    forbidden = "<item><title>Secret</title><link>http://10.0.0.1/</link><description>Summary.</description></item>"
    site.page("/feed", feed(tail=summary + forbidden), "text/xml", ETag='"1"')
    site.page("/bees", PAGE)
    _, visited = await add_address(sources, fetching(site), site.url("/feed"))
    assert (visited.added, visited.error) == (2, None)
    (remark,) = visited.remarks
    assert remark.startswith("Secret: http://10.0.0.1/ leads into a private network")
    found = {one.title: one for one in read(sources.home, index).articles}
    assert found["Bees"].text.startswith(BEES)
    assert (found["Bees"].url, found["Secret"].text) == (site.url("/bees"), "Summary.")
    assert sources.get("courier").etag is None  # so that the page that failed is tried again
    for _ in range(4):
        await visit(sources, fetching(site), {"courier"})
    assert sources.get("courier").etag == '"1"'  # given up
    assert site.asked["/bees"] == 1


async def test_a_failure_is_kept_as_a_sentence_waits_longer_each_time_and_stops_no_other(
    site: Site, sources: Sources
) -> None:
    site.page("/feed", feed(("one", "First.")), "application/rss+xml")
    sources.add(Kind.FEED, site.url("/feed"), "good")
    for name, path in (("gone", "/gone"), ("broken", "/broken"), ("busy", "/busy"), ("private", "")):
        sources.add(Kind.FEED, site.url(path) if path else "http://10.0.0.1/feed", name)
    site.page("/broken", "no feed", "text/xml")
    site.status("/busy", 429, **{"Retry-After": "7200"})
    waits = []
    now = NOW
    for _ in range(3):
        reports = {one.source: one.error for one in await visit(sources, fetching(site), now=now)}
        waits.append({one.name: datetime.fromisoformat(one.due or "") - now for one in sources.all()})
        now = max(datetime.fromisoformat(one.due or "") for one in sources.all())
    assert reports["good"] is None
    assert str(reports["gone"]).endswith("answers with status 404; check the address in a browser.")
    assert str(reports["broken"]).endswith("of its RSS or Atom feed, or of a single page.")
    assert str(reports["private"]).startswith("http://10.0.0.1/feed leads into a private network")
    assert {one.name: (one.failures, one.error) for one in sources.all()}["good"] == (0, None)
    assert [wait["gone"] / timedelta(minutes=30) for wait in waits] == [2, 4, 8]
    assert [wait["good"] / timedelta(minutes=30) for wait in waits] == [1, 1, 1]
    assert waits[0]["busy"] == timedelta(hours=2)
    assert sources.get("gone").is_due(now)
    (gone,) = await visit(sources, fetching(site), {"gone"})
    assert gone.cause
    assert (gone.cause.fault, gone.cause.status) == (Fault.STATUS, 404)
    assert not Source("x", Kind.FEED, "", paused=True).is_due(now)
    assert not Source("x", Kind.FEED, "", due=stamp(now + timedelta(seconds=1))).is_due(now)


async def test_what_failed_is_told_without_the_key_in_its_address(site: Site, sources: Sources) -> None:
    link = site.url("/gone?key=secret")
    site.page("/feed", feed(tail=f"<item><title>One</title><link>{link}</link></item>"), "text/xml")
    for name, path in (("feed", "/feed?key=secret"), ("gone", "/gone?key=secret"), ("moved", "/moved?key=secret")):
        sources.add(Kind.FEED, site.url(path), name)
    site.redirect("/moved", "http://10.0.0.1/feed?key=secret")
    reports = {one.source: one for one in await visit(sources, fetching(site))}
    assert reports["gone"].error == f"{site.url('/gone?…')} answers with status 404; check the address in a browser."
    assert str(reports["moved"].error).startswith("http://10.0.0.1/feed?… leads into a private network")
    assert reports["feed"].remarks[0].startswith(f"One: {site.url('/gone?…')} answers with status 404")
    assert "secret" not in str([(one.remarks, one.error) for one in reports.values()])
    assert "secret" not in str([one.error for one in sources.all()])


async def test_a_feed_that_would_take_minutes_to_read_is_a_failure_and_stops_no_other(
    site: Site, sources: Sources
) -> None:
    site.page("/slow", feed(tail=f"<item><pubDate>Mon,{' ' * 4_000_000}</pubDate></item>"), "text/xml")
    site.page("/feed", feed(("one", "First.")), "text/xml")
    for path in ("slow", "feed"):
        sources.add(Kind.FEED, site.url(f"/{path}"), path)
    good, slow = await visit(sources, fetching(site))
    assert (good.added, good.error) == (1, None)
    assert slow.error == "It cannot be read: it takes more than 3 s to read; save it anew, or in parts."


async def test_a_page_is_kept_and_replaced_when_it_changes(
    site: Site, index: Path, sources: Sources, main: Path
) -> None:
    site.page("/bees", PAGE)
    source, visited = await add_address(sources, fetching(site), site.url("/bees"))
    assert (source.kind, source.name, visited.added) == (Kind.PAGE, "bees", 1)
    (bees, _) = read(main, index).articles
    assert (bees.id, bees.title) == ("@page/bees/page.jsonl#1", "Bees")
    assert (bees.url, bees.source) == (site.url("/bees"), "127.0.0.1")
    site.page("/bees", PAGE.replace("square", "market"))
    assert await visit(sources, fetching(site), {"bees"}) == [Visit("bees", changed=1)]
    assert "market" in read(main, index).articles[0].text
    site.page("/bees", "<p>moved")
    (failed,) = await visit(sources, fetching(site), {"bees"})
    assert failed.error
    assert "market" in read(main, index).articles[0].text


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("<html><body></body></html>", "text/html", BadSource),
        ("", "text/plain", BadSource),
        ("\0\1", "text/plain", BadSource),
        ("<x>", "application/xml", BadSource),
        ("x", "image/png", CannotFetch),
    ],
)
async def test_an_address_with_nothing_to_read_is_not_added(
    site: Site, sources: Sources, body: str, kind: str, error: type[Exception]
) -> None:
    site.page("/x", body, kind)
    with pytest.raises(error):
        await add_address(sources, fetching(site), site.url("/x"))
    assert sources.all() == []


async def test_a_page_in_the_encoding_of_host_names_is_read_without_it(site: Site, sources: Sources) -> None:
    """Python takes minutes for it: the time grows with the square of the length."""
    site.page("/rain", b"Rain\n\nIt rained in the town. -" + b"ab" * 1_000_000, "text/plain; charset=punycode")
    started = time.monotonic()
    _, visited = await add_address(sources, fetching(site), site.url("/rain"))
    assert (visited.added, visited.error) == (1, None)
    assert time.monotonic() - started < 20


async def test_a_page_is_read_in_the_encoding_that_the_server_names(site: Site, index: Path, sources: Sources) -> None:
    site.page("/old", "Мост\n\nМост открыт. Он стоит два миллиона.".encode("koi8-r"), "text/plain; charset=koi8-r")
    await add_address(sources, fetching(site), site.url("/old"), "Bridge")
    (bridge,) = read(sources.home, index).articles
    assert (bridge.id, bridge.title) == ("@page/bridge/page.jsonl#1", "Мост")


def test_a_removed_article_is_left_out_can_be_taken_back_and_its_file_goes_after_30_days(
    main: Path, index: Path, sources: Sources
) -> None:
    added = add_file(sources.home, "letter.txt", article("Letter").encode(), 10)
    lines = "".join(json.dumps({"title": name, "text": "It rained."}) + "\n" for name in "xyz")
    add_file(sources.home, "many.jsonl", lines.encode(), 10)
    removed = Bin(sources.home)
    for name in ("a.txt", "@added/letter.txt", "@added/many.jsonl#2"):
        removed.remove(name, "a title", DAY)
    assert ids(read(main, index)) == ["@added/many.jsonl#1", "@added/many.jsonl#3"]
    removed.restore("@added/letter.txt")
    assert added.articles[0].id in ids(read(main, index))
    removed.remove("@added/letter.txt", "Letter", DAY)
    purge(sources.home, DAY + timedelta(days=30))
    assert (sources.home / "added" / "letter.txt").exists()
    purge(sources.home, DAY + timedelta(days=31))
    assert not (sources.home / "added" / "letter.txt").exists()
    assert (main / "a.txt").exists()  # the folder is not the bot's
    assert ids(read(main, index)) == ["@added/many.jsonl#1", "@added/many.jsonl#3"]
    with pytest.raises(NoArticle, match="“Letter” was deleted 30 days later; add it anew"):
        removed.restore("@added/letter.txt")
    removed.restore("a.txt")
    again = add_file(sources.home, "letter.txt", article("Letter").encode(), 10)
    assert [one.id for one in again.articles] == ["@added/letter-2.txt"]  # its old id stays left out
    assert "a.txt" in ids(read(main, index))
    with pytest.raises(NoArticle, match="was not removed"):
        removed.restore("a.txt")


async def test_a_removed_article_of_a_feed_does_not_come_back(site: Site, main: Path, index: Path) -> None:
    sources = Sources(home_of(index))
    site.page("/feed", feed(("one", "First."), ("two", "Second.")), "application/rss+xml")
    await add_address(sources, fetching(site), site.url("/feed"))
    (one,) = [article for article in read(main, index).articles if article.title == "one"]
    Bin(sources.home).remove(one.id, one.title, DAY)
    purge(sources.home, DAY + timedelta(days=31))
    site.page("/feed", feed(("one", "First, again."), ("two", "Second.")), "application/rss+xml")
    await visit(sources, fetching(site), {"courier"})
    assert [article.title for article in read(main, index).articles] == ["two", "Title a"]


async def test_a_removed_source_comes_back_with_its_articles_for_30_days(site: Site, sources: Sources) -> None:
    site.page("/feed", feed(("one", "First.")), "application/rss+xml")
    await add_address(sources, fetching(site), site.url("/feed"))
    sources.remove("courier", DAY)
    sources.purge(DAY + timedelta(days=30))
    source, visited = await add_address(sources, fetching(site), site.url("/feed"))
    assert (source.name, source.articles, visited) == ("courier", 1, Visit("courier"))
    sources.remove("courier", DAY)
    sources.purge(DAY + timedelta(days=31))
    assert not (sources.home / "feed" / "courier").exists()
    assert (await add_address(sources, fetching(site), site.url("/feed")))[1].added == 1


def test_files_of_one_name_are_kept_beside_each_other(sources: Sources) -> None:
    def add(text: str) -> list[str]:
        return [one.id for one in add_file(sources.home, "notes/a.txt", article("A", text).encode(), 10).articles]

    assert [add("One."), add("Two.")] == [["@added/notes/a.txt"], ["@added/notes/a-2.txt"]]


def test_a_file_that_is_there_already_is_known(sources: Sources) -> None:
    def add(text: str) -> tuple[list[str], list[str]]:
        added = add_file(sources.home, "a.txt", article("A", text).encode(), 10)
        return [one.id for one in added.articles], [one.id for one in added.known]

    assert add("One.") == (["@added/a.txt"], [])
    assert add("Two.") == (["@added/a-2.txt"], [])
    assert add("Two.") == ([], ["@added/a-2.txt"])
    assert add("One.") == ([], ["@added/a.txt"])


@pytest.mark.parametrize("name", ["a.txt", "😀" * 255 + ".txt"])
def test_files_of_one_name_that_come_at_once_are_all_kept(sources: Sources, name: str) -> None:
    texts = [article("A", f"It rained for {number} days.") for number in range(12)]
    with ThreadPoolExecutor(len(texts)) as threads:
        added = list(threads.map(lambda text: add_file(sources.home, name, text.encode(), 10), texts))
    files = {f"@added/{path.name}": path.read_text() for path in (sources.home / "added").iterdir()}
    assert {one.articles[0].id: one.articles[0].text for one in added} == files
    assert sorted(files.values()) == sorted(texts)


def test_no_more_is_kept_than_there_is_room_for(sources: Sources) -> None:
    data = article("A").encode()
    room = Room(sources.home, 2.5 * len(data) / 1_000_000)
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in ("one", "two", "three"):
            archive.writestr(f"{name}.txt", data)
    added = add_file(sources.home, "all.zip", packed.getvalue(), 10, room)
    assert [one.id for one in added.articles] == ["@added/one.txt", "@added/two.txt"]
    (remark,) = added.remarks
    assert remark.path == "three.txt"
    assert remark.reason == f"over what is left of the {room.megabytes:g} MB that a server may add"
    assert Room(sources.home, room.megabytes).left == room.left == 0.5 * len(data)


def test_what_is_no_article_is_not_kept(sources: Sources) -> None:
    added = add_file(sources.home, "picture.txt", b"\x89PNG\0\0", 10)
    assert added == Added(remarks=(Remark("picture.txt", "a binary file"),))
    (large,) = add_file(sources.home, "large.txt", b"word " * 100_000, 0.1).remarks
    assert large.reason.startswith("0.5 MB, over the limit")
    assert (large.kind, large.detail) == (Reason.TOO_LARGE, "0.1")
    assert not sources.home.exists()


def test_of_a_zip_each_article_is_kept_and_the_rest_named(sources: Sources) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a/one.txt", article("One"))
        archive.writestr("../two.txt", article("Two"))
        archive.writestr("a/three.txt", b"\x89PNG\0\0")
    added = add_file(sources.home, "All.ZIP", packed.getvalue(), 10)
    assert [one.id for one in added.articles] == ["@added/a/one.txt"]
    assert added.remarks == (
        Remark("../two.txt", "its name leads out of the ZIP"),
        Remark("a/three.txt", "a binary file"),
    )
    assert [remark.kind for remark in added.remarks] == [Reason.NAME, Reason.BINARY]
    assert add_file(sources.home, "no.zip", b"PK", 10) == Added(
        remarks=(Remark("no.zip", "This is no ZIP file, or a damaged one; pack it anew."),)
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("letter.txt", "letter.txt"),
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("C:\\x\\..\\y.md", "C/x/y.md"),
        ("/.hidden/.x.txt", "hidden/x.txt"),
        ("@feed/x.txt", "feed/x.txt"),
        ("a\0b\n.txt", "ab.txt"),
        ("", "article.txt"),
        ("...", "article.txt"),
        ("x" * 300 + ".txt", "x" * 160 + ".txt"),
        ("😀" * 255 + ".txt", "😀" * 40 + ".txt"),
        ("half\ud800.txt", "half.txt"),
    ],
)
def test_a_files_name_leads_nowhere_else(name: str, safe: str) -> None:
    assert str(safe_name(name)) == safe


@given(st.text())
def test_no_name_at_all_leads_out_of_the_folder(name: str) -> None:
    path = safe_name(name)
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert max(len(os.fsencode(part)) for part in path.parts) <= 170


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(lambda text: f"It rained. {text} Yes.")
fields = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip).filter(bool)


@given(texts, fields, st.none() | st.dates(), fields, st.integers(0, 10))
def test_an_export_is_read_again_as_it_was(
    text: str, title: str | None, published: date | None, source: str | None, body: int
) -> None:
    original = Article("a.txt", text, title or "Untitled", published, source, None, body)
    with tempfile.TemporaryDirectory() as folder:
        export([original], Path(folder) / "all.jsonl", 10)
        corpus = read_corpus(Path(folder), 10)
    assert corpus.remarks == ()
    (again,) = corpus.articles
    assert (again.text, again.title, again.published, again.source, again.body) == (
        *(text, original.title, published, source, body),
    )


def test_an_export_larger_than_a_build_reads_is_several_files(tmp_path: Path) -> None:
    articles = [Article(f"{number}.txt", f"Number {number}. " * 100, f"Title {number}") for number in range(10)]
    written = export(articles, tmp_path / "all.jsonl", 0.005)
    assert [path.name for path in written] == ["all.jsonl", "all-2.jsonl", "all-3.jsonl"]
    assert max(path.stat().st_size for path in written) <= 5000
    assert {one.title for one in read_corpus(tmp_path, 0.005).articles} == {one.title for one in articles}
    assert export([], tmp_path / "none.jsonl", 10) == []


@pytest.mark.parametrize(("text", "name"), [("The Courier!", "the-courier"), ("日本", "source"), ("a" * 99, "a" * 40)])
def test_names_are_small_letters_digits_and_hyphens(text: str, name: str) -> None:
    assert slug(text) == name


def test_an_index_inside_the_articles_is_refused_unless_it_is_hidden(main: Path, tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="lies in the folder of articles"):
        read_sources(main, 1, index=main / "index")
    built(main, tmp_path / "index")
    with pytest.raises(BadArchive, match="lies in the folder of articles"):
        read_sources(tmp_path / "index", 1, index=tmp_path / "index")
    assert read_sources(main, 1, index=main / ".index").articles
    assert read_sources(main, 1, index=tmp_path / "index").articles


def test_an_archive_made_of_another_has_what_that_has_and_its_own(main: Path, index: Path, sources: Sources) -> None:
    own = index / "guilds" / "7"

    def made() -> Report:
        read = partial(read_sources, index=own)
        return build(index, own, RECIPE, Letters, lambda *_: None, most_removed=0.0, beside=index, read=read)

    def held() -> list[str]:
        return ids(read_sources(index, 10, index=own))

    add_file(sources.home, "letter.txt", article("Letter", "It snowed.").encode(), 10)
    built(main, index)
    add_file(home_of(own), "letter.txt", article("Another letter", "It hailed.").encode(), 10)
    first = made()
    assert held() == ["@added/letter.txt", "@shared/added/letter.txt", "a.txt"]
    assert (first.changes.added, first.embedded, first.remarks) == (3, 1, ())
    assert made().generation is None

    Bin(home_of(own)).remove("@shared/added/letter.txt", "Letter", DAY)
    Bin(sources.home).remove("a.txt", "Title a", DAY)
    (main / "b.txt").write_text(article("Title b", "The sun shone."))
    built(main, index)
    second = made()  # although nothing may be lost: it was given up there
    assert held() == ["@added/letter.txt", "b.txt"]
    assert (second.changes.added, second.changes.removed) == (1, 2)

    shutil.rmtree(main)
    assert made().generation is None
    (index / "generations" / "000002" / "manifest.json").unlink()
    assert held() == ["@added/letter.txt", "b.txt"]


def test_what_was_taken_out_on_purpose_is_no_loss(main: Path, index: Path) -> None:
    (main / "cake.txt").write_text("A cake\n\nThe bakers baked a cake for the mayor.\n", encoding="utf-8")
    corpus = read_sources(main, 1, index=index)
    first = corpus.articles[0]
    Bin(home_of(index)).remove(first.id, first.title, date(2026, 3, 12))
    after = read_sources(main, 1, index=index)
    assert after.is_removed(first.id)
    assert not after.is_removed(corpus.articles[-1].id)
