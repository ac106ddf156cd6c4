"""Small real files, made in memory: a PDF written by hand, a DOCX by python-docx, a ZIP by zipfile."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

import docx

Set = tuple[float, float, float, str]  # points from the left and the bottom, size of the letters, words
LEFT, TOP, SPACING = 72.0, 720.0, 13.0


def pdf(pages: Sequence[Sequence[Set]], title: str = "") -> bytes:
    """A PDF with lines at their places (ISO 32000-1, Annex H: the smallest that viewers open)."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        shown = "\n".join(f"BT /F1 {size:g} Tf {x:g} {y:g} Td ({escaped(text)}) Tj ET" for x, y, size, text in page)
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(shown.encode('cp1252'))} >>\nstream\n{shown}\nendstream",
        ]
    objects.append(f"<< /Title ({escaped(title)}) /CreationDate (D:20200101120000Z) >>")
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    ending = f"trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{ending}".encode()


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def column(*lines: str, x: float = LEFT, top: float = TOP, size: float = 11) -> list[Set]:
    """Lines one below the other; an empty one leaves half a line free, as between paragraphs."""
    placed, y = [], top
    for line in lines:
        if line:
            placed.append((x, y, size, line))
        y -= SPACING if line else SPACING / 2
    return placed


def word_document(*paragraphs: str, heading: str = "", title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    if heading:
        document.add_heading(heading)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
