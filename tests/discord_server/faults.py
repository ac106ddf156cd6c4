"""What goes wrong on request: limits, failures, lost and late answers, and the gateway's troubles."""

import fnmatch
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from discord_rules import Json

from discord_server.rate_limits import RateLimits
from discord_server.requests import answer
from discord_server.world import World


@dataclass
class Fault:
    """What happens to the next requests that fit: so many of them, or all until a time.

    ``status``: the answer's, or None where it is the right one, which may come late or, if it ``is_lost``, never.
    """

    method: str
    path_pattern: str
    status: int | None = None
    code: int = 0
    retry_after: float = 0.1
    is_performed: bool = True
    is_lost: bool = False
    delay: float = 0.0
    times: float = 1
    until: float = math.inf

    def fits(self, method: str, path: str) -> bool:
        return fnmatch.fnmatchcase(method, self.method) and fnmatch.fnmatchcase(path, self.path_pattern)


class Faults(World):
    """Each of these is off until a test asks for it; paths are patterns like ``/channels/*/messages``."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.rate_limits = RateLimits(self.clock)
        self._faults: list[Fault] = []

    # Limits

    def limit(self, method: str, path_pattern: str, *, requests: int, seconds: float, is_shared: bool = False) -> None:
        """So many requests to a route in so many seconds, for each channel, guild or webhook by itself.

        Answers then carry the ``X-RateLimit-`` headers; what is beyond the limit is answered with 429.
        ``is_shared``: the limit is not the bot's own but that of all who use the resource.
        """
        self.rate_limits.limit(method, path_pattern, requests, seconds, "shared" if is_shared else "user")

    def limit_everything(self, *, requests: int = 50, seconds: float = 1.0) -> None:
        """The global limit: so many requests in so many seconds, answers to interactions not counted."""
        self.rate_limits.limit_everything(requests, seconds)

    # Failures

    def fail_next(
        self,
        method: str,
        path_pattern: str,
        status: int,
        *,
        code: int = 0,
        retry_after: float = 0.1,
        times: int = 1,
        performed: bool = False,
    ) -> None:
        """Answers the next requests with a failure.

        ``performed``: the request is carried out all the same, as when only the answer is lost.
        """
        self._faults.append(Fault(method, path_pattern, status, code, retry_after, performed, times=times))

    def fail_for(self, seconds: float, status: int = 503, *, method: str = "*", path_pattern: str = "*") -> None:
        """Answers every request with a failure for so many seconds of the server's clock; none is carried out."""
        until = self.clock.seconds() + seconds
        fault = Fault(method, path_pattern, status, is_performed=False, times=math.inf, until=until)
        self._faults.append(fault)

    def reset_next(self, method: str, path_pattern: str, *, times: int = 1, performed: bool = False) -> None:
        """Resets the connection of the next requests without an answer.

        aiohttp itself repeats a GET, PUT or DELETE once where the connection was an old one.
        """
        self._faults.append(Fault(method, path_pattern, is_performed=performed, is_lost=True, times=times))

    def delay(self, method: str, path_pattern: str, seconds: float, *, times: int = 1) -> None:
        """Carries the next requests out at once, but answers them so many seconds later."""
        self._faults.append(Fault(method, path_pattern, delay=seconds, times=times))

    def take_fault(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this request, counted as happened."""
        now = self.clock.seconds()
        self._faults = [fault for fault in self._faults if fault.times > 0 and now < fault.until]
        for fault in self._faults:
            if fault.fits(method, path):
                fault.times -= 1
                return fault
        return None

    # The gateway

    async def drop_gateway(self, code: int = 4000, *, resumable: bool | None = None, shard: int | None = None) -> None:
        """Closes the gateway connections, or those of one shard, with a code; 4000 to 4014 as in
        ``gateway.CLOSE_CODES``.

        Unless told by ``resumable``, the session is lost where Discord documents that it is for this code.
        """
        await self.gateway.drop(code=code, resumable=resumable, shard=shard)

    @asynccontextmanager
    async def gateway_paused(self, code: int = 4000, *, shard: int | None = None) -> AsyncIterator[None]:
        """Drops the connections, or those of one shard, and leaves new ones without a word; then they are greeted, and
        events replayed."""
        self.gateway.hold()
        await self.gateway.drop(code=code, resumable=True, shard=shard)
        try:
            yield
        finally:
            self.gateway.release()

    def make_zombie(self) -> None:
        """Falls silent on the present connection: no event and no acknowledgement of a heartbeat comes any more."""
        self.gateway.mute()

    def invalidate_session(self, *, resumable: bool = False) -> None:
        """Sends opcode 9; without ``resumable`` the session is forgotten."""
        self.gateway.invalidate(resumable=resumable)


def failed(fault: Fault) -> web.Response:
    """The answer that was asked for."""
    assert fault.status is not None
    body: Json = {"message": "A failure the test asked for", "code": fault.code}
    if fault.status != 429:
        return answer(body, fault.status)
    body |= {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": False}
    return too_many(body, {"Retry-After": str(fault.retry_after)})


def too_many(body: Json, headers: dict[str, str]) -> web.Response:
    """An answer 429."""
    response = answer(body, 429)
    # discord.py takes a 429 without Via for a ban.
    response.headers.update({"Via": "1.1 google", **headers})
    return response
