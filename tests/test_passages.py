"""An article is cut into passages of whole sentences, as slices of its text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.corpus import read_corpus
from index.passages import passages_of, sentences_of


def sentences(text: str) -> list[str]:
    article = Article("a.txt", text, "Title")
    return [text[start:end] for start, end in sentences_of(article)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Dr. Smith met J. P. Hollis at St. Anne's at 6.30 p.m. on Friday.", "It rained."],
        ["It cost £1.2 million, said Mr. Kovač.", "Prices rose 3.5 per cent."],
        ['"We won.', 'We really did!" she said.', "Nobody replied."],
        ["Was it J. R. R. Tolkien?", "‘Yes,’ she said."],
        ["See the U.S. Senate vs. the E.U. report.", "No. 5 was late."],
        ["橋が開通した。", "費用は三億円だった。"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    space = "" if expected[0].endswith("。") else " "
    assert sentences(space.join(expected)) == expected


def test_lines_broken_to_a_width_are_one_paragraph() -> None:
    first = "The bridge over the river was opened on Thursday by the\nmayor."
    second = "It is long and was built in under two years\nby a firm."
    assert sentences(f"{first} {second}") == [first, second]


def test_short_lines_are_paragraphs_of_their_own() -> None:
    assert sentences("The bridge\nIt is open.") == ["The bridge", "It is open."]


def test_headings_and_list_markers_are_no_part_of_sentences() -> None:
    text = "## Costs\n\n- The bridge cost 3 million.\n- It was late.\n\n1. First, it rained.\n\n> She said so."
    assert sentences(text) == ["The bridge cost 3 million.", "It was late.", "First, it rained.", "She said so."]


def test_passages_hold_as_many_whole_sentences_as_fit() -> None:
    text = "One two three. Four five six. Seven eight nine. Ten."
    found = passages_of(Article("a.txt", text, "Title"), words=7)
    assert [passage.text for passage in found] == ["One two three. Four five six.", "Seven eight nine. Ten."]


def test_a_sentence_longer_than_a_passage_is_not_cut() -> None:
    long = "Long " + " ".join(["word"] * 50) + "."
    found = passages_of(Article("a.txt", f"Short one. {long} Short two.", "Title"), words=20)
    assert [passage.text for passage in found] == ["Short one.", long, "Short two."]


@given(st.text(alphabet=st.sampled_from('ab. !?"“”\n\r\t-#1。é😀'), max_size=300))
def test_sentences_are_ordered_slices_without_space_at_their_ends_and_lose_no_letter(text: str) -> None:
    article = Article("a.txt", text, "Title")
    spans = list(sentences_of(article))
    here = 0
    for start, end in spans:
        assert here <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        here = end
    assert [span for passage in passages_of(article, 5) for span in passage.sentences] == spans
    if "#" not in text:
        quoted = "".join(text[start:end] for start, end in spans)
        assert sum(letter in "abé" for letter in quoted) == sum(letter in "abé" for letter in text)


def test_every_annotated_bbc_sentence_is_found_whole(question_sets: Path) -> None:
    lines = (question_sets / "bbc" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    articles = {article.id: article for article in read_corpus(question_sets / "bbc" / "articles", 10).articles}
    whole = [row["sentence"] in sentences_in(articles[row["article"]]) for row in rows]
    assert (sum(whole), len(whole)) == (120, 120)


def sentences_in(article: Article) -> set[str]:
    return {article.text[start:end] for start, end in sentences_of(article)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Its barrister, Mr. A. R. Devane, left. It rained.", ["Its barrister, Mr. A. R. Devane, left.", "It rained."]),
        ("It rang at 8.15 a.m. By nine all were in.", ["It rang at 8.15 a.m.", "By nine all were in."]),
        ("It rang at 8 p.m. Monday as well.", ["It rang at 8 p.m. Monday as well."]),
        ("नमस्ते दुनिया। यह दूसरा है।", ["नमस्ते दुनिया।", "यह दूसरा है।"]),
    ],
)
def test_sentences_that_are_often_cut_wrongly(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_code_headings_and_link_definitions_of_markdown_are_no_sentences() -> None:
    text = "One.\n\n```python\nx = 1.\n```\n\nHeading\n---\n\nTwo.\n\n[ref]: http://example.org\n\nThree.\n---\n"
    assert sentences(text) == ["One.", "Two.", "Three."]
