"""A question -> passages, by the server."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import numpy as np
from pymilvus import AsyncMilvusClient

from config.settings import MilvusSettings
from index.embeddings import Vectors
from index.errors import EngineRefuses, NoIndex, Unreachable
from index.generations import Generation, current_name, go_over, kept
from index.milvus.names import alias_of, collection_of, generation_in
from index.milvus.server import DAY, NUMBER, SOURCE, STEMS, TERMS, VECTOR, connection, failures
from index.ranking import Ranked, reciprocal_ranks, relative
from index.retrieval import Scale, Selection, Wanted, mask_of
from index.vectors import SPARE

MOST = 16_384  # hits that the server gives at once
DEEPER = 8  # times as deep as without a filter the graph is searched at most
NAMED = 4096  # passages that may be named one by one in a filter
NOTHING: Ranked = (np.empty(0, np.int64), np.empty(0, np.float32))
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Connection:
    """The asynchronous client on an event loop of its own, to which the threads that answer hand their searches: those
    of one question run at once."""

    def __init__(self, settings: MilvusSettings) -> None:
        self.settings = settings
        self.client = AsyncMilvusClient(**connection(settings))
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, name="milvus", daemon=True)
        self.thread.start()

    def begin(self, calls: Sequence[Coroutine[Any, Any, Result]]) -> Callable[[], list[Result]]:
        """Begins them; what is returned waits for what they give, in their order, and raises `Unreachable` and
        `EngineRefuses`."""

        async def all_of_them() -> list[Result]:
            async with asyncio.timeout(self.settings.seconds):
                return list(await asyncio.gather(*calls))

        begun = asyncio.run_coroutine_threadsafe(all_of_them(), self.loop)

        def ended() -> list[Result]:
            with failures(self.settings):
                return begun.result()

        return ended

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.client.close(), self.loop).result(self.settings.seconds)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(self.settings.seconds)
        self.loop.close()


class MilvusRetriever:
    """Searches the collection of one generation, by its own name: what the alias points at meanwhile does not matter.

    Where the server ranks by words, what it says of how well is another scale on every server: the ranks are fused.
    """

    def __init__(self, index: Path, generation: Generation, connection: Connection) -> None:
        self.connection = connection
        self.named: Callable[[], str] = lambda: collection_of(alias_of(index, connection.settings.name), generation)
        self.collection = self.named()
        self.generation = generation.name
        self.passages = generation.manifest.passages
        self.words = generation.words
        self.is_opened = self.is_ranking_words = False  # the server

    def open(self) -> MilvusRetriever:
        """Itself, once it is sure that the server has all of the generation, down to the last write, and has it loaded.
        Raises `NoIndex` where it has not, `Unreachable` and `EngineRefuses`."""
        self.check()
        begin, client = self.connection.begin, self.connection.client
        with suppress(EngineRefuses):  # it is loaded with another number of replicas
            begin([client.load_collection(self.collection, replica_number=self.connection.settings.replicas)])()
        asked: list[Coroutine[Any, Any, Any]] = [
            client.describe_collection(self.collection),
            client.query(self.collection, filter="", output_fields=["count(*)"], consistency_level="Strong"),
        ]
        described, counted = begin(asked)()
        if int(counted[0]["count(*)"]) != self.passages:
            raise self.lacking("not all of generation")
        self.is_ranking_words = any(field["name"] == STEMS for field in described["fields"])
        self.is_opened = True
        return self

    def check(self) -> None:
        """Raises `NoIndex` where the server has no such collection, `Unreachable` and `EngineRefuses`."""
        self.collection = self.named()  # an index that is put on a server only now gets its name now
        (is_there,) = self.connection.begin([self.connection.client.has_collection(self.collection)])()
        if not is_there:
            raise self.lacking("no generation")

    def lacking(self, what: str) -> NoIndex:
        at = self.connection.settings.address
        return NoIndex(f"Milvus at {at} has {what} {self.generation} of this index; put it there: `pullquote build`.")

    @property
    def scale(self) -> Scale:
        return reciprocal_ranks if self.is_ranking_words else relative

    def search(self, *wanted: Wanted) -> list[tuple[Ranked, Ranked]]:
        """Raises `Unreachable`."""
        with self.answering():
            if not self.is_opened:
                self.open()
        calls = [self.found(VECTOR, one.vector, one.limit, one.allowed) for one in wanted]
        if self.is_ranking_words:
            calls += [self.found(TERMS, self.asked_of(one.question), one.limit, one.allowed) for one in wanted]
        with self.answering():
            begun = self.connection.begin(calls)
            own = [] if self.is_ranking_words else [self.by_own_words(one) for one in wanted]
            found = begun()
        return list(zip(found[: len(wanted)], own or found[len(wanted) :], strict=True))

    def nearest(self, vectors: Vectors, limit: int) -> list[Ranked]:
        """Raises `Unreachable`."""
        with self.answering():
            return self.connection.begin([self.found(VECTOR, one, limit, None) for one in vectors])()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Raises `Unreachable` for whatever keeps the server from answering, which while it starts has many names; the
        log may be told which. The next question opens the collection again: some have not loaded, once they are started
        again, what they had loaded before."""
        try:
            yield
        except (EngineRefuses, NoIndex, Unreachable) as error:
            log.debug("%s", error)
            self.is_opened = False
            raise Unreachable(self.connection.settings.address) from error

    def by_own_words(self, wanted: Wanted) -> Ranked:
        return self.words.search(wanted.question, wanted.limit, mask_of(wanted.allowed))

    def asked_of(self, question: str) -> str:
        return " ".join(self.words.telling_stems(question))

    async def found(self, field: str, asked: Vectors | str, limit: int, allowed: Selection | None) -> Ranked:
        """The best of the passages `allowed`. A filter that the server cannot check itself is checked here, on more
        passages than are wanted; where it leaves few, the server is named those."""
        share = 1.0 if allowed is None else float(allowed.mask.mean())
        if allowed is None or allowed.is_whole:
            return await self.hits(field, asked, limit, conditions(allowed), share)
        if allowed.mask.sum() <= NAMED:
            named = np.flatnonzero(allowed.mask).tolist()
            return await self.hits(field, asked, limit, f"{NUMBER} in {named}", share) if named else NOTHING
        for most in (min(MOST, math.ceil(SPARE * limit / share)), MOST):
            numbers, scores = await self.hits(field, asked, most, conditions(allowed), share)
            kept = allowed[numbers]
            if kept.sum() >= limit or len(numbers) < most:
                break
        return numbers[kept][:limit], scores[kept][:limit]

    async def hits(self, field: str, asked: Vectors | str, limit: int, only: str, share: float) -> Ranked:
        if not len(asked):
            return NOTHING
        own = self.connection.settings
        depth = {"ef": self.depth(limit, share)} if field == VECTOR and own.graph == "HNSW" else {}
        (hits,) = await self.connection.client.search(
            self.collection,
            data=[asked],
            filter=only,
            limit=limit,
            output_fields=[NUMBER],
            anns_field=field,
            search_params={"metric_type": "IP" if field == VECTOR else "BM25", "params": depth},
            consistency_level="Bounded",  # nothing is written to a collection once it is published
            timeout=own.seconds,
        )
        numbers = np.array([hit[NUMBER] for hit in hits], np.int64)
        scores = np.array([hit["distance"] for hit in hits], np.float32)
        return numbers, np.abs(scores) if field == TERMS else scores  # some servers give BM25 as a distance, below 0

    def depth(self, limit: int, share: float) -> int:
        """How many of the graph to look at (ef) where so great a share may be found: at the same depth 0.90 of the ten
        nearest of a tenth of the days were found, and 0.98 of all (`benchmarks/served.py`)."""
        least = self.connection.settings.search_depth
        return max(limit, min(DEEPER * least, round(least / max(share, 1e-9))))

    def close(self) -> None:
        """Nothing: the connection serves the next generation."""


def follow(index: Path, connection: Connection) -> str | None:
    """Makes current in the index folder what is published, as by a build on another machine; a sentence where that
    generation is not there. Raises `Unreachable` and `EngineRefuses`."""
    alias = alias_of(index, connection.settings.name)
    try:
        (told,) = connection.begin([connection.client.describe_alias(alias)])()
    except EngineRefuses:  # there is none: nothing was published yet, or the server knows no aliases
        return None
    name = generation_in(alias, str(told["collection_name"]))
    if name is None or name == current_name(index):
        return None
    if name not in kept(index):
        return f"generation {name} is published, but is not in {index}; copy it there"
    go_over(index, name)
    return None


def conditions(allowed: Selection | None) -> str:
    """As an expression of the server's."""
    parts = []
    if allowed and allowed.days:
        parts.append(f"{DAY} >= {allowed.days[0]} and {DAY} <= {allowed.days[1]}")
    if allowed and allowed.sources is not None:
        parts.append(f"{SOURCE} in {json.dumps(allowed.sources, ensure_ascii=False)}")
    return " and ".join(parts)
