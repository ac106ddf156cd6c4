"""Timeline -> a picture of it, as a newspaper would print it."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal

from platformdirs import user_cache_path

from bot.escaping import plain
from bot.timeline.labels import clipped, flags, lines_in_tiers
from bot.timeline.wording import ENGLISH, Wording, bar_in_words, number
from index.timeline import Bar, Timeline

if TYPE_CHECKING:  # importing matplotlib takes a while, for which only who draws shall wait
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

Where = Literal["left", "center", "right"]

WIDTH = 550.0  # points: as wide as Discord shows a picture on a desktop; a telephone makes it two thirds of that
SCALE = 2  # pixels a point
MARGIN = 16.0
PLOT = 150.0  # height of the highest bar
TITLE, TEXT, SMALL = 20.0, 13.0, 12.0  # sizes of letters; a telephone leaves 8 points of the smallest
HEAD = 68.0  # height of title and caption
FOOT = 40.0  # height of the names of the months and years
LINE = 16.0  # from one line of a headline to the next
POLE = 8.0  # from the highest bar to the lowest headline, and between headlines one above another
GAP = 8.0  # between words along an axis
SHARE_OF_BAR, WIDEST_BAR = 0.75, 26.0  # of its slot, in points
GRID_LINES = 5  # at most, above the base
LONGEST = 400  # characters of a text that are looked at; no picture has room for more
MOST_DAYS = 16  # weeks, up to which each is named by its first day
STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60)  # from a name below the bars to the next, in weeks or months
YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
FAMILIES = (  # after the first, which comes with matplotlib, those that a system may have for other scripts
    *("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "Noto Sans Devanagari", "Noto Sans Thai"),
    *("Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans", "Unifont"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """The colours: everything stands out from the background by 3 to 1 at least, letters by 4.5 to 1."""

    background: str
    letters: str
    faint: str
    grid: str
    bar: str
    peak: str


LIGHT = Look("#ffffff", "#1e1f22", "#5c5e66", "#e3e5e8", "#7d87d9", "#3640c2")
DARK = Look("#313338", "#f2f3f5", "#b5bac1", "#43464d", "#7480d0", "#b3bcff")


def draw(timeline: Timeline, *, dark: bool, wording: Wording = ENGLISH) -> bytes:
    """A PNG, 1,100 pixels wide. Safe in a worker thread; the first one imports matplotlib."""
    os.environ.setdefault("MPLCONFIGDIR", str(user_cache_path("pullquote") / "matplotlib"))  # where it lists fonts
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    picture = io.BytesIO()
    figure = figure_of(timeline, DARK if dark else LIGHT, wording)
    FigureCanvasAgg(figure).print_png(picture)  # type: ignore[no-untyped-call]  # as all of matplotlib's backends
    return picture.getvalue()


def figure_of(timeline: Timeline, look: Look, wording: Wording = ENGLISH) -> Figure:
    """The picture as matplotlib's figure, one unit a point, from the lower left corner."""
    sheet = Sheet(look)
    if not timeline.bars:
        sheet.text(MARGIN, FOOT, wording.nothing, look.letters)
        return sheet.finished(timeline, wording, 2 * FOOT)
    highest = max(bar.articles for bar in timeline.bars)
    labels = [(FOOT + PLOT * count / highest, number(count)) for count in grid_counts(highest)]
    left = MARGIN + max(sheet.width(label) for _, label in labels) + GAP
    slot = (WIDTH - MARGIN - left) / len(timeline.bars)
    centers = [left + slot * (place + 0.5) for place in range(len(timeline.bars))]
    tops = [FOOT + PLOT * bar.articles / highest for bar in timeline.bars]
    sheet.grid(labels, left)
    sheet.bars(timeline, centers, tops, max(min(SHARE_OF_BAR * slot, WIDEST_BAR), min(slot, 1)))
    sheet.dates(timeline, centers, wording)
    return sheet.finished(timeline, wording, sheet.headlines(timeline, centers, tops, wording))


class Sheet:
    """What a picture is drawn on, and the letters it is drawn with."""

    def __init__(self, look: Look) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.look = look
        self.figure = Figure(figsize=(WIDTH / 72, 1), dpi=72 * SCALE, facecolor=look.background)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH))
        self.axes.set_axis_off()
        self.renderer = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]

    def width(self, text: str, size: float = SMALL, bold: bool = False) -> float:
        """Of a line of text, in points."""
        return float(self.renderer.get_text_width_height_descent(text, font(size, bold), False)[0]) / SCALE

    def text(
        self, x: float, y: float, text: str, color: str, where: Where = "left", size: float = SMALL, bold: bool = False
    ) -> None:
        """One line at the base line `y`; a dollar sign is a dollar sign."""
        self.axes.text(x, y, text, color=color, ha=where, fontproperties=font(size, bold), parse_math=False)

    def lines(self, ends: Sequence[tuple[tuple[float, float], tuple[float, float]]], color: str) -> None:
        from matplotlib.collections import LineCollection

        self.axes.add_collection(LineCollection(ends, colors=color, linewidths=1), autolim=False)

    def grid(self, labels: Sequence[tuple[float, str]], left: float) -> None:
        """A line for each number, which stands left of it."""
        for y, label in labels:
            self.text(left - GAP, y - SMALL / 3, label, self.look.faint, "right")
        self.lines([((left, y), (WIDTH - MARGIN, y)) for y, _ in labels[1:]], self.look.grid)
        self.lines([((left, FOOT), (WIDTH - MARGIN, FOOT))], self.look.faint)

    def bars(self, timeline: Timeline, centers: Sequence[float], tops: Sequence[float], width: float) -> None:
        from matplotlib.collections import PolyCollection

        half = width / 2
        corners = [
            [(x - half, FOOT), (x - half, top), (x + half, top), (x + half, FOOT)]
            for x, top in zip(centers, tops, strict=True)
        ]
        peaks = {peak.bar for peak in timeline.peaks}
        colors = [self.look.peak if place in peaks else self.look.bar for place in range(len(corners))]
        self.axes.add_collection(PolyCollection(corners, facecolors=colors, linewidths=0, zorder=2), autolim=False)

    def dates(self, timeline: Timeline, centers: Sequence[float], wording: Wording) -> None:
        """Days, months or years below the bars, as many as have room, and the year where it begins."""
        marks = [
            Mark.at(center, key, label, bar.last.year, max(self.width(label), self.width(str(bar.last.year))))
            for center, bar, (key, label) in zip(centers, timeline.bars, names(timeline, wording), strict=True)
            if label
        ]
        year = None
        for mark in with_room(marks, YEAR_STEPS if timeline.unit == "year" else STEPS):
            self.text(mark.x, FOOT - LINE, mark.label, self.look.faint, "center")
            if timeline.unit != "year" and mark.year != year:
                self.text(mark.x, FOOT - 2 * LINE, str(mark.year), self.look.faint, "center")
            year = mark.year

    def headlines(self, timeline: Timeline, centers: Sequence[float], tops: Sequence[float], wording: Wording) -> float:
        """The headlines above the bars, each at a pole that stands on its bar; up to which height."""
        titles = [
            (centers[peak.bar], shown(peak.headline) or bar_in_words(timeline.bars[peak.bar], timeline.unit, wording))
            for peak in timeline.peaks
        ]
        placed = flags(titles, (MARGIN, WIDTH - MARGIN), lru_cache(None)(partial(self.width, size=TEXT)))
        heights = list(accumulate((lines * LINE + POLE for lines in lines_in_tiers(placed)), initial=FOOT + PLOT))
        for flag, peak in zip(placed, timeline.peaks, strict=True):
            top = heights[flag.tier + 1]
            self.lines([((flag.x, tops[peak.bar]), (flag.x, top))], self.look.faint)
            x = flag.right if flag.is_left else flag.left
            where: Where = "right" if flag.is_left else "left"
            for place, line in enumerate(flag.lines):
                self.text(x, top - TEXT - place * LINE, line, self.look.letters, where, TEXT)
        return heights[-1]

    def finished(self, timeline: Timeline, wording: Wording, height: float) -> Figure:
        """The figure, with title and caption above what is drawn up to `height`."""
        caption = [wording.caption[timeline.unit], wording.total.format(number=number(timeline.total))]
        if timeline.undated:
            caption.append(wording.undated.format(number=number(timeline.undated)))
        self.line_of_head(
            height + 2 * LINE + GAP, shown(timeline.topic, bold=True), self.look.letters, TITLE, bold=True
        )
        self.line_of_head(height + LINE, " · ".join(caption), self.look.faint, TEXT)
        self.axes.set_ylim(0, height + HEAD)
        self.figure.set_size_inches(WIDTH / 72, (height + HEAD) / 72)
        return self.figure

    def line_of_head(self, y: float, text: str, color: str, size: float, bold: bool = False) -> None:
        fitting = clipped(text, WIDTH - 2 * MARGIN, partial(self.width, size=size, bold=bold))
        self.text(MARGIN, y, fitting, color, size=size, bold=bold)


@dataclass(frozen=True, slots=True)
class Mark:
    """A name on the axis of time, `width` points wide around `x`; `key` numbers the days, months or years."""

    x: float
    key: int
    label: str
    year: int
    width: float

    @classmethod
    def at(cls, center: float, key: int, label: str, year: int, width: float) -> Mark:
        """Beside the middle of its bar where it would run out of the picture."""
        return cls(min(max(center, GAP + width / 2), WIDTH - GAP - width / 2), key, label, year, width)


def with_room(marks: Sequence[Mark], steps: Sequence[int]) -> Sequence[Mark]:
    """Every mark, or every second, third and so on, so that they do not touch; the first where there is no such."""
    for step in steps:
        chosen = [mark for mark in marks if mark.key % step == 0]
        if chosen and all(b.x - a.x >= (a.width + b.width) / 2 + GAP for a, b in pairwise(chosen)):
            return chosen
    return marks[:1]


def names(timeline: Timeline, wording: Wording) -> list[tuple[int, str]]:
    """For each bar its number and what may stand below it: nothing, or its first day, the month that begins in it, its
    year."""
    if timeline.unit == "year":
        return [(bar.first.year, str(bar.first.year)) for bar in timeline.bars]
    if timeline.unit == "week" and len(timeline.bars) <= MOST_DAYS:
        days = (bar.first for bar in timeline.bars)
        short = wording.short_months
        return [(n, wording.short_day.format(day=day.day, month=short[day.month - 1])) for n, day in enumerate(days)]
    return [
        (12 * bar.last.year + bar.last.month - 1, wording.short_months[bar.last.month - 1] if begins_month(bar) else "")
        for bar in timeline.bars
    ]


def begins_month(bar: Bar) -> bool:
    return bar.first.day == 1 or bar.first.month != bar.last.month


def grid_counts(highest: int) -> range:
    """Round numbers from 0 to at most `highest`, few enough to be read."""
    step = next(
        digit * 10**zeros for zeros in range(20) for digit in (1, 2, 5) if highest <= GRID_LINES * digit * 10**zeros
    )
    return range(0, highest + 1, step)


def shown(text: str, bold: bool = False) -> str:
    """The text as it can be drawn; empty where there is no font for a letter of it. Other signs are left out."""
    text = plain(text[:LONGEST])
    missing = {sign for sign in set(text) if not any(has(path, sign) for path in fonts(bold))}
    if any(sign.isalnum() for sign in missing):
        return ""
    return plain("".join(sign for sign in text if sign not in missing))


def has(path: str, sign: str) -> bool:
    from matplotlib.font_manager import get_font

    return get_font(path).get_char_index(ord(sign)) != 0


@lru_cache
def font(size: float, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=families(), size=size, weight="bold" if bold else "normal")


@lru_cache
def fonts(bold: bool) -> tuple[str, ...]:
    """The files of the families that are installed."""
    from matplotlib.font_manager import FontProperties, findfont

    weight = "bold" if bold else "normal"
    return tuple(str(findfont(FontProperties(family=[family], weight=weight))) for family in families())


@lru_cache
def families() -> list[str]:
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return [family for family in FAMILIES if family in installed]
