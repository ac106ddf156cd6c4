"""Components of messages and modals: which may stand where, their fields, the limits over all."""

import re
from collections.abc import Collection, Iterator, Sequence

from discord_rules.forms import Form, Json, Path

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23

SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
V2_TYPES = frozenset({SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})

_IN_CONTAINER = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR})
_IN_LABEL = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}
TOP_LEVEL_V1 = frozenset({ROW})
TOP_LEVEL_V2 = _IN_CONTAINER | {CONTAINER}
TOP_LEVEL_MODAL = frozenset({ROW, TEXT, LABEL})
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
    if top_level is TOP_LEVEL_V1:
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
