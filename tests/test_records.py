"""What is kept of guilds and members: only where that was turned on, and gone when it is to be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.records import DAY, Records
from bot.state import Mode, State, Vote

GUILD, OTHER, ADA, BOB = 10, 20, 1, 2


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    state = await State.open(tmp_path)
    yield Records(state)
    await state.close()


async def ask(records: Records, guild: int | None = GUILD, user: int = ADA, question: str = "Who won?") -> None:
    await records.asked(guild, user, question, 0.1, answered=False)


async def grow_old(records: Records, days: float) -> None:
    for table in ("questions", "actions"):
        await records.state.write(f"UPDATE {table} SET at = at - ?", days * DAY)
    await records.state.write("UPDATE guilds SET gone = gone - ?", days * DAY)


async def test_no_question_is_kept_until_that_is_turned_on(records: Records) -> None:
    await ask(records)
    await ask(records, None)
    assert await records.unanswered(GUILD) == []
    await records.keep_questions(GUILD, 7)
    for guild in (GUILD, OTHER, None):
        await ask(records, guild)
    assert [one.question for one in await records.unanswered(GUILD)] == ["Who won?"]
    assert len((await records.of_member(ADA))["questions"]) == 1


async def test_questions_are_gone_after_their_days_and_with_none_at_once(records: Records) -> None:
    await records.keep_questions(GUILD, 7)
    await records.keep_questions(OTHER, 30)
    for guild in (GUILD, OTHER):
        await ask(records, guild)
    await grow_old(records, 6)
    await records.forget_old()
    assert len(await records.unanswered(GUILD)) == 1
    await grow_old(records, 2)
    await records.forget_old()
    assert (len(await records.unanswered(GUILD)), len(await records.unanswered(OTHER))) == (0, 1)
    await records.keep_questions(OTHER, 0)
    assert await records.unanswered(OTHER) == []


async def test_a_member_can_take_along_and_delete_what_is_kept_of_them_and_of_nobody_else(records: Records) -> None:
    await records.keep_questions(GUILD, 7)
    for user in (ADA, BOB):
        await ask(records, user=user)
        await records.state.vote(Vote(5, user, GUILD, False, "too old"))
        await records.act(GUILD, user, "reindex")
    kept = await records.of_member(ADA)
    assert [one["question"] for one in kept["questions"]] == ["Who won?"]
    assert [one["reason"] for one in kept["votes"]] == ["too old"]
    assert [one["action"] for one in kept["actions"]] == ["reindex"]
    await records.forget_member(ADA)
    left = await records.of_member(ADA)
    assert (left["questions"], left["votes"], len(left["actions"])) == ([], [], 1)
    assert {what: len(rows) for what, rows in (await records.of_member(BOB)).items()} == dict.fromkeys(kept, 1)


async def test_what_is_kept_of_a_guild_is_deleted_some_days_after_it_was_left(records: Records) -> None:
    await records.keep_questions(GUILD, 60)
    await records.set_keeper_role(GUILD, 99)
    await records.state.set_mode(7, GUILD, Mode.EVERYTHING)
    await ask(records)
    await records.act(GUILD, ADA, "reindex")
    await records.leave(GUILD)
    assert await records.left(30) == []
    await grow_old(records, 20)
    await records.leave(GUILD)  # heard of again, as after a restart
    await grow_old(records, 11)
    assert await records.left(30) == [GUILD]
    await records.forget_guild(GUILD)
    assert await records.left(30) == []
    assert await records.keeper_role(GUILD) is None
    assert await records.days_kept(GUILD) == 0
    assert await records.state.mode(7) is Mode.MENTIONS
    assert await records.actions(GUILD) == []
    assert await records.unanswered(GUILD) == []


async def test_a_guild_that_comes_back_in_time_keeps_everything(records: Records) -> None:
    await records.set_keeper_role(GUILD, 99)
    await records.leave(GUILD)
    await grow_old(records, 31)
    await records.come_back(GUILD)
    assert await records.left(30) == []
    assert await records.keeper_role(GUILD) == 99


async def test_the_newest_action_stands_first(records: Records) -> None:
    for number in range(25):
        await records.act(GUILD, ADA, "rollback", str(number))
    await records.act(OTHER, ADA, "export")
    assert [one.detail for one in await records.actions(GUILD)] == [str(number) for number in range(24, 4, -1)]
