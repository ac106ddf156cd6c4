"""A web server on loopback that counts what reaches it, and names that lead where a test wants."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from config.settings import FetchingSettings, Settings
from index.fetching import Fetcher

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = "127.0.0.1"


class Site:
    """A running server. `pages` is what it answers with by path; everything else is 404."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, web.Response | Handler] = {}
        self.asked: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []

    def url(self, path: str = "/", host: str = LOOPBACK) -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, text: str | bytes, kind: str = "text/html", **headers: str) -> None:
        """Answers `path` with a text."""
        body = text.encode() if isinstance(text, str) else text

        async def answer(request: web.Request) -> web.Response:
            etag = headers.get("ETag")
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304)
            return web.Response(body=body, headers={"Content-Type": kind, **headers})

        self.pages[path] = answer

    def redirect(self, path: str, place: str) -> None:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": place})

        self.pages[path] = answer

    def status(self, path: str, status: int, **headers: str) -> None:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=status, headers=headers)

        self.pages[path] = answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        self.headers.append(dict(request.headers))
        found = self.pages.get(request.path)
        if found is None:
            return web.Response(status=404)
        return found if isinstance(found, web.Response) else await found(request)


@asynccontextmanager
async def a_site() -> AsyncIterator[Site]:
    """A server on a free port of 127.0.0.1."""
    door = socket.socket()
    door.bind((LOOPBACK, 0))
    site = Site(door.getsockname()[1])
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, door).start()
    try:
        yield site
    finally:
        await runner.cleanup()


class Names(AbstractResolver):
    """A name server that knows a few names; what it says is not what is true."""

    def __init__(self, **known: list[str]) -> None:
        self.known = {name.replace("_", "."): addresses for name, addresses in known.items()}

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  # aiohttp asks for any
    ) -> list[ResolveResult]:
        def result(address: str) -> ResolveResult:
            kind = socket.AF_INET6 if ":" in address else socket.AF_INET
            return ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )

        if host not in self.known:
            raise OSError(f"no host {host}")
        return [result(address) for address in self.known[host]]

    async def close(self) -> None:
        pass


def fetching(site: Site, *, allow: tuple[str, ...] = (LOOPBACK,), **others: object) -> FetchingSettings:
    """Settings with which the server may be visited, without pauses."""
    given = {"allow": allow, "ports": (80, 443, site.port), "pause_seconds": 0, "seconds": 5, **others}
    return Settings.load(fetching=given).fetching


def fetcher(site: Site, resolver: AbstractResolver | None = None, **others: object) -> Fetcher:
    return Fetcher(fetching(site, **others), resolver)  # type: ignore[arg-type]  # `allow` among the others
