"""Nothing that is not public is ever reached, whatever an address, a name server or a redirect says."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from web import Names, Site, a_site, fetcher

from index.addresses import Rules
from index.errors import CannotFetch, Fault
from index.fetching import Fetched, Fetcher, seconds_to_wait

HTML = {"text/html"}
WEB = Rules((), (80, 443))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with a_site() as site:
        yield site


async def fault_of(fetcher: Fetcher, address: str) -> CannotFetch:
    with pytest.raises(CannotFetch) as raised:
        await fetcher.fetch(address, HTML)
    return raised.value


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0"),
        *("10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1"),
        *("255.255.255.255", "１２７.０.０.１", "127。0。0。1", "192.0.0.8", "192.0.2.1", "203.0.113.9", "240.0.0.1"),
        *("[::1]", "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]"),
        *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001:0:4136:e378::]", "[3fff::1]"),
        *("[::ffff:0:127.0.0.1]", "[2606:4700::1111%25lo]", "[100::1]"),
    ],
)
def test_an_address_that_is_not_public_is_forbidden_however_it_is_written(host: str) -> None:
    with pytest.raises(CannotFetch) as raised:
        WEB.checked(f"http://{host}/")
    assert raised.value.fault is Fault.FORBIDDEN


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "[2606:4700::1111]", "[64:ff9b::808:808]", "[2002:808:808::1]", "example.org", "bücher.example"]
)
def test_a_public_address_is_not(host: str) -> None:
    assert WEB.checked(f"https://{host}/a?b#c").fragment == ""


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.org", "ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "http://", "http:///x"),
        *("http://user@example.org/", "http://user:word@example.org/", "//example.org/"),
        *(
            "http://exa mple.org/",
            "http://exa\tmple.org/",
            "http://a\\@b/",
            "http://a:99999/",
            "http://[::1/",
            "http:x",
        ),
        *("http://example.org/\r\nX: y", "http://" + "a" * 3000, "data:text/html,x", "http://example.org:x/"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(CannotFetch, match="is no address of a web page") as raised:
        WEB.checked(address)
    assert raised.value.fault is Fault.ADDRESS
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 0])
def test_other_ports_than_the_webs_are_forbidden(port: int) -> None:
    with pytest.raises(CannotFetch, match=r"fetching\.ports"):
        WEB.checked(f"http://example.org:{port}/")


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_as_forbidden_as_itself(address: object) -> None:
    inner = int(address)  # type: ignore[call-overload]  # hypothesis' type is either of two
    permitted = WEB.permit(str(address))
    for prefix, shift in (("64:ff9b::", 0), ("::ffff:0:0", 0), ("2002::", 80)):
        whole = ip_network(f"{prefix}/128").network_address + (inner << shift)
        assert WEB.permit(str(whole)) == permitted


def test_a_network_that_the_settings_allow_is_no_open_door_to_others() -> None:
    rules = Rules((ip_network("10.1.0.0/16"),), (80,))
    assert [rules.permit(address) for address in ("10.1.2.3", "::ffff:10.1.2.3", "10.2.0.1", "127.0.0.1", "x")] == [
        *(True, True, False, False, False)
    ]


async def test_a_page_comes_with_its_kind_and_what_a_later_visit_can_ask_with(site: Site) -> None:
    site.page("/news", "<p>Café", "text/html; charset=utf-8", ETag='"1"')
    async with fetcher(site, about="https://example.org/about") as web:
        fetched = await web.fetch(site.url("/news"), HTML)
        assert fetched == Fetched(site.url("/news"), "<p>Café".encode(), "text/html", "utf-8", '"1"', None)
        assert await web.fetch(site.url("/news"), HTML, etag='"1"') is None
    agents = {headers["User-Agent"] for headers in site.headers}
    assert [agent.startswith("Pullquote/") for agent in agents] == [True]
    assert agents.pop().endswith(" (+https://example.org/about)")
    assert "Cookie" not in site.headers[-1]


async def test_without_leave_loopback_is_never_reached(site: Site) -> None:
    names = Names(public_example=["127.0.0.1"], localhost=["127.0.0.1", "::1"])
    async with fetcher(site, names, allow=()) as web:
        for host in ("public.example", "localhost", "127.0.0.1", "2130706433"):
            assert (await fault_of(web, site.url("/", host))).fault is Fault.FORBIDDEN
    assert not site.asked


async def test_of_public_and_private_answers_only_the_public_ones_are_connected_to(site: Site) -> None:
    """127.0.0.1 stands for a public address; 127.0.0.2, where the same server does not listen, for a private one."""
    site.page("/", "<p>x")
    names = Names(mixed_example=["127.0.0.2", "127.0.0.1", "10.0.0.1"], private_example=["127.0.0.2", "10.0.0.1"])
    async with fetcher(site, names) as web:
        assert await web.fetch(site.url("/", "mixed.example"), HTML)
        assert (await fault_of(web, site.url("/", "private.example"))).fault is Fault.FORBIDDEN
        assert (await fault_of(web, site.url("/", "nowhere.example"))).fault is Fault.UNKNOWN_HOST


async def test_a_name_that_turns_private_after_the_first_answer_is_not_followed(site: Site) -> None:
    site.page("/", "<p>x")
    names = Names(turning_example=["127.0.0.1"])
    async with fetcher(site, names) as web:
        assert await web.fetch(site.url("/", "turning.example"), HTML)
        names.known["turning.example"] = ["127.0.0.3"]
        assert (await fault_of(web, site.url("/", "turning.example"))).fault is Fault.FORBIDDEN


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("http://10.0.0.1/", Fault.FORBIDDEN),
        ("//169.254.169.254/latest/meta-data/", Fault.FORBIDDEN),
        ("http://[::ffff:127.0.0.2]/", Fault.FORBIDDEN),
        ("http://private.example/", Fault.FORBIDDEN),
        ("http://127.0.0.1:22/", Fault.FORBIDDEN),
        ("file:///etc/passwd", Fault.ADDRESS),
        ("http://user:word@127.0.0.1/", Fault.ADDRESS),
        ("http://[", Fault.ADDRESS),
        ("/again", Fault.REDIRECTS),
    ],
)
async def test_a_redirect_is_checked_like_the_first_address(site: Site, place: str, fault: Fault) -> None:
    site.redirect("/again", place)
    async with fetcher(site, Names(private_example=["10.0.0.1"])) as web:
        assert (await fault_of(web, site.url("/again"))).fault is fault
    assert site.asked["/again"] <= 6


async def test_redirects_are_followed_and_the_last_address_is_told(site: Site) -> None:
    site.redirect("/old", "new?x=1")
    site.page("/new", "<p>x")
    async with fetcher(site) as web:
        fetched = await web.fetch(site.url("/old"), HTML)
    assert fetched
    assert fetched.address == site.url("/new?x=1")


async def test_an_encrypted_address_must_not_lead_to_one_that_is_not(site: Site) -> None:
    async with fetcher(site) as web:
        here = WEB.checked("https://example.org/a/b")
        assert str(web.led_to(here, "../c")) == "https://example.org/c"
        with pytest.raises(CannotFetch, match="is not encrypted any more"):
            web.led_to(here, "http://example.org/a/b")


async def test_too_large_a_page_is_given_up_as_soon_as_it_is(site: Site) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 50_000)
            sent += 50_000

    site.pages["/endless"] = endless
    async with fetcher(site, max_megabytes=0.2) as pages:
        error = await fault_of(pages, site.url("/endless"))
    assert (error.fault, str(error)) == (
        Fault.LARGE,
        f"{site.url('/endless')} is larger than 0.2 MB (fetching.max_megabytes).",
    )
    assert sent < 20_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_is_counted_as_it_is_unpacked(site: Site, encoding: str) -> None:
    packed = gzip.compress(bytes(200_000_000), 9) if encoding == "gzip" else zlib.compress(bytes(200_000_000), 9)
    site.page("/bomb", packed, **{"Content-Encoding": encoding})
    async with fetcher(site) as web:
        tracemalloc.start()
        error = await fault_of(web, site.url("/bomb"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert error.fault is Fault.LARGE
    assert peak < 40_000_000


async def test_a_slow_page_is_given_up_in_time_though_bytes_keep_coming(site: Site) -> None:
    async def dripping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    site.pages["/slow"] = dripping
    async with fetcher(site, seconds=0.5) as pages:
        started = time.monotonic()
        assert (await fault_of(pages, site.url("/slow"))).fault is Fault.SLOW
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "video/mp4", "text/plain", ""])
async def test_what_is_not_of_a_wanted_kind_is_not_read(site: Site, kind: str) -> None:
    site.page("/file", "x", kind)
    async with fetcher(site) as web:
        assert (await fault_of(web, site.url("/file"))).fault is Fault.KIND


async def test_nothing_listens_or_what_it_says_is_no_http(site: Site) -> None:
    async def nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n" * 10)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with fetcher(site, ports=(port, 1)) as web:
        assert (await fault_of(web, f"http://127.0.0.1:{port}/")).fault in (Fault.BROKEN, Fault.UNREACHABLE)
        assert (await fault_of(web, "http://127.0.0.1:1/")).fault is Fault.UNREACHABLE
    server.close()
    await server.wait_closed()


async def test_robots_txt_is_kept_asked_for_once_and_by_our_name(site: Site) -> None:
    site.page("/robots.txt", "User-agent: Pullquote\nDisallow: /private\n\nUser-agent: *\nDisallow: /", "text/plain")
    site.page("/open", "<p>x")
    site.redirect("/leads", "/private/x")
    async with fetcher(site) as web:
        assert await web.fetch(site.url("/open"), HTML)
        for path in ("/private/x", "/leads"):
            error = await fault_of(web, site.url(path))
            assert error.fault is Fault.ROBOTS
            assert "/private/x must not be read by programs" in str(error)
    assert (site.asked["/robots.txt"], site.asked["/private/x"]) == (1, 0)


@pytest.mark.parametrize(("status", "may"), [(404, True), (403, True), (500, False), (503, False), (429, False)])
async def test_without_a_robots_txt_all_may_be_read_but_not_while_it_fails(site: Site, status: int, may: bool) -> None:
    site.status("/robots.txt", status)
    site.page("/", "<p>x")
    async with fetcher(site) as web:
        if may:
            assert await web.fetch(site.url(), HTML)
        else:
            assert (await fault_of(web, site.url())).fault in (Fault.STATUS, Fault.BUSY)
    assert site.asked["/"] == may


async def test_a_robots_txt_that_leads_to_a_private_address_is_not_followed(site: Site) -> None:
    site.redirect("/robots.txt", "http://10.0.0.1/robots.txt")
    async with fetcher(site) as web:
        assert (await fault_of(web, site.url())).fault is Fault.FORBIDDEN


async def test_an_endless_robots_txt_is_read_in_part_and_one_with_too_many_rules_not_at_all(site: Site) -> None:
    site.page("/", "<p>x")
    site.page("/robots.txt", "User-agent: *\nDisallow: /no\n" + "# more\n" * 1_000_000, "text/plain")
    async with fetcher(site) as web:
        assert await web.fetch(site.url(), HTML)
        assert (await fault_of(web, site.url("/no"))).fault is Fault.ROBOTS
    agents = "".join(f"User-agent: a{number}\n" for number in range(10_000))
    site.page("/robots.txt", agents + "Disallow: /no\n" * 20_000, "text/plain")
    async with fetcher(site) as web:
        started = time.monotonic()
        assert (await fault_of(web, site.url())).fault is Fault.ROBOTS
        assert time.monotonic() - started < 2


async def test_a_host_is_asked_one_thing_at_a_time_with_the_pause_it_wants(site: Site) -> None:
    under_way, most, times = 0, 0, []

    async def page(_: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        times.append(time.monotonic())
        await asyncio.sleep(0.02)
        under_way -= 1
        return web.Response(text="<p>x", content_type="text/html")

    site.pages["/"] = page
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.2", "text/plain")
    async with fetcher(site) as pages:
        await asyncio.gather(*(pages.fetch(site.url(), HTML) for _ in range(3)))
    assert most == 1
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) > 0.2


async def test_who_asks_to_come_later_says_when(site: Site) -> None:
    site.status("/", 429, **{"Retry-After": "120"})
    site.status("/gone", 410)
    async with fetcher(site) as web:
        busy, gone = await fault_of(web, site.url()), await fault_of(web, site.url("/gone"))
    assert (busy.fault, busy.wait) == (Fault.BUSY, 120)
    assert (gone.fault, gone.status) == (Fault.STATUS, 410)


def test_a_wait_is_seconds_or_a_date_and_never_more_than_a_day() -> None:
    assert [seconds_to_wait(text) for text in (None, "5", "9" * 400, "soon", "Fri, 31 Dec 1999 23:59:59 GMT")] == [
        *(None, 5.0, 86_400.0, None, 0.0)
    ]


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_sentence_for_any_address(fault: Fault) -> None:
    sentence = str(CannotFetch(fault, "http://x/{y}\ud800", "{z}"))
    assert sentence.encode().endswith(b".")
    assert "http://x/{y}" in sentence


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://x.example/feed?key=secret", "https://x.example/feed?…"),
        ("https://x.example/feed#secret?secret\nsecret", "https://x.example/feed#…"),
        ("https://me:secret@x.example:8080/", "https://…@x.example:8080/"),
        ("https://me:se@cret@x.example?@", "https://…@x.example?…"),
        ("https://x.example/@me/feed", "https://x.example/@me/feed"),
    ],
)
def test_no_error_tells_what_may_be_a_key(address: str, shown: str) -> None:
    error = CannotFetch(Fault.SLOW, address)
    assert (error.address, str(error)) == (shown, f"{shown} did not answer in time; try again later.")
