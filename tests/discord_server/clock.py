"""Time as the server counts it."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The time of this machine, moved on as often as a test likes."""

    def __init__(self) -> None:
        self._moved = 0.0

    def move(self, seconds: float) -> None:
        """Lets so many seconds pass at once."""
        self._moved += seconds

    def seconds(self) -> float:
        """A time in seconds that only grows, to measure intervals by."""
        return time.monotonic() + self._moved

    def moment(self) -> datetime:
        """The date and time, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._moved)
