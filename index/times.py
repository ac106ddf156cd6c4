"""The time that a question names in plain words: "in May 2025", "last week", "since the election of 2024", "latest"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.articles import Article
from index.dates import MONTHS, day_in_words

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month, north of the equator
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
AMOUNTS = {"a": 1, "an": 1, "few": 3, "couple of": 2} | {word: number for number, word in enumerate(NUMBERS, 1)}
THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
REPORTED = 7  # days after which what happened is no news
DAYS = {"day": 1, "week": 7}

YEAR = r"(?P<year>(?:19|20)\d\d)"
MONTH = rf"(?P<month>{'|'.join(f'{month}|{month[:3]}' for month in MONTHS)}|Sept)\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
THIRD = rf"(?:(?:the )?(?P<third>{'|'.join(THIRDS)})(?: of |[ -]))?"
AMOUNT = rf"(?P<amount>\d{{1,2}}|{'|'.join(sorted(AMOUNTS, key=len, reverse=True))})"
UNIT = r"(?P<unit>day|week|month|year)"
# "may" and "march" are other words as well: without a year, a month needs one of these before it.
BEFORE_MONTH = r"(?:in|since|until|till|during|before|after|between|last|of|from) "
# A number from 1900 to 2099 is a year behind one of these, or where nothing is counted by it.
BEFORE_YEAR = r"(?:in|since|until|till|during|before|after|between|by|of|from|to|and|for|the) |[(–-]"

OPENING = re.compile(
    r"\b(?:(?P<word>since|after|before|until|till|up to|by)(?: the)?|(?P<event>since|after|before|until|till)"
    r" (?:the|a|his|her|its|their) [\w']+(?: [\w']+){0,3} (?:of|in|on|from)(?: the)?) $",
    re.I,
)
ONWARDS = re.compile(r" (?:on|onwards?|and later)\b", re.I)
BETWEEN = re.compile(r"\b(?:between|from)(?: the)? $", re.I)
AND = re.compile(r" (?:and|to|until|till)(?: the)? ", re.I)
COUNTED = "people men women children votes jobs homes metres? meters? miles pounds euros dollars goals"
COUNTS_NOTHING = rf"(?! (?:{COUNTED.replace(' ', '|')})\b)"
TIME_WORDS = frozenset(  # which no spelling of the archive's may replace
    [
        *(month.casefold() for month in MONTHS),
        *SEASONS,
        *THIRDS,
        *("yesterday", "weekend", "month", "months", "weeks", "years", "since", "until", "during", "before", "after"),
        *("between", "today", "tonight", "latest", "newest", "recent", "recently", "currently", "nowadays", "moment"),
    ]
)
NEWEST = re.compile(
    r"\b(?:today|tonight|latest|newest|most recent(?:ly)?|current(?:ly)?|now(?! that)|nowadays|these days"
    r"|at (?:present|the moment))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included; None where it is open. `is_near` where it is counted from today ("last week"):
    then what was published at other times is not meant."""

    first: date | None
    last: date | None
    is_near: bool = False

    @property
    def reported_until(self) -> date | None:
        """The day until which articles report of the period: what happens on its last day is in the paper later."""
        return self.last and self.last + timedelta(1 if self.is_near else REPORTED)

    def is_reported(self, article: Article) -> bool:
        """Whether the article is of the time in which the period is reported of."""
        day, until = article.published, self.reported_until
        return day is not None and (self.first or date.min) <= day <= (until or date.max)

    def in_words(self) -> str:
        if self.first and self.last:
            if self.first == self.last:
                return f"of {day_in_words(self.first)}"
            return f"from {day_in_words(self.first)} to {day_in_words(self.last)}"
        if self.first:
            return f"since {day_in_words(self.first)}"
        return f"until {day_in_words(self.last)}" if self.last else "of any time"


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """What a question says of time: a period, and whether the newest report counts."""

    period: Period | None = None
    newest: bool = False

    def in_words(self, is_any: bool = True) -> list[str]:
        """What was understood, with `is_any` article of the time: "articles from 1 May 2025 to 31 May 2025 first"."""
        said = []
        if self.period and is_any:
            said.append(f"articles {self.period.in_words()} {'only' if self.period.is_near else 'first'}")
        elif self.period:
            said.append(f"articles {self.period.in_words()}, of which there are none")
        return said + ["the newest first"] * self.newest


NO_TIME = TimeAsked()


def time_asked(question: str, today: date) -> TimeAsked:
    """The time that a question names, where it is asked on `today`."""
    return TimeAsked(period_in(" ".join(question.split()), today), bool(NEWEST.search(question)))


def period_in(question: str, today: date) -> Period | None:
    times = list(times_in(question, today))
    if not times:
        return None
    start, end, period = times[0]
    is_two = len(times) > 1 and bool(AND.fullmatch(question[end : times[1][0]]))
    if is_two and (BETWEEN.search(question[:start]) or lacks_year(question[start:end])):
        return between(period, question[start:end], times[1][2])
    if BETWEEN.search(question[:start]) and ONWARDS.match(question[end:]):
        return Period(period.first, None)
    opening = OPENING.search(question[:start])
    if not opening:
        return period
    return opened(period, (opening["word"] or opening["event"]).lower(), is_event=bool(opening["event"]))


def between(begin: Period, words: str, end: Period) -> Period:
    """From one time to another, which lends its year where the first has none: "between May and August 2024"."""
    assert begin.first
    assert end.last
    first = begin.first
    if lacks_year(words):
        first = first.replace(year=end.last.year - (first.month > end.last.month), day=1)
    return Period(min(first, end.last), end.last)


def lacks_year(words: str) -> bool:
    return bool(re.fullmatch(MONTH, words, re.I))


def opened(period: Period, word: str, *, is_event: bool) -> Period:
    """The time on one side of `period`. What is after May is from June on, but what is after the flood of May may be of
    May."""
    assert period.first
    assert period.last
    match word:
        case "since":
            return Period(period.first, None)
        case "after":
            return Period(period.first if is_event else period.last + timedelta(1), None)
        case "before":
            return Period(None, period.last if is_event else period.first - timedelta(1))
        case _:
            return Period(None, period.last)


def times_in(question: str, today: date) -> Iterator[tuple[int, int, Period]]:
    """Where in the question each time that it names begins and ends, and the time, in order and without overlap."""
    found: list[tuple[int, int, Period]] = []
    for pattern, meaning in MEANINGS:
        for match in pattern.finditer(question):
            start, end = match.span("time")
            period = meaning(match, today)
            if period and not any(start < other_end and other_start < end for other_start, other_end, _ in found):
                found.append((start, end, period))
    yield from sorted(found, key=lambda one: one[:2])


def a_day(match: re.Match[str], today: date) -> Period | None:  # noqa: ARG001  # all meanings take the same
    return days(int(match["year"]), month_of(match), int(match["day"]))


def iso_day(match: re.Match[str], today: date) -> Period | None:  # noqa: ARG001
    return days(int(match["year"]), int(match["number"]), int(match["day"]))


def days(year: int, month: int, day: int) -> Period | None:
    try:
        return Period(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def a_month(match: re.Match[str], today: date) -> Period:
    """A month; without a year the last one of this name that has begun."""
    month = month_of(match)
    year = int(match["year"]) if "year" in match.re.groupindex else today.year - (month > today.month)
    third = THIRDS.get((match["third"] or "").lower())
    first, last = ((1, 31), (1, 10), (11, 20), (21, 31))[0 if third is None else third + 1]
    return Period(date(year, month, first), date(year, month, min(last, monthrange(year, month)[1])))


def a_season(match: re.Match[str], today: date) -> Period:  # noqa: ARG001
    return months(int(match["year"]), SEASONS[match["season"].lower()], 3)


def a_year(match: re.Match[str], today: date) -> Period:  # noqa: ARG001
    return months(int(match["year"]), 1, 12)


def a_third(match: re.Match[str], today: date) -> Period | None:  # noqa: ARG001
    return months(int(match["year"]), 1 + 4 * THIRDS[match["third"].lower()], 4) if match["third"] else None


def yesterday(match: re.Match[str], today: date) -> Period:  # noqa: ARG001
    return Period(today - timedelta(1), today - timedelta(1), is_near=True)


def this_or_last(match: re.Match[str], today: date) -> Period:
    """This week, weekend, month or year up to its end; the last one whole. Weeks begin on Monday."""
    back = match["which"].lower() != "this"
    match match["unit"].lower():
        case "week":
            first = today - timedelta(today.weekday() + 7 * back)
            return Period(first, first + timedelta(6), is_near=True)
        case "weekend":
            saturday = today + timedelta(5 - today.weekday() - 7 * back)
            return Period(saturday, saturday + timedelta(1), is_near=True)
        case "month":
            whole = months(*month_back(today, back), 1)
            return Period(whole.first, whole.last, is_near=True)
        case _:
            return months(today.year - back, 1, 12)


def up_to_now(match: re.Match[str], today: date) -> Period:
    """The last so many days, weeks, months, years."""
    unit = match["unit"].lower()
    return Period(back_from(today, amount_of(match), unit) + timedelta(1), today, is_near=unit != "year")


def ago(match: re.Match[str], today: date) -> Period:
    """The day so many days ago; the week, month or year around the day so many weeks, months or years ago."""
    unit = match["unit"].lower()
    day = back_from(today, amount_of(match), unit)
    if unit == "day":
        return Period(day, day, is_near=True)
    if unit == "week":
        monday = day - timedelta(day.weekday())
        return Period(monday, monday + timedelta(6), is_near=True)
    return months(day.year, day.month, 1) if unit == "month" else months(day.year, 1, 12)


def back_from(day: date, amount: int, unit: str) -> date:
    if unit in DAYS:
        return day - timedelta(amount * DAYS[unit])
    year, month = month_back(day, amount if unit == "month" else 12 * amount)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_back(day: date, months_ago: int) -> tuple[int, int]:
    years, month = divmod(12 * day.year + day.month - 1 - months_ago, 12)
    return years, month + 1


def months(year: int, first: int, count: int) -> Period:
    """So many months from the first of one on."""
    last_year, last = month_back(date(year, first, 1), 1 - count)
    return Period(date(year, first, 1), date(last_year, last, monthrange(last_year, last)[1]))


def month_of(match: re.Match[str]) -> int:
    return [month[:3] for month in MONTHS].index(match["month"][:3].capitalize()) + 1


def amount_of(match: re.Match[str]) -> int:
    amount = (match["amount"] or "a").lower()
    return int(amount) if amount.isdigit() else AMOUNTS[amount]


def said(pattern: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """`pattern` as words of their own, which are no sum, measure or part of a number. Of ASCII letters: to others, case
    may be ignored in ways that a month's name does not know."""
    return re.compile(rf"(?<![\w£$€.,/-]){before}(?P<time>{pattern})(?![\w%/]|[.,-]\d){after}", re.I | re.A)


# What each way to name a time means; the first that fits a place takes it.
MEANINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (said(rf"{YEAR}-(?P<number>\d\d)-(?P<day>\d\d)"), iso_day),
    (said(rf"{DAY}(?: of)? {MONTH},? {YEAR}"), a_day),
    (said(rf"{MONTH} {DAY},? {YEAR}"), a_day),
    (said(rf"{THIRD}{MONTH},?(?: of)? {YEAR}"), a_month),
    (said(rf"(?P<season>{'|'.join(SEASONS)})(?: of)? {YEAR}"), a_season),
    (said(rf"{THIRD}{YEAR}"), a_third),
    (said(YEAR, f"(?:{BEFORE_YEAR})", COUNTS_NOTHING), a_year),
    (said(YEAR, "", r"(?=\W*$|'s\b)"), a_year),
    (said(rf"{THIRD}{MONTH}", BEFORE_MONTH, r"(?!,? ?\d)"), a_month),
    (said("yesterday"), yesterday),
    (said(r"(?P<which>this|last|past) (?P<unit>weekend|week|month|year)", "(?<!the )"), this_or_last),
    (said(rf"the (?:last|past) (?:{AMOUNT} )?{UNIT}s?", "(?:in|during|over|within) "), up_to_now),
    (said(rf"(?:last|past) {AMOUNT} {UNIT}s?"), up_to_now),
    (said(rf"{AMOUNT} {UNIT}s? ago"), ago),
)
