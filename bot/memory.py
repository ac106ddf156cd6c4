"""What was asked last, and answered: for questions that go on from there. Kept in the process alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TypeVar

from index.conversation import Turn

Kept = TypeVar("Kept")

MOST = 2000  # answers that a reply may go on from
MINUTES = 30  # after which a question in a thread or a direct message does not go on from the one before


class Memory:
    """The turns by the message that showed the answer, and the last one of each place where one follows the other."""

    def __init__(self) -> None:
        self.by_answer: OrderedDict[int, Turn] = OrderedDict()
        self.by_place: OrderedDict[int, tuple[int, float, Turn]] = OrderedDict()

    def keep(self, question: int, answer: int, place: int | None, turn: Turn) -> None:
        """`question` and `answer` are messages or interactions, `place` a thread or the channel of direct messages; the
        turn before stays that of the newest question, whichever is answered last."""
        put(self.by_answer, answer, turn)
        if place is not None and question >= self.by_place.get(place, (0, 0.0, turn))[0]:
            put(self.by_place, place, (question, time.monotonic(), turn))

    def of_answer(self, answer: int) -> Turn | None:
        return self.by_answer.get(answer)

    def of_place(self, place: int, before: int) -> Turn | None:
        """What was asked there before the question `before`."""
        if place not in self.by_place:
            return None
        question, kept, turn = self.by_place[place]
        return turn if question < before and time.monotonic() - kept < 60 * MINUTES else None


def put(kept: OrderedDict[int, Kept], key: int, value: Kept) -> None:
    """Puts it last, and takes the first out where there are too many."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST:
        kept.popitem(last=False)
