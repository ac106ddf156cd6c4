"""Answers while the archive is built, published, rolled back, and builds are cancelled and fail."""

from __future__ import annotations

from pathlib import Path

import pytest
import unrest

from config.settings import SAMPLE_ARCHIVE
from index.archive import Archive
from index.embeddings import Embedder
from index.models import Model


@pytest.mark.timeout(300)
async def test_every_question_is_answered_from_one_generation_whatever_happens(
    tmp_path: Path, model: Model, embedder: Embedder
) -> None:
    """In short and without the reader; `benchmarks/unrest.py` has ten minutes of it, and the times."""
    for name, minutes in (("short", 0.25), ("longer", 1.5)):  # on a busy machine no second build is done in the first
        folder = tmp_path / name
        folder.mkdir()
        seen = await unrest.run(lambda index: Archive.open(index, model, embedder), folder, SAMPLE_ARCHIVE, minutes, 8)
        assert (seen.failed, seen.mixed) == ([], [])
        if len(seen.editions) > 1:
            break
    assert "publish" in seen.done
    assert len(seen.editions) > 1
