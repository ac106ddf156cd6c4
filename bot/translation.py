"""The names and descriptions of commands in the languages of the catalogues."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.language import DEFAULT, LANGUAGES, language

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
EVERYONE = app_commands.AppInstallationType(guild=True, user=True)
SERVERS = app_commands.AppInstallationType(guild=True, user=False)

Callback = Callable[..., Coroutine[Any, Any, None]]
Suggest = Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]


def localised(key: str) -> locale_str:
    """A sentence of the catalogues, in English and with the way to the others."""
    return locale_str(language(DEFAULT).say(key), key=key)


class CatalogueTranslator(app_commands.Translator):
    """Gives Discord the other languages when the commands are written."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002  # the same wherever it stands
    ) -> str | None:
        code, key = str(locale).partition("-")[0], string.extras.get("key")
        return language(code).say(key) if key and code != DEFAULT and code in LANGUAGES else None


def described(callback: Callback, options: tuple[str, ...]) -> Callback:
    """The callback of a command, with the names and texts of its options: `option-OPTION` in the catalogues."""
    app_commands.describe(**{option: localised(f"option-{option}-description") for option in options})(callback)
    app_commands.rename(**{option: localised(f"option-{option}") for option in options})(callback)
    return callback


def command(
    name: str, callback: Callback, options: tuple[str, ...], **suggest: Suggest
) -> app_commands.Command[Any, ..., None]:
    """A slash command for servers and single users, everywhere they write; its texts and those of its options are in
    the catalogues under `command-NAME` and `option-OPTION`. `suggest` completes options."""
    made = app_commands.Command[Any, ..., None](
        name=localised(f"command-{name}"),
        description=localised(f"command-{name}-description"),
        callback=described(callback, options),
        allowed_installs=EVERYONE,
        allowed_contexts=EVERYWHERE,
    )
    for option, complete in suggest.items():
        made.autocomplete(option)(complete)
    return made
