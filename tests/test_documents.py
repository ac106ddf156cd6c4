"""PDF and DOCX become articles as a reader sees them; what hangs, bursts or is locked is one line of the report."""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from samples import column, pdf, saved, word_document

from index.articles import Article, Remark
from index.corpus import read_file
from index.documents import given_title
from index.pdf import cleaned

BODY = (
    "The bridge over the river was opened on Thursday by the mayor in front of a",
    "crowd of some three hundred people. It is 84 metres long.",
    "",
    "The cost was three million pounds, two thirds of which came from a county",
    "transport grant, the council said.",
)
PARAGRAPHS = (
    "The bridge over the river was opened on Thursday by the mayor in front of a crowd of some three hundred people. "
    "It is 84 metres long.",
    "The cost was three million pounds, two thirds of which came from a county transport grant, the council said.",
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, bytes], Article | str]:
    """Reads one file as a build does: its article, or the reason why it has none."""

    def read_one(name: str, data: bytes) -> Article | str:
        (tmp_path / name).write_bytes(data)
        (only,) = read_file(tmp_path, tmp_path / name, 10)
        return only.reason if isinstance(only, Remark) else only

    return read_one


Read = Callable[[str, bytes], Article | str]


def paragraphs(article: Article | str) -> list[str]:
    assert isinstance(article, Article)
    return article.text.split("\n\n")


def test_lines_that_a_pdf_only_wrapped_are_one_paragraph_and_a_gap_ends_it(read: Read) -> None:
    assert paragraphs(read("a.pdf", pdf([column(*BODY)]))) == [*PARAGRAPHS]


def test_an_indented_line_begins_a_paragraph(read: Read) -> None:
    first = column("Under the plan the toll will be one pound for a car and", "nothing for those who walk or cycle.")
    second = column("Nobody spoke", x=90, top=694)
    assert paragraphs(read("a.pdf", pdf([first + second])))[1:] == ["Nobody spoke"]


def test_a_short_line_that_ends_a_sentence_ends_its_paragraph(read: Read) -> None:
    page = column("The toll will be one pound for a car and nothing for walkers", "and cyclists.", "Nobody spoke up.")
    assert paragraphs(read("a.pdf", pdf([page])))[1:] == ["Nobody spoke up."]


def test_a_sentence_goes_on_in_the_next_column_and_on_the_next_page(read: Read) -> None:
    first = column("The bridge was opened by", "the mayor in front of some") + column("three hundred people who", x=320)
    second = column("had come from far away.")
    assert paragraphs(read("a.pdf", pdf([first, second]))) == [
        "The bridge was opened by the mayor in front of some three hundred people who had come from far away."
    ]


def test_a_word_broken_at_the_end_of_a_line_is_mended_and_a_real_hyphen_kept(read: Read) -> None:
    page = column(
        "A well-known engineer has built the foot-",
        "bridge, she who is well-",
        "known for the Anglo-",
        "Saxon tower of the town.",
    )
    assert paragraphs(read("a.pdf", pdf([page]))) == [
        "A well-known engineer has built the footbridge, she who is well-known for the Anglo-Saxon tower of the town."
    ]


def test_running_heads_and_page_numbers_are_left_out(read: Read) -> None:
    def page(number: int, *lines: str) -> list[tuple[float, float, float, str]]:
        return [(72, 760, 9, f"The Courier, issue {number}"), *column(*lines), (300, 40, 9, f"Page {number} of 2")]

    pages = [page(1, "The bridge was opened in front of"), page(2, "three hundred people.")]
    assert paragraphs(read("a.pdf", pdf(pages))) == ["The bridge was opened in front of three hundred people."]


def test_the_heading_of_a_pdf_is_its_title_and_a_date_below_it_the_date(read: Read) -> None:
    rubric = column("LOCAL NEWS", top=760)
    heading = column("New Bridge Opened", top=740, size=20)
    article = read("a.pdf", pdf([rubric + heading + column("8 May 2025", "", *BODY, top=700)]))
    assert isinstance(article, Article)
    assert (article.title, article.published) == ("New Bridge Opened", date(2025, 5, 8))
    assert article.text[article.body :].strip() == "\n\n".join(PARAGRAPHS)


def test_the_day_on_which_a_file_was_made_is_not_that_of_publication(read: Read) -> None:
    article = read("minutes-of-may.pdf", pdf([column(*BODY)]))  # its CreationDate is the first of January 2020
    assert isinstance(article, Article)
    assert (article.title, article.published, article.body) == ("minutes of may", None, 0)


def test_the_title_of_the_metadata_goes_first_where_somebody_gave_it(read: Read) -> None:
    heading = column("Heading", top=760, size=20)
    for given, title in (
        ("Bridge Opened", "Bridge Opened"),
        ("Microsoft Word - draft.doc", "Heading"),
        ("", "Heading"),
    ):
        article = read("a.pdf", pdf([heading + column(*BODY)], given))
        assert isinstance(article, Article)
        assert article.title == title


@pytest.mark.parametrize(
    "title",
    ["untitled", "Untitled-3", "Document1", "minutes.docx", "20240501", "scan_final", "Word Document", "x" * 201],
)
def test_what_a_program_wrote_as_a_title_is_none(title: str) -> None:
    assert given_title(title) is None
    assert given_title("  Covid-19:  what now ") == "Covid-19: what now"


def test_ligatures_are_letters_and_the_halves_of_a_character_one() -> None:
    assert cleaned("the o\ufb03ce\xad of \ud83d\ude00\x02  \ud83d") == "the office of 😀 �"


def test_a_pdf_that_is_locked_only_against_printing_is_read_and_one_with_a_password_named(read: Read) -> None:
    for password, expected in (("", PARAGRAPHS[0]), ("secret", "locked with a password; save it without one")):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([column(*BODY)])))
        writer.encrypt(password, "owner", algorithm="AES-256")
        out = io.BytesIO()
        writer.write(out)
        found = read("a.pdf", out.getvalue())
        assert (found if isinstance(found, str) else paragraphs(found)[0]) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([[]]), "no text in it, only pictures of pages; have its text recognized (OCR) first"),
        (b"%PDF-1.7\nnonsense", "no PDF, or a damaged one; open it and save it anew"),
        (b"Dear all,\n", "no PDF, or a damaged one; open it and save it anew"),
        (pdf([column("A page.")] * 151), "151 pages, over the limit of 150; save it in parts"),
    ],
    ids=["scanned", "damaged", "a letter", "a book"],
)
def test_a_pdf_that_cannot_be_read_says_why(read: Read, data: bytes, reason: str) -> None:
    assert read("a.pdf", data) == reason


def test_a_pdf_that_would_take_minutes_is_given_up_and_the_next_file_read(read: Read) -> None:
    page = pdf([column(*BODY)])
    endless = page.replace(b"BT ", b"BT " + b"[(a) -1] TJ " * 150_000)
    started = time.monotonic()
    assert read("a.pdf", endless) == "it takes more than 3 s to read; save it anew, or in parts"
    assert time.monotonic() - started < 20  # three of the processor's, on a machine that may be busy
    assert paragraphs(read("b.pdf", page)) == [*PARAGRAPHS]


def test_a_stream_that_bursts_is_a_line_of_the_report(read: Read) -> None:
    burst = zlib.compress(b"BT (a) Tj ET " * 20_000_000, 9)
    whole = pdf([column("x")]).replace(b"<< /Length", b"<< /Filter /FlateDecode /Length")
    start, end = whole.index(b"stream\n") + 7, whole.index(b"\nendstream")
    reason = read("a.pdf", whole[:start] + burst + whole[end:])
    assert reason == "it unpacks to more than any page needs; save it anew"


def test_a_docx_has_paragraphs_headings_and_rows(read: Read) -> None:
    document = docx.Document()
    document.add_heading("New Bridge", 0)
    document.add_paragraph("8 May 2025")
    document.add_paragraph("The bridge is open.\tIt is  long.")
    table = document.add_table(2, 2)
    for place, text in enumerate(("Adults", "£5", "Children", "free")):
        table.cell(place // 2, place % 2).text = text
    article = read("a.docx", saved(document))
    assert isinstance(article, Article)
    assert (article.title, article.published) == ("New Bridge", date(2025, 5, 8))
    assert paragraphs(article)[2:] == ["The bridge is open. It is long.", "Adults | £5", "Children | free"]


def test_a_table_that_only_sets_text_side_by_side_gives_the_paragraphs_of_each_cell(read: Read) -> None:
    document = docx.Document()
    left, right = document.add_table(1, 2).rows[0].cells
    left.text = "First here.\nSecond here."
    right.text = "There."
    assert paragraphs(read("a.docx", saved(document))) == ["First here.\nSecond here.", "There."]


def test_what_was_inserted_is_read_and_what_was_deleted_or_hidden_is_not(read: Read) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The toll is ")
    for tag, text in (("w:ins", "not "), ("w:del", "never "), ("w:sdt", "one pound")):
        mark = OxmlElement(tag)
        paragraph.add_run(text)
        mark.append(paragraph._p[-1])
        paragraph._p.append(mark)
    paragraph.add_run(" (secret)").font.hidden = True
    paragraph.add_run(".")
    assert paragraphs(read("a.docx", saved(document))) == ["The toll is not one pound."]


def test_notes_come_after_the_text_and_a_table_of_contents_not_at_all(read: Read) -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Bridge\t7", "toc 1")
    document.add_paragraph("The bridge is open.")
    with_notes = with_footnote(saved(document), "It was closed in 1968.")
    assert paragraphs(read("a.docx", with_notes)) == ["The bridge is open.", "It was closed in 1968."]


def with_footnote(data: bytes, text: str) -> bytes:
    """The document with a part of footnotes, as Word writes it."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    notes = (
        f'<w:footnotes xmlns:w="{qn("w:p")[1:-2]}"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    override = (
        '<Override PartName="/word/footnotes.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>'
    )
    changed = {
        "[Content_Types].xml": ("</Types>", override + "</Types>"),
        "word/_rels/document.xml.rels": (
            "</Relationships>",
            f'<Relationship Id="rIdNotes" Type="{kind}" Target="footnotes.xml"/></Relationships>',
        ),
    }
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            old, new = changed.get(name, ("", ""))
            after.writestr(name, before.read(name).replace(old.encode(), new.encode(), 1) if old else before.read(name))
        after.writestr("word/footnotes.xml", notes)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word_document(), "no text in it"),
        (b"PK", "no DOCX, or a damaged one; open it and save it anew"),
        (word_document("A sentence.")[:-100], "no DOCX, or a damaged one; open it and save it anew"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600,
            "an old .doc, or locked with a password; save it as .docx without one",
        ),
    ],
    ids=["empty", "no ZIP", "cut off", "locked"],
)
def test_a_docx_that_cannot_be_read_says_why(read: Read, data: bytes, reason: str) -> None:
    assert read("a.docx", data) == reason


def test_a_docx_that_bursts_is_refused_before_it_is_unpacked(read: Read) -> None:
    out = io.BytesIO(word_document("A sentence."))
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", bytes(110_000_000))
    assert read("a.docx", out.getvalue()) == "over the limit of 100 MB when unpacked; save it in parts"
