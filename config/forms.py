"""What each setting may be, in words, and what is wrong with one, as a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

PASSWORD = re.compile(r"(?<=//)[^\s\"]*(?=@)")  # in an address, with the name before it
LONGEST_SHOWN = 100  # characters of a wrong value
WORDS: dict[Any, str] = {bool: "true or false", str: "a text", int: "a whole number", float: "a number"}


def fields_of(settings: type[BaseModel]) -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting of all sections: its section, its name, and what it may be."""
    for section, table in settings.model_fields.items():
        assert isinstance(table.annotation, type)
        assert issubclass(table.annotation, BaseModel)
        for name, field in table.annotation.model_fields.items():
            yield section, name, field


def form_of(field: FieldInfo) -> str:
    """What a setting may be: its own description, else by its type and limits."""
    if field.description:
        return field.description
    if get_origin(field.annotation) is Literal:
        *others, last = (f'"{choice}"' for choice in get_args(field.annotation))
        return f"{', '.join(others)} or {last}"
    form = WORDS[field.annotation]
    limits = {name: getattr(one, name) for one in field.metadata for name in ("ge", "gt", "le") if hasattr(one, name)}
    if "ge" in limits and "le" in limits:
        return f"{form} from {limits['ge']} to {limits['le']}"
    if "ge" in limits:
        return f"{form} of at least {limits['ge']}"
    return f"{form} above {limits['gt']}" if "gt" in limits else form


def sentence(error: ValidationError, settings: type[BaseModel]) -> str:
    """The first thing that is wrong, as one sentence that names the setting and says what it may be."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    setting = ".".join(place[:2])
    if first["type"] == "extra_forbidden":
        return f"There is no setting “{'.'.join(place)}”; config/default.toml lists them all."
    field = {f"{section}.{name}": field for section, name, field in fields_of(settings)}.get(setting)
    if field is None:
        return f"“{setting}” is {shown(first['input'])}; it must be a section of settings, as in [{setting}]."
    said = f"The setting “{setting}” {'is' if len(place) == 2 else 'has'} {shown(first['input'])}"
    if first["type"] == "value_error":  # a validator's own words
        return f"{said}: {first['ctx']['error']}."
    return f"{said}; it must be {form_of(field)}."


def shown(value: object) -> str:
    """A value as it would be written, the beginning of a long one, without the password of an address."""
    text = PASSWORD.sub("…", json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
