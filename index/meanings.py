"""The words that name a time -> the period that each means: "in May 2025", "last week", "two years ago"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from index.dates import MONTHS
from index.periods import NO_DAY, Period, back_from, days, month_back, months

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month, north of the equator
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AMOUNTS = {"a": 1, "an": 1, "few": 3, "couple of": 2} | {word: number for number, word in enumerate(NUMBERS, 1)}
THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
THIRDS |= {
    f"{which} {some}": third for which, third in (("first", 0), ("last", 2)) for some in ("days", "week", "weeks")
}
YEAR = r"(?P<year>(?:19|20)\d\d)"
MONTHS_OR_SHORT = "|".join(f"{month}|{month[:3]}" for month in MONTHS) + "|Sept"
MONTH = rf"(?P<month>{MONTHS_OR_SHORT})\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
THIRD = rf"(?:(?:the )?(?P<third>{'|'.join(sorted(THIRDS, key=len, reverse=True))})(?: of |[ -]))?"
AMOUNT = rf"(?P<amount>\d{{1,2}}|{'|'.join(sorted(AMOUNTS, key=len, reverse=True))})"
UNIT = r"(?P<unit>day|week|month|year)"
# "may" and "march" are other words as well: without a year, a month needs one of these before it.
BEFORE_MONTH = r"(?:in|since|until|till|during|before|after|between|last|of|from|than) "
BEFORE_DAY = r"(?:on|since|until|till|before|after|by|of|from|between|than)(?: the)? "
# A number from 1900 to 2099 is a year behind one of these, or where nothing is counted by it.
BEFORE_YEAR = r"(?:in|since|until|till|during|before|after|between|by|of|from|to|and|or|for|the|than) |[(–-]"
COUNTED = "people men women children votes jobs homes metres? meters? miles pounds euros? dollars goals signatures"
COUNTS_NOTHING = rf"(?! (?:{COUNTED.replace(' ', '|')})\b)"
# Round numbers are more often a sum: "a crowd of 2000", "2000 trees", not "2000 and 2004".
SUM_BEFORE = re.compile(r"\b(?:(?:crowd|total|fine|petition|sum|price|number|profit|loss|debt|team) of|for) $", re.I)
SUM_AFTER = re.compile(
    r" (?!(?:and|or|to|until|till|the|in|on|at|was|were|is|did|who|what|where|how|by|for|with|per)\b)[a-z]| per\b"
)


def times_in(question: str, today: date, newest: date | None = None) -> Iterator[tuple[int, int, Period]]:
    """Where in the question each time that it names begins and ends, and the time, in order and without overlap;
    `NO_DAY` for a day that no month has. "In May" is the last one of which there may be something in an archive that
    goes up to `newest`."""
    found: list[tuple[int, int, Period]] = []
    for pattern, meaning in MEANINGS:
        counted_from = min(today, newest or today) if meaning in (last_month_of_name, last_day_of_name) else today
        for match in pattern.finditer(question):
            start, end = match.span("time")
            period = meaning(match, counted_from)
            if period and not any(start < other_end and other_start < end for other_start, other_end, _ in found):
                found.append((start, end, period))
    yield from sorted(found, key=lambda one: one[:2])


def a_day(match: re.Match[str], today: date) -> Period | None:  # noqa: ARG001  # all meanings take the same
    return days(int(match["year"]), month_of(match), int(match["day"]))


def iso_day(match: re.Match[str], today: date) -> Period | None:  # noqa: ARG001
    return days(int(match["year"]), int(match["number"]), int(match["day"]))


def last_day_of_name(match: re.Match[str], today: date) -> Period:
    """The last day of this name that has begun, as "14 May"."""
    month, day = month_of(match), int(match["day"])
    return days(today.year - ((month, day) > (today.month, today.day)), month, day)


def last_month_of_name(match: re.Match[str], today: date) -> Period:
    """The last month of this name that has begun."""
    month = month_of(match)
    return part_of_month(match, today.year - (month > today.month), month)


def a_month(match: re.Match[str], today: date) -> Period:  # noqa: ARG001
    return part_of_month(match, int(match["year"]), month_of(match))


def month_of_this_or_last_year(match: re.Match[str], today: date) -> Period:
    return part_of_month(match, today.year - (match["which"].lower() != "this"), month_of(match))


def numbered_month(match: re.Match[str], today: date) -> Period:  # noqa: ARG001
    number = int(match["number"])
    return months(int(match["year"]), number, 1) if 1 <= number <= 12 else NO_DAY


def part_of_month(match: re.Match[str], year: int, month: int) -> Period:
    third = THIRDS.get((match["third"] or "").lower())
    first, last = ((1, 31), (1, 10), (11, 20), (21, 31))[0 if third is None else third + 1]
    return Period(date(year, month, first), date(year, month, min(last, monthrange(year, month)[1])))


def a_season(match: re.Match[str], today: date) -> Period:  # noqa: ARG001
    return months(int(match["year"]), SEASONS[match["season"].lower()], 3)


def a_year(match: re.Match[str], today: date) -> Period | None:  # noqa: ARG001
    year, (start, end) = int(match["year"]), match.span("time")
    if not year % 50 and (SUM_BEFORE.search(match.string[:start]) or SUM_AFTER.match(match.string[end:])):
        return None
    return months(year, 1, 12)


def season_of_this_or_last_year(match: re.Match[str], today: date) -> Period:
    """This year's; or the last one that is over."""
    season = months(today.year, SEASONS[match["season"].lower()], 3)
    assert season.last
    if match["which"].lower() == "this" or season.last < today:
        return season
    return months(today.year - 1, SEASONS[match["season"].lower()], 3)


def last_weekday(match: re.Match[str], today: date) -> Period:
    """The last day of this name before today."""
    back = (today.weekday() - WEEKDAYS.index(match["weekday"].lower()) - 1) % 7 + 1
    return Period(today - timedelta(back), today - timedelta(back), is_near=True)


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


def month_of(match: re.Match[str]) -> int:
    return number_of_month(match["month"])


def number_of_month(name: str) -> int:
    return [month[:3] for month in MONTHS].index(name[:3].capitalize()) + 1


def amount_of(match: re.Match[str]) -> int:
    amount = (match["amount"] or "a").lower()
    return int(amount) if amount.isdigit() else AMOUNTS[amount]


def said(pattern: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """`pattern` as words of their own, which are no sum, measure or part of a number. Of ASCII letters: to others, case
    may be ignored in ways that a month's name does not know."""
    return re.compile(rf"(?<![\w£$€.,/-]){before}(?a:(?P<time>{pattern}))(?![\w%/]|[.,-]\d){after}", re.I)


NOT_OF = r"(?! of\b)"  # "the last week of June"
NO_NAME = r"(?!,? ?\d| (?-i:[A-Z])[a-z])"  # behind a month without a year: "of May Thrale"
# What each way to name a time means; the first that fits a place takes it.
MEANINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (said(rf"{YEAR}-(?P<number>\d\d)-(?P<day>\d\d)"), iso_day),
    (said(rf"(?P<day>\d{{1,2}})\. ?(?P<number>\d{{1,2}})\. ?{YEAR}"), iso_day),
    (said(rf"{YEAR}-(?P<number>\d\d)"), numbered_month),
    (said(rf"{DAY}(?: of)? {MONTH},? {YEAR}"), a_day),
    (said(rf"{MONTH} {DAY},? {YEAR}"), a_day),
    (said(rf"{THIRD}{MONTH},?(?: of)? {YEAR}"), a_month),
    (said(rf"{THIRD}{MONTH},?(?: of)? (?P<which>this|last) year"), month_of_this_or_last_year),
    (said(rf"(?P<season>{'|'.join(SEASONS)})(?: of)? {YEAR}"), a_season),
    (said(rf"{THIRD}{YEAR}"), a_third),
    (said(YEAR, f"(?:{BEFORE_YEAR})", COUNTS_NOTHING), a_year),
    (said(YEAR, "", r"(?=\W*$|'s\b)"), a_year),
    (said(YEAR, "^", COUNTS_NOTHING), a_year),
    (said(rf"{DAY}(?: of)? {MONTH}", BEFORE_DAY, NO_NAME), last_day_of_name),
    (said(rf"{MONTH} {DAY}", BEFORE_DAY, NO_NAME), last_day_of_name),
    (said(rf"{THIRD}{MONTH}", BEFORE_MONTH, NO_NAME), last_month_of_name),
    (said(rf"(?P<which>this|last) (?P<season>{'|'.join(SEASONS)})"), season_of_this_or_last_year),
    (said(rf"last (?P<weekday>{'|'.join(WEEKDAYS)})", "(?<!the )"), last_weekday),
    (said("yesterday"), yesterday),
    (said(r"(?P<which>this|last|past) (?P<unit>weekend|week|month|year)", "(?<!the )"), this_or_last),
    (said(rf"the (?:last|past) (?:{AMOUNT} )?{UNIT}s?", "(?:in|during|over|within) ", NOT_OF), up_to_now),
    (said(rf"(?:last|past) {AMOUNT} {UNIT}s?", "", NOT_OF), up_to_now),
    (said(rf"{AMOUNT} {UNIT}s? ago"), ago),
)
