"""The time that a question names, on Wednesday 18 June 2025."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.periods import Period
from index.times import TimeAsked, period_in, time_asked, without_times
from index.understood import InPeriod

TODAY = date(2025, 6, 18)
DATED = Path(__file__).parent / "dated.jsonl"


def days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    return first and date.fromisoformat(first), last and date.fromisoformat(last)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What did the council decide in May 2025?", "2025-05-01", "2025-05-31"),
        ("What did the council decide in may?", "2025-05-01", "2025-05-31"),
        ("who won last July", "2024-07-01", "2024-07-31"),
        ("the vote of 13 March 2024", "2024-03-13", "2024-03-13"),
        ("the vote of March 13th, 2024", "2024-03-13", "2024-03-13"),
        ("on the 25th of November 2024", "2024-11-25", "2024-11-25"),
        ("on 2024-05-01", "2024-05-01", "2024-05-01"),
        ("at the end of May 2024", "2024-05-21", "2024-05-31"),
        ("in February 2024", "2024-02-01", "2024-02-29"),
        ("in the spring of 2025", "2025-03-01", "2025-05-31"),
        ("winter 2024", "2024-12-01", "2025-02-28"),
        ("How many came in 2024?", "2024-01-01", "2024-12-31"),
        ("late 2024", "2024-09-01", "2024-12-31"),
        ("since the election of 2024", "2024-01-01", None),
        ("since May 2024", "2024-05-01", None),
        ("after 2023, who led?", "2024-01-01", None),
        ("after the flood of November 2024", "2024-11-01", None),
        ("before 2025", None, "2024-12-31"),
        ("until June 2024", None, "2024-06-30"),
        ("between May and August 2024", "2024-05-01", "2024-08-31"),
        ("from November to February 2025", "2024-11-01", "2025-02-28"),
        ("from 2021 to 2023", "2021-01-01", "2023-12-31"),
        ("in July and August 2004", "2004-07-01", "2004-08-31"),
        ("from June 2024 on", "2024-06-01", None),
        ("a report from 2023", "2023-01-01", "2023-12-31"),
        ("decided by the council in May 2024", "2024-05-01", "2024-05-31"),
        ("By how much did rents rise in 2024?", "2024-01-01", "2024-12-31"),
        ("the champion of Paris 2024's games", "2024-01-01", "2024-12-31"),
        ("between last year and this year", "2024-01-01", "2025-12-31"),
        ("this year", "2025-01-01", "2025-12-31"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("three months ago", "2025-03-01", "2025-03-31"),
        ("2 years ago", "2023-01-01", "2023-12-31"),
        ("who was hurt in May last year", "2024-05-01", "2024-05-31"),
        ("in the last week of June 2024", "2024-06-21", "2024-06-30"),
        ("on 14 May", "2025-05-14", "2025-05-14"),
        ("on July 4", "2024-07-04", "2024-07-04"),
        ("on 14.05.2024", "2024-05-14", "2024-05-14"),
        ("in 2024-05", "2024-05-01", "2024-05-31"),
        ("last summer", "2024-06-01", "2024-08-31"),
        ("this spring", "2025-03-01", "2025-05-31"),
        ("half a year ago", "2024-12-01", "2024-12-31"),
        ("prior to 2024", None, "2023-12-31"),
        ("no later than May 2024", None, "2024-05-31"),
        ("2024 festival visitors", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_time_is_understood_as_its_first_and_last_day(question: str, first: str | None, last: str | None) -> None:
    period = period_in(question, TODAY)
    assert period
    assert (period.first, period.last) == days(first, last)
    assert not period.is_near


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("what happened yesterday?", "2025-06-17", "2025-06-17"),
        ("What did they decide this week?", "2025-06-16", "2025-06-22"),
        ("What did they decide last week?", "2025-06-09", "2025-06-15"),
        ("two weeks ago", "2025-06-02", "2025-06-08"),
        ("last month", "2025-05-01", "2025-05-31"),
        ("in the last week", "2025-06-12", "2025-06-18"),
        ("in the last three months", "2025-03-19", "2025-06-18"),
        ("over the past 10 days", "2025-06-09", "2025-06-18"),
        ("last weekend", "2025-06-14", "2025-06-15"),
        ("this weekend", "2025-06-21", "2025-06-22"),
    ],
)
def test_a_time_counted_from_today_is_near(question: str, first: str, last: str) -> None:
    period = period_in(question, TODAY)
    assert period
    assert (period.first, period.last) == days(first, last)
    assert period.is_near


def test_last_weekend_asked_on_a_sunday_is_the_one_before_and_this_is_this() -> None:
    sunday = date(2025, 6, 22)
    this, last = (period_in(f"{which} weekend", sunday) for which in ("this", "last"))
    assert this
    assert last
    assert (this.first, last.first) == (date(2025, 6, 21), date(2025, 6, 14))


@pytest.mark.parametrize(
    "question",
    [
        "May I see the march of the sappers?",
        "Who may vote?",
        "How did it cost £2024?",
        "Who bought 1,2024 shares of 20.2024?",
        "What was decided on 31 Junuary?",
        "Who lasted a week?",
        "in November 1880",
        "from November 8, 1880",
        "who planned to march on the town",
        "What may this may mean?",
        "Did 2000 people come?",
        "the 1950 metres race",
        "the last year that tin was mined",
        "Fıve weeks ago",
        "What did the letter from María say?",
        "Who was the midwife of May Thrale?",
        "a crowd of 2000",
        "for 2000 beds",
        "not in 2024",
        "in the last year of the war",
        "",
    ],
)
def test_words_that_are_no_time_are_none(question: str) -> None:
    assert period_in(question, TODAY) is None


@pytest.mark.parametrize("question", ["on 31 February 2024", "on 29 February 2025", "on 99 May 2024", "in 2024-13"])
def test_a_day_that_is_not_in_the_calendar_is_no_time(question: str) -> None:
    assert period_in(question, TODAY) is None


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("in May or June 2024", date(2024, 5, 1), date(2024, 6, 30)),
        ("between 1 May and 5 June 2024", date(2024, 5, 1), date(2024, 6, 5)),
        ("from 1 to 5 May 2024", date(2024, 5, 1), date(2024, 5, 5)),
        ("on May 5-9, 2024", date(2024, 5, 5), date(2024, 5, 9)),
        ("Jan-Mar 2024", date(2024, 1, 1), date(2024, 3, 31)),
        ("from November to February 2025", date(2024, 11, 1), date(2025, 2, 28)),
        ("after 1 May 2024 and before 5 June 2024", date(2024, 5, 2), date(2024, 6, 4)),
        ("in 2024 or 2025", date(2024, 1, 1), date(2025, 12, 31)),
        ("from 2024 to 2023", date(2023, 1, 1), date(2024, 12, 31)),
    ],
)
def test_two_times_are_the_ends_of_one(question: str, first: date, last: date) -> None:
    assert period_in(question, TODAY) == Period(first, last)


def test_a_month_without_a_year_is_the_last_of_which_the_archive_may_tell() -> None:
    assert period_in("in March?", date(2026, 11, 26), date(2025, 12, 4)) == Period(date(2025, 3, 1), date(2025, 3, 31))
    assert period_in("on 14 May", date(2026, 11, 26), date(2025, 12, 4)) == Period(date(2025, 5, 14), date(2025, 5, 14))
    assert period_in("last week", date(2026, 11, 26), date(2025, 12, 4)) == Period(
        date(2026, 11, 16), date(2026, 11, 22), is_near=True
    )


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("How many homes were flooded in November 2024?", "How many homes were flooded?"),
        ("Who won between May and June 2024 in Brackholm?", "Who won in Brackholm?"),
        ("In 2024, who paid for it?", "who paid for it?"),
        ("Since the flood of May 2024, who moved?", "Since the flood, who moved?"),
        ("Who won?", "Who won?"),
    ],
)
def test_a_question_without_its_times_keeps_its_other_words(question: str, rest: str) -> None:
    assert without_times(question, TODAY) == rest


@pytest.mark.parametrize(
    "question", ["the latest figure", "What is the fare now?", "who currently leads", "Newest?", "Who leads it today?"]
)
def test_the_newest_is_asked_for_in_several_words(question: str) -> None:
    assert time_asked(question, TODAY).newest


def test_no_time_is_asked_for_where_none_is_named() -> None:
    assert time_asked("How long is the bridge, now that it is built?", TODAY) == TimeAsked()


@pytest.mark.parametrize(
    ("question", "is_any", "said"),
    [
        ("in May 2025", True, "articles from 1 May 2025 to 31 May 2025 first"),
        ("yesterday", True, "articles of 17 June 2025 only"),
        ("the latest since 2024", True, "articles since 1 January 2024 first"),
        ("last week", False, "articles from 9 June 2025 to 15 June 2025, of which there are none"),
        ("until 2024", True, "articles until 31 December 2024 first"),
    ],
)
def test_the_time_that_was_understood_is_said_in_words(question: str, is_any: bool, said: str) -> None:
    period = period_in(question, TODAY)
    assert period
    assert str(InPeriod(period, is_any)) == said


def test_what_happens_on_the_last_day_is_reported_a_little_later() -> None:
    def published(day: date | None) -> Article:
        return Article("a", "", "", day)

    may = Period(date(2025, 5, 1), date(2025, 5, 31))
    assert may.is_reported(published(date(2025, 6, 7)))
    assert not may.is_reported(published(date(2025, 6, 8)))
    assert not may.is_reported(published(date(2025, 4, 30)))
    assert not may.is_reported(published(None))
    yesterday = Period(date(2025, 6, 17), date(2025, 6, 17), is_near=True)
    assert yesterday.is_reported(published(date(2025, 6, 18)))
    assert not yesterday.is_reported(published(date(2025, 6, 19)))
    assert Period(None, None).is_reported(published(date(1900, 1, 1)))


WORDS = (
    *(
        "in",
        "the",
        "since",
        "between",
        "and",
        "last",
        "ago",
        "week",
        "year",
        "May",
        "March",
        "2024",
        "31",
        "two",
        "from",
    ),
    *("yesterday", "this", "weekend", "month", "before", "to", "late", "of", "today", "past", "12", "wınter", "ſpring"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join) | st.text(max_size=40), st.dates(date(1000, 1, 1)))
def test_any_text_on_any_day_is_understood_without_a_fault(question: str, today: date) -> None:
    assert isinstance(time_asked(question, today), TimeAsked)


@given(
    st.sampled_from(["yesterday", "last week", "12 years ago", "last month", "in the last 12 months", "this weekend"]),
    st.dates(min_value=date(100, 1, 1), max_value=date(9000, 1, 1)),
)
def test_a_near_time_has_a_first_day_that_is_not_after_its_last(question: str, today: date) -> None:
    period = period_in(question, today)
    assert period
    assert period.first
    assert period.last
    assert period.first <= period.last


def test_nine_in_ten_of_the_questions_with_a_time_are_understood_as_meant() -> None:
    rows = [json.loads(line) for line in DATED.read_text(encoding="utf-8").splitlines()]
    understood = []
    for row in rows:
        asked = time_asked(row["question"], date.fromisoformat(row["today"]))
        period = (asked.period.first, asked.period.last) if asked.period else (None, None)
        understood.append(period == days(row["from"], row["to"]) and asked.newest == row["newest"])
    assert len(rows) == 60
    assert sum(understood) >= 54
