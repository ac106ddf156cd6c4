"""What a program that is started from here knows of this one."""

from __future__ import annotations

import os

TOKEN = "DISCORD_TOKEN"
SECRETS = {TOKEN, "PULLQUOTE_DISCORD__REDIS"}  # the latter may hold a password


def environment() -> dict[str, str]:
    """The variables of this process, without those that are for the bot alone."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}
