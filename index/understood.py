"""What was read into a question besides its words, to be said with the answer."""

from __future__ import annotations

from dataclasses import dataclass

from index.periods import Period


@dataclass(frozen=True, slots=True)
class Respelled:
    """A word, or a question that names only a time, was taken as another."""

    words: str
    meant: str

    def __str__(self) -> str:
        return f"“{self.words}” as “{self.meant}”"


@dataclass(frozen=True, slots=True)
class InPeriod:
    """Articles of a time come first, or are the only ones (`Period.is_near`); `is_any` unless there are none."""

    period: Period
    is_any: bool = True

    def __str__(self) -> str:
        if not self.is_any:
            return f"articles {self.period.in_words()}, of which there are none"
        return f"articles {self.period.in_words()} {'only' if self.period.is_near else 'first'}"


@dataclass(frozen=True, slots=True)
class NewestFirst:
    """Of answers that are about as good the newest comes first."""

    def __str__(self) -> str:
        return "the newest first"


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The question goes on from another."""

    question: str

    def __str__(self) -> str:
        return f"it goes on from “{self.question}”"


@dataclass(frozen=True, slots=True)
class NothingThere:
    """No article is of the dates and the source that were asked for."""

    def __str__(self) -> str:
        return "no article is of the dates and the source asked for"


Understood = Respelled | InPeriod | NewestFirst | GoingOn | NothingThere
