"""Where questions come in and messages go out."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

import discord
from discord import ui

from bot import notices
from bot.language import Language
from bot.limits import Limits
from bot.messages import answer_message
from bot.metrics import Metrics, Outcome
from config.settings import DiscordSettings
from index.answers import Answer, Answerer, Asking
from index.conversation import Turn
from index.errors import PullquoteError

log = logging.getLogger(__name__)

SECONDS_TO_SEND = 2.0  # for those whose answer was broken off: to say so before the connection closes
QUOTES = 7  # of an answer: the first, two below it, four behind a button
WITH_ALL_QUOTES = Asking(quotes=QUOTES)
Result = TypeVar("Result")


class Answers(Protocol):
    """What answers questions: the service, or in tests a table."""

    @property
    def span(self) -> tuple[date, date] | None:
        """The first and the last day of the archive."""

    @property
    def is_reachable(self) -> bool:
        """Whether what searches it answers, as far as is known."""

    async def answer(self, question: str, asking: Asking) -> Answer:
        """Raises `PullquoteError` (`Busy` where too many wait), `TimeoutError` after the time limit."""

    async def run(self, work: Callable[[Answerer], Result]) -> Result:
        """Does other work with the archive, in its turn. Raises as `answer` does."""

    async def glance(self, work: Callable[[Answerer], Result]) -> Result:
        """Does work of a millisecond at once. Raises as `answer` does."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a member asked it: in which language the bot speaks to them, who and where they are (snowflakes),
    what goes with the question, and how the answer is shown."""

    question: str
    language: Language
    user: int
    guild: int | None = None
    asking: Asking = WITH_ALL_QUOTES
    with_question: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The message for a question, and where it is an answer what a next question may go on from. A notice says why
    there is no other message, and takes the place of none."""

    view: ui.LayoutView
    turn: Turn | None = None
    is_notice: bool = False
    is_told_already: bool = False
    outcome: Outcome = Outcome.REFUSED


class Desk:
    """Turns every question into a message, and can be closed while questions are under way.

    `answers_of` is what answers in a guild (snowflake); None: in direct messages.
    """

    def __init__(self, answers_of: Callable[[int | None], Answers], settings: DiscordSettings) -> None:
        self.answers_of = answers_of
        self.noted: Callable[[Asked, Answer], Awaitable[None]] = not_noted
        self.longest_question = settings.max_question_characters
        self.limits = Limits(settings)
        self.metrics = Metrics()
        self.is_closed = False
        self._attending: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Timeout] = set()

    @contextmanager
    def attending(self) -> Iterator[None]:
        """The present task attends to a member: closing waits for it, up to and including what it sends."""
        task = asyncio.current_task()
        assert task is not None
        self._attending.add(task)
        try:
            yield
        finally:
            self._attending.discard(task)

    async def reply(self, asked: Asked) -> Reply:
        """The message for a question. Raises nothing: what goes wrong is a message and a line in the log."""
        begun = time.perf_counter()
        reply = await self.replied(asked)
        self.metrics.count(reply.outcome, time.perf_counter() - begun)
        return reply

    async def replied(self, asked: Asked) -> Reply:
        question, language = " ".join(asked.question.split()), asked.language
        if limit := await self.limits.taken(asked.user, asked.guild):
            view = notices.too_often(language, limit)
            return Reply(view, is_notice=True, is_told_already=limit.is_told, outcome=Outcome.TOO_OFTEN)
        if not question:
            return Reply(notices.said(language, "notice-help"), is_notice=True)
        if len(question) > self.longest_question:
            length, longest = len(question), self.longest_question
            return Reply(notices.said(language, "notice-too-long", length=length, longest=longest), is_notice=True)
        given: list[Answer] = []

        async def answered() -> ui.LayoutView:
            archive = self.answers_of(asked.guild)
            answer = await archive.answer(question, asked.asking)
            log_answer(answer)
            await self.noted(asked, answer)
            given.append(answer)
            return answer_message(
                answer,
                language,
                archive.span,
                asker=asked.user,
                with_question=asked.with_question,
                is_private=asked.is_private,
            )

        reply = await self.worked(answered, language)
        if reply.is_notice:
            return reply
        return replace(reply, turn=given[0].turn if given[0].answered else None, outcome=outcome_of(given[0]))

    async def shown(
        self,
        make: Callable[[Answerer], ui.LayoutView],
        language: Language,
        by: discord.Interaction[Any],
        *,
        is_press: bool = False,
    ) -> Reply:
        """The message that `make` makes of the archive for the member who uses a command, or presses a button. Raises
        nothing, as `reply`."""
        if limit := await self.limits.taken(by.user.id, by.guild_id, is_press=is_press):
            return Reply(notices.too_often(language, limit), is_notice=True)
        return await self.worked(lambda: self.answers_of(by.guild_id).run(make), language)

    async def worked(self, work: Callable[[], Awaitable[ui.LayoutView]], language: Language) -> Reply:
        """The message that `work` makes, or a notice that says why there is none."""
        if self.is_closed:
            return Reply(notices.said(language, "notice-restarting"), is_notice=True, outcome=Outcome.STOPPING)
        time_left = asyncio.timeout(None)
        try:
            async with time_left:
                self._waiting.add(time_left)
                return Reply(await work())
        except Exception as error:
            if time_left.expired():
                log.info("broke off an answer to stop")
                return Reply(notices.said(language, "notice-restarting"), is_notice=True, outcome=Outcome.STOPPING)
            if not isinstance(error, notices.Notice):
                log.log(*about(error))
            return Reply(notices.failure(language, error), is_notice=True, outcome=Outcome.of(error))
        finally:
            self._waiting.discard(time_left)

    async def close(self, seconds: float) -> None:
        """Takes no new questions, and gives those under way so many seconds before they are broken off."""
        self.is_closed = True
        loop = asyncio.get_running_loop()
        for time_left in self._waiting:
            time_left.reschedule(loop.time() + seconds)
        deadline = loop.time() + seconds + SECONDS_TO_SEND
        while self._attending and loop.time() < deadline:
            await asyncio.wait(self._attending, timeout=deadline - loop.time())


async def not_noted(asked: Asked, answer: Answer) -> None:
    """Nothing is kept of a question, unless the bot says otherwise."""


def outcome_of(answer: Answer) -> Outcome:
    if answer.perhaps:
        return Outcome.PERHAPS
    return Outcome.ANSWERED if answer.answered else Outcome.NOT_SAID


def log_answer(answer: Answer) -> None:
    """A line about an answer, with its figures as fields."""
    outcome = outcome_of(answer)
    figures = {"outcome": outcome, "seconds": answer.seconds, "confidence": round(answer.confidence, 4)}
    said = outcome.replace("_", " ")
    log.info("%s in %.3f s (confidence %.2f)", said, answer.seconds, answer.confidence, extra=figures)


def about(error: Exception) -> tuple[int, str]:
    """Level and line for the log: what went wrong and where, without its text: it may hold a question."""
    level = logging.WARNING if isinstance(error, PullquoteError | TimeoutError) else logging.ERROR
    return level, f"not answered: {kind_and_place(error)}"


def kind_and_place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__} at {where}"
