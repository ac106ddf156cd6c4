"""A sentence -> questions that it answers, as a person would ask them; made by rules for English.

The rules are so strict that few sentences fit: what stands in a question must say by itself what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.articles import Article

ENOUGH = 8  # words of a question that names nobody and nothing
LENGTHS = range(15, 91)  # characters of a question that is read at a glance

DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WEEKDAY = re.compile(rf" (?:on|by|since|until) (?:{DAYS})(?: (?:morning|afternoon|evening|night|noon))?\b")
# What only the sentences around explain, or what makes a question ask for something else.
UNCLEAR = re.compile(
    r"\b(?:he|she|it|they|we|i|you|his|her|its|their|our|my|him|them|us|this|that|these|those|such|so|there|here|other|"
    r"others|another|also|same|both|former|latter|then|now|today|yesterday|tomorrow|next|last|later|earlier|already|"
    r"ago|who|which|what|when|where|while|if|whether|according|because|however|not|no|never|but)\b",
    re.IGNORECASE,
)
VERB = re.compile(  # in what should be the subject alone
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|did|does|do|[a-z]+ed|said|says|"
    r"say|told|made|came|went|saw|got|gave|took|puts|plans|expects|wants|gets|lets|only|just|even|still|first|[a-z]+ly|and|"
    r"or|in|on|from|with|to|as|by|for|after|before|about|than)\b"
)
UPPER = "".join(chr(point) for point in range(0x250) if chr(point).isupper())  # of Latin: "Żurek", "Ólafsson"
LOWER = "".join(chr(point) for point in range(0x250) if chr(point).islower())
NO_SUBJECT = (  # what a sentence begins with that does not begin with its subject
    r"(?!(?:In|On|At|By|From|With|To|As|For|After|Before|About|Only|Just|Even|Still|First|And|Or|Some|Most|Many|Under|"
    r"During|Since|Despite|Although|Though|Until|Once|Like|Unlike|Every|Each|All|Meanwhile)\b)"
)
NOUN_PHRASE = re.compile(rf"{NO_SUBJECT}(?:(?:The|An?) \w[\w’'-]*|[{UPPER}][\w’'-]+)(?: \w[\w’'-]*){{0,7}}")

ROLE = (
    r"manager|chairman|chairwoman|minister|secretary|captain|coach|director|president|leader|author|editor|mayor|"
    r"councillor|engineer|architect|curator|head|chief|boss|founder|owner|singer|actor|actress|writer|novelist|poet|"
    r"professor|historian|scientist|researcher|analyst|economist|lawyer|judge|teacher|champion|striker|treasurer|"
    r"spokesman|spokeswoman|commissioner|ambassador|chancellor|governor|senator|baker|watchmaker|farmer|postman|"
    r"archaeologist|biologist|doctor|surgeon|nurse|midwife|conductor|composer|painter|artist|producer|daughter|son|"
    r"widow|wife|husband"
)
FROM = (
    r"American|Australian|British|Canadian|Chinese|Dutch|English|European|French|German|Indian|Irish|Italian|Japanese|"
    r"Labour|Russian|Scottish|Spanish|Swedish|Welsh|Tory"
)
NO_NAME = (
    r"(?!(?:The|This|That|But|And|When|While|After|Under|Yet|So|If|As|At|For|In|On|By|Mr|Mrs|Ms|Cllr|MP|"
    rf"{FROM}|(?i:{ROLE}))\b)"
)
CAPITALISED = rf"{NO_NAME}[{UPPER}][\w’-]*[{LOWER}]"
NAME = rf"{CAPITALISED}(?: [A-Z]\.)?(?: {CAPITALISED}){{1,2}}(?!['’])"
TEXT = r"(?:[^.,;:?!\"“”()–]|[.,](?=\d))"  # a letter inside one part of a sentence
SUBJECT = rf"^(?P<subject>[{UPPER}]{TEXT}{{2,60}}?)"
REST = rf"(?P<rest>{TEXT}*?)(?: and |[;:]|[.,](?!\d)|$)"
DATE = rf"(?:in \d{{4}}|(?:on \d{{1,2}}|in) (?:{MONTHS})(?: \d{{4}})?)\b"
MONEY = r"(?:[£$€¥]|\d[\d.,]* (?:pounds|euros|dollars|pence|cents))"
COUNT = (
    r"(?i:\d{1,3}(?:,\d{3})+|\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?: (?:hundred|thousand|million|billion))?"
)
ROUGHLY = r"(?i:(?:about|some|more than|fewer than|nearly|almost|around|at least|over|only) )?"
THINGS = (
    r"(?P<things>(?:(?!(?:per|of|and|or|to|in|more|than|other)\b)[a-z-]+ )??"
    r"(?:[a-z-]+[^s\W]s|people|men|women|children))"
)
WHEREABOUTS = (
    rf"(?P<rest>(?: (?:in|on|at|for|from|by|to|during|with|over|after|of|before)\b{TEXT}*?)?)(?: and |[.,;:](?!\d)|$)"
)
BASE = {
    "opened": "open", "reopened": "reopen", "closed": "close", "died": "die", "began": "begin", "started": "start",
    "ended": "end", "joined": "join", "retired": "retire", "resigned": "resign", "collapsed": "collapse",
    "launched": "launch", "moved": "move", "won": "win", "lost": "lose", "had": "have", "treated": "treat",
    "employed": "employ", "sold": "sell", "played": "play", "recorded": "record", "found": "find", "caught": "catch",
    "built": "build", "attracted": "attract", "scored": "score", "bought": "buy", "received": "receive", "cut": "cut",
    "killed": "kill", "created": "create", "planted": "plant", "counted": "count", "shipped": "ship", "made": "make",
    "signed": "sign", "rejected": "reject", "cancelled": "cancel", "beat": "beat", "left": "leave",
}  # fmt: skip
PAST = "|".join(BASE)
DOER = (  # what somebody did that can be asked for
    r"won|scored|opened|founded|designed|wrote|built|discovered|found|invented|bought|directed|replaced|beat|defeated|"
    r"succeeded|published|launched|created|painted|unveiled|rejected|broke|retained|claimed|produced"
)
DONE = {"thrown": "threw", "written": "wrote", "drawn": "drew", "broken": "broke", "driven": "drove", "beaten": "beat"}
DONE |= {verb: verb for verb in DOER.split("|") if verb not in DONE.values()}
NO_DEED = r"(?:has|was|is|says|hopes|wants|thinks|believes|lives|died)\b"  # what people are not known by
HAS_NAME = re.compile(rf" [{UPPER}0-9]")
DEAD = re.compile(r"\b(?:died|dies|obituary|dead|late|killed|murdered|funeral)\b", re.IGNORECASE)


def questions_from(sentence: str, article: Article, rules: list[Rule]) -> Iterator[tuple[str, str]]:
    """The kinds of questions that a sentence of the article answers, and the questions."""
    for kind, pattern, asked in rules:
        match = pattern.search(sentence)
        question = match and asked(Parts(match, article))
        if question and len(question) in LENGTHS and (HAS_NAME.search(question) or len(question.split()) >= ENOUGH):
            yield kind, question


@dataclass(frozen=True, slots=True)
class Parts:
    """What a rule found in a sentence; each is None where it could not stand in a question."""

    match: re.Match[str]
    article: Article

    def __getitem__(self, name: str) -> str:
        return self.match[name] or ""

    @property
    def subject(self) -> str | None:
        """Who or what the sentence is about, where it says that by itself."""
        subject = WEEKDAY.sub("", self["subject"])
        if UNCLEAR.search(subject) or VERB.search(subject) or not NOUN_PHRASE.fullmatch(subject):
            return None
        first, *others = subject.split()
        if first in ("The", "A", "An"):
            is_clear = HAS_NAME.search(subject) or len(others) >= ENOUGH // 2
            return f"{first.lower()} {' '.join(others)}" if is_clear else None
        return subject if self.is_name(first, others) else None

    def is_name(self, first: str, others: list[str]) -> bool:
        """Whether the first word of a sentence would have its capital in another place too."""
        if others:
            return others[0][0].isupper() and not re.search("-[a-z]", first)
        return bool(re.search(rf"[a-z,] {re.escape(first)}\b", self.article.text))

    @property
    def rest(self) -> str | None:
        """What follows, with the space before it, without the day of the week; it must not need other sentences."""
        rest = WEEKDAY.sub("", self["rest"]).rstrip()
        return None if UNCLEAR.search(rest) else rest


def why(parts: Parts) -> str | None:
    return all_of("Why {verb} {subject} {rest}?", parts, verb=parts["verb"], rest=parts.rest)


def who_did(parts: Parts) -> str | None:
    return parts.rest and f"Who {parts['verb']}{parts.rest}?"


def who_had_done(parts: Parts) -> str | None:
    return all_of("Who {verb} {subject}?", parts, verb=DONE[parts["verb"]])


def how_many_were(parts: Parts) -> str | None:
    return parts.rest and f"How many {parts['things']} {parts['verb']}{parts.rest}?"


def how_many_had(parts: Parts) -> str | None:
    things, base = parts["things"], BASE[parts["verb"]]
    return all_of("How many {things} did {subject} {base}{rest}?", parts, things=things, base=base, rest=parts.rest)


def how_much(parts: Parts) -> str | None:
    verb = {"costs": "does", "cost": "did"}.get(parts["verb"], parts["verb"].split()[0])
    return all_of("How much {verb} {subject} cost?", parts, verb=verb)


def how_large(parts: Parts) -> str | None:
    return all_of("How {large} {verb} {subject}?", parts, large=parts["large"], verb=parts["verb"])


def how_much_fined(parts: Parts) -> str | None:
    return all_of("How much was {subject} fined?", parts)


def when_did(parts: Parts) -> str | None:
    return all_of("When did {subject} {base}{rest}?", parts, base=BASE[parts["verb"]], rest=parts.rest)


def when_was(parts: Parts) -> str | None:
    return all_of("When {verb} {subject} {done}{rest}?", parts, verb=parts["verb"], done=parts["done"], rest=parts.rest)


def who_is_the(parts: Parts) -> str | None:
    return None if UNCLEAR.search(parts["what"]) else f"Who is {parts['what']}?"


def who_is(parts: Parts) -> str:
    return f"Who {'was' if DEAD.search(parts.article.title) else 'is'} {parts['name']}?"


def all_of(form: str, parts: Parts, **others: str | None) -> str | None:
    """The form filled in; None where a part is missing."""
    values = {"subject": parts.subject, **others}
    return None if None in values.values() else form.format(**values)


Rule = tuple[str, re.Pattern[str], Callable[[Parts], str | None]]
RULES: list[Rule] = [
    (kind, re.compile(pattern), asked)
    for kind, pattern, asked in (
        ("why", rf"{SUBJECT} (?P<verb>is|are|was|were|has|have) (?P<rest>[a-z]+(?:ed|en|un|wn|ung)\b{TEXT}*?),?"
         r" because (?!of)", why),
        ("who did", rf"^{NAME},? (?P<verb>{DOER})\b{REST}", who_did),
        ("who did", rf"{SUBJECT} (?:was|were) (?P<verb>{'|'.join(DONE)}) by {NAME}", who_had_done),
        ("how many", rf"^{ROUGHLY}{COUNT} {THINGS} (?P<verb>were|are|have|had|will|took|died|came|live|work)\b{REST}",
         how_many_were),
        ("how many", rf"{SUBJECT} (?P<verb>{PAST}) {ROUGHLY}{COUNT} {THINGS}{WHEREABOUTS}", how_many_had),
        ("how much", rf"{SUBJECT} (?P<verb>costs?|will cost|would cost) {ROUGHLY}{MONEY}", how_much),
        ("how much", rf"{SUBJECT} (?:was|has been) fined {ROUGHLY}{MONEY}", how_much_fined),
        ("how large", rf"{SUBJECT} (?P<verb>is|was|will be) {ROUGHLY}[\d.,]+ \w+ (?P<large>long|high|tall|wide|deep)\b",
         how_large),
        ("when", rf"{SUBJECT} (?!had\b)(?P<verb>{PAST})(?P<rest>(?: {TEXT}*?)?) {DATE}", when_did),
        ("when", rf"{SUBJECT} (?P<verb>was|were) (?P<done>[a-z]+ed|built|born|found|sold|won)"
         rf"(?P<rest>(?: {TEXT}*?)?) {DATE}", when_was),
        ("who is", rf"{NAME}, (?P<what>the (?:[^ ,;:]+ ){{0,4}}(?:{ROLE})(?: (?:of|at|for) {TEXT}+?)?),", who_is_the),
        ("who does", rf"{NAME}, who (?P<verb>(?!{NO_DEED})(?:[a-z]+[^\Ws]s|[a-z]+ed|won|led))\b{REST}", who_did),
    )
]  # fmt: skip
WHO_IS_IT: list[Rule] = [  # asked after the others: few sentences say who somebody is so that it is plainly the answer
    ("who", re.compile(rf"(?P<name>{NAME}), (?:(?:the|an?) [^,]*\b(?:{ROLE})\b[^,]*|who [^,]+),"), who_is)
]
