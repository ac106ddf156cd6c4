"""Text -> Discord markdown that shows exactly that text, as one paragraph."""

from __future__ import annotations

import re
import unicodedata

# Every sign that Discord's markdown reads inside a line. The colon is among them: a backslash before it is
# not seen, but keeps `:smile:` from becoming a picture and `https://...` a link that nobody meant to give.
MARKUP = re.compile(r"[\\*_~|`<>\[\]#:]")

# What makes a list out of the beginning of a line: the sign, or the full stop after a number.
LIST_MARK = re.compile(r"^(\s*)(?:(?=[-+](?:\s|$))|(\d+)(?=\.(?:\s|$)))")

# A backslash keeps `@everyone` from being shown as a mention but not from being one, so these words are
# broken by a word joiner, which is not seen and allows no line break.
EVERYONE = re.compile(r"@(everyone|here)")
WORD_JOINER = "\u2060"

# No-break spaces keep their width and their place; every other run of white space is one space, since a hard
# line wrap in the middle of a sentence is no part of it.
WHITE_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")

# Signs that are not seen themselves but reorder or hide what stands beside them, or break words apart unseen:
# control characters, directional embeddings, overrides and isolates, zero-width space, word joiner,
# byte-order mark, annotations. Kept are direction marks and the joiners that Persian, Indic scripts and
# emoji need.
HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which cannot be sent
RIGHT_TO_LEFT = {"R", "AL", "AN"}
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def plain(text: str) -> str:
    """The text as it is seen on one line: white space as single spaces, nothing that hides or reorders."""
    return WHITE_SPACE.sub(" ", SURROGATE.sub("\ufffd", HIDDEN.sub("", text))).strip(" ")


def escape(text: str) -> str:
    """Markdown that shows `plain(text)`, mentions nobody and stays out of the order of what surrounds it."""
    seen = plain(text)
    escaped = EVERYONE.sub(rf"@{WORD_JOINER}\1", LIST_MARK.sub(r"\1\2\\", MARKUP.sub(r"\\\g<0>", seen)))
    if has_right_to_left(seen):
        return f"{FIRST_STRONG_ISOLATE}{escaped}{POP_ISOLATE}"
    return escaped


def has_right_to_left(text: str) -> bool:
    """Whether any of the text is written from right to left."""
    return any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in text)
