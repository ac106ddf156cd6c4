"""A file's bytes become an article: text kept, title and date read off, metadata from each format."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Remark, Unreadable, article_from_text
from index.formats import CONTROL, FORMATS, decoded


def read(name: str, data: bytes | str) -> list[Article | Remark]:
    suffix = "." + name.rsplit(".", 1)[1]
    return list(FORMATS[suffix](name, data.encode() if isinstance(data, str) else data))


def article(name: str, data: bytes | str) -> Article:
    (only,) = read(name, data)
    assert isinstance(only, Article)
    return only


@pytest.mark.parametrize(
    ("title_line", "title"),
    [
        ('"New Bridge"', "New Bridge"),
        ("“New Bridge”", "New Bridge"),
        ("„Neue Brücke“", "Neue Brücke"),
        ("«Nouveau pont»", "Nouveau pont"),
        ("‘New Bridge’", "New Bridge"),
        ("'Call centres' lose patience", "'Call centres' lose patience"),
        ('"Yes" and "No"', '"Yes" and "No"'),
        ("New Bridge", "New Bridge"),
    ],
)
def test_archive_format_has_a_date_line_and_a_title_without_its_quotation_marks(title_line: str, title: str) -> None:
    text = f"1.05.2025\n\n{title_line}\n\nThe bridge is open. It is long.\n"
    found = article("a.txt", text)
    assert (found.published, found.title, found.text) == (date(2025, 5, 1), title, text)
    assert text[found.body :].strip() == "The bridge is open. It is long."


def test_without_a_date_line_the_first_line_is_the_title() -> None:
    found = article("a.txt", "Claxton hunting first major medal\n\nBritish hurdler Sarah Claxton is confident.")
    assert (found.published, found.title) == (None, "Claxton hunting first major medal")


def test_an_impossible_date_is_a_remark_and_the_article_is_kept() -> None:
    kept, remark = read("a.txt", '31.02.2025\n\n"Title"\n\nOne sentence.')
    assert isinstance(kept, Article)
    assert kept.published is None
    assert remark == Remark("a.txt", "“31.02.2025” is no date; read without a date", kept=True)


def test_a_long_first_line_is_a_paragraph_and_the_file_name_the_title() -> None:
    found = article("notes/the_old-mill.txt", "word " * 60 + "end.\n\nSecond paragraph.")
    assert (found.title, found.body) == ("the old mill", 0)


def test_a_file_of_one_line_is_title_and_body_at_once() -> None:
    found = article("a.txt", "The mill burned down.")
    assert (found.title, found.body) == ("The mill burned down.", 0)


def test_a_lead_that_the_next_paragraph_repeats_is_left_out_of_the_body() -> None:
    lead = "The council has voted to build a footbridge over the river for two million pounds."
    again = "The council voted on Monday to build a footbridge over the river for two million pounds. It was close."
    text = f'2.03.2024\n\n"Vote"\n\n{lead}\n\n{again}\n'
    assert text[article("a.txt", text).body :].strip() == again


def test_paragraphs_on_the_same_subject_are_not_taken_for_a_repeated_lead() -> None:
    lead = "The dollar has hit its highest level against the euro in almost three months, traders said."
    after = "The Federal Reserve chairman highlighted the dollar and the willingness to curb spending in his speech."
    text = f"Dollar gains\n\n{lead}\n\n{after}\n"
    assert text[article("a.txt", text).body :].strip().startswith(lead)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept_and_offsets_count_them(line_end: str) -> None:
    text = line_end.join(["1.05.2025", "", '"Title"', "", "First sentence."])
    found = article("a.txt", text)
    assert found.text == text
    assert found.text[found.body :].strip() == "First sentence."


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1250", "cp1251", "shift_jis"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding_is_read_and_only_the_byte_order_mark_is_dropped(encoding: str) -> None:
    texts = {
        "cp1250": "Zażółć gęślą jaźń, powiedział burmistrz Łodzi. Most będzie długi i piękny, dodał później.",
        "cp1251": "Мост через реку был открыт в среду, сообщила городская администрация. Это большой праздник.",
        "shift_jis": "日本の新しい橋が水曜日に開通した。市によると費用は三億円だった。",
    }
    text = texts.get(encoding, "Die Brücke über den Fluß wurde für £15.8m eröffnet, sagte Bürgermeister Groß.")
    assert decoded(text.encode(encoding)) == text


def test_one_letter_beyond_ascii_is_read_as_western_european() -> None:
    text = "Chelsea will not fight the ruling over Mutu, a £15.8m signing. " * 20
    assert decoded(text.encode("latin-1")) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        (b"\x01\x02\x03\x04 text", "a binary file"),
        (b"\xff\xfea", "not valid UTF-16-LE"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"^{reason}$"):
        decoded(data)


@given(st.text(min_size=1))
def test_every_text_without_control_characters_comes_back_from_utf_8_unchanged(text: str) -> None:
    if CONTROL.search(text):
        text = CONTROL.sub("", text) or "only controls were there"
    assert decoded(text.encode()) == text.removeprefix("\ufeff")


@given(st.text())
def test_reading_off_never_changes_the_text_and_the_body_lies_inside(text: str) -> None:
    found, _ = article_from_text("a.txt", text)
    assert found.text == text
    assert 0 <= found.body <= len(text)


def test_markdown_takes_title_date_and_source_from_its_front_matter() -> None:
    text = "---\ntitle: New Bridge\ndate: 2025-05-01\nsource: Courier\nurl: https://example.org/b\n---\n\nIt is open."
    found = article("a.md", text)
    assert (found.title, found.published, found.source) == ("New Bridge", date(2025, 5, 1), "Courier")
    assert (found.url, found.text[found.body :].strip()) == ("https://example.org/b", "It is open.")


def test_markdown_front_matter_may_be_toml() -> None:
    found = article("a.md", '+++\ntitle = "Bridge"\ndate = 2025-05-01T10:00:00Z\n+++\nIt is open.')
    assert (found.title, found.published) == ("Bridge", date(2025, 5, 1))


def test_markdown_without_front_matter_has_its_first_heading_as_title() -> None:
    found = article("a.md", "# New Bridge #\n\nIt is open.\n")
    assert (found.title, found.text[found.body :].strip()) == ("New Bridge", "It is open.")


def test_broken_front_matter_is_a_remark_and_the_article_is_kept() -> None:
    remark, kept = read("a.md", "---\ntitle: [unclosed\n---\n\n# New Bridge\n\nIt is open.")
    assert remark == Remark("a.md", "its front matter cannot be read; the article is kept without it", kept=True)
    assert isinstance(kept, Article)
    assert kept.title == "New Bridge"


def test_a_web_page_gives_its_article_without_the_menu() -> None:
    page = """<html><head><title>New Bridge - Courier</title><meta property="og:title" content="New Bridge">
    <meta property="article:published_time" content="2025-05-01T08:00:00Z"><meta property="og:site_name"
    content="The Courier"><link rel="canonical" href="https://courier.example/bridge"></head><body><nav><a
    href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>New Bridge</h1><p>The bridge over the river was
    opened on Thursday by the mayor in front of a crowd of some three hundred people.</p><p>It is 84 metres long and
    cost three million pounds, the council said in a statement.</p></article><footer>Imprint</footer></body></html>"""
    found = article("a.html", page)
    assert (found.title, found.published, found.source) == ("New Bridge", date(2025, 5, 1), "The Courier")
    assert found.url == "https://courier.example/bridge"
    assert "It is 84 metres long" in found.text
    assert "Imprint" not in found.text


def test_a_web_page_without_an_article_is_refused() -> None:
    with pytest.raises(Unreadable, match="no article was found"):
        read("a.html", "<html><body></body></html>")


def test_json_lines_hold_one_article_a_line_and_broken_lines_are_named() -> None:
    good = {"title": "Bridge", "text": "It is open.", "published": "2025-05-01", "source": "Courier"}
    good["url"] = "https://x.org"
    lines = [json.dumps(good), "{broken", "", json.dumps({"title": "no text"}), json.dumps({"text": "T\n\nS."}), "[1]"]
    first, broken, empty, untitled, no_object = read("a.jsonl", "\n".join(lines))
    assert first == Article("a.jsonl#1", "It is open.", "Bridge", date(2025, 5, 1), "Courier", "https://x.org")
    assert isinstance(broken, Remark)
    assert broken.path == "a.jsonl#2"
    assert broken.reason.startswith("this line is not valid JSON")
    assert empty == Remark("a.jsonl#4", "this line has no “text”")
    assert isinstance(untitled, Article)
    assert (untitled.id, untitled.title) == ("a.jsonl#5", "T")
    assert no_object == Remark("a.jsonl#6", "this line has no “text”")


def test_json_lines_with_an_odd_date_keep_the_article() -> None:
    kept, remark = read("a.jsonl", json.dumps({"text": "It is open.", "published": "last week"}))
    assert isinstance(kept, Article)
    assert remark == Remark("a.jsonl#1", "“last week” is no date; read without a date", kept=True)


def test_the_seed_article_has_its_date_and_a_title_without_marks(question_sets: Path) -> None:
    (file,) = (question_sets / "seed").glob("*.txt")
    found = article(file.name, file.read_bytes())
    assert (found.published, found.title) == (date(2025, 5, 1), "North Korea and Russia Break Ground on New Bridge")
    assert found.text == file.read_bytes().decode()
    assert found.text[found.body :].startswith("SEOUL, South Korea (AP) - North Korea and Russia have initiated")


@pytest.mark.parametrize(
    "line", ["1.05.2025", "01.05.2025", "1. 5. 2025", "2025-05-01", "1 May 2025", "May 1, 2025", "1 Jan 2025"]
)
def test_a_date_line_may_be_written_in_many_ways_above_or_below_the_title(line: str) -> None:
    day = date(2025, 1, 1) if "Jan" in line else date(2025, 5, 1)
    for text in (f"{line}\n\nThe Title\n\nThe text.\n", f"The Title\n{line}\n\nThe text.\n"):
        (found,) = read("a.txt", text)
        assert isinstance(found, Article)
        assert (found.title, found.published, found.text[found.body :].strip()) == ("The Title", day, "The text.")


def test_a_date_that_may_be_read_in_two_ways_is_a_remark_and_no_title() -> None:
    article, remark = read("a.txt", "01/05/2025\n\nThe Title\n\nThe text.\n")
    assert isinstance(article, Article)
    assert (article.title, article.published) == ("The Title", None)
    assert remark == Remark("a.txt", "“01/05/2025” is no date; read without a date", kept=True)


@pytest.mark.parametrize(
    "text",
    [
        "Le café était fermé à cause de la grève générale. Élève déçu.",
        "Der Bürgermeister grüßte die Gäste und schloß die Tür.",
        "El niño comió en el jardín. ¡Qué día!",
    ],
)
def test_a_short_western_text_is_not_taken_for_another_alphabet(text: str) -> None:
    assert decoded(text.encode("latin-1")) == text


def test_damaged_utf_8_is_refused_and_not_read_as_something_else() -> None:
    whole = ("Józef Małecki died on Monday. " * 20).encode()
    for damaged in (whole + b"\xc5", whole + b"\xff", whole[:40] + b"\xe9" + whole[40:]):
        with pytest.raises(Unreadable, match=r"damaged UTF-8 \(byte \d+\)"):
            decoded(damaged)


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("---\ntitle: Dots\n...\n", "Dots"),
        ("\n---\ntitle: Late\n---\n", "Late"),
        ("---\ntitle: [One, Two]\n---\n", "One, Two"),
        ("---\ntitle: {x: 1}\n---\n", "a"),
        ("---\n---\n", "a"),
        ("+++\ntitle = 'Toml'\n+++\n", "Toml"),
    ],
)
def test_front_matter_in_its_variants_is_no_text(front: str, title: str) -> None:
    article, *_ = read("a.md", f"{front}{'x' * 201}. The text is here.\n")
    assert isinstance(article, Article)
    assert article.title == title
    assert article.text[article.body :].startswith("xxx")


def test_a_web_page_is_read_in_the_encoding_it_declares() -> None:
    page = "<html><head><meta charset=windows-1251><title>Мост</title></head><body><article><h1>Мост</h1>"
    page += "<p>Мост через реку открыт в мае. Его длина один километр, и строили его полтора года.</p>" * 3
    (found,) = read("a.html", (page + f"<script>{'x' * 20_000}</script></article></body></html>").encode("cp1251"))
    assert isinstance(found, Article)
    assert "Мост через реку открыт в мае." in found.text
    assert found.title == "Мост"
