"""When a question leans on the one before, and what is then searched for and read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.settings import Settings
from index.answers import Answerer, Asking
from index.archive import Archive
from index.conversation import Turn, asked_again, leans, read_in_context, searched_in_context
from index.understood import GoingOn

CONVERSATIONS = Path(__file__).parent / "conversations.jsonl"
TODAY = date(2026, 3, 4)
BRIDGE = Turn("How long will the footbridge be?", "plan.txt", "Council Unveils Footbridge", "It is 84 metres long.")


@pytest.mark.parametrize(
    "question",
    [
        "and who paid for it?",
        "But why?",
        "What about the second year?",
        "When will they open it?",
        "who is she",
        "Was that too late?",
        "how much?",
        "What happened there?",
    ],
)
def test_a_question_leans_on_the_one_before_by_its_own_words(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who paid for the footbridge over the Lenner?",
        "How many people came to that festival of 2024?",
        "Which club won the cup in Brackholm?",
    ],
)
def test_a_question_that_names_what_it_asks_about_leans_on_nothing(question: str) -> None:
    assert not leans(question)


def test_search_is_led_by_the_article_that_was_quoted_and_what_was_asked() -> None:
    assert searched_in_context("and who paid for it?", BRIDGE) == (
        "and who paid for it? Council Unveils Footbridge long footbridge"
    )


def test_passages_are_read_for_the_question_itself_unless_it_says_too_little() -> None:
    assert read_in_context("And who paid the county grant?", BRIDGE) == "And who paid the county grant?"
    assert read_in_context("how much?", BRIDGE) == "how much? long footbridge"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("and in 2024?", "How many leavers were there in 2024?"),
        ("What about 2019?", "How many leavers were there in 2019?"),
        ("and since May 2024", "How many leavers were there since May 2024?"),
        ("And the year after?", "How many leavers were there in 2026?"),
        ("and two years ago?", "How many leavers were there two years ago?"),
        ("and the previous year?", "How many leavers were there in 2024?"),
        ("and in april of that year?", "How many leavers were there in april of 2025?"),
    ],
)
def test_a_question_that_names_only_a_time_asks_the_one_before_of_that_time(question: str, meant: str) -> None:
    last = Turn("How many leavers were there in 2025?", "exams.txt", "Exam Results", "65 per cent did.")
    assert asked_again(question, last, TODAY) == meant


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("and the day after?", "How many bottles did a family get 15 January 2025?"),
        ("And a month later?", "How many bottles did a family get February 2025?"),
        ("the year before?", "How many bottles did a family get in 2024?"),
    ],
)
def test_a_time_is_counted_from_what_was_quoted_where_the_question_names_none(question: str, meant: str) -> None:
    last = Turn("How many bottles did a family get?", "main.txt", "Main Breaks", "Six.", date(2025, 1, 14))
    assert asked_again(question, last, TODAY) == meant
    assert asked_again(question, replace(last, published=None), TODAY) is None


def test_a_time_alone_needs_a_question_to_be_asked_of() -> None:
    assert asked_again("and in 2024?", replace(BRIDGE, question=""), TODAY) is None
    assert asked_again("and in 2024?", replace(BRIDGE, question="in 2025?"), TODAY) is None


@pytest.mark.parametrize(
    "question", ["and who paid in 2024?", "and after the correction?", "how much?", "In 2024 and 2025?"]
)
def test_a_question_that_names_more_than_a_time_is_no_time_alone(question: str) -> None:
    assert asked_again(question, BRIDGE, TODAY) is None


def test_a_question_goes_on_from_the_answer_before_and_says_so(town: Archive, settings: Settings) -> None:
    answerer = Answerer(town, settings.answers)
    first = answerer.answer("Who will be the first woman to lead the Rovers?")
    assert first.turn.title == "Deasy Leaves Rovers After Four Years"
    second = answerer.answer("How often did she play for the county?", Asking(last=first.turn))
    assert "She played 42 times for the county" in second.quotes[0].text
    assert second.understood == (GoingOn("Who will be the first woman to lead the Rovers?"),)


def test_a_new_subject_is_not_mixed_up_with_the_last_one(town: Archive, settings: Settings) -> None:
    answerer = Answerer(town, settings.answers)
    last = answerer.answer("Who will be the first woman to lead the Rovers?").turn
    question = "How long will the footbridge over the Lenner be?"
    alone, after = answerer.answer(question), answerer.answer(question, Asking(last=last))
    assert after.answered
    assert after.quotes[0] == alone.quotes[0]
    assert not any(isinstance(said, GoingOn) for said in after.understood)


def test_there_are_sixty_conversations_whose_answers_are_where_they_say() -> None:
    rows = [json.loads(line) for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 60
    corpus = Path(__file__).parent.parent / "corpus"
    for turn in (turn for row in rows for turn in row["turns"]):
        text = (corpus / turn["article"]).read_bytes().decode()
        assert [text[span["start"] : span["end"]] for span in turn["answers"]] == [s["text"] for s in turn["answers"]]
