"""The buttons and selects below messages. Their whole state is in their `custom_id`s, so that they work after a restart
and on old messages; what pressing them does is in `pressed`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.escaping import plain
from bot.language import Language
from index.answers import Found
from index.articles import Article
from index.pages import LEVELS
from index.quotes import Quote
from index.references import Reference

Row = ui.ActionRow[ui.LayoutView]
Button = ui.Button[ui.LayoutView]

LONGEST_LABEL = 100  # characters; Discord's limit for the label of an option
MOST_REFERENCES = 4  # of 24 characters each, beside a name of three, fill the 100 of a custom_id
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
GREY, GREEN = discord.ButtonStyle.secondary, discord.ButtonStyle.success


def reference_of(one: Quote | Found) -> Reference:
    return Reference.to(one.article, one.start, one.end)


def answer_buttons(
    first: Quote, more: Sequence[Quote], language: Language, asker: int, *, is_private: bool
) -> list[Row]:
    """Below an answer: more context, the article, `more` quotes, articles like it, sharing; and whether it helped."""
    reference = reference_of(first)
    buttons = [context_button(1, context_state(first, asker), language), read_button(reference, language)]
    buttons += [more_button(more, language)] if more else []
    buttons += [button(language, "button-similar", f"similar:{reference}")]
    buttons += [share_button(language)] if is_private else []
    votes = [
        button(language, "button-helpful", "vote:yes", "👍"),
        button(language, "button-not-helpful", "vote:no", "👎"),
    ]
    return [ui.ActionRow(*buttons), ui.ActionRow(*votes)]


def near_miss_buttons(near: Sequence[Quote | Found], language: Language, *, is_private: bool) -> list[Row]:
    """Below what comes nearest: a select that opens one of the articles; sharing."""
    rows = [open_select([(one.article, reference_of(one)) for one in near], language)] if near else []
    return [*rows, *([ui.ActionRow(share_button(language))] if is_private else [])]


def button(
    language: Language, label: str, custom_id: str, emoji: str | None = None, *, disabled: bool = False
) -> Button:
    return ui.Button(style=GREY, label=language.say(label), custom_id=custom_id, emoji=emoji, disabled=disabled)


def context_state(quote: Quote, asker: int) -> str:
    """What a button must know to widen a quote's context: the quote, who asked, which words of it answer."""
    words = ""
    if quote.answering:
        first, last = (place - quote.start for place in quote.answering)
        words = f":{first}-{last}"
    return f"{reference_of(quote)}:{in_base_36(asker)}{words}"


def context_button(level: int, state: str, language: Language) -> Button:
    """Widens the context to `LEVELS[level]` sentences, of which the answer itself shows `LEVELS[0]`; of no use where it
    is the widest already."""
    is_widest = level == len(LEVELS)
    label = "button-context" if level <= 1 else "button-more-context"
    return button(language, label, f"context:{level}:{state}", disabled=is_widest)


def read_button(reference: Reference, language: Language) -> Button:
    return button(language, "button-read", f"read:{reference}")


def more_button(more: Sequence[Quote], language: Language) -> Button:
    references = "".join(str(reference_of(one)) for one in more[:MOST_REFERENCES])
    return button(language, "button-more", f"all:{references}")


def share_button(language: Language) -> Button:
    return ui.Button(style=GREEN, label=language.say("button-share"), custom_id="share", emoji="📣")


def page_buttons(reference: Reference, page: int, pages: int, language: Language) -> list[Row]:
    """First, previous, next and last page of an article opened at `reference`."""
    targets = {"first": 0, "previous": page - 1, "next": page + 1, "last": pages - 1}
    ids = {step: f"page:{step}:{reference}:{max(0, min(pages - 1, target))}" for step, target in targets.items()}
    return page_row(ids, page, pages, language)


def page_row(custom_ids: Mapping[str, str], page: int, pages: int, language: Language) -> list[Row]:
    """A button for each step from page to page, named as in `custom_ids`; disabled where it would lead nowhere."""
    if pages < 2:
        return []
    useless = {*(("first", "previous") if page == 0 else ()), *(("next", "last") if page == pages - 1 else ())}
    buttons = (button(language, f"button-{step}", one, disabled=step in useless) for step, one in custom_ids.items())
    return [ui.ActionRow(*buttons)]


def open_select(articles: Sequence[tuple[Article, Reference]], language: Language) -> Row:
    """A select that opens one of up to 25 articles, each at its place."""
    options = {
        str(reference): discord.SelectOption(
            label=label_of(article.title) or language.say("answer-untitled"),
            value=str(reference),
            description=label_of(" · ".join(filter(None, [written_day(article), article.source]))) or None,
        )
        for article, reference in articles[:25]
    }
    select: ui.Select[Any] = ui.Select(
        custom_id="open", placeholder=language.say("select-open"), options=list(options.values())
    )
    return ui.ActionRow(select)


def written_day(article: Article) -> str:
    """The day in figures that every reader knows: an option shows no timestamps."""
    return article.published.isoformat() if article.published else ""


def label_of(text: str) -> str:
    """Up to 100 characters of the text, which Discord shows as they are."""
    text = plain(text)
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"


def in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits or "0"
