"""Draws `docs/chat.svg`: a chat with the sample archive.

python docs/chat.py
"""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from pathlib import Path

from rich.console import Console

from bot.console import answer
from config.settings import SAMPLE_ARCHIVE, Settings
from index.answers import Answerer
from index.archive import Archive
from index.build import build
from index.cli import recipe_of
from index.engine import load_embedder
from index.models import find_model

FONT_FROM_THE_NETWORK = re.compile(r"@font-face \{.*?\}\s*", re.S)  # a picture fetches nothing
QUESTIONS = (
    "How many homes were flooded?",
    "Who will be the first woman to lead the Rovers?",
    "Who won the chess final?",
)


def main() -> None:
    settings = Settings.load()
    model = find_model(settings.model.name, settings.model.folder)
    embedder = load_embedder(model, settings.model)
    console = Console(record=True, width=100)
    with tempfile.TemporaryDirectory() as folder:
        build(SAMPLE_ARCHIVE, Path(folder), recipe_of(settings, model), lambda: embedder, lambda *_: None)
        with closing(Archive.open(Path(folder), model, embedder)) as archive:
            answerer = Answerer(archive, settings.answers)
            for question in QUESTIONS:
                console.print(f"[bold cyan]?[/] {question}")
                answer(answerer, question, None, console)
    picture = FONT_FROM_THE_NETWORK.sub("", console.export_svg(title="pullquote run"))
    Path(__file__).with_name("chat.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
