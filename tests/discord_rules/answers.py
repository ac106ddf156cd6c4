"""The initial responses to interactions."""

from collections.abc import Collection

from discord_rules.commands import check_choice
from discord_rules.components import TOP_LEVEL_MODAL, check_components
from discord_rules.forms import Form, Json
from discord_rules.messages import CALLBACK_KEYS, EPHEMERAL, INTERACTION_FLAGS, check_message

PING_INTERACTION, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


def check_callback(payload: Json, kind: int, *, from_message: bool, files: Collection[str] = ()) -> None:
    """The initial response to an interaction of a ``kind``; ``from_message`` where a component began it."""
    form = Form()
    form.keys((), payload, {"type", "data"})
    form.one_of(("type",), payload.get("type"), _fitting_answers(kind, from_message))
    form.refuse_problems()
    data = payload.get("data") or {}
    match payload["type"]:
        case 4:
            check_message(data, CALLBACK_KEYS, allowed_flags=INTERACTION_FLAGS, files=files, path=("data",))
        case 5:
            _check_deferral(data)
        case 6:
            form.keys(("data",), data, ())
            form.refuse_problems()
        case 8:
            _check_choices(data)
        case 9:
            check_modal(data)


def _fitting_answers(kind: int, from_message: bool) -> set[int]:
    if kind == AUTOCOMPLETE:
        return {CHOICES}
    fitting = {MESSAGE, DEFERRED_MESSAGE}
    if from_message:
        fitting |= {DEFERRED_UPDATE, UPDATE}
    if kind != MODAL_SUBMIT:
        fitting |= {MODAL}
    return fitting


def _check_deferral(data: Json) -> None:
    form = Form()
    form.keys(("data",), data, {"flags"})
    if data.get("flags", 0) & ~EPHEMERAL:
        form.problem(("data", "flags"), "FLAGS_INVALID", "Only EPHEMERAL can be set while deferring.")
    form.refuse_problems()


def _check_choices(data: Json) -> None:
    form = Form()
    form.keys(("data",), data, {"choices"})
    choices = data.get("choices")
    form.length(("data", "choices"), choices, 0, 25)
    for number, choice in enumerate(choices or []):
        check_choice(form, ("data", "choices", number), choice)
    form.refuse_problems()


def check_modal(data: Json) -> None:
    """A modal: title of 1 to 45, custom_id of 1 to 100 characters, 1 to 5 items."""
    form = Form()
    form.keys(("data",), data, {"custom_id", "title", "components"})
    form.length(("data", "custom_id"), data.get("custom_id"), 1, 100)
    form.length(("data", "title"), data.get("title"), 1, 45)
    form.length(("data", "components"), data.get("components"), 1, 5)
    check_components(form, ("data", "components"), data.get("components") or [], TOP_LEVEL_MODAL)
    form.refuse_problems()
