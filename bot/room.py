"""How much a message holds, and the beginning of a text that fits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from bot.escaping import escape, plain

CHARACTERS = 4000  # Discord's limit over all texts of a message with components
BYTES = 7000  # of UTF-8; Discord answers 500 at about 10,170 with what it keeps per component and link
LONGEST_WORD = 40  # characters; what is longer (scripts without spaces, addresses) may be cut anywhere


def size(markdown: str) -> int:
    """What a text takes of `CHARACTERS`: its characters, or its bytes where those fill a message sooner."""
    return max(len(markdown), -(-len(markdown.encode()) * CHARACTERS // BYTES))


def beginning(text: str, room: int) -> str:
    """The longest beginning of `plain(text)` that once escaped takes at most `room`, cut between words."""
    text = plain(text)[: room + LONGEST_WORD + 1]  # escaped it is no shorter, so what is beyond never fits
    spaces = [place for place, character in enumerate(text) if character == " "]
    places = [place for place in spaces if place] + [len(text)]
    cut = last_fitting(text, places, room)
    following = next((place for place in places if place > cut), cut)
    if following - cut > LONGEST_WORD or not cut:
        cut = last_fitting(text, range(cut, following), room)
    return text[:cut].rstrip()


def last_fitting(text: str, places: Sequence[int], room: int) -> int:
    """The last of `places` up to which the text fits once escaped; 0 where none does."""
    fitting = bisect_right(places, room, key=lambda place: size(escape(text[:place])))
    return places[fitting - 1] if fitting else 0
