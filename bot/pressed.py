"""What pressing a button or choosing from a select does; the controls themselves are made in `controls`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

import discord
from discord import ui

from bot import notices
from bot.controls import context_button, in_base_36, open_select
from bot.escaping import escape
from bot.language import Language, language_of
from bot.messages import QUOTE_BLOCK, ROOM_FOR_EXCERPT, Sheet, details, link_button, marked, origin, quote_block, title
from bot.notices import Notice
from bot.reading import PAGE, article_message, articles_message
from bot.room import CHARACTERS, size
from bot.sending import acknowledge, beside, deliver, failed, respond, tell
from bot.state import Vote
from index.answers import Answerer
from index.articles import Article
from index.pages import LEVELS, around
from index.passages import Span
from index.references import WRITTEN, Place, Reference, resolve
from index.similar import similar_articles

if TYPE_CHECKING:
    from bot.client import PullquoteBot

Pressing = discord.Interaction[Any]

REFERENCE = f"(?P<reference>{WRITTEN.pattern})"
ROOM_FOR_WIDER = 1100  # of a message's 4000, on each side of the quote
SIMILAR = 8  # articles shown as like another
LONGEST_REASON = 1000  # characters
REASON = "reason"  # what the modal of a vote is called, with the message that it is about

View = ui.LayoutView
Make = Callable[[Answerer], View]


def bot_of(interaction: Pressing) -> PullquoteBot:
    return cast("PullquoteBot", interaction.client)


class Pressed:
    """A control that was pressed: its `custom_id` in parts, and how its answer goes out."""

    match: re.Match[str]

    @classmethod
    async def from_custom_id(cls, interaction: Pressing, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003
        pressed = cls(item)  # type: ignore[call-arg]  # DynamicItem takes it
        pressed.match = match
        return pressed

    @property
    def reference(self) -> Reference:
        return Reference.parse(self.match["reference"])

    async def callback(self, interaction: Pressing) -> None:
        try:
            await self.pressed(interaction)
        except Exception as error:  # discord.py would write its text, and the button's state, into the log
            await failed(interaction, error)

    async def pressed(self, interaction: Pressing) -> None:
        """Does what the control is for."""
        raise NotImplementedError

    async def show_privately(self, interaction: Pressing, make: Make) -> None:
        """Sends what `make` makes of the archive to the member who pressed, and to nobody else."""
        desk = bot_of(interaction).desk
        with desk.attending():
            await acknowledge(interaction, thinking=True, ephemeral=True)
            reply = await desk.shown(make, language_of(interaction.locale), interaction, is_press=True)
            await respond(interaction, reply.view)

    async def show_in_place(self, interaction: Pressing, make: Make) -> None:
        """Puts what `make` makes of the archive in the place of the message whose control was pressed, where that is
        the member's own; else shows it to them alone."""
        if is_own(interaction):
            await put_in_place(interaction, make)
        else:
            await self.show_privately(interaction, make)


def is_own(interaction: Pressing) -> bool:
    """Whether the message answers the member who presses, or nobody's command."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return asked is None or asked.user.id == interaction.user.id


async def put_in_place(interaction: Pressing, make: Make) -> None:
    """A notice comes beside the message, which stays as it is."""
    desk = bot_of(interaction).desk
    with desk.attending():
        await acknowledge(interaction)
        reply = await desk.shown(make, language_of(interaction.locale), interaction, is_press=True)
        if reply.is_notice:
            await beside(interaction, reply.view)
        else:
            await respond(interaction, reply.view)


def found(answerer: Answerer, reference: Reference) -> Place:
    """Raises `Notice` where the article is gone."""
    place = resolve(answerer.archive.generation.store, reference)
    if place is None:
        raise Notice("read-gone")
    return place


class ReadButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=f"read:{REFERENCE}"):
    """Opens the article at the quote."""

    async def pressed(self, interaction: Pressing) -> None:
        await self.show_privately(interaction, opener(self.reference, language_of(interaction.locale)))


class OpenSelect(Pressed, ui.DynamicItem[ui.Select[Any]], template="open"):
    """Opens the article that was chosen, at its place."""

    async def pressed(self, interaction: Pressing) -> None:
        (chosen,) = self.item.values
        await self.show_privately(interaction, opener(Reference.parse(chosen), language_of(interaction.locale)))


class PageButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=rf"page:\w+:{REFERENCE}:(?P<page>\d{{1,6}})"):
    """Turns to another page."""

    async def pressed(self, interaction: Pressing) -> None:
        page = int(self.match["page"])
        await self.show_in_place(interaction, opener(self.reference, language_of(interaction.locale), page))


def opener(reference: Reference, language: Language, page: int | None = None) -> Make:
    def make(answerer: Answerer) -> View:
        return article_message(found(answerer, reference), language, page)

    return make


class MoreButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=f"all:(?P<references>(?:{WRITTEN.pattern}){{1,4}})"):
    """Shows the further quotes that the message had no room for."""

    async def pressed(self, interaction: Pressing) -> None:
        language = language_of(interaction.locale)
        references = [Reference.parse(one) for one in WRITTEN.findall(self.match["references"])]

        def make(answerer: Answerer) -> View:
            store = answerer.archive.generation.store
            places = [place for one in references if (place := resolve(store, one)) and place.span]
            if not places:
                is_there = any(store.number_of(one.key) is not None for one in references)
                raise Notice("read-changed" if is_there else "read-gone")
            return quotes_message(places, language)

        await self.show_privately(interaction, make)


def quotes_message(places: list[Place], language: Language) -> View:
    sheet = Sheet()
    sheet.write(f"### {language.say('more-heading')}")
    shown = []
    for place in places:
        assert place.span
        text = marked(place.article.text[slice(*place.span)], ROOM_FOR_EXCERPT, language)
        if sheet.write(f"{text}\n{origin(place.article, language)}", link_button(place.article, language)):
            shown.append((place.article, Reference.to(place.article, *place.span)))
    return sheet.view(PAGE, open_select(shown, language))


class SimilarButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=f"similar:{REFERENCE}"):
    """Shows articles like the one quoted."""

    async def pressed(self, interaction: Pressing) -> None:
        language = language_of(interaction.locale)

        def make(answerer: Answerer) -> View:
            place = found(answerer, self.reference)
            articles = [article for article, _ in similar_articles(answerer.archive, place.number, SIMILAR)]
            return similar_message(place.article, articles, language)

        await self.show_privately(interaction, make)


def similar_message(article: Article, similar: Sequence[Article], language: Language) -> View:
    if not similar:
        raise Notice("similar-none")
    opened = [(one, Reference.to(one, one.body, one.body)) for one in similar]
    heading = f"### {language.say('similar-heading', title=title(article, language))}"
    return articles_message(heading, opened, language)


class ContextButton(
    Pressed,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"context:(?P<level>[0-{len(LEVELS)}]):{REFERENCE}:(?P<asker>[0-9a-z]{{1,13}})"
    r"(?::(?P<first>\d{1,6})-(?P<last>\d{1,6}))?",
):
    """Widens the context of the quote: in the message for the member who asked, beside it for others."""

    async def pressed(self, interaction: Pressing) -> None:
        language = language_of(interaction.locale)
        level = min(int(self.match["level"]), len(LEVELS) - 1)
        is_asker = self.match["asker"] == in_base_36(interaction.user.id)
        view = cast(View, self.view)

        def make(answerer: Answerer) -> View:
            place = found(answerer, self.reference)
            if place.span is None:
                raise Notice("read-changed")
            store, span = answerer.archive.generation.store, place.span
            context = widened(place.article, span, level, lambda more: around(store, place.number, *span, more))
            wider = quote_block(place.article, place.span, context, language, self.answering(place), ROOM_FOR_WIDER)
            if not is_asker:
                return context_message(place, wider, language)
            return with_context(view, wider, next_button(self.match, level + 1, language))

        if is_asker and place_of_quote(view):  # the message of a member who asked is theirs to change
            await put_in_place(interaction, make)
        else:
            await self.show_privately(interaction, make)

    def answering(self, place: Place) -> Span | None:
        """The words of the quote that answer, where the button knows them."""
        assert place.span
        if self.match["first"] is None:
            return None
        first, last = int(self.match["first"]), int(self.match["last"])
        return (place.span[0] + first, place.span[0] + last) if first < last else None


def next_button(match: re.Match[str], level: int, language: Language) -> ui.Button[View]:
    """The button that comes in the place of the one pressed."""
    state = match.group().partition(":")[2].partition(":")[2]
    return context_button(level, state, language)


def widened(article: Article, quoted: Span, level: int, reach: Callable[[int], Span]) -> tuple[Span, Span]:
    """What stands before and after the quote: `LEVELS[level]` sentences of each, or as many as there is room for.
    `reach` tells where so many sentences before and after it begin and end."""
    for more in range(LEVELS[level], -1, -1):
        start, end = reach(more)
        context = (start, quoted[0]), (quoted[1], end)
        if all(size(escape(article.text[slice(*span)])) <= ROOM_FOR_WIDER for span in context):
            break
    return context


def context_message(place: Place, wider: str, language: Language) -> View:
    sheet = Sheet()
    sheet.write(wider)
    below = "\n".join(filter(None, [title(place.article, language), details(place.article)]))
    sheet.write(below, link_button(place.article, language))
    return sheet.view(PAGE)


def quoted_in(message: discord.Message) -> Reference | None:
    """What an answer quotes first, as its buttons know it; None for a message that is no answer."""
    view = View.from_message(message, timeout=None)
    ids = [item.custom_id or "" for item in view.walk_children() if isinstance(item, ui.Button)]
    found = next((match for one in ids if (match := re.fullmatch(f"read:{REFERENCE}", one))), None)
    return Reference.parse(found["reference"]) if found else None


def place_of_quote(view: View) -> ui.TextDisplay[View] | None:
    """The block of an answer that shows its first quote."""
    blocks = (item for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    return next((block for block in blocks if block.id == QUOTE_BLOCK), None)


def with_context(view: View, wider: str, button: ui.Button[View]) -> View:
    """The message with the wider text in the place of its first quote, where there is room for it, and with `button`
    in the place of the one that was pressed."""
    block = place_of_quote(view)
    assert block
    texts = [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
    if size(wider) <= CHARACTERS - sum(map(size, texts)) + size(block.content):
        block.content = wider
    for item in view.walk_children():
        item = item.item if isinstance(item, ui.DynamicItem) else item  # the one pressed is wrapped
        if isinstance(item, ui.Button) and (item.custom_id or "").startswith("context:"):
            item.label, item.custom_id, item.disabled = button.label, button.custom_id, button.disabled
    return view


def may_speak_openly(interaction: Pressing) -> bool:
    """Whether what the bot sends there can be seen by others: where only the member has the bot, it needs a permission
    of theirs."""
    is_members_alone = interaction.is_user_integration() and not interaction.is_guild_integration()
    return not (interaction.guild_id and is_members_alone) or interaction.permissions.use_external_apps


class ShareButton(Pressed, ui.DynamicItem[ui.Button[Any]], template="share"):
    """Shows a private answer to everyone in the channel."""

    async def pressed(self, interaction: Pressing) -> None:
        language, shared_now = language_of(interaction.locale), bot_of(interaction).shared
        assert interaction.message
        if not may_speak_openly(interaction) or interaction.message.id in shared_now:
            await acknowledge(interaction)
            if interaction.message.id not in shared_now:
                await beside(interaction, notices.said(language, "share-not-here"))
            return
        shared_now.add(interaction.message.id)
        shared, left = (View.from_message(interaction.message, timeout=None) for _ in range(2))
        for view in (shared, left):
            without_share(view)
        shared.add_item(ui.TextDisplay(f"-# {language.say('share-by', member=interaction.user.mention)}"))
        with bot_of(interaction).desk.attending():
            await interaction.response.edit_message(view=left)
            followup = interaction.followup
            await deliver(
                shared,
                lambda view: followup.send(view=view, wait=True, ephemeral=view is not shared),  # no apology
                language,
                once=True,
            )


def without_share(view: View) -> None:
    view.stop()
    for row in [item for item in view.children if isinstance(item, ui.ActionRow)]:
        for item in list(row.children):
            if isinstance(item, ui.Button) and item.custom_id == "share":
                row.remove_item(item)
        if not row.children:
            view.remove_item(row)


class VoteButton(Pressed, ui.DynamicItem[ui.Button[Any]], template="vote:(?P<vote>yes|no)"):
    """Keeps whether the answer helped; one that did not, with a reason if the member gives one."""

    async def pressed(self, interaction: Pressing) -> None:
        language = language_of(interaction.locale)
        assert interaction.message
        helpful = self.match["vote"] == "yes"
        vote = Vote(interaction.message.id, interaction.user.id, interaction.guild_id, helpful, "")
        await bot_of(interaction).state.vote(vote)
        if helpful:
            await tell(interaction, notices.said(language, "vote-thanks"))
        else:
            await interaction.response.send_modal(reason_modal(interaction.message.id, language))


def reason_modal(message: int, language: Language) -> ui.Modal:
    """Asks why an answer did not help. It is stopped at once: what comes back is read by `reason_given`, in whichever
    process runs then."""
    modal = ui.Modal(title=language.say("vote-title"), custom_id=f"{REASON}:{message}")
    modal.add_item(
        ui.Label(
            text=language.say("vote-question"),
            description=language.say("vote-optional"),
            component=ui.TextInput(
                style=discord.TextStyle.paragraph, required=False, max_length=LONGEST_REASON, custom_id=REASON
            ),
        )
    )
    modal.stop()
    return modal


async def reason_given(interaction: Pressing) -> None:
    """Keeps the reason that a member gave, and thanks."""
    language = language_of(interaction.locale)
    message = int(custom_id_of(interaction).partition(":")[2])
    vote = Vote(message, interaction.user.id, interaction.guild_id, False, typed_in(interaction)[:LONGEST_REASON])
    await bot_of(interaction).state.vote(vote)
    await tell(interaction, notices.said(language, "vote-thanks"))


def custom_id_of(interaction: Pressing) -> str:
    """The custom_id of the control that was used, or of the modal that was sent in."""
    return str(cast("dict[str, Any]", interaction.data or {}).get("custom_id", ""))


def typed_in(interaction: Pressing) -> str:
    """What a member typed into the only field of a modal."""
    data = cast("dict[str, Any]", interaction.data)
    return next((str(part["component"].get("value", "")) for part in data["components"] if "component" in part), "")


PRESSED = (ReadButton, OpenSelect, PageButton, MoreButton, SimilarButton, ContextButton, ShareButton, VoteButton)
