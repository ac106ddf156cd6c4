"""The messages of the admin side, made of random things: for `messages.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from discord import ui

from bot.archive.builder import Builder
from bot.archive.gaps import Gap
from bot.archive.messages import (
    Disk,
    about_source,
    added_message,
    failure_of,
    gaps_message,
    log_message,
    removal_message,
    sources_message,
    status_message,
)
from bot.archive.register import Keeping
from bot.archive.reindex import FAILURES, STAGES, failed_message, plan_message, progress_message, report_message
from bot.language import Language
from bot.notices import failure
from bot.privacy import deletion_message, privacy_message
from bot.records import Action
from index.added import Added
from index.articles import Article, Remark
from index.build import Report
from index.changes import Changes, Plan
from index.errors import BadSource, BuildFailed, CannotFetch, Fault
from index.manifest import Manifest
from index.progress import Step
from index.sources import Kind, Source

if TYPE_CHECKING:
    from messages import Dice

ACTIONS = (
    "reindex",
    "cancel",
    "rollback",
    "role",
    "questions",
    "export",
    "add",
    "remove",
    "restore",
    "pause",
    "resume",
)
NOWHERE = Keeping(1, Path("nowhere"), True, Builder())


def of_admins(dice: Dice, articles: Sequence[Article], spoken: Language) -> Iterator[tuple[str, ui.LayoutView]]:
    some, many = dice.random.randint(0, 12), dice.random.choice([0, 1, 10**7])
    ids = tuple(dice.text(300) for _ in range(some))
    changes = Changes(many, many, many, many)
    plan = Plan(changes, ids, ids, ids, many, many, many)
    remarks = tuple(Remark(dice.text(300), dice.text(300)) for _ in range(some))
    yield "plan", plan_message(plan, spoken, is_shrinking=dice.maybe())
    for stage in (*STAGES, dice.text(30)):
        yield "progress", progress_message(Step(stage, many, many * 2, many or None, many or None), spoken)
    yield "report", report_message(Report("000007", changes, remarks, many, many, float(many)), spoken, dice.maybe(0.2))
    for kind in (*FAILURES, "Shrinking", "Unknown"):
        yield "failed build", failed_message(BuildFailed(dice.text(300), kind), spoken)
    yield "status", status_message(manifest(dice, remarks), disk(dice), NOWHERE, spoken)
    actions = [Action(2**63, dice.random.choice(ACTIONS), dice.text(100), 2e9) for _ in range(20)]
    yield "log", log_message(actions[: dice.random.randint(0, 20)], spoken)
    yield "gaps", gaps_message([Gap(dice.typed(500), dice.random.randint(1, 500)) for _ in range(some * 2)], spoken)
    sources = [source(dice) for _ in range(dice.random.choice([0, 3, 60]))]
    yield "sources", sources_message(sources, spoken)
    about = about_source(source(dice), spoken)
    yield (
        "added",
        added_message(
            Added(tuple(articles), tuple(articles) if dice.maybe() else (), remarks) if dice.maybe(0.8) else None,
            spoken,
            about,
        ),
    )
    yield "removal", removal_message(dice.random.choice(articles), "0123456789abcdef", spoken)
    for fault in Fault:
        notice = failure_of(CannotFetch(fault, dice.typed(3000), dice.text(100)), dice.typed(3000))
        yield "not fetched", failure(spoken, notice)
    yield "not fetched", failure(spoken, failure_of(BadSource(""), dice.typed(3000)))
    yield "deletion", deletion_message(2**63, spoken)
    yield "privacy", privacy_message(spoken, dice.random.choice([0, 1, 365]), dict.fromkeys(COUNTED, many))


COUNTED = ("questions", "votes", "actions")


def manifest(dice: Dice, remarks: Sequence[Remark]) -> Manifest:
    first, last = sorted((dice.day(), dice.day()))
    day = (first.isoformat(), last.isoformat()) if dice.maybe(0.8) else (None, None)
    kept = [{"path": one.path, "reason": one.reason, "kept": dice.maybe(0.2)} for one in remarks]
    counts = {"added": 1, "changed": 0, "removed": 10**7, "unchanged": 3}
    empty = Manifest(
        format=2,
        created="2026-11-26T10:00:00+00:00",
        folder="/",
        model="",
        model_checksum="",
        precisions=[],
        dimensions=384,
        articles=10**7,
        passages=10**8,
        sentences=10**9,
        first_day=day[0],
        last_day=day[1],
        passage_words=120,
        passage_rules=1,
        changes=counts,
        seconds=1.0,
        remarks=[],
    )
    return replace(empty, remarks=kept)


def disk(dice: Dice) -> Disk | None:
    return Disk("999999", ("000001", "000002", "999999"), dice.maybe(), 10**12, 10**13) if dice.maybe(0.8) else None


def source(dice: Dice) -> Source:
    visited = "2026-11-26T10:00:00+00:00" if dice.maybe() else None
    kind = dice.random.choice(list(Kind))
    return Source(
        dice.text(40), kind, dice.text(200), dice.maybe(), visited=visited, error="x" if dice.maybe() else None
    )
