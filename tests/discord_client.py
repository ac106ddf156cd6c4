"""A client of discord.py that does nothing by itself, and the bodies of requests, for the stand-in's own tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import discord
import pytest
from discord import app_commands
from discord_rules import COMPONENTS_V2
from discord_server import DiscordServer, Message

Json = dict[str, Any]
NOBODY = discord.AllowedMentions.none()


class Bot(discord.Client):
    """A client that does nothing by itself: what reaches it waits in queues, and the test answers."""

    def __init__(
        self,
        intents: discord.Intents | None = None,
        heartbeat_timeout: float = 60.0,
        shard: tuple[int, int] | None = None,
    ) -> None:
        """`shard`: its number, of how many."""
        intents = intents or discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        number, count = shard or (None, None)
        super().__init__(
            intents=intents,
            guild_ready_timeout=0.01,
            heartbeat_timeout=heartbeat_timeout,
            shard_id=number,
            shard_count=count,
        )
        self.interactions: asyncio.Queue[discord.Interaction] = asyncio.Queue()
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.edited: asyncio.Queue[discord.RawMessageUpdateEvent] = asyncio.Queue()
        self.deleted: asyncio.Queue[int] = asyncio.Queue()
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(_ask)
        self.tree.add_command(_administer)
        self.tree.add_command(app_commands.ContextMenu(name="Quote this", callback=_quote_this))

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identifies at once, where discord.py waits for 5 s after the first time."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.put_nowait(interaction)

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.put_nowait(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.edited.put_nowait(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.deleted.put_nowait(event.message_id)

    async def interaction(self) -> discord.Interaction:
        return await asyncio.wait_for(self.interactions.get(), 5)

    async def message(self) -> discord.Message:
        return await asyncio.wait_for(self.heard.get(), 5)


@app_commands.command(name="ask", description="Asks the archive")
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def _ask(
    interaction: discord.Interaction,
    question: app_commands.Range[str, 3, 20],
    source: str | None = None,
    member: discord.User | None = None,
) -> None:
    """The test answers."""


@_ask.autocomplete("source")
async def _suggest_nothing(_: discord.Interaction, __: str) -> list[app_commands.Choice[str]]:
    await asyncio.sleep(5)
    return []


@app_commands.command(name="administer", description="For those who keep the archive")
@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
async def _administer(interaction: discord.Interaction) -> None:
    """The test answers."""


async def _quote_this(interaction: discord.Interaction, message: discord.Message) -> None:
    """The test answers."""


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        with server.serving_this_process():
            yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Bot]:
    bot = Bot()
    running = asyncio.create_task(bot.start(server.token))
    await bot_is_ready(bot, running)
    yield bot
    await bot.close()
    await running


async def bot_is_ready(bot: Bot, running: asyncio.Task[None]) -> None:
    """Waits until the client is ready, or raises what ended it."""
    async with asyncio.timeout(5):
        while not bot.is_ready():
            if running.done():
                running.result()
            await asyncio.sleep(0.005)


async def heard_after(bot: Bot, event: str, happens: Callable[[], object], within: float = 5) -> Any:
    """The event of discord.py that the bot hears when something happens; raises TimeoutError without it."""
    heard = asyncio.create_task(bot.wait_for(event, timeout=within))
    await asyncio.sleep(0)
    happens()
    return await heard


def general(bot: Bot) -> discord.TextChannel:
    channel = discord.utils.get(bot.get_all_channels(), name="general")
    assert isinstance(channel, discord.TextChannel)
    return channel


def layout(*items: discord.ui.Item[Any]) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    return view


async def post_raw(bot: Bot, payload: Json) -> Json:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=general(bot).id)
    answer: Json = await bot.http.request(route, json=payload)
    return answer


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str, **fields: object) -> Json:
    return {"type": 2, "style": 1, "label": "More", "custom_id": custom_id, **fields}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def v2(*components: Json, **fields: object) -> Json:
    return {"flags": COMPONENTS_V2, "components": list(components), **fields}


async def respond_raw(bot: Bot, interaction: discord.Interaction, payload: Json) -> Any:
    path = "/interactions/{interaction_id}/{webhook_token}/callback"
    token = interaction.token
    route = discord.http.Route("POST", path, interaction_id=interaction.id, webhook_token=token)
    return await bot.http.request(route, json=payload)


async def sent(server: DiscordServer, bot: Bot, payload: Json) -> Message:
    answer = await post_raw(bot, payload)
    return server.find_message(server.channel("general"), int(answer["id"]))


async def edit_raw(bot: Bot, message: Message, payload: Json) -> Any:
    path = "/channels/{channel_id}/messages/{message_id}"
    route = discord.http.Route("PATCH", path, channel_id=message.channel.id, message_id=message.id)
    return await bot.http.request(route, json=payload)
