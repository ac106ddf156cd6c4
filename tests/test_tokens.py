"""Token bits: what is written comes back, and what does not fit is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import tokens
from index.tokens import BITS, ROWS, TokenIndex, TokenWriter, packed


def test_a_token_is_kept_as_its_signs() -> None:
    tokens = np.array([[0.5, -0.1, 0.2], [-0.3, 0.9, -0.4]], np.float32)
    assert packed(tokens).tolist() == [[0b10100000], [0b01000000]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two passages: of two sentences with two tokens and one, and of one sentence without a token."""
    writer = TokenWriter(tmp_path)
    first = writer.add(np.array([[0b11000000], [0b01000000], [0b10000000]], np.uint8))
    second = writer.add(np.empty((0, 1), np.uint8))
    writer.close()
    np.save(tmp_path / ROWS, np.array([[first, first + 2], [first + 2, first + 3], [second, second]]))
    return tmp_path


def test_a_passage_is_read_by_the_numbers_of_its_sentences(folder: Path) -> None:
    index = TokenIndex.load(folder, 2)
    bits, rows = index.stored(range(0, 2))
    assert (bits.tolist(), rows.tolist()) == ([[0b11000000], [0b01000000], [0b10000000]], [[0, 2], [2, 3]])
    bits, rows = index.stored(range(2, 3))
    assert (bits.tolist(), rows.tolist()) == ([], [[0, 0]])


def test_what_was_read_is_given_back_and_can_be_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAPPED", 2)
    index = TokenIndex.load(folder, 2)
    views = [index.stored(range(0, 2))[0] for _ in range(5)]
    assert [view.tolist() for view in views] == [[[0b11000000], [0b01000000], [0b10000000]]] * 5


def in_memory(file: Path) -> int:
    """Kilobytes of a file that this process has mapped and read."""
    parts = Path("/proc/self/smaps").read_text(encoding="utf-8").split(f" {file}\n")[1:]
    return sum(int(part.split("Rss:")[1].split()[0]) for part in parts)


def test_what_a_large_archive_was_read_of_does_not_stay_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / BITS).write_bytes(b"\x55" * 8_000_000)
    np.save(tmp_path / ROWS, np.array([[0, 1_000_000], [0, 1]]))
    monkeypatch.setattr(tokens, "MAPPED", 2)
    index = TokenIndex.load(tmp_path, 64)
    assert index.stored(range(0, 1))[0].sum() == 8_000_000 * 0x55
    assert in_memory(tmp_path / BITS) > 7000
    index.stored(range(1, 2))
    assert in_memory(tmp_path / BITS) < 1000


def test_an_archive_without_any_token_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / BITS).touch()
    np.save(tmp_path / ROWS, np.zeros((1, 2), np.int64))
    bits, rows = TokenIndex.load(tmp_path, 384).stored(range(1))
    assert (bits.shape, rows.tolist()) == ((0, 48), [[0, 0]])


def test_a_file_that_was_cut_off_is_refused(folder: Path) -> None:
    (folder / BITS).write_bytes((folder / BITS).read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"tokens\.bits is not as long as tokens\.npy says"):
        TokenIndex.load(folder, 2)
