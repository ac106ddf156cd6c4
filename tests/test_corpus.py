"""A folder is read whole; what cannot be read is named with its reason and never stops the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from index.articles import Remark, without_quotation_marks
from index.corpus import read_corpus
from index.errors import BadArchive

GOOD = '1.05.2025\n\n"Bridge"\n\nThe bridge is open.\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    archive = tmp_path / "archive"
    (archive / "2025").mkdir(parents=True)
    (archive / "2025" / "bridge.txt").write_text(GOOD)
    return archive


def skipped(folder: Path, limit: float = 10) -> dict[str, str]:
    return {item.path: item.reason for item in read_corpus(folder, limit).remarks}


def test_articles_come_in_the_order_of_their_ids_which_are_paths_with_slashes(folder: Path) -> None:
    (folder / "a.txt").write_text(GOOD)
    assert [article.id for article in read_corpus(folder, 10).articles] == ["2025/bridge.txt", "a.txt"]


def test_every_kind_of_bad_file_is_named_and_the_good_one_is_read(folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "blank.txt").write_text(" \n\n")
    (folder / "picture.txt").write_bytes(b"\x89PNG\0\0")
    (folder / "notes.odt").write_bytes(b"PK")
    (folder / "huge.txt").write_text("word " * 30_000)
    (folder / "marks.txt").write_text("* * *\n\n...\n")
    (folder / ".git").mkdir()
    os.mkfifo(folder / "pipe.txt")
    corpus = read_corpus(folder, max_file_megabytes=0.1)
    assert [article.id for article in corpus.articles] == ["2025/bridge.txt"]
    assert {item.path: item.reason for item in corpus.remarks} == {
        ".git": "hidden",
        "blank.txt": "empty",
        "empty.txt": "empty",
        "huge.txt": "0.1 MB, over the limit of 0.1 MB (archive.max_file_megabytes)",
        "marks.txt": "no sentence in it",
        "notes.odt": "not a kind of file that holds articles "
        "(.txt, .text, .md, .markdown, .html, .htm, .jsonl, .ndjson, .pdf, .docx)",
        "picture.txt": "a binary file",
        "pipe.txt": "not an ordinary file",
    }


def test_links_are_named_and_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(GOOD)
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "2025" / "up").symlink_to(folder)
    (folder / "again.txt").symlink_to(folder / "2025" / "bridge.txt")
    (folder / "nowhere.txt").symlink_to(folder / "missing.txt")
    (folder / "self.txt").symlink_to("self.txt")
    assert skipped(folder) == {
        "out.txt": "a link that leads out of the archive",
        "2025/up": "a link that leads round in circles",
        "again.txt": "a link to 2025/bridge.txt, which is read under that name",
        "nowhere.txt": "a link that leads nowhere or round in circles",
        "self.txt": "a link that leads nowhere or round in circles",
    }


def test_a_file_name_that_is_no_text_is_named_with_a_replacement(folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text(GOOD)
    assert skipped(folder) == {"caf�.txt": "its name is not valid UTF-8"}


def test_a_file_that_breaks_its_reader_is_a_line_of_the_report(folder: Path) -> None:
    (folder / "deep.jsonl").write_text('{"text": "One."}\n' + "[" * 100_000 + '\n{"text": "Two."}\n')
    assert skipped(folder) == {"deep.jsonl#2": "this line is not valid JSON (nested too deeply)"}
    ids = [article.id for article in read_corpus(folder, 10).articles]
    assert ids == ["2025/bridge.txt", "deep.jsonl#1", "deep.jsonl#3"]


@pytest.mark.parametrize("field", ["text", "title", "source", "url", "published"])
def test_half_a_character_in_any_field_is_a_line_of_the_report_that_can_be_written(folder: Path, field: str) -> None:
    line = {"title": "T", "text": "It rained.", field: "\ud800 x"}
    (folder / "half.jsonl").write_text(json.dumps(line))
    (reason,) = skipped(folder).values()
    assert reason.encode()
    assert reason in ("it holds half a character (a lone surrogate)", "“? x” is no date; read without a date")


def test_a_guessed_encoding_is_a_note_and_the_article_is_kept(folder: Path) -> None:
    (folder / "old.txt").write_bytes("Café\n\nThe café is open. It is near the forêt, voilà.\n".encode("latin-1"))
    corpus = read_corpus(folder, 10)
    assert corpus.remarks == (Remark("old.txt", "not UTF-8; read as cp1252", kept=True),)
    assert [article.title for article in corpus.articles] == ["Bridge", "Café"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(folder: Path) -> None:
    (folder / "locked.txt").write_text(GOOD)
    (folder / "locked.txt").chmod(0)
    assert skipped(folder) == {"locked.txt": "cannot be opened (Permission denied)"}


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match=r"^There is no folder .*gone; name the folder that holds your articles\.$"):
        read_corpus(tmp_path / "gone", 10)


def test_a_file_instead_of_a_folder_is_one_sentence(folder: Path) -> None:
    with pytest.raises(BadArchive, match=r"bridge\.txt is a file; name the folder"):
        read_corpus(folder / "2025" / "bridge.txt", 10)


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match=r"is empty; put articles into it \(\.txt, "):
        read_corpus(tmp_path, 10)


def test_a_folder_without_a_readable_article_says_why(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt", "d.txt", "e.txt"):
        (tmp_path / name).touch()
    with pytest.raises(BadArchive, match=r"a\.txt: empty; b\.txt: empty; c\.txt: empty; and 2 more"):
        read_corpus(tmp_path, 10)


def test_no_bbc_article_is_lost_and_no_lead_is_taken_for_a_repeated_one(question_sets: Path) -> None:
    corpus = read_corpus(question_sets / "bbc" / "articles", 10)
    note = Remark("sport/199.txt", "not UTF-8; read as cp1252", kept=True)
    assert (len(corpus.articles), corpus.remarks) == (2225, (note,))
    for article in corpus.articles:
        data = (question_sets / "bbc" / "articles" / article.id).read_bytes()
        encoding = "latin-1" if article.id == "sport/199.txt" else "utf-8"
        assert article.text == data.decode(encoding)
        assert without_quotation_marks(article.text[: article.body].strip()) == article.title
