"""Dates as people write them."""

from __future__ import annotations

from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_in_words(day: date) -> str:
    """The date in English whatever the system's locale: 1 May 2025."""
    return f"{day.day} {month_in_words(day.year, day.month)}"


def month_in_words(year: int, month: int) -> str:
    return f"{MONTHS[month - 1]} {year}"
