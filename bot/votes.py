"""What members voted, for whoever runs the bot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.state import read_only
from index.errors import BadState
from index.layout import STATE
from index.terminal import counted, one_line, show_table


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as it was cast: when (ISO 8601, UTC), on which answer, in which server (snowflakes), and why. By whom is
    nobody's business."""

    at: str
    helpful: bool
    reason: str
    guild: int | None
    message: int


def votes_in(folder: Path) -> list[Cast]:
    """The votes that the bot of an index folder keeps, oldest first; it may run meanwhile. Raises `BadState`."""
    file = folder / STATE
    if not file.is_file():
        return []
    try:
        with closing(read_only(file)) as database:
            rows = database.execute("SELECT at, helpful, reason, guild, message FROM votes ORDER BY at").fetchall()
    except sqlite3.Error as error:
        raise BadState(f"{file} cannot be read ({error}); start the bot once: it mends it or begins anew.") from error
    return [Cast(in_utc(at), bool(helpful), reason, guild, message) for at, helpful, reason, guild, message in rows]


def in_utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def show_votes(console: Console, votes: list[Cast]) -> None:
    """How many found answers helpful, and below it the reasons, newest first."""
    if not votes:
        console.print("Nobody has voted yet.")
        return
    helpful = sum(vote.helpful for vote in votes)
    console.print(f"{counted(len(votes), 'vote')}: {helpful} helpful, {len(votes) - helpful} not helpful.")
    reasons = [vote for vote in reversed(votes) if vote.reason.strip()]
    if not reasons:
        return
    table = Table("when", "helpful", "reason", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for vote in reasons:
        table.add_row(vote.at[:16].replace("T", " "), "yes" if vote.helpful else "no", Text(one_line(vote.reason)))
    show_table(console, table)
