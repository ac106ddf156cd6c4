"""Everything that can go wrong on purpose. The text of each is one sentence for a person: what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


class PullquoteError(Exception):
    """A failure whose text is meant to be read by the person at the keyboard."""


class BadSettings(PullquoteError):
    """A setting is unknown, of the wrong kind or out of its limits."""


class BadArchive(PullquoteError):
    """The folder of articles is missing, is no folder, or holds nothing that can be read."""


class BadZip(PullquoteError):
    """What was handed in as a ZIP is none, or holds too many files."""


class BadQuestions(PullquoteError):
    """A question set is missing or broken."""


class BadQuery(PullquoteError):
    """A question or a search that cannot be meant: empty, too long, dates the wrong way round."""


class NoWord(BadQuery):
    """A question without a word in it."""

    def __init__(self) -> None:
        super().__init__("There is no word in this question; ask something.")


class NoWordToFind(BadQuery):
    """A search that only excludes."""

    def __init__(self) -> None:
        super().__init__('A search needs at least one word to find, as in: pullquote search "new bridge" -tunnel')


class NoDate(BadQuery):
    """What was given as a date is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"“{text}” is no date; write it as 2025-05-01, 1.05.2025, 2025-05 or 2025, or how long ago it is: 7d, 2w, "
            "3mo, 1y."
        )


class NoPeriod(BadQuery):
    """Two dates the wrong way round."""

    def __init__(self, after: date, before: date) -> None:
        self.after, self.before = after, before
        super().__init__(f"Nothing is published from {after} on and before {before}: the second date must be later.")


class NoSource(BadQuery):
    """A source that no article has; `known` are those that some have."""

    def __init__(self, wanted: str, known: Sequence[str]) -> None:
        self.wanted, self.known = wanted, tuple(known)
        there = f"the sources are {', '.join(known[:10])}" if known else "no article of this archive names one"
        super().__init__(f"No article is from “{wanted}”; {there}.")


class NoModel(PullquoteError):
    """The embedding model is not there, or is not the one its checksum promises."""


class NoIndex(PullquoteError):
    """There is no index yet, no generation to go back to, or one that cannot be opened."""


class WrongModel(NoIndex):
    """The index was made with another embedding model than the one in the settings."""


class Busy(PullquoteError):
    """More is asked at once than may wait in line, or another build is running."""


class CannotConnect(PullquoteError):
    """Discord refuses the token, or cannot be reached."""
