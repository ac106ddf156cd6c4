"""Generations -> collections on the server, and which of them is published."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import grpc
import numpy as np
from pymilvus import DataType, Function, FunctionType, MilvusClient
from pymilvus.exceptions import MilvusException

from config.settings import MilvusSettings
from index import layout
from index.errors import EngineRefuses, Unreachable
from index.generations import Generation, kept
from index.milvus.names import alias_of, collection_of, draw, generation_in
from index.milvus.server import DAY, NUMBER, SOURCE, STEMS, TERMS, VECTOR, connection, failures

ROWS = 2000  # in one message to the server, which takes 64 MB
LONGEST = 65_535  # bytes of a text field
NO_ALIAS = {100, 1600}  # codes of an alias that is not there, which versions differ in
SECONDS_OF_A_LOOK = 0.2  # at how far indexing is
SECONDS_APART = 5.0  # of two attempts to write to a server that does not answer
BM25_SINCE = (2, 5)
VERSION = re.compile(r"v?(\d+)\.(\d+)")
Progress = Callable[[str, int, int], None]


class Publisher:
    """Puts generations of one index on a server."""

    def __init__(self, index: Path, settings: MilvusSettings) -> None:
        self.index = index
        self.settings = settings

    @property
    def alias(self) -> str:
        return alias_of(self.index, self.settings.name)

    @contextmanager
    def client(self) -> Iterator[MilvusClient]:
        with failures(self.settings):
            client = MilvusClient(**connection(self.settings))
            try:
                yield client
            finally:
                client.close()

    def check(self) -> None:
        """Raises `Unreachable` and `EngineRefuses`: before a build, rather than after an hour of it."""
        with self.client() as client:
            client.list_collections(timeout=self.settings.seconds)

    def put(self, generation: Generation, progress: Progress = lambda *_: None, patience: float = 0) -> str:
        """Writes the generation's collection, unless all of it is there; its name. Raises `Unreachable`, where the
        server does not come back within so many seconds after it was first missed, and `EngineRefuses`."""
        until: float | None = None
        while True:
            try:
                return self.put_once(generation, progress)
            except Unreachable:
                until = until or time.monotonic() + patience
                if time.monotonic() >= until:
                    raise
                progress("Waiting for the server", 0, 1)
                time.sleep(SECONDS_APART)

    def put_once(self, generation: Generation, progress: Progress) -> str:
        draw(self.index)
        name = collection_of(self.alias, generation)
        with self.client() as client:
            if self.rows_in(client, name) == generation.manifest.passages:
                return name
            if client.has_collection(name):
                self.drop(client, name)
            self.create(client, name, generation)
            stems = STEMS in fields_of(client, name)
            total = generation.manifest.passages
            for start in range(0, total, ROWS):
                client.insert(name, rows(generation, range(start, min(start + ROWS, total)), stems))
                progress("Filling the server", min(start + ROWS, total), total)
            client.flush(name)
            self.make_searchable(client, name, stems, progress)
            found = self.rows_in(client, name)
            if found != total:
                raise EngineRefuses(
                    f"Milvus at {self.settings.address} holds {found} of {total} passages; build again."
                )
        return name

    def create(self, client: MilvusClient, name: str, generation: Generation) -> None:
        schema = client.create_schema(auto_id=False)
        schema.add_field(NUMBER, DataType.INT64, is_primary=True)
        schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=generation.manifest.dimensions)
        schema.add_field(DAY, DataType.INT32)
        schema.add_field(SOURCE, DataType.VARCHAR, max_length=LONGEST)
        if self.ranks_words(client):
            whole = {"tokenizer": "standard"}  # stems come one by one, and are split at spaces alone
            schema.add_field(STEMS, DataType.VARCHAR, max_length=LONGEST, enable_analyzer=True, analyzer_params=whole)
            schema.add_field(TERMS, DataType.SPARSE_FLOAT_VECTOR)
            schema.add_function(Function("bm25", FunctionType.BM25, [STEMS], [TERMS]))
        client.create_collection(name, schema=schema, num_shards=self.settings.shards, consistency_level="Bounded")

    def ranks_words(self, client: MilvusClient) -> bool:
        """Whether the server is to rank by words."""
        if self.settings.words != "auto":
            return self.settings.words == "server"
        try:
            version = VERSION.search(client.get_server_version())
        except (MilvusException, grpc.RpcError):  # of one that runs inside a process and does not say
            return True
        return version is None or (int(version[1]), int(version[2])) >= BM25_SINCE

    def make_searchable(self, client: MilvusClient, name: str, stems: bool, progress: Progress) -> None:
        """Indexes and loads, waits for both, and tells how many passages are indexed."""
        own = self.settings
        graph = {"M": own.links, "efConstruction": own.build_depth} if own.graph == "HNSW" else {}
        indexes = client.prepare_index_params()
        indexes.add_index(VECTOR, index_type=own.graph, index_name=VECTOR, metric_type="IP", params=graph)
        if stems:
            indexes.add_index(TERMS, index_type="SPARSE_INVERTED_INDEX", index_name=TERMS, metric_type="BM25")
        client.create_index(name, indexes, timeout=None, sync=False)
        for field in (VECTOR, TERMS) if stems else (VECTOR,):
            while not is_indexed(told := client.describe_index(name, field)):
                total = int(told["total_rows"])
                progress("Indexing on the server", min(int(told["indexed_rows"]), total), total + 1)
                time.sleep(SECONDS_OF_A_LOOK)
        client.load_collection(name, timeout=None, replica_number=own.replicas)
        progress("Indexing on the server", 1, 1)

    def rows_in(self, client: MilvusClient, name: str) -> int | None:
        """How many passages a collection holds that can be searched, now or once it is loaded, as its last write left
        it; None of one that cannot."""
        if not client.has_collection(name):
            return None
        with suppress(MilvusException):  # it is loaded with another number of replicas, or was never indexed
            client.load_collection(name, timeout=None, replica_number=self.settings.replicas)
        try:
            counted = client.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong")
        except MilvusException:  # it cannot be searched
            return None
        return int(counted[0]["count(*)"])

    @contextmanager
    def switched_to(self, name: str) -> Iterator[None]:
        """Points the alias at a generation of the index folder, whose collection is written where it is not there;
        back, where what follows fails."""
        with Generation(layout.generation(self.index, name)) as generation:
            collection = self.put(generation)
        with self.client() as client:
            before = self.published(client)
            self.point_at(client, collection)
        try:
            yield
        except BaseException:
            if before:
                with self.client() as client:
                    self.point_at(client, before)
            raise

    def point_at(self, client: MilvusClient, collection: str) -> None:
        if self.published(client) is None:
            client.create_alias(collection_name=collection, alias=self.alias)
        else:
            client.alter_alias(collection_name=collection, alias=self.alias)

    def published(self, client: MilvusClient) -> str | None:
        """The collection that the alias points at."""
        try:
            return str(client.describe_alias(self.alias)["collection_name"]) or None
        except MilvusException as error:
            if error.code in NO_ALIAS:
                return None
            raise
        except grpc.RpcError as error:
            if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.UNIMPLEMENTED:
                return None
            raise

    def tidy(self) -> None:
        """Drops the collections of generations that are no longer kept, and what a build that failed left under the
        number of the published one; takes those out of the server's memory that are neither published nor the one
        before."""
        with self.client() as client:
            published = self.published(client)
            there = {*kept(self.index)} - {generation_in(self.alias, published or "")}
            own = {one: generation_in(self.alias, one) for one in client.list_collections() if one != published}
            before = max((one for one in own.values() if one in there), default=None)
            for collection, generation in own.items():
                if generation is not None and generation not in there:
                    self.drop(client, collection)
                elif generation is not None and generation != before:
                    client.release_collection(collection)

    def drop(self, client: MilvusClient, collection: str) -> None:
        """Raises `EngineRefuses` for the published one: the server itself would drop it."""
        if self.published(client) == collection:
            raise EngineRefuses(f"The collection {collection} is published; it is not dropped.")
        client.drop_collection(collection)


def is_indexed(told: dict[str, Any]) -> bool:
    """Raises `EngineRefuses` where the server gave it up."""
    if told["state"] == "Failed":
        raise EngineRefuses(f"Milvus cannot index: {told.get('index_state_fail_reason') or 'it does not say why'}.")
    return bool(told["state"] == "Finished" and not int(told.get("pending_index_rows", 0)))


def fields_of(client: MilvusClient, collection: str) -> set[str]:
    described: Any = client.describe_collection(collection)
    return {field["name"] for field in described["fields"]}


def rows(generation: Generation, numbers: range, stems: bool) -> list[dict[str, Any]]:
    """What the server is told of the passages `numbers`."""
    store = generation.store
    vectors = generation.vectors.rows(np.arange(numbers.start, numbers.stop))
    told = []
    for number, vector in zip(numbers, vectors, strict=True):
        article = int(store.article_of[number])
        row = {NUMBER: number, VECTOR: vector, DAY: int(store.dates[article]), SOURCE: store.sources[article] or ""}
        if stems:
            passage = store.passage(number)
            row[STEMS] = stems_of(generation, f"{passage.article.title}\n{passage.text}")
        told.append(row)
    return told


def stems_of(generation: Generation, text: str) -> str:
    return " ".join(generation.words.stems(text)).encode()[:LONGEST].decode("utf-8", "ignore")
