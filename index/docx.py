"""The bytes of a DOCX -> its paragraphs as a reader sees them: what was inserted is there, what was deleted is not.

python-docx opens the package and knows its styles; its `Paragraph.text` leaves out insertions, content controls and
text boxes, and a sentence without them would be another one, so that the text is read off the elements here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from index.articles import Reason, Unreadable
from index.disk import MEGABYTE

Element = Any  # lxml's, of which python-docx has a class for some tags
MOST_UNPACKED = 100_000_000  # bytes, pictures included
COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")  # what an old .doc begins with, and a DOCX that has a password
TEXT, TAB, HYPHEN, LINE_ENDS = qn("w:t"), qn("w:tab"), qn("w:noBreakHyphen"), {qn("w:br"), qn("w:cr")}
PARAGRAPH, RUN, BOX, TABLE, ROW, CELL = map(qn, ("w:p", "w:r", "w:txbxContent", "w:tbl", "w:tr", "w:tc"))
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again, for older readers
UNSEEN = {FALLBACK, *map(qn, ("w:pPr", "w:del", "w:moveFrom", "w:instrText", "w:rt"))}  # w:rt: how a word is said
HIDDEN = qn("w:vanish")
NOTES = {RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES}
BETWEEN_CELLS = " | "


def extracted(data: bytes) -> dict[str, str | None]:
    """`text`, paragraphs with an empty line between, notes at its end; `title`, of the metadata; `heading`, the first.

    Raises `Unreadable` for a document that is locked, damaged or too large, and for one without text.
    """
    document = opened(data)
    names = {style.style_id: (style.name or "").casefold() for style in document.styles}
    paragraphs = [
        (text, names.get(style, ""))
        for part in (document.element.body, *notes_of(document))
        for text, style in paragraphs_in(part)
    ]
    shown = [(text, style) for text, style in paragraphs if text and not style.startswith("toc ")]
    if not shown:
        raise Unreadable("no text in it", Reason.NO_TEXT)
    headings = (" ".join(text.split()) for text, style in shown if style.startswith(("title", "heading")))
    return {
        "text": "\n\n".join(text for text, _ in shown),
        "title": document.core_properties.title,
        "heading": next(headings, None),
    }


def opened(data: bytes) -> Document:
    if data.startswith(COMPOUND_FILE):
        raise Unreadable("an old .doc, or locked with a password; save it as .docx without one", Reason.LOCKED)
    try:
        with ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                raise Unreadable(
                    f"over the limit of {MOST_UNPACKED // MEGABYTE} MB when unpacked; save it in parts", Reason.UNPACKED
                )
        return docx.Document(io.BytesIO(data))
    except (BadZipFile, KeyError, ValueError, SyntaxError):  # the last of lxml
        raise Unreadable("no DOCX, or a damaged one; open it and save it anew", Reason.DAMAGED) from None


def notes_of(document: Document) -> Iterator[Element]:
    """The footnotes and endnotes, without the lines that separate them from the text."""
    for relation in document.part.rels.values():
        if relation.reltype in NOTES and not relation.is_external:
            yield from (note for note in parse_xml(relation.target_part.blob) if note.get(qn("w:type")) is None)


def paragraphs_in(container: Element) -> Iterator[tuple[str, str | None]]:
    """Text and style of each paragraph below `container`; of a text box, after the paragraph that it hangs on."""
    for element in container:
        if element.tag == PARAGRAPH:
            yield text_of(element), element.style
            for box in boxes_in(element):
                yield from paragraphs_in(box)
        elif element.tag == ROW:
            yield from row_of(element)
        elif element.tag not in UNSEEN:
            yield from paragraphs_in(element)


def row_of(row: Element) -> Iterator[tuple[str, str | None]]:
    """A row of figures as one line; of a table that only puts text side by side, the paragraphs of each cell."""
    cells = [[(text, style) for text, style in paragraphs_in(cell) if text] for cell in cells_in(row)]
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and all(len(cell) == 1 and "\n" not in cell[0][0] for cell in filled):
        yield BETWEEN_CELLS.join(cell[0][0] for cell in filled), None
    else:
        for cell in filled:
            yield from cell


def cells_in(row: Element) -> Iterator[Element]:
    return outermost(row, CELL)


def boxes_in(paragraph: Element) -> Iterator[Element]:
    return outermost(paragraph, BOX)


def outermost(container: Element, tag: str) -> Iterator[Element]:
    for element in container:
        if element.tag == tag:
            yield element
        elif element.tag not in UNSEEN:
            yield from outermost(element, tag)


def text_of(paragraph: Element) -> str:
    """The letters of a paragraph, its lines with single spaces."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(letters_of(paragraph)).split("\n"))))


def letters_of(container: Element) -> Iterator[str]:
    for element in container:
        tag = element.tag
        if tag == TEXT:
            yield element.text or ""
        elif tag == TAB:
            yield "\t"
        elif tag == HYPHEN:
            yield "-"
        elif tag in LINE_ENDS:
            yield "\n"
        elif tag != BOX and tag not in UNSEEN and not is_hidden(element):
            yield from letters_of(element)


def is_hidden(run: Element) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{HIDDEN}") if run.tag == RUN else None
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false", "off")
