"""Everything that can go wrong on purpose. The text of each is one sentence for a person: what to do."""

from __future__ import annotations


class PullquoteError(Exception):
    """A failure whose text is meant to be read by the person at the keyboard."""


class BadSettings(PullquoteError):
    """A setting is unknown, of the wrong kind or out of its limits."""


class BadArchive(PullquoteError):
    """The folder of articles is missing, is no folder, or holds nothing that can be read."""


class BadQuestions(PullquoteError):
    """A question set is missing or broken."""


class BadQuery(PullquoteError):
    """A question or a search that cannot be meant: empty, too long, dates the wrong way round."""


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
