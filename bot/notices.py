"""The bot's own short sentences: what it says when it does not show an answer."""

from __future__ import annotations

from discord import ui

from bot.escaping import escape
from bot.language import Language, day
from bot.limits import TooOften
from index.errors import Busy, NoDate, NoIndex, NoPeriod, NoSource, NoWord, NoWordToFind, Unreachable

SOURCES_NAMED = 10
ROOM_FOR_TYPED = 100  # characters of what a member typed that are said again
PLAIN = {  # what is said of errors that need no further word
    Busy: "notice-busy",
    TimeoutError: "notice-too-slow",
    NoIndex: "notice-no-index",
    Unreachable: "notice-unreachable",
    NoWord: "notice-no-word",
    NoWordToFind: "notice-no-word-to-find",
}


class Notice(Exception):
    """What is said instead of showing what was asked for: a sentence of the catalogue, and what is put into it."""

    def __init__(self, name: str, **values: str) -> None:
        super().__init__(name)
        self.name, self.values = name, values


def notice(sentence: str) -> ui.LayoutView:
    """A message of one sentence in markdown."""
    return ui.LayoutView(timeout=None).add_item(ui.TextDisplay(sentence))


def said(language: Language, name: str, **values: str | int) -> ui.LayoutView:
    """A message of one sentence of the catalogue."""
    return notice(language.say(name, **values))


def too_often(language: Language, limit: TooOften) -> ui.LayoutView:
    name = "notice-server-too-often" if limit.is_of_server else "notice-too-often"
    return said(language, name, when=f"<t:{limit.again}:R>")


def failure(language: Language, error: Exception) -> ui.LayoutView:
    """What a member is told about an error: never its text."""
    for kind, name in PLAIN.items():
        if isinstance(error, kind):
            return said(language, name)
    match error:
        case Notice():
            return said(language, error.name, **error.values)
        case NoDate():
            return said(language, "notice-no-date", text=typed(error.text))
        case NoPeriod():
            return said(language, "notice-no-period", after=day(error.after), before=day(error.before))
        case NoSource():
            known = ", ".join(typed(source) for source in error.known[:SOURCES_NAMED])
            kind_known = "some" if known else "none"
            return said(language, "notice-no-source", source=typed(error.wanted), known=kind_known, sources=known)
        case _:
            return said(language, "notice-apology")


def typed(text: str) -> str:
    return escape(text if len(text) <= ROOM_FOR_TYPED else f"{text[:ROOM_FOR_TYPED]}…")
