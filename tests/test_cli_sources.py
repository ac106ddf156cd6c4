"""`pullquote sources`, `fetch` and `export` as a user meets them."""

from __future__ import annotations

import functools
import io
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import Pullquote
from rich.console import Console
from rich.table import Table

from index.terminal import show_table

FEED = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Courier</title><item><title>Bridge</title><guid>1</guid><pubDate>Thu, 01 May 2025 10:00:00 +0200</pubDate>
<content:encoded>The bridge is 84 metres long. It is open.</content:encoded></item></channel></rss>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A web server of a folder that holds one feed, and leave to visit it."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "feed.xml").write_text(FEED)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    port = server.server_address[1]
    monkeypatch.setenv("PULLQUOTE_FETCHING__ALLOW", '["127.0.0.1"]')
    monkeypatch.setenv("PULLQUOTE_FETCHING__PORTS", f"[{port}]")
    monkeypatch.setenv("PULLQUOTE_FETCHING__PAUSE_SECONDS", "0")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{port}/feed.xml", folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_feed_is_added_built_asked_exported_and_removed(
    pullquote: Pullquote, site: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = site
    assert "There are no sources yet; add one" in pullquote("sources").out
    added = pullquote("sources", "add", address, "--name", "courier")
    assert added.out == (
        "Added the feed courier; `pullquote build` takes it into the index.\ncourier: 1 article added, 0 changed.\n"
    )
    assert "Articles: 1 added, 0 changed, 0 removed" in pullquote("build").err  # and no sample archive
    (answer,) = pullquote("ask", "How long is the bridge?", "--json").json
    assert answer["quotes"][0]["text"] == "The bridge is 84 metres long."
    assert answer["quotes"][0]["source"] == "The Courier"
    assert answer["quotes"][0]["article"].startswith("@feed/courier/")
    listed = pullquote("sources").out
    assert "courier  feed" in listed
    assert "fine" in listed
    assert pullquote("fetch").out == "Nothing is due.\n"
    assert (
        pullquote("fetch", address).err
        == f"Error: There is no source “{address}”; that address is the source courier.\n"
    )
    (folder / "feed.xml").write_text(FEED.replace("84", "85"))
    assert pullquote("fetch", "courier").out == "courier: 0 articles added, 1 changed.\n"
    exported = pullquote("export", tmp_path / "out" / "all.jsonl")
    assert exported.out == f"1 article in {tmp_path / 'out' / 'all.jsonl'}.\n"
    read_again = pullquote("build", tmp_path / "out", "--index", tmp_path / "again")
    assert "Articles: 1 added, 0 changed, 0 removed, 0 unchanged, 0 skipped." in read_again.err
    (folder / "feed.xml").unlink()
    failed = pullquote("fetch", "courier")
    assert (failed.code, failed.out) == (
        1,
        f"courier: {address} answers with status 404; check the address in a browser.\n",
    )
    assert "answers with status 404" in pullquote("sources").out
    assert "courier is paused" in pullquote("sources", "pause", "courier").out
    assert "paused" in pullquote("sources").out
    assert "courier is read again" in pullquote("sources", "resume", "courier").out
    assert "courier is removed" in pullquote("sources", "remove", "courier").out
    assert "There are no sources yet" in pullquote("sources").out


def test_a_build_reads_the_named_folder_and_all_sources(pullquote: Pullquote, tmp_path: Path) -> None:
    for name in ("main", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f'1.05.2025\n\n"Title {name}"\n\nIt rained in {name}.\n')
    pullquote("build", tmp_path / "main")
    assert pullquote("sources", "add", tmp_path / "other").out.startswith("Added the folder other;")
    assert "Articles: 1 added, 0 changed, 0 removed, 1 unchanged" in pullquote("build").err
    (tmp_path / "main" / "a.txt").unlink()
    (tmp_path / "main").rmdir()
    kept = pullquote("build")
    assert "0 removed" in kept.err
    assert "the main folder: its articles of the last build stay (1): There is no folder" in kept.err
    named = pullquote("build", tmp_path / "main")
    assert named.code == 1
    assert "Error: There is no folder" in named.err


def test_a_folder_that_is_read_already_is_not_added_again(pullquote: Pullquote, tmp_path: Path) -> None:
    main, other = tmp_path / "articles" / "main", tmp_path / "other"
    for folder in (main / "2025", other / "old"):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(f"Title\n\nIt rained in {folder.name}.\n")
    pullquote("build", main)
    for folder, how in ((main, "is"), (main / "2025", "lies in"), (tmp_path / "articles", "holds")):
        assert pullquote("sources", "add", folder).err == (
            f"Error: The folder {folder} {how} {main}, which the archive is built from already; "
            "`pullquote build` reads what is new in it.\n"
        )
    assert pullquote("sources", "add", other).code == 0
    assert pullquote("sources", "add", other / "old").err == (
        f"Error: The folder {other / 'old'} lies in {other}, which is the source other already; "
        "remove that one first.\n"
    )
    assert pullquote("build", other).err.endswith(
        f"Error: The folder {other} is {other}, which is the source other already; build without naming it, or "
        "remove the source first: `pullquote sources remove other`.\n"
    )
    assert "Articles: 1 added, 0 changed, 0 removed, 1 unchanged" in pullquote("build").err
    pullquote("sources", "remove", "other")
    assert pullquote("sources", "add", other / "old").code == 0


def test_the_list_is_printed_in_full_where_it_is_no_terminal(
    pullquote: Pullquote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("a-long-name-" * 10)
    folder.mkdir()
    pullquote("sources", "add", folder, "--name", "the old articles of the library")
    monkeypatch.setenv("COLUMNS", "80")
    (_, line) = pullquote("sources").out.splitlines()
    assert line.split() == ["the-old-articles-of-the-library", "folder", str(folder), "–", "–", "fine"]


def test_a_terminal_that_is_narrow_folds_the_list_and_cuts_nothing_off() -> None:
    table = Table("name", "from", box=None)
    table.add_row("courier", "https://courier.example/" + "x" * 100)
    shown = io.StringIO()
    show_table(Console(file=shown, force_terminal=True, no_color=True, width=40), table)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in shown.getvalue().splitlines()]
    assert max(map(len, lines)) <= 40
    assert "".join(line.split()[-1] for line in lines[1:]) == "https://courier.example/" + "x" * 100


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sources", "add", "http://10.0.0.1/feed"], "http://10.0.0.1/feed leads into a private network"),
        (["sources", "add", "ftp://example.org/"], "“ftp://example.org/” is no address of a web page"),
        (["sources", "add", "nowhere"], "There is no folder nowhere; name one that holds articles, or an address"),
        (
            ["sources", "add", "example.org/feed.xml"],
            "There is no folder example.org/feed.xml; an address is added by `pullquote sources add "
            "https://example.org/feed.xml`.",
        ),
        (["fetch", "example.org"], "There is no source “example.org”; an address is added by `pullquote sources add h"),
        (
            ["fetch", "http://example.org/x"],
            "There is no source “http://example.org/x”; an address is added by `pullquote ",
        ),
        (["sources", "pause", "x"], "There is no source “x”; the sources are: none yet."),
        (["fetch", "x"], "There is no source “x”"),
        (["export", "x.txt"], "x.txt must end in .jsonl"),
        (["export", "x.jsonl"], "There is no index in"),
    ],
)
def test_what_does_not_work_is_one_sentence(pullquote: Pullquote, arguments: list[str], sentence: str) -> None:
    ran = pullquote(*arguments)
    assert ran.code == 1
    assert ran.err.startswith(f"Error: {sentence}")
    assert "Traceback" not in ran.err
