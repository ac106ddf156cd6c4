"""What a timeline says in words: on its picture, and to those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from babel.dates import get_month_names

from bot.escaping import plain
from bot.language import Language
from index.dates import MONTHS
from index.timeline import Bar, Peak, Timeline, Unit

DESCRIPTION = 1024  # characters that Discord takes as the description of a picture
TOPIC_IN_DESCRIPTION = 200  # characters
HEADLINE_IN_DESCRIPTION = 120


@dataclass(frozen=True, slots=True)
class Wording:
    """What a picture and its description say, in the reader's language; names in braces are put in."""

    months: tuple[str, ...] = MONTHS
    short_months: tuple[str, ...] = tuple(month[:3] for month in MONTHS)
    day: str = "{day} {month} {year}"
    short_day: str = "{day} {month}"
    caption: Mapping[Unit, str] = field(
        default_factory=lambda: {
            "week": "Articles per week",
            "month": "Articles per month",
            "year": "Articles per year",
        }
    )
    total: str = "{number} in all"
    undated: str = "{number} without a date left out"
    nothing: str = "No article with a date speaks of it."
    about: str = "Bar chart: articles that speak of “{topic}”."
    span: str = "{caption}, from {first} to {last}: {total}."
    week: str = "week of {day}"
    peaks: str = "Peaks: {peaks}."
    peak: str = "{time} ({number}), “{headline}”"


ENGLISH = Wording()
IN_BRACES = {
    name: f"{{{name}}}" for name in ("day", "month", "year", "number", "topic", "caption", "first", "last")
} | {name: f"{{{name}}}" for name in ("total", "time", "headline", "peaks")}


@cache
def wording_of(language: Language) -> Wording:
    """The catalogue's sentences, with the names of what is put in left in braces."""

    def said(name: str) -> str:
        return language.say(f"picture-{name}", **IN_BRACES)

    return Wording(
        tuple(get_month_names("wide", locale=language.code).values()),
        tuple(name.rstrip(".") for name in get_month_names("abbreviated", locale=language.code).values()),
        said("day"),
        said("short-day"),
        {unit: said(f"per-{unit}") for unit in ("week", "month", "year")},
        **{name: said(name) for name in ("total", "undated", "nothing", "about", "span", "week", "peaks", "peak")},
    )


def described(timeline: Timeline, wording: Wording = ENGLISH) -> str:
    """What the picture shows, in at most 1,024 characters: what is counted, how many, from when to when, the peaks."""
    topic = shortened(plain(timeline.topic), TOPIC_IN_DESCRIPTION)
    parts = [wording.about.format(topic=topic)]
    if timeline.bars:
        first, last = (in_words(day, wording) for day in (timeline.bars[0].first, timeline.bars[-1].last))
        caption, total = wording.caption[timeline.unit], wording.total.format(number=number(timeline.total))
        parts.append(wording.span.format(caption=caption, first=first, last=last, total=total))
    else:
        parts.append(wording.nothing)
    if timeline.undated:
        parts.append(wording.undated.format(number=number(timeline.undated)) + ".")
    if timeline.peaks:
        told = "; ".join(peak_in_words(timeline, peak, wording) for peak in timeline.peaks)
        parts.append(wording.peaks.format(peaks=told))
    return shortened(" ".join(parts), DESCRIPTION)


def peak_in_words(timeline: Timeline, peak: Peak, wording: Wording) -> str:
    bar = timeline.bars[peak.bar]
    headline = shortened(plain(peak.headline), HEADLINE_IN_DESCRIPTION)
    time = bar_in_words(bar, timeline.unit, wording)
    return wording.peak.format(time=time, number=number(bar.articles), headline=headline)


def bar_in_words(bar: Bar, unit: Unit, wording: Wording) -> str:
    match unit:
        case "week":
            return wording.week.format(day=in_words(bar.first, wording))
        case "month":
            return f"{wording.months[bar.first.month - 1]} {bar.first.year}"
        case _:
            return str(bar.first.year)


def in_words(day: date, wording: Wording) -> str:
    return wording.day.format(day=day.day, month=wording.months[day.month - 1], year=day.year)


def number(count: int) -> str:
    """With narrow spaces between thousands, which every language reads alike."""
    return f"{count:,}".replace(",", "\u202f")


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
