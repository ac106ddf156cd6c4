"""The chat without Discord: a question a line, an answer below it."""

from __future__ import annotations

import sys
from contextlib import suppress

from rich.console import Console

from index.answers import Answerer, Asking
from index.conversation import Turn
from index.dates import day_in_words
from index.errors import BadQuery, Unreachable
from index.terminal import one_line, show_answer

LEAVE = {"exit", "quit", "/exit", "/quit", ":q"}


def chat(answerer: Answerer, console: Console) -> None:
    """Reads questions from standard input until it ends, or until one says `exit`."""
    manifest = answerer.archive.generation.manifest
    dates = f" from {day_in_words(manifest.span[0])} to {day_in_words(manifest.span[1])}" if manifest.span else ""
    console.print(f"[bold]Pullquote[/] answers from {manifest.articles:,} articles{dates}.")
    console.print("[dim]Ask, and go on from an answer (“and who paid?”); leave with “exit” or Ctrl-D.[/]\n")
    last: Turn | None = None
    with suppress(EOFError, KeyboardInterrupt):
        while (question := console.input("[bold cyan]?[/] ").strip()).casefold() not in LEAVE:
            if not sys.stdin.isatty():
                console.print(one_line(question), markup=False)  # a piped question is not on the screen yet
            if question:
                last = answer(answerer, question, last, console) or last
    console.print()


def answer(answerer: Answerer, question: str, last: Turn | None, console: Console) -> Turn | None:
    """Shows the answer; what a next question may lean on, if there is an answer."""
    turn = None
    try:
        found = answerer.answer(question, Asking(last=last))
        show_answer(console, found)
        turn = found.turn if found.is_quoted else None
    except (BadQuery, Unreachable) as error:
        console.print(f"[yellow]{error}[/]")
    console.print()
    return turn
