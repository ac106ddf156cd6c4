"""What lies where in the folder of an index, which is all that Pullquote keeps besides its settings.

INDEX/current                       the current generation's name, replaced atomically
INDEX/generations/000042/           one generation; its `manifest.json` explains it
INDEX/generations/000041.damaged/   one that was found damaged and set aside (`integrity`)
INDEX/held                          there after a rollback, until the next build that somebody starts
INDEX/lock                          held by the build that is running (`lock`)
INDEX/builder.json                  who holds the lock; of no meaning where nobody does
INDEX/sources/                      what the archive is made of besides its folder (`sources`)
INDEX/guilds/ID/                    an index of its own, of a server that has an archive of its own
INDEX/restore/                      what a restore has still to put in its place (`restore`)
INDEX/milvus                        how the index is called on a server that searches it (`milvus.names`)
INDEX/bot.sqlite                    what the bot remembers; `bot.sqlite.lock` is held while a process opens it
INDEX/commands.sha256               which commands were written to Discord last
INDEX/limits.sqlite                 how often members asked in the last minute, where bots share the folder
INDEX/processes/                    which bots do, and which of them does what is done once
"""

from __future__ import annotations

from pathlib import Path

CURRENT = "current"
GENERATIONS = "generations"
DAMAGED = ".damaged"  # the end of a name
HELD = "held"
LOCK = "lock"
BUILDER = "builder.json"
SOURCES = "sources"
GUILDS = "guilds"
RESTORE = "restore"
STATE = "bot.sqlite"
LIMITS = "limits.sqlite"
PROCESSES = "processes"


def generation(index: Path, name: str) -> Path:
    return index / GENERATIONS / name


def guilds(index: Path) -> list[Path]:
    """The indexes of servers that have an archive of their own."""
    return sorted(path for path in (index / GUILDS).glob("*") if path.is_dir())
