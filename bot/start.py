"""Where the command `pullquote` begins: it imports the rest, which takes half a second and may be stopped."""

from __future__ import annotations

import sys

INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended


def main() -> None:
    try:
        from bot.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(INTERRUPTED)
    run()
