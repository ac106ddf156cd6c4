"""The kind of answer that a question asks for, and whether a sentence has one to offer.

Rules for English; a question of any other kind, or in another language, expects nothing in particular.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

WORD = re.compile(r"\w+")

NUMBER_ASKED = re.compile(
    r"\bhow (?:many|much|old|often|close)\b|\b(?:what|which) (?:percentage|percent|proportion|number|age|share|amount|"
    r"price|cost|score|fraction|rate|sum)\b",
    re.IGNORECASE,
)
MEASURE_ASKED = re.compile(
    r"\bhow (?:long|far|high|tall|big|large|fast|deep|wide|heavy|hot|cold|warm)\b"
    r"|\b(?:what|which) (?:size|length|height|width|depth|distance|speed|weight|area|temperature|duration)\b",
    re.IGNORECASE,
)
TIME_ASKED = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|decade|century|time|season|period)\b|\bhow long ago\b",
    re.IGNORECASE,
)
PERSON_ASKED = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)
PLACE_ASKED = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:country|city|town|place|state|river|county|region|venue|street|road|"
    r"island|village|continent)\b",
    re.IGNORECASE,
)

NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|"
    r"billion|half|quarter|third|twice)\b",
    re.IGNORECASE,
)
MEASURE = re.compile(
    rf"(?:{NUMBER.pattern})[\s-]?(?:(?:and a half|square|cubic|to \d+) )?(?:k?m|cm|mm|ft|in|kg|mph|%|°|degrees?|"
    r"metres?|meters?|kilomet\w+|centimet\w+|millimet\w+|miles?|feet|foot|inch(?:es)?|yards?|hectares?|acres?|tons?|tonnes?|"
    r"kilos?|pounds?|knots?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|nights?|decades?|centur\w+|storeys?|"
    r"pages?)\b",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\bhow many (?:\w+ing |different |more )?([a-z]{3,})\b", re.IGNORECASE)
DIGITS = re.compile(r"\d[\d.,]*")
CALENDAR = "January|February|March|April|May|June|July|August|September|October|November|December|" + "|".join(
    f"{day}day" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
)
NAME = re.compile(  # a capital inside the sentence, where English has names
    rf"(?<=[a-z,;:\"'“”’)] )(?!(?:{CALENDAR})\b)[A-Z][\w'’-]+"
)


THING_ASKED = re.compile(  # "which river", not "what did"
    r"\b(?:what|which) (?!(?:did|does|was|were|are|has|have|had|will|would|can|could|should|may|might|must)\b)"
    r"([a-z]{3,})\b",
    re.IGNORECASE,
)
THING_NAMED = r"\b[A-Z][\w'’-]+ {0}\b|\b{0} (?:of )?[A-Z][\w'’-]+"  # "the Tumen River", "River Lenner"


class Kind(StrEnum):
    """What an answer may have to hold."""

    number = "number"
    measure = "measure"
    time = "time"
    person = "person"
    place = "place"
    thing = "thing"


ASKED = {
    Kind.time: TIME_ASKED,
    Kind.number: NUMBER_ASKED,
    Kind.measure: MEASURE_ASKED,
    Kind.person: PERSON_ASKED,
    Kind.place: PLACE_ASKED,
}
OFFERED = {Kind.number: NUMBER, Kind.measure: MEASURE, Kind.time: DIGITS, Kind.person: NAME, Kind.place: NAME}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question's own words ask for: by kind, how a sentence would have it."""

    patterns: dict[Kind, re.Pattern[str]]
    brought: frozenset[str]  # the question's own words, which answer nothing
    counting: re.Pattern[str] | None = None  # a number of what is counted ("how many homes"): "710 homes"

    @classmethod
    def by(cls, question: str) -> Wanted:
        """Of several kinds the one named first ("who was there when ..."), and the thing asked for by its noun."""
        asked = [
            (match.start(), place, kind)
            for place, (kind, words) in enumerate(ASKED.items())
            if (match := words.search(question))
        ]
        patterns = {min(asked)[2]: OFFERED[min(asked)[2]]} if asked else {}
        if thing := THING_ASKED.search(question):
            patterns[Kind.thing] = re.compile(THING_NAMED.format(thing[1].capitalize()))
        counted = COUNTED.search(question)
        counting = rf"({NUMBER.pattern}) (?:[\w-]+ )?{counted[1].rstrip('s')}\w*" if counted else ""
        brought = frozenset(word.casefold() for word in WORD.findall(question))
        return cls(patterns, brought, re.compile(counting, re.IGNORECASE) if counting else None)

    def offered_by(self, sentence: str) -> frozenset[Kind]:
        """The kinds asked for of which the sentence has something that the question did not bring along itself."""
        return frozenset(kind for kind in self.patterns if self.values(kind, sentence))

    def counted(self, sentence: str) -> frozenset[str]:
        """The numbers of what the question asks the number of."""
        found = self.counting.finditer(sentence) if self.counting else ()
        return frozenset(one for match in found if (one := match[1].casefold().rstrip(".,")) not in self.brought)

    def values(self, kind: Kind, sentence: str) -> frozenset[str]:
        """What the sentence has of a kind asked for, without what the question brought."""
        found = (match.group().casefold().rstrip(".,") for match in self.patterns[kind].finditer(sentence))
        return frozenset(one for one in found if one not in self.brought)
