"""A build makes a generation that explains itself, copies what did not change, and publishes in one step."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from index import generations, vectors
from index.archive import Archive
from index.build import Recipe, Report, build
from index.changes import Changes
from index.embeddings import Embedder, Encoding, Vectors, unit
from index.errors import Busy, NoIndex, WrongModel
from index.models import Model
from index.tokens import packed

MODEL = Model("letters", Path(), "checksum of letters")
RECIPE = Recipe(MODEL, passage_words=120, max_file_megabytes=1, keep=3)


class Letters:
    """Counts the letters a to h of a text: a vector that can be computed in the head. Remembers what it read."""

    precision = "by hand"

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Iterable[str]) -> Iterator[Encoding]:
        for text in texts:
            self.read.append(text)
            yield self.encoding(text)

    def encoding(self, text: str) -> Encoding:
        words = list(re.finditer(r"\w+", text))
        tokens = np.array([letters(word.group()) - 0.5 for word in words], np.float32).reshape(-1, 8)
        spans = np.array([word.span() for word in words], np.int64).reshape(-1, 2)
        return Encoding(unit(letters(text)), unit(tokens), spans)


def letters(text: str) -> Vectors:
    return np.array([text.count(letter) + 0.01 for letter in "abcdefgh"], np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    archive = tmp_path / "archive"
    archive.mkdir()
    for name, text in {"a": "An apple is red.", "b": "Bees buzz about.", "c": "Cats eat."}.items():
        (archive / f"{name}.txt").write_text(f'1.0{"abc".index(name) + 1}.2025\n\n"Title {name}"\n\n{text}\n')
    return archive


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def build_with(embedder: Embedder, folder: Path, index: Path, recipe: Recipe = RECIPE) -> Report:
    return build(folder, index, recipe, lambda: embedder, lambda *_: None)


def no_embedder() -> Embedder:
    raise AssertionError("nothing had to be embedded")


def test_a_generation_explains_itself(folder: Path, index: Path) -> None:
    (folder / "empty.txt").touch()
    report = build_with(Letters(), folder, index)
    assert (report.generation, report.passages, report.embedded) == ("000001", 3, 3)
    manifest = json.loads((index / "generations" / "000001" / "manifest.json").read_text())
    del manifest["created"], manifest["seconds"]
    files, sums = manifest.pop("files"), manifest.pop("sums")
    assert sums.keys() == files.keys()
    assert sums["tokens.bits"] == sha256((index / "generations" / "000001" / "tokens.bits").read_bytes()).hexdigest()
    assert len(manifest.pop("checksum")) == 64
    assert files["tokens.bits"] == 9  # one byte for each of nine words of eight dimensions
    assert set(files) > {"articles.sqlite", "digests.npy", "passages.npy", "sentences.npy", "tokens.npy"}
    assert manifest == {
        "format": 2,
        "folder": str(folder),
        "model": "letters",
        "model_checksum": "checksum of letters",
        "precisions": ["by hand"],
        "dimensions": 8,
        "articles": 3,
        "passages": 3,
        "sentences": 3,
        "first_day": "2025-01-01",
        "last_day": "2025-03-01",
        "passage_words": 120,
        "passage_rules": 1,
        "changes": {"added": 3, "changed": 0, "removed": 0, "unchanged": 0},
        "remarks": [{"path": "empty.txt", "reason": "empty", "kept": False, "kind": "empty", "detail": ""}],
    }


def test_a_second_build_of_the_same_folder_changes_nothing_and_loads_no_model(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    report = build(folder, index, RECIPE, no_embedder, lambda *_: None)
    assert (report.generation, report.changes) == (None, Changes(added=0, changed=0, removed=0, unchanged=3))
    assert generations.kept(index) == ["000001"]


def test_additions_changes_and_removals_take_effect_together_and_only_they_are_embedded(
    folder: Path, index: Path
) -> None:
    build_with(Letters(), folder, index)
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text('1.02.2025\n\n"Title b"\n\nBees hum.\n')
    (folder / "d.txt").write_text("Title d\n\nDogs dig.\n")
    embedder = Letters()
    report = build_with(embedder, folder, index)
    assert report.changes == Changes(added=1, changed=1, removed=1, unchanged=1)
    assert sorted(embedder.read) == ["Bees hum.", "Dogs dig."]
    with generations.open_current(index) as current:
        articles = [current.store.article(number).id for number in range(3)]
        rows = current.vectors.rows(np.arange(3))
        tokens = [current.tokens.stored(current.store.sentence_numbers(number))[0] for number in range(3)]
    assert articles == ["b.txt", "c.txt", "d.txt"]
    texts = ["Bees hum.", "Cats eat.", "Dogs dig."]
    assert rows == pytest.approx(np.stack([unit(letters(text)) for text in texts]), abs=1e-3)
    for found, text in zip(tokens, texts, strict=True):
        assert found.tolist() == packed(Letters().encoding(text).tokens).tolist()


def test_a_renamed_article_is_not_embedded_again(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (folder / "a.txt").rename(folder / "z.txt")
    report = build(folder, index, RECIPE, no_embedder, lambda *_: None)
    assert (report.generation, report.embedded) == ("000002", 0)


def test_another_model_embeds_everything_again(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    other = Recipe(Model("other", Path(), "other checksum"), 120, 1, 3)
    assert build_with(Letters(), folder, index, other).embedded == 3


class Roughly(Letters):
    """The same letters, counted by another machine."""

    precision = "roughly"


def test_a_generation_says_with_which_precisions_its_vectors_were_computed(folder: Path, index: Path) -> None:
    """What did not change is copied, whichever machine computed it; made anew, all is computed by this one."""
    build_with(Letters(), folder, index)
    (folder / "d.txt").write_text("Title d\n\nDogs dig.\n")
    assert build_with(Roughly(), folder, index).embedded == 1
    with generations.open_current(index) as current:
        assert current.manifest.precisions == ["by hand", "roughly"]
    build(folder, index, RECIPE, Roughly, lambda *_: None, anew=True)
    with generations.open_current(index) as current:
        assert current.manifest.precisions == ["roughly"]


def test_a_large_archive_is_built_copied_and_asked_like_any_other(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "LARGE", 100)
    for number in range(200):
        (folder / f"n{number:03}.txt").write_text(f"Title\n\n{'abcdefgh'[number % 8] * (number + 1)} is a word.\n")
    build_with(Letters(), folder, index)
    (folder / "d.txt").write_text("Title d\n\nDogs dig.\n")
    assert build_with(Letters(), folder, index).embedded == 1
    with closing(Archive.open(index, MODEL, Letters())) as archive:
        assert archive.generation.vectors.near is not None
        assert archive.retrieve("dogs dig").passages[0].text == "Dogs dig."
    (index / "generations" / "000002" / "near.faiss").write_bytes(b"damaged")
    with pytest.raises(NoIndex, match="is damaged"):
        generations.open_current(index)


def test_an_index_of_another_model_is_refused_with_a_sentence(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    with pytest.raises(WrongModel, match="was made with the model letters, the settings name other"):
        Archive.open(index, Model("other", Path(), "other checksum"), Letters())


def test_the_last_three_generations_are_kept(folder: Path, index: Path) -> None:
    for number in range(5):
        (folder / "a.txt").write_text(f"Title\n\nText {number}.\n")
        build_with(Letters(), folder, index)
    assert generations.kept(index) == ["000003", "000004", "000005"]


def test_rollback_goes_back_one_by_one_and_the_next_build_goes_on(folder: Path, index: Path) -> None:
    for number in range(3):
        (folder / "a.txt").write_text(f"Title\n\nText {number}.\n")
        build_with(Letters(), folder, index)
    assert (generations.roll_back(index), generations.roll_back(index)) == ("000002", "000001")
    with pytest.raises(NoIndex, match="There is no generation before 000001"):
        generations.roll_back(index)
    assert generations.current_name(index) == "000001"


def test_a_build_after_a_rollback_keeps_the_good_generation_and_drops_those_gone_back_from(
    folder: Path, index: Path
) -> None:
    for number in range(3):
        (folder / "a.txt").write_text(f"Title\n\nText {number}.\n")
        build_with(Letters(), folder, index)
    assert (generations.roll_back(index), generations.roll_back(index)) == ("000002", "000001")
    assert build_with(Letters(), folder, index).generation == "000004"
    assert generations.kept(index) == ["000001", "000004"]
    assert generations.roll_back(index) == "000001"


def test_a_rollback_over_a_damaged_generation_changes_nothing(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (folder / "a.txt").write_text("Title\n\nText.\n")
    build_with(Letters(), folder, index)
    (index / "generations" / "000001" / "vectors.faiss").write_bytes(b"damaged")
    with pytest.raises(NoIndex, match=r"Generation 000001 in .* is damaged"):
        generations.roll_back(index)
    assert generations.current_name(index) == "000002"


def test_an_open_generation_outlives_its_deletion(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    with generations.open_current(index) as first:
        for number in range(4):
            (folder / "a.txt").write_text(f"Title\n\nText {number}.\n")
            build_with(Letters(), folder, index)
        assert "000001" not in generations.kept(index)
        assert first.store.passage(1).text == "Bees buzz about."
        assert first.words.search("bees", 1)[0].tolist() == [1]
        assert first.vectors.search(unit(letters("Cats eat.")), 1)[0].tolist() == [2]


def test_a_build_that_fails_leaves_the_index_as_it_was(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)

    class Failing(Letters):
        def encode(self, texts: Iterable[str]) -> Iterator[Encoding]:
            raise RuntimeError(f"out of memory at {next(iter(texts))}")

    (folder / "a.txt").write_text("Title\n\nNew text.\n")
    with pytest.raises(RuntimeError, match="out of memory"):
        build_with(Failing(), folder, index)
    assert (generations.current_name(index), generations.kept(index)) == ("000001", ["000001"])


SLOW_BUILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
import index.build
from test_build import Letters, RECIPE
from index.words import WordIndex
write = WordIndex.write
def slowly(folder, passages, progress):
    print("writing", flush=True)
    time.sleep(60)
    write(folder, passages, progress)
index.build.WordIndex.write = slowly
index.build.build(Path({folder!r}), Path({index!r}), RECIPE, Letters, lambda *_: None)
"""


def slow_build(folder: Path, index: Path) -> subprocess.Popen[str]:
    """A real process that is in the middle of writing a generation when this returns."""
    program = SLOW_BUILD.format(tests=str(Path(__file__).parent), folder=str(folder), index=str(index))
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def test_a_build_killed_in_the_middle_leaves_the_last_generation_and_no_lock(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (folder / "a.txt").write_text("Title\n\nNew text.\n")
    with slow_build(folder, index) as process:
        process.send_signal(signal.SIGKILL)
    assert generations.current_name(index) == "000001"
    assert [path.name for path in (index / "generations").glob("*.unfinished")] == ["000002.unfinished"]
    assert build_with(Letters(), folder, index).generation == "000002"
    assert list((index / "generations").glob("*.unfinished")) == []


def test_a_second_build_at_the_same_time_is_refused(folder: Path, index: Path) -> None:
    with slow_build(folder, index) as process:
        started = time.monotonic()
        with pytest.raises(Busy, match="Another build is writing to"):
            build_with(Letters(), folder, index)
        assert time.monotonic() - started < 2
        process.kill()


def test_an_index_that_may_only_be_read_is_answered_from(folder: Path, index: Path) -> None:
    """As another user, or in a volume that is mounted so: tantivy by itself would want to write a lock."""
    build_with(Letters(), folder, index)
    words = index / "generations" / "000001" / "words"
    may_write = os.access
    with pytest.MonkeyPatch.context() as patched:  # root may write anything
        patched.setattr(os, "access", lambda path, mode: Path(path) != words and may_write(path, mode))
        with generations.open_current(index) as current:
            assert current.words.links is not None
            assert current.words.search("bees", 1)[0].tolist() == [1]


def test_a_last_generation_of_no_use_is_named_in_the_report(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    (index / "generations" / "000001" / "tokens.bits").unlink()
    report = build_with(Letters(), folder, index)
    assert report.embedded == 3
    assert report.unusable
    assert "is damaged" in report.unusable


def test_an_index_folder_that_is_a_file_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoIndex, match="is a file; name a folder for the index"):
        build_with(Letters(), folder, tmp_path / "file")


FILES = ["manifest.json", "articles.sqlite", "passages.npy", "sentences.npy", "digests.npy", "vectors.faiss"]
FILES += ["tokens.npy", "tokens.bits", "words/meta.json"]


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_one_sentence_and_the_next_build_makes_a_new_generation(
    folder: Path, index: Path, name: str
) -> None:
    build_with(Letters(), folder, index)
    (index / "generations" / "000001" / name).write_bytes(b"damaged")
    with pytest.raises(NoIndex, match="is damaged; go back with `pullquote rollback`"):
        generations.open_current(index)
    assert build_with(Letters(), folder, index).generation == "000002"


def test_every_passage_has_its_own_vector_and_tokens_whatever_the_lengths(folder: Path, index: Path) -> None:
    """Long ones are read first, and each is told of as it is done."""
    texts = ["a" * length for length in (5, 900, 3, 70)] + ["b " * number + "c" for number in range(1, 90)]
    for number, text in enumerate(texts):
        (folder / f"n{number:03}.txt").write_text(f"Title\n\n{text}.\n")
    embedder, seen = Letters(), list[tuple[int, int]]()

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Embedding passages":
            seen.append((done, total))

    build(folder, index, RECIPE, lambda: embedder, progress)
    assert seen == [(0, 96), (64, 96), (96, 96)]
    assert embedder.read == sorted(embedder.read, key=len, reverse=True)
    with generations.open_current(index) as current:
        rows = current.vectors.rows(np.arange(96))
        for number in range(96):
            text = current.store.passage(number).text
            assert rows[number] == pytest.approx(unit(letters(text)), abs=1e-3)
            bits, _ = current.tokens.stored(current.store.sentence_numbers(number))
            assert bits.tolist() == packed(Letters().encoding(text).tokens).tolist()


def test_progress_names_each_stage_and_ends_complete(folder: Path, index: Path) -> None:
    last: dict[str, tuple[int, int]] = {}
    build(folder, index, RECIPE, Letters, lambda stage, done, total: last.update({stage: (done, total)}))
    assert last == {
        "Reading articles": (3, 3),
        "Cutting passages": (3, 3),
        "Loading the model": (1, 1),
        "Embedding passages": (3, 3),
        "Indexing vectors": (1, 1),
        "Indexing words": (3, 3),
        "Writing the index": (1, 1),
    }


def test_the_files_of_a_generation_are_on_the_disk_before_it_is_named(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    build_with(Letters(), folder, index)
    assert {"manifest.json", "articles.sqlite", "passages.npy", "sentences.npy", "vectors.faiss"} <= set(synced)
    assert synced[-3::2] == ["generations", "index"]
    assert synced[-2].startswith(".current.")


def test_made_anew_nothing_is_copied(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    report = build(folder, index, RECIPE, Letters, lambda *_: None, anew=True)
    assert (report.generation, report.embedded) == ("000002", 3)


def test_the_folder_of_the_last_build_is_known_even_where_the_generation_is_damaged(folder: Path, index: Path) -> None:
    assert generations.last_folder(index) is None
    build_with(Letters(), folder, index)
    (index / "generations" / "000001" / "vectors.faiss").write_bytes(b"damaged")
    assert generations.last_folder(index) == folder
    (index / "generations" / "000001" / "manifest.json").write_bytes(b"damaged")
    with pytest.raises(NoIndex, match="no longer says which folder it was built from; name it"):
        generations.last_folder(index)


def test_every_file_of_a_generation_is_as_readable_as_its_folder(folder: Path, index: Path) -> None:
    build_with(Letters(), folder, index)
    generation = index / "generations" / "000001"
    modes = {path.stat().st_mode & 0o444 for path in [generation, *generation.rglob("*")]}
    assert len(modes) == 1


def test_passages_with_the_same_text_are_embedded_once_and_all_found(folder: Path, index: Path) -> None:
    (folder / "d.txt").write_text("Another title\n\nBees buzz about.\n")
    embedder = Letters()
    build_with(embedder, folder, index)
    assert sorted(embedder.read) == ["An apple is red.", "Bees buzz about.", "Cats eat."]
    with generations.open_current(index) as current:
        assert sorted(current.vectors.search(unit(letters("Bees buzz about.")), 2)[0].tolist()) == [1, 3]


def test_late_interaction_puts_the_passage_with_the_question_s_own_words_first(folder: Path, index: Path) -> None:
    """`aaa bbb` and `bab aba` have the same vector and neither has a word of the question; the tokens differ."""
    for name, text in {"x": "bab aba.", "y": "aaa bbb."}.items():
        (folder / f"{name}.txt").write_text(f"Title\n\n{text}\n")
    build_with(Letters(), folder, index)
    with closing(Archive.open(index, MODEL, Letters())) as archive:
        retrieved = archive.retrieve("aaaa bbbb")
    assert [passage.text for passage in retrieved.passages[:2]] == ["aaa bbb.", "bab aba."]
    assert retrieved.fused[0] == retrieved.fused[1]
    assert [match.shape for match in retrieved.matches[:2]] == [(1, 2), (1, 2)]  # a sentence, two question tokens
    assert retrieved.matches[0].min() > retrieved.matches[1].max()
    assert retrieved.token_weights.tolist() == [0.5, 0.5]


def test_a_name_of_the_current_generation_that_cannot_be_read_is_no_obstacle_to_a_build(
    folder: Path, index: Path
) -> None:
    build_with(Letters(), folder, index)
    (index / "current").write_bytes(b"\xff\xfe")
    assert generations.last_folder(index) == folder
    report = build_with(Letters(), folder, index)
    assert (report.generation, report.changes.unchanged) == (None, 3)
    assert report.unusable == "The index did not say which generation is current. Generation 000001 is current."
    assert generations.current_name(index) == "000001"
