"""What is kept of members, wherever it is: in this process's folder, and through Redis in those of other machines."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

from bot.processes.register import Processes
from bot.records import DAY, Records

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 2.5  # for the other machines
SECONDS_APART = 0.05  # between two looks at what has come
SECONDS_KEPT = 30  # that an answer is in Redis, which nobody fetched
SECONDS_BEFORE_ANOTHER_TRY = 5.0
DAYS_REMEMBERED = 90.0  # that a member wanted to be forgotten: for machines that are off meanwhile
UNEQUAL = (
    "another machine counts %d shards, this one %d, so that servers are answered twice or not at all: set "
    "discord.shards to the same number everywhere"
)
TWICE = "another machine serves shards %s as well, so that questions are answered twice: stop one of the two processes"

Rows = dict[str, list[dict[str, Any]]]


class Members:
    """`/privacy` of all machines. `prefix` keeps one application's keys in Redis from another's."""

    def __init__(self, records: Records, processes: Processes, redis: Redis | None = None, prefix: str = "") -> None:
        self.records = records
        self.processes = processes
        self.redis = redis
        self.count = processes.shards.count or 1
        self.name = uuid.uuid4().hex  # of this process, among those of all machines
        self.met: set[str] = set()  # processes that do not go together with this one, as is in the log
        self.channel, self.forgotten, self.answers = (f"{prefix}:{what}" for what in ("ask", "forgotten", "answer"))

    async def kept(self, user: int) -> tuple[Rows, bool]:
        """All that is kept of a member, and whether it is all: with Redis, whether every shard answered."""
        rows = await self.records.of_member(user)
        others, is_all = await self.asked("tell", user)
        for other in others:
            for what, more in other.items():
                rows[what] += more
        return rows, is_all

    async def forget(self, user: int) -> bool:
        """Deletes a member's questions and votes; whether that is done everywhere. Where it is not, it will be as soon
        as the other machines run again, unless Redis did not answer."""
        await self.records.forget_member(user)
        if self.redis is not None:
            try:
                await self.redis.zadd(self.forgotten, {str(user): time.time()})
            except Exception as error:  # the errors of a package that need not be there
                log.warning("nobody else can be told to forget a member: %s", type(error).__name__)
        return (await self.asked("forget", user))[1]

    async def asked(self, what: str, user: int) -> tuple[list[Rows], bool]:
        """What processes with folders of their own answer, and whether all shards are among those who did."""
        served = await asyncio.to_thread(self.processes.served)
        missing = {*range(self.count)} - served
        answers: list[Rows] = []
        if self.redis is None or not missing:
            return answers, True
        key = f"{self.answers}:{uuid.uuid4().hex}"
        request = {"key": key, "what": what, "user": user, "served": sorted(served), "count": self.count}
        try:
            await self.redis.publish(self.channel, json.dumps(request))
            until = time.monotonic() + SECONDS_TO_ANSWER
            while missing and time.monotonic() < until:
                await asyncio.sleep(SECONDS_APART)
                for text in await self.redis.lrange(key, len(answers), -1):
                    answer = json.loads(text)
                    answers.append(answer["kept"])
                    missing -= {*answer["shards"]}
            await self.redis.delete(key)
        except Exception as error:  # the errors of a package that need not be there
            log.warning("other machines cannot be asked about a member: %s", type(error).__name__)
        if missing:
            log.warning("shards %s did not say what they keep of a member", ", ".join(map(str, sorted(missing))))
        return answers, not missing

    async def listen(self) -> None:
        """Answers the others as long as the bot runs."""
        is_lost = False
        while self.redis is not None:
            try:
                async with self.redis.pubsub() as pubsub:
                    await pubsub.subscribe(self.channel)
                    await self.catch_up()
                    await self.say_who_is_here()
                    is_lost = False
                    while True:
                        message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=SECONDS_KEPT)
                        if message:
                            await self.answer(json.loads(message["data"]))
            except Exception as error:  # whatever it was must not keep the next from an answer
                if not is_lost:
                    log.warning("other machines are not answered for now: %s", type(error).__name__)
                is_lost = True
                await asyncio.sleep(SECONDS_BEFORE_ANOTHER_TRY)

    async def answer(self, request: dict[str, Any]) -> None:
        """One process answers for all that share the folder; none does to those who read it themselves."""
        if request["what"] == "here":
            await self.meet(request)
            return
        served = await asyncio.to_thread(self.processes.served)
        if (
            request["count"] != self.count
            or self.redis is None
            or served <= {*request["served"]}
            or not self.processes.lead()
        ):
            return
        kept: Rows = {}
        if request["what"] == "forget":
            await self.records.forget_member(request["user"])
        else:
            kept = await self.records.of_member(request["user"])
        await self.redis.rpush(request["key"], json.dumps({"shards": sorted(served), "kept": kept}))
        await self.redis.expire(request["key"], SECONDS_KEPT)

    async def say_who_is_here(self, *, is_reply: bool = False) -> None:
        """Tells the others which shards this process serves."""
        own = {"what": "here", "name": self.name, "count": self.count, "is_reply": is_reply}
        if self.redis is not None:
            await self.redis.publish(self.channel, json.dumps(own | {"ids": sorted(self.processes.shards.numbers())}))

    async def meet(self, other: dict[str, Any]) -> None:
        """A line in both logs where two processes do not go together: nobody can refuse to start for the other."""
        twice = self.processes.shards.numbers() & {*other["ids"]}
        if other["name"] == self.name or (other["count"] == self.count and not twice):
            return
        if other["name"] in self.met:
            return
        self.met.add(other["name"])
        if other["count"] != self.count:
            log.error(UNEQUAL, other["count"], self.count)
        else:
            log.error(TWICE, ", ".join(map(str, sorted(twice))))
        if not other["is_reply"]:
            await self.say_who_is_here(is_reply=True)

    async def catch_up(self) -> None:
        """Forgets what members wanted forgotten while this process did not hear of it."""
        if self.redis is None:
            return
        await self.redis.zremrangebyscore(self.forgotten, 0, time.time() - DAYS_REMEMBERED * DAY)
        wanted: list[Any] = await self.redis.zrange(self.forgotten, 0, -1, withscores=True)
        for user, at in wanted:
            await self.records.forget_member(int(user), before=float(at))
