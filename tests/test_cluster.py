"""A build on a real Ray cluster makes the index that one process makes, whatever happens to the cluster meanwhile.

    pip install -e '.[test,ray]' && pytest tests/test_cluster.py

starts nodes on this machine; without Ray these tests are skipped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from conftest import Pullquote
from nodes import Nodes, free_port
from recombined import groups_of, write

from config.settings import SAMPLE_ARCHIVE, Settings
from index import generations
from index.build import Recipe, Report, build
from index.cluster.embedder import ray_loader
from index.embeddings import Embedder
from index.errors import BadWorker, NoCluster
from index.generations import Generation
from index.models import Model

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install -e '.[ray]'")
worker = pytest.importorskip("index.cluster.worker")
pytestmark = pytest.mark.timeout(600)
PULLQUOTE = [sys.executable, "-P", "-c", "from bot.cli import main; main()"]
MANY = 1500  # passages: six batches


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """Two machines of one processor each."""
    with Nodes() as started:
        started.start(1)
        started.start(1)
        yield started


@pytest.fixture
def let_in(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    for name, value in nodes.environment.items():
        monkeypatch.setenv(name, value)
    return nodes


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that takes several batches."""
    folder = tmp_path_factory.mktemp("many") / "articles"
    write(folder, groups_of([SAMPLE_ARCHIVE]), MANY)
    return folder


@pytest.fixture(scope="module")
def built_here(archive: Path, tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, embedder: Embedder) -> Path:
    index = tmp_path_factory.mktemp("here")
    build(archive, index, recipe, lambda: embedder, lambda *_: None)
    return index


@pytest.fixture
def build_on(archive: Path, tmp_path: Path, recipe: Recipe, settings: Settings) -> Callable[..., Report]:
    """Builds the archive on the cluster into `tmp_path / "index"`; after the first batch `meanwhile` happens."""

    def run(address: str, meanwhile: Callable[[], None] = lambda: None) -> Report:
        happened: list[int] = []

        def progress(stage: str, done: int, _: int) -> None:
            if stage == "Embedding passages" and done and not happened:
                happened.append(done)
                meanwhile()

        with ray_loader(address, recipe.model, settings.model) as load:
            report = build(archive, tmp_path / "index", recipe, load, progress)
        assert happened[0] < report.embedded
        return report

    return run


def assert_same(index: Path, other: Path) -> None:
    """Everything of two generations but when and in how many seconds they were made."""
    with generations.open_current(index) as made, generations.open_current(other) as expected:
        count = expected.manifest.passages
        assert manifest_of(made) == manifest_of(expected)
        numbers = np.arange(count)
        assert np.abs(made.vectors.rows(numbers) - expected.vectors.rows(numbers)).max() <= 1e-3
        differing = total = 0
        for number in range(count):
            bits, rows = made.tokens.stored(made.store.sentence_numbers(number))
            expected_bits, expected_rows = expected.tokens.stored(expected.store.sentence_numbers(number))
            assert rows.tolist() == expected_rows.tolist()
            differing += int(np.unpackbits(bits ^ expected_bits).sum())
            total += 8 * bits.size
        assert differing <= total / 1000
        assert [made.store.passage(number) for number in range(count)] == [
            expected.store.passage(number) for number in range(count)
        ]
        for question in ("the footbridge over the river", "council"):
            found, scores = made.words.search(question, 20)
            expected_found, expected_scores = expected.words.search(question, 20)
            assert (found.tolist(), scores.tolist()) == (expected_found.tolist(), expected_scores.tolist())


def manifest_of(generation: Generation) -> dict[str, object]:
    own = {"created", "seconds", "sums", "checksum", "files"}
    fields = {name: value for name, value in asdict(generation.manifest).items() if name not in own}
    sizes = {name: size for name, size in generation.manifest.files.items() if not name.startswith("words/")}
    return fields | {"sizes": sizes}


def test_a_cluster_builds_the_index_that_one_process_builds_and_prints_nothing_of_its_own(
    let_in: Nodes, town_index: Path, tmp_path: Path
) -> None:
    command = [*PULLQUOTE, "build", str(SAMPLE_ARCHIVE), "--ray", let_in.address, "--index", str(tmp_path / "index")]
    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"COLUMNS": "100"}, cwd=tmp_path)
    said = [line.split("━")[0].strip() for line in ran.stderr.splitlines()]
    assert ran.returncode == 0, ran.stderr
    assert [line.partition(" in ")[0] for line in said] == [
        "Done",
        "Generation 000001: 92 passages (92 embedded, 0 copied)",
        "Articles: 46 added, 0 changed, 0 removed, 0 unchanged, 0 skipped.",
    ]
    assert ran.stdout == ""
    assert_same(tmp_path / "index", town_index)


def test_a_worker_that_is_killed_midway_is_replaced_and_the_index_is_the_same(
    let_in: Nodes, build_on: Callable[..., Report], built_here: Path, tmp_path: Path
) -> None:
    before: list[int] = []

    def kill_one() -> None:
        before.extend(let_in.workers())  # one or two: the second may still be starting
        os.kill(before[0], signal.SIGKILL)

    build_on(let_in.address, kill_one)
    assert before[0] not in let_in.workers()
    assert_same(tmp_path / "index", built_here)


def test_a_machine_that_is_lost_midway_is_done_without(
    let_in: Nodes, build_on: Callable[..., Report], built_here: Path, tmp_path: Path
) -> None:
    lost = let_in.start(1)
    build_on(let_in.address, lambda: let_in.kill(lost))
    assert_same(tmp_path / "index", built_here)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_is_stopped_leaves_index_and_cluster_as_they_were(
    let_in: Nodes, archive: Path, tmp_path: Path, number: signal.Signals
) -> None:
    index = tmp_path / "index"
    command = [*PULLQUOTE, "build", str(archive), "--ray", let_in.address, "--index", str(index), "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdout
        assert child.stderr
        for line in child.stdout:
            step = json.loads(line)["progress"]
            if step["stage"] == "Embedding passages" and step["done"]:
                break
        if number == signal.SIGINT:
            os.killpg(child.pid, number)  # as a terminal does
        else:
            child.send_signal(number)
        said = child.stderr.read()
    if number == signal.SIGINT:
        assert (said, child.returncode) == ("Stopped. An index that was being built is as it was before.\n", 130)
        assert list((index / "generations").iterdir()) == []
    assert generations.current_name(index) is None
    assert gone(lambda: let_in.workers())


def gone(processes: Callable[[], list[int]]) -> bool:
    for _ in range(200):
        if not processes():
            return True
        time.sleep(0.1)
    return False


def test_a_batch_that_fails_is_tried_again(let_in: Nodes, model: Model, settings: Settings, tmp_path: Path) -> None:
    program = FLAKY.format(
        folder=str(tmp_path), address=let_in.address, model=model, settings=settings.model.model_dump()
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {"rows": 3, "failures": 2}


# A worker that fails twice, and then reads.
FLAKY = """
import json, threading
from multiprocessing import Pipe
from pathlib import Path
from config.settings import ModelSettings
from index import driver
from index.models import Model
from pathlib import PosixPath

class Flaky(driver.Worker):
    def __call__(self, texts):
        failures = len(list(Path({folder!r}).glob("failed-*")))
        if failures < 2:
            Path({folder!r}, f"failed-{{failures}}").touch()
            raise OSError("the disk is full")
        return super().__call__(texts)

driver.Worker = Flaky
ours, theirs = Pipe()
for message in [({address!r}, {model!r}, ModelSettings(**{settings!r})), ["One.", "Two.", "Three."], None]:
    ours.send(message)
driver.serve(theirs)
assert ours.recv() == "ready"
table = ours.recv()
assert not isinstance(table, Exception), table
print(json.dumps({{"rows": len(table), "failures": len(list(Path({folder!r}).glob("failed-*")))}}))
"""


def refusal(pullquote: Pullquote, address: str) -> str:
    """What a build says that the cluster keeps from being made."""
    ran = pullquote("build", SAMPLE_ARCHIVE, "--ray", address)
    assert ran.code == 1
    return ran.err.splitlines()[-1]


def test_a_wrong_token_or_none_is_refused_with_what_to_do(
    nodes: Nodes, pullquote: Pullquote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("0" * 64)
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "token"))
    expected = (
        f"Error: The Ray cluster at {nodes.address} does not let this process in: set RAY_AUTH_MODE=token and "
        "RAY_AUTH_TOKEN_PATH as they are set for its machines, of which this must be one (`ray start --address`)."
    )
    assert refusal(pullquote, nodes.address) == expected
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "nowhere"))
    assert refusal(pullquote, nodes.address) == expected


def test_an_address_without_a_cluster_is_one_sentence(pullquote: Pullquote) -> None:
    address = f"127.0.0.1:{free_port()}"
    started = time.monotonic()
    assert refusal(pullquote, address) == (
        f"Error: No Ray cluster answers at {address}; start one with `ray start --head`, or check the address."
    )
    assert time.monotonic() - started < 30
    assert refusal(pullquote, "ray") == ("Error: “ray” is no address of a Ray cluster; write it as 127.0.0.1:6379.")


def test_a_machine_with_another_pullquote_or_none_is_named(
    let_in: Nodes, build_on: Callable[..., Report], tmp_path: Path
) -> None:
    paths = os.pathsep.join(filter(None, sys.path))
    (tmp_path / "none" / "index").mkdir(parents=True)
    (tmp_path / "none" / "index" / "__init__.py").touch()
    node = let_in.start(1, {"PYTHONPATH": f"{tmp_path / 'none'}{os.pathsep}{paths}"})
    with pytest.raises(BadWorker, match=r"^The worker \S+ has no Pullquote of this version; install the same there"):
        build_on(let_in.address)
    let_in.kill(node)
    (tmp_path / "other" / "pullquote-9.9.dist-info").mkdir(parents=True)
    (tmp_path / "other" / "pullquote-9.9.dist-info" / "METADATA").write_text("Name: pullquote\nVersion: 9.9\n")
    node = let_in.start(1, {"PYTHONPATH": f"{tmp_path / 'other'}{os.pathsep}{paths}"})
    own = version("pullquote")
    with pytest.raises(BadWorker, match=rf"has Pullquote 9\.9, the build {own}; install the same on both\.$"):
        build_on(let_in.address)
    let_in.kill(node)
    assert generations.current_name(tmp_path / "index") is None


def test_a_machine_with_other_weights_or_without_the_model_is_named(model: Model, settings: Settings) -> None:
    job = worker.Job.of(model, settings.model)
    assert job.model() == model
    with pytest.raises(BadWorker, match=r"has other weights than on this machine \(SHA-256 53aa51172d14…, not 0000"):
        worker.Job(job.version, job.settings, "0" * 64).model()
    elsewhere = settings.model.model_copy(update={"folder": "/nowhere"})
    with pytest.raises(BadWorker, match=r"There is no sentence-transformers model in /nowhere; check model.folder"):
        worker.Job(job.version, elsewhere, job.checksum).model()


def test_a_cluster_that_is_lost_midway_is_said_and_the_index_is_as_it_was(
    build_on: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_gcs_rpc_server_reconnect_timeout_s", "2")
    with Nodes() as others:
        head = others.start(1)
        for name, value in others.environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(NoCluster, match=r"is gone; start it, then build again\.$"):
            build_on(others.address, lambda: others.kill(head))
    assert generations.current_name(tmp_path / "index") is None


def test_a_cluster_whose_workers_are_all_lost_is_said_and_not_waited_for(
    build_on: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Nodes() as others:
        others.start(0)
        lost = others.start(1)
        for name, value in others.environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(NoCluster, match=r"^All workers of the Ray cluster at \S+ are gone; start some, then build"):
            build_on(others.address, lambda: others.kill(lost))
    assert generations.current_name(tmp_path / "index") is None


def test_what_is_sent_is_what_an_index_keeps(embedder: Embedder) -> None:
    texts = ["Nadia Fournier will lead the Rovers.", "", "Ünïcode — 日本", "The council met. " * 40]
    encodings = list(embedder.encode(texts))
    table = worker.packed_table(encodings, embedder.precision)
    for packed, encoding in zip(worker.unpacked(table), encodings, strict=True):
        assert packed.vector.tolist() == encoding.vector.tolist()
        assert packed.bits.tolist() == encoding.bits.tolist()
        assert packed.spans.tolist() == encoding.spans.tolist()
    assert worker.precisions_of(table) == {embedder.precision}
    assert table.nbytes < sum(encoding.tokens.nbytes for encoding in encodings) / 10
