"""What Discord documents about the bodies of requests, as pure functions of JSON.

Every ``check_...`` function returns nothing when the body is acceptable and raises :class:`Refusal`, with
the status, the JSON error code and the nested ``errors`` of Discord's answer, when it is not. Where Discord
ignores a key it does not know, these rules refuse it (``UNKNOWN_KEY``), so that a misspelt key fails a test.

Lengths are counted in code points.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15

CHANNEL_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
INTERACTION_FLAGS = CHANNEL_FLAGS | EPHEMERAL

UPLOAD_LIMIT = 10 * 1024 * 1024
"""Bytes a request may upload without a boosted server."""

_COMMON_MESSAGE_KEYS = frozenset(
    {"content", "tts", "embeds", "allowed_mentions", "components", "attachments", "flags", "poll"}
)
CREATE_KEYS = _COMMON_MESSAGE_KEYS | {"nonce", "enforce_nonce", "message_reference", "sticker_ids"}
EDIT_KEYS = _COMMON_MESSAGE_KEYS
CALLBACK_KEYS = _COMMON_MESSAGE_KEYS
FOLLOWUP_KEYS = _COMMON_MESSAGE_KEYS | {"username", "avatar_url"}

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23

SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
V2_TYPES = frozenset({SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})

_IN_CONTAINER = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR})
_IN_LABEL = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}
_TOP_LEVEL_V1 = frozenset({ROW})
_TOP_LEVEL_V2 = _IN_CONTAINER | {CONTAINER}
_TOP_LEVEL_MODAL = frozenset({ROW, TEXT, LABEL})
_NESTED: dict[tuple[int, str], frozenset[int]] = {
    (ROW, "components"): SELECTS | {BUTTON, TEXT_INPUT},
    (SECTION, "components"): frozenset({TEXT}),
    (SECTION, "accessory"): frozenset({BUTTON, THUMBNAIL}),
    (CONTAINER, "components"): _IN_CONTAINER,
    (LABEL, "component"): _IN_LABEL,
}

_SELECT_KEYS = frozenset({"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"})
_ENTITY_SELECT_KEYS = _SELECT_KEYS | {"default_values"}
_CHOICE_GROUP_KEYS = frozenset({"custom_id", "options", "min_values", "max_values", "required"})
_COMPONENT_KEYS: dict[int, frozenset[str]] = {
    ROW: frozenset({"components"}),
    BUTTON: frozenset({"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"}),
    STRING_SELECT: _SELECT_KEYS | {"options"},
    TEXT_INPUT: frozenset(
        {"custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder"}
    ),
    USER_SELECT: _ENTITY_SELECT_KEYS,
    ROLE_SELECT: _ENTITY_SELECT_KEYS,
    MENTIONABLE_SELECT: _ENTITY_SELECT_KEYS,
    CHANNEL_SELECT: _ENTITY_SELECT_KEYS | {"channel_types"},
    SECTION: frozenset({"components", "accessory"}),
    TEXT: frozenset({"content"}),
    THUMBNAIL: frozenset({"media", "description", "spoiler"}),
    GALLERY: frozenset({"items"}),
    FILE: frozenset({"file", "spoiler"}),
    SEPARATOR: frozenset({"divider", "spacing"}),
    CONTAINER: frozenset({"components", "accent_color", "spoiler"}),
    LABEL: frozenset({"label", "description", "component"}),
    FILE_UPLOAD: frozenset({"custom_id", "min_values", "max_values", "required"}),
    RADIO_GROUP: frozenset({"custom_id", "options", "required"}),
    CHECKBOX_GROUP: _CHOICE_GROUP_KEYS,
    CHECKBOX: frozenset({"custom_id", "default"}),
}
_NEEDS_CUSTOM_ID = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}

# fmt: off
LOCALES = frozenset((
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
    "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
    "zh-TW", "ko",
))
# fmt: on


class Refusal(Exception):
    """A request that Discord refuses: HTTP status, JSON error code, sentence and nested ``errors``."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} (code {code}): {message} {errors or ''}".rstrip())
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    @property
    def body(self) -> Json:
        """The JSON body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        return body if self.errors is None else {**body, "errors": self.errors}


class Form:
    """The problems found in one body, by path, raised together as code 50035."""

    def __init__(self) -> None:
        self._problems: list[tuple[Path, str, str]] = []

    def problem(self, path: Path, code: str, message: str) -> None:
        """Notes one problem at a path such as ``("components", 0, "label")``."""
        self._problems.append((path, code, message))

    def length(self, path: Path, value: object, least: int, most: int) -> None:
        """The text or list at ``path`` must have between ``least`` and ``most`` elements."""
        if not isinstance(value, str | list):
            self.problem(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif least == 0 and len(value) > most:
            self.problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not least <= len(value) <= most:
            self.problem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def optional_length(self, path: Path, value: object, least: int, most: int) -> None:
        """The same, where the field may be absent or null."""
        if value is not None:
            self.length(path, value, least, most)

    def between(self, path: Path, value: object, least: float, most: float) -> None:
        """The number at ``path``, where there is one, must lie between ``least`` and ``most``."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')
        elif not least <= value <= most:
            self.problem(path, "NUMBER_TYPE_RANGE", f"Value must be between {least} and {most}.")

    def one_of(self, path: Path, value: object, choices: Collection[object]) -> None:
        """The value at ``path`` must be one of ``choices``."""
        if value not in choices:
            listed = ", ".join(sorted(map(str, choices)))
            self.problem(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")

    def keys(self, path: Path, payload: Json, known: Collection[str]) -> None:
        """Every key must be known (stricter than Discord, which ignores some)."""
        for key in payload.keys() - set(known):
            self.problem((*path, key), "UNKNOWN_KEY", f"{key!r} is not a field here")

    def refuse_problems(self) -> None:
        """Raises the problems noted so far as one :class:`Refusal`, if there are any."""
        if not self._problems:
            return
        errors: Json = {}
        for path, code, message in self._problems:
            node = errors
            for part in path:
                node = node.setdefault(str(part), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        raise Refusal(400, 50035, "Invalid Form Body", errors)


def form_refusal(path: Path, code: str, message: str) -> Refusal:
    """The refusal for one problem at one path."""
    form = Form()
    form.problem(path, code, message)
    try:
        form.refuse_problems()
    except Refusal as refusal:
        return refusal
    raise AssertionError("a form with a problem is refused")


# Messages


def merged_message(payload: Json, before: Json | None) -> Json:
    """The message as it would be after the request: ``payload`` over ``before`` (null means empty)."""
    fields = ("content", "embeds", "components", "attachments", "flags", "poll", "sticker_ids")
    before = before or {}
    after = {field: payload.get(field, before.get(field)) for field in fields}
    if payload.get("flags") is None:
        after["flags"] = before.get("flags")
    empty: Json = {"content": "", "flags": 0, "poll": None}
    return {field: empty.get(field, []) if value is None else value for field, value in after.items()}


def check_message(
    payload: Json,
    keys: Collection[str],
    *,
    allowed_flags: int = CHANNEL_FLAGS,
    before: Json | None = None,
    files: Collection[str] = (),
    path: Path = (),
) -> None:
    """A message to create (``before`` is None) or to edit; ``files`` are the names of the uploaded files.

    Raises code 50006 for an empty message and 50035, with the place, for everything else.
    """
    form = Form()
    form.keys(path, payload, keys)
    after = merged_message(payload, before)
    form.length((*path, "content"), after["content"], 0, 2000)
    _check_flags(form, (*path, "flags"), payload, before, allowed_flags)
    _check_allowed_mentions(form, (*path, "allowed_mentions"), payload.get("allowed_mentions"))
    _check_embeds(form, (*path, "embeds"), after["embeds"])
    _check_attachments(form, (*path, "attachments"), payload, before, files)
    names = set(files) | {attachment.get("filename") for attachment in after["attachments"]}
    if after["flags"] & COMPONENTS_V2:
        _check_no_legacy_fields(form, path, after)
        check_components(form, (*path, "components"), after["components"], _TOP_LEVEL_V2, names)
    else:
        check_components(form, (*path, "components"), after["components"], _TOP_LEVEL_V1, names)
    form.optional_length((*path, "nonce"), payload.get("nonce") and str(payload["nonce"]), 0, 25)
    form.refuse_problems()
    _check_not_empty(after, files)


def _check_flags(form: Form, path: Path, payload: Json, before: Json | None, allowed: int) -> None:
    flags = payload.get("flags")
    if flags is None:
        return
    if not isinstance(flags, int) or flags & ~(allowed | (before or {}).get("flags", 0)):
        form.problem(path, "FLAGS_INVALID", f"Only the flags {allowed:#x} can be set here.")
    elif before is not None and before.get("flags", 0) & COMPONENTS_V2 and not flags & COMPONENTS_V2:
        form.problem(path, "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "IS_COMPONENTS_V2 cannot be removed.")


def _check_no_legacy_fields(form: Form, path: Path, after: Json) -> None:
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if after[field]:
            form.problem(
                (*path, field),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _check_not_empty(after: Json, files: Collection[str]) -> None:
    shown = (after["content"].strip(), after["embeds"], after["components"], after["attachments"], files)
    if not any(shown) and not after["poll"] and not after["sticker_ids"]:
        raise Refusal(400, 50006, "Cannot send an empty message")


def _check_allowed_mentions(form: Form, path: Path, allowed: Json | None) -> None:
    if allowed is None:
        return
    form.keys(path, allowed, {"parse", "users", "roles", "replied_user"})
    parse = allowed.get("parse", [])
    for number, kind in enumerate(parse):
        form.one_of((*path, "parse", number), kind, {"users", "roles", "everyone"})
    for kind in ("users", "roles"):
        form.optional_length((*path, kind), allowed.get(kind), 0, 100)
        if kind in parse and allowed.get(kind):
            form.problem(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f'parse:["{kind}"] and {kind} exclude.')


_EMBED_KEYS = frozenset(
    {"title", "type", "description", "url", "timestamp", "color", "footer", "image", "thumbnail", "video"}
    | {"provider", "author", "fields", "flags"}
)


def _check_embeds(form: Form, path: Path, embeds: Sequence[Json]) -> None:
    form.length(path, embeds, 0, 10)
    for number, embed in enumerate(embeds):
        here = (*path, number)
        form.keys(here, embed, _EMBED_KEYS)
        form.optional_length((*here, "title"), embed.get("title"), 0, 256)
        form.optional_length((*here, "description"), embed.get("description"), 0, 4096)
        form.optional_length((*here, "footer", "text"), embed.get("footer", {}).get("text"), 0, 2048)
        form.optional_length((*here, "author", "name"), embed.get("author", {}).get("name"), 0, 256)
        form.optional_length((*here, "fields"), embed.get("fields"), 0, 25)
        for index, field in enumerate(embed.get("fields", [])):
            form.keys((*here, "fields", index), field, {"name", "value", "inline"})
            form.length((*here, "fields", index, "name"), field.get("name"), 1, 256)
            form.length((*here, "fields", index, "value"), field.get("value"), 1, 1024)
    if sum(map(_embed_size, embeds)) > 6000:
        form.problem(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _embed_size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text")]
    texts.append(embed.get("author", {}).get("name"))
    for field in embed.get("fields", []):
        texts += [field.get("name"), field.get("value")]
    return sum(len(text or "") for text in texts)


_NEW_ATTACHMENT_KEYS = frozenset({"id", "filename", "title", "description", "duration_secs", "waveform", "is_spoiler"})
_OLD_ATTACHMENT_KEYS = _NEW_ATTACHMENT_KEYS | {
    "proxy_url", "size", "url", "spoiler", "height", "width", "content_type",
}  # fmt: skip


def _check_attachments(form: Form, path: Path, payload: Json, before: Json | None, files: Collection[str]) -> None:
    kept = {str(attachment["id"]) for attachment in (before or {}).get("attachments", [])}
    attachments = payload.get("attachments") or []
    form.length(path, attachments, 0, 10)
    for number, attachment in enumerate(attachments):
        is_old = str(attachment.get("id")) in kept
        form.keys((*path, number), attachment, _OLD_ATTACHMENT_KEYS if is_old else _NEW_ATTACHMENT_KEYS)
        form.optional_length((*path, number, "description"), attachment.get("description"), 0, 1024)
        if not is_old and str(attachment.get("id")) not in {str(index) for index in range(len(files))}:
            form.problem((*path, number, "id"), "ATTACHMENT_NOT_FOUND", "No uploaded file has this id.")


# Components


def nested_components(components: Sequence[Json], path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every component with its path, parents before their children, in the order shown."""
    for number, component in enumerate(components):
        yield from _with_children(component, (*path, number))


def _with_children(component: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    yield path, component
    yield from nested_components(component.get("components") or [], (*path, "components"))
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            yield from _with_children(component[key], (*path, key))


def displayed_text(components: Sequence[Json]) -> list[str]:
    """The content of every text display, in the order shown."""
    found = (component for _, component in nested_components(components))
    return [component["content"] for component in found if component.get("type") == TEXT]


def check_components(
    form: Form,
    path: Path,
    components: Sequence[Json],
    top_level: Collection[int],
    files: Collection[str] = (),
) -> None:
    """A message's or a modal's components: which may stand where, their fields, the limits over all."""
    everything = list(nested_components(components, path))
    for number, component in enumerate(components):
        _check_place(form, (*path, number), component, top_level)
    for here, component in everything:
        _check_component(form, here, component)
        _check_attached(form, here, component, files)
    _check_unique(form, everything, "custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED")
    _check_unique(form, everything, "id", "COMPONENT_ID_DUPLICATED")
    if top_level is _TOP_LEVEL_V1:
        form.length(path, list(components), 0, 5)
    if len(everything) > 40:
        form.problem(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "Must be 40 or fewer components in total.")
    if sum(map(len, displayed_text(components))) > 4000:
        form.problem(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Displayable text exceeds maximum size of 4000")


def _check_place(form: Form, path: Path, component: Json, allowed: Collection[int]) -> None:
    if component.get("type") not in allowed:
        choices = ", ".join(map(str, sorted(allowed)))
        form.problem((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({choices}).')


def _check_unique(form: Form, everything: Sequence[tuple[Path, Json]], key: str, code: str) -> None:
    seen = set()
    for path, component in everything:
        value = component.get(key)
        if value is not None and value in seen:
            form.problem((*path, key), code, f"Component {key} cannot be duplicated")
        seen.add(value)


def _check_component(form: Form, path: Path, component: Json) -> None:
    kind = component.get("type")
    if kind not in _COMPONENT_KEYS:
        form.problem((*path, "type"), "UNION_TYPE_CHOICES", "This component type does not exist.")
        return
    form.keys(path, component, _COMPONENT_KEYS[kind] | {"type", "id"})
    form.between((*path, "id"), component.get("id"), 0, 2**31 - 1)
    for (parent, key), allowed in _NESTED.items():
        if parent == kind:
            children = component.get(key)
            for number, child in enumerate(children if isinstance(children, list) else []):
                _check_place(form, (*path, key, number), child, allowed)
            if isinstance(children, dict):
                _check_place(form, (*path, key), children, allowed)
    if kind in _NEEDS_CUSTOM_ID:
        form.length((*path, "custom_id"), component.get("custom_id"), 1, 100)
    if kind in _FIELD_CHECKS:
        _FIELD_CHECKS[kind](form, path, component)


def _check_row(form: Form, path: Path, row: Json) -> None:
    children = row.get("components")
    form.length((*path, "components"), children, 1, 5)
    kinds = [child.get("type") for child in children or []]
    if len(kinds) > 1 and set(kinds) != {BUTTON}:
        form.problem((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row.")


def _check_button(form: Form, path: Path, button: Json) -> None:
    form.one_of((*path, "style"), button.get("style"), {1, 2, 3, 4, 5, 6})
    form.optional_length((*path, "label"), button.get("label"), 0, 80)
    is_link, is_premium = button.get("style") == 5, button.get("style") == 6
    if not is_premium and not button.get("label") and not button.get("emoji"):
        form.problem(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button must have a label or an emoji")
    if is_link and button.get("custom_id") is not None:
        form.problem(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A link button cannot have a custom id")
    if not is_link and button.get("url") is not None:
        form.problem(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "Only a link button has a url")
    if is_link:
        _check_url(form, (*path, "url"), button.get("url"), ("http://", "https://", "discord://"), 512)
    elif is_premium:
        form.length((*path, "sku_id"), button.get("sku_id"), 1, 20)
    else:
        form.length((*path, "custom_id"), button.get("custom_id"), 1, 100)


def _check_url(form: Form, path: Path, url: object, schemes: tuple[str, ...], most: int = 2048) -> None:
    form.length(path, url, 1, most)
    if isinstance(url, str) and (not url.startswith(schemes) or re.search(r"\s", url) or url in schemes):
        form.problem(path, "URL_TYPE_INVALID_URL", f"Not a well formed URL, its scheme must be one of {schemes}.")


def _check_media(form: Form, path: Path, media: object) -> None:
    url = media.get("url") if isinstance(media, dict) else None
    _check_url(form, (*path, "url"), url, ("http://", "https://", "attachment://"))


def _check_attached(form: Form, path: Path, component: Json, files: Collection[str]) -> None:
    """Media of the form ``attachment://name`` must be among the files of the message."""
    media = [("media", component.get("media")), ("file", component.get("file"))]
    media += [(f"items.{number}", item.get("media")) for number, item in enumerate(component.get("items") or [])]
    for place, medium in media:
        url = str((medium or {}).get("url"))
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in files:
            form.problem((*path, place, "url"), "ATTACHMENT_NOT_FOUND", "No file of that name is attached.")


def _check_select(form: Form, path: Path, select: Json) -> None:
    form.optional_length((*path, "placeholder"), select.get("placeholder"), 0, 150)
    form.between((*path, "min_values"), select.get("min_values"), 0, 25)
    form.between((*path, "max_values"), select.get("max_values"), 1, 25)
    if select["type"] != STRING_SELECT:
        return
    _check_options(form, path, select, 1, 25)
    if (select.get("max_values") or 1) > len(select.get("options") or []):
        form.problem((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES", "More than there are options.")


def _check_options(form: Form, path: Path, component: Json, least: int, most: int) -> None:
    options = component.get("options")
    form.length((*path, "options"), options, least, most)
    values = set()
    for number, option in enumerate(options or []):
        here = (*path, "options", number)
        form.keys(here, option, {"label", "value", "description", "emoji", "default"})
        form.length((*here, "label"), option.get("label"), 1, 100)
        form.length((*here, "value"), option.get("value"), 1, 100)
        form.optional_length((*here, "description"), option.get("description"), 0, 100)
        if option.get("value") in values:
            form.problem(here, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The option value is already used")
        values.add(option.get("value"))


def _check_section(form: Form, path: Path, section: Json) -> None:
    form.length((*path, "components"), section.get("components"), 1, 3)
    if not isinstance(section.get("accessory"), dict):
        form.problem((*path, "accessory"), "BASE_TYPE_REQUIRED", "This field is required")


def _check_text(form: Form, path: Path, text: Json) -> None:
    content = text.get("content")
    form.length((*path, "content"), content.strip() if isinstance(content, str) else content, 1, 4000)


def _check_thumbnail(form: Form, path: Path, thumbnail: Json) -> None:
    _check_media(form, (*path, "media"), thumbnail.get("media"))
    form.optional_length((*path, "description"), thumbnail.get("description"), 0, 1024)


def _check_gallery(form: Form, path: Path, gallery: Json) -> None:
    form.length((*path, "items"), gallery.get("items"), 1, 10)
    for number, item in enumerate(gallery.get("items") or []):
        here = (*path, "items", number)
        form.keys(here, item, {"media", "description", "spoiler"})
        _check_media(form, (*here, "media"), item.get("media"))
        form.optional_length((*here, "description"), item.get("description"), 0, 1024)


def _check_file(form: Form, path: Path, component: Json) -> None:
    _check_media(form, (*path, "file"), component.get("file"))
    if not str((component.get("file") or {}).get("url")).startswith("attachment://"):
        form.problem((*path, "file", "url"), "URL_TYPE_INVALID_SCHEME", "Must be an attachment:// reference.")


def _check_separator(form: Form, path: Path, separator: Json) -> None:
    form.one_of((*path, "spacing"), separator.get("spacing", 1), {1, 2})


def _check_container(form: Form, path: Path, container: Json) -> None:
    form.length((*path, "components"), container.get("components"), 1, 40)
    form.between((*path, "accent_color"), container.get("accent_color"), 0, 0xFFFFFF)


def _check_label(form: Form, path: Path, label: Json) -> None:
    form.length((*path, "label"), label.get("label"), 1, 45)
    form.optional_length((*path, "description"), label.get("description"), 0, 100)
    if not isinstance(label.get("component"), dict):
        form.problem((*path, "component"), "BASE_TYPE_REQUIRED", "This field is required")


def _check_text_input(form: Form, path: Path, text_input: Json) -> None:
    form.one_of((*path, "style"), text_input.get("style"), {1, 2})
    form.between((*path, "min_length"), text_input.get("min_length"), 0, 4000)
    form.between((*path, "max_length"), text_input.get("max_length"), 1, 4000)
    form.optional_length((*path, "value"), text_input.get("value"), 0, 4000)
    form.optional_length((*path, "placeholder"), text_input.get("placeholder"), 0, 100)
    if path[-1] == "component" and text_input.get("label") is not None:
        form.problem((*path, "label"), "BASE_TYPE_FORBIDDEN", "Inside a label the label has the text.")
    elif path[-1] != "component":
        form.length((*path, "label"), text_input.get("label"), 1, 45)


def _check_radio_group(form: Form, path: Path, group: Json) -> None:
    _check_options(form, path, group, 2, 10)


def _check_checkbox_group(form: Form, path: Path, group: Json) -> None:
    _check_options(form, path, group, 1, 10)


_FIELD_CHECKS = {
    ROW: _check_row,
    BUTTON: _check_button,
    **dict.fromkeys(SELECTS, _check_select),
    TEXT_INPUT: _check_text_input,
    SECTION: _check_section,
    TEXT: _check_text,
    THUMBNAIL: _check_thumbnail,
    GALLERY: _check_gallery,
    FILE: _check_file,
    SEPARATOR: _check_separator,
    CONTAINER: _check_container,
    LABEL: _check_label,
    RADIO_GROUP: _check_radio_group,
    CHECKBOX_GROUP: _check_checkbox_group,
}


# Answers to interactions

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
        _check_choice(form, ("data", "choices", number), choice)
    form.refuse_problems()


def _check_choice(form: Form, path: Path, choice: Json) -> None:
    form.keys(path, choice, {"name", "name_localizations", "value"})
    form.length((*path, "name"), choice.get("name"), 1, 100)
    _check_localizations(form, (*path, "name_localizations"), choice.get("name_localizations"), 100)
    if isinstance(choice.get("value"), str):
        form.length((*path, "value"), choice["value"], 1, 100)
    elif not isinstance(choice.get("value"), int | float):
        form.problem((*path, "value"), "BASE_TYPE_REQUIRED", "This field is required")


def check_modal(data: Json) -> None:
    """A modal: title of 1 to 45, custom_id of 1 to 100 characters, 1 to 5 items."""
    form = Form()
    form.keys(("data",), data, {"custom_id", "title", "components"})
    form.length(("data", "custom_id"), data.get("custom_id"), 1, 100)
    form.length(("data", "title"), data.get("title"), 1, 45)
    form.length(("data", "components"), data.get("components"), 1, 5)
    check_components(form, ("data", "components"), data.get("components") or [], _TOP_LEVEL_MODAL)
    form.refuse_problems()


# Commands

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
        _check_choice(form, (*path, "choices", number), choice)
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


# Mentions


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who a message mentions: ids of users and of roles, and whether everyone."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


NOBODY = Mentions()


def parse_mentions(
    text: str,
    allowed: Json | None,
    *,
    may_mention_everyone: bool,
    mentionable_roles: Collection[int],
    replied_to: int | None = None,
) -> Mentions:
    """Whom a text mentions under ``allowed_mentions``; absent, everything is parsed and replies mention.

    Mentions inside code and behind a backslash are counted too: what is asserted about a bot that shows texts
    of others should not hang on how Discord reads markdown.
    """
    default: Json = {"parse": ["users", "roles", "everyone"], "replied_user": True}
    rules = default if allowed is None else allowed
    parse = rules.get("parse", [])
    users = _allowed_ids(re.findall(r"<@!?(\d+)>", text), "users" in parse, rules.get("users"))
    roles = _allowed_ids(re.findall(r"<@&(\d+)>", text), "roles" in parse, rules.get("roles"))
    if replied_to is not None and rules.get("replied_user"):
        users = list(dict.fromkeys([*users, replied_to]))
    if not may_mention_everyone:
        roles = [role for role in roles if role in mentionable_roles]
    everyone = "everyone" in parse and may_mention_everyone and re.search(r"@(everyone|here)", text) is not None
    return Mentions(tuple(users), tuple(roles), everyone)


def _allowed_ids(found: Sequence[str], is_parsed: bool, listed: Sequence[object] | None) -> list[int]:
    ids = dict.fromkeys(map(int, found))
    return [number for number in ids if is_parsed or str(number) in map(str, listed or ())]
