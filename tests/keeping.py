"""A bot whose admins keep its archive: a copy of the sample archive, built in processes of their own."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from bots import ENGLISH, discord_settings, started
from discord_server import Channel, DiscordServer, Message, User

from bot.archive.register import Archives
from bot.client import PullquoteBot
from bot.service import Service, Threads
from config.settings import SAMPLE_ARCHIVE, FetchingSettings, Settings
from index.archive import Archive
from index.embeddings import Embedder
from index.models import Model

NEW = '12.03.2026\n\n"A Heron Moves Into the Boathouse"\n\nA heron named Gustav moved into the boathouse on Monday.\n'
QUESTION = "What is the name of the heron in the boathouse?"


@dataclass(slots=True)
class Kept:
    """The stand-in, a bot whose shared archive is kept by the admins of its first guild, and the articles."""

    server: DiscordServer
    bot: PullquoteBot
    archives: Archives
    articles: Path
    index: Path
    admin: User

    async def command(
        self, name: str, /, user: User | None = None, channel: Channel | None = None, **options: object
    ) -> Message:
        """What a command shows in the end."""
        used = await self.server.slash(f"archive {name}", options, user=user or self.admin, channel=channel)
        return await used.response(60)

    async def press(self, message: Message, label: str, user: User | None = None) -> None:
        await self.server.press(message, message.custom_id(ENGLISH.say(label)), user=user or self.admin)

    async def rebuilt(self, shown: Message) -> Message:
        """The message below what was added, once the build that it tells of is done."""
        used = next(one for one in self.server.interactions.values() if one.original is shown)
        message = await used.followup(0, 60)
        await self.until(message, "Re-indexed in")
        return message

    async def until(self, message: Message, words: str) -> None:
        """Waits until a message that is edited says something."""

        async def text() -> str:
            return message.text

        await self.comes(text, words)

    async def comes(self, look: Callable[[], Awaitable[str]], words: str) -> str:
        """What is seen once it says something."""
        async with asyncio.timeout(120):
            while True:
                if words in (seen := await look()):
                    return seen
                await asyncio.sleep(0.05)

    def set(self, **sections: FetchingSettings | dict[str, object]) -> None:
        """Changes settings of the running bot: a section, or some of its fields."""
        settings = self.archives.settings
        new = {
            name: getattr(settings, name).model_copy(update=one) if isinstance(one, dict) else one
            for name, one in sections.items()
        }
        self.archives.settings = settings.model_copy(update=new)

    async def status(self, user: User | None = None, channel: Channel | None = None) -> str:
        return (await self.command("status", user, channel)).text

    async def answer(self, question: str, channel: Channel | None = None, user: User | None = None) -> str:
        asked = await self.server.slash("ask", {"question": question}, channel=channel, user=user)
        return (await asked.response(60)).text


@asynccontextmanager
async def keeping(
    folder: Path, town_index: Path, open_archive: Callable[[Path], Archive], settings: Settings
) -> AsyncIterator[Kept]:
    """The bot with a copy of the sample archive and of its index in `folder`."""
    articles, index = folder / "articles", folder / "index"
    shutil.copytree(SAMPLE_ARCHIVE, articles)
    shutil.copytree(town_index, index)
    config = folder / "pullquote.toml"
    config.write_text(f'[archive]\nfolder = "{articles}"\n')
    threads = Threads(settings.service)
    quick = settings.service.model_copy(update={"watch_seconds": 0.1, "time_limit_seconds": 100})

    def service_of(index: Path) -> Service:
        return Service(index, lambda: open_archive(index), settings.answers, quick, threads)

    own = Settings.load(config, archive={"watch_folder": False})
    shared = service_of(index)
    shared.watch()
    async with DiscordServer() as server:
        own = own.model_copy(update={"discord": discord_settings(keeper=server.guild.id)})
        archives = Archives(shared, index, service_of, own, ["--config", str(config)])
        async with started(server, archives, folder / "state", own.discord) as bot:
            admin = server.user("Olga")
            server.role("Admins", admin, manage_guild=True)
            yield Kept(server, bot, archives, articles, index, admin)
            assert server.refusals == []
        await archives.close()
    await shared.close()
    await threads.close()


@pytest.fixture
async def kept(
    tmp_path: Path, town_index: Path, model: Model, embedder: Embedder, settings: Settings
) -> AsyncIterator[Kept]:
    async with keeping(tmp_path, town_index, lambda index: Archive.open(index, model, embedder), settings) as kept:
        yield kept
