"""Dates as people write them."""

from __future__ import annotations

from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_in_words(day: date) -> str:
    """The date in English whatever the system's locale: 1 May 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
