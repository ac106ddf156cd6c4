r"""Discord's markdown -> what a member sees of it, as HTML elements.

Our own, since Discord tries rules in turn at each place, as simple-markdown does: libraries for CommonMark
(markdown-it-py) pair signs otherwise, read `__` as bold, and know no spoilers, mentions and times; those for Discord
rest since 2021 and know no headings, lists and small print.

Texts become texts of elements and never HTML, so that nothing in them can be a tag. `:smile:` stays as written, and
what spoilers hide is there, covered.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from babel.dates import format_date

DEEPEST = 20  # forms inside one another; what is deeper stays as written

Node = ET.Element | str


def element(name: str, *content: Node, classes: str = "", **attributes: str) -> ET.Element:
    """An HTML element with texts and elements in it, in this order."""
    made = ET.Element(name, {"class": classes, **attributes} if classes else attributes)
    for node in content:
        if isinstance(node, ET.Element):
            made.append(node)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + node
        else:
            made.text = (made.text or "") + node
    return made


def html(*content: Node) -> str:
    """The HTML of elements and texts."""
    outer = ET.tostring(element("div", *content), encoding="unicode", method="html")
    return outer.removeprefix("<div>").removesuffix("</div>")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the sight of a text depends on: the names of those whom it mentions, by id, and when (and in which time
    zone) and in which language of Discord it is read."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    locale: str = "en-US"


def seen(markdown: str, surroundings: Surroundings | None = None) -> list[Node]:
    """What is seen of a text: strings and elements, whose line ends are to be kept (`white-space: pre-wrap`)."""
    return list(Sight(surroundings or Surroundings()).read(markdown, EVERYWHERE))


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of markdown: its pattern, and what becomes of a match. `begins_line`: only where a line begins."""

    name: str
    pattern: re.Pattern[str]
    show: Callable[[Sight, re.Match[str], Collection[str]], Node]
    begins_line: bool = False


class Sight:
    """Reads texts in their surroundings."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.depth = 0

    def read(self, text: str, allowed: Collection[str]) -> Iterator[Node]:
        """The nodes of a text; `allowed` names the rules that hold in it."""
        if self.depth == DEEPEST:
            yield text
            return
        self.depth += 1
        place = 0
        while place < len(text):
            if found := self.first(text, place, allowed):
                rule, match = found
                yield rule.show(self, match, allowed)
                place = match.end()
            else:
                yield text[place]
                place += 1
        self.depth -= 1

    def first(self, text: str, place: int, allowed: Collection[str]) -> tuple[Rule, re.Match[str]] | None:
        """The first rule that fits; of bold, underlined and italic, which share their signs, the longest."""
        is_begun = place == 0 or text[place - 1] == "\n"
        rules = (one for one in RULES if one.name in allowed and (is_begun or not one.begins_line))
        matches = ((rule, match) for rule in rules if (match := rule.pattern.match(text, place)))
        found = next(matches, None)
        if found is None or found[0].name not in STYLES:
            return found
        rivals = [found, *(one for one in matches if one[0].name in STYLES)]
        return max(rivals, key=lambda one: one[1].end())

    # Blocks

    def heading(self, match: re.Match[str], allowed: Collection[str]) -> Node:
        return element(f"h{len(match[1])}", *self.read(match[2], outside(allowed, BLOCKS)))

    def small(self, match: re.Match[str], allowed: Collection[str]) -> Node:
        return element("small", *self.read(match[1], outside(allowed, BLOCKS)))

    def quotation(self, match: re.Match[str], allowed: Collection[str]) -> Node:
        text = match[1] if match[1] is not None else re.sub(r"^ *> ?", "", match[0], flags=re.M)
        return element("blockquote", *self.read(text.removesuffix("\n"), outside(allowed, ["quotation"])))

    def listing(self, match: re.Match[str], allowed: Collection[str]) -> Node:
        items = [dedented(item) for item in ITEM.split(indented_alike(match[0]))[1:]]
        made = [element("li", *self.read(item, allowed)) for item in items]
        return element("ol", *made, start=match["number"]) if match["number"] else element("ul", *made)

    def code_block(self, match: re.Match[str], _: Collection[str]) -> Node:
        return element("pre", element("code", match[1]))

    # Inside a line

    def escaped(self, match: re.Match[str], _: Collection[str]) -> Node:
        return match[1]

    def address(self, match: re.Match[str], _: Collection[str]) -> Node:
        url = match[1] or match[0]
        return element("a", url, href=url)

    def link(self, match: re.Match[str], _: Collection[str]) -> Node:
        if re.search(r"https?://", match[1]):
            return match[0]  # Discord shows no link whose text could be taken for another address
        return element("a", *self.read(match[1], IN_LINK), href=match[2])

    def styled(self, match: re.Match[str], allowed: Collection[str]) -> Node:
        name = {"*": "em", "_": "em", "**": "strong", "__": "u", "~~": "s"}[match["sign"]]
        return element(name, *self.read(match["text"], outside(allowed, BLOCKS)))

    def spoiler(self, match: re.Match[str], allowed: Collection[str]) -> Node:
        return element("span", *self.read(match[1], outside(allowed, BLOCKS)), classes="spoiler")

    def code(self, match: re.Match[str], _: Collection[str]) -> Node:
        return element("code", match[2].strip() if len(match[1]) > 1 else match[2])

    def user(self, match: re.Match[str], _: Collection[str]) -> Node:
        return pill("@" + self.surroundings.users.get(int(match[1]), "unknown-user"))

    def role(self, match: re.Match[str], _: Collection[str]) -> Node:
        return pill("@" + self.surroundings.roles.get(int(match[1]), "deleted-role"))

    def channel(self, match: re.Match[str], _: Collection[str]) -> Node:
        return pill("#" + self.surroundings.channels.get(int(match[1]), "unknown"))

    def everyone(self, match: re.Match[str], _: Collection[str]) -> Node:
        return pill(match[0])

    def command(self, match: re.Match[str], _: Collection[str]) -> Node:
        return pill("/" + match[1])

    def emoji(self, match: re.Match[str], _: Collection[str]) -> Node:
        return element("span", f":{match[1]}:", classes="emoji")

    def time(self, match: re.Match[str], _: Collection[str]) -> Node:
        surroundings = self.surroundings
        words = time_in_words(int(match[1]), match[2] or "f", surroundings.now, surroundings.locale)
        return element("time", words)


def pill(text: str) -> ET.Element:
    return element("span", text, classes="mention")


def outside(allowed: Collection[str], names: Collection[str]) -> frozenset[str]:
    return frozenset(allowed).difference(names)


# A heading loses number signs at its end, escaped or not.
HEADING = re.compile(r" *(#{1,3})[^\S\n]+([^\n]+?)#*[^\S\n]*(?:\n|$)")
SMALL = re.compile(r" *-#[^\S\n]+([^\n]+?)[^\S\n]*(?:\n|$)")
QUOTATION = re.compile(r" *>>> ([\s\S]+)| *> [^\n]*(?:\n *> [^\n]*)*\n?")
MARK = r"(?:[-*]|\d{1,9}\.) +(?=\S)"
LIST = re.compile(rf"(?P<indent> *)(?:[-*]|(?P<number>\d{{1,9}})\.) +(?=\S)[^\n]*(?:\n *{MARK}[^\n]*|\n +\S[^\n]*)*\n?")
ITEM = re.compile(rf"^{MARK}", re.M)
CODE_BLOCK = re.compile(r"```(?:[\w+\-.#]+\n)?\n*([^\n][\s\S]*?)\n*```\n?")
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
ADDRESS = re.compile(r"<(https?://[^\s<>]+)>|https?://[^\s<]*[^\s<.,:;\"'\]()*_~|]")
LINK = re.compile(
    r"\[([^\[\]\n]+)\]\(\s*<?(https?://(?:\([^\s()]*\)|[^\s()<>])+)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
BOLD = re.compile(r"(?P<sign>\*\*)(?P<text>(?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")
UNDERLINED = re.compile(r"(?P<sign>__)(?P<text>(?:\\[\s\S]|[^\\])+?)__(?!_)")
SLANTED = re.compile(r"(?P<sign>_)(?P<text>(?:__|\\[\s\S]|[^\\_])+?)_(?!\w)")
STARRED = re.compile(r"(?P<sign>\*)(?=\S)(?P<text>(?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)")
STRUCK = re.compile(r"(?P<sign>~~)(?P<text>[\s\S]+?)~~(?!_)")

# In the order in which they are tried.
RULES = (
    Rule("heading", HEADING, Sight.heading, begins_line=True),
    Rule("small", SMALL, Sight.small, begins_line=True),
    Rule("quotation", QUOTATION, Sight.quotation, begins_line=True),
    Rule("list", LIST, Sight.listing, begins_line=True),
    Rule("code block", CODE_BLOCK, Sight.code_block),
    Rule("escaped", ESCAPED, Sight.escaped),
    Rule("address", ADDRESS, Sight.address),
    Rule("user", re.compile(r"<@!?(\d{1,20})>"), Sight.user),
    Rule("role", re.compile(r"<@&(\d{1,20})>"), Sight.role),
    Rule("channel", re.compile(r"<#(\d{1,20})>"), Sight.channel),
    Rule("everyone", re.compile(r"@(?:everyone|here)"), Sight.everyone),
    Rule("command", re.compile(r"</([-'\w]+(?: [-'\w]+){0,2}):\d{1,20}>"), Sight.command),
    Rule("emoji", re.compile(r"<a?:(\w+):\d{1,20}>"), Sight.emoji),
    Rule("time", re.compile(r"<t:(-?\d{1,17})(?::([tTdDfFR]))?>"), Sight.time),
    Rule("link", LINK, Sight.link),
    Rule("slanted", SLANTED, Sight.styled),
    Rule("starred", STARRED, Sight.styled),
    Rule("bold", BOLD, Sight.styled),
    Rule("underlined", UNDERLINED, Sight.styled),
    Rule("struck", STRUCK, Sight.styled),
    Rule("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|"), Sight.spoiler),
    Rule("code", re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"), Sight.code),
)
BLOCKS = frozenset({"heading", "small", "quotation", "list"})
STYLES = frozenset({"slanted", "starred", "bold", "underlined"})
EVERYWHERE = frozenset(rule.name for rule in RULES)
IN_LINK = STYLES | {"struck", "code"}  # nothing is escaped in the text of a link


def indented_alike(text: str) -> str:
    """A list whose first mark stands at the margin, without its last line end."""
    indent = len(text) - len(text.lstrip(" "))
    return re.sub(rf"^ {{0,{indent}}}", "", text.removesuffix("\n"), flags=re.M)


def dedented(item: str) -> str:
    """An item with the lines below it, lists among them, moved to the margin."""
    first, *others = item.removesuffix("\n").split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in others]
    return "\n".join([first, *(line[min(indents) :] for line in others)])


def time_in_words(seconds: int, style: str, now: datetime, locale: str = "en-US") -> str:
    """A time as Discord shows it in the time zone of `now`, a day (D) in the language of `locale`, everything else in
    American English; `style` is one of tTdDfFR."""
    try:
        when = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
    except (OverflowError, ValueError):
        return "Invalid date"
    clock = f"{when.hour % 12 or 12}:{when:%M}"
    day = f"{when:%B} {when.day}, {when.year}"
    match style:
        case "t":
            return f"{clock} {when:%p}"
        case "T":
            return f"{clock}:{when:%S %p}"
        case "d":
            return f"{when.month}/{when.day}/{when.year}"
        case "D":
            return day if locale.startswith("en") else format_date(when, "long", locale.replace("-", "_"))
        case "f":
            return f"{day} at {clock} {when:%p}"
        case "F":
            return f"{when:%A}, {day} at {clock} {when:%p}"
        case _:
            return distance_in_words((when - now).total_seconds())


# Up to how many seconds a distance is told in which unit.
UNITS = (
    (45, 1, "second"),
    (45 * 60, 60, "minute"),
    (22 * 3600, 3600, "hour"),
    (26 * 86400, 86400, "day"),
    (320 * 86400, 86400 * 30.4375, "month"),
    (float("inf"), 86400 * 365.25, "year"),
)


def distance_in_words(seconds: float) -> str:
    """How far away a time is: "in 3 days", "an hour ago"."""
    length, unit = next((length, unit) for most, length, unit in UNITS if abs(seconds) < most)
    count = max(1, round(abs(seconds) / length))
    one = "an hour" if unit == "hour" else f"a {unit}"
    words = "a few seconds" if unit == "second" else one if count == 1 else f"{count} {unit}s"
    return f"in {words}" if seconds > 0 else f"{words} ago"
