"""A visit to the bot: members ask, press, search and read, admins keep the archive, and what they see is kept as HTML.

It is the real bot over the sample archive, connected by the real discord.py to the stand-in in `tests/`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import discord
from admins import keep_the_archive
from bots import discord_settings, started
from discord_server import DiscordServer
from keeping import keeping
from rendering import DARK, DARK_PHONE, LIGHT, render_autocomplete
from visitor import SECONDS, Visit, Visited, custom_id

from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, Settings
from index.archive import Archive
from index.build import build
from index.cli import recipe_of
from index.corpus import read_corpus
from index.engine import load_embedder, load_reader
from index.models import find_model

LONG_READ = "A year in Velderwick"  # its pages are turned on a picture; the sample archive's own articles fill only one

QUESTION = "Who will be the first woman to lead the Rovers?"
PERHAPS = "How long will the road works last?"  # the archive is not sure that it says
SEARCH = "footbridge"
NOT_THERE = "volcano eruption"  # the archive has nothing on

# What members do


async def ask(visit: Visit) -> None:
    answer = await visit.use("ask", question=QUESTION)
    for name, look in (("answer", DARK), ("answer-light", LIGHT), ("answer-phone", DARK_PHONE)):
        visit.see(name, answer, look=look)
    for name, label in (("article", "read"), ("more-quotes", "more"), ("similar", "similar")):
        visit.see(name, await visit.press(answer, label))
    await visit.modal("vote", answer, "not-helpful")
    visit.see("context", await visit.press_in_place(answer, "context"))


async def ask_what_is_special(visit: Visit) -> None:
    visit.see("time", await visit.use("ask", question="How many bicycles were stolen in 2024?"))
    reports = await visit.use("ask", question="How many people were hurt in the explosion at the bakery?")
    visit.see("reports", reports)
    visit.see("perhaps", await visit.use("ask", question=PERHAPS))
    visit.see("no-answer", await visit.use("ask", question="Who won the chess final?"))


async def go_on_in_a_thread(visit: Visit) -> None:
    server = visit.server
    thread = server.thread("The flood", server.channel("general"), server.user("Ada"))
    _, answer = await visit.mention(thread, "How many homes were flooded?")
    visit.see("follow-up", *await visit.mention(thread, "and where did the residents sleep?", reply_to=answer))


async def ask_in_private(visit: Visit) -> None:
    answer = await visit.use("ask", question="Who runs the children's reading group of the library?", private=True)
    visit.see("private", answer)
    pressed = await visit.server.press(answer, custom_id(answer, "share"))
    visit.see("shared", await pressed.followup())


async def find_coverage(visit: Visit) -> None:
    server = visit.server
    said = await server.say(server.channel("general"), server.user("Bob"), "The footbridge gets dearer again!")
    found = await server.context_menu("Find coverage", said)
    visit.see("coverage", await found.response(SECONDS))


async def search(visit: Visit) -> None:
    results = await visit.use("search", query=SEARCH)
    visit.see("search", results)
    visit.see("search-phone", results, look=DARK_PHONE)
    second = await visit.press_in_place(results, "next")
    visit.see("search-open", second, opened="open")
    await visit.modal("jump", second, "jump")
    visit.see("search-nearest", await visit.use("search", query=NOT_THERE))


async def look_up(visit: Visit) -> None:
    choices = await visit.server.autocomplete("article", {"title": "bridge"}, "title")
    offered = [choice["name"] for choice in choices]
    visit.seen["autocomplete"] = render_autocomplete(
        "article", {"title": "bridge"}, offered, description="Begin to type, and choose"
    )
    for look in ("dark", "light"):
        drawn = await visit.use("timeline", topic="footbridge", look=look)
        visit.see("timeline" if look == "dark" else "timeline-light", drawn, look=DARK if look == "dark" else LIGHT)
    visit.see("help", await visit.use("help"))


async def ask_in_other_languages(visit: Visit) -> None:
    for name, locale in (("german", "de"), ("french", "fr"), ("spanish", "es-ES")):
        visit.see(name, await visit.use("ask", question=QUESTION, locale=locale))


async def give_a_channel(visit: Visit, answers: str, *, is_seen: bool = True) -> None:
    """An admin says what the bot answers in a channel; without the message content intent it refuses "everything"."""
    shown = await visit.use("channel", visit.server.owner.name, answers=answers)
    if is_seen:
        visit.see("channel", shown)


async def meet_limits(visit: Visit, service: Service) -> None:
    """Asks too much (more than once), what is too long, and while the bot has too much to do."""
    _, too_long = await visit.mention(visit.server.channel("general"), "Tell me all. " + "And then? " * 50)
    visit.see("notices", await visit.use("ask", question=QUESTION))
    visit.see("notices", too_long)
    service.threads.under_way += 1000
    visit.see("notices", await visit.use("ask", "Bob", question=QUESTION))
    service.threads.under_way -= 1000


async def read_page_by_page(visit: Visit) -> None:
    article = await visit.use("article", title=LONG_READ)
    visit.see("pages", await visit.press_in_place(article, "next"))


# The whole visit


async def members_visit(seen: Visited, town: Service, long_read: Service, state: Path) -> None:
    """What members see of the sample archive, and of one that has an article of several pages. `state` is an empty
    folder for what the bot keeps."""
    async with DiscordServer() as server, started(server, town, state / "plain") as bot:
        await bot.wait_until_ready()  # discord.py does not like to be stopped before
        visit = Visit(server, seen)
        for scene in (ask, ask_what_is_special, go_on_in_a_thread, ask_in_private, find_coverage, search, look_up):
            await scene(visit)
        await ask_in_other_languages(visit)
        await give_a_channel(visit, "everything")
    async with DiscordServer() as server, started(server, long_read, state / "long") as bot:
        await bot.wait_until_ready()
        await read_page_by_page(Visit(server, seen))
    settings = discord_settings(read_messages=True, user_questions_per_minute=1)
    async with DiscordServer() as server:
        server.enabled_intents |= discord.Intents(message_content=True).value
        async with started(server, town, state / "reading", settings) as bot:
            await bot.wait_until_ready()
            visit = Visit(server, seen)
            await give_a_channel(visit, "everything")
            await give_a_channel(visit, "nothing")
            await give_a_channel(visit, "mentions", is_seen=False)
            await meet_limits(visit, town)


def write_long_read(folder: Path) -> None:
    """An archive of one article that has several pages: the sample archive's own, one after the other."""
    articles = read_corpus(SAMPLE_ARCHIVE, max_file_megabytes=1).articles
    text = "\n\n".join(article.text[article.body :].strip() for article in articles if "2025" in article.id[:4])
    folder.mkdir()
    (folder / "2025.txt").write_text(f"31.12.2025\n{LONG_READ}\n\n{text}\n", encoding="utf-8")


async def visit_all(folder: Path) -> Visited:
    """All that members and admins see, by picture; `folder` is an empty one for what that takes."""
    seen: Visited = {}
    settings = Settings.load()
    model = find_model(settings.model.name, settings.model.folder)
    embedder, reader = load_embedder(model, settings.model), load_reader(settings.reader, settings.model.engine)
    patient = settings.service.model_copy(update={"time_limit_seconds": SECONDS})
    write_long_read(folder / "long")

    def opened(index: Path) -> Archive:
        return Archive.open(index, model, embedder, reader)

    def service(corpus: Path, index: Path) -> Service:
        build(corpus, index, recipe_of(settings, model), lambda: embedder, lambda *_: None)
        return Service(index, partial(opened, index), settings.answers, patient)

    town = service(SAMPLE_ARCHIVE, folder / "town-index")
    long_read = service(folder / "long", folder / "long-index")
    await members_visit(seen, town, long_read, folder)
    await town.close()
    await long_read.close()
    (folder / "kept").mkdir()
    async with keeping(folder / "kept", folder / "town-index", opened, settings) as kept:
        await keep_the_archive(Visit(kept.server, seen), kept)
    return seen
