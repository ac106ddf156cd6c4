"""A question that leans on the one before it: "and who paid for it?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import day_in_words, month_in_words
from index.meanings import times_in
from index.periods import month_back
from index.times import WITH_TIME, without_times
from index.words import telling_words

# Words that stand for something said before; "that" and "this" do only where no noun follows ("that bridge").
STANDING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|there|then|those|these|one|ones|both|same|"
    r"(?:this|that)(?=[?.,!]|$| (?:is|was|are|were|will|did|does|do|can|could|would|should|too|so|really)\b))\b",
    re.IGNORECASE,
)
GOING_ON = re.compile(r"(?:and|but|or|so|also|what about|how about|what else|who else|anything else)\b", re.IGNORECASE)
WORD = re.compile(r"\w+")
# A time that is counted from the one before: "the year after", "that year", "a month later".
COUNTED = re.compile(
    r"\b(?:(?:the|a|an) (?P<step>following|next|previous|preceding) (?P<unit>day|month|year)"
    r"|(?:the|a|one) (?P<unit_first>day|month|year) (?P<way>after|later|before|earlier)"
    r"|(?:that|the same) (?P<same>day|month|year))\b",
    re.IGNORECASE,
)
BACK = {"previous", "preceding", "before", "earlier"}
MOST_ABOUT = 8  # words of what was asked before that are taken along
SHORT = 3  # words; "how much?", "and in 2024?" say nothing by themselves
SAYS_ENOUGH = 3  # telling words with which a question can be read by itself


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked before, and what was quoted: the id and title of the article, the sentence, and when it was
    published. `about` are telling words of what was asked before that, where the question went on from it."""

    question: str
    article: str
    title: str
    sentence: str
    published: date | None = None
    about: tuple[str, ...] = ()


def leans(question: str) -> bool:
    """Whether a question by its own words needs what was said before it."""
    return bool(GOING_ON.match(question.strip()) or STANDING.search(question) or len(WORD.findall(question)) <= SHORT)


def says_enough(question: str) -> bool:
    """Whether a question that leans may be read by itself as well."""
    return len(telling_words(question)) >= SAYS_ENOUGH


def searched_in_context(question: str, last: Turn) -> str:
    """What to search for: the question, the title of the article that was quoted, what was asked before."""
    return " ".join([question, last.title, *subject(last)])


def read_in_context(question: str, last: Turn) -> str:
    """What to read passages for: the question, which search has led to the right place, by itself; one that says too
    little, with what was asked before."""
    if says_enough(question):
        return question
    return " ".join([question, *subject(last)])


def subject(last: Turn) -> tuple[str, ...]:
    """The telling words of what was asked before, the last ones of what it went on from among them."""
    return tuple(dict.fromkeys([*telling_words(last.question), *last.about]))[:MOST_ABOUT]


def asked_again(question: str, last: Turn, today: date) -> str | None:
    """What was asked before, of another time, where the question names nothing but that: "and in 2024?", "and the year
    after?"; else None."""
    named = COUNTED.sub(lambda match: counted(match, last, today), question)
    times = list(times_in(named, today))
    if len(times) != 1:
        return None
    start, end, _ = times[0]
    opening = WITH_TIME.search(named[:start])
    first = opening.start() if opening else start
    if telling_words(GOING_ON.sub("", named[:first].strip(), count=1) + " " + named[end:]):
        return None
    before, time = without_times(last.question, today).rstrip(" ?.!,"), named[first:end].strip()
    if not telling_words(before):
        return None
    return f"{before} {time if ' ' in time else 'in ' + time}?"


def counted(match: re.Match[str], last: Turn, today: date) -> str:
    """The time meant, in words, counted from what was asked about, or else from when what was quoted was published; as
    it stands where neither has a date."""
    unit = next(filter(None, (match["unit"], match["unit_first"], match["same"]))).lower()
    times = list(times_in(last.question, today))
    day = (times[0][2].first if times else None) or last.published
    if day is None:
        return match.group()
    words = {match[name].lower() for name in ("step", "way") if match[name]}
    step = 0 if match["same"] else -1 if words & BACK else 1
    if unit == "day":
        return day_in_words(day + timedelta(step))
    year, month = month_back(day, -step if unit == "month" else -12 * step)
    return month_in_words(year, month) if unit == "month" else str(year)
