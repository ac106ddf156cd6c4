"""Which articles may be quoted: by date of publication and by source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from index.errors import BadQuery
from index.store import NO_DATE, Store
from index.times import Period
from index.vectors import Mask

DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m", "%Y")


@dataclass(frozen=True, slots=True)
class Filters:
    """Only articles published on or after `after`, before `before`, and from `source` (any case)."""

    after: date | None = None
    before: date | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.after and self.before and self.after >= self.before:
            raise BadQuery(f"Nothing is published from {self.after} on and before {self.before}; swap the two dates?")


NO_FILTERS = Filters()


def first_day(text: str) -> date:
    """The first day of `2025-05-01`, `1.05.2025`, `2025-05` or `2025`. Raises `BadQuery` for anything else."""
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise BadQuery(f"“{text}” is no date; write it as 2025-05-01, 1.05.2025, 2025-05 or 2025.")


def passages_matching(store: Store, filters: Filters) -> Mask | None:
    """A mask over all passages; None where nothing is filtered, so that nothing has to be looked at. Raises `BadQuery`
    for a source that no article has."""
    if filters == NO_FILTERS:
        return None
    mask = np.ones(len(store.dates), bool)
    if filters.after:
        mask &= store.dates >= filters.after.toordinal()
    if filters.before:
        mask &= (store.dates < filters.before.toordinal()) & (store.dates != NO_DATE)
    if filters.source is not None:
        mask &= from_source(store.sources, filters.source)
    return np.asarray(mask[store.article_of])


def passages_of_period(store: Store, period: Period) -> Mask:
    """A mask over all passages: those of articles that report of the period."""
    days = (period.first or date.min).toordinal(), (period.reported_until or date.max).toordinal()
    mask = (store.dates >= days[0]) & (store.dates <= days[1]) & (store.dates != NO_DATE)
    return np.asarray(mask[store.article_of])


def from_source(sources: list[str | None], wanted: str) -> Mask:
    mask = np.array([source is not None and source.casefold() == wanted.casefold() for source in sources], bool)
    if not mask.any():
        known = sorted({source for source in sources if source})
        there = f"the sources are {', '.join(known[:10])}" if known else "no article of this archive names one"
        raise BadQuery(f"No article is from “{wanted}”; {there}.")
    return mask
