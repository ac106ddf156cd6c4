"""Makes every message of the bot out of random questions, titles and texts, and checks that Discord would take each.

    python benchmarks/messages.py [--rounds 10000] [--seed 0]

A round is a question, its answer and everything that can be reached from it, in one of the bot's languages by turns:
the answer in public and in private, near misses, reports that differ, more quotes, the context at each level, every
page of the article, search results page by page, coverage, similar articles, help, the timeline's text, every notice,
what autocomplete suggests. What is checked are Discord's documented limits (`tests/discord_rules`). Prints the largest
sizes met; the first message that would be refused ends it, with its seed and its round.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from admin_messages import of_admins
from discord import ui
from rich.console import Console
from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where Discord's rules are

import discord_rules as rules
from discord_rules import Json, Refusal

from bot import notices
from bot.controls import context_button, context_state
from bot.guide import fitting_buttons, help_message
from bot.language import LANGUAGES, Language, language
from bot.limits import TooOften
from bot.messages import answer_message, quote_block
from bot.pressed import (
    ROOM_FOR_WIDER,
    SIMILAR,
    context_message,
    quotes_message,
    reason_modal,
    similar_message,
    widened,
    with_context,
)
from bot.reading import ROOM_FOR_PAGE, article_message, page_size
from bot.searching import (
    COVERAGE,
    FOUND,
    LONGEST_QUERY,
    LONGEST_SOURCE,
    ON_A_PAGE,
    Search,
    coverage_message,
    jump_modal,
    part,
    results_message,
    sentence_of,
    source_value,
)
from bot.timeline.command import LONGEST_TOPIC, PICTURE, timeline_message
from index.answers import Answer
from index.articles import Article
from index.errors import Busy, NoDate, NoIndex, NoPeriod, NoSource, NoWord, NoWordToFind
from index.pages import LEVELS, pages_of
from index.passages import Span
from index.periods import Period
from index.quotes import Quote
from index.references import Place
from index.search import Match, Sort
from index.timeline import Bar, Peak, Timeline
from index.understood import GoingOn, InPeriod, NewestFirst, NothingThere, Respelled, Understood

ROUNDS = 10_000
LONGEST_QUESTION = 500  # characters, as set by default
KEPT_BYTES = 10_170  # of texts, components and links, beyond which Discord answers 500 to what its rules allow
HUGE = 40_000  # characters of an article, once in a hundred
console = Console()

PIECES = (
    *("the", "River", "council", "12,5 %", "4.62", "naïve", "Straße", "—", "…", "1.", "-", "+", "#", "##", ">", ">>>"),
    *("**bold**", "__under__", "~~gone~~", "||spoiler||", "`code`", "```py", "-# small", "* item", "[a](https://b.c)"),
    *("<https://example.org>", "https://example.org/a_b_c", "\\", "\\\\*", "¦", ":smile:", "<:a:1>", "<t:0:R>"),
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&2>", "<#3>", "</ask:4>", "<id:home>", "{ $question }", "%s"),
    *("שלום", "مرحبا بالعالم", "\u202eesrever", "\u2066isolate", "\u200f", "日本語。", "ไทย", "한국어", "नमस्ते"),
    *("zero\u200bwidth", "\u2060", "\ufeff", "\u00ad", "\u00a0", "\u3000", "\x00", "\x1b[31m", "\t", "\u2028"),
    *("😀", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "a" + "\u0301" * 40, "𝕯", "\U000e0041", "﷽", "ﬁ"),
    *("w" * 300, "*" * 90, "Donaudampfschifffahrtsgesellschaft", '"', "“", "”", "\r\n", "\n\n", " " * 30),
)
HALVES = ("\ud83d", "\ude00", "\udfff")  # of characters: members may type them; of articles they are kept out
SPACES = (" ", " ", " ", "", "\n", "\n\n")


class Dice:
    """Draws questions, articles and what the index makes of them; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, most: int, pieces: Sequence[str] = PIECES) -> str:
        """Up to `most` characters; nothing at all once in twenty."""
        dice = self.random
        length = int(most ** dice.random()) if dice.random() > 0.05 else 0
        few = dice.sample(pieces, dice.randint(1, 8)) if dice.random() < 0.5 else pieces
        said: list[str] = []
        left = length
        while left > 0:
            said += [dice.choice(few), dice.choice(SPACES)]
            left -= len(said[-2]) + len(said[-1])
        return "".join(said)[:length]

    def typed(self, most: int) -> str:
        return self.text(most, PIECES + HALVES)

    def day(self) -> date:
        return date.fromordinal(self.random.randint(1, date.max.toordinal()))

    def maybe(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def article(self, number: int) -> Article:
        """One article, now and then a huge one, each with a text of its own sentences."""
        text = self.text(HUGE if self.maybe(0.01) else 6000) or "x"
        link = f"https://example.org/{self.text(600)}" if self.maybe() else self.text(40)
        return Article(
            f"{self.text(60).strip() or 'a'}-{number}.txt",
            text,
            self.text(400),
            self.day() if self.maybe(0.8) else None,
            self.text(200) if self.maybe() else None,
            link if self.maybe(0.8) else None,
            self.random.randint(0, len(text) // 4) if self.maybe(0.3) else 0,
        )

    def span(self, least: int, most: int) -> Span:
        """A span, not empty, between two places of a text."""
        start = self.random.randint(least, most - 1)
        longest = 200 if self.maybe(0.7) else most
        return start, self.random.randint(start + 1, min(most, start + longest))

    def quote(self, article: Article, others: Sequence[Article]) -> Quote:
        length = len(article.text)
        start, end = self.span(0, length)
        before = (max(0, start - self.random.randint(1, 600)), start) if start and self.maybe(0.8) else None
        after = (end, min(length, end + self.random.randint(1, 600))) if end < length and self.maybe(0.8) else None
        also = tuple(self.random.sample(others, self.random.randint(0, len(others)))) if self.maybe(0.3) else ()
        answering = self.span(start, end) if self.maybe() else None
        return Quote(article, start, end, 1.0, before, after, also, answering)

    def understood(self) -> Understood:
        first, last = sorted((self.day(), self.day()))
        period = Period(first if self.maybe() else None, last if self.maybe() else None, is_near=self.maybe())
        understandings: list[Understood] = [
            Respelled(self.typed(100), self.typed(100)),
            InPeriod(period if period.first or period.last else Period(first, last), self.maybe()),
            NewestFirst(),
            GoingOn(self.typed(400)),
            NothingThere(),
        ]
        return self.random.choice(understandings)

    def answer(self, articles: Sequence[Article]) -> Answer:
        quotes = tuple(self.quote(one, articles) for one in self.random.choices(articles, k=self.random.randint(0, 7)))
        passages = tuple(self.match(one) for one in articles[:10])
        understood = tuple(self.understood() for _ in range(self.random.randint(0, 4)))
        reports = quotes[: self.random.randint(2, 3)] if len(quotes) > 2 and self.maybe(0.3) else ()
        question, confidence = self.typed(LONGEST_QUESTION), self.random.random()
        return Answer(question, quotes, passages, confidence, self.maybe(0.7), 0.01, understood, reports)

    def match(self, article: Article) -> Match:
        return Match(article, *self.span(0, len(article.text)), 1.0, self.span(0, len(article.text)))

    def timeline(self) -> Timeline:
        first = date.fromordinal(self.random.randint(1, date.max.toordinal() - 700))
        days = [first + timedelta(7 * week) for week in range(self.random.randint(0, 60))]
        bars = tuple(Bar(one, one + timedelta(6), self.random.randint(0, 10**6)) for one in days)
        places = sorted(self.random.sample(range(len(bars)), min(len(bars), self.random.randint(0, 4))))
        peaks = tuple(Peak(place, self.text(400)) for place in places)
        unit = self.random.choice(["week", "month", "year"])
        topic = self.text(LONGEST_TOPIC).encode("utf-8", "replace").decode()
        return Timeline(topic, unit, bars, peaks, self.random.choice([0, 1, 10**6]))  # type: ignore[arg-type]


def messages(dice: Dice, spoken: Language) -> Iterator[tuple[str, ui.LayoutView]]:
    """Every message of a round, with what it is."""
    articles = [dice.article(number) for number in range(dice.random.randint(1, 12))]
    answer = dice.answer(articles)
    first, last = sorted((dice.day(), dice.day()))
    span = (first, last) if dice.maybe(0.8) else None
    asker = dice.random.getrandbits(63)
    for is_private in (False, True):
        show = partial(answer_message, asker=asker, with_question=is_private, is_private=is_private)
        yield "answer", show(answer, spoken, span)
        yield "perhaps", show(replace(answer, answered=False, perhaps=True), spoken, span)
        yield "near misses", show(replace(answer, answered=False, perhaps=False), spoken, span)
    yield from about_quotes(answer, spoken, asker)
    yield from about_articles(dice, articles, spoken)
    yield from searches(dice, articles, spoken)
    questions = list(dict.fromkeys(filter(str.strip, (dice.text(130) for _ in range(3)))))
    yield "help", help_message(dice.random.choice([0, 1, 10**7]), span, fitting_buttons(questions), spoken)
    yield "timeline", made(timeline_message, dice.timeline(), spoken=spoken)
    yield from all_notices(dice, spoken)
    yield from of_admins(dice, articles, spoken)


def about_quotes(answer: Answer, spoken: Language, asker: int) -> Iterator[tuple[str, ui.LayoutView]]:
    """Further quotes, and the first one in wider and wider context: beside the answer and in it."""
    places = [Place(0, one.article, (one.start, one.end)) for one in answer.quotes]
    if not places:
        return
    yield "more quotes", quotes_message(places[1:5] or places, spoken)
    quote, quoted = answer.shown[0], (answer.shown[0].start, answer.shown[0].end)
    text = quote.article.text
    answered = replace(answer, answered=True)

    def reach(more: int) -> Span:
        return max(0, quoted[0] - 90 * more), min(len(text), quoted[1] + 90 * more)

    for level in range(len(LEVELS)):
        context = widened(quote.article, quoted, level, reach)
        wider = quote_block(quote.article, quoted, context, spoken, quote.answering, ROOM_FOR_WIDER)
        yield "context beside", context_message(Place(0, quote.article, quoted), wider, spoken)
        button = context_button(level + 1, context_state(quote, asker), spoken)
        yield "context in place", with_context(answer_message(answered, spoken, asker=asker), wider, button)


def about_articles(dice: Dice, articles: Sequence[Article], spoken: Language) -> Iterator[tuple[str, ui.LayoutView]]:
    article = articles[0]
    place = Place(0, article, dice.span(0, len(article.text)) if dice.maybe(0.8) else None)
    yield "article", article_message(place, spoken)
    for page in range(len(pages_of(article, ROOM_FOR_PAGE, partial(page_size, article)))):
        yield "article", article_message(place, spoken, page)
    yield "similar", made(similar_message, article, articles[1 : SIMILAR + 1], spoken=spoken)


def searches(dice: Dice, articles: Sequence[Article], spoken: Language) -> Iterator[tuple[str, ui.LayoutView]]:
    found = [dice.match(one) for one in articles]
    after, before = (dice.day().isoformat() if dice.maybe() else "" for _ in range(2))
    query, source = part(dice.typed(LONGEST_QUERY), LONGEST_QUERY), source_value(dice.typed(2 * LONGEST_SOURCE))
    wanted = Search(query, after, before, source, dice.random.choice(list(Sort)))
    many = [*found, *(replace(one, score=0.5) for one in found)] * FOUND
    for page in range(min(FOUND, len(many)) // ON_A_PAGE):
        shown = replace(wanted, page=page)
        assert Search.parse(str(shown)) == shown
        if page < 3 or page == FOUND // ON_A_PAGE - 1:
            yield "search", made(results_message, shown, many[:FOUND], spoken=spoken)
    yield "search", made(results_message, wanted, found, spoken=spoken)
    yield "search", made(partial(results_message, is_good=False), wanted, found, spoken=spoken)
    yield "search", made(results_message, wanted, [], spoken=spoken)
    yield "coverage", made(coverage_message, found[:COVERAGE], spoken=spoken)
    assert len({str(sentence_of(one)) for one in found}) == len(found)


def made(make: Callable[..., ui.LayoutView], *values: object, spoken: Language) -> ui.LayoutView:
    """The message, or the notice in its place."""
    try:
        return make(*values, spoken)
    except notices.Notice as notice:
        return notices.failure(spoken, notice)


def all_notices(dice: Dice, spoken: Language) -> Iterator[tuple[str, ui.LayoutView]]:
    sources = [dice.text(200) for _ in range(dice.random.choice([0, 3, 30]))]
    errors = [
        *(Busy(""), TimeoutError(), NoIndex(""), NoWord(), NoWordToFind(), ValueError(dice.text(50))),
        *(NoDate(dice.typed(6000)), NoPeriod(dice.day(), dice.day()), NoSource(dice.typed(6000), sources)),
    ]
    for error in errors:
        yield "notice", notices.failure(spoken, error)
    for is_of_server in (False, True):
        yield "notice", notices.too_often(spoken, TooOften(is_of_server, 2_000_000_000))
    yield "notice", notices.said(spoken, "notice-too-long", length=6000, longest=LONGEST_QUESTION)
    for name in ("help", "restarting", "outdated", "apology"):
        yield "notice", notices.said(spoken, f"notice-{name}")
    for name in ("read-gone", "vote-thanks", "jump-no-number", "coverage-nothing", "similar-none"):
        yield "notice", notices.said(spoken, name)
    for name in ("mentions", "everything", "threads", "not-allowed", "no-content"):
        yield "notice", notices.said(spoken, f"channel-{name}", channel="<#1234567890123456789>")


def check(view: ui.LayoutView, largest: Counter[str]) -> None:
    """Raises `Refusal` where Discord would not take the message; keeps the largest sizes."""
    components: list[Json] = view.to_components()  # type: ignore[no-untyped-call]  # discord.py leaves it without types
    payload: dict[str, Any] = {"components": components, "flags": rules.COMPONENTS_V2}
    everything = [component for _, component in rules.nested_components(components)]
    has_picture = any(component["type"] == rules.GALLERY for component in everything)
    rules.check_message(payload, rules.CREATE_KEYS, files=[PICTURE] if has_picture else [])
    texts = rules.displayed_text(components)
    addresses = [component.get("url") or "" for component in everything]
    options = [option for component in everything for option in component.get("options") or []]
    kept = sum(len(text.encode()) + 12 for text in texts) + sum(map(len, addresses))
    if kept > KEPT_BYTES:
        raise Refusal(500, 0, f"{kept} bytes")
    sizes = {
        "characters of all texts (4000)": sum(map(len, texts)),
        f"bytes kept ({KEPT_BYTES})": kept,
        "components (40)": len(everything),
        "characters of a custom_id (100)": max((len(one.get("custom_id") or "") for one in everything), default=0),
        "characters of a button's label (80)": max(
            (len(one.get("label") or "") for one in everything if one["type"] == rules.BUTTON), default=0
        ),
        "options of a select (25)": max((len(one.get("options") or []) for one in everything), default=0),
        "characters of an option (100)": max(
            (len(option.get(key) or "") for option in options for key in ("label", "value", "description")), default=0
        ),
        "characters of a link (512)": max(map(len, addresses), default=0),
        "characters of a description (1024)": max(
            (len(item.get("description") or "") for one in everything for item in one.get("items") or []), default=0
        ),
    }
    for name, size in sizes.items():
        largest[name] = max(largest[name], size)


def check_modals(spoken: Language) -> None:
    for modal in (reason_modal(2**63 - 1, spoken), jump_modal(2**63 - 1, spoken)):
        rules.check_callback({"type": rules.MODAL, "data": modal.to_dict()}, rules.COMPONENT, from_message=True)


def run(rounds: int, seed: int, *, shown: bool = False) -> tuple[Counter[str], Counter[str]]:
    """The largest sizes met, and how many messages of each kind were checked. Raises `Refusal` for the first that
    Discord would not take, with a note of what it was."""
    largest: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for code in LANGUAGES:
        check_modals(language(code))
    for number in track(range(rounds), "Rounds", console=console, disable=not shown):
        spoken = language(LANGUAGES[number % len(LANGUAGES)])
        what = "nothing"
        try:
            for what, view in messages(Dice(seed * 1_000_003 + number), spoken):
                check(view, largest)
                counted[what] += 1
        except Exception as error:
            error.add_note(f"round {number} of seed {seed}, in {spoken.code}, after or in: {what}")
            raise
    return largest, counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    largest, counted = run(given.rounds, given.seed, shown=True)
    console.print(f"{counted.total():,} messages in {given.rounds:,} rounds; none would be refused.")
    for name, number in [*counted.most_common(), *largest.items()]:
        console.print(f"{name}: {number:,}", markup=False)


if __name__ == "__main__":
    main()
