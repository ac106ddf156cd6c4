"""The log: a line for each event, as text or as JSON, and never a word of a member, of the archive, or of a token."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis.strategies as st
import pytest
from bots import ENGLISH, Table, discord_settings, started
from discord_server import DiscordServer
from hypothesis import Phase, given, settings
from test_bot import RIVER, answered

from bot.logs import JsonFormatter, LogFormatter
from bot.service import Service
from index.errors import BadQuery

ANSWER = "/webhooks/*/messages/@original"
TOLD = 10  # characters of a secret that would give it away
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=TOLD, max_size=40)


@dataclass
class Log:
    """What was logged, in both forms."""

    text: io.StringIO = field(default_factory=io.StringIO)
    json: io.StringIO = field(default_factory=io.StringIO)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.json.getvalue().splitlines()]

    def tells(self, secret: str) -> bool:
        everything = self.text.getvalue() + "".join(f"{value}\n" for line in self.lines for value in line.values())
        return secret in everything or repr(secret)[1:-1] in everything


@contextmanager
def logged() -> Iterator[Log]:
    """Everything that any logger says from INFO on meanwhile."""
    log, root = Log(), logging.getLogger()
    level, handlers = root.level, [logging.StreamHandler(log.text), logging.StreamHandler(log.json)]
    for handler, formatter in zip(handlers, (LogFormatter(), JsonFormatter()), strict=True):
        handler.setFormatter(formatter)
        handler.addFilter(lambda record: record.name != "aiohttp.access")  # the stand-in's own
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield log
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)


async def failing(secret: str) -> None:
    raise ValueError(secret)


async def asked_in_every_way(question: str, unlucky: str, refused: str, typed: str, server: DiscordServer) -> None:
    """Questions that are answered, that meet errors which hold their text, and Discord's troubles."""
    table = Table({question: answered(RIVER), unlucky: ValueError(unlucky), refused: BadQuery(refused)})
    with tempfile.TemporaryDirectory() as folder:
        async with server, started(server, table, Path(folder), discord_settings(read_messages=False)):
            general = server.channel("general")
            server.fail_next("PATCH", ANSWER, 429, retry_after=0.01)
            asked = [await server.slash("ask", {"question": text}) for text in (question, unlucky, refused)]
            for one in asked:
                await one.response()
            server.fail_next("PATCH", ANSWER, 429, retry_after=3600)
            await (await server.slash("search", {"query": typed})).acknowledgement()
            server.fail_next("POST", "/channels/*/messages", 429, retry_after=0.01)
            await server.say(general, server.user("Ada"), f"{server.bot.mention} {unlucky}")
            await server.next_message(general)
            await server.autocomplete("article", {"title": typed}, "title")
            await server.drop_gateway()
            await server.ready()
            forgotten = asyncio.create_task(failing(unlucky), name=typed)
            await asyncio.wait({forgotten})
            del forgotten
            gc.collect()


@given(words=st.lists(WORDS, min_size=4, max_size=4, unique=True))
@settings(max_examples=12, phases=[Phase.generate])  # a shorter secret says no more, and finding it takes minutes
def test_no_word_of_a_member_and_no_token_is_logged(words: list[str]) -> None:
    """Whatever they write: `%s`, `{}`, quotation marks, any script."""
    question, unlucky, refused, typed = (" ".join(f"{word} {number}".split()) for number, word in enumerate(words))
    server = DiscordServer()
    with logged() as log:
        asyncio.run(asked_in_every_way(question, unlucky, refused, typed, server))
    assert [word for word in words if log.tells(word)] == []
    assert not log.tells(server.token)
    assert not log.tells("interaction-")  # of the tokens by which interactions are answered
    assert not log.tells(RIVER.text)
    assert not log.tells(RIVER.article.title)
    said = [str(line["message"]) for line in log.lines]
    assert len(said) == len(log.text.getvalue().splitlines())
    for expected in (
        "answered in 0.010 s (confidence 0.90)",
        "not answered: ValueError at bots.py:",
        "not answered: BadQuery at bots.py:",
        "not answered: LookupError at bots.py:",
        "We are being rate limited. POST",
        "Task exception was never retrieved",
    ):
        assert any(expected in line for line in said), expected


async def test_nothing_of_the_archive_is_logged(service: Service, tmp_path: Path) -> None:
    """Neither titles nor sentences, by command, mention, search, article and the buttons below them."""
    question = "Who will be the first woman to lead the Rovers?"
    server = DiscordServer()
    with logged() as log:
        async with server, started(server, service, tmp_path):
            asked = await server.slash("ask", {"question": question})
            answer = await asked.response(30)
            for name in ("context", "read", "more", "similar"):
                pressed = await server.press(answer, answer.custom_id(ENGLISH.say(f"button-{name}")))
                await pressed.acknowledgement(30)
            for command, options in (("search", {"query": "footbridge"}), ("timeline", {"topic": "footbridge"})):
                await (await server.slash(command, options)).response(30)
            await (await server.slash("help", {})).response(30)
            await server.say(server.channel("general"), server.user("Ada"), f"{server.bot.mention} {question}")
            await server.next_message(server.channel("general"), 30)
    store = service.shared.archive.generation.store
    passages = [store.passage(number) for number in range(service.shared.archive.generation.manifest.passages)]
    secrets = {line for one in passages for line in (one.article.title, *one.text.split(". ")) if len(line) > TOLD}
    assert len(secrets) > 300
    assert [secret for secret in secrets if log.tells(secret)] == []
    assert not log.tells("footbridge")
    assert sum("answered in" in str(line["message"]) for line in log.lines) == 2


def test_a_line_as_json_has_time_level_logger_message_and_figures() -> None:
    with logged() as log:
        logging.getLogger("bot.desk").info("answered in %.1f s", 0.25, extra={"outcome": "answered", "seconds": 0.25})
    (line,) = log.lines
    assert str(line.pop("time")).endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "bot.desk",
        "message": "answered in 0.2 s",
        "outcome": "answered",
        "seconds": 0.25,
    }


def test_an_exception_is_told_by_kind_and_place_without_its_text() -> None:
    with logged() as log:
        try:
            raise KeyError("Ada Cobb")
        except KeyError:
            logging.getLogger("discord").exception("Ignoring %s of %r", "it", object())
    (line,) = log.lines
    assert line["message"] == "Ignoring it of 'object'"
    assert str(line["error"]).startswith("KeyError at test_logs.py:")
    assert " ERROR discord: Ignoring it of 'object' (KeyError at test_logs.py:" in log.text.getvalue()


@pytest.mark.parametrize(("form", "begins"), [("text", "20"), ("json", '{"time": "20')])
def test_the_setting_chooses_the_form(form: str, begins: str) -> None:
    program = f"import logging; from bot.logs import log_to_standard_error as to; to({form!r}); logging.info('begun')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stderr.startswith(begins)
    assert "begun" in ran.stderr
