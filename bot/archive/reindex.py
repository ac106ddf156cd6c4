"""A re-index from Discord: what would change, on a word its start, a bar while it runs, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import discord
from discord import ui

from bot.archive.register import Keeping
from bot.controls import GREY, Row, button
from bot.escaping import escape
from bot.language import Language, language_of
from bot.messages import Sheet
from bot.notices import said
from bot.permissions import may_keep
from bot.pressed import Pressed, Pressing, bot_of
from bot.reading import PAGE
from bot.sending import UNREACHED, acknowledge, beside, deliver, respond
from index.build import Report
from index.changes import Plan
from index.errors import BuildFailed, Cancelled
from index.generations import kept
from index.progress import Step

SECONDS_APART = 2.0  # between two edits of the bar: Discord takes five in five seconds
SECONDS_SHOWN = 14 * 60.0  # an interaction can be edited for fifteen minutes
NAMED = 5  # articles of a kind that a plan names
BAR = 20  # signs wide
# The stages of a build, as they are called in the catalogues.
STAGES = {
    "Reading articles": "build-reading",
    "Cutting passages": "build-cutting",
    "Copying passages": "build-copying",
    "Loading the model": "build-loading",
    "Embedding passages": "build-embedding",
    "Indexing words": "build-words",
    "Indexing vectors": "build-vectors",
    "Writing the index": "build-writing",
    "Filling the server": "build-filling",
    "Waiting for the server": "build-waiting",
    "Indexing on the server": "build-server",
}
FAILURES = {
    "Building": "build-other",
    "DiskFull": "build-disk-full",
    "BadArchive": "build-no-articles",
    "NoIndex": "build-no-index",
    "Stalled": "build-stalled",
    "Unreachable": "notice-unreachable",
}
RED = discord.ButtonStyle.danger

View = ui.LayoutView


def plan_message(plan: Plan, language: Language, *, is_shrinking: bool) -> View:
    """What a build would do, and a button that starts it; another one where it would lose much of the archive."""
    sheet = Sheet()
    sheet.write(f"### {language.say('build-plan')}")
    changes = plan.changes
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    sheet.write(language.say("build-changes", unchanged=changes.unchanged, **counts))
    if is_shrinking:
        sheet.write(language.say("build-shrinking", lost=plan.lost, articles=plan.articles))
    named = {"build-added": plan.added, "build-modified": plan.changed, "build-removed": plan.removed}
    for (name, ids), count in zip(named.items(), counts.values(), strict=True):
        if ids:
            more = ["…"] if count > NAMED else []
            sheet.write(f"-# {language.say(name)}: {', '.join([*map(escape, ids[:NAMED]), *more])}")
    if plan.skipped:
        sheet.write(f"-# {language.say('build-skipped', files=plan.skipped)}")
    if changes.is_none:
        sheet.write(language.say("build-nothing"))
        return sheet.view(PAGE)
    if is_shrinking:
        start = shrink_button(plan.lost, language)
    else:
        start = button(language, "button-build", "build:go")
        start.style = discord.ButtonStyle.primary
    return sheet.view(PAGE, ui.ActionRow(start))


def progress_message(step: Step | None, language: Language) -> View:
    """A bar of the whole build, what is done of the stage at hand, how fast, and how long it still takes; and a button
    that stops it."""
    sheet = Sheet()
    sheet.write(f"### {language.say('build-running')}")
    share = step.share if step else 0.0
    full = round(share * BAR)
    sheet.write(f"`{'█' * full}{'░' * (BAR - full)}` {share:.0%}")
    if step:
        parts = [language.say(STAGES.get(step.stage, "build-running")), f"{step.done:,} / {step.total:,}"]
        parts += [language.say("build-rate", rate=round(step.rate))] if step.rate and step.rate >= 1 else []
        parts += [language.say("build-left", seconds=round(step.seconds_left))] if step.seconds_left else []
        sheet.write(f"-# {' · '.join(parts)}")
    return sheet.view(PAGE, stop_row(language))


def stop_row(language: Language) -> Row:
    stop = button(language, "button-cancel", "build:stop")
    stop.style = GREY
    return ui.ActionRow(stop)


def report_message(report: Report, language: Language, is_first: bool = False) -> View:
    """What a build did; of the first of an archive of a server's own, what that is."""
    sheet = Sheet()
    changes = report.changes
    if report.generation is None:
        sheet.write(f"### {language.say('build-nothing')}")
        return sheet.view(PAGE)
    sheet.write(f"### {language.say('build-done', seconds=round(report.seconds))}")
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    if is_first:
        sheet.write(language.say("build-own", articles=changes.added))
    else:
        sheet.write(language.say("build-changed", unchanged=changes.unchanged, **counts))
    skipped = [remark for remark in report.remarks if not remark.kept]
    if skipped:
        sheet.write(f"-# {language.say('build-skipped', files=len(skipped))} {language.say('build-skipped-why')}")
    return sheet.view(PAGE)


def failed_message(error: BuildFailed, language: Language) -> View:
    """Why a build failed, as far as an admin can do something about it; the rest is for the log."""
    if error.kind == "Shrinking":
        lost, articles = (int(str(error.fields.get(name, 0))) for name in ("lost", "articles"))
        sheet = Sheet()
        sheet.write(language.say("build-shrinking", lost=lost, articles=articles))
        return sheet.view(PAGE, ui.ActionRow(shrink_button(lost, language)))
    return said(language, FAILURES.get(error.kind, "build-failed"))


def shrink_button(lost: int, language: Language) -> ui.Button[ui.LayoutView]:
    """Agrees to losing so many articles, and no more."""
    start = button(language, "button-build-all-the-same", f"build:shrink{lost}")
    start.style = RED
    return start


async def keeping_for(interaction: Pressing) -> Keeping | None:
    """The archive that the member who presses may change; None, and they are told, where they may not."""
    bot = bot_of(interaction)
    if interaction.guild_id is not None and await may_keep(interaction, bot.records):
        return bot.archives.kept_by(interaction.guild_id)
    await beside(interaction, said(language_of(interaction.locale), "archive-not-allowed"))
    return None


class BuildButton(Pressed, ui.DynamicItem[ui.Button[Any]], template=r"build:(?P<what>go|shrink|stop)(?P<lost>\d{0,9})"):
    """Starts the build that a plan was shown of, or stops the one that runs."""

    async def pressed(self, interaction: Pressing) -> None:
        bot, language, what = bot_of(interaction), language_of(interaction.locale), self.match["what"]
        with bot.desk.attending():
            await acknowledge(interaction)
            keeping = await keeping_for(interaction)
            if keeping is None:
                return
            if what == "stop":
                if await keeping.builder.cancel():
                    await bot.records.act(keeping.guild, interaction.user.id, "cancel")
                else:
                    await respond(interaction, said(language, "build-not-running"))
                return
            if what == "shrink" and keeping.builder.running is None:
                planned = await keeping.builder.plan()
                if planned.lost > int(self.match["lost"] or 0):  # more than was agreed to
                    await respond(interaction, plan_message(planned, language, is_shrinking=True))
                    return
                await bot.records.act(keeping.guild, interaction.user.id, "shrink", str(planned.lost))
        await show_build(interaction, keeping, shrink=what == "shrink", logged=what == "go")


async def show_build(
    interaction: Pressing,
    keeping: Keeping,
    *,
    shrink: bool = False,
    logged: bool = True,
    below: bool = False,
    is_changed: bool = False,
) -> None:
    """Builds, or joins the build that runs, and shows how far it is in the message of the interaction, which must be
    acknowledged, or in one `below` it. `logged`: that it was started is written into the audit log; `is_changed`: what
    a build that runs has read already is not enough."""
    bot, language = bot_of(interaction), language_of(interaction.locale)
    if logged and keeping.builder.running is None:
        await bot.records.act(keeping.guild, interaction.user.id, "reindex")
    latest: list[Step] = []
    builder, is_first = keeping.builder, not keeping.is_shared and not kept(keeping.index)
    work = builder.build_after(latest.append) if is_changed else builder.build(latest.append, shrink=shrink)
    building = asyncio.create_task(work)
    edit: Callable[..., Awaitable[discord.Message]] = interaction.edit_original_response
    if below and (message := await beside(interaction, progress_message(None, language))):
        edit = message.edit
    age = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    until = time.monotonic() + SECONDS_SHOWN - age
    try:
        while not building.done() and time.monotonic() < until:
            shown = progress_message(latest[-1] if latest else None, language)
            shown.stop()
            with suppress(*UNREACHED, TimeoutError):  # the bar is not shown; what comes of the build will be
                async with asyncio.timeout(SECONDS_APART * 2):
                    await edit(view=shown)
            await asyncio.wait({building}, timeout=SECONDS_APART)
        if not building.done():
            await deliver(said(language, "build-goes-on"), lambda view: edit(view=view), language)
        view = await outcome(building, language, is_first=is_first)
    finally:
        building.cancel()  # which stops the waiting, not the build
    if keeping.builder.running is None and not keeping.is_shared:
        await bot.archives.take_up(keeping.guild)
    if time.monotonic() < until:
        await deliver(view, lambda view: edit(view=view), language)


async def outcome(building: asyncio.Task[Report], language: Language, *, is_first: bool) -> View:
    try:
        return report_message(await building, language, is_first)
    except Cancelled:
        return said(language, "build-cancelled")
    except BuildFailed as error:
        return failed_message(error, language)
