"""Answer -> the message that shows it, within Discord's limits whatever the answer holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote, urlsplit

import discord
from discord import ui

from bot.escaping import escape, plain
from bot.room import CHARACTERS, beginning, size
from index.answers import Answer, Found
from index.articles import Article
from index.confidence import confidence_in_words
from index.dates import day_in_words
from index.quotes import Quote

Span = tuple[date, date]

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

LARGE, MEDIUM = (
    140,
    320,
)  # characters up to which a sentence is set as a heading; longer ones are hard to read so
LONGEST_LINK = 512  # characters; Discord's limit for a button

ANSWERED = discord.Colour(0x2F6F4F)
NOT_ANSWERED = discord.Colour(0x8A8A8A)


class Sheet:
    """The blocks of a message in the order shown, and the room that is left."""

    def __init__(self, room: int = CHARACTERS) -> None:
        self.blocks: list[ui.Item[ui.LayoutView]] = []
        self.room = room

    def write(self, markdown: str, url: str | None = None) -> bool:
        """Adds a block of text, with a button that opens `url` if given; False where it no longer fits."""
        if size(markdown) > self.room:
            return False
        self.room -= size(markdown)
        text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(markdown)
        self.blocks.append(ui.Section(text, accessory=ui.Button(label="Read", url=url)) if url else text)
        return True

    def rule(self) -> None:
        """Adds a line between what is above and what follows."""
        self.blocks.append(ui.Separator())

    def view(self, colour: discord.Colour) -> ui.LayoutView:
        """The message."""
        return ui.LayoutView(timeout=None).add_item(ui.Container(*self.blocks, accent_colour=colour))


def answer_message(answer: Answer, span: Span | None = None, *, with_question: bool = False) -> ui.LayoutView:
    """Shows an answer, or that the archive does not say and what comes nearest.

    `span` is the first and the last day of the archive. `with_question` repeats the question, for those who
    did not see it asked. At most 40 components and 4000 characters for any answer.
    """
    footer = footer_line(answer, span)
    sheet = Sheet(CHARACTERS - size(footer))
    if with_question:
        sheet.write(f"-# Question: {clipped(answer.question, ROOM_FOR_QUESTION)}")
    if answer.understood:
        sheet.write(f"-# Understood: {clipped('; '.join(answer.understood), ROOM_FOR_UNDERSTOOD)}.")
    if is_answered(answer):
        first, older, further = answer.shown
        write_quote(sheet, first)
        write_further(sheet, "Older reports say otherwise:", older)
        write_further(sheet, "Also in the archive:", further)
    else:
        sheet.write("### The archive does not say.")
        write_further(sheet, "What comes nearest:", answer.near_misses)
    if footer:
        sheet.rule()
        sheet.room += size(footer)
        sheet.write(footer)
    return sheet.view(ANSWERED if is_answered(answer) else NOT_ANSWERED)


def is_answered(answer: Answer) -> bool:
    return answer.answered and bool(answer.quotes)


def write_quote(sheet: Sheet, quote: Quote) -> None:
    """The quote set large between its neighbours, and where it is from."""
    lines = [context(quote.context_before), large(quote.text), context(quote.context_after)]
    sheet.write("\n".join(filter(None, lines)))
    details = " · ".join(filter(None, [published(quote.article), clipped(quote.article.source or "", ROOM_FOR_SOURCE)]))
    lines = [title(quote.article), f"-# {details}" if details else "", also_in(quote)]
    sheet.write("\n".join(filter(None, lines)), link(quote.article))


def write_further(sheet: Sheet, heading: str, found: Sequence[Quote | Found]) -> None:
    """Smaller quotes under a heading, as many as there is room for."""
    if not found:
        return
    if sheet.room < size(heading) + ROOM_TO_BEGIN:
        return
    sheet.rule()
    sheet.write(f"-# {heading}")
    for one in found:
        details = " · ".join(filter(None, [title(one.article), published(one.article)]))
        if not sheet.write(f"{marked(one.text, room_for(one))}\n-# {details}", link(one.article)):
            return


def room_for(one: Quote | Found) -> int:
    return ROOM_FOR_FURTHER if isinstance(one, Quote) else ROOM_FOR_EXCERPT


def large(text: str) -> str:
    """A quote as the largest heading it can be read in."""
    length = len(plain(text))
    return ("## " if length <= LARGE else "### " if length <= MEDIUM else "") + marked(text, ROOM_FOR_QUOTE)


def marked(text: str, room: int) -> str:
    """A quote between quotation marks; where it must be cut, the ellipsis stands outside them.

    A heading must not end in text of others: Discord takes trailing number signs off it, escaped or not.
    """
    shown = beginning(text, room)
    return f"“{escape(shown)}”" + ("" if shown == plain(text) else " …")


def clipped(text: str, room: int) -> str:
    """Escaped text that takes at most `room` and an ellipsis."""
    shown = beginning(text, room)
    return escape(shown) + ("" if shown == plain(text) else "…")


def context(text: str) -> str:
    """A neighbouring sentence, small; left out where it is too long: half a sentence explains little."""
    escaped = escape(text)
    return f"-# {escaped}" if escaped and size(escaped) <= ROOM_FOR_CONTEXT else ""


def title(article: Article) -> str:
    return f"**{clipped(article.title, ROOM_FOR_TITLE) or 'Without a title'}**"


def published(article: Article) -> str:
    return day_in_words(article.published) if article.published else ""


def footer_line(answer: Answer, span: Span | None) -> str:
    """How sure the answer is, and from when to when the archive goes."""
    parts = []
    if is_answered(answer) and not answer.reports:
        parts.append(f"{confidence_in_words(answer.confidence)} the answer.".capitalize())
    if span:
        parts.append(f"The archive covers {day_in_words(span[0])} to {day_in_words(span[1])}.")
    return "-# " + " ".join(parts) if parts else ""


def also_in(quote: Quote) -> str:
    """The other articles that have the sentence, small."""
    names = [" · ".join(filter(None, [article.title, published(article)])) for article in quote.also_in]
    return f"-# Also in: {clipped('; '.join(names), ROOM_FOR_ALSO)}" if names else ""


def link(article: Article) -> str | None:
    """The article's own address where it is one of the web that Discord takes for a button."""
    address = quote((article.url or "").strip(), safe="%/:=&?~#+!$,;'@()*[]-._")
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "%" not in parts.netloc
    except ValueError:
        return None
    return address if is_web and len(address) <= LONGEST_LINK else None
