"""Token bits: what is written comes back, and what does not fit is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.tokens import BITS, ROWS, TokenIndex, TokenWriter, packed, unpacked


def test_a_token_is_kept_as_its_signs() -> None:
    tokens = np.array([[0.5, -0.1, 0.2], [-0.3, 0.9, -0.4]], np.float32)
    bits = packed(tokens)
    assert bits.tolist() == [[0b10100000], [0b01000000]]
    third = 3**-0.5
    assert unpacked(bits, 3) == pytest.approx(np.array([[third, -third, third], [-third, third, -third]]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two passages: of two sentences with two tokens and one, and of one sentence without a token."""
    with TokenWriter(tmp_path) as writer:
        first = writer.add(np.array([[0b11000000], [0b01000000], [0b10000000]], np.uint8))
        second = writer.add(np.empty((0, 1), np.uint8))
    np.save(tmp_path / ROWS, np.array([[first, first + 2], [first + 2, first + 3], [second, second]]))
    return tmp_path


def test_passages_are_read_by_their_sentences_in_any_order(folder: Path) -> None:
    tokens, rows = TokenIndex.load(folder, 2).of([range(2, 3), range(0, 2)])
    assert (tokens > 0).tolist() == [[True, True], [False, True], [True, False]]
    assert rows.tolist() == [[0, 0], [0, 2], [2, 3]]


def test_no_passage_has_no_tokens(folder: Path) -> None:
    tokens, rows = TokenIndex.load(folder, 2).of([])
    assert (tokens.shape, rows.shape) == ((0, 2), (0, 2))


def test_an_archive_without_any_token_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / BITS).touch()
    np.save(tmp_path / ROWS, np.zeros((1, 2), np.int64))
    tokens, rows = TokenIndex.load(tmp_path, 384).of([range(1)])
    assert (tokens.shape, rows.tolist()) == ((0, 384), [[0, 0]])


def test_a_file_that_was_cut_off_is_refused(folder: Path) -> None:
    (folder / BITS).write_bytes((folder / BITS).read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"tokens\.bits is not as long as tokens\.npy says"):
        TokenIndex.load(folder, 2)
