"""The log: one line for each event, for people or for programs, without a word that a member wrote and without a token.

Own lines say nothing of the kind. What discord.py, aiohttp and asyncio log is told without the text of exceptions and
the look of objects: those may hold a question.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Literal

from bot.desk import kind_and_place

OWN = ("bot", "index", "config")
EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class LogFormatter(logging.Formatter):
    """A line as text; of an exception what it was and where."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = self.formatMessage(told(record))
        return f"{line} ({error})" if (error := error_of(record)) else line


class JsonFormatter(logging.Formatter):
    """A line as a JSON object: `time` (ISO 8601, UTC), `level`, `logger`, `message`, `error` where there was one, and
    the fields that an own line was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in EVERY_RECORD and is_own(record)}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": told(record).message,
        }
        error = {"error": said} if (said := error_of(record)) else {}
        return json.dumps(line | error | fields, ensure_ascii=False, default=str)


def log_to_standard_error(form: Literal["text", "json"] = "text") -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else LogFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def told(record: logging.LogRecord) -> logging.LogRecord:
    """The record with its message on one line, and as its time."""
    shown = logging.makeLogRecord(vars(record))
    if not is_own(record):
        if isinstance(record.args, tuple):
            shown.args = tuple(map(plain, record.args))
        shown.msg = str(record.msg).partition("\n")[0]  # below it asyncio shows tasks, with their names and exceptions
    shown.message = " ".join(shown.getMessage().split())
    shown.asctime = logging.Formatter().formatTime(record)
    return shown


def is_own(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OWN


def plain(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else type(value).__name__


def error_of(record: logging.LogRecord) -> str:
    """What an exception was and where, without its text; empty where there was none."""
    error = record.exc_info[1] if record.exc_info else None
    return kind_and_place(error) if error else ""
