"""What is kept of a guild and of its members: who may keep its archive, what was done to it, and, where its admins turn
that on, what was asked. All of it can be shown to those it is about, and is deleted on their word."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from typing import Any

from bot.state import State

DAY = 86_400.0  # seconds
SHOWN = 20  # actions and votes, the newest


@dataclass(frozen=True, slots=True)
class Action:
    """What an admin did to the archive, and when (seconds since 1970)."""

    user: int
    action: str
    detail: str
    at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A question that was kept: asked where, how sure the answer was, and when."""

    guild: int
    question: str
    confidence: float
    answered: bool
    at: float


class Records:
    """Reads and writes what is kept of guilds (snowflakes) and members."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def keeper_role(self, guild: int) -> int | None:
        """The role whose members may keep the archive of a guild, beside those who may manage the server."""
        rows = await self.state.rows("SELECT role FROM guilds WHERE guild = ?", guild)
        return rows[0][0] if rows else None

    async def set_keeper_role(self, guild: int, role: int | None) -> None:
        await self.state.write(
            "INSERT INTO guilds (guild, role) VALUES (?, ?) ON CONFLICT DO UPDATE SET role = excluded.role", guild, role
        )

    async def act(self, guild: int, user: int, action: str, detail: str = "") -> None:
        """Writes an action into the audit log of a guild."""
        await self.state.write("INSERT INTO actions VALUES (?, ?, ?, ?, ?)", guild, user, action, detail, time.time())

    async def actions(self, guild: int) -> list[Action]:
        """The last actions, newest first."""
        rows = await self.state.rows(
            "SELECT user, action, detail, at FROM actions WHERE guild = ? ORDER BY at DESC, rowid DESC LIMIT ?",
            guild,
            SHOWN,
        )
        return [Action(*row) for row in rows]

    async def days_kept(self, guild: int | None) -> int:
        """For how many days questions of a guild are kept; 0: not at all, as everywhere until admins turn it on."""
        rows = await self.state.rows("SELECT days FROM guilds WHERE guild = ?", guild) if guild else []
        return int(rows[0][0]) if rows else 0

    async def keep_questions(self, guild: int, days: int) -> None:
        """Keeps questions for so many days from now on; those that are older, or all with 0, are deleted."""
        await self.state.write(
            "INSERT INTO guilds (guild, days) VALUES (?, ?) ON CONFLICT DO UPDATE SET days = excluded.days",
            guild,
            days,
        )
        await self.forget_old()

    async def asked(self, guild: int | None, user: int, question: str, confidence: float, answered: bool) -> None:
        """Keeps a question where the guild has turned that on."""
        if await self.days_kept(guild):
            await self.state.write(
                "INSERT INTO questions VALUES (?, ?, ?, ?, ?, ?)",
                guild,
                user,
                question,
                confidence,
                answered,
                time.time(),
            )

    async def unanswered(self, guild: int) -> list[Kept]:
        """Questions of a guild that its archive did not answer, oldest first."""
        rows = await self.state.rows(
            "SELECT guild, question, confidence, answered, at FROM questions "
            "WHERE guild = ? AND NOT answered ORDER BY at",
            guild,
        )
        return [Kept(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]

    async def forget_old(self) -> None:
        """Deletes questions whose time is over."""
        await self.state.write(
            "DELETE FROM questions WHERE at < ? - ? * "
            "coalesce((SELECT days FROM guilds WHERE guilds.guild = questions.guild), 0)",
            time.time(),
            DAY,
        )

    async def of_member(self, user: int) -> dict[str, list[dict[str, Any]]]:
        """All that is kept of a member, wherever it was."""
        questions = await self.state.rows(
            "SELECT guild, question, confidence, answered, at FROM questions WHERE user = ? ORDER BY at",
            user,
        )
        votes = [vote for vote in await self.state.votes() if vote.user == user]
        actions = await self.state.rows(
            "SELECT guild, action, detail, at FROM actions WHERE user = ? ORDER BY at", user
        )
        return {
            "questions": [asdict(Kept(row[0], row[1], row[2], bool(row[3]), row[4])) for row in questions],
            "votes": [asdict(vote) for vote in votes],
            "actions": [dict(zip(("guild", "action", "detail", "at"), row, strict=True)) for row in actions],
        }

    async def forget_member(self, user: int, before: float = math.inf) -> None:
        """Deletes a member's questions and votes, those `before` a moment (seconds since 1970). What they did as an
        admin stays in the audit log of the server."""
        tables = ("questions", "votes")
        values = (user, before)
        await self.state.write_all([(f"DELETE FROM {table} WHERE user = ? AND at < ?", values) for table in tables])

    async def guilds(self) -> set[int]:
        """Those of which anything is kept."""
        tables = ("guilds", "channels", "actions", "questions", "votes")
        rows = await self.state.rows(" UNION ".join(f"SELECT guild FROM {table}" for table in tables))
        return {int(row[0]) for row in rows if row[0] is not None}

    async def leave(self, guild: int) -> None:
        """The bot is no longer in a guild, since now."""
        await self.state.write(
            "INSERT INTO guilds (guild, gone) VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET gone = coalesce(gone, excluded.gone)",
            guild,
            time.time(),
        )

    async def come_back(self, guild: int) -> None:
        await self.state.write("UPDATE guilds SET gone = NULL WHERE guild = ?", guild)

    async def left(self, days: float) -> list[int]:
        """The guilds that the bot left so many days ago or longer."""
        rows = await self.state.rows("SELECT guild FROM guilds WHERE gone < ?", time.time() - days * DAY)
        return [int(row[0]) for row in rows]

    async def forget_guild(self, guild: int) -> None:
        """Deletes all that is kept of a guild and of what was asked and done in it."""
        tables = ("questions", "votes", "actions", "channels", "guilds")
        await self.state.write_all([(f"DELETE FROM {table} WHERE guild = ?", (guild,)) for table in tables])
