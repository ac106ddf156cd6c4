"""Candidates put in order: by time, by what was said before, repeats once, different reports together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.articles import Article
from index.conversation import Turn
from index.periods import Period
from index.quotes import (
    IN_PERIOD,
    NEARLY,
    QUOTED,
    REPORTING,
    SAME_ARTICLE,
    Candidate,
    Context,
    Signs,
    first_of_each_text,
    newest_first,
    reports,
    varied,
)

READ = Signs(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, reader=1.0)


def candidate(text: str, score: float, day: str | None = "2024-05-01", name: str = "") -> Candidate:
    published = date.fromisoformat(day) if day else None
    article = Article(name or f"{day}.txt", text, "Title", published)
    return Candidate(article, 0, 0, text, READ, score)


def test_the_same_sentence_is_one_candidate_that_names_the_other_articles() -> None:
    ranked = [
        candidate("It cost 2 million.", 5.0, name="a"),
        candidate("Nobody knows.", 4.0, name="b"),
        candidate("It cost  2\nmillion.", 3.0, name="c"),
        candidate("It cost 2 million.", 2.0, name="a"),
    ]
    first, second = first_of_each_text(ranked)
    assert (first.article.id, [article.id for article in first.also_in]) == ("a", ["c"])
    assert (second.article.id, second.also_in) == ("b", ())


def test_a_story_told_again_in_nearly_the_same_words_comes_after_other_ones() -> None:
    ranked = [
        candidate("The council of the town voted for the bridge on Monday.", 5.0),
        candidate("The council of the town voted for the new bridge on Monday.", 4.0),
        candidate("It was against the ferry.", 3.0),
        candidate("Nobody asked the fish.", 2.0),
    ]
    assert [one.score for one in varied(ranked, 3)] == [5.0, 3.0, 2.0]
    assert [one.score for one in varied(ranked[:3], 3)] == [5.0, 3.0, 4.0]


def test_the_newest_of_nearly_equal_ones_comes_first_and_worse_ones_stay_behind() -> None:
    ranked = [
        candidate("a", 9.0, "2024-01-01"),
        candidate("b", 8.5, "2025-01-01"),
        candidate("c", 8.2, None),
        candidate("d", 9.0 - NEARLY - 0.1, "2026-01-01"),
    ]
    assert [one.text for one in newest_first(ranked)] == ["b", "a", "c", "d"]


def always(*_: Candidate) -> bool:
    return True


def test_reports_that_give_other_values_on_other_days_stand_together_newest_first() -> None:
    ranked = [
        candidate("The bridge will cost £2.1 million.", 9.0, "2024-01-18"),
        candidate("It will now cost £2.9 million.", 8.0, "2024-09-19"),
        candidate("The bridge, at £2.1 million, is cheap.", 7.9, "2024-02-01"),
        candidate("Others said £3.5 million.", 7.8, "2024-09-19"),
        candidate("It may cost £9 million.", 9.0 - REPORTING - 0.1, "2025-01-01"),
        candidate("Nobody knows the price.", 8.5, "2025-02-01"),
    ]
    told = reports(ranked, "How much will the bridge cost?", always)
    assert [one.text for one in told] == ["It will now cost £2.9 million.", "The bridge will cost £2.1 million."]
    doubtful = [replace(one, signs=replace(READ, reader=-1.0)) for one in ranked]
    assert reports([ranked[0], *doubtful[1:]], "How much will the bridge cost?", always) == []


@pytest.mark.parametrize(
    ("question", "day"), [("What is said of the bridge?", "2024-09-19"), ("How much will the bridge cost?", None)]
)
def test_reports_do_not_differ_where_no_value_is_asked_for_or_no_day_is_known(question: str, day: str | None) -> None:
    ranked = [candidate("It costs £2 million.", 9.0, day), candidate("It costs £3 million.", 8.9, "2025-01-01")]
    assert reports(ranked, question, always) == []
    assert reports([], question, always) == []


def test_reports_of_other_things_do_not_differ() -> None:
    ranked = [
        candidate("It took three holes.", 9.0, "2024-09-19"),
        candidate("It took four planks.", 8.9, "2025-11-06"),
    ]
    assert reports(ranked, "How many did it take?", always) != []
    assert reports(ranked, "How many did it take?", lambda *_: False) == []


def test_a_number_in_words_is_the_same_and_a_day_is_none() -> None:
    ranked = [
        candidate("Thirteen people were hurt on 14 May.", 9.0, "2024-05-23"),
        candidate("In it 13 people were hurt.", 8.0, "2025-03-06"),
        candidate("Nine people were hurt.", 7.9, "2024-05-15"),
    ]
    told = reports(ranked, "How many people were hurt?", always)
    assert [one.article.published for one in told] == [date(2024, 5, 23), date(2024, 5, 15)]


def test_of_several_numbers_those_of_what_is_counted_are_compared() -> None:
    ranked = [
        candidate("About 18,000 visitors came.", 9.0, "2024-07-08"),
        candidate("It had 12,600 visitors, and not the 18,000 of which they spoke.", 8.0, "2024-07-25"),
        candidate("Of 18,000 visitors 300 stayed.", 7.9, "2024-07-26"),
    ]
    told = reports(ranked, "How many visitors came?", always)
    assert [one.article.published for one in told] == [date(2024, 7, 25), date(2024, 7, 8)]


def test_what_is_of_the_time_asked_for_has_a_lead_and_so_has_the_article_quoted_before() -> None:
    article = candidate("It opened.", 1.0, "2024-05-03").article
    may = Period(date(2024, 5, 1), date(2024, 5, 31))
    assert Context().lead(article, "It opened.") == 0.0
    assert Context(may).lead(article, "It opened.") == IN_PERIOD
    assert Context(Period(date(2024, 6, 1), None)).lead(article, "It opened.") == 0.0
    last = Turn("When?", article.id, "Title", "It opened.")
    assert Context(last=last).lead(article, "It closed.") == SAME_ARTICLE
    assert Context(last=last).lead(article, "It opened.") == SAME_ARTICLE - QUOTED
    assert Context(last=replace(last, article="other")).lead(article, "It opened.") == 0.0
