"""The commands as Discord has them: written again only when they changed."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord import app_commands

log = logging.getLogger(__name__)

STATE_FILE = "commands.sha256"


async def sync_if_changed(tree: app_commands.CommandTree[Any], application_id: int, state: Path) -> bool:
    """Writes the commands to Discord unless the folder `state` says that these were written last.

    Whether they were written. A failure is a line in the log: a bot without commands still answers mentions.
    """
    file, checksum = state / STATE_FILE, commands_checksum(tree, application_id)
    if remembered(file) == checksum:
        return False
    try:
        await tree.sync()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.error("the commands could not be written to Discord: %s", " ".join(str(error).split()))
        return False
    log.info("wrote to Discord: %s", ", ".join(f"/{command.name}" for command in tree.get_commands()))
    remember(file, checksum)
    return True


def commands_checksum(tree: app_commands.CommandTree[Any], application_id: int) -> str:
    """SHA-256, in hexadecimal, of what would be sent, and to which application."""
    payload = [command.to_dict(tree) for command in tree.get_commands()]
    canonical = json.dumps([application_id, payload], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def remembered(file: Path) -> str:
    """The checksum kept at an earlier start; empty where there is none or it cannot be read."""
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember(file: Path, checksum: str) -> None:
    """Keeps the checksum for the next start; where that fails, the next start writes the commands again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{checksum}\n", encoding="ascii")
    except OSError as error:
        log.warning("cannot write %s: %s", file, error.strerror)
