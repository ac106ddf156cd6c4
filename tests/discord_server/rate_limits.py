"""Rate limits as Discord documents them: a bucket of requests for a route, and one for all routes together."""

import fnmatch
import hashlib
import math
from dataclasses import dataclass, field

from discord_rules import Json

from discord_server.clock import Clock

MAJOR_PARAMETERS = {"channels": 2, "guilds": 2, "webhooks": 3}
"""How many parts of a path, after its first, are counted by themselves: a webhook's are its id and its token."""


class RateLimited(Exception):
    """A request beyond a limit: the body and the headers of the answer 429."""

    def __init__(self, retry_after: float, headers: dict[str, str], scope: str) -> None:
        super().__init__(f"again after {retry_after:.3f} s ({scope})")
        is_global = scope == "global"
        message = "You are being rate limited."
        self.body: Json = {"message": message, "retry_after": round(retry_after, 3), "global": is_global}
        self.headers = {
            **headers,
            **({"X-RateLimit-Global": "true"} if is_global else {}),
            "X-RateLimit-Scope": scope,
            "Retry-After": str(math.ceil(retry_after)),
        }


@dataclass
class _Window:
    ends: float
    remaining: int


@dataclass
class _Bucket:
    """So many requests in so many seconds, from the first one on, for each major parameter."""

    method: str
    path_pattern: str
    requests: int
    seconds: float
    scope: str
    windows: dict[str, _Window] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return hashlib.sha256(f"{self.method} {self.path_pattern}".encode()).hexdigest()[:32]

    def take(self, parameter: str, now: float) -> _Window:
        """The window of a major parameter, with one request fewer in it: -1 or less beyond the limit."""
        window = self.windows.get(parameter)
        if window is None or window.ends <= now:
            window = self.windows[parameter] = _Window(now + self.seconds, self.requests)
        window.remaining -= 1
        return window


class RateLimits:
    """The limits that are turned on; without any, all requests pass and no header speaks of limits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: list[_Bucket] = []
        self._everything: _Bucket | None = None

    def limit(self, method: str, path_pattern: str, requests: int, seconds: float, scope: str) -> None:
        """Turns a limit on for a route, in place of the one before."""
        self._buckets = [one for one in self._buckets if (one.method, one.path_pattern) != (method, path_pattern)]
        self._buckets.append(_Bucket(method, path_pattern, requests, seconds, scope))

    def limit_everything(self, requests: int, seconds: float) -> None:
        """Turns the global limit on."""
        self._everything = _Bucket("*", "*", requests, seconds, "global")

    def headers(self, method: str, path: str) -> dict[str, str]:
        """Counts a request and returns the headers of its answer; raises RateLimited beyond a limit.

        The endpoints of interactions are not bound to the global limit.
        """
        now = self._clock.seconds()
        if self._everything is not None and not path.startswith(("/interactions/", "/webhooks/")):
            window = self._everything.take("", now)
            if window.remaining < 0:
                raise RateLimited(window.ends - now, {}, "global")
        for bucket in self._buckets:
            if fnmatch.fnmatchcase(method, bucket.method) and fnmatch.fnmatchcase(path, bucket.path_pattern):
                window = bucket.take(_major_parameter(path), now)
                headers = self._headers_of(bucket, window, now)
                if window.remaining < 0:
                    raise RateLimited(window.ends - now, headers, bucket.scope)
                return headers
        return {}

    def _headers_of(self, bucket: _Bucket, window: _Window, now: float) -> dict[str, str]:
        after = window.ends - now
        return {
            "X-RateLimit-Limit": str(bucket.requests),
            "X-RateLimit-Remaining": str(max(window.remaining, 0)),
            "X-RateLimit-Reset": f"{self._clock.moment().timestamp() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": bucket.name,
        }


def _major_parameter(path: str) -> str:
    parts = path.strip("/").split("/")
    return "/".join(parts[: MAJOR_PARAMETERS.get(parts[0], 0)])
