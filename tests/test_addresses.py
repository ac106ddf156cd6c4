"""Thousands of hostile addresses, redirects, names, robots.txt files and feeds: the benchmark's short form."""

from __future__ import annotations

from addresses import ALLOWED, trial


async def test_nothing_crashes_hangs_or_reaches_what_is_forbidden() -> None:
    tallies, forbidden = await trial(cases=2_000, seed=7)
    assert forbidden == 0
    assert {name: (tally.cases, tally.crashes, tally.hangs) for name, tally in tallies.items()} == {
        name: (400, [], 0) for name in ("addresses", "redirects", "name servers", "robots.txt", "feeds")
    }


async def test_the_trial_notices_where_more_is_allowed() -> None:
    """What must not be reached is really there, and hostile addresses lead to it."""
    _, forbidden = await trial(cases=250, seed=7, allow=(ALLOWED, "127.0.0.0/8", "::1"))
    assert forbidden > 10
