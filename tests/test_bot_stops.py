"""The bot as a process of its own: how it ends, and what it says when it cannot begin."""

import asyncio
import os
import shutil
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bots import ENGLISH, discord_settings, free_port, operation_settings
from discord_server import DiscordServer
from slowness import Line, slow_clients

from bot.archive.register import Archives
from bot.run import check_form, serve
from index.answers import Answer, Asking
from index.errors import CannotConnect

# A bot that says after so many seconds, given as the question, that the archive does not say.
BOT = """
import asyncio, logging, sys
from pathlib import Path
from bot.archive.register import Archives
from bot.run import check_form, serve
from config.settings import Settings
from index.answers import Answer
from index.errors import PullquoteError

class Slow:
    span = None
    is_reachable = True

    async def answer(self, question, asking):
        await asyncio.sleep(float(question))
        return Answer(question, (), (), 0.1, False, float(question))

logging.basicConfig(level=logging.INFO)
settings = Settings.load(operation={'port': int(sys.argv[3])})
try:
    archives = Archives(Slow())
    asyncio.run(serve(archives, sys.argv[1], settings.discord, settings.operation, Path(sys.argv[2]), **FINISH))
except PullquoteError as error:
    sys.exit(str(error))
"""
SOON, AS_EVER = "FINISH = {'seconds_to_finish': 1.5}\n", "FINISH = {}\n"
RUN = "import sys; from bot.cli import main; sys.argv[0] = 'pullquote'; main()"
# The question “Think.” takes a minute of a thread.
THINKING = """
import time
from index.answers import Answerer

def answer(self, question, *asking, answered=Answerer.answer):
    if question == "Think.":
        time.sleep(60)
    return answered(self, question, *asking)

Answerer.answer = answer
"""
NOWHERE = "import discord\ndiscord.http.Route.BASE = 'http://127.0.0.1:9/api/v10'\n"


@asynccontextmanager
async def process(
    preamble: str, token: str, state: Path, *, port: int = 0, program: str = SOON + BOT
) -> AsyncIterator[Process]:
    """The bot in a process, which is killed if it is still there in the end."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", preamble + program, token, str(state), str(port), stdout=PIPE, stderr=PIPE
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()


async def stop(child: Process, number: signal.Signals) -> tuple[float, str]:
    """Sends a signal; the seconds until the process is gone, and what it wrote to standard error."""
    begun = time.monotonic()
    child.send_signal(number)
    _, errors = await asyncio.wait_for(child.communicate(), 20)
    return time.monotonic() - begun, errors.decode()


async def failure(preamble: str, token: str, state: Path) -> tuple[int | None, str]:
    """Exit code and standard error, without the log, of a bot that cannot begin."""
    async with process(preamble, token, state) as child:
        _, errors = await asyncio.wait_for(child.communicate(), 20)
        lines = errors.decode().splitlines()
        return child.returncode, "\n".join(line for line in lines if not line.startswith("INFO:"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_the_bot_leaves_at_once_where_nobody_waits(tmp_path: Path, number: signal.Signals) -> None:
    async with DiscordServer() as server, process(server.preamble(), server.token, tmp_path) as child:
        await server.ready(20)
        seconds, errors = await stop(child, number)
        assert child.returncode == 0
        assert seconds < 3
        assert "Traceback" not in errors


async def test_an_answer_under_way_is_finished_before_the_bot_leaves(tmp_path: Path) -> None:
    async with DiscordServer() as server, process(server.preamble(), server.token, tmp_path) as child:
        await server.ready(20)
        general = server.channel("general")
        asked = await server.slash("ask", {"question": "0.7"})
        await server.say(general, server.user("Ada"), f"{server.bot.mention} 0.7")
        await asked.acknowledgement()
        await asyncio.sleep(0.2)
        seconds, errors = await stop(child, signal.SIGTERM)
        assert child.returncode == 0
        assert seconds < 3
        assert (await asked.response(0.1)).text == "-# Question: 0.7\n### The archive does not say."
        assert (await server.next_message(general, 0.1)).text == "### The archive does not say."
        assert "Traceback" not in errors
        assert server.refusals == []


async def test_an_answer_that_would_take_longer_is_broken_off_and_the_member_told(tmp_path: Path) -> None:
    async with DiscordServer() as server, process(server.preamble(), server.token, tmp_path) as child:
        await server.ready(20)
        asked = await server.slash("ask", {"question": "60"})
        await asked.acknowledgement()
        await asyncio.sleep(0.2)
        seconds, errors = await stop(child, signal.SIGTERM)
        assert child.returncode == 0
        assert 1 < seconds < 5
        assert (await asked.response(0.1)).text == ENGLISH.say("notice-restarting")
        assert "Traceback" not in errors


async def test_a_question_asked_while_the_bot_is_stopping_is_told_so(tmp_path: Path) -> None:
    async with DiscordServer() as server, process(server.preamble(), server.token, tmp_path) as child:
        await server.ready(20)
        under_way = await server.slash("ask", {"question": "60"})
        await under_way.acknowledgement()
        stopping = asyncio.create_task(stop(child, signal.SIGTERM))
        await asyncio.sleep(0.4)
        late = await server.slash("ask", {"question": "0"})
        await stopping
        assert (await late.response(0.1)).text == ENGLISH.say("notice-restarting")
        assert child.returncode == 0


async def test_a_wrong_token_is_one_sentence(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        assert await failure(server.preamble(), "wrong", tmp_path) == (
            1,
            "Discord refuses the token: copy it anew from the application's page “Bot” into DISCORD_TOKEN.",
        )


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        (" ", "There is no token: set DISCORD_TOKEN to the one of the application's page “Bot”."),
        ("two words", "DISCORD_TOKEN is no token: copy it anew from the application's page “Bot”."),
        ("übel", "DISCORD_TOKEN is no token: copy it anew from the application's page “Bot”."),
    ],
)
def test_what_is_no_token_is_one_sentence_without_asking_discord(token: str, sentence: str) -> None:
    with pytest.raises(CannotConnect) as raised:
        check_form(token)
    assert str(raised.value) == sentence


async def test_no_network_is_one_sentence(tmp_path: Path) -> None:
    assert await failure(NOWHERE, "token", tmp_path) == (
        1,
        "Discord cannot be reached: check the network and try again.",
    )


async def test_a_gateway_that_hangs_keeps_nobody(tmp_path: Path) -> None:
    async with DiscordServer() as server, Line(server) as line:
        async with process(line.preamble(), server.token, tmp_path) as child:
            await server.ready(20)
            line.hang()
            seconds, errors = await stop(child, signal.SIGTERM)
        assert child.returncode == 0
        assert seconds < 4
        assert "Traceback" not in errors


@pytest.mark.parametrize("hangs", ["login", "commands", "greeting"])
async def test_a_bot_that_is_still_connecting_leaves_at_once(tmp_path: Path, hangs: str) -> None:
    async with DiscordServer() as server:
        if hangs == "greeting":
            server.gateway.hold()
        else:
            server.delay(*{"login": ("GET", "/users/@me"), "commands": ("PUT", "/applications/*/commands")}[hangs], 60)
        last = {"login": "/users/@me", "commands": "/commands", "greeting": "/commands"}[hangs]
        async with process(server.preamble(), server.token, tmp_path) as child, asyncio.timeout(30):
            while not any(request.path.endswith(last) for request in server.requests):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.3)
            seconds, errors = await stop(child, signal.SIGTERM)
        server.gateway.release()
        assert child.returncode == 0
        assert seconds < 4
        assert "Traceback" not in errors


async def test_whoever_watches_slowly_keeps_nobody(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        port = free_port()
        async with process(server.preamble(), server.token, tmp_path, port=port) as child, slow_clients(port):
            await server.ready(20)
            seconds, errors = await stop(child, signal.SIGTERM)
        assert child.returncode == 0
        assert seconds < 4
        assert "Traceback" not in errors


async def test_with_all_of_it_at_once_the_bot_leaves_within_ten_seconds(tmp_path: Path) -> None:
    """Answers under way by command and by mention, a gateway that hangs, and slow clients, with the seconds of every
    day; and Discord takes none of the last words."""
    async with DiscordServer() as server, Line(server) as line:
        port, program = free_port(), AS_EVER + BOT
        general = server.channel("general")
        bot = process(line.preamble(), server.token, tmp_path, port=port, program=program)
        async with bot as child, slow_clients(port):
            await server.ready(20)
            asked = await server.slash("ask", {"question": "60"})
            await server.say(general, server.user("Ada"), f"{server.bot.mention} 60")
            await asked.acknowledgement()
            await asyncio.sleep(0.5)
            line.hang()
            server.delay("*", "*", 30, times=1000)
            seconds, errors = await stop(child, signal.SIGTERM)
        assert child.returncode == 0
        assert 4 < seconds < 10
        assert "Traceback" not in errors


async def test_work_in_a_thread_that_would_take_longer_is_left(tmp_path: Path, town_index: Path) -> None:
    """A thread cannot be broken off; the process ends without waiting for it."""
    index = tmp_path / "index"
    shutil.copytree(town_index, index)
    async with DiscordServer() as server:
        environment = os.environ | {
            "DISCORD_TOKEN": server.token,
            "PULLQUOTE_INDEX__FOLDER": str(index),
            "PULLQUOTE_OPERATION__PORT": "0",
            "PULLQUOTE_READER__NAME": "none",
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", server.preamble() + THINKING + RUN, "run", env=environment, stdout=PIPE, stderr=PIPE
        )
        try:
            await server.ready(60)
            asked = await server.slash("ask", {"question": "Think."})
            await asked.acknowledgement()
            await asyncio.sleep(0.5)
            seconds, errors = await stop(child, signal.SIGTERM)
        finally:
            if child.returncode is None:
                child.kill()
                await child.communicate()
        assert (await asked.response(0.1)).text == ENGLISH.say("notice-restarting")
        assert child.returncode == 0
        assert 4 < seconds < 10
        assert "Traceback" not in errors


class Silent:
    """A service that nobody asks."""

    span = None
    is_reachable = True

    async def answer(self, question: str, asking: Asking) -> Answer:
        raise AssertionError((question, asking))

    async def run(self, work: Callable[..., Any]) -> Any:
        raise AssertionError(work)

    glance = run


async def why_it_ended(server: DiscordServer, state: Path) -> str:
    with server.serving_this_process(), pytest.raises(CannotConnect) as raised:
        await serve(Archives(Silent()), server.token, discord_settings(), operation_settings(), state)
    return str(raised.value)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (400, "Discord answers with an error (400): try again later."),
        (429, "Discord asks to wait 100 seconds before connecting again."),
    ],
)
async def test_a_refusal_at_the_start_is_one_sentence(tmp_path: Path, status: int, sentence: str) -> None:
    async with DiscordServer() as server:
        server.fail_next("GET", "/users/@me", status, retry_after=100)
        assert await why_it_ended(server, tmp_path) == sentence


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "Discord ended the connection for good (code 4004)."),
        (
            4014,
            "Discord refuses the connection: turn on the message content intent on the application's page “Bot”, or "
            "set discord.read_messages to false.",
        ),
    ],
)
async def test_a_connection_ended_for_good_is_one_sentence(tmp_path: Path, code: int, sentence: str) -> None:
    async with DiscordServer() as server:
        ended = asyncio.create_task(why_it_ended(server, tmp_path))
        await server.ready()
        await server.drop_gateway(code)
        assert await ended == sentence


async def test_a_connection_lost_is_taken_up_again(tmp_path: Path) -> None:
    async with DiscordServer() as server, process(server.preamble(), server.token, tmp_path) as child:
        await server.ready(20)
        await server.drop_gateway()
        await asyncio.sleep(0.1)
        await server.ready(20)
        asked = await server.slash("ask", {"question": "0"})
        assert (await asked.response()).text == "-# Question: 0\n### The archive does not say."
        await stop(child, signal.SIGTERM)
        assert child.returncode == 0
