"""What is learned from: never what measures, and what it is said to be; and how it is learned, by hand."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import quality
import torch
import train_reader
from conftest import ROOT
from fitting import fitted
from lessons import OWN, Asked, Lesson, Material, is_held_out
from train_reader import Task, disturbed, loss_of

from index.corpus import read_corpus
from index.evaluation import Judged, QuestionSet
from index.reader import Pair

NEWS = ROOT / "tests" / "news"


def rows(file: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("folder", [OWN / "news", NEWS], ids=["lessons", "tests"])
def test_answers_of_the_invented_news_are_where_they_say(folder: Path) -> None:
    articles = {article.id: article.text for article in read_corpus(folder / "articles", 10).articles}
    for row in rows(folder / "questions.jsonl"):
        (answer,) = row["answers"]
        assert articles[row["article"]][answer["start"] : answer["end"]] == answer["text"]
    assert len(QuestionSet.read(folder, None, 10).questions) > 1000


def test_no_article_and_no_question_of_the_tests_is_learned_from() -> None:
    def titles(folder: Path) -> set[str]:
        return {article.title for article in read_corpus(folder / "articles", 10).articles}

    def questions(folder: Path) -> set[str]:
        return {row["question"] for name in ("questions", "absent") for row in rows(folder / f"{name}.jsonl")}

    assert titles(OWN / "news").isdisjoint(titles(NEWS))
    assert questions(OWN / "news").isdisjoint(questions(NEWS))
    assert len(titles(NEWS)) == 104


def test_of_newwiki_and_xquad_nothing_that_is_held_out_is_learned_from(question_sets: Path) -> None:
    material = Material()
    for name in ("newwiki", "xquad"):
        material.add_set(question_sets / name, absent_of={"Near what is held out?": "Rotterdam.txt", "Not?": "Tin.txt"})
        material.add_questions(OWN / name, "rephrased")
    assert is_held_out("Rotterdam.txt")
    learned = {asked.article.partition("/")[2] for asked in material.asked if asked.article}
    assert len(learned) == 12 + 35
    assert not any(is_held_out(name) for name in learned)
    assert not any(is_held_out(key.partition("/")[2]) for key in material.articles)
    texts = [asked.text for asked in material.asked]
    assert "Not?" in texts
    assert "Near what is held out?" not in texts
    assert all(asked.article in material.articles for asked in material.asked if asked.article)


def task(inside: list[int], sentence: list[int], answer: list[int]) -> Task:
    pair = Pair([0] * (len(inside) + 3), 1, 2, np.zeros((len(inside), 2), np.int64))
    return Task(0, pair, *(torch.tensor(mask, dtype=torch.bool) for mask in (inside, sentence, answer)))


def test_the_loss_is_the_answer_s_share_of_all_tokens_and_none() -> None:
    lesson = Lesson(Asked("Who?", "news", "a", ((0, 1),)), {}, (), True)
    tasks = [task([1, 1, 0], [1, 1, 0], [1, 0, 0]), task([1], [0], [0])]
    odds = [torch.log(torch.tensor([2.0, 1.0, 9.0])), torch.log(torch.tensor([4.0]))]
    everything = 1 + 2 + 1 + 4  # "none" counts 1, and what is in no sentence nothing
    expected = (math.log(everything / 3) + math.log(everything / 2)) / 2
    assert float(loss_of(tasks, odds, lesson)) == pytest.approx(expected, abs=1e-5)


def test_where_no_passage_answers_none_is_right() -> None:
    lesson = Lesson(Asked("Who?", "news"), {}, (), True)
    odds = [torch.log(torch.tensor([2.0, 1.0]))]
    assert float(loss_of([task([1, 1], [0, 0], [0, 0])], odds, lesson)) == pytest.approx(math.log(4), abs=1e-5)


def test_disturbed_questions_keep_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_reader, "dice", random.Random(3))
    question = "How many people visited the museum of 1987?"
    made = {disturbed(question, {"visited": ["attended"], "museum": ["gallery"]}) for _ in range(200)}
    assert question in made
    assert len(made) > 20
    assert all(one.startswith("How many") and "1987" in one for one in made)
    assert any("attended" in one for one in made)


def test_weights_are_found_under_which_the_right_ones_were_chosen() -> None:
    dice = np.random.default_rng(0)
    planted = np.array([3.0, -1.0, 0.0])
    choices = []
    for _ in range(1000):
        signs = dice.normal(size=(5, 3))
        shares = np.exp(signs @ planted)
        chosen = dice.choice(5, p=shares / shares.sum())
        choices.append((signs, [number == chosen for number in range(5)], "set"))
    assert fitted(choices) == pytest.approx(planted, abs=0.25)


def test_the_threshold_is_the_lowest_with_nine_of_ten_right_and_every_set_counts_the_same() -> None:
    def judged(confidence: float, right: bool) -> Judged:
        return Judged(True, confidence, 0.1, 1, int(right), True)

    large = [judged(0.9 - number / 1000, True) for number in range(100)] + [judged(0.5, False)] * 100
    small = [judged(0.95, True), judged(0.7, True), judged(0.6, False)]
    assert quality.threshold_for({"large": large}, ["large"]) == pytest.approx(0.801)
    assert quality.threshold_for({"large": large, "small": small}, ["large", "small"]) == pytest.approx(0.7)
    assert quality.threshold_for({"large": large[100:]}, ["large"]) == 1.0
