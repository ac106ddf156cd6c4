"""Input that means harm, in short: no reader of files raises what it does not document, none takes more than 5 s."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hostile import KINDS, tried
from samples import with_part, word_document

from index.articles import Article, Remark
from index.corpus import read_file

FILL = 9_000_000  # bytes, just below the limit of a file


@pytest.mark.parametrize("kind", KINDS)
def test_changed_and_put_together_files_crash_and_hang_no_reader(kind: str) -> None:
    outcome = tried(kind, count=40, number=0)
    assert (outcome.crashes, outcome.hangs) == ([], 0)
    assert outcome.cases == 40
    assert outcome.articles > 0  # or nothing got as far as the inner parts


@pytest.mark.parametrize(
    ("name", "beginning", "piece"),
    [
        ("a.txt", "1.05.2025\n", " "),
        ("a.txt", "Title\n\n", "\u2028"),
        ("a.txt", "", "~~~\nThe bridge is open.\n"),
        ("a.txt", "", "The bridge over the river was opened on Thursday.\n"),
        ("a.md", "# Title", " " * 60 + "#"),
        ("a.md", "---\ntitle: &a x\n", "b: *a\n"),
        ("a.md", "---\ntitle: ", "["),
        ("a.jsonl", "", "{\n"),
        ("a.jsonl", "[", "["),
    ],
)
def test_nothing_that_is_repeated_to_the_limit_takes_long(
    tmp_path: Path, name: str, beginning: str, piece: str
) -> None:
    (tmp_path / name).write_text(beginning + piece * (FILL // len(piece.encode())))
    started = time.monotonic()
    assert read_file(tmp_path, tmp_path / name, 10)
    assert time.monotonic() - started < 5


def test_a_few_references_of_front_matter_stand_for_nothing_larger(tmp_path: Path) -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    nested = "".join(f"{one}: &{one} [*{last}, *{last}]\n" for last, one in pairwise(names))
    (tmp_path / "a.md").write_text(f"---\na: &a [x, x]\n{nested}title: *z\n---\n\n# Bridge\n\nIt is open.\n")
    remark, article = read_file(tmp_path, tmp_path / "a.md", 10)
    assert remark == Remark("a.md", "its front matter cannot be read; the article is kept without it", kept=True)
    assert isinstance(article, Article)
    assert article.title == "Bridge"


def test_an_entity_of_a_docx_is_not_resolved(tmp_path: Path) -> None:
    part = (
        '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://schemas.openxmlformats.org/'
        'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>A sentence.&e;</w:t></w:r></w:p></w:body></w:document>'
    )
    (tmp_path / "a.docx").write_bytes(with_part(word_document("x"), part.encode()))
    (article,) = read_file(tmp_path, tmp_path / "a.docx", 10)
    assert isinstance(article, Article)
    assert article.text == "A sentence."


def test_broken_lines_are_named_up_to_a_hundred_and_then_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "It is open."}\n' + "{\n" * 300)
    article, *remarks = read_file(tmp_path, tmp_path / "a.jsonl", 10)
    assert isinstance(article, Article)
    assert len(remarks) == 101
    assert remarks[-1] == Remark("a.jsonl", "200 more lines like these")


def test_a_file_of_broken_lines_alone_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{\n" * 300)
    *lines, last = read_file(tmp_path, tmp_path / "a.jsonl", 10)
    assert len(lines) == 100
    assert last == Remark("a.jsonl", "no JSON Lines: none of its first lines is an article")
