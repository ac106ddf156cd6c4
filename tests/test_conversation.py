"""When a question leans on the one before, and what is then searched for and read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import Settings
from index.answers import Answerer, Asking
from index.archive import Archive
from index.conversation import Turn, leans, read_in_context, searched_in_context

CONVERSATIONS = Path(__file__).parent / "conversations.jsonl"
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


def test_a_question_goes_on_from_the_answer_before_and_says_so(town: Archive, settings: Settings) -> None:
    answerer = Answerer(town, settings.answers)
    first = answerer.answer("Who will be the first woman to lead the Rovers?")
    assert first.turn.title == "Deasy Leaves Rovers After Four Years"
    second = answerer.answer("How often did she play for the county?", Asking(last=first.turn))
    assert "She played 42 times for the county" in second.quotes[0].text
    assert second.understood == ("as going on from “Who will be the first woman to lead the Rovers?”",)


def test_a_new_subject_is_not_mixed_up_with_the_last_one(town: Archive, settings: Settings) -> None:
    answerer = Answerer(town, settings.answers)
    last = answerer.answer("Who will be the first woman to lead the Rovers?").turn
    question = "How long will the footbridge over the Lenner be?"
    alone, after = answerer.answer(question), answerer.answer(question, Asking(last=last))
    assert after.answered
    assert after.quotes[0] == alone.quotes[0]
    assert not any("going on" in said for said in after.understood)


def test_there_are_sixty_conversations_whose_answers_are_where_they_say() -> None:
    rows = [json.loads(line) for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 60
    corpus = Path(__file__).parent.parent / "corpus"
    for turn in (turn for row in rows for turn in row["turns"]):
        text = (corpus / turn["article"]).read_bytes().decode()
        assert [text[span["start"] : span["end"]] for span in turn["answers"]] == [s["text"] for s in turn["answers"]]
