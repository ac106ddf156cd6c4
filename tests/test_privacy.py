"""`/privacy` through the real discord.py: what is kept is shown to the member alone, taken along, and deleted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bots import ENGLISH, Table, discord_settings, started
from discord_server import DiscordServer, Message, User

from bot.controls import in_base_36
from bot.guilds import Guilds
from bot.state import Vote
from index.answers import Answer

QUESTION = "Who baked the cake?"
TABLE = Table({QUESTION: Answer(QUESTION, (), (), 0.1, False, 0.01)})


async def press(server: DiscordServer, message: Message, label: str, user: User | None = None) -> Message:
    return await (await server.press(message, message.custom_id(ENGLISH.say(label)), user=user)).response()


async def test_a_member_sees_takes_along_and_deletes_what_is_kept_of_them(tmp_path: Path) -> None:
    async with DiscordServer() as server, started(server, TABLE, tmp_path) as bot:
        ada, guild = server.user("Ada"), server.guild.id
        shown = await (await server.slash("privacy")).response()
        assert shown.ephemeral
        assert ENGLISH.say("privacy-questions-not-kept") in shown.text
        assert "0 questions, 0 votes and 0 admin actions" in shown.text

        await (await server.slash("ask", {"question": QUESTION})).response()
        await bot.records.keep_questions(guild, 14)
        await (await server.slash("ask", {"question": QUESTION})).response()
        await bot.state.vote(Vote(1, ada.id, guild, False, "not this one"))
        shown = await (await server.slash("privacy")).response()
        assert "kept for 14 days" in shown.text
        assert "1 question, 1 vote and 0 admin actions" in shown.text

        (file,) = (await press(server, shown, "button-export")).attachments
        kept = json.loads(file.data)
        assert [one["question"] for one in kept["questions"]] == [QUESTION]
        assert [one["reason"] for one in kept["votes"]] == ["not this one"]

        asked = await press(server, shown, "button-delete")
        assert asked.ephemeral
        assert asked.text == ENGLISH.say("privacy-ask")
        assert len((await bot.records.of_member(ada.id))["questions"]) == 1
        assert (await press(server, asked, "button-delete")).text == ENGLISH.say("privacy-deleted")
        assert {what: rows for what, rows in (await bot.records.of_member(ada.id)).items() if rows} == {}
        assert server.refusals == []


async def test_nobody_else_deletes_what_is_kept_of_a_member(tmp_path: Path) -> None:
    async with DiscordServer() as server, started(server, TABLE, tmp_path) as bot:
        ada = server.user("Ada")
        await bot.state.vote(Vote(1, ada.id, server.guild.id, False, ""))
        shown = await (await server.slash("privacy", user=server.user("Bob"))).response()
        asked = await press(server, shown, "button-delete", server.user("Bob"))
        asked.control(asked.custom_id(ENGLISH.say("button-delete")))["custom_id"] = f"forget:{in_base_36(ada.id)}"
        pressed = await server.press(asked, f"forget:{in_base_36(ada.id)}", user=server.user("Bob"))
        assert (await pressed.followup()).text == ENGLISH.say("privacy-not-yours")
        assert len((await bot.records.of_member(ada.id))["votes"]) == 1


async def test_a_channel_where_the_bot_is_silent(tmp_path: Path) -> None:
    async with DiscordServer() as server, started(server, TABLE, tmp_path):
        admin, general, other = server.user("Olga"), server.channel("general"), server.channel("other")
        server.role("Admins", admin, manage_guild=True)
        set_to = await server.slash("channel", {"answers": "nothing"}, user=admin)
        assert general.mention in (await set_to.response()).text
        mention = f"{server.bot.mention} {QUESTION}"
        await server.say(general, server.user("Ada"), mention)
        thread = server.thread("Cakes", general, admin)
        await server.say(thread, server.user("Ada"), mention)
        await server.say(other, server.user("Ada"), mention)
        assert "does not say" in (await server.next_message(other)).text
        assert [
            one
            for channel in (general, thread)
            for one in channel.messages
            if not one.ephemeral and one.author is server.bot
        ] == []
        for channel, is_private in ((general, True), (thread, True), (other, False)):
            asked = await server.slash("ask", {"question": QUESTION}, channel=channel)
            assert (await asked.response()).ephemeral is is_private


async def test_what_became_of_servers_while_the_bot_was_away_is_found_out(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        stays, goes = server.guild.id, 424242
        async with started(server, TABLE, tmp_path) as bot:
            for guild in (stays, goes):
                await bot.records.set_keeper_role(guild, 1)
            await bot.records.leave(stays)  # and was invited again while the bot was away
        async with started(server, TABLE, tmp_path, discord_settings(days_after_leaving=0)) as bot:
            async with asyncio.timeout(10):
                while await bot.records.left(0) != [goes]:  # noqa: ASYNC110  # of what tells nobody
                    await asyncio.sleep(0.02)
            guilds = bot.get_cog("Guilds")
            assert isinstance(guilds, Guilds)
            await guilds.forget(stays)  # which does nothing: the bot is in it
            await guilds.forget(goes)
            assert await bot.records.guilds() == {stays}
