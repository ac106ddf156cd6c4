"""What a user did with the bot and what it made of it; what a test waits for; the record of requests."""

# ruff: noqa: ASYNC109 - a test gives the time limit with the call that waits

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import discord_rules as rules
from discord_rules import Json

from discord_server.records import Channel, Message, NotOffered, User, new_id

if TYPE_CHECKING:
    from discord_server.world import World

Value = TypeVar("Value")

SECONDS_TO_ACKNOWLEDGE = 3.0
SECONDS_OF_A_TOKEN = 15 * 60.0


class Changes:
    """Lets a test wait until something is so; every change of the server is announced here."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[Any]]] = []

    def announce(self) -> None:
        """Wakes those for whom it is so now."""
        for wanted, future in list(self._waiting):
            if not future.done() and (found := wanted()) is not None:
                future.set_result(found)

    async def until(self, wanted: Callable[[], Value | None], timeout: float, what: str) -> Value:
        """The first result of ``wanted`` that is not None; raises TimeoutError naming ``what`` is missing."""
        if (found := wanted()) is not None:
            return found
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        entry = (wanted, future)
        self._waiting.append(entry)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            raise TimeoutError(f"after {timeout} s still no {what}") from None
        finally:
            self._waiting.remove(entry)


@dataclass(frozen=True)
class CommandWrite:
    """One request that wrote commands: of a guild, or global where ``guild_id`` is None."""

    method: str
    guild_id: int | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """One request that was refused, with what was said."""

    method: str
    path: str
    status: int
    code: int
    message: str
    errors: Json | None

    def __repr__(self) -> str:
        return f"{self.method} {self.path}: {self.status} (code {self.code}) {self.message} {self.errors or ''}"


@dataclass(frozen=True)
class Request:
    """One request as it came, with the status it was answered with."""

    method: str
    path: str
    body: Json
    status: int


@dataclass(eq=False)
class Interaction:
    """Something a user did with the bot, and what the bot made of it."""

    server: "World"
    kind: int
    user: User
    channel: Channel
    data: Json
    locale: str
    is_installed: bool
    message: Message | None = None
    forces_ephemeral: bool = False
    begun: float = field(init=False)
    id: int = field(default_factory=new_id)
    acknowledged: float | None = None
    answer_type: int | None = None
    answer_data: Json = field(default_factory=dict)
    original: Message | None = None
    is_answered: bool = False
    followups: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begun = self.server.clock.seconds()

    @property
    def token(self) -> str:
        return f"interaction-{self.id}"

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return self.server.clock.seconds() - self.begun

    @property
    def seconds_to_acknowledge(self) -> float:
        """How long the bot took for its first response."""
        assert self.acknowledged is not None, "the interaction was not acknowledged"
        return self.acknowledged - self.begun

    async def acknowledgement(self, timeout: float = 5) -> int:
        """The type of the initial response, such as 5 for a deferral."""
        return await self.server.changes.until(lambda: self.answer_type, timeout, f"response to {self.data}")

    async def response(self, timeout: float = 10) -> Message:
        """The answer the user sees; after a deferral, what replaces "is thinking..."."""

        def answer() -> Message | None:
            return self.original if self.is_answered else None

        return await self.server.changes.until(answer, timeout, f"visible answer to {self.data}")

    async def followup(self, number: int = 0, timeout: float = 10) -> Message:
        """The follow-up message with a number, the first being 0."""

        def found() -> Message | None:
            return self.followups[number] if len(self.followups) > number else None

        return await self.server.changes.until(found, timeout, f"follow-up {number} to {self.data}")

    async def modal(self, timeout: float = 5) -> Json:
        """The modal opened as response."""
        if await self.acknowledgement(timeout) != rules.MODAL:
            raise NotOffered(f"the response was of type {self.answer_type}, not a modal")
        return self.answer_data
