"""Photographs what members see of Pullquote, with headless Chromium, as PNG.

python docs/pictures.py [--only NAME] OUT

A new picture is a line in `PICTURES`: its name, how it looks, and a function that renders it in a look.
Needs Chromium, and for pictures like those in `docs/` the fonts Noto Sans, Noto Serif and Noto Color Emoji.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where Discord's stand-in and its look are

from discord_rules import EPHEMERAL
from discord_server import DiscordServer, Interaction, Message
from rendering import COMMAND, DARK, DARK_PHONE, LIGHT, Look, document, message_of, render_message

from bot import notices
from bot.language import language
from bot.messages import answer_message
from config.settings import SAMPLE_ARCHIVE
from index.answers import Answer
from index.articles import Article
from index.corpus import read_corpus
from index.errors import Busy
from index.passages import sentences_of
from index.quotes import Quote

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCALE = 2  # pixels of the picture for one of the page
TALLEST = 4000  # pixels of the page
COLOURS = 48  # of a picture: with so many, an answer takes less than 60 KB ...
PLAIN_COLOURS = 16  # ... of which these are the commonest, since large areas show the least shift

ENGLISH = language("en")
DISCORD = DiscordServer()  # never started: whose members ask, and where


@dataclass(frozen=True, slots=True)
class Picture:
    """A file's name, and what is on it in which look."""

    name: str
    render: Callable[[Look], str]
    look: Look = DARK


# The archive's own articles


@cache
def articles() -> dict[str, Article]:
    """The sample archive, by name without ending."""
    return {Path(one.id).stem: one for one in read_corpus(SAMPLE_ARCHIVE, max_file_megabytes=1).articles}


def quote(name: str, beginning: str) -> Quote:
    """The sentence of an article that begins so, with its neighbours."""
    article = articles()[name]
    spans: list[tuple[int, int] | None] = [None, *sentences_of(article), None]
    for before, span, after in zip(spans, spans[1:], spans[2:], strict=False):
        if span and article.text.startswith(beginning, span[0]):
            return Quote(article, *span, 1.0, before, after)
    raise LookupError(f"no sentence of {name} begins with {beginning!r}")


def answered(question: str, *quotes: Quote, confidence: float = 0.97, reports: Sequence[Quote] = ()) -> Answer:
    return Answer(question, quotes, (), confidence, True, 0.01, reports=tuple(reports))


def used(command: str, question: str) -> Interaction:
    """Ada's use of a command."""
    option = {"name": "question", "type": 3, "value": question}
    data = {"name": command, "type": 1, "options": [option] if question else []}
    return Interaction(DISCORD, COMMAND, DISCORD.user("Ada"), DISCORD.channel("questions"), data, "en-US", True)


def shown(answer: Answer, look: Look) -> str:
    """An answer to `/ask`."""
    days = [article.published for article in articles().values() if article.published]
    view = answer_message(answer, ENGLISH, (min(days), max(days)), with_question=True)
    return render_message(message_of(view, interaction=used("ask", answer.question)), look)


# What is on the pictures


def answer(look: Look) -> str:
    question = "Who will be the first woman to lead the Rovers?"
    first = quote("2025-05-08-deasy-leaves-rovers", "He will be followed")
    further = quote("2025-05-08-deasy-leaves-rovers", "She played 42 times")
    promotion = quote("2024-04-29-rovers-promotion", "Velderwick Rovers won promotion")
    return shown(answered(question, first, further, promotion), look)


def no_answer(look: Look) -> str:
    names = "2025-06-26-rowing-regatta", "2025-09-11-playhouse-season", "2024-10-10-sports-hall-reopens"
    near = tuple(quote(name, "") for name in names)
    return shown(Answer("Who won the chess final?", near, (), 0.04, False, 0.01), look)


def reports(look: Look) -> str:
    question = "How many people were hurt in the explosion at the bakery?"
    corrected = quote("2024-05-23-bakery-explosion-corrected", "Thirteen people")
    first = quote("2024-05-15-bakery-explosion", "Nine workers were injured")
    fine = quote("2025-03-06-bakery-fine", "")
    return shown(answered(question, corrected, first, fine, reports=[corrected, first]), look)


def help_(look: Look) -> str:
    asked = Message(DISCORD.channel("questions"), DISCORD.user("Ada"), DISCORD.bot.mention)
    return render_message(message_of(notices.said(ENGLISH, "notice-help"), reply_to=asked), look)


def error(look: Look) -> str:
    question = "How high did the river rise in the flood?"
    return render_message(message_of(notices.failure(ENGLISH, Busy()), interaction=used("ask", question)), look)


def in_private(look: Look) -> str:
    question = "How high did the river rise in the flood?"
    view = answer_message(answered(question, quote("2024-11-25-flood", "At the gauge")), ENGLISH, is_private=True)
    private = message_of(view, flags=EPHEMERAL, interaction=used("ask", question))
    return render_message(private, look)


PICTURES = (
    Picture("answer", answer),
    Picture("answer-light", answer, LIGHT),
    Picture("answer-phone", answer, DARK_PHONE),
    Picture("answer-private", in_private),
    Picture("no-answer", no_answer),
    Picture("reports", reports),
    Picture("help", help_),
    Picture("error", error),
)


# The photographs


def find_browser() -> str | None:
    """The path of the Chromium that is installed."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def photograph(fragment: str) -> bytes:
    """A fragment of HTML as PNG, cropped to what is on it. Ends the script where there is no Chromium."""
    browser = find_browser()
    if browser is None:
        raise SystemExit(f"Install Chromium; it takes the pictures ({', '.join(BROWSERS)}).")
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder, "page.html"), Path(folder, "picture.png")
        page.write_text(document(fragment), encoding="utf-8")
        command = [
            browser,
            "--headless",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # Chromium's sandbox does not start for root
            "--disable-gpu",
            "--hide-scrollbars",
            "--default-background-color=00000000",
            f"--user-data-dir={folder}/profile",
            f"--force-device-scale-factor={SCALE}",
            f"--window-size=800,{TALLEST}",
            f"--screenshot={picture}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return cropped(Image.open(picture))


def cropped(picture: Image.Image) -> bytes:
    """The part of a picture that is not transparent, as PNG with few colours."""
    part = picture.crop(picture.getchannel("A").getbbox()).convert("RGB")
    file = BytesIO()
    part.quantize(palette=palette_of(part), dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def palette_of(picture: Image.Image) -> Image.Image:
    """A picture's commonest colours, and others that come near to the rest."""
    colours = cast(list[tuple[int, tuple[int, int, int]]], picture.getcolors(picture.width * picture.height))
    counted = sorted(colours, reverse=True)
    commonest = [channel for _, colour in counted[:PLAIN_COLOURS] for channel in colour]
    others = picture.quantize(COLOURS - PLAIN_COLOURS, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*commonest, *others])
    return palette


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", metavar="NAME", choices=[picture.name for picture in PICTURES])
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder for the pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        if arguments.only in (None, picture.name):
            data = photograph(picture.render(picture.look))
            (arguments.out / f"{picture.name}.png").write_bytes(data)
            print(f"{picture.name}.png  {len(data) / 1000:.0f} KB")  # noqa: T201 - a script's report


if __name__ == "__main__":
    main()
