"""Which addresses may be visited: the web's, and of those only what is public."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from yarl import URL

from index.errors import CannotFetch, Fault

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_ADDRESS = 2048  # characters; what search engines and browsers take for certain
NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]|\s")
# IANA's special-purpose registries (RFC 6890), multicast, and what was reserved for it. Written out, since what
# `ipaddress` calls global differs between versions of Python.
SPECIAL = [
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "3fff::/20"),
    )
]
GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA gives out; loopback, link-local, private are elsewhere
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


class Rules:
    """What may be visited: public addresses and those in `allow`, on `ports`."""

    def __init__(self, allow: Iterable[Network], ports: Iterable[int]) -> None:
        self.allow, self.ports = tuple(allow), frozenset(ports)

    def permit(self, text: str) -> bool:
        """Whether a numeric IP address may be connected to; False for what is none."""
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.scope_id is not None:
            return False  # a zone is one of this machine's own networks
        meant = inner(address)
        if any(one in network for network in self.allow for one in (address, meant)):
            return True
        return is_public(meant)

    def checked(self, address: str) -> URL:
        """The address as one that may be asked for, so far as can be told without its host's addresses.

        Raises `CannotFetch` for what is no http or https address, has a password in it, or is forbidden.
        """
        if len(address) > LONGEST_ADDRESS or NOT_IN_AN_ADDRESS.search(address):
            raise CannotFetch(Fault.ADDRESS, address)
        try:
            url = url_of(address).with_fragment(None)
            is_web = url.scheme in ("http", "https") and bool(url.raw_host) and (url.user or url.password) is None
            port, written = url.port, str(url)
            is_one = written.isascii() and url_of(written) == url  # read again it would lead to the same host
        except ValueError:
            raise CannotFetch(Fault.ADDRESS, address) from None
        if not (is_web and is_one):
            raise CannotFetch(Fault.ADDRESS, address)
        number = numeric(url.raw_host or "")
        if port not in self.ports or (number is not None and not self.permit(number)):
            raise CannotFetch(Fault.FORBIDDEN, address)
        return url


def url_of(text: str) -> URL:
    """Raises `ValueError` for what is no address of any kind."""
    try:
        return URL(text)
    except IndexError:  # yarl's own mistake on `http://[::1]:8@/`
        raise ValueError(f"{text!r} is no address") from None


def is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return not any(address in network for network in SPECIAL)


def inner(address: Address) -> Address:
    """The IPv4 address to which packets for an IPv6 address go in the end, where it is one that holds one (mapped,
    NAT64, 6to4); else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def numeric(host: str) -> str | None:
    """The IP address that a host is written as, also in the old forms `2130706433`, `0x7f.1` and `0177.0.0.1`; None
    for a name."""
    if ":" in host:
        return host
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None
