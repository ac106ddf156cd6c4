"""What admins are shown of an archive and of what they put into it; messages about a build are in `reindex`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from discord import ui

from bot.archive.gaps import Gap
from bot.archive.register import Keeping
from bot.archive.reindex import RED, stop_row
from bot.controls import button
from bot.escaping import escape
from bot.language import Language
from bot.language import day as day_of
from bot.messages import ROOM_FOR_QUESTION, Sheet, clipped, details, title
from bot.notices import Notice
from bot.reading import PAGE
from bot.records import Action
from index import generations
from index.added import Added
from index.articles import Article, Remark
from index.disk import MEGABYTE
from index.errors import BadSource, CannotFetch
from index.manifest import Manifest
from index.sources import Source

MOST_GAPS = 14  # so long as the longest of them fit into a message
MOST_REMARKS = 10
MOST_SOURCES = 30  # that it lists; `pullquote sources` lists them all
NAMED = 10  # articles or files that a message names

View = ui.LayoutView


@dataclass(frozen=True, slots=True)
class Disk:
    """The current generation and those that are kept, whether an older one stays current until somebody re-indexes, the
    bytes of the current one, and those that are free."""

    current: str
    kept: tuple[str, ...]
    is_held: bool
    used: int
    free: int

    @classmethod
    def of(cls, index: Path) -> Disk:
        current = generations.current_name(index)
        used = generations.size_on_disk(index, current) if current else 0
        free = shutil.disk_usage(index).free
        return cls(current or "", tuple(generations.kept(index)), generations.is_held(index), used, free)


def status_message(manifest: Manifest, disk: Disk | None, keeping: Keeping, language: Language) -> View:
    sheet = Sheet()
    sheet.write(f"### {language.say('archive-status')}")
    sheet.write(language.say("archive-counts", articles=manifest.articles, sentences=manifest.sentences))
    if manifest.span:
        first, last = map(day_of, manifest.span)
        sheet.write(language.say("answer-covers", first=first, last=last))
    built = int(datetime.fromisoformat(manifest.created).timestamp())
    sheet.write(language.say("archive-built", when=f"<t:{built}:R>", **changes_of(manifest)))
    sheet.write(language.say("archive-is-shared" if disk is None else "archive-is-kept"))
    if disk:
        names = ", ".join(str(int(name)) for name in disk.kept)
        megabytes = {"used": round(disk.used / MEGABYTE), "free": round(disk.free / MEGABYTE)}
        current = disk.current.lstrip("0") or "–"
        sheet.write(f"-# {language.say('archive-disk', current=current, generations=names, **megabytes)}")
        if disk.is_held:
            sheet.write(f"-# {language.say('archive-held')}")
    skipped = [one for one in manifest.all_remarks if not one.kept]
    if skipped and disk:
        sheet.rule()
        sheet.write(language.say("build-skipped", files=len(skipped)))
        for one in skipped[:MOST_REMARKS]:
            sheet.write(skipped_line(one, language))
    if keeping.builder.running:
        return sheet.view(PAGE, stop_row(language))
    return sheet.view(PAGE)


def skipped_line(remark: Remark, language: Language) -> str:
    """What was skipped and why; the reason's own words may name the operator's folders."""
    why = language.say(f"skipped-{remark.kind}", detail=remark.detail)
    return f"-# {escape(f'{remark.path}: {why}')}"


def changes_of(manifest: Manifest) -> dict[str, int]:
    return {kind: manifest.changes.get(kind, 0) for kind in ("added", "changed", "removed")}


def log_message(actions: Sequence[Action], language: Language) -> View:
    sheet = Sheet()
    sheet.write(f"### {language.say('archive-log')}")
    if not actions:
        sheet.write(language.say("archive-log-empty"))
    for one in actions:
        sheet.write(f"<t:{int(one.at)}:f> <@{one.user}>: {language.say(f'action-{one.action}', detail=detail_of(one))}")
    return sheet.view(PAGE)


def detail_of(action: Action) -> str | int:
    """What an action was done to: a role by its name, days as their number."""
    match action.action:
        case "role" if action.detail:
            return f"<@&{action.detail}>"
        case "questions" if action.detail.isdecimal():
            return int(action.detail)
    return escape(action.detail) or "–"


def gaps_message(found: Sequence[Gap], language: Language) -> View:
    sheet = Sheet()
    sheet.write(f"### {language.say('archive-gaps')}")
    if not found:
        sheet.write(language.say("archive-gaps-none"))
    lines = []
    for one in found[:MOST_GAPS]:
        times = f" ×{one.times}" if one.times > 1 else ""
        lines.append(f"- {clipped(one.question, ROOM_FOR_QUESTION)}{times}")
    if lines:
        sheet.write("\n".join(lines))
    return sheet.view(PAGE)


def added_message(added: Added | None, language: Language, about_address: str = "") -> View:
    """What was handed in, by title, what was there already, and what could not be read and why; and what came of an
    address."""
    sheet = Sheet()
    if added:
        if added.articles or not added.known:
            sheet.write(headed("shelf-added", added.articles, language))
        if added.known:
            sheet.write(headed("shelf-known", added.known, language))
        for remark in [one for one in added.remarks if not one.kept][:NAMED]:
            sheet.write(skipped_line(remark, language))
    if about_address:
        sheet.write(about_address)
    return sheet.view(PAGE)


def headed(name: str, articles: Sequence[Article], language: Language) -> str:
    """How many articles they are, and the titles of the first."""
    more = ["- …"] if len(articles) > NAMED else []
    titles = [f"- {title(article, language)}" for article in articles[:NAMED]]
    return "\n".join([f"### {language.say(name, articles=len(articles))}", *titles, *more])


def about_source(source: Source, language: Language) -> str:
    name = escape(source.name)
    return language.say("shelf-source-added", source=name, kind=source.kind.value, articles=source.articles)


def failure_of(error: CannotFetch | BadSource, address: str) -> Notice:
    """Why an address was not added, as a sentence of the catalogue."""
    if isinstance(error, CannotFetch):
        name = f"fetch-{error.fault.value.replace(' ', '-')}"
        return Notice(name, address=escape(error.address[:200]), detail=escape(error.detail))
    return Notice("shelf-no-source", address=escape(address[:200]))


def sources_message(sources: Sequence[Source], language: Language) -> View:
    sheet = Sheet()
    sheet.write(f"### {language.say('shelf-sources')}")
    if not sources:
        sheet.write(language.say("shelf-sources-none"))
    for one in sources[:MOST_SOURCES]:
        sheet.write(f"**{escape(one.name)}**\n-# {language.say(f'shelf-kind-{one.kind}')}{state_of(one, language)}")
    if len(sources) > MOST_SOURCES:
        sheet.write("…")
    return sheet.view(PAGE)


def state_of(source: Source, language: Language) -> str:
    parts = [language.say("shelf-articles", articles=source.articles)] if source.articles else []
    if source.visited:
        visited = int(datetime.fromisoformat(source.visited).timestamp())
        parts.append(language.say("shelf-visited", when=f"<t:{visited}:R>"))
    parts += [language.say("shelf-paused")] if source.paused else []
    parts += [language.say("shelf-failed")] if source.error else []
    return "".join(f" · {part}" for part in parts)


def removal_message(article: Article, key: str, language: Language) -> View:
    """Asks whether an article is meant."""
    sheet = Sheet()
    sheet.write(f"### {language.say('shelf-remove')}")
    sheet.write("\n".join(filter(None, [title(article, language), details(article)])))
    sheet.write(f"-# {language.say('shelf-remove-kept')}")
    remove = button(language, "button-remove", f"remove:{key}")
    remove.style = RED
    return sheet.view(PAGE, ui.ActionRow(remove))
