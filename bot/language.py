"""The bot's own sentences in the languages of its catalogues (`languages/*.ftl`, Project Fluent)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

CATALOGUES = Path(__file__).parent / "languages"
LANGUAGES = tuple(sorted(file.stem for file in CATALOGUES.glob("*.ftl")))
DEFAULT = "en"
NOON = time(12, tzinfo=UTC)  # of a day that is the same one from Hawaii to Auckland


class Language:
    """Says the bot's sentences in one language, as Discord markdown: what is put into them must be escaped before."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.bundle = FluentBundle([code], use_isolating=False)  # texts of others isolate themselves (`escaping`)
        self.bundle.add_resource(FluentResource((CATALOGUES / f"{code}.ftl").read_text(encoding="utf-8")))

    def say(self, name: str, **values: str | int) -> str:
        """The sentence of this name. Raises `KeyError` where the catalogue has none, and the first thing that Fluent
        finds wrong with it."""
        message = self.bundle.get_message(name)
        if message.value is None:
            raise KeyError(name)
        said, errors = self.bundle.format_pattern(message.value, values)
        if errors:
            raise errors[0]
        return str(said)


@cache
def language(code: str) -> Language:
    return Language(code)


def language_of(locale: Any) -> Language:
    """The language of one of Discord's locales (`en-GB`, `es-419`, a `discord.Locale`), or English."""
    code = str(locale).partition("-")[0]
    return language(code if code in LANGUAGES else DEFAULT)


def day(published: date) -> str:
    """A date as Discord shows it to each reader in their own form."""
    return f"<t:{int(datetime.combine(published, NOON).timestamp())}:D>"
