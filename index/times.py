"""The time that a question names in plain words: "in May 2025", "last week", "since the election of 2024", "latest"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.articles import Article
from index.dates import MONTHS, day_in_words
from index.passages import Span

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month, north of the equator
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AMOUNTS = {"a": 1, "an": 1, "few": 3, "couple of": 2} | {word: number for number, word in enumerate(NUMBERS, 1)}
THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
THIRDS |= {
    f"{which} {some}": third for which, third in (("first", 0), ("last", 2)) for some in ("days", "week", "weeks")
}
REPORTED = 7  # days after which what happened is no news
DAYS = {"day": 1, "week": 7}

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

SINCE = {word: word for word in ("since", "after", "before", "until")} | {
    **{"till": "until", "up to": "until", "by": "until", "no later than": "until", "not later than": "until"},
    **{"prior to": "before", "earlier than": "before", "later than": "after", "no earlier than": "since"},
}
OPENING = re.compile(
    rf"\b(?:(?P<word>{'|'.join(sorted(SINCE, key=len, reverse=True))})(?: the)?"
    r"|(?P<event>since|after|before|until|till)"
    r" (?:the|a|his|her|its|their) [\w']+(?: [\w']+){0,3} (?:of|in|on|from)(?: the)?) $",
    re.I,
)
# What stands before a time and goes with it.
WITH_TIME = re.compile(
    rf"(?:\b(?:between|in|on|during|from|of|at|for|over|within|{'|'.join(sorted(SINCE, key=len, reverse=True))})\s+)?"
    r"(?:\bthe\s+)?$",
    re.I,
)
DENIED = re.compile(r"\bnot (?:in|on|since|during|from|of)(?: the)? $", re.I)
ONWARDS = re.compile(r" (?:on|onwards?|and later)\b", re.I)
FROM = re.compile(r"\b(?:between|from)(?: the)? $", re.I)
JOINT = r"(?: ?[-–] ?| (?:and|or|to|until|till|through)(?: the)? )"  # between two times that are the ends of one
COUNTED = "people men women children votes jobs homes metres? meters? miles pounds euros? dollars goals signatures"
COUNTS_NOTHING = rf"(?! (?:{COUNTED.replace(' ', '|')})\b)"
# Round numbers are more often a sum: "a crowd of 2000", "2000 trees", not "2000 and 2004".
SUM_BEFORE = re.compile(r"\b(?:(?:crowd|total|fine|petition|sum|price|number|profit|loss|debt|team) of|for) $", re.I)
SUM_AFTER = re.compile(
    r" (?!(?:and|or|to|until|till|the|in|on|at|was|were|is|did|who|what|where|how|by|for|with|per)\b)[a-z]| per\b"
)
ALSO_SAID = {
    re.compile(rf"\b{words}\b", re.I): meant
    for words, meant in (
        ("a fortnight", "two weeks"),
        ("half a year", "six months"),
        ("the day before yesterday", "two days ago"),
    )
}
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
    r"\b(?:(?<!ago )today|tonight|latest|newest|most recent(?:ly)?|(?<!river )(?<!electric )current(?:ly)?(?= \w)"
    r"|currently|now(?! that)|nowadays|these days|at (?:present|the moment))\b",
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


NO_TIME = TimeAsked()
NO_DAY = Period(None, None)  # of "31 February"


def time_asked(question: str, today: date, newest: date | None = None) -> TimeAsked:
    """The time that a question names, where it is asked on `today` of an archive that goes up to `newest`."""
    return TimeAsked(period_in(question, today, newest), bool(NEWEST.search(question)))


def period_in(question: str, today: date, newest: date | None = None) -> Period | None:
    """From one time to another, on one side of a time, or within one; None where no time is named, and where what is
    named is none ("31 February")."""
    question = in_full(question)
    times = list(times_in(question, today, newest))
    if not times or any(period == NO_DAY for _, _, period in times) or DENIED.search(question[: times[0][0]]):
        return None
    (start, end, period), *others = times
    if others and re.fullmatch(JOINT, question[end : others[0][0]], re.I):
        return ordered(period.first, others[0][2].last, period.last, others[0][2].first)
    if FROM.search(question[:start]) and ONWARDS.match(question[end:]):
        return Period(period.first, None)
    sides = [side for begin, _, time in times if (side := one_side(question[:begin], time))]
    if not sides:
        return period
    return Period(
        next((side.first for side in sides if side.first), None), next((side.last for side in sides if side.last), None)
    )


def ordered(*days: date | None) -> Period:
    """From the first to the last of these days."""
    known = [day for day in days if day]
    return Period(min(known), max(known))


def in_full(question: str) -> str:
    """The question with what is left out of its times put in: "from 1 to 5 May 2024", "May or June 2024"."""
    question = " ".join(question.split())
    for pattern, meant in ALSO_SAID.items():
        question = pattern.sub(meant, question)
    for pattern, whole in LEFT_OUT:
        question = pattern.sub(whole, question)
    return question


def without_times(question: str, today: date, newest: date | None = None) -> str:
    """The question without the times that it names, and the words that go with them."""
    question = in_full(question)
    cuts: list[Span] = []
    for start, end, _ in times_in(question, today, newest):
        opening = WITH_TIME.search(question[:start])
        first = opening.start() if opening else start
        if cuts and re.fullmatch(rf"{JOINT}|\s*(?:and|or|to|until|till)?\s*", question[cuts[-1][1] : first], re.I):
            first = cuts.pop()[0]
        cuts.append((first, end))
    for first, end in reversed(cuts):
        question = f"{question[:first].rstrip()} {question[end:].lstrip()}"
    return re.sub(r"\s+([?.!,;])", r"\1", question).strip(" ,")


def one_side(before: str, period: Period) -> Period | None:
    """The time on one side of `period`, where the words `before` it say which; None where they do not. What is after
    May is from June on, but what is after the flood of May may be of May."""
    opening = OPENING.search(before)
    if not opening:
        return None
    assert period.first
    assert period.last
    is_event = bool(opening["event"])
    match SINCE[(opening["word"] or opening["event"]).lower()]:
        case "since":
            return Period(period.first, None)
        case "after":
            return Period(period.first if is_event else period.last + timedelta(1), None)
        case "before":
            return Period(None, period.last if is_event else period.first - timedelta(1))
        case _:
            return Period(None, period.last)


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


def days(year: int, month: int, day: int) -> Period:
    try:
        return Period(date(year, month, day), date(year, month, day))
    except ValueError:
        return NO_DAY


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

# Times of which a part is left out, since it stands in the next, and how to put it in.
LEFT_OUT: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(rf"\b(\d{{1,2}})({JOINT})(\d{{1,2}}(?:st|nd|rd|th)?) {MONTH},? {YEAR}\b", re.I | re.A),
        lambda match: (
            f"{match[1]} {match['month']} {match['year']}{spaced(match[2])}{match[3]} {match['month']} {match['year']}"
        ),
    ),
    (
        re.compile(rf"\b{MONTH} (\d{{1,2}})({JOINT})(\d{{1,2}}),? {YEAR}\b", re.I | re.A),
        lambda match: (
            f"{match[2]} {match['month']} {match['year']}{spaced(match[3])}{match[4]} {match['month']} {match['year']}"
        ),
    ),
    (
        re.compile(
            rf"\b({DAY} )?{MONTH}({JOINT})(?=(?P<second>\d{{1,2}} )?(?P<other>{MONTHS_OR_SHORT})\.? {YEAR}\b)",
            re.I | re.A,
        ),
        lambda match: f"{match[1] or ''}{match['month']} {year_of_first(match)}{spaced(match[4])}",
    ),
)


def spaced(joint: str) -> str:
    return joint if joint.strip().isalpha() else " to "


def year_of_first(match: re.Match[str]) -> int:
    """The year of the first of two months of which only the second names one: "from November to February 2025"."""
    first, second = (number_of_month(match[name]) for name in ("month", "other"))
    return int(match["year"]) - (first > second)


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
