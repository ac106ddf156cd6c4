"""What goes wrong on request."""

import fnmatch
from dataclasses import dataclass

from aiohttp import web
from discord_rules import Json

from discord_server.requests import answer
from discord_server.world import World


@dataclass
class Failure:
    method: str
    path_pattern: str
    status: int
    code: int
    retry_after: float
    is_performed: bool


class Faults(World):
    """The failures asked for, and the gateway dropped."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self._failures: list[Failure] = []

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
        """Answers the next requests to paths like ``/channels/*/messages`` with a failure.

        ``performed``: the request is carried out all the same, as when only the answer is lost.
        """
        failure = Failure(method, path_pattern, status, code, retry_after, performed)
        self._failures.extend([failure] * times)

    def take_failure(self, method: str, path: str) -> Failure | None:
        """The failure asked for this request, which is then used up."""
        for failure in self._failures:
            if failure.method == method and fnmatch.fnmatchcase(path, failure.path_pattern):
                self._failures.remove(failure)
                return failure
        return None

    async def drop_gateway(self, code: int = 4000, *, resumable: bool = True) -> None:
        """Closes the gateway connection; without ``resumable`` the session is lost and must be begun anew."""
        await self.gateway.drop(code=code, resumable=resumable)


def failed(failure: Failure) -> web.Response:
    body: Json = {"message": "A failure the test asked for", "code": failure.code}
    if failure.status != 429:
        return answer(body, failure.status)
    body |= {"message": "You are being rate limited.", "retry_after": failure.retry_after, "global": False}
    response = answer(body, 429)
    # discord.py takes a 429 without Via for a ban.
    response.headers.update({"Via": "1.1 google", "Retry-After": str(failure.retry_after)})
    return response
