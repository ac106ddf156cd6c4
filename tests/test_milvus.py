"""The archive on a Milvus server: found as with FAISS, published by an alias, unreachable for a while, never mixed.

The server is milvus-lite 3.2.2, which comes with the test packages and speaks the whole interface. With
PULLQUOTE_TEST_ENGINES=FOLDER, in which `benchmarks/engines.py` makes their environments, the same is asked of the real
server 2.3.5 and, as far as it goes (it knows no alias), of the real core of 2.5.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, nullcontext, suppress
from datetime import date
from functools import partial
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
from bots import ENGLISH
from conftest import ENGINES_CACHE as CACHE
from conftest import Pullquote
from discord_server import Channel, DiscordServer
from engines import CORE, ENGINES, LITE, SERVER, Server, environment_of
from grpc import RpcError
from pymilvus.exceptions import MilvusException
from rich.console import Console
from test_bot import mention
from test_build import RECIPE, Letters
from test_health import running, until
from test_service import folder

from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, MilvusSettings, ServiceSettings, Settings
from index import generations
from index.answers import Answerer, Asking
from index.archive import Archive, generation_of
from index.build import Recipe, build
from index.cli import built
from index.embeddings import Embedder
from index.errors import EngineRefuses, NoIndex, Unreachable
from index.filters import Filters
from index.generations import Generation, current_name
from index.layout import GENERATIONS
from index.milvus.asking import MOST, NAMED, Connection, MilvusRetriever, conditions, follow
from index.milvus.names import collection_of
from index.milvus.publishing import Publisher
from index.models import Model
from index.opener import Opener, is_served, publisher_of
from index.reader import Reader
from index.retrieval import LocalRetriever, Selection, Wanted
from index.search import Query, Sort, search
from index.similar import similar_articles

__all__ = ["folder"]  # a fixture
OTHERS = "set PULLQUOTE_TEST_ENGINES to a folder for the environments of other servers"
QUIET: Callable[[str, int, int], None] = lambda *_: None  # noqa: E731


def kinds(*names: str) -> list[pytest.param]:  # type: ignore[valid-type]  # of pytest
    without = pytest.mark.skipif(CACHE is None, reason=OTHERS)
    return [pytest.param(name, marks=() if name == LITE.name else without) for name in names]


@contextmanager
def served(name: str, data: Path) -> Iterator[Server]:
    data.mkdir(exist_ok=True)
    engine = ENGINES[name]
    environment = Path(sys.prefix) if engine is LITE and CACHE is None else environment_of(engine, Path(CACHE or ""))
    server = Server(engine, environment, data)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="module", params=kinds(LITE.name, SERVER.name, CORE.name))
def any_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(request.param, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module", params=kinds(LITE.name, SERVER.name))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that knows aliases."""
    with served(request.param, tmp_path_factory.mktemp("server")) as server:
        yield server


def settings_of(server: Server) -> MilvusSettings:
    graph = "FLAT" if server.engine is CORE else "HNSW"
    return Settings.load(milvus={"address": server.address, "graph": graph}).milvus


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    with closing(Connection(settings_of(server))) as connection:
        yield connection


@pytest.fixture(scope="module")
def both(
    any_server: Server, town_index: Path, model: Model, embedder: Embedder, reader: Reader
) -> Iterator[tuple[Archive, Archive]]:
    """The sample archive, searched here and by a server."""
    settings = settings_of(any_server)
    with closing(Archive.open(town_index, model, embedder, reader)) as local, closing(Connection(settings)) as asked:
        Publisher(town_index, settings).put(local.generation)
        retriever = MilvusRetriever(town_index, local.generation, asked).open()
        yield local, Archive(local.generation, embedder, reader, retriever)


# Found as with FAISS


def test_questions_are_answered_as_with_faiss(both: tuple[Archive, Archive], settings: Settings) -> None:
    lines = (Path(__file__).parent / "town" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines][::6]
    here, there = (
        [Answerer(archive, settings.answers).answer(question, Asking(today=date(2025, 6, 1))) for question in questions]
        for archive in both
    )
    firsts, others = ([[quote.text for quote in one.quotes[:1]] for one in answers] for answers in (here, there))
    assert np.mean([one == other for one, other in zip(firsts, others, strict=True)]) >= 0.95
    assert np.mean([one.answered == other.answered for one, other in zip(here, there, strict=True)]) >= 0.95


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("footbridge cost", Filters()),
        ("footbridge cost", Filters(after=date(2025, 1, 1))),
        ("footbridge cost", Filters(after=date(2024, 5, 1), before=date(2024, 9, 1))),
        ("footbridge", Filters(before=date(1990, 1, 1))),
        ('"River Lenner"', Filters()),
        ('"River Lenner" -flood', Filters(after=date(2024, 1, 1))),
        ("the and of", Filters()),
    ],
)
def test_a_search_with_filters_finds_what_faiss_finds(
    both: tuple[Archive, Archive], query: str, filters: Filters
) -> None:
    here, there = (
        [(one.article.id, one.start) for one in search(archive, Query.parse(query), filters, Sort.relevance, 10)]
        for archive in both
    )
    assert set(here) & set(there) >= set(here[:5])
    assert len(here) == len(there)


def test_an_article_s_likes_are_those_of_faiss(both: tuple[Archive, Archive]) -> None:
    here, there = ([article.id for article, _ in similar_articles(archive, 3)] for archive in both)
    assert here == there


def test_a_filter_that_the_server_cannot_check_leaves_out_nothing(both: tuple[Archive, Archive]) -> None:
    """Passages named one by one, and many of them asked for and checked here, are those that FAISS finds."""
    local, other = both
    retriever = other.retriever
    assert isinstance(local.retriever, LocalRetriever)
    count = local.generation.manifest.passages
    (asked,) = local.embedder.encode(["What did the bridge cost?"])
    for step in (2, 3, 50):
        mask = np.arange(count) % step == 0
        wanted = Wanted(asked.vector, "bridge", 10, Selection(mask))
        ((numbers, scores), _) = retriever.search(wanted)[0]
        ((own, own_scores), _) = local.retriever.search(wanted)[0]
        assert numbers.tolist() == own.tolist()
        assert scores == pytest.approx(own_scores, abs=1e-3)
    nothing = retriever.search(Wanted(asked.vector, "bridge", 10, Selection(np.zeros(count, bool))))
    assert [len(numbers) for numbers, _ in nothing[0]] == [0, 0]
    assert count < NAMED < MOST


def test_the_graph_is_searched_deeper_where_less_may_be_found(both: tuple[Archive, Archive]) -> None:
    _, served_archive = both
    retriever = served_archive.retriever
    assert isinstance(retriever, MilvusRetriever)
    least = retriever.connection.settings.search_depth
    assert [retriever.depth(100, share) for share in (1.0, 0.5, 0.01)] == [least, 2 * least, 8 * least]
    assert retriever.depth(10 * least, 1.0) == 10 * least  # never fewer than are asked for


def test_sources_with_any_letters_are_filtered(server: Server, tmp_path: Path, connection: Connection) -> None:
    names = ['say "so"', "back\\slash", "Zeitung Süd", "new\tpaper", "a' or 1 == 1", "新聞"]
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()
    for number, name in enumerate(names):
        row = {"id": str(number), "title": f"T{number}", "text": f"Bees buzz about {number}.", "source": name}
        (folder / f"{number}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    publisher = Publisher(index, settings_of(server))
    build(folder, index, with_publisher(publisher), Letters, QUIET)
    with Archive.open(index, RECIPE.model, Letters()).generation as generation:
        retriever = MilvusRetriever(index, generation, connection).open()
        archive = Archive(generation, Letters(), None, retriever)
        for name in names:
            found = search(archive, Query.parse("bees"), Filters(source=name), Sort.relevance, 10)
            assert [one.article.source for one in found] == [name]


def test_selections_meet() -> None:
    one = Selection(np.array([True, True, False]), (5, 9), ("a", "b"), True)
    other = Selection(np.array([True, False, True]), (7, 20), ("b", "c"), True)
    both = one & other
    assert (both.mask.tolist(), both.days, both.sources, both.is_whole) == ([True, False, False], (7, 9), ("b",), True)
    assert conditions(both) == 'day >= 7 and day <= 9 and source in ["b"]'
    exact = both & Selection(np.array([True, True, True]))
    assert (exact.days, exact.is_whole) == ((7, 9), False)
    assert conditions(None) == conditions(Selection(np.ones(2, bool))) == ""


# Published by an alias


def with_publisher(publisher: Publisher) -> Recipe:
    return Recipe(RECIPE.model, RECIPE.passage_words, RECIPE.max_file_megabytes, RECIPE.keep, publisher)


@pytest.fixture
def publisher(server: Server, tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "index", settings_of(server))


def published(publisher: Publisher) -> str | None:
    with publisher.client() as client:
        return publisher.published(client)


def collections(publisher: Publisher) -> list[str]:
    with publisher.client() as client:
        return sorted(one for one in client.list_collections() if one.startswith(publisher.alias))


def made(publisher: Publisher, folder: Path, text: str) -> None:
    (folder / "a.txt").write_text(f'1.05.2025\n\n"Title"\n\n{text}\n')
    build(folder, publisher.index, with_publisher(publisher), Letters, QUIET)


def test_a_build_publishes_and_what_is_no_longer_kept_is_dropped(publisher: Publisher, folder: Path) -> None:
    for number in range(1, 6):
        made(publisher, folder, f"Bees buzz {number}.")
        newest = collections(publisher)[-1]
        assert published(publisher) == newest
        assert newest.startswith(f"{publisher.alias}_{number:06d}_")
    assert [one.split("_")[2] for one in collections(publisher)] == generations.kept(publisher.index)


def test_a_rollback_switches_back_and_another_forth(publisher: Publisher, folder: Path) -> None:
    for number in range(3):
        made(publisher, folder, f"Bees buzz {number}.")
    for wanted in (None, "1", "3"):
        name = generations.roll_back(publisher.index, wanted, publisher.switched_to)
        assert str(published(publisher)).startswith(f"{publisher.alias}_{name}_")
        assert current_name(publisher.index) == name


def test_what_the_server_lost_is_put_there_again_without_computing(publisher: Publisher, folder: Path) -> None:
    made(publisher, folder, "Bees buzz.")
    collection = str(published(publisher))
    with publisher.client() as client:
        client.drop_alias(publisher.alias)
        client.drop_collection(collection)
    report = build(folder, publisher.index, with_publisher(publisher), no_model, QUIET)
    assert report.generation is None
    assert published(publisher) == collection


def no_model() -> Embedder:
    raise AssertionError("nothing is to be computed")


def test_an_archive_moves_to_a_server_without_computing(publisher: Publisher, folder: Path) -> None:
    build(folder, publisher.index, RECIPE, Letters, QUIET)
    build(folder, publisher.index, with_publisher(publisher), no_model, QUIET)
    assert str(published(publisher)).startswith(f"{publisher.alias}_000001_")


def test_the_server_has_two_generations_in_memory_and_loads_another_where_it_is_wanted(
    publisher: Publisher, folder: Path
) -> None:
    for number in range(3):
        made(publisher, folder, f"Bees buzz {number}.")
    assert loaded(publisher) == ["000002", "000003"]
    generations.roll_back(publisher.index, "1", publisher.switched_to)
    assert loaded(publisher) == ["000001", "000002", "000003"]


def loaded(publisher: Publisher) -> list[str]:
    """The generations whose collections the server can search."""
    there = collections(publisher)
    with publisher.client() as client:
        states = {one: str(client.get_load_state(one)["state"]) for one in there}
    return [one.split("_")[2] for one, state in states.items() if state.endswith("Loaded") and "Not" not in state]


def test_what_the_server_cannot_say_to_be_unpublished_is_not_dropped(tmp_path: Path, folder: Path) -> None:
    with served(LITE.name, tmp_path / "server") as server:
        publisher = Publisher(tmp_path / "index", settings_of(server))
        made(publisher, folder, "Bees buzz.")
        (collection,) = collections(publisher)
        with suppress(Unreachable), publisher.client() as client:
            server.kill()
            with pytest.raises((MilvusException, RpcError)):
                publisher.drop(client, collection)


def test_what_is_published_is_never_dropped(publisher: Publisher, folder: Path) -> None:
    made(publisher, folder, "Bees buzz.")
    collection = str(published(publisher))
    with pytest.raises(EngineRefuses, match="is published"), publisher.client() as client:
        publisher.drop(client, collection)
    assert collections(publisher) == [collection]


def test_the_alias_goes_back_where_the_rest_of_publishing_fails(publisher: Publisher, folder: Path) -> None:
    made(publisher, folder, "Bees buzz.")
    before = published(publisher)
    current = publisher.index / "current"
    kept = current.read_text()
    current.unlink()
    current.mkdir()
    (current / "in the way").touch()
    with pytest.raises(IsADirectoryError):
        made(publisher, folder, "Wasps buzz.")
    assert published(publisher) == before
    (current / "in the way").unlink()
    current.rmdir()
    current.write_text(kept)
    made(publisher, folder, "Wasps buzz.")
    assert published(publisher) != before
    assert collections(publisher) == [before, published(publisher)]  # nothing of what failed


def test_a_collection_half_written_is_written_anew(publisher: Publisher, folder: Path) -> None:
    made(publisher, folder, "Bees buzz.")
    with Generation(publisher.index / GENERATIONS / "000001") as generation, publisher.client() as client:
        collection = collection_of(publisher.alias, generation)
        client.drop_alias(publisher.alias)
        client.drop_collection(collection)
        publisher.create(client, collection, generation)
        assert publisher.put(generation) == collection
        assert publisher.rows_in(client, collection) == generation.manifest.passages


def test_another_machine_follows_once_the_generation_is_there(
    publisher: Publisher, folder: Path, tmp_path: Path, connection: Connection
) -> None:
    made(publisher, folder, "Bees buzz.")
    other = tmp_path / "other"
    subprocess.run(["cp", "-r", publisher.index, other], check=True)
    assert follow(other, connection) is None
    made(publisher, folder, "Wasps buzz.")
    told = follow(other, connection)
    assert told == f"generation 000002 is published, but is not in {other}; copy it there"
    assert current_name(other) == "000001"
    subprocess.run(["cp", "-r", publisher.index / GENERATIONS / "000002", other / GENERATIONS], check=True)
    assert follow(other, connection) is None
    assert current_name(other) == "000002"


def test_a_generation_that_is_not_there_is_told(publisher: Publisher, folder: Path, connection: Connection) -> None:
    build(folder, publisher.index, RECIPE, Letters, QUIET)
    with Generation(publisher.index / GENERATIONS / "000001") as generation:
        retriever = MilvusRetriever(publisher.index, generation, connection)
        with pytest.raises(NoIndex, match="has no generation 000001"):
            retriever.open()
        assert follow(publisher.index, connection) is None
        assert published(publisher) is None
        assert not (publisher.index / "milvus").exists()  # as in a backup, in which whoever only looks leaves nothing
        publisher.put(generation)
        assert retriever.open().is_opened


# Unreachable


def test_an_answer_while_the_server_is_gone_says_so_and_later_ones_are_answers(tmp_path: Path, folder: Path) -> None:
    with served(LITE.name, tmp_path / "server") as server:
        settings = settings_of(server)
        publisher = Publisher(tmp_path / "index", settings)
        made(publisher, folder, "Bees buzz about.")
        with (
            closing(Connection(settings)) as connection,
            Generation(publisher.index / GENERATIONS / "000001") as generation,
        ):
            archive = Archive(
                generation, Letters(), None, MilvusRetriever(publisher.index, generation, connection).open()
            )
            assert archive.retrieve("bees").passages
            server.kill()
            begun = time.monotonic()
            with pytest.raises(Unreachable, match="try again"):
                archive.retrieve("bees")
            assert time.monotonic() - begun < settings.seconds + 1
            with pytest.raises(Unreachable):
                follow(publisher.index, connection)
            server.start()
            assert answered_again(archive, "bees")


def answered_again(archive: Archive, question: str) -> bool:
    """Whether the archive finds anything within 15 seconds."""
    begun = time.monotonic()
    while time.monotonic() - begun < 15:
        with suppress(Unreachable):
            return bool(archive.retrieve(question).passages)
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("patience", [5, 0])
def test_a_server_that_dies_while_it_is_filled_is_filled_anew_or_the_build_ends(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    """However long it took until then."""
    monkeypatch.setattr("index.build.PATIENCE", patience)
    monkeypatch.setattr("index.milvus.publishing.ROWS", 1)
    monkeypatch.setattr("index.milvus.publishing.SECONDS_APART", 0.2)
    (folder / "b.txt").write_text('1.05.2025\n\n"Title"\n\nWasps buzz about.\n')
    told = []
    with served(LITE.name, tmp_path / "server") as server:
        publisher = Publisher(tmp_path / "index", settings_of(server))

        def progress(stage: str, done: int, _: int) -> None:
            told.append((stage, done))
            if told.count(("Filling the server", 1)) == done == 1 and stage == "Filling the server":
                time.sleep(patience)
                server.kill()
                back.start()

        back = Timer(1, server.start)
        with nullcontext() if patience else pytest.raises(Unreachable):
            try:
                build(folder, publisher.index, with_publisher(publisher), Letters, progress)
            finally:
                back.join()
    assert told.count(("Filling the server", 1)) == (2 if patience else 1)
    assert current_name(publisher.index) == ("000001" if patience else None)


def test_an_archive_can_be_opened_while_the_server_is_gone(tmp_path: Path) -> None:
    with served(LITE.name, tmp_path / "server") as server:
        own = Settings.load(
            index={"folder": str(tmp_path / "index"), "engine": "milvus"},
            milvus={"address": server.address, "seconds": 2},
        )
        built(own, QUIET, SAMPLE_ARCHIVE)
        server.kill()
        opener = Opener(own, Console(quiet=True), with_reader=False)
        with closing(opener()) as archive:
            with pytest.raises(Unreachable):
                archive.retrieve("footbridge")
            with pytest.raises(Unreachable):
                archive.retriever.check()
            with pytest.raises(Unreachable):
                opener()  # another, as of a new generation, must not take the place of one that may answer soon
            server.start()
            assert answered_again(archive, "footbridge")
            archive.retriever.check()
            with publisher_of(own, own.index.path).client() as client:  # type: ignore[union-attr]  # there is one
                for collection in client.list_collections():
                    client.drop_collection(collection)
            with pytest.raises(NoIndex, match="has no generation 000001"):
                archive.retriever.check()
            with pytest.raises(Unreachable):
                archive.retrieve("footbridge")
            built(own, QUIET)
            assert archive.retrieve("footbridge").passages


async def test_the_bot_says_so_and_answers_again_by_itself(tmp_path: Path, folder: Path) -> None:
    with served(LITE.name, tmp_path / "server") as milvus:
        publisher = Publisher(tmp_path / "index", settings_of(milvus))
        made(publisher, folder, "Bees buzz about.")
        discord = DiscordServer()
        async with asking(publisher) as service, running(discord, service, tmp_path) as (_, address):
            general, ready = discord.channel("general"), f"{address}/readyz"
            await until(ready, (200, "ok\n"))
            milvus.kill()
            await until(ready, (503, "the archive is unreachable\n"))
            assert await answer_in(discord, general) == ENGLISH.say("notice-unreachable")
            milvus.start()
            await until(ready, (200, "ok\n"), 15)
            async with asyncio.timeout(15):
                while await answer_in(discord, general) == ENGLISH.say("notice-unreachable"):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            made(publisher, folder, "Wasps buzz about.")
            async with asyncio.timeout(15):
                while service.shared.archive.generation.name != "000002":  # noqa: ASYNC110  # of what tells nobody
                    await asyncio.sleep(0.05)


@asynccontextmanager
async def asking(publisher: Publisher) -> AsyncIterator[Service]:
    """What a bot asks: it looks often for what is published."""
    with closing(Connection(publisher.settings)) as connection:

        def opened() -> Archive:
            generation = generation_of(publisher.index, RECIPE.model)
            return Archive(generation, Letters(), None, MilvusRetriever(publisher.index, generation, connection).open())

        limits = ServiceSettings(threads=2, queue=8, time_limit_seconds=20, watch_seconds=0.1)
        published = partial(follow, publisher.index, connection)
        service = Service(publisher.index, opened, Settings.load().answers, limits, published=published)
        service.watch()
        yield service
        await service.close()


async def answer_in(server: DiscordServer, channel: Channel) -> str:
    await mention(server, channel, "What do bees do?")
    return (await server.next_message(channel)).text


def test_the_command_line_says_what_is_wrong(pullquote: Pullquote, tmp_path: Path, folder: Path) -> None:
    index, config = tmp_path / "index", tmp_path / "own.toml"
    config.write_text('[index]\nengine = "milvus"\n[milvus]\naddress = "http://127.0.0.1:9"\nseconds = 1\n')
    ran = pullquote("build", folder, "--index", index, "--config", config)
    assert (ran.code, current_name(index)) == (1, None)
    assert "Milvus at http://127.0.0.1:9 does not answer; try again" in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    build(folder, index, RECIPE, Letters, QUIET)
    assert "does not answer" in pullquote("status", "--index", index, "--config", config).out
    config.write_text('[index]\nengine = "milvus"\n[milvus]\naddress = "here"\n')
    assert "milvus.address" in pullquote("status", "--index", index, "--config", config).err


@pytest.mark.parametrize(("index", "answer"), [("/srv/guilds/news", True), ("/srv/index/guilds/1234", False)])
def test_a_server_s_own_archive_stays_with_faiss_and_no_other(index: str, answer: bool) -> None:
    own = Settings.load(index={"folder": index, "engine": "milvus"})
    assert is_served(own, own.index.path) is answer


def test_without_the_client_a_sentence_says_how_to_get_it() -> None:
    code = "import sys; sys.modules['pymilvus'] = None; import index.milvus.asking"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'pullquote[milvus]'" in ended.stderr
