"""Headlines as flags on poles over a chart's bars: wrapped, clipped, and where no flag hides a flag or a pole."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]  # the width of a line of text, in points

ELLIPSIS = "…"
WORD = re.compile("[^ ]+")
WIDTHS = ((200.0, 3), (165.0, 3), (130.0, 4), (105.0, 4))  # of a flag in points, and how many lines it has at most
GAP = 5.0  # points from a pole to its text
APART = 8.0  # points at least from one text to another
AIR = 4.0  # points at least from a text to a pole that is not its own
TIERS = 4  # one for each flag: with that many and a width of 130, all four always have a place


@dataclass(frozen=True, slots=True)
class Flag:
    """A headline in lines at the pole at `x`, from `left` to `right`, in tier `tier` of those one above another."""

    x: float
    lines: tuple[str, ...]
    left: float
    right: float
    tier: int

    @property
    def is_left(self) -> bool:
        """Whether the text is left of the pole."""
        return self.left < self.x

    def goes_with(self, other: Flag) -> bool:
        """Whether neither hides anything of the other."""
        if self.tier == other.tier and self.left < other.right + APART and other.left < self.right + APART:
            return False
        return not (self.hides_pole_of(other) or other.hides_pole_of(self))

    def hides_pole_of(self, other: Flag) -> bool:
        return self.tier <= other.tier and self.left - AIR < other.x < self.right + AIR


def flags(titles: Sequence[tuple[float, str]], between: tuple[float, float], measure: Measure) -> tuple[Flag, ...]:
    """The titles, each with the x of its pole in ascending order, as flags from one x to the other: as few clipped as
    can be, then as low as can be."""
    arranged: list[tuple[int, int, tuple[Flag, ...]]] = []
    for width, most in WIDTHS:
        texts = [(x, balanced(title, width, most, measure)) for x, title in titles]
        cut = sum(is_cut(lines, title) for (_, lines), (_, title) in zip(texts, titles, strict=True))
        for tiers in range(1, TIERS + 1):
            found = arrangement([tuple(ways(x, lines, between, tiers, measure)) for x, lines in texts])
            if found is not None:
                arranged.append((cut, sum(lines_in_tiers(found)) + tiers, found))
                break
    return min(arranged, key=lambda one: one[:2])[2]


def ways(
    x: float, lines: tuple[str, ...], between: tuple[float, float], tiers: int, measure: Measure
) -> Iterator[Flag]:
    """Every place of a flag: the lower the better, and rather towards the middle."""
    width = max(map(measure, lines))
    sides = [(x + GAP, x + GAP + width), (x - GAP - width, x - GAP)]
    if x > sum(between) / 2:
        sides.reverse()
    for tier in range(tiers):
        for left, right in sides:
            if between[0] <= left and right <= between[1]:
                yield Flag(x, lines, left, right, tier)


def arrangement(choices: Sequence[Sequence[Flag]], placed: tuple[Flag, ...] = ()) -> tuple[Flag, ...] | None:
    """One of each of the choices, so that they go with each other; None where there is no such."""
    if len(placed) == len(choices):
        return placed
    for flag in choices[len(placed)]:
        if all(flag.goes_with(other) for other in placed):
            found = arrangement(choices, (*placed, flag))
            if found is not None:
                return found
    return None


def lines_in_tiers(placed: Sequence[Flag]) -> list[int]:
    """The most lines of a flag in each tier, the lowest first."""
    count = max((flag.tier for flag in placed), default=-1) + 1
    return [max((len(flag.lines) for flag in placed if flag.tier == tier), default=0) for tier in range(count)]


def balanced(text: str, width: float, most: int, measure: Measure) -> tuple[str, ...]:
    """The text in lines as even as can be, no more of them than in `wrapped` lines of the full width."""
    lines = wrapped(text, width, most, measure)
    if is_cut(lines, text):
        return lines
    widths = range(int(width / len(lines)), int(width))
    narrow = bisect_left(widths, True, key=lambda one: is_as_long(wrapped(text, one, most, measure), lines, text))
    return wrapped(text, widths[narrow], most, measure) if narrow < len(widths) else lines


def is_as_long(narrow: tuple[str, ...], lines: tuple[str, ...], text: str) -> bool:
    return len(narrow) <= len(lines) and not is_cut(narrow, text)


def is_cut(lines: tuple[str, ...], text: str) -> bool:
    return "".join(lines).replace(" ", "") != text.replace(" ", "")


def wrapped(text: str, width: float, most: int, measure: Measure) -> tuple[str, ...]:
    """The text in lines of at most `width`, broken between words; what is beyond `most` lines gives way to “…”."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most:
        cut = line_end(rest, width, measure)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        lines[-1] = clipped(f"{lines[-1]} {rest}", width, measure)
    return tuple(lines) or ("",)


def clipped(text: str, width: float, measure: Measure) -> str:
    """The text where it fits, else its beginning and “…”."""
    if measure(text) <= width:
        return text
    return text[: fitting(text, width - measure(ELLIPSIS), measure)].rstrip() + ELLIPSIS


def line_end(text: str, width: float, measure: Measure) -> int:
    """Where the first line ends: behind its last whole word that fits, inside a word that is too long by itself.
    Words are measured by themselves, since each comes up for many widths."""
    end, used = 0, 0.0
    for word in WORD.finditer(text):
        used += measure(word.group()) + (measure(" ") if end else 0)
        if used > width:
            break
        end = word.end()
    return end or fitting(text.partition(" ")[0], width, measure)


def fitting(text: str, width: float, measure: Measure) -> int:
    """How many characters fit, at least one; no mark is parted from its letter."""
    longest = min(len(text), 4 * int(width))  # no character that is seen is narrower than a quarter of a point
    cut = max(1, bisect_right(range(1, longest + 1), width, key=lambda end: measure(text[:end])))
    inside = cut
    while 0 < inside < len(text) and unicodedata.category(text[inside]) in {"Mn", "Mc", "Me", "Cf"}:
        inside -= 1
    return inside or cut
