"""What the bot remembers from one start to the next, in SQLite: ids and settings. Of what people write it keeps the
reasons that they give for a vote, and questions only where the admins of a server turn that on."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import aiosqlite
import discord
from filelock import FileLock

from index.disk import set_aside, stamp
from index.layout import STATE

log = logging.getLogger(__name__)

SECONDS_TO_OPEN = 30.0  # of another process, which may be bringing it up to date
SECONDS_TO_WRITE = 5.0  # that a process waits for the others to have written
KEPT_DAYS = 30  # after which an edited or deleted question no longer finds its answer
# Each brings the schema from its number to the next; `user_version` tells how many have been run.
MIGRATIONS = (
    """
    CREATE TABLE answers (question INTEGER PRIMARY KEY, channel INTEGER NOT NULL, answer INTEGER NOT NULL) STRICT;
    CREATE TABLE votes (
        message INTEGER NOT NULL, user INTEGER NOT NULL, guild INTEGER, helpful INTEGER NOT NULL, reason TEXT NOT NULL,
        at REAL NOT NULL, PRIMARY KEY (message, user)
    ) STRICT;
    CREATE TABLE channels (channel INTEGER PRIMARY KEY, guild INTEGER NOT NULL, mode TEXT NOT NULL) STRICT;
    """,
    """
    CREATE TABLE guilds (
        guild INTEGER PRIMARY KEY, role INTEGER, days INTEGER NOT NULL DEFAULT 0, gone REAL
    ) STRICT;
    CREATE TABLE actions (
        guild INTEGER NOT NULL, user INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL, at REAL NOT NULL
    ) STRICT;
    CREATE INDEX actions_of_guild ON actions (guild, at);
    CREATE TABLE questions (
        guild INTEGER NOT NULL, user INTEGER NOT NULL, question TEXT NOT NULL, confidence REAL NOT NULL,
        answered INTEGER NOT NULL, at REAL NOT NULL
    ) STRICT;
    CREATE INDEX questions_of_guild ON questions (guild, at);
    CREATE INDEX questions_of_user ON questions (user);
    """,
)


VOTE = """
INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    reason = CASE WHEN excluded.reason = '' AND excluded.helpful = helpful THEN reason ELSE excluded.reason END,
    helpful = excluded.helpful, at = excluded.at
"""


LOST = (
    "%s is damaged: it was set aside as %s, and a new one begun. Gone are votes, what `/channel` was set to, and which "
    "answer belongs to which question; `pullquote restore` brings back a backup"
)


class Damaged(sqlite3.DatabaseError):
    """A database that SQLite opens and finds faults in."""


class Mode(StrEnum):
    """What of a channel is a question although nobody mentions the bot."""

    MENTIONS = "mentions"  # nothing
    NOTHING = "nothing"  # the bot does not answer there at all
    EVERYTHING = "everything"  # every message, and every new post of a forum
    THREADS = "threads"  # every message in its threads


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member thinks of an answer."""

    message: int
    user: int
    guild: int | None
    helpful: bool
    reason: str


class State:
    """The database, whose work is done in a thread of its own."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self.database = database
        self.writing = asyncio.Lock()  # one transaction at a time: there is one connection

    @classmethod
    async def open(cls, folder: Path, *, is_shared: bool = False) -> State:
        """The state kept in `folder`; where nothing can be kept there, one that is gone with the process.

        Processes open it one after the other. `is_shared`: another one has it open, so that it is not set aside.
        """
        file = folder / STATE
        opening = FileLock(folder / f"{STATE}.lock", timeout=SECONDS_TO_OPEN, thread_local=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # once, before anything else runs
            await asyncio.to_thread(opening.acquire)
            try:
                return await cls.connect(str(file))
            except sqlite3.DatabaseError as error:
                if is_shared or not is_damage(error):
                    raise
                log.error(LOST, file, set_aside(file, f"damaged-{stamp()}").name)
                return await cls.connect(str(file))
        except (OSError, sqlite3.Error) as error:
            log.error("nothing is remembered: %s cannot be used (%s)", file, error)
            return await cls.connect(":memory:")
        finally:
            opening.release()

    @classmethod
    async def connect(cls, name: str) -> State:
        database = await aiosqlite.connect(name, timeout=SECONDS_TO_WRITE)
        state = cls(database)
        try:
            await check(database)
            await migrate(database)
            await database.execute("PRAGMA journal_mode = WAL")
            await database.execute("PRAGMA synchronous = NORMAL")  # no wait for a disk that a build keeps busy
            await state.forget_old()
        except BaseException:
            await database.close()
            raise
        return state

    async def close(self) -> None:
        await self.database.close()

    async def write(self, sql: str, *values: object) -> None:
        await self.write_all([(sql, values)])

    async def write_all(self, steps: Sequence[tuple[str, Sequence[object]]]) -> None:
        """Does all of it or nothing; while another process writes, it waits some seconds."""
        async with self.writing:
            try:
                for sql, values in steps:
                    await self.database.execute(sql, values)
                await self.database.commit()
            except BaseException:
                await self.database.rollback()
                raise

    async def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return list(await self.database.execute_fetchall(sql, values))

    async def answered(self, question: int, channel: int, answer: int) -> None:
        """Message `answer` is the answer to message `question`, both of `channel`."""
        await self.write("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", question, channel, answer)

    async def answer_to(self, question: int) -> int | None:
        """The message that answers message `question`."""
        rows = await self.rows("SELECT answer FROM answers WHERE question = ?", question)
        return int(rows[0][0]) if rows else None

    async def forget(self, question: int) -> None:
        await self.write("DELETE FROM answers WHERE question = ?", question)

    async def forget_old(self) -> None:
        oldest = discord.utils.time_snowflake(discord.utils.utcnow()) - (KEPT_DAYS * 86_400_000 << 22)
        await self.write("DELETE FROM answers WHERE question < ?", oldest)

    async def vote(self, vote: Vote) -> None:
        """Keeps a vote; a member has one for each message, the last, and a reason stays until another vote."""
        values = (vote.message, vote.user, vote.guild, vote.helpful, vote.reason, time.time())
        await self.write(VOTE, *values)

    async def votes(self) -> list[Vote]:
        rows = await self.rows("SELECT message, user, guild, helpful, reason FROM votes ORDER BY at")
        return [Vote(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]

    async def mode(self, channel: int) -> Mode:
        rows = await self.rows("SELECT mode FROM channels WHERE channel = ?", channel)
        return Mode(rows[0][0]) if rows else Mode.MENTIONS

    async def set_mode(self, channel: int, guild: int, mode: Mode) -> None:
        if mode is Mode.MENTIONS:
            await self.write("DELETE FROM channels WHERE channel = ?", channel)
        else:
            await self.write("INSERT OR REPLACE INTO channels VALUES (?, ?, ?)", channel, guild, mode)


async def check(database: aiosqlite.Connection) -> None:
    """Raises `Damaged`, or what SQLite raises for what is no database."""
    faults: object = None
    with suppress(UnicodeDecodeError):  # of a complaint that shows damaged bytes
        faults = list(await database.execute_fetchall("PRAGMA quick_check"))
    if faults != [("ok",)]:
        raise Damaged("it is damaged")


def is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without its details
    return isinstance(error, Damaged) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def read_only(file: Path) -> sqlite3.Connection:
    """The database for a reader beside the bot, which may run."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


async def migrate(database: aiosqlite.Connection) -> None:
    """Brings the schema up to date. Raises `sqlite3.DatabaseError` for one that a newer program made."""
    ((version,),) = await database.execute_fetchall("PRAGMA user_version")
    if version > len(MIGRATIONS):
        raise sqlite3.DatabaseError("a newer version of Pullquote made it")
    for number, migration in enumerate(MIGRATIONS[version:], version + 1):
        await database.executescript(f"BEGIN; {migration} PRAGMA user_version = {number}; COMMIT;")
