"""Photographs what members see of Pullquote, with headless Chromium, as PNG.

python docs/pictures.py [--only NAME] [OUT]

What is on them is done in `visit`. Needs Chromium, and for pictures like those in `docs/discord/` the fonts Noto Sans,
Noto Serif and Noto Color Emoji.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where Discord's stand-in and its look are

from rendering import document
from visit import visit_all

OUT = Path(__file__).with_name("discord")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCALE = 1.5  # pixels of the picture for one of the page
TALLEST = 4000  # pixels of the page
COLOURS = 32  # of a picture: with so many, an answer takes about 30 KB ...
PLAIN_COLOURS = 16  # ... of which these are the commonest, since large areas show the least shift


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
    parser.add_argument("--only", metavar="NAME", help="one picture")
    parser.add_argument("out", type=Path, nargs="?", default=OUT, metavar="OUT", help="the folder for the pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(visit_all(Path(folder)))
    for name, fragment in seen.items():
        if arguments.only in (None, name):
            data = photograph(fragment)
            (arguments.out / f"{name}.png").write_bytes(data)
            print(f"{name}.png  {len(data) / 1000:.0f} KB")  # noqa: T201 - a script's report


if __name__ == "__main__":
    main()
