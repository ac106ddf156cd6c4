"""What admins do on a visit: they bring the archive up to date, add to it, take out of it, and look at how it is."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from discord_server import Message
from keeping import Kept
from rendering import MORNING
from visitor import SECONDS, Visit
from web import a_site, fetching

from bot.language import DEFAULT, language
from index.collection import home_of
from index.sources import Sources
from index.visits import visit as visit_sources

DAY = timedelta(days=1)
NEWS = Path(__file__).parents[1] / "tests" / "news" / "articles"
YEARS = range(2020, 2025)
HALF = range(25, 75)  # per cent
NEW = {  # file, day, title and text
    "2026-01-08-heron.txt": ("8.01.2026", "A Heron Moves In", "A heron moved into the boathouse on Monday."),
    "2026-01-10-market.txt": ("10.01.2026", "Market Returns", "The Saturday market is back after four years."),
}
LETTERS = {
    "letters/bells.txt": ("9.01.2026", "Letter: Let the Bells Ring", "The bells of St Anne's have rung since 1741."),
    "letters/ducks.txt": ("9.01.2026", "Letter: Feed Them Peas", "Bread makes ducks ill; peas do not."),
}
NO_PDF = b"This was a PDF once."
FEED = """<rss version="2.0"><channel><title>Velderwick Parish News</title><link>{url}</link>{items}</channel></rss>"""
ITEM = """<item><guid>{number}</guid><title>{title}</title><pubDate>Thu, 08 Jan 2026 08:00:00 GMT</pubDate>
<description>{title}. The parish council says that everybody is welcome, that the doors open at six in the evening, and
that tea and cake are free for those who help to put the chairs away afterwards.</description></item>"""
TITLES = ("Bell Tower Appeal Begins", "Carols Raise £900 for the Food Bank", "New Curate Starts in February")
PAGE = """<html><head><title>Opening Hours of the Loom Museum</title></head><body><article><h1>Opening Hours of the Loom
Museum</h1><p>The museum is open from ten to four, from Tuesday to Sunday, and on Mondays in August. Children come in
free, and so does everybody on the first Sunday of a month.</p></article></body></html>"""
UNANSWERED = (
    "When does the swimming pool reopen?",
    "Who won the chess final?",
    "Is the swimming pool open again?",
    "What is the capital of Mongolia?",
    "When will the swimming pool open again?",
)


def written(day: str, title: str, text: str) -> str:
    return f'{day}\n\n"{title}"\n\n{text}\n'


async def keep_the_archive(visit: Visit, kept: Kept) -> None:
    """All that admins do."""
    for scene in (bring_up_to_date, watch, lose_much, add, remove, keep_sources, ask_what_is_lacking, look_back):
        await scene(visit, kept)


async def bring_up_to_date(visit: Visit, kept: Kept) -> None:
    for name, article in NEW.items():
        (kept.articles / name).write_text(written(*article), encoding="utf-8")
    (kept.articles / "2026-01-11-minutes.pdf").write_bytes(NO_PDF)
    (kept.articles / "2024-07-08-river-festival.txt").unlink()
    planned = await kept.command("reindex")
    visit.see("archive-plan", planned)
    await kept.press(planned, "button-build")
    await kept.until(planned, "Re-indexed in")
    visit.see("archive-result", planned)
    await kept.comes(kept.status, "47 articles")
    visit.see("archive-status", await kept.command("status"))


async def watch(visit: Visit, kept: Kept) -> None:
    """Watches a long build, and stops it."""
    news = kept.articles / "news"
    news.mkdir()
    for path, year in itertools.product(NEWS.glob("*.jsonl"), YEARS):
        text = path.read_text(encoding="utf-8")  # other words each year, or their vectors would be copied
        (news / f"{year}-{path.name}").write_text(text.replace(" the ", f" the {year} "), encoding="utf-8")
    planned = await kept.command("reindex")
    await kept.press(planned, "button-build")
    await comes(lambda: is_half_way(planned))
    visit.see("archive-progress", planned)
    await kept.press(planned, "button-cancel")
    await kept.until(planned, language(DEFAULT).say("build-cancelled"))
    shutil.rmtree(news)


def is_half_way(message: Message) -> bool:
    found = re.search(r"(\d+)%.*" + language(DEFAULT).say("build-embedding"), message.text, re.DOTALL)
    return found is not None and int(found[1]) in HALF


async def comes(is_there: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not is_there():  # noqa: ASYNC110  # a message that is edited tells nobody
            await asyncio.sleep(0.02)


async def lose_much(visit: Visit, kept: Kept) -> None:
    aside = kept.articles.with_name("aside")
    aside.mkdir()
    for path in kept.articles.glob("2024*"):
        path.rename(aside / path.name)
    visit.see("archive-loss", await kept.command("reindex"))
    for path in aside.iterdir():
        path.rename(kept.articles / path.name)


async def add(visit: Visit, kept: Kept) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, article in LETTERS.items():
            file.writestr(name, written(*article))
        file.writestr("letters/scan.pdf", NO_PDF)
    shown = await kept.command("add", file=kept.server.upload("letters.zip", data.getvalue()))
    below = await kept.rebuilt(shown)
    visit.see("archive-added", shown, below)
    await kept.comes(kept.status, "49 articles")


async def remove(visit: Visit, kept: Kept) -> None:
    asked = await kept.command("remove", article="Letter: Feed Them Peas")
    visit.see("archive-remove", asked)
    await kept.press(asked, "button-remove")
    await kept.until(asked, "Re-indexed in")
    await kept.comes(kept.status, "48 articles")


async def keep_sources(visit: Visit, kept: Kept) -> None:
    sources = Sources(home_of(kept.index))
    library = kept.articles.with_name("library")
    library.mkdir()
    sources.add_folder(library)
    async with a_site() as site:
        settings = fetching(site)
        kept.set(fetching=settings)
        items = "".join(ITEM.format(number=number, title=title) for number, title in enumerate(TITLES))
        site.page("/feed", FEED.format(url=site.url(), items=items), "application/rss+xml")
        site.page("/hours", PAGE)
        for path in ("/feed", "/hours"):
            shown = await kept.command("add", address=site.url(path))
            visit.see("archive-source", shown)
            await kept.rebuilt(shown)
        site.status("/hours", 500)
        await visit_sources(sources, settings, {"opening-hours-of-the-loom-museum"})
    await kept.command("sources pause", name="velderwick-parish-news")
    visit.see("archive-sources", await kept.command("sources list"))


async def ask_what_is_lacking(visit: Visit, kept: Kept) -> None:
    await kept.command("questions", days=30)
    for question in UNANSWERED:
        await kept.answer(question, user=kept.server.user("Ada"))
    visit.see("archive-gaps", await kept.command("gaps"))
    visit.see("privacy", await visit.use("privacy"))


async def look_back(visit: Visit, kept: Kept) -> None:
    """Shows the log as if a day lay between one action and the next."""
    editors = kept.server.role("Editors", kept.server.user("Bob"))
    await kept.command("role", role=editors)
    await kept.command("rollback")
    await kept.command("export")
    actions = await kept.bot.records.actions(kept.server.guild.id)
    for number, action in enumerate(actions):
        at = (MORNING - number * DAY).timestamp() + 60 * (number * 97 % 300)
        await kept.bot.state.write("UPDATE actions SET at = ? WHERE at = ?", at, action.at)
    visit.see("archive-log", await kept.command("log"))
