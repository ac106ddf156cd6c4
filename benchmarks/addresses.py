"""Hostile addresses, redirects, name servers, robots.txt files and feeds, against real servers on loopback.

    python benchmarks/addresses.py [--cases 100000] [--seed 1]

One server, on 127.0.0.2, may be visited; others on 127.0.0.1, 127.0.0.3 and ::1 listen on the same port and must not
be: every connection to them counts. Prints for each kind how many cases there were, how many crashed (ended otherwise
than documented), how many took over five seconds, and the slowest. Exits with 1 on any crash, hang or forbidden
connection.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp.abc import AbstractResolver, ResolveResult

from config.settings import FetchingSettings, Settings
from index.articles import Unreadable
from index.errors import CannotFetch
from index.feeds import read_feed
from index.fetching import Fetcher

ALLOWED = "127.0.0.2"
FORBIDDEN = ("127.0.0.1", "127.0.0.3", "::1")
HANG = 5.0  # seconds
RENEWED = 500  # cases, after which a fetcher forgets hosts and their robots.txt
KINDS = frozenset({"text/html", "text/xml"})
MINE = socket.inet_aton("127.0.0.1")
NUMBER = int.from_bytes(MINE)
HOSTS = (
    *("127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0177.1", "017700000001", str(NUMBER), hex(NUMBER)),
    *(
        "127.0.0.1.",
        "127。0。0。1",
        "１２７.０.０.１",
        "①②⑦.0.0.1",
        "localhost",
        "LOCALHOST.",
        "%31%32%37.0.0.1",
        "0",
        "",
    ),
    *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    *("[::1%25lo]", "[0:0:0:0:0:0:0:1]", "[::]", "0.0.0.0", "127.0.0.3", "127.255.255.254", "public.example"),
    *("a.example#@127.0.0.1", "a@127.0.0.1", "127.0.0.1\\@a.example", "127.0.0.2@127.0.0.1", ALLOWED, "ⓛocalhost"),
)
ANSWERS = (
    *FORBIDDEN,
    "10.0.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "::",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1%lo",
)
NONSENSE = (*("", "localhost", "127.0.0.1 ", "0x7f.1", "127.1", "[::1]", "x" * 300, "\0", "127.0.0.1%lo", "∞"), ALLOWED)
SCRAPS = (
    *("http://", "https://", "//", "@", ":", "#", "?", "\\", "/", "..", "%00", "%0d%0a", "\r\n", "\t", " ", "\0", "。"),
    *("[", "]", "%25", "\u202e", "\ud800", "ﷺ", "-", "xn--", "a" * 300, "🦡", "127.0.0.1", "::1", "localhost"),
)
ROBOTS = "User-agent: *\nDisallow: /a*b*c$\nAllow: /%61\nCrawl-delay: 1e-9\n\nUser-agent: Pullquote\nDisallow: /no\n"
RSS = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>News</title><item><title>A &lt;b&gt;B</title><link>/x</link><guid>1</guid><dc:date>2020-01-01</dc:date>
<pubDate>Thu, 01 May 2025 00:30:00 +0200</pubDate><description>&lt;p&gt;Text</description>
<content:encoded><![CDATA[<p>Text <a href="x">y</a><table><tr><td>z</table>]]></content:encoded></item></channel>
</rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a/"><title type="html">N</title><entry>
<id>urn:1</id><title>A</title><link href="b"/><updated>2025-05-01T23:30:00-05:00</updated><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>One</p></div></content></entry></feed>"""
PIECES = (
    *(
        "<",
        ">",
        "&",
        "&#0;",
        "&#x110000;",
        "&amp;",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "<?",
        "<!DOCTYPE x [",
        "\0",
        "\xff",
    ),
    *('<!ENTITY a "b">', "<item>", "</item>", "<entry>", "<content type='application/x' mode='base64'>", "=", '"', "'"),
    *("xmlns:a=''", "<title type='", "99999999999999999999", "-0001-13-45T99:99", "a" * 5000, "<b>" * 500, "(" * 500),
    *(
        " " * 2000,
        "\u2028",
        "<link href='javascript:x'/>",
        "encoding='utf-7'",
        "encoding='zlib'",
        "<x:y:z>",
        "/" * 2000,
    ),
)


@dataclass
class Tally:
    """What became of the cases of one kind."""

    cases: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: int = 0
    slowest: float = 0.0


class HostileNames(AbstractResolver):
    """A name server that answers anything with anything, now and then among it with what may be visited."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  # answered as it pleases
    ) -> list[ResolveResult]:
        found = self.dice.choices(ANSWERS + NONSENSE, k=self.dice.randrange(4))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in found
        ]

    async def close(self) -> None:
        pass


class Town:
    """The servers: one that may be visited and says what a case makes it say, and those that must not be."""

    def __init__(self) -> None:
        self.port = 0
        self.forbidden = 0
        self.place: str | None = None  # where the next visit is led
        self.robots: bytes | None = None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speaks raw HTTP, since no library would send what a case may say."""
        path = (await reader.readline()).split(b" ")[1:2]
        while (await reader.readline()).strip():
            pass
        writer.write(self.says(path[0] if path else b""))
        writer.close()

    def says(self, path: bytes) -> bytes:
        if path == b"/robots.txt":
            return b"HTTP/1.1 404 No\r\n\r\n" if self.robots is None else b"HTTP/1.1 200 OK\r\n\r\n" + self.robots
        if path == b"/leads" and self.place is not None:
            place = self.place.encode("utf-8", "replace")
            return b"HTTP/1.1 302 There\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x"

    async def intrude(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.forbidden += 1
        writer.close()


@asynccontextmanager
async def a_town() -> AsyncIterator[Town]:
    town = Town()
    servers = [await asyncio.start_server(town.answer, ALLOWED, 0)]
    town.port = servers[0].sockets[0].getsockname()[1]
    servers += [await asyncio.start_server(town.intrude, host, town.port) for host in FORBIDDEN]
    try:
        yield town
    finally:
        for server in servers:
            server.close()


def settings_of(town: Town, allow: Sequence[str]) -> FetchingSettings:
    given = {"allow": allow, "ports": [80, 443, town.port], "pause_seconds": 0, "seconds": 1}
    return Settings.load(fetching=given).fetching


def mutated(dice: random.Random, text: str, scraps: tuple[str, ...]) -> str:
    for _ in range(dice.randrange(4)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 0, 1, 3, 20)))
        text = text[:start] + dice.choice((*scraps, chr(dice.randrange(1, 0x3000)), text[start:end] * 2)) + text[end:]
    return text


def hostile_address(dice: random.Random, port: int) -> str:
    scheme = dice.choice(("http://", "http://", "http://", "HTTP://", "//", "https://", "file://", "http:", ""))
    address = f"{scheme}{dice.choice(HOSTS)}:{port}{dice.choice(('/', '/leads', '', '/a?b#c'))}"
    return mutated(dice, address, SCRAPS)


class Trial:
    """Runs cases of every kind against a town."""

    def __init__(self, town: Town, allow: Sequence[str], dice: random.Random) -> None:
        self.town, self.settings, self.dice = town, settings_of(town, allow), dice
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.kinds: dict[str, Callable[[Fetcher], Awaitable[None]]] = {
            "addresses": self.address,
            "redirects": self.redirect,
            "name servers": self.name_server,
            "robots.txt": self.robots,
            "feeds": self.feed,
        }

    async def run(self, cases: int) -> None:
        names = list(self.kinds)
        for start in range(0, cases, RENEWED):
            async with Fetcher(self.settings, HostileNames(self.dice)) as fetcher:
                for number in range(start, min(start + RENEWED, cases)):
                    await self.one(names[number % len(names)], fetcher)

    async def one(self, name: str, fetcher: Fetcher) -> None:
        tally = self.tallies[name]
        self.town.place = self.town.robots = None
        tally.cases += 1
        started = time.perf_counter()
        try:
            await self.kinds[name](fetcher)
        except CannotFetch:
            pass
        except Unreadable as error:
            if str(error).startswith(("damaged", "its content broke")):  # a mistake that the sandbox caught
                tally.crashes.append(str(error))
        except Exception as error:
            tally.crashes.append(repr(error)[:200])
        seconds = time.perf_counter() - started
        tally.slowest = max(tally.slowest, seconds)
        tally.hangs += seconds > HANG

    async def address(self, fetcher: Fetcher) -> None:
        await fetcher.fetch(hostile_address(self.dice, self.town.port), KINDS)

    async def redirect(self, fetcher: Fetcher) -> None:
        self.town.place = hostile_address(self.dice, self.town.port)
        await fetcher.fetch(f"http://{ALLOWED}:{self.town.port}/leads", KINDS)

    async def name_server(self, fetcher: Fetcher) -> None:
        await fetcher.fetch(f"http://n{self.dice.randrange(10**9)}.example:{self.town.port}/", KINDS)

    async def robots(self, fetcher: Fetcher) -> None:
        self.town.robots = mutated(self.dice, ROBOTS * self.dice.choice((1, 1, 1, 50)), PIECES).encode(
            "utf-8", "replace"
        )
        fetcher.hosts.clear()
        path = mutated(self.dice, "/aabbcc", ("*", "$", "%2a", "a" * 500)).replace("#", "").replace("\\", "")
        try:
            await fetcher.fetch(f"http://{ALLOWED}:{self.town.port}/{path.strip('/')}", KINDS)
        finally:
            fetcher.hosts.clear()  # the pause that it asks for is no hang of the next case

    async def feed(self, fetcher: Fetcher) -> None:
        data = mutated(self.dice, self.dice.choice((RSS, ATOM)), PIECES)
        encoding = self.dice.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-7", "cp1252"))
        charset = self.dice.choice((None, None, "utf-8", "no-such", "utf-7", "base64"))
        feed = await asyncio.to_thread(read_feed, data.encode(encoding, "replace"), "http://a.example/feed", charset)
        for entry in feed.entries:
            if entry.link:
                fetcher.rules.checked(entry.link)


async def trial(cases: int, seed: int, allow: Sequence[str] = (ALLOWED,)) -> tuple[dict[str, Tally], int]:
    """The tallies by kind, and how many connections reached a forbidden address where only `allow` may be visited."""
    async with a_town() as town:
        running = Trial(town, allow, random.Random(seed))
        await running.run(cases)
        await asyncio.sleep(0.1)  # for connections still on their way
        return dict(running.tallies), town.forbidden


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tallies, forbidden = asyncio.run(trial(given.cases, given.seed))
    sys.stdout.write(f"{'':<14}{'cases':>8}{'crashes':>9}{'hangs':>7}{'slowest':>10}\n")
    for name, tally in tallies.items():
        counts = f"{tally.cases:>8,}{len(tally.crashes):>9}{tally.hangs:>7}{tally.slowest:>8.2f} s"
        sys.stdout.write(f"{name:<14}{counts}\n")
        for crash in sorted(set(tally.crashes))[:10]:
            sys.stdout.write(f"    {crash}\n")
    sys.stdout.write(f"connections to a forbidden address: {forbidden}\n")
    sys.exit(bool(forbidden or any(tally.crashes or tally.hangs for tally in tallies.values())))


if __name__ == "__main__":
    main()
