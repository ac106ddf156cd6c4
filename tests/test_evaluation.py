"""The figures of `evaluate`, each computed by hand on a few answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.answers import Answer, Found
from index.articles import Article
from index.errors import BadQuestions
from index.evaluation import (
    Judged,
    Question,
    QuestionSet,
    auroc,
    calibration_error,
    coverage,
    figures,
    judge,
    read_selection,
    selection_figures,
)
from index.quotes import Quote

ARTICLE = Article("a.txt", "One was first. Two was second.", "Title")
COPY = Article("b.txt", "Again: One was first. Or not.", "Title")
QUESTION = Question("Who was first?", "a.txt", ((0, 3),), frozenset({"One was first."}))


def answer(*quotes: tuple[Article, int, int]) -> Answer:
    return Answer(
        "Who was first?",
        tuple(Quote(article, start, end, 1.0) for article, start, end in quotes),
        tuple(Found(article, 0, len(article.text), 1.0) for article, _, _ in quotes),
        confidence=0.75,
        answered=True,
        seconds=0.5,
    )


def test_a_quote_is_right_that_contains_the_answer() -> None:
    assert judge(QUESTION, answer((ARTICLE, 15, 30), (ARTICLE, 0, 14))) == Judged(
        True, 0.75, 0.5, passage=1, quote=2, answered=True
    )


def test_the_same_sentence_of_another_article_is_right_and_other_words_are_not() -> None:
    assert judge(QUESTION, answer((COPY, 7, 21))).quote == 1
    assert judge(QUESTION, answer((COPY, 0, 29))).quote == 0
    assert judge(QUESTION, answer((COPY, 7, 21))).passage == 1


def test_figures_count_answerable_questions_and_judge_confidence_over_all() -> None:
    judged = [
        Judged(True, 0.9, 0.1, passage=1, quote=1, answered=True),
        Judged(True, 0.8, 0.2, passage=4, quote=3, answered=True),
        Judged(True, 0.3, 0.3, passage=0, quote=0, answered=False),
        Judged(False, 0.1, 0.4, passage=0, quote=0, answered=False),
    ]
    found = figures(judged)
    assert (found.questions, found.absent) == (3, 1)
    assert (found.passage_at_1, found.passage_at_5) == pytest.approx((1 / 3, 2 / 3))
    assert found.passage_mrr_at_10 == pytest.approx((1 + 1 / 4) / 3)
    assert (found.quote_at_1, found.quote_at_3) == pytest.approx((1 / 3, 2 / 3))
    assert found.auroc == 1.0
    assert found.calibration_error == pytest.approx((0.1 + 0.8 + 0.3 + 0.1) / 4)
    assert found.coverage_at_95_precision == pytest.approx(1 / 3)
    assert found.coverage_at_90_precision == pytest.approx(1 / 3)
    assert (found.answered, found.precision) == pytest.approx((2 / 3, 1 / 2))
    assert found.seconds_median == pytest.approx(0.25)
    assert found.seconds_slowest_of_100 == pytest.approx(0.397)


def test_intervals_are_the_middle_of_what_other_draws_of_questions_would_give() -> None:
    judged = [Judged(True, 0.5, 0.1, passage=1, quote=number % 2, answered=True) for number in range(400)]
    low, high = figures(judged).intervals["quote_at_1"]
    expected = 1.96 * (0.25 / 400) ** 0.5  # of a share of a half among 400
    assert (low, high) == pytest.approx((0.5 - expected, 0.5 + expected), abs=0.01)
    assert figures(judged).intervals["passage_at_1"] == (1.0, 1.0)
    assert "auroc" not in figures(judged).intervals  # without absent questions there is none


def test_auroc_is_the_share_of_pairs_in_the_right_order_and_half_the_ties() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.1])
    assert auroc(scores, np.array([True, True, False, False])) == pytest.approx((2 + 0.5 + 1) / 4)
    assert auroc(scores, np.array([True, True, True, True])) is None


def test_calibration_is_perfect_where_confidence_is_the_share_of_right_ones() -> None:
    confidence = np.array([0.75] * 4)
    assert calibration_error(confidence, np.array([True, True, True, False])) == 0.0
    assert calibration_error(confidence, np.array([True, False, False, False])) == 0.5


def test_coverage_takes_the_longest_beginning_that_is_precise_enough() -> None:
    right = np.array([True] * 19 + [False] + [True] * 1 + [False] * 4)
    confidence = np.linspace(0.9, 0.1, 25)
    assert coverage(confidence, right, 25, 0.95) == pytest.approx(20 / 25)  # 20 of 21 are right: 95.2 %


def test_equal_confidences_stand_or_fall_together() -> None:
    assert coverage(np.array([0.5, 0.5]), np.array([True, False]), 2, 0.95) == 0.0


def test_selection_is_average_precision_and_reciprocal_rank() -> None:
    rows = [("q", ["a", "bbb", "cc"], [True, False, True]), ("all right", ["a"], [True]), ("none", ["a"], [False])]
    found = selection_figures(rows, lambda _, texts: np.array([float(len(text)) for text in texts]))
    assert found.questions == 1
    assert found.mean_average_precision == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert (found.mean_reciprocal_rank, found.precision_at_1) == (0.5, 0.0)


def write_set(folder: Path, line: str) -> None:
    (folder / "articles").mkdir()
    (folder / "articles" / "a.txt").write_text("Title\n\nOne was first. Two was second.\n")
    (folder / "questions.jsonl").write_text(line)


def test_a_question_set_knows_the_sentences_that_answer_and_adds_other_articles(tmp_path: Path) -> None:
    write_set(tmp_path, json.dumps({"question": "Who?", "article": "a.txt", "answers": [{"start": 7, "end": 10}]}))
    (tmp_path / "absent.jsonl").write_text('{"question": "Why?"}')
    found = QuestionSet.read(tmp_path, None, 10)
    assert [(one.article, set(one.sentences)) for one in found.questions] == [
        ("a.txt", {"One was first."}),
        (None, set()),
    ]


def test_other_articles_are_added_under_ids_of_their_own(tmp_path: Path) -> None:
    write_set(tmp_path, json.dumps({"question": "Who?", "article": "a.txt", "answers": [{"start": 7, "end": 10}]}))
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "a.txt").write_text("Title\n\nText.\n")
    ids = [article.id for article in QuestionSet.read(tmp_path, tmp_path / "others", 10).corpus.articles]
    assert ids == ["a.txt", "with/a.txt"]
    same = QuestionSet.read(tmp_path, tmp_path / "articles", 10).corpus.articles
    assert [article.id for article in same] == ["a.txt"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", r"Line 1 of .*questions\.jsonl is not valid JSON"),
        ("[]", r"Line 1 of .*questions\.jsonl is no JSON object"),
        ("", r"There is no question in .*questions\.jsonl"),
        ("[" * 100_000, r"Line 1 of .*questions\.jsonl is not valid JSON"),
        ('{"article": "a.txt"}', "has no question"),
        ('{"question": "?!", "article": "a.txt"}', "has no question"),
        ('{"question": "Who?", "article": ["a.txt"]}', "names an article that is no text"),
        ('{"question": "Who?", "article": "a.txt", "answers": [{"start": 1}]}', "answers without start and end"),
        ('{"question": "Who?", "article": "a.txt", "answers": [{"start": 1.5, "end": 2}]}', "no whole numbers"),
        ('{"question": "Who?", "article": "a.txt", "answers": [{"start": 5, "end": 2}]}', "has no answer inside"),
        ('{"question": "Who?", "article": "a.txt", "answers": []}', "has no answer inside"),
        ('{"question": "Who?", "article": "gone.txt"}', r"“Who\?” names the article gone\.txt, which is not there"),
    ],
)
def test_a_broken_question_set_is_one_sentence_naming_the_place(tmp_path: Path, line: str, complaint: str) -> None:
    write_set(tmp_path, line)
    with pytest.raises(BadQuestions, match=complaint):
        QuestionSet.read(tmp_path, None, 10)


def test_a_folder_that_is_no_question_set_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadQuestions, match="is no question set: it has no folder “articles”"):
        QuestionSet.read(tmp_path, None, 10)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"question": "q", "candidates": ["a"], "labels": []}', "needs as many labels as candidates"),
        ('{"question": "q", "candidates": ["a"], "labels": ["0"]}', "has a label that is neither 0 nor 1"),
        ('{"question": " ", "candidates": ["a"], "labels": [1]}', "needs a question"),
        ('{"candidates": ["a"], "labels": [1]}', "needs a question"),
    ],
)
def test_a_selection_file_needs_a_question_and_a_label_for_each_candidate(
    tmp_path: Path, line: str, complaint: str
) -> None:
    (tmp_path / "s.jsonl").write_text(line)
    with pytest.raises(BadQuestions, match=complaint):
        read_selection(tmp_path / "s.jsonl")
