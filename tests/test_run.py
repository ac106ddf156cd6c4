"""`pullquote run` with a token, whole: it builds, connects, answers, takes up a new generation, and stops when told."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import date
from pathlib import Path

from discord_server import DiscordServer

from bot.language import day

RUN = "import sys; from bot.cli import main; sys.argv[:] = ['pullquote', *sys.argv[1:]]; main()"


def write(folder: Path, day: str, length: int) -> None:
    text = f'{day}\n\n"The Bridge"\n\nThe bridge over the Lenner is {length} metres long. It is open to all.\n'
    (folder / "bridge.txt").write_text(text)


async def run(server: DiscordServer, command: list[str], environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", server.preamble() + RUN, *command, env=environment, stdout=PIPE, stderr=PIPE
    )


async def test_run_builds_answers_follows_a_new_generation_and_stops(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "1.05.2025", 84)
    async with DiscordServer() as server:
        environment = os.environ | {
            "DISCORD_TOKEN": server.token,
            "PULLQUOTE_ARCHIVE__FOLDER": str(folder),
            "PULLQUOTE_INDEX__FOLDER": str(tmp_path / "index"),
            "PULLQUOTE_SERVICE__WATCH_SECONDS": "0.2",
        }
        child = await run(server, ["run"], environment)
        try:
            await server.ready(60)
            asked = await server.slash("ask", {"question": "How long is the bridge?"})
            first = (await asked.response(20)).text.replace("__", "")  # the words that answer are underlined
            assert "## “The bridge over the Lenner is 84 metres long.”\n-# It is open to all.\n**The Bridge**" in first
            assert day(date(2025, 5, 1)) in first

            write(folder, "2.06.2025", 96)
            build = await run(server, ["build"], environment)
            _, report = await asyncio.wait_for(build.communicate(), 60)
            assert b"Articles: 0 added, 1 changed, 0 removed" in report
            await asyncio.sleep(2)
            await server.say(
                server.channel("general"), server.user("Ada"), f"{server.bot.mention} How long is the bridge?"
            )
            second = (await server.next_message(server.channel("general"), 20)).text.replace("__", "")
            assert "96 metres long" in second
            assert day(date(2025, 6, 2)) in second

            child.send_signal(signal.SIGTERM)
            _, errors = await asyncio.wait_for(child.communicate(), 20)
        finally:
            if child.returncode is None:
                child.kill()
                await child.communicate()
        log = errors.decode()
        assert child.returncode == 0
        assert "Generation 000001: 1 passage" in log
        assert "answering from generation 000002" in log
        assert "Traceback" not in log
        assert server.refusals == []
