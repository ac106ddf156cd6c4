"""A period: first and last day; and how days, months and years are counted."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from index.articles import Article
from index.dates import day_in_words

REPORTED = 7  # days after which what happened is no news
DAYS = {"day": 1, "week": 7}


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


NO_DAY = Period(None, None)  # of "31 February"


def ordered(*days: date | None) -> Period:
    """From the first to the last of these days."""
    known = [day for day in days if day]
    return Period(min(known), max(known))


def days(year: int, month: int, day: int) -> Period:
    try:
        return Period(date(year, month, day), date(year, month, day))
    except ValueError:
        return NO_DAY


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
