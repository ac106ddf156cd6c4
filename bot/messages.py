"""Answer -> the message that shows it, within Discord's limits whatever the answer holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote, urlsplit

import discord
from discord import ui

from bot.controls import answer_buttons, near_miss_buttons
from bot.escaping import escape, has_right_to_left, plain
from bot.language import Language, day
from bot.room import CHARACTERS, beginning, size
from index.answers import Answer, Found
from index.articles import Article
from index.passages import Span
from index.quotes import Quote
from index.understood import GoingOn, InPeriod, NewestFirst, NothingThere, Respelled, Understood

Days = tuple[date, date]

# What each part may take of the 4000 characters of a message, escapes included. Together the parts that come
# before the further quotes stay below 3600; beside the longest of all, none is shown.
ROOM_FOR_QUESTION = 240
ROOM_FOR_UNDERSTOOD = 140
ROOM_FOR_QUOTE = 2000
ROOM_FOR_ALSO = 120
ROOM_FOR_CONTEXT = 400
ROOM_FOR_TITLE = 160
ROOM_FOR_SOURCE = 80
ROOM_FOR_FURTHER = 400
ROOM_TO_BEGIN = ROOM_FOR_FURTHER + 200  # what a heading and the first quote below it may take together
ROOM_FOR_EXCERPT = 300

LARGE, MEDIUM = 140, 320  # characters up to which a sentence is set as a heading; longer ones are hard to read so
LONGEST_LINK = 512  # characters; Discord's limit for a button
FURTHER = 2  # quotes below the first; more behind a button

# The id of the block with the first quote, which is written anew with more of its context: beyond those that Discord
# gives to the other components, which it numbers from 1.
QUOTE_BLOCK = 1000
IN_MARKS = re.compile('["“„«].*["“”»]', re.S)  # what somebody said, which needs no second marks around it
ANSWERED = discord.Colour(0x2F6F4F)
NOT_ANSWERED = discord.Colour(0x8A8A8A)
HOW_SURE = (
    (0.95, "answer-almost-certain"),
    (0.8, "answer-very-likely"),
    (0.6, "answer-likely"),
)
UNSURE = "answer-possible"


class Sheet:
    """The blocks of a message in the order shown, and the room that is left."""

    def __init__(self, room: int = CHARACTERS) -> None:
        self.blocks: list[ui.Item[ui.LayoutView]] = []
        self.room = room

    def write(self, markdown: str, button: ui.Button[ui.LayoutView] | None = None, block: int | None = None) -> bool:
        """Adds a block of text, with a button beside it if given; False where it no longer fits."""
        if size(markdown) > self.room:
            return False
        self.room -= size(markdown)
        text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(markdown, id=block)
        self.blocks.append(ui.Section(text, accessory=button) if button else text)
        return True

    def rule(self) -> None:
        """Adds a line between what is above and what follows."""
        self.blocks.append(ui.Separator())

    def view(self, colour: discord.Colour, *rows: ui.Item[ui.LayoutView]) -> ui.LayoutView:
        """The message: the blocks, and `rows` of buttons below them."""
        view = ui.LayoutView(timeout=None).add_item(ui.Container(*self.blocks, accent_colour=colour))
        for row in rows:
            view.add_item(row)
        return view


def answer_message(
    answer: Answer,
    language: Language,
    span: Days | None = None,
    *,
    asker: int = 0,
    with_question: bool = False,
    is_private: bool = False,
) -> ui.LayoutView:
    """Shows an answer, or that the archive does not say and what comes nearest.

    `span` is the first and the last day of the archive, `asker` the member who asked. `with_question` repeats the
    question, for those who did not see it asked; a private answer can be shared. At most 40 components and 4000
    characters for any answer.
    """
    footer = "" if answer.is_quoted else span_line(language, span)
    sheet = Sheet(CHARACTERS - size(footer))
    if with_question:
        question = clipped(answer.question, ROOM_FOR_QUESTION)
        sheet.write(f"-# {language.say('answer-question', question=question)}")
    if answer.understood:
        sheet.write(f"-# {understood_line(answer.understood, language)}")
    if answer.is_quoted:
        first, older, others = answer.shown
        further = [one for one in others if not is_beside(one, first)]
        if answer.perhaps:
            sheet.write(f"-# {language.say('answer-perhaps')}")
        write_quote(sheet, first, language, how_sure(answer, language))
        write_further(sheet, language.say("answer-older"), older, language)
        shown = write_further(sheet, language.say("answer-further"), further[:FURTHER], language)
        rows = answer_buttons(first, further[shown:], language, asker, is_private=is_private)
    else:
        sheet.write(f"### {language.say('answer-not-said')}")
        write_further(sheet, language.say("answer-nearest"), answer.near_misses, language)
        rows = near_miss_buttons(answer.near_misses, language, is_private=is_private)
    if footer:
        sheet.rule()
        sheet.room += size(footer)
        sheet.write(footer)
    return sheet.view(ANSWERED if answer.answered else NOT_ANSWERED, *rows)


def is_beside(one: Quote, first: Quote) -> bool:
    """Whether a quote is shown already, as what stands before or after the first."""
    return one.article.id == first.article.id and (one.start, one.end) in (first.before, first.after)


def write_quote(sheet: Sheet, quote: Quote, language: Language, sure: str) -> None:
    """The quote set large between its neighbours, where it is from, and how sure it is that it answers."""
    context = quote.before, quote.after
    block = quote_block(quote.article, (quote.start, quote.end), context, language, quote.answering)
    sheet.write(block, block=QUOTE_BLOCK)
    also = also_in(quote, language)
    small_print = [f"-# {line}" for line in (also, sure) if line]
    lines = [title(quote.article, language), details(quote.article), *small_print]
    sheet.write("\n".join(filter(None, lines)), link_button(quote.article, language))


def quote_block(
    article: Article,
    quoted: Span,
    context: tuple[Span | None, Span | None],
    language: Language,
    answering: Span | None = None,
    room: int = ROOM_FOR_CONTEXT,
) -> str:
    """The quote set large, with the words that answer marked, between what stands before and after it, each of which
    may take `room`."""
    before, after = (small(article.text[slice(*span)], room) if span else "" for span in context)
    inside = (answering[0] - quoted[0], answering[1] - quoted[0]) if answering else None
    return "\n".join(filter(None, [before, large(article.text[slice(*quoted)], language, inside), after]))


def write_further(sheet: Sheet, heading: str, found: Sequence[Quote | Found], language: Language) -> int:
    """Smaller quotes under a heading, as many as there is room for; how many that were."""
    if not found or sheet.room < size(heading) + ROOM_TO_BEGIN:
        return 0
    sheet.rule()
    sheet.write(f"-# {heading}")
    for number, one in enumerate(found):
        if not sheet.write(further(one, language), link_button(one.article, language)):
            return number
    return len(found)


def further(one: Quote | Found, language: Language) -> str:
    """A quote at the size of text, and where it is from."""
    room = ROOM_FOR_FURTHER if isinstance(one, Quote) else ROOM_FOR_EXCERPT
    return f"{marked(one.text, room, language)}\n{origin(one.article, language)}"


def origin(article: Article, language: Language) -> str:
    """Title and day of an article, small."""
    return "-# " + " · ".join(filter(None, [title(article, language), published(article)]))


def understood_line(understood: Sequence[Understood], language: Language) -> str:
    """What was understood, as much as there is room for."""
    said = [one for one in (understood_words(part, language) for part in understood) if one]
    while len(said) > 1 and size("; ".join(said)) > ROOM_FOR_UNDERSTOOD:
        said.pop()
    return language.say("answer-understood", what="; ".join(said))


def understood_words(part: Understood, language: Language) -> str:
    room = ROOM_FOR_UNDERSTOOD // 2
    match part:
        case Respelled(words, meant):
            values = {"words": clipped(words, room), "meant": clipped(meant, room)}
            return language.say("understood-respelled", **values)
        case InPeriod(period, is_any):
            rank = language.say(f"understood-rank-{('only' if period.is_near else 'first') if is_any else 'none'}")
            first, last = (day(edge) if edge else "" for edge in (period.first, period.last))
            if first and last:
                name = "understood-of-day" if first == last else "understood-between"
            else:
                name = "understood-since" if first else "understood-until"
            return language.say(name, first=first, last=last, rank=rank)
        case NewestFirst():
            return language.say("understood-newest")
        case GoingOn(question):
            return language.say("understood-going-on", question=clipped(question, room))
        case NothingThere():
            return language.say("understood-nothing-there")


def large(text: str, language: Language, answering: Span | None = None) -> str:
    """A quote as the largest heading it can be read in. Headings are bold: in them the words that answer are
    underlined."""
    length = len(plain(text))
    heading = "## " if length <= LARGE else "### " if length <= MEDIUM else ""
    return heading + marked(text, ROOM_FOR_QUOTE, language, answering, "__" if heading else "**")


def marked(text: str, room: int, language: Language, answering: Span | None = None, mark: str = "**") -> str:
    """A quote between the language's quotation marks, or its own; where it must be cut, the ellipsis stands outside
    them.

    A heading must not end in text of others: Discord takes trailing number signs off it, escaped or not.
    """
    shown = beginning(text, room)
    if shown != plain(text):
        return f"{language.say('answer-quoted', text=escape(shown))} …"
    inside = with_mark(text, answering, mark) if answering else escape(shown)
    return inside if IN_MARKS.fullmatch(shown) else language.say("answer-quoted", text=inside)


def with_mark(text: str, answering: Span, mark: str) -> str:
    """The escaped text with the words at `answering` between marks; without, where those could be read otherwise."""
    shown = plain(text)
    start, end = len(plain(text[: answering[0]] + "x")) - 1, len(plain(text[: answering[1]]))
    words = shown[start:end]
    if has_right_to_left(shown) or not words or words != words.strip():
        return escape(text)
    return f"{escape_part(shown[:start])}{mark}{escape(words)}{mark}{escape_part(shown[end:])}"


def escape_part(shown: str) -> str:
    """A part of a text, with the spaces at its edges."""
    inside = shown.strip(" ")
    return shown.replace(inside, escape(inside), 1) if inside else shown


def clipped(text: str, room: int) -> str:
    """Escaped text that takes at most `room` and an ellipsis."""
    shown = beginning(text, room)
    return escape(shown) + ("" if shown == plain(text) else "…")


def small(text: str, room: int) -> str:
    """A neighbouring sentence, small; left out where it is too long: half a sentence explains little."""
    escaped = escape(text)
    return f"-# {escaped}" if escaped and size(escaped) <= room else ""


def title(article: Article, language: Language) -> str:
    return f"**{clipped(article.title, ROOM_FOR_TITLE) or language.say('answer-untitled')}**"


def published(article: Article) -> str:
    return day(article.published) if article.published else ""


def details(article: Article) -> str:
    """When and where the article was published, small."""
    said = " · ".join(filter(None, [published(article), clipped(article.source or "", ROOM_FOR_SOURCE)]))
    return f"-# {said}" if said else ""


def how_sure(answer: Answer, language: Language) -> str:
    """In words; nothing where it is said already, or where reports differ."""
    if answer.perhaps or answer.reports:
        return ""
    return language.say(next((name for least, name in HOW_SURE if answer.confidence >= least), UNSURE))


def span_line(language: Language, span: Days | None) -> str:
    """From when to when the archive goes, small: it may be why it does not say."""
    return f"-# {language.say('answer-covers', first=day(span[0]), last=day(span[1]))}" if span else ""


def also_in(quote: Quote, language: Language) -> str:
    """The other articles that have the sentence, as many as there is room for."""
    names = [
        " · ".join(filter(None, [clipped(article.title, ROOM_FOR_ALSO), published(article)]))
        for article in quote.also_in
    ]
    while len(names) > 1 and size("; ".join(names)) > ROOM_FOR_ALSO:
        names.pop()
    more = "; …" if len(names) < len(quote.also_in) else ""
    return language.say("answer-also-in", articles="; ".join(names) + more) if names else ""


def link_button(article: Article, language: Language) -> ui.Button[ui.LayoutView] | None:
    """A button that opens the article's own address, where it has one."""
    address = link(article)
    return ui.Button(label=language.say("answer-open"), url=address) if address else None


def link(article: Article) -> str | None:
    """The article's own address where it is one of the web that Discord takes for a button."""
    address = quote((article.url or "").strip(), safe="%/:=&?~#+!$,;'@()*[]-._")
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "%" not in parts.netloc
    except ValueError:
        return None
    return address if is_web and len(address) <= LONGEST_LINK else None
