"""Does random things in several guilds at once and looks for anything of one guild that shows in another.

    python benchmarks/guilds.py [--operations 100000] [--seed 1]

Two guilds have archives of their own, one is answered from the shared archive, and there are direct messages. All
archives tell the same stories; only the names in them, which nobody types, say whose they are. Members ask, search,
complete, open articles by keys of other archives, press copies of buttons and choose values that were shown elsewhere,
reply, look at status, gaps, log and export; the bot is removed and comes back. Everything goes through the real
discord.py and the stand-in Discord. The embedding model counts letters: what is asked is whose words come, not whether
they are the right ones. Exit code 1 where anything of another guild was seen, or a sentence of the bot's was an
apology.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where Discord's stand-in is

from bots import ENGLISH, discord_settings, started, tasks_of_the_bot
from discord_server import Channel, DiscordServer, Guild, Interaction, Message, NotOffered, User
from test_build import RECIPE, Letters

from bot.archive.register import Archives
from bot.client import PullquoteBot
from bot.service import Service, Threads
from config.settings import Settings
from index.archive import Archive
from index.build import build

OWNERS = ("shared", "first", "second")
MARKED = re.compile(r"(shared|first|second)(?:ling|ton|by)", re.IGNORECASE)  # the names that say whose an article is
ARTICLES = {"shared": 9, "first": 5, "second": 7}
STORIES = ("bridge", "flood", "school", "market", "museum", "ferry", "garden", "library", "tower")
QUESTIONS = tuple(f"Who {verb} the {story}?" for verb in ("opened", "saved", "sold") for story in STORIES)
MOST_COPIED = 400  # buttons and selects of the last messages that are pressed elsewhere
SECONDS = 30.0
BUTTON = 2  # the type of the component
APOLOGY = ENGLISH.say("notice-apology")
console = Console()


def write_articles(folder: Path, owner: str) -> None:
    """The same stories in every archive; who did what there is named after its owner."""
    folder.mkdir(parents=True)
    for number, story in enumerate(STORIES[: ARTICLES[owner]], 1):
        names = (f"{owner.title()}ling", f"{owner.title()}ton", f"{owner.title()}by")
        text = (
            f"{names[0]} opened the {story} on Monday. The {story} had been closed for a year. "
            f"It was {names[1]} who saved the {story} from decay. In the end {names[2]} sold the {story} to the town."
        )
        source = f"{owner.title()}ton Courier"
        line = {"title": f"News of the {story}", "text": text, "published": f"2025-0{number}-01", "source": source}
        (folder / f"{story}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")


@dataclass(slots=True)
class Seen:
    """What was done, and what was seen that should not have been."""

    done: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    apologies: list[str] = field(default_factory=list)


class Guilds:
    """The world: who may see whose articles where."""

    def __init__(self, server: DiscordServer, bot: PullquoteBot, archives: Archives, seed: int, second: Guild) -> None:
        self.server, self.bot, self.archives = server, bot, archives
        self.dice = random.Random(seed)
        self.users = [server.stranger(name) for name in ("Una", "Vic", "Wim")]
        server.guild.members.extend(self.users)
        self.second, self.third = second, server.guild_without_bot("Third", server.owner)
        for guild in (self.second, self.third):
            guild.members.extend(self.users)
            server.add_bot(guild)
        self.copied: list[str] = []
        self.values: list[str] = []
        self.messages: dict[int, list[Message]] = {}
        self.keys: list[str] = []
        self.seen = Seen()

    def owner_of(self, channel: Channel) -> str:
        """Whose articles may be shown there."""
        if channel.guild is self.server.guild and self.archives.has_own(self.server.guild.id):
            return "first"
        return "second" if channel.guild is self.second and self.archives.has_own(self.second.id) else "shared"

    def places(self) -> list[Channel]:
        guilds = (self.server.guild, self.second, self.third)
        channels = [self.server.channel("general", guild) for guild in guilds if guild.has_bot]
        return [*channels, self.server.direct_message(self.users[0])]

    def look(self, shown: object, channel: Channel, how: str) -> None:
        """Checks everything that a user got."""
        text = json.dumps(shown, ensure_ascii=False)
        owners = {found.lower() for found in MARKED.findall(text)} - {self.owner_of(channel)}
        self.seen.leaks += [f"{how} in {channel.guild and channel.guild.name}: {owner}" for owner in owners]
        if APOLOGY in text and not how.startswith("pressing"):  # what no client sends
            self.seen.apologies.append(f"{how} in {channel.guild and channel.guild.name}")

    def keep(self, message: Message, channel: Channel) -> None:
        """Remembers a message whose controls may be used, and copied."""
        own = self.messages.setdefault(channel.id, [])
        own.append(message)
        del own[:-20]
        for control in controls(message):
            self.copied.append(control)
        del self.copied[:-MOST_COPIED]

    async def command(self, name: str, options: Mapping[str, object], channel: Channel, user: User) -> None:
        if channel.guild is None:
            user = channel.recipients[0]
        used = await self.server.slash(name, options, user=user, channel=channel)
        await self.shown(used, channel, name)

    async def shown(self, used: Interaction, channel: Channel, how: str) -> None:
        message = await used.response(SECONDS)
        files = [gzip.decompress(one.data).decode() for one in message.attachments if one.filename.endswith(".gz")]
        self.look([message.components, files], channel, how)
        self.keep(message, channel)

    # What is done

    async def ask(self, channel: Channel, user: User) -> None:
        await self.command("ask", {"question": self.dice.choice(QUESTIONS)}, channel, user)

    async def mention(self, channel: Channel, user: User) -> None:
        author = user if channel.guild else channel.recipients[0]
        about = self.dice.choice(self.messages.get(channel.id) or [None])
        reply = about if about is not None and not about.ephemeral and self.dice.random() < 0.5 else None
        question = f"{self.server.bot.mention} {self.dice.choice(QUESTIONS)}"
        said = await self.server.say(channel, author, question, reply_to=reply)

        def answered() -> Message | None:
            return next((one for one in reversed(channel.messages) if one.reply_to is said), None)

        answer = await self.server.changes.until(answered, SECONDS, "answer to a mention")
        self.look(answer.components, channel, "mention")
        self.keep(answer, channel)
        del channel.messages[:-50]

    async def search(self, channel: Channel, user: User) -> None:
        query = " ".join(self.dice.sample(STORIES, 2))
        options = {"query": query} | ({"sort": "newest"} if self.dice.random() < 0.3 else {})
        await self.command("search", options, channel, user)

    async def article(self, channel: Channel, user: User) -> None:
        key = self.dice.choice([*self.keys[-50:], f"News of the {self.dice.choice(STORIES)}"])
        await self.command("article", {"title": key}, channel, user)

    async def coverage(self, channel: Channel, user: User) -> None:
        author = user if channel.guild else channel.recipients[0]
        said = await self.server.say(channel, author, f"The {self.dice.choice(STORIES)} is in the news.")
        used = await self.server.context_menu("Find coverage", said, user=author)
        await self.shown(used, channel, "Find coverage")

    async def complete(self, channel: Channel, user: User) -> None:
        author = user if channel.guild else channel.recipients[0]
        name, option = self.dice.choice([("article", "title"), ("search", "source")])
        typed = self.dice.choice(["", "news", "court", "f", "s"])
        given = {option: typed} | ({"query": "bridge"} if name == "search" else {})
        choices = await self.server.autocomplete(name, given, option, user=author, channel=channel, timeout=SECONDS)
        self.look(choices, channel, f"autocomplete of {option}")
        if option == "title":
            self.keys = [*self.keys, *(str(choice["value"]) for choice in choices)][-200:]

    async def help(self, channel: Channel, user: User) -> None:
        await self.command("help", {}, channel, user)

    async def status(self, channel: Channel, user: User) -> None:  # noqa: ARG002  # the owner does it
        await self.admin("status", channel)

    async def export(self, channel: Channel, user: User) -> None:  # noqa: ARG002  # the owner does it
        await self.admin(self.dice.choice(["export", "log", "gaps"]), channel)

    async def admin(self, name: str, channel: Channel) -> None:
        if channel.guild is None:
            return
        admin = channel.guild.owner
        used = await self.server.slash(f"archive {name}", {}, user=admin, channel=channel)
        await self.shown(used, channel, f"archive {name}")
        if name == "status":
            message = await used.response(SECONDS)
            if f"{ARTICLES[self.owner_of(channel)]} articles" not in message.text:
                self.seen.leaks.append(f"count of articles in {channel.guild.name}")

    async def press(self, channel: Channel, user: User) -> None:  # whoever may see the message
        """A control of a message there, mostly with the custom_id, or the value, of one that was shown elsewhere."""
        message = self.dice.choice(self.messages.get(channel.id) or [None])
        if message is None or message.deleted or not controls(message):
            return
        component = message.control(self.dice.choice(controls(message)))
        own = component["custom_id"]
        by = message.interaction.user if message.interaction else channel.recipients[0] if not channel.guild else user
        if component["type"] == BUTTON:
            copied = self.dice.choice([one for one in self.copied if one != "open"])  # which is that of selects
            component["custom_id"] = own if self.dice.random() < 0.3 else copied
            was_disabled, component["disabled"] = component.get("disabled", False), False
            pressed = component["custom_id"]
            try:
                used = await self.server.press(message, pressed, user=by)
                await used.acknowledgement(SECONDS)
            except NotOffered:  # the copy is of another button of this message, which is disabled
                return
            finally:
                component["custom_id"], component["disabled"] = own, was_disabled
        else:
            pressed, options = own, component["options"]
            self.values = [*self.values, *(option["value"] for option in options)][-MOST_COPIED:]
            kept = options[0]["value"]
            options[0]["value"] = self.dice.choice(self.values)
            used = await self.server.select(message, own, [options[0]["value"]], user=by)
            await used.acknowledgement(SECONDS)
            options[0]["value"] = kept
        await quiet()
        how = f"pressing {pressed.partition(':')[0]}"
        for shown in (message, used.original, *used.followups):
            if shown:
                self.look(shown.components, channel, how)
        self.seen.done[how] += 1

    async def leave(self, channel: Channel, user: User) -> None:  # noqa: ARG002  # whoever does it
        """The bot is removed from a guild, which then sees nothing, and comes back."""
        guild = self.dice.choice((self.second, self.third))
        for change, is_there in ((self.server.remove_bot, False), (self.server.add_bot, True)):
            change(guild)
            while (self.bot.get_guild(guild.id) is not None) != is_there:  # noqa: ASYNC110  # of what tells nobody
                await asyncio.sleep(0.005)
            await quiet()
        self.messages.pop(self.server.channel("general", guild).id, None)

    async def operate(self) -> None:
        """One random thing."""
        does = (
            *[self.ask] * 6,
            *[self.mention] * 4,
            *[self.search] * 5,
            *[self.article] * 5,
            *[self.coverage] * 2,
            *[self.complete] * 8,
            *[self.press] * 12,
            self.help,
            self.status,
            self.export,
        )
        do = self.leave if self.dice.random() < 0.002 else self.dice.choice(does)
        await do(self.dice.choice(self.places()), self.dice.choice(self.users))
        self.seen.done[do.__name__] += 1


async def quiet() -> None:
    """Waits until the bot does nothing more; `bots.settled` would ask for more heartbeats than Discord takes."""
    async with asyncio.timeout(SECONDS):
        while tasks_of_the_bot():  # noqa: ASYNC110  # of what tells nobody
            await asyncio.sleep(0.002)


def controls(message: Message) -> list[str]:
    """The custom_ids of what can be pressed or chosen from."""
    return [one["custom_id"] for one in message.all_components if "custom_id" in one]


@asynccontextmanager
async def guilds(folder: Path, seed: int) -> AsyncIterator[Guilds]:
    """The bot with three archives."""
    index, threads = folder / "index", Threads(Settings.load().service)

    def service_of(index: Path) -> Service:
        letters = Letters()
        return Service(
            index,
            lambda: Archive.open(index, RECIPE.model, letters),
            Settings.load().answers.model_copy(update={"perhaps": 0.0}),
            Settings.load().service.model_copy(update={"time_limit_seconds": SECONDS}),
            threads,
        )

    async with DiscordServer() as server:
        server.seconds_to_acknowledge = SECONDS  # what is looked for is whose words come, not how soon
        second = server.guild_without_bot("Second", server.owner)
        for owner, own in (
            ("shared", index),
            ("first", index / "guilds" / str(server.guild.id)),
            ("second", index / "guilds" / str(second.id)),
        ):
            write_articles(folder / owner, owner)
            build(folder / owner, own, RECIPE, Letters, lambda *_: None)
        shared = service_of(index)
        archives = Archives(shared, index, service_of)
        unlimited = {"user_questions_per_minute": 10**6, "guild_questions_per_minute": 10**6}
        async with started(server, archives, folder / "state", discord_settings(**unlimited)) as bot:
            yield Guilds(server, bot, archives, seed, second)
        await archives.close()
        await shared.close()
        await threads.close()


async def run(operations: int, seed: int, folder: Path, told: Callable[[int], None] = lambda _: None) -> Seen:
    async with guilds(folder, seed) as world:
        for number in range(operations):
            await world.operate()
            told(number + 1)
        return world.seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started_at = time.monotonic()

    def told(done: int) -> None:
        if not done % 1000:
            console.print(f"{done:,} of {given.operations:,}, {done / (time.monotonic() - started_at):.0f} a second")

    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        seen = asyncio.run(run(given.operations, given.seed, Path(folder), told))
    for name, times in sorted(seen.done.items()):
        console.print(f"{name}: {times:,}")
    console.print(f"{len(seen.leaks)} leaks, {len(seen.apologies)} apologies in {given.operations:,} operations")
    for one in [*seen.leaks[:20], *seen.apologies[:20]]:
        console.print(f"  {one}", markup=False)
    sys.exit(bool(seen.leaks or seen.apologies))


if __name__ == "__main__":
    main()
