"""What several test files share: one loaded model, one built sample archive, the folder of question sets."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from bot.cli import main
from bot.service import Service
from config.settings import SAMPLE_ARCHIVE, Settings
from index.archive import Archive
from index.build import Recipe, build
from index.embeddings import Embedder
from index.engine import load_embedder, load_reader
from index.models import Model, find_model
from index.reader import Reader

pytest_plugins = ["discord_client"]  # the stand-in Discord and a client for it, as fixtures

# What an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("pullquote", deadline=None, max_examples=60)
hypothesis.settings.load_profile("pullquote")

ROOT = Path(__file__).parent.parent
QUESTION_SETS = Path(os.environ.get("PULLQUOTE_TEST_DATA", ROOT.parent / "shared" / "data"))

# With the address of a Milvus server, the sample archive is searched by it, and the same tests must pass.
MILVUS = os.environ.get("PULLQUOTE_TEST_MILVUS")
ENGINES_CACHE = os.environ.get("PULLQUOTE_TEST_ENGINES")  # see test_milvus

# A token or a setting of the person who runs the tests must not change what they see.
for variable in [name for name in os.environ if name.startswith("PULLQUOTE_") or name == "DISCORD_TOKEN"]:
    del os.environ[variable]


@dataclass
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Pullquote = Callable[..., Ran]


@pytest.fixture
def pullquote(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Pullquote:
    """Runs the command line in this process, in an empty folder, with an index of its own unless one is given."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("COLUMNS", "200")
    if MILVUS:
        monkeypatch.setenv("PULLQUOTE_INDEX__ENGINE", "milvus")
        monkeypatch.setenv("PULLQUOTE_MILVUS__ADDRESS", MILVUS)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(*arguments: str | Path, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["pullquote", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return run


@pytest.fixture(scope="session")
def question_sets() -> Path:
    """The folder of question sets, which is no part of the project."""
    if not QUESTION_SETS.is_dir():
        pytest.skip(f"the question sets are not at {QUESTION_SETS} (PULLQUOTE_TEST_DATA names another folder)")
    return QUESTION_SETS


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings.load()


@pytest.fixture(scope="session")
def model(settings: Settings) -> Model:
    return find_model(settings.model.name)


@pytest.fixture(scope="session")
def embedder(model: Model, settings: Settings) -> Embedder:
    """The real model, loaded once for all tests."""
    return load_embedder(model, settings.model.model_copy(update={"engine": "openvino"}))


@pytest.fixture(scope="session")
def reader(settings: Settings) -> Reader:
    """The real reader, loaded once for all tests."""
    loaded = load_reader(settings.reader, "openvino")
    assert loaded
    return loaded


@pytest.fixture(scope="session")
def recipe(settings: Settings, model: Model) -> Recipe:
    return Recipe(model, settings.passages.words, settings.archive.max_file_megabytes, settings.index.keep)


@pytest.fixture(scope="session")
def town_index(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, embedder: Embedder) -> Path:
    """The index of the sample archive; read only, since all tests share it."""
    index = tmp_path_factory.mktemp("town")
    if MILVUS:
        from index.milvus.publishing import Publisher

        recipe = replace(recipe, publisher=Publisher(index, Settings.load(milvus={"address": MILVUS}).milvus))
    build(SAMPLE_ARCHIVE, index, recipe, lambda: embedder, lambda *_: None)
    return index


@pytest.fixture
def town(town_index: Path, model: Model, embedder: Embedder, reader: Reader) -> Iterator[Archive]:
    """The sample archive, opened with the real models."""
    archive = Archive.open(town_index, model, embedder, reader)
    if not MILVUS:
        yield archive
    else:
        from index.milvus.asking import Connection, MilvusRetriever

        with closing(Connection(Settings.load(milvus={"address": MILVUS}).milvus)) as connection:
            archive.retriever = MilvusRetriever(town_index, archive.generation, connection).open()
            yield archive
    archive.close()


@pytest.fixture
async def service(
    town_index: Path, model: Model, embedder: Embedder, reader: Reader, settings: Settings
) -> AsyncIterator[Service]:
    """The sample archive, answering questions as it does behind the bot."""
    service = Service(
        town_index, lambda: Archive.open(town_index, model, embedder, reader), settings.answers, settings.service
    )
    yield service
    await service.close()
