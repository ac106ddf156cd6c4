"""What Discord's client lets a user enter: options of commands, items of modals, choices of selects."""

from collections.abc import Mapping, Sequence

import discord_rules as rules
from discord_rules import Json

from discord_server.records import Attachment, Channel, Guild, NotOffered, Role, User

_OPTION_KINDS: dict[int, tuple[type, ...]] = {
    rules.STRING: (str,),
    rules.INTEGER: (int,),
    rules.BOOLEAN: (bool,),
    rules.USER: (User,),
    rules.CHANNEL: (Channel,),
    rules.ROLE: (Role,),
    rules.MENTIONABLE: (User, Role),
    rules.NUMBER: (int, float),
    rules.ATTACHMENT: (Attachment,),
}


class OptionsFilledIn:
    """The options of a command as a client sends them, with the entities they name under ``resolved``."""

    def __init__(self, guild: Guild | None, user: User, focused: str | None = None) -> None:
        self._guild = guild
        self._user = user
        self._focused = focused
        self.resolved: dict[str, Json] = {}

    def fill(self, path: Sequence[str], options: Sequence[Json], given: Mapping[str, object]) -> list[Json]:
        """Follows subcommand names down ``path``, then fills in the values given."""
        if path:
            for option in options:
                if option["name"] == path[0] and option["type"] in (rules.SUBCOMMAND, rules.SUBCOMMAND_GROUP):
                    nested = self.fill(path[1:], option.get("options") or [], given)
                    return [{"name": option["name"], "type": option["type"], "options": nested}]
            raise NotOffered(f"there is no subcommand {path[0]!r}")
        known = {option["name"]: option for option in options}
        if unknown := given.keys() - known.keys():
            raise NotOffered(f"there are no options {sorted(unknown)}, only {sorted(known)}")
        if any(option["type"] in (rules.SUBCOMMAND, rules.SUBCOMMAND_GROUP) for option in options):
            raise NotOffered(f"name one of the subcommands {sorted(known)}")
        missing = [name for name, option in known.items() if option.get("required") and name not in given]
        if missing and self._focused is None:
            raise NotOffered(f"the options {missing} are required")
        return [self._value(known[name], value) for name, value in given.items()]

    def _value(self, option: Json, value: object) -> Json:
        filled: Json = {"name": option["name"], "type": option["type"], "value": value}
        if option["name"] == self._focused:
            return {**filled, "value": str(value), "focused": True}
        kinds = _OPTION_KINDS[option["type"]]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise NotOffered(f"option {option['name']!r} takes {kinds}, not {value!r}")
        if isinstance(value, User | Role | Channel | Attachment):
            return {**filled, "value": self._resolve(value)}
        if self._focused is None:
            _check_option_value(option, value)
        return filled

    def _resolve(self, entity: User | Role | Channel | Attachment) -> str:
        match entity:
            case User():
                self._add("users", entity.id, entity.payload())
                if self._guild is not None and entity in self._guild.members:
                    member = self._guild.member_payload(entity, 0)
                    del member["user"]
                    self._add("members", entity.id, member)
            case Role():
                self._add("roles", entity.id, entity.payload(1))
            case Channel():
                permissions = {"permissions": str(entity.permissions_of(self._user))}
                self._add("channels", entity.id, entity.payload() | permissions)
            case Attachment():
                self._add("attachments", entity.id, entity.payload())
        return str(entity.id)

    def _add(self, kind: str, entity_id: int, payload: Json) -> None:
        self.resolved.setdefault(kind, {})[str(entity_id)] = payload


def _check_option_value(option: Json, value: object) -> None:
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise NotOffered(f"option {option['name']!r} offers {choices}, not {value!r}")
    measure, limits = (len(value), "length") if isinstance(value, str) else (value, "value")
    if isinstance(measure, bool) or not isinstance(measure, int | float):
        return
    least, most = option.get(f"min_{limits}"), option.get(f"max_{limits}")
    least, most = (
        (0 if least is None else least, 6000 if most is None else most) if limits == "length" else (least, most)
    )
    if (least is not None and measure < least) or (most is not None and measure > most):
        raise NotOffered(f"option {option['name']!r} takes a {limits} of {least} to {most}, not {measure}")


def submitted(component: Json, values: Mapping[str, object]) -> Json:
    """One item of a modal as a client submits it."""
    base: Json = {key: component[key] for key in ("type", "id", "custom_id") if key in component}
    if component["type"] == rules.ROW:
        return {**base, "components": [submitted(child, values) for child in component["components"]]}
    if component["type"] == rules.LABEL:
        return {**base, "component": submitted(component["component"], values)}
    if component["type"] == rules.TEXT:
        return base
    value = values.get(component["custom_id"])
    if component["type"] == rules.TEXT_INPUT:
        return {
            **base,
            "value": _typed_in(component, component.get("value") or "" if value is None else value),
        }
    if component["type"] in (rules.CHECKBOX, rules.RADIO_GROUP):
        return {**base, "value": value}
    return {**base, "values": selected(component, value or [])}


def _typed_in(text_input: Json, text: object) -> str:
    if not isinstance(text, str):
        raise NotOffered(f"a text input takes text, not {text!r}")
    least = text_input.get("min_length") or int(text_input.get("required", True))
    most = text_input.get("max_length") or 4000
    if (text or text_input.get("required", True)) and not least <= len(text) <= most:
        raise NotOffered(f"{text_input['custom_id']!r} takes {least} to {most} characters, not {len(text)}")
    return text


def selected(select: Json, values: object) -> list[str]:
    """The values a user chose in a select, where it offers them."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise NotOffered(f"a select takes a list of values, not {values!r}")
    chosen = [str(value) for value in values]
    offered = [option["value"] for option in select.get("options") or []]
    if offered and set(chosen) - set(offered):
        raise NotOffered(f"the select offers {offered}, not {chosen}")
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not (0 if least is None else least) <= len(chosen) <= (1 if most is None else most):
        raise NotOffered(f"the select takes {least} to {most} values, not {len(chosen)}")
    return chosen
