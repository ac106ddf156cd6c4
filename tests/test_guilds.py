"""What one guild adds to its archive is seen in no other: random things done in several at once."""

from __future__ import annotations

from pathlib import Path

import guilds
import pytest

from bot.archive.register import Archives
from bot.desk import Answers


@pytest.mark.timeout(300)
async def test_nothing_of_one_guild_is_seen_in_another(tmp_path: Path) -> None:
    """`benchmarks/guilds.py` does 100,000 of them."""
    seen = await guilds.run(600, 1, tmp_path)
    assert seen.leaks == []
    assert seen.apologies == []
    assert seen.done.total() > 600
    assert {"ask", "mention", "search", "article", "complete", "press", "export", "status"} <= set(seen.done)


@pytest.mark.timeout(300)
async def test_a_leak_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_anyone(self: Archives, guild: int | None) -> Answers:  # noqa: ARG001  # whoever asks
        return next(one.service for one in self.keepings.values() if one.service)

    monkeypatch.setattr(Archives, "of", of_anyone)
    seen = await guilds.run(60, 1, tmp_path)
    assert seen.leaks
