"""The time that a question names in plain words: "in May 2025", "last week", "since the election of 2024", "latest"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import MONTHS
from index.meanings import DAY, MONTH, MONTHS_OR_SHORT, SEASONS, THIRDS, YEAR, number_of_month, times_in
from index.passages import Span
from index.periods import NO_DAY, Period, ordered

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
class TimeAsked:
    """What a question says of time: a period, and whether the newest report counts."""

    period: Period | None = None
    newest: bool = False


NO_TIME = TimeAsked()


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
