"""What a program that is started from here knows of this one."""

from __future__ import annotations

import os

TOKEN = "DISCORD_TOKEN"


def environment() -> dict[str, str]:
    """The variables of this process, without the bot's token."""
    return {name: value for name, value in os.environ.items() if name != TOKEN}
