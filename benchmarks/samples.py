"""Small real files of every format, made in memory, and the tokens that each format knows: a PDF is written by hand, a
DOCX by python-docx, a ZIP by zipfile."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

import docx

from config.settings import DEFAULT_FILE

Set = tuple[float, float, float, str]  # points from the left and the bottom, size of the letters, words
DOCX_PART = "word/document.xml"
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


def with_part(document: bytes, part: bytes) -> bytes:
    """The DOCX with another text."""
    with ZipFile(io.BytesIO(document)) as package:
        return zipped({name: package.read(name) for name in package.namelist()} | {DOCX_PART: part})


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


ARTICLE = """1.05.2025

"New Bridge"

The bridge is open. It is 84 metres long, said Mr. Deasy.

- One.

~~~
x
~~~
"""
YAML = """---
title: New Bridge
date: 2025-05-01
tags: [a, b]
source: &s Courier
---

# Bridge #

It is open. It is long.
"""
TOML = """+++
title = "Bridge"
date = 2025-05-01T10:00:00Z
[more]
x = [1, 0x2]
+++
It is open. It is long.
"""
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Bridge</title>
<meta property="article:published_time" content="2025-05-01"></head><body><nav><a href="/">Home</a></nav><article>
<h1>Bridge</h1><p>The bridge over the river was opened on Thursday by the mayor.</p>
<table><tr><td>a</td></tr></table><ul><li>b</ul></article></body>
"""
LINES = """{"title": "Bridge", "text": "It is open. It is long.", "published": "2025-05-01", "source": ["a", "b"]}
{"text": ["x"], "url": 1e999}
"""
DOCUMENT = pdf([column("The bridge was opened by the", "mayor. It is long."), column("Nobody spoke.")], "Bridge")
WORD_DOCUMENT = word_document("The bridge was opened by the mayor.", "It is long.", heading="Bridge")
SAMPLES: dict[str, list[bytes]] = {
    ".txt": [ARTICLE.encode(), ARTICLE.encode("utf-16"), "Café\r\n\r\nVoilà la forêt.\r".encode("cp1252")],
    ".md": [YAML.encode(), TOML.encode()],
    ".html": [PAGE.encode(), PAGE.replace("utf-8", "windows-1251").replace("bridge", "мост").encode("cp1251")],
    ".jsonl": [LINES.encode()],
    ".pdf": [DOCUMENT],
    ".docx": [WORD_DOCUMENT],
    DOCX_PART: [ZipFile(io.BytesIO(WORD_DOCUMENT)).read(DOCX_PART)],
    ".zip": [zipped({"a.txt": ARTICLE.encode(), "b/c.md": YAML.encode(), "d.zip": zipped({}), "e.pdf": DOCUMENT})],
    ".toml": [DEFAULT_FILE.read_bytes()],
}


def tokens(words: str) -> list[str]:
    """The words of a text as Python would read them between quotation marks; ␣ is a space."""
    return [
        word.replace("␣", " ").encode("ascii", "backslashreplace").decode("unicode_escape") for word in words.split()
    ]


TOKENS: dict[str, list[str]] = {
    ".txt": tokens(
        r"""
        1.05.2025\n 31.02.2025\n May␣1,␣2025 " “ ” \n \r \r\n \n\n ␣ \t .␣ Mr.␣ a.m.␣By␣ 。 #␣ -␣ >␣ 1.␣ ```\n ~~~\n
        ===\n \0 \ufeff \u2028 The␣bridge␣is␣open.␣
        """
    ),
    ".md": tokens(
        r"""
        ---\n +++\n ...\n title:␣ date:␣ url:␣ -␣ ?␣ :␣ [ ] { } &a␣ *a␣ <<:␣ !!binary␣ !!set␣
        !!python/object:os.system␣ ' " # 2025-05-01 2025-99-99 0x 1:1:1 ~ 9999999999 .inf %YAML␣9\n |\n >\n ␣ \t \n
        =␣ [[a]]\n \x27\x27\x27 #␣Title\n It␣is␣open.␣
        """
    ),
    ".html": tokens(
        r"""
        <p> </p> <div> <article> <h1> <a␣href=x> <table><tr><td> <li> <meta␣charset=utf-7> <meta␣charset=punycode>
        <script> <!-- --> <![CDATA[ &amp; &#0; &#xD800; < > <svg> <base␣href='http://[::1'>
        <time␣datetime=9999-99-99> <title> <b><i> \0 It␣is␣open.␣
        """
    ),
    ".jsonl": tokens(
        r"""
        { } [ ] " : , "text":␣"A␣b." "title":␣ "published":␣"31.02.2025" 1e999 NaN -0 \\ud800 \\u0000 null true
        9999999999 {"text":␣"A␣b."}\n \n \r \u2028
        """
    ),
    ".pdf": tokens(
        r"""
        ␣0␣obj\n endobj\n << >> [ ] ( ) < > /Type␣ /Pages␣ /Kids␣ /Length␣ /Filter␣/FlateDecode␣
        /Filter␣[/LZWDecode]␣ /Parent␣2␣0␣R␣ 2␣0␣R␣ 4␣0␣R␣ 99999999999␣ -1␣ BT␣ ET␣ stream\n \nendstream xref\n
        trailer\n startxref\n %%EOF Tj␣ TJ␣ Tf␣ Td␣ Tm␣ cm␣ Do␣ BI␣ /Encrypt␣2␣0␣R␣ /ToUnicode␣5␣0␣R␣ /Prev␣0␣
        """
    ),
    ".docx": tokens(
        r"""
        PK\1\2 PK\3\4 PK\5\6 word/document.xml [Content_Types].xml _rels/.rels \0
        """
    ),
    DOCX_PART: tokens(
        r"""
        <w:p> </w:p> <w:r> </w:r> <w:t> </w:t> <w:tab/> <w:br/> <w:tbl> </w:tbl> <w:tr> </w:tr> <w:tc> </w:tc>
        <w:ins> </w:ins> <w:del> </w:del> <w:sdt> </w:sdt> <w:txbxContent> </w:txbxContent>
        <w:rPr><w:vanish/></w:rPr> <w:pStyle␣w:val="Title"/> <!--x--> <?x?> &#x41; &b;
        <!DOCTYPE␣a␣[<!ENTITY␣b␣'c'>]> w: xmlns:w='x' \0 A␣b.␣
        """
    ),
    ".zip": tokens(
        r"""
        PK\1\2 PK\3\4 PK\5\6 PK\6\6 PK\6\7 ../ / \\ C: .txt a.txt \0 \xff \0\0\0\0 \xff\xff\xff\xff \x01\0 \x01\0␣\0
        """
    ),
    ".toml": tokens(
        r"""
        [archive]\n x␣=␣[ x␣=␣{x= .b [a.b [answers]\n [[reader]]\n [ ] { } folder␣=␣ keep␣=␣ quotes␣=␣ archive␣=␣ . # "
        \x27\x27\x27 ~x 9 - 0x nan inf true 2025-05-01 \n =␣ , \\u0000
        """
    ),
}
