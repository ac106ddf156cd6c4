"""Fetching from the web what someone else names, without reaching anything that is not public."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from importlib.metadata import version

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from protego import Protego
from yarl import URL

from config.settings import FetchingSettings
from index.addresses import Rules, url_of
from index.disk import MEGABYTE
from index.errors import CannotFetch, Fault

NAME = "Pullquote"
MOST_REDIRECTS = 5  # what RFC 9309 asks of robots.txt, and more than honest sites use
ROBOTS = "/robots.txt"
ROBOTS_BYTES = 512_000  # RFC 9309, 2.5: at least 500 KiB are read, the rest may be left out
ROBOTS_RULES = 2_000_000  # lines times user agents; a hostile file would make the parser hold their product
LONGEST_PAUSE = 30.0  # seconds between two requests, however much longer a robots.txt asks for
LONGEST_WAIT = 86_400.0  # seconds that a site can make us stay away
READ_AT_ONCE = 65_536  # bytes
LONGEST_TAG = 1_000  # characters of an ETag; longer ones are not sent back
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FINE = frozenset({200, 203})
BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: `address` is where the last redirect led."""

    address: str
    data: bytes
    content_type: str
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None


@dataclass(slots=True)
class Host:
    """How a host is visited: one request at a time, with a pause between, and by its robots.txt."""

    pause: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # by the monotonic clock
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: dict[URL, Protego | CannotFetch] = field(default_factory=dict)  # by origin


class PublicResolver(AbstractResolver):
    """Hands on only the addresses that `rules` permit, so that what was checked is what is connected to."""

    def __init__(self, rules: Rules, resolver: AbstractResolver) -> None:
        self.rules, self.resolver = rules, resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `CannotFetch` where none is left."""
        found = await self.resolver.resolve(host, port, family)
        permitted = [one for one in found if self.rules.permit(one["host"])]
        if not permitted:
            raise CannotFetch(Fault.FORBIDDEN if found else Fault.UNKNOWN_HOST, host)
        return permitted

    async def close(self) -> None:
        await self.resolver.close()


class Fetcher:
    """Fetches addresses for the length of an `async with`; what a host's robots.txt says is kept as long."""

    def __init__(self, settings: FetchingSettings, resolver: AbstractResolver | None = None) -> None:
        self.settings = settings
        self.rules = Rules(settings.allow, settings.ports)
        self.resolver = resolver
        self.agent = f"{NAME}/{version('pullquote')}" + (f" (+{settings.about})" if settings.about else "")
        self.hosts: dict[str, Host] = {}

    async def __aenter__(self) -> Fetcher:
        resolver = PublicResolver(self.rules, self.resolver or aiohttp.ThreadedResolver())
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.agent, "Accept-Encoding": "gzip, deflate"},
            timeout=aiohttp.ClientTimeout(),  # `request` has one for all of it
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def fetch(
        self, address: str, kinds: Container[str], *, etag: str | None = None, modified: str | None = None
    ) -> Fetched | None:
        """What is at `address`, of one of the content types `kinds`; None where it is as it was when it came with
        `etag` or `modified`.

        Raises `CannotFetch`.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in known.items() if value}
        return await self.follow(address, kinds, headers, self.settings.seconds)

    async def follow(
        self, address: str, kinds: Container[str] | None, headers: dict[str, str], seconds: float
    ) -> Fetched | None:
        """Fetches through redirects, each checked like the first. `kinds` None fetches a robots.txt."""
        url = self.rules.checked(address)
        for _ in range(1 + MOST_REDIRECTS):
            if kinds is not None:
                await self.ask_robots(url)
            async with self.turn(url):
                started = time.monotonic()
                answer = await self.request(url, kinds, headers, seconds)
                seconds -= time.monotonic() - started
            if not isinstance(answer, URL):
                return answer
            url = answer
        raise CannotFetch(Fault.REDIRECTS, address)

    async def ask_robots(self, url: URL) -> None:
        """Raises `CannotFetch` where the host's robots.txt forbids the address, or cannot be asked for (RFC 9309)."""
        host, origin = self.host(url), url.origin()
        async with host.asking:
            if origin not in host.robots:
                host.robots[origin] = await self.robots(origin)
            robots = host.robots[origin]
        if isinstance(robots, CannotFetch):
            raise robots
        host.pause = max(host.pause, min(robots.crawl_delay(NAME) or 0.0, LONGEST_PAUSE))
        if not robots.can_fetch(str(url), NAME):
            raise CannotFetch(Fault.ROBOTS, str(url))

    async def robots(self, origin: URL) -> Protego | CannotFetch:
        """What a robots.txt says, or why it could not be asked for."""
        try:
            fetched = await self.follow(str(origin.with_path(ROBOTS)), None, {}, self.settings.seconds)
        except CannotFetch as error:
            if error.fault is Fault.STATUS and error.status and 400 <= error.status < 500:
                return Protego.parse("")  # there is none: everything may be read
            return error
        text = fetched.data.decode("utf-8", "replace") if fetched else ""
        lines = text.splitlines()
        agents = sum(line.strip()[:4].casefold() == "user" for line in lines)
        if agents * len(lines) > ROBOTS_RULES:
            return CannotFetch(Fault.ROBOTS, str(origin))
        return await asyncio.to_thread(Protego.parse, text)

    def host(self, url: URL) -> Host:
        return self.hosts.setdefault(url.raw_host or "", Host(self.settings.pause_seconds))

    @asynccontextmanager
    async def turn(self, url: URL) -> AsyncIterator[None]:
        """Waits until the host of `url` may be asked again."""
        host = self.host(url)
        async with host.turn:
            await asyncio.sleep(host.free_at - time.monotonic())
            try:
                yield
            finally:
                host.free_at = time.monotonic() + host.pause

    async def request(
        self, url: URL, kinds: Container[str] | None, headers: dict[str, str], seconds: float
    ) -> Fetched | URL | None:
        """One request: what came, where it leads to, or None for “not modified”. Raises `CannotFetch`."""
        try:
            async with (
                asyncio.timeout(max(0.0, seconds)),
                self.session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                if response.status in REDIRECTS and (place := response.headers.get("Location")):
                    return self.led_to(url, place)
                if response.status == 304 and headers:
                    return None
                return await self.read(url, response, kinds)
        except TimeoutError:
            raise CannotFetch(Fault.SLOW, str(url)) from None
        except aiohttp.ClientConnectorDNSError:
            raise CannotFetch(Fault.UNKNOWN_HOST, str(url)) from None
        except aiohttp.ClientSSLError:
            raise CannotFetch(Fault.CERTIFICATE, str(url)) from None
        except (aiohttp.ClientConnectionError, OSError):
            raise CannotFetch(Fault.UNREACHABLE, str(url)) from None
        except (aiohttp.ClientError, ValueError):
            raise CannotFetch(Fault.BROKEN, str(url)) from None

    def led_to(self, url: URL, place: str) -> URL:
        """Where a redirect leads. Raises `CannotFetch`."""
        try:
            address = str(url.join(url_of(place)))
        except ValueError:
            raise CannotFetch(Fault.ADDRESS, place) from None
        next_url = self.rules.checked(address)
        if url.scheme == "https" and next_url.scheme == "http":
            raise CannotFetch(Fault.INSECURE, address)
        return next_url

    async def read(self, url: URL, response: aiohttp.ClientResponse, kinds: Container[str] | None) -> Fetched:
        """The body, counted as it is unpacked. Raises `CannotFetch`."""
        wait = seconds_to_wait(response.headers.get("Retry-After"))
        if response.status == 429 or (response.status in BUSY and wait is not None):
            raise CannotFetch(Fault.BUSY, str(url), status=response.status, wait=wait)
        if response.status not in FINE:
            raise CannotFetch(Fault.STATUS, str(url), str(response.status), status=response.status)
        content_type = response.content_type.casefold() if "Content-Type" in response.headers else "of no kind named"
        if kinds is not None and content_type not in kinds:
            raise CannotFetch(Fault.KIND, str(url), content_type[:100])
        most = int(self.settings.max_megabytes * MEGABYTE) if kinds is not None else ROBOTS_BYTES
        data = bytearray()
        async for chunk in response.content.iter_chunked(READ_AT_ONCE):
            data += chunk
            if len(data) > most:
                if kinds is None:
                    break
                raise CannotFetch(Fault.LARGE, str(url), f"{self.settings.max_megabytes:g}")
        tags = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
        etag, modified = (tag if tag and len(tag) <= LONGEST_TAG and tag.isprintable() else None for tag in tags)
        return Fetched(str(url), bytes(data[:most]), content_type, response.charset, etag, modified)


def seconds_to_wait(text: str | None) -> float | None:
    """What a `Retry-After` says, in seconds or as a date (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    seconds = None
    if text.strip().isdecimal():
        seconds = float(text.strip()[:9])
    else:
        with suppress(ValueError, TypeError, OverflowError):
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
    return None if seconds is None else min(max(0.0, seconds), LONGEST_WAIT)
