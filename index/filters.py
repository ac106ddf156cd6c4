"""Which articles may be quoted: by date of publication and by source."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_

import numpy as np

from index.errors import NoDate, NoPeriod, NoSource
from index.keys import source_key
from index.periods import Period, back_from
from index.retrieval import Selection
from index.store import NO_DATE, Store

DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m", "%Y")
AGO = re.compile(r"(?P<amount>\d{1,4}) ?(?P<unit>d|w|mo|m|y)", re.IGNORECASE)
UNITS = {"d": "day", "w": "week", "mo": "month", "m": "month", "y": "year"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Only articles published on or after `after`, before `before`, and from `source` (any case, or its key)."""

    after: date | None = None
    before: date | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.after and self.before and self.after >= self.before:
            raise NoPeriod(self.after, self.before)

    @classmethod
    def read(cls, after: str | None = None, before: str | None = None, source: str | None = None) -> Filters:
        """What a person gave as dates (`first_day`) and source; what is None or has nothing but spaces filters nothing.
        Raises `BadQuery` for what is no date, and dates the wrong way round."""
        after, before, source = (" ".join((given or "").split()) for given in (after, before, source))
        return cls(first_day(after) if after else None, first_day(before) if before else None, source or None)


NO_FILTERS = Filters()


def first_day(text: str, today: date | None = None) -> date:
    """The first day of `2025-05-01`, `1.05.2025`, `2025-05` or `2025`, or the day so many days, weeks, months or years
    before `today` (None: the present day): `7d`, `2w`, `3mo`, `1y`. Raises `NoDate` for anything else."""
    if ago := AGO.fullmatch(text.strip()):
        with suppress(ValueError, OverflowError):
            return back_from(today or date.today(), int(ago["amount"]), UNITS[ago["unit"].lower()])
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise NoDate(text)


def passages_matching(store: Store, filters: Filters) -> Selection | None:
    """The passages; None where nothing is filtered, so that nothing has to be looked at. Raises
    `NoSource`."""
    if filters == NO_FILTERS:
        return None
    selections = []
    if filters.after or filters.before:
        last = filters.before - timedelta(1) if filters.before else date.max
        selections.append(published_between(store, filters.after or date.min, last))
    if filters.source is not None:
        meant = sources_called(store.sources, filters.source)
        of_articles = np.array([source in meant for source in store.sources], bool)
        selections.append(Selection(of_articles[store.article_of], sources=tuple(sorted(meant)), is_whole=True))
    return reduce(and_, selections)


def passages_of_period(store: Store, period: Period) -> Selection:
    """Those of articles that report of the period."""
    return published_between(store, period.first or date.min, period.reported_until or date.max)


def published_between(store: Store, first: date, last: date) -> Selection:
    """Those of articles published on these days or between them."""
    days = first.toordinal(), last.toordinal()
    mask = (store.dates >= days[0]) & (store.dates <= days[1]) & (store.dates != NO_DATE)
    return Selection(mask[store.article_of], days, is_whole=True)


def sources_called(sources: list[str | None], wanted: str) -> set[str]:
    """Those that are called `wanted`, in any case, or have it as their key."""
    known = {source for source in sources if source}
    meant = {source for source in known if source.casefold() == wanted.casefold()}
    meant = meant or {source for source in known if source_key(source) == wanted}
    if not meant:
        raise NoSource(wanted, sorted(known))
    return meant
