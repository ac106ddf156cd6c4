"""What a question asks for, and which sentences have it."""

from __future__ import annotations

import pytest

from index.kinds import Kind, Wanted


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How long will the bridge be?", {Kind.measure}),
        ("How many came?", {Kind.number}),
        ("how much did it cost", {Kind.number}),
        ("What percentage voted for it?", {Kind.number, Kind.thing}),
        ("When was it opened?", {Kind.time}),
        ("How long ago was it opened?", {Kind.time}),
        ("In which year was it opened?", {Kind.time, Kind.thing}),
        ("Who was mayor when it was opened?", {Kind.person}),
        ("Whose idea was it?", {Kind.person}),
        ("Where does she live?", {Kind.place}),
        ("Which river will it cross?", {Kind.place, Kind.thing}),
        ("What did she say?", set()),
        ("Why was it closed?", set()),
        ("", set()),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kinds: set[Kind]) -> None:
    assert set(Wanted.by(question).patterns) == kinds


@pytest.mark.parametrize(
    ("question", "sentence", "offered"),
    [
        ("How long will it be?", "It will measure 1 kilometer.", {Kind.measure}),
        ("How long will it be?", "It will last one and a half years.", {Kind.measure}),
        ("How long will it be?", "It was begun in 1968.", set()),
        ("How many will come?", "Two trains will come.", {Kind.number}),
        ("How long will it be?", "It will be long.", set()),
        ("How many of the 12 came?", "All of the 12 came.", set()),
        ("When did it open?", "It opened in 2025.", {Kind.time}),
        ("Who opened it?", "The bridge was opened by Constance Thrale.", {Kind.person}),
        ("Who opened it?", "It was opened by the mayor.", set()),
        ("Where did Deasy go?", "In May, Deasy left.", set()),
        ("Which river will it cross?", "A bridge over the Tumen River is planned.", {Kind.place, Kind.thing}),
        ("Which river will it cross?", "It will cross the River Lenner.", {Kind.place, Kind.thing}),
        ("Which river will it cross?", "It will cross a border river.", set()),
        ("Who? (What?", "Nobody knows.", set()),
    ],
)
def test_a_sentence_offers_what_the_question_did_not_bring_along(
    question: str, sentence: str, offered: set[Kind]
) -> None:
    assert Wanted.by(question).offered_by(sentence) == offered
