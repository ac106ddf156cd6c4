"""What a program that is started from here knows of this one."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOKEN = "DISCORD_TOKEN"
SECRETS = {TOKEN, "PULLQUOTE_DISCORD__REDIS"}  # the latter may hold a password


def environment() -> dict[str, str]:
    """The variables of this process, without those that are for the bot alone, and so that the same Pullquote is found,
    whatever folder this is. Settings are read in any case."""
    own = {name: value for name, value in os.environ.items() if name.upper() not in SECRETS}
    return own | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), own.get("PYTHONPATH"))))}
