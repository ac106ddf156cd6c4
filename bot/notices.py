"""The bot's own short sentences: what it says when it does not show an answer."""

from __future__ import annotations

from discord import ui

from bot.escaping import escape
from index.errors import BadQuery, Busy, NoIndex

HELP = (
    "Ask me a question, and I look for the sentence of the archive that answers it: mention me with your "
    "question, reply to me, send it to me as a direct message, or use `/ask`."
)
BUSY = "Too many questions at once just now. Please ask again in a moment."
TOO_SLOW = "That took too long, so I stopped looking. Please ask again in a moment."
NO_INDEX = "The archive has not been indexed yet. Whoever runs this bot needs to build the index first."
RESTARTING = "I am being restarted. Please ask again in a minute."
OUTDATED = "This command has changed. Please reload Discord and try again."
APOLOGY = "Sorry, something went wrong on my side. It has been noted for whoever runs this bot."


def notice(sentence: str) -> ui.LayoutView:
    """A message of one sentence in markdown."""
    return ui.LayoutView(timeout=None).add_item(ui.TextDisplay(sentence))


def too_long(length: int, longest: int) -> ui.LayoutView:
    """Says by how much a question is too long, both in characters."""
    return notice(f"That question has {length:,} characters; I read up to {longest:,}. Please ask it shorter.")


def failure(error: Exception) -> ui.LayoutView:
    """What a member is told about an error: never its text, unless it is about the member's own question."""
    match error:
        case Busy():
            return notice(BUSY)
        case TimeoutError():
            return notice(TOO_SLOW)
        case NoIndex():
            return notice(NO_INDEX)
        case BadQuery():
            return notice(escape(str(error)))
        case _:
            return notice(APOLOGY)
