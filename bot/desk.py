"""Where questions come in and messages go out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

from discord import ui

from bot import notices
from bot.messages import answer_message
from index.answers import Answer
from index.errors import PullquoteError

log = logging.getLogger(__name__)

SECONDS_TO_SEND = 2.0  # for those whose answer was broken off: to say so before the connection closes


class Answers(Protocol):
    """What answers questions: the service, or in tests a table."""

    @property
    def span(self) -> tuple[date, date] | None:
        """The first and the last day of the archive."""

    async def answer(self, question: str) -> Answer:
        """Raises `PullquoteError` (`Busy` where too many wait), `TimeoutError` after the time limit."""


class Desk:
    """Turns every question into a message, and can be closed while questions are under way."""

    def __init__(self, service: Answers, longest_question: int) -> None:
        self.service = service
        self.longest_question = longest_question
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

    async def reply(self, question: str, *, with_question: bool = False) -> ui.LayoutView:
        """The message for a question. Raises nothing: what goes wrong is a message and a line in the log."""
        question = " ".join(question.split())
        if self.is_closed:
            return notices.notice(notices.RESTARTING)
        if not question:
            return notices.notice(notices.HELP)
        if len(question) > self.longest_question:
            return notices.too_long(len(question), self.longest_question)
        return await self._answered(question, with_question)

    async def _answered(self, question: str, with_question: bool) -> ui.LayoutView:
        time_left = asyncio.timeout(None)
        try:
            async with time_left:
                self._waiting.add(time_left)
                answer = await self.service.answer(question)
            log.info("%s in %.3f s (confidence %.2f)", outcome(answer), answer.seconds, answer.confidence)
            return answer_message(answer, self.service.span, with_question=with_question)
        except Exception as error:
            if time_left.expired():
                log.info("broke off an answer to stop")
                return notices.notice(notices.RESTARTING)
            log.log(*about(error))
            return notices.failure(error)
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


def outcome(answer: Answer) -> str:
    return "answered" if answer.answered else "the archive does not say"


def about(error: Exception) -> tuple[int, str]:
    """Level and line for the log: what went wrong and where, without its text: it may hold a question."""
    level = logging.WARNING if isinstance(error, PullquoteError | TimeoutError) else logging.ERROR
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return level, f"not answered: {type(error).__name__} at {where}"
