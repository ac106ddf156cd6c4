"""Feeds of every kind become entries: ids that stay, titles without markup, texts in paragraphs, days as written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.articles import Unreadable
from index.feeds import Entry, Feed, html_text, read_feed, web_address

ADDRESS = "https://courier.example/feeds/news.xml"
LONG = " ".join(["The bridge was opened by the mayor."] * 30)

RSS_2 = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
  <title>The Courier &amp; Times</title>
  <item>
    <title>Bridge &lt;b&gt;opens&lt;/b&gt; at AT&amp;amp;T</title>
    <link>/2025/bridge</link><guid isPermaLink="false">tag:courier,1</guid>
    <pubDate>Thu, 01 May 2025 00:30:00 +0200</pubDate>
    <description>The bridge is open …</description>
    <content:encoded><![CDATA[<p>The bridge is <em>open</em>.</p><script>alert(1)</script>
      <p>It cost<br>£2m.</p>]]></content:encoded>
  </item>
  <item>
    <title>Only a summary</title><link>https://courier.example/2025/summary</link>
    <description>&lt;p&gt;The council met. Read more&lt;/p&gt;</description>
  </item>
  <item><title>All in the description</title><guid>3</guid><description>{LONG}</description></item>
  <item><title>Again</title><guid isPermaLink="false">tag:courier,1</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Notes &lt;on things></title>
  <entry><id>urn:1</id><title type="text">a &lt;b&gt; c</title><link href="https://notes.example/1"/>
    <updated>2025-05-01T23:30:00-05:00</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two &lt; three.</p></div></content>
  </entry>
  <entry><id>urn:2</id><title type="html">&lt;i&gt;Second&lt;/i&gt;</title><link href="javascript:alert(1)"/>
    <content src="http://10.0.0.1/" type="text/html"/><summary>Short.</summary></entry>
</feed>"""

RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old</title></channel>
  <item rdf:about="https://old.example/1"><title>First</title><link>https://old.example/1</link>
  <dc:date>2003-12-13T18:30:02Z</dc:date><description>It rained.</description></item></rdf:RDF>"""


def read(text: str | bytes) -> Feed:
    return read_feed(text.encode() if isinstance(text, str) else text, ADDRESS)


def test_rss_2_with_whole_texts_and_with_summaries() -> None:
    feed = read(RSS_2)
    assert feed.title == "The Courier & Times"
    bridge, summary, described = feed.entries  # an id that comes again is the same article, as first told
    assert bridge == Entry(
        "tag:courier,1",
        "Bridge opens at AT&T",
        "https://courier.example/2025/bridge",
        date(2025, 5, 1),
        "The bridge is open.\n\nIt cost £2m.",
        whole=True,
    )
    assert (summary.id, summary.text, summary.whole) == (
        "https://courier.example/2025/summary",
        "The council met. Read more",
        False,
    )
    assert (described.text, described.whole) == (LONG, True)


def test_atom_says_itself_what_is_markup() -> None:
    feed = read(ATOM)
    assert feed.title == "Notes <on things>"
    first, second = feed.entries
    assert (first.title, first.text, first.published) == ("a <b> c", "One.\n\nTwo < three.", date(2025, 5, 1))
    assert (second.title, second.link, second.text, second.whole) == ("Second", None, "Short.", False)


def test_rss_1() -> None:
    feed = read(RSS_1)
    assert feed.title == "Old"
    assert feed.entries == (
        Entry("https://old.example/1", "First", "https://old.example/1", date(2003, 12, 13), "It rained.", False),
    )


def test_a_feed_that_breaks_off_gives_what_is_whole_before() -> None:
    feed = read(RSS_2[: RSS_2.index("All in the description")].replace("council", "council & mayor"))
    assert [entry.title for entry in feed.entries][:2] == ["Bridge opens at AT&T", "Only a summary"]
    assert feed.entries[1].text.startswith("The council & mayor met.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1251"])
def test_a_feed_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    word = "Мост" if encoding == "windows-1251" else "Café"
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>{word}</title></channel></rss>'
    )
    assert read(text.encode(encoding)).title == word


def test_what_the_server_says_of_the_encoding_goes_before() -> None:
    text = '<?xml version="1.0" encoding="ascii"?><rss version="2.0"><channel><title>Café</title></channel></rss>'
    assert read_feed(text.encode("latin-1"), ADDRESS, "iso-8859-1").title == "Café"
    assert read_feed(text.encode(), ADDRESS, "no-such-encoding").title == "Café"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7", "cp037"])
def test_entities_of_its_own_are_refused_in_any_encoding(encoding: str) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [<!ENTITY a "{"ha" * 50}">'
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<rss version='2.0'><channel><title>&b;&x;</title></channel></rss>"
    )
    with pytest.raises(Unreadable, match=r"entities of its own|is no feed"):
        read_feed(bomb.encode(encoding), ADDRESS, encoding)


@pytest.mark.parametrize("data", [b"", b"\0\0", b"<html><body>Hello", b"hello", b"{}", b"\xff\xfe"])
def test_what_is_no_feed_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Unreadable, match="it is no feed"):
        read(data)


def test_the_content_of_a_feed_is_never_taken_for_a_files_name(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(RSS_2)
    with pytest.raises(Unreadable):
        read(str(tmp_path / "secret"))


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("/a b", "https://courier.example/a%20b"),
        ("http://other.example/", "http://other.example/"),
        *(
            (bad, None)
            for bad in ("javascript:alert(1)", "data:text/html,x", "http://me:word@x.example/", "http://[", "")
        ),
    ],
)
def test_only_addresses_of_the_web_are_kept(link: str, shown: str | None) -> None:
    assert web_address(link, ADDRESS) == shown


def test_html_becomes_paragraphs() -> None:
    html = "A&nbsp;b <i>c</i>d<!-- x --><p>Second\n\nline<ul><li>one<li>two</ul>tail<br><br>end<style>p{}</style>"
    assert html_text(html) == "A b cd\n\nSecond line\n\none\n\ntwo\n\ntail\n\nend"
    assert html_text("<div>" * 50_000 + "deep") == ""  # deeper than any page; lxml leaves it out
    assert html_text("a < b & c \0") == "a < b & c"
