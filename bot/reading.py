"""An article as a message: page by page, opened at a quote; and lists of articles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import discord
from discord import ui

from bot.controls import open_select, page_buttons
from bot.escaping import escape
from bot.language import Language
from bot.messages import Sheet, details, link_button, title, with_mark
from bot.room import size
from index.articles import Article
from index.pages import page_at, pages_of
from index.passages import Span, paragraphs_of
from index.references import Place, Reference

ROOM_FOR_PAGE = 2000  # of a message's 4000: two screens of a phone
PAGE = discord.Colour(0x2F4F6F)


def article_message(place: Place, language: Language, page: int | None = None) -> ui.LayoutView:
    """A page of an article (None: that with the quote), with the quote marked on it."""
    article, start = place.article, place.span[0] if place.span else place.article.body
    reference = Reference.to(article, *place.span) if place.span else Reference.to(article, article.body, article.body)
    pages = pages_of(article, ROOM_FOR_PAGE, partial(page_size, article))
    number = min(page_at(pages, start) if page is None else page, max(0, len(pages) - 1))
    sheet = Sheet()
    sheet.write(
        "\n".join(filter(None, [f"## {title(article, language)}", details(article)])), link_button(article, language)
    )
    if place.span is None:
        sheet.write(f"-# {language.say('read-changed')}")
    shown = page_text(article.text[slice(*pages[number])], inside(place.span, pages[number])) if pages else ""
    if shown.strip():  # a page may have nothing but signs that are not seen
        sheet.write(shown)
    if len(pages) > 1:
        sheet.rule()
        sheet.write(f"-# {language.say('read-page', page=number + 1, pages=len(pages))}")
    return sheet.view(PAGE, *page_buttons(reference, number, len(pages), language))


def page_size(article: Article, text: str) -> int:  # noqa: ARG001  # of any article alike
    return size(page_text(text))


def page_text(text: str, marked: Span | None = None) -> str:
    """The paragraphs of a page, with the words at `marked` bold."""
    shown = []
    for start, end in paragraphs_of(text, 0):
        words = inside(marked, (start, end))
        shown.append(with_mark(text[start:end], words, "**") if words else escape(text[start:end]))
    return "\n\n".join(shown)


def inside(span: Span | None, whole: Span) -> Span | None:
    """The part of `span` that lies in `whole`, counted from there; None where none does."""
    if span is None:
        return None
    start, end = max(span[0], whole[0]), min(span[1], whole[1])
    return (start - whole[0], end - whole[0]) if start < end else None


def articles_message(heading: str, articles: Sequence[tuple[Article, Reference]], language: Language) -> ui.LayoutView:
    """Articles under a heading, with a select that opens one."""
    sheet = Sheet()
    sheet.write(heading)
    for article, _ in articles:
        if not sheet.write("\n".join(filter(None, [title(article, language), details(article)]))):
            break
    return sheet.view(PAGE, *([open_select(articles, language)] if articles else []))
