"""Messages: flags, embeds, attachments and what an edit leaves."""

from collections.abc import Collection, Sequence

from discord_rules.components import TOP_LEVEL_V1, TOP_LEVEL_V2, check_components
from discord_rules.forms import Form, Json, Path, Refusal

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
        check_components(form, (*path, "components"), after["components"], TOP_LEVEL_V2, names)
    else:
        check_components(form, (*path, "components"), after["components"], TOP_LEVEL_V1, names)
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
