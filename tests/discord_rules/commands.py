"""Commands as they are written to Discord."""

import re
from collections.abc import Sequence

from discord_rules.forms import Form, Json, Path, Refusal

# fmt: off
LOCALES = frozenset((
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
    "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
    "zh-TW", "ko",
))
# fmt: on

CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3
SUBCOMMAND, SUBCOMMAND_GROUP, STRING, INTEGER, BOOLEAN, USER = 1, 2, 3, 4, 5, 6
CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 7, 8, 9, 10, 11

_COMMAND_LIMITS = {CHAT_INPUT: 100, USER_COMMAND: 15, MESSAGE_COMMAND: 15}
_COMMAND_KEYS = frozenset(
    {
        "id",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "options",
        "type",
        "nsfw",
    }
    | {"default_member_permissions", "dm_permission", "default_permission", "integration_types", "contexts"}
)
_OPTION_KEYS = frozenset(
    {"type", "name", "name_localizations", "description", "description_localizations", "required", "choices"}
    | {"options", "channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete"}
)
_COMMAND_NAME = re.compile(r"[-'\w]{1,32}")


def check_commands(commands: Sequence[Json]) -> None:
    """All commands of one scope: how many there may be, no name twice, and each by itself."""
    form = Form()
    names = set()
    counts = dict.fromkeys(_COMMAND_LIMITS, 0)
    for number, command in enumerate(commands):
        check_command(form, (number,), command)
        kind = command.get("type", CHAT_INPUT)
        counts[kind] = counts.get(kind, 0) + 1
        if (kind, command.get("name")) in names:
            form.problem((number,), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Command names must be unique")
        names.add((kind, command.get("name")))
    form.refuse_problems()
    if any(counts[kind] > most for kind, most in _COMMAND_LIMITS.items()):
        raise Refusal(400, 30032, "Maximum number of application commands reached")


def check_command(form: Form, path: Path, command: Json) -> None:
    """One command as it is written to Discord."""
    kind = command.get("type", CHAT_INPUT)
    form.keys(path, command, _COMMAND_KEYS)
    form.one_of((*path, "type"), kind, set(_COMMAND_LIMITS))
    if kind == CHAT_INPUT:
        _check_names(form, path, command)
        _check_command_options(form, path, command.get("options") or [], depth=0)
        if _command_size(command) > 8000:
            form.problem(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    else:
        form.length((*path, "name"), command.get("name"), 1, 32)
        form.length((*path, "description"), command.get("description", ""), 0, 0)
        form.length((*path, "options"), command.get("options") or [], 0, 0)
    for key, known in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        values = command.get(key)
        form.optional_length((*path, key), values, 1, len(known))
        for number, value in enumerate(values or []):
            form.one_of((*path, key, number), value, known)


def _check_names(form: Form, path: Path, named: Json) -> None:
    name = named.get("name")
    if not isinstance(name, str) or not _COMMAND_NAME.fullmatch(name) or name != name.lower():
        form.problem((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    form.length((*path, "description"), named.get("description"), 1, 100)
    for locale, text in (named.get("name_localizations") or {}).items():
        if not _COMMAND_NAME.fullmatch(text) or text != text.lower():
            here = (*path, "name_localizations", locale)
            form.problem(here, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    _check_localizations(form, (*path, "name_localizations"), named.get("name_localizations"), 32)
    _check_localizations(form, (*path, "description_localizations"), named.get("description_localizations"), 100)


def _check_localizations(form: Form, path: Path, texts: Json | None, most: int) -> None:
    for locale, text in (texts or {}).items():
        form.one_of((*path, locale), locale, LOCALES)
        form.length((*path, locale), text, 1, most)


def _check_command_options(form: Form, path: Path, options: Sequence[Json], depth: int) -> None:
    form.length((*path, "options"), options, 0, 25)
    optional_seen, names = False, set()
    for number, option in enumerate(options):
        here = (*path, "options", number)
        _check_command_option(form, here, option, depth)
        if option.get("required") and optional_seen:
            form.problem(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first")
        optional_seen |= not option.get("required")
        if option.get("name") in names:
            form.problem(here, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
        names.add(option.get("name"))
    grouped = [option.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in options]
    if any(grouped) and not all(grouped):
        form.problem((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Subcommands stand alone")


def _check_command_option(form: Form, path: Path, option: Json, depth: int) -> None:
    kind = option.get("type")
    form.keys(path, option, _OPTION_KEYS)
    form.one_of((*path, "type"), kind, _option_types(depth))
    _check_names(form, path, option)
    if kind in (SUBCOMMAND, SUBCOMMAND_GROUP):
        _check_command_options(form, path, option.get("options") or [], 2 if kind == SUBCOMMAND else 1)
        return
    choices = option.get("choices") or []
    form.length((*path, "choices"), choices, 0, 25)
    for number, choice in enumerate(choices):
        check_choice(form, (*path, "choices", number), choice)
    if choices and option.get("autocomplete"):
        form.problem(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices or autocomplete, not both")
    form.between((*path, "min_length"), option.get("min_length"), 0, 6000)
    form.between((*path, "max_length"), option.get("max_length"), 1, 6000)


def _option_types(depth: int) -> set[int]:
    """Option types by depth: 0 in the command, 1 in a subcommand group, 2 in a subcommand."""
    values = set(range(STRING, ATTACHMENT + 1))
    return {0: values | {SUBCOMMAND, SUBCOMMAND_GROUP}, 1: {SUBCOMMAND}, 2: values}[depth]


def _command_size(named: Json) -> int:
    own = len(str(named.get("name", ""))) + len(str(named.get("description", "")))
    choices = sum(len(str(choice.get("name"))) + len(str(choice.get("value"))) for choice in named.get("choices") or [])
    return own + choices + sum(map(_command_size, named.get("options") or []))


def check_choice(form: Form, path: Path, choice: Json) -> None:
    form.keys(path, choice, {"name", "name_localizations", "value"})
    form.length((*path, "name"), choice.get("name"), 1, 100)
    _check_localizations(form, (*path, "name_localizations"), choice.get("name_localizations"), 100)
    if isinstance(choice.get("value"), str):
        form.length((*path, "value"), choice["value"], 1, 100)
    elif not isinstance(choice.get("value"), int | float):
        form.problem((*path, "value"), "BASE_TYPE_REQUIRED", "This field is required")
