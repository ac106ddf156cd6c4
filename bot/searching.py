"""`/search`, page by page; *Find coverage*; `/article`; and what Discord suggests while a member types."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.controls import open_select, page_row, share_button
from bot.escaping import plain
from bot.language import Language, language_of
from bot.messages import ROOM_FOR_QUESTION, Sheet, clipped, details, link_button, marked, title
from bot.notices import Notice, failure, said
from bot.pressed import Pressed, Pressing, is_own, opener, put_in_place, typed_in
from bot.reading import PAGE
from bot.sending import acknowledge, respond, tell
from bot.translation import command, localised
from index.answers import Answerer
from index.articles import Article
from index.errors import BadQuery, NoWordToFind
from index.filters import NO_FILTERS, Filters
from index.keys import KEY_BYTES, source_key
from index.references import Reference
from index.search import Match, Query, Sort, first_of_each_article, is_near, matches_well, search

if TYPE_CHECKING:
    from bot.client import PullquoteBot

FOUND = 100  # passages that a search looks through; their articles fill its pages
ON_A_PAGE = 5  # articles
COVERAGE = 6  # articles shown for a message
LONGEST_QUERY = 200  # characters
LONGEST_SOURCE = 100  # Discord's limit for the value of a suggestion
ROOM_FOR_MATCH = 350
JUMP = "jump"  # what the modal is called that asks for a page
STEPS = ("first", "previous", "jump", "next", "last")
CHUNK = 80  # characters of a search's state in each of the five buttons
BETWEEN = "¦"  # stands between the parts of the state, and nowhere in them
KEY = re.compile(f"[0-9a-f]{{{2 * KEY_BYTES}}}")

View = ui.LayoutView


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it stands in the buttons below its results: nothing of it is kept elsewhere."""

    query: str
    after: str = ""
    before: str = ""
    source: str = ""
    sort: Sort = Sort.relevance
    page: int = 0

    @classmethod
    def asked(cls, query: str, after: str, before: str, source: str, sort: Sort) -> Search:
        """With dates as days, so that its pages stay the same. Raises `BadQuery`."""
        filters = Filters.read(after, before, source)
        first, end = (day.isoformat() if day else "" for day in (filters.after, filters.before))
        made = cls(part(query, LONGEST_QUERY), first, end, filters.source or "", sort)
        Query.parse(made.query)
        return made

    @classmethod
    def parse(cls, state: str) -> Search:
        """Raises `ValueError` for what `str` of a search does not write."""
        page, sort, after, before, source, query = state.split(BETWEEN)
        return cls(query, after, before, source, Sort(sort), int(page))

    def __str__(self) -> str:
        return BETWEEN.join([str(self.page), self.sort, self.after, self.before, source_value(self.source), self.query])

    @property
    def filters(self) -> Filters:
        after, before = (date.fromisoformat(day) if day else None for day in (self.after, self.before))
        return Filters(after, before, self.source or None)


def part(text: str, longest: int) -> str:
    return plain(text).replace(BETWEEN, "|")[:longest]


def source_value(source: str) -> str:
    """What stands for a source in a suggestion and in the buttons of a search: itself, or its key where it is too long
    or would not come back as it is."""
    comes_back = len(source) <= LONGEST_SOURCE and plain(source) == source and BETWEEN not in source
    return source if comes_back else source_key(source)


def found_by(wanted: Search, answerer: Answerer) -> list[Match]:
    """The articles that match, each with its best sentence."""
    query = Query.parse(wanted.query)
    return first_of_each_article(search(answerer.archive, query, wanted.filters, wanted.sort, FOUND))


def results(wanted: Search, language: Language) -> Callable[[Answerer], View]:
    """Makes the message with a page of results."""

    def make(answerer: Answerer) -> View:
        found = found_by(wanted, answerer)
        is_good = bool(found) and matches_well(answerer.archive, Query.parse(wanted.query), wanted.filters)
        return results_message(wanted, found, language, is_good=is_good)

    return make


def results_message(wanted: Search, found: Sequence[Match], language: Language, *, is_good: bool = True) -> View:
    """A page of what was found; where it `is_good` for nothing but being nearest, it says so."""
    if not found:
        raise Notice("search-nothing", query=clipped(wanted.query, ROOM_FOR_QUESTION))
    pages = -(-len(found) // ON_A_PAGE)
    page = max(0, min(wanted.page, pages - 1))
    sheet = Sheet()
    query = clipped(wanted.query, ROOM_FOR_QUESTION)
    sheet.write(f"### {language.say('search-heading', query=query)}")
    if not is_good:
        sheet.write(language.say("search-nearest"))
    shown = write_matches(sheet, found[page * ON_A_PAGE :][:ON_A_PAGE], language)
    if pages > 1:
        sheet.write(f"-# {language.say('read-page', page=page + 1, pages=pages)}")
    rows = search_buttons(replace(wanted, page=page), pages, language)
    return sheet.view(PAGE, open_select([(one.article, sentence_of(one)) for one in shown], language), *rows)


def coverage(text: str, language: Language) -> Callable[[Answerer], View]:
    """Makes the message that says what the archive has on a message's subject."""

    def make(answerer: Answerer) -> View:
        try:
            query = as_query(text)
        except NoWordToFind:
            raise Notice("coverage-nothing") from None
        if not is_near(answerer.archive, query):
            raise Notice("coverage-nothing")
        found = first_of_each_article(search(answerer.archive, query, NO_FILTERS, Sort.relevance, FOUND))
        return coverage_message(found[:COVERAGE], language)

    return make


def as_query(message: str) -> Query:
    """The words of a message as a search, without the signs that only in a search mean something. Raises
    `NoWordToFind`."""
    return Query.parse(re.sub(r'["“”„]|(?<!\w)-', " ", message))


def coverage_message(found: Sequence[Match], language: Language) -> View:
    if not found:
        raise Notice("coverage-nothing")
    sheet = Sheet()
    sheet.write(f"### {language.say('coverage-heading')}")
    shown = write_matches(sheet, found, language)
    rows = [open_select([(one.article, sentence_of(one)) for one in shown], language)]
    return sheet.view(PAGE, *rows, ui.ActionRow(share_button(language)))


def write_matches(sheet: Sheet, found: Sequence[Match], language: Language) -> list[Match]:
    """Writes each article with its sentence, and gives back those for which there was room."""
    shown = []
    for one in found:
        text = marked(one.article.text[slice(*one.sentence)], ROOM_FOR_MATCH, language)
        lines = filter(None, [title(one.article, language), details(one.article), text])
        if not sheet.write("\n".join(lines), link_button(one.article, language)):
            break
        shown.append(one)
    return shown


def sentence_of(one: Match) -> Reference:
    return Reference.to(one.article, *one.sentence)


def search_buttons(wanted: Search, pages: int, language: Language) -> list[ui.ActionRow[View]]:
    """First, previous, any, next and last page; together their `custom_id`s hold the search."""
    state = str(wanted)
    ids = {step: f"search:{step}:{state[place * CHUNK :][:CHUNK]}" for place, step in enumerate(STEPS)}
    return page_row(ids, wanted.page, pages, language)


def search_of(message: discord.Message) -> Search:
    """The search whose results a message shows. Raises `ValueError` where it is none."""
    view = View.from_message(message, timeout=None)
    ids = [item.custom_id or "" for item in view.walk_children() if isinstance(item, ui.Button)]
    parts = [custom_id.split(":", 2)[2] for custom_id in ids if custom_id.startswith("search:")]
    return Search.parse("".join(parts))


class SearchButton(
    Pressed, ui.DynamicItem[ui.Button[Any]], template=rf"(?s:search:(?P<step>{'|'.join(STEPS)}):(?P<state>.*))"
):
    """Turns to another page of results, or asks to which."""

    async def pressed(self, interaction: Pressing) -> None:
        assert interaction.message
        wanted, step, language = search_of(interaction.message), self.match["step"], language_of(interaction.locale)
        if step == "jump" and is_own(interaction):
            await interaction.response.send_modal(jump_modal(interaction.message.id, language))
            return
        pages = {"first": 0, "previous": wanted.page - 1, "jump": wanted.page, "next": wanted.page + 1, "last": FOUND}
        await self.show_in_place(interaction, results(replace(wanted, page=pages[step]), language))


def jump_modal(message: int, language: Language) -> ui.Modal:
    """Asks for a page; stopped at once, as `reason_modal` is."""
    modal = ui.Modal(title=language.say("jump-title"), custom_id=f"{JUMP}:{message}")
    field: ui.TextInput[Any] = ui.TextInput(max_length=3, custom_id=JUMP)
    modal.add_item(ui.Label(text=language.say("jump-question"), component=field))
    modal.stop()
    return modal


async def jump(interaction: Pressing) -> None:
    """Turns to the page that was typed."""
    language, typed = language_of(interaction.locale), typed_in(interaction).strip()
    if not typed.isdecimal() or interaction.message is None:
        await tell(interaction, said(language, "jump-no-number"))
        return
    wanted = replace(search_of(interaction.message), page=int(typed) - 1)
    await put_in_place(interaction, results(wanted, language))


class Searching(commands.Cog):
    """`/search` and `/article`."""

    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot
        self.commands = (self.search_command(), self.article_command())

    async def cog_load(self) -> None:
        for one in self.commands:
            self.bot.tree.add_command(one)

    def search_command(self) -> app_commands.Command[Any, ..., None]:
        async def search(
            interaction: discord.Interaction,
            query: app_commands.Range[str, 1, LONGEST_QUERY],
            after: str = "",
            before: str = "",
            source: str = "",
            sort: str = Sort.relevance.value,
            private: bool = False,
        ) -> None:
            language = language_of(interaction.locale)
            with self.bot.desk.attending():
                private = private or await self.bot.is_silent_in(interaction.channel)
                await acknowledge(interaction, thinking=True, ephemeral=private)
                try:
                    make = results(Search.asked(query, after, before, source, Sort(sort)), language)
                    view = (await self.bot.desk.shown(make, language, interaction)).view
                except BadQuery as error:
                    view = failure(language, error)
                await respond(interaction, view)

        choices = [app_commands.Choice(name=localised(f"sort-{sort}"), value=sort.value) for sort in Sort]
        app_commands.choices(sort=choices)(search)
        options = ("query", "after", "before", "source", "sort", "private")
        return command("search", search, options, source=self.bot.suggest_sources)

    def article_command(self) -> app_commands.Command[Any, ..., None]:
        async def article(
            interaction: discord.Interaction, title: app_commands.Range[str, 1, 200], private: bool = True
        ) -> None:
            language = language_of(interaction.locale)
            with self.bot.desk.attending():
                private = private or await self.bot.is_silent_in(interaction.channel)
                await acknowledge(interaction, thinking=True, ephemeral=private)
                reply = await self.bot.desk.shown(article_named(title, language), language, interaction)
                await respond(interaction, reply.view)

        return command("article", article, ("title", "private"), title=self.bot.suggest_titles)


def chosen_article(answerer: Answerer, typed: str) -> Article:
    """The article that was chosen, or whose title is nearest to what was typed. Raises `Notice`."""
    store = answerer.archive.generation.store
    number = store.number_of(bytes.fromhex(typed)) if KEY.fullmatch(typed) else None
    if number is None and any(letter.isalnum() for letter in typed):
        number = next((store.number_of(key) for _, key in answerer.archive.titles.matching(typed, 1)), None)
    if number is None:
        raise Notice("article-none", title=clipped(typed, ROOM_FOR_QUESTION))
    return store.article(number)


def article_named(typed: str, language: Language) -> Callable[[Answerer], View]:
    """Makes the message of the article that was chosen, or whose title is nearest to what was typed."""

    def make(answerer: Answerer) -> View:
        article = chosen_article(answerer, typed)
        return opener(Reference.to(article, article.body, article.body), language)(answerer)

    return make
