"""How many articles speak of a topic and when, over the sample archive and over made-up ones; and the picture of it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.timeline.labels import APART, ELLIPSIS, TIERS, flags, wrapped
from bot.timeline.picture import DARK, LIGHT, WIDTH, Look, draw, figure_of, grid_counts, shown
from bot.timeline.wording import ENGLISH, Wording, described
from config.settings import SAMPLE_ARCHIVE
from index.archive import Archive
from index.build import Recipe, build
from index.embeddings import Embedder
from index.errors import BadQuery
from index.filters import Filters
from index.timeline import Bar, Peak, Timeline, Unit, bars_between, first_day_of, number_of, standing_out, timeline_of

NEAR = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
MONDAY = date(2024, 1, 1)
TITLES = (
    "Flood",
    "Council Unveils £2.1 Million Footbridge Over the Lenner",
    "Very " * 80 + "long",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 4,
    "From $5 to $6: what x_1^2 and \\frac{1}{2} cost",
    "洪水で橋が流された",
    "השיטפון הרס את הגשר החדש על הנהר",
    "الفيضان يدمر الجسر الجديد فوق النهر",
    "🌊 Flood 🌊",
    "\u202eolleh\u200b \x00\t\nworld",
    "",
)

Built = Callable[..., Archive]


@pytest.fixture
def archive_of(tmp_path: Path, recipe: Recipe, embedder: Embedder) -> Iterator[Built]:
    """Builds an archive of articles: a title, a text and a date, if any, each."""
    with ExitStack() as opened:

        def built(*articles: tuple[str, str, str | None]) -> Archive:
            folder, index = tmp_path / "folder", tmp_path / "index"
            folder.mkdir()
            rows = [{"title": title, "text": text, "published": day} for title, text, day in articles]
            (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
            build(folder, index, recipe, lambda: embedder, lambda *_: None)
            archive = Archive.open(index, recipe.model, embedder)
            opened.callback(archive.close)
            return archive

        yield built


def counts(timeline: Timeline) -> list[int]:
    return [bar.articles for bar in timeline.bars]


def days_of_files_with(pattern: str) -> list[date]:
    """The dates of the sample archive's articles whose text has the pattern, read off the files themselves."""
    files = sorted(SAMPLE_ARCHIVE.glob("*.txt"))
    return [date.fromisoformat(file.name[:10]) for file in files if re.search(pattern, file.read_text("utf-8"), re.I)]


def test_the_months_of_the_footbridge_are_those_counted_by_hand(town: Archive) -> None:
    timeline = timeline_of(town, "footbridge")
    assert (timeline.unit, timeline.total, timeline.undated) == ("month", 11, 0)
    assert counts(timeline) == [2, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1]
    assert timeline.bars[0] == Bar(date(2024, 1, 1), date(2024, 1, 31), 2)
    assert timeline.bars[-1] == Bar(date(2025, 10, 1), date(2025, 10, 31), 1)
    assert timeline.peaks[0] == Peak(0, "Council Unveils £2.1 Million Footbridge Over the Lenner")


def test_the_weeks_of_the_flood_are_those_counted_by_hand(town: Archive) -> None:
    timeline = timeline_of(town, "flood")
    assert (timeline.unit, timeline.total) == ("week", 6)
    assert {bar.first: bar.articles for bar in timeline.bars if bar.articles} == {
        date(2024, 11, 25): 2,  # 25 and 27 November
        date(2024, 12, 16): 1,
        date(2025, 2, 17): 1,
        date(2025, 4, 7): 1,
        date(2025, 8, 4): 1,
    }
    assert timeline.peaks[0] == Peak(0, "Flood Tears Away Footbridge Cofferdam")


@pytest.mark.parametrize(
    ("topic", "pattern"),
    [
        ("footbridge", r"\bfootbridges?\b"),
        ("council", r"\bcouncils?\b"),
        ("Rovers", r"\bRovers\b"),
        ('"Corn Street"', r"\bCorn\s+Street\b"),
        ("“River Lenner”", r"\bRiver\s+Lenner\b"),
        ("Malecki", r"\bMałecki\b"),
    ],
)
def test_every_article_with_the_words_is_counted_once_in_the_bar_of_its_day(
    town: Archive, topic: str, pattern: str
) -> None:
    timeline = timeline_of(town, topic)
    days = days_of_files_with(pattern)
    assert timeline.total == len(days)
    assert counts(timeline) == [sum(bar.first <= day <= bar.last for day in days) for bar in timeline.bars]


@pytest.mark.parametrize("topic", ["footbridge", "flood", "council", "library", "Rovers", "scanner"])
def test_bars_follow_each_other_without_a_gap_and_weeks_begin_on_monday(town: Archive, topic: str) -> None:
    timeline = timeline_of(town, topic)
    assert all(one.last + timedelta(1) == other.first for one, other in pairwise(timeline.bars))
    if timeline.unit == "week":
        assert {bar.first.weekday() for bar in timeline.bars} == {0}
        assert {bar.last.weekday() for bar in timeline.bars} == {6}
    else:
        assert {bar.first.day for bar in timeline.bars} == {1}
    assert 12 <= len(timeline.bars) <= 60


def test_a_misspelt_topic_is_understood_and_says_so(town: Archive) -> None:
    assert timeline_of(town, "footbrige").topic == "footbridge"
    assert counts(timeline_of(town, "footbrige")) == counts(timeline_of(town, "footbridge"))
    assert timeline_of(town, '"footbrige"').total == 0


def test_possessives_and_question_words_change_nothing(town: Archive) -> None:
    assert counts(timeline_of(town, "the council's")) == counts(timeline_of(town, "council"))
    assert counts(timeline_of(town, "What of the “footbridge”?")) == counts(timeline_of(town, "footbridge"))


def test_an_article_with_an_excluded_word_anywhere_is_left_out(archive_of: Built) -> None:
    long = " ".join(f"The crew worked on day {day} without a pause." for day in range(60))
    archive = archive_of(
        ("Ferry", f"The ferry sank. {long} Then came the festival.", "2024-05-01"),
        ("Ferry raised", "The ferry was raised.", "2024-05-02"),
    )
    assert timeline_of(archive, "ferry").total == 2
    assert timeline_of(archive, "ferry -festival").total == 1


def test_words_in_one_sentence_with_the_title_are_of_the_topic_and_words_strewn_over_a_passage_are_not(
    archive_of: Built,
) -> None:
    archive = archive_of(
        ("Vote", "The cost of the new bridge has doubled.", "2024-05-01"),
        ("Bridge delayed", "Nobody knows what it will cost.", "2024-05-02"),
        ("Tea", "The bridge was closed. Tea will cost more.", "2024-05-03"),
        ("Fees", "Of the bridge cost alone was said.", "2024-05-04"),
    )
    timeline = timeline_of(archive, "bridge cost")
    assert timeline.total == 3
    assert timeline_of(archive, '"bridge cost"').total == 1


def test_an_article_of_many_passages_counts_once(archive_of: Built) -> None:
    text = " ".join(f"On day {day} the ferry sailed as it always did." for day in range(200))
    assert counts(timeline_of(archive_of(("Ferry", text, "2024-05-01")), "ferry")) == [1]


def test_undated_articles_are_left_out_and_counted(archive_of: Built) -> None:
    archive = archive_of(
        ("Ferry", "The ferry sank.", "2024-05-01"), ("Song", "A song of the ferry.", None), ("Tea", "Tea.", None)
    )
    timeline = timeline_of(archive, "ferry")
    assert (timeline.total, timeline.undated, counts(timeline)) == (1, 1, [1])
    assert "1 without a date left out." in described(timeline)


def test_an_archive_without_dates_has_no_bars(archive_of: Built) -> None:
    archive = archive_of(("Ferry", "The ferry sank.", None), ("Song", "A song of the ferry.", None))
    assert timeline_of(archive, "ferry") == Timeline("ferry", "week", (), (), undated=2)
    assert timeline_of(archive, "moon") == Timeline("moon", "week", (), ())


def test_nothing_found_has_no_bars(town: Archive) -> None:
    assert timeline_of(town, "qqqq") == Timeline("qqqq", "week", (), ())


def test_a_single_article_is_a_peak_among_the_weeks_around_it(town: Archive) -> None:
    timeline = timeline_of(town, "otters")
    assert timeline.unit == "week"
    assert len(timeline.bars) == 12
    assert timeline.total == sum(counts(timeline)) >= 1
    assert timeline.peaks[0].headline == "Otters Return to the Lenner After Forty Years"


def test_everything_on_one_day_is_one_bar_with_one_headline(archive_of: Built) -> None:
    archive = archive_of(*[(f"Ferry {n}", "The ferry sank.", "2024-05-01") for n in range(5)])
    timeline = timeline_of(archive, "ferry")
    assert timeline.bars == (Bar(date(2024, 4, 29), date(2024, 5, 5), 5),)
    assert [peak.bar for peak in timeline.peaks] == [0]


def test_the_headline_is_of_the_article_that_fits_best_and_is_never_repeated(archive_of: Built) -> None:
    archive = archive_of(
        ("Town diary", "Tea was served. A ferry passed.", "2024-01-02"),
        ("Ferry sinks in storm", "The ferry sank. All of the ferry's crew are safe.", "2024-01-03"),
        ("Ferry sinks in storm", "The ferry sank, as was reported.", "2024-06-03"),
        ("Ferry sinks in storm", "The ferry sank, as was reported twice.", "2024-09-03"),
        ("Diving for the ferry", "Divers looked at the ferry.", "2024-09-04"),
    )
    headlines = [peak.headline for peak in timeline_of(archive, "ferry").peaks]
    assert headlines == ["Ferry sinks in storm", "Diving for the ferry"]


def test_a_span_of_decades_is_shown_by_years(archive_of: Built) -> None:
    archive = archive_of(*[(f"Ferry {year}", "The ferry.", f"{year}-07-01") for year in range(1990, 2024, 3)])
    timeline = timeline_of(archive, "ferry")
    assert (timeline.unit, len(timeline.bars), timeline.total) == ("year", 34, 12)
    assert timeline.bars[3] == Bar(date(1993, 1, 1), date(1993, 12, 31), 1)


def test_filters_bound_what_is_counted_and_shown(town: Archive) -> None:
    timeline = timeline_of(town, "footbridge", Filters(after=date(2024, 6, 1), before=date(2025, 1, 1)))
    assert timeline.total == 4
    assert timeline.bars[0].first == date(2024, 6, 3)
    assert timeline.bars[-1].last <= date(2025, 1, 5)
    with pytest.raises(BadQuery, match="No article is from “Times”"):
        timeline_of(town, "footbridge", Filters(source="Times"))


@pytest.mark.parametrize("topic", ["", "  ", "?!", "-flood", '""', "\x00"])
def test_a_topic_without_a_word_is_one_sentence(town: Archive, topic: str) -> None:
    with pytest.raises(BadQuery, match="A search needs at least one word to find"):
        timeline_of(town, topic)


@given(st.text(max_size=40) | st.text(alphabet='footbridge "-*:()AND~^\\', max_size=60))
@settings(NEAR, max_examples=150)
def test_any_topic_gives_bars_that_add_up_or_one_sentence(town: Archive, topic: str) -> None:
    try:
        timeline = timeline_of(town, topic)
    except BadQuery:
        return
    assert timeline.total <= 46
    assert all(one.last + timedelta(1) == other.first for one, other in pairwise(timeline.bars))
    assert len(timeline.peaks) <= 4
    assert all(timeline.bars[peak.bar].articles for peak in timeline.peaks)
    assert len(described(timeline)) <= 1024


DAYS = st.integers(1, date.max.toordinal())


@given(DAYS, DAYS, DAYS, DAYS)
@settings(max_examples=300)
def test_bars_cover_what_was_found_and_show_a_dozen_where_the_archive_goes_that_far(
    a: int, b: int, c: int, d: int
) -> None:
    earliest, first, last, latest = sorted((a, b, c, d))
    unit, edges = bars_between((first, last), (earliest, latest))
    assert edges[0] <= first
    assert last < edges[-1]
    assert all(one < other for one, other in pairwise(edges))
    assert all(first_day_of(unit, number_of(unit, day)) == day for day in edges[:-1])
    reach = number_of(unit, latest) - number_of(unit, earliest) + 1
    assert len(edges) - 1 >= min(12 if unit != "year" else 8, reach)
    assert len(edges) - 1 <= {"week": 60, "month": 93, "year": 9999}[unit]


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ([0, 5, 0, 0, 2, 0], [1, 4]),
        ([1, 1, 9, 8, 1, 1], [2]),  # what stands beside a higher one is the same peak
        ([1, 2, 3, 4, 9, 4, 3, 2], [4]),  # a slope is no peak
        ([9, 1, 1, 1, 1, 9], [0, 5]),  # at the ends as well
        ([3, 3, 3, 3], []),  # nothing stands out
        ([5], [0]),
        ([0, 0, 1, 0], [2]),
        ([9, 0, 8, 0, 7, 0, 6, 0, 5, 0], [0, 2, 4, 6]),  # four at most
        ([30, 0, 1, 0, 1, 0, 1], [0]),
    ],
)
def test_peaks_are_high_and_apart(heights: list[int], expected: list[int]) -> None:
    bar_of = np.repeat(np.arange(len(heights)), heights)
    assert standing_out(np.array(heights), bar_of) == expected


def test_of_equally_high_bars_the_one_that_fits_best_comes_first() -> None:
    heights = np.array([1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    assert standing_out(heights, np.array([8, 4, 0, 6, 2])) == [8, 4, 0, 6]


TITLE = st.text(max_size=300) | st.sampled_from(TITLES) | st.text(alphabet="abc ", max_size=300)


def by_length(text: str) -> float:
    return 7.0 * len(text)


@given(st.lists(st.tuples(st.floats(20, 530), TITLE), min_size=1, max_size=4, unique_by=lambda one: one[0]))
@settings(deadline=None)
def test_flags_hide_neither_each_other_nor_a_pole(titles: list[tuple[float, str]]) -> None:
    placed = flags(sorted((x, " ".join(title.split())) for x, title in titles), (16, 534), by_length)
    assert [flag.x for flag in placed] == sorted(x for x, _ in titles)
    for flag in placed:
        assert 16 <= flag.left <= flag.right <= 534
        assert flag.tier < TIERS
    for one, other in combinations(placed, 2):
        assert one.tier != other.tier or one.right + APART <= other.left or other.right + APART <= one.left
        for flag, pole in ((one, other), (other, one)):
            assert pole.tier < flag.tier or not flag.left < pole.x < flag.right


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("one two three four", 3, ("one two", "three four")),
        ("one two three four five six", 2, ("one two", "three four…")),
        ("abcdefghijklmnop", 3, ("abcdefghijk", "lmnop")),
        ("  one  ", 3, ("one",)),
        ("", 3, ("",)),
    ],
)
def test_lines_break_between_words_and_end_in_an_ellipsis(text: str, most: int, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 77, most, by_length) == lines


def test_no_accent_is_parted_from_its_letter() -> None:
    lines = wrapped("e\u0301" * 20, 77, 5, by_length)
    assert all(line.startswith("e") for line in lines)
    assert "".join(lines) == "e\u0301" * 20


def timeline_with(heights: list[int], peaks: dict[int, str], unit: Unit = "week", topic: str = "flood") -> Timeline:
    start = {"week": number_of("week", MONDAY.toordinal()), "month": 12 * 2024, "year": 1990}[unit]
    edges = [date.fromordinal(first_day_of(unit, start + place)) for place in range(len(heights) + 1)]
    bars = [Bar(a, b - timedelta(1), count) for (a, b), count in zip(pairwise(edges), heights, strict=True)]
    return Timeline(topic, unit, tuple(bars), tuple(Peak(bar, peaks[bar]) for bar in sorted(peaks)), 3)


def overlaps(timeline: Timeline, look: Look = LIGHT, wording: Wording = ENGLISH) -> list[str]:
    """What overlaps or runs out of the picture, as drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = figure_of(timeline, look, wording)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    (axes,) = figure.axes
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in axes.texts if text.get_text()]
    width, height = canvas.get_width_height()
    faults = [
        f"{text!r} runs out"
        for text, box in boxes
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width + 0.5 or box.y1 > height
    ]
    for (one, a), (other, b) in combinations(boxes, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1:
            faults.append(f"{one!r} overlaps {other!r}")
    return faults


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=70),
    st.dictionaries(st.integers(0, 69), TITLE, max_size=4),
    st.sampled_from(["week", "month", "year"]),
    TITLE,
)
@settings(NEAR, max_examples=60)
def test_no_letters_overlap_or_run_out_of_the_picture(
    heights: list[int], peaks: dict[int, str], unit: Unit, topic: str
) -> None:
    heights[-1] += 1
    peaks = {bar: title for bar, title in peaks.items() if bar < len(heights)}
    assert overlaps(timeline_with(heights, peaks, unit, topic)) == []


@pytest.mark.parametrize("bars", [[0, 2, 4, 6], [50, 52, 54, 56], [26, 28, 30, 32], [0, 18, 38, 56]])
def test_long_headlines_of_peaks_close_together_have_room(bars: list[int]) -> None:
    heights = [3 + 6 * (place in bars) for place in range(57)]
    timeline = timeline_with(heights, {bar: f"{bar} {TITLES[1]} {TITLES[1]}" for bar in bars})
    assert overlaps(timeline) == []


@pytest.mark.parametrize("months", [("januari" * 3,) * 12, ("1",) * 12])
def test_long_names_of_months_do_not_overlap(months: tuple[str, ...]) -> None:
    assert overlaps(timeline_with([1] * 50, {}), wording=Wording(short_months=months)) == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("title", TITLES)
def test_every_title_is_drawn_in_both_looks_within_200_kilobytes(title: str, dark: bool) -> None:
    timeline = timeline_with([1, 4, 0, 9, 2, 0, 0, 7] * 7, {3: title, 19: title, 35: title, 51: title}, topic=title)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what cannot be drawn would be one
        picture = draw(timeline, dark=dark)
    with Image.open(io.BytesIO(picture)) as decoded:
        assert decoded.format == "PNG"
        assert decoded.width == 2 * WIDTH == 1100
        assert 500 < decoded.height < 1200
        background = tuple(bytes.fromhex((DARK if dark else LIGHT).background[1:]))
        assert decoded.convert("RGB").getpixel((1, 1)) == background
        colors = decoded.convert("RGB").getcolors(1 << 20)
        assert colors
        seen = {color for _, color in colors}
        assert {tuple(bytes.fromhex(color[1:])) for color in ((DARK if dark else LIGHT).peak, LIGHT.bar)} & seen
    assert len(picture) < 200_000


def luminance(color: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [value / 255 for value in bytes.fromhex(color[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_letters_and_bars_stand_out_from_the_background(look: Look) -> None:
    for color, least in ((look.letters, 7), (look.faint, 4.5), (look.bar, 3), (look.peak, 4.5)):
        bright, deep = sorted((luminance(color), luminance(look.background)), reverse=True)
        assert (bright + 0.05) / (deep + 0.05) >= least, color


def test_a_headline_that_no_font_has_gives_way_to_its_time() -> None:
    assert shown("Flood \U00012000") == ""
    figure = figure_of(timeline_with([0, 5, 0], {1: "\U00012000\U00012001"}), LIGHT)
    assert "week of 8 January" in " ".join(text.get_text() for text in figure.axes[0].texts)


def test_signs_that_no_font_has_are_left_out_and_dollars_are_dollars() -> None:
    assert shown("Flood \U0010fffd costs $5") == "Flood costs $5"
    figure = figure_of(timeline_with([0, 5, 0], {1: "From $5 to $6"}), LIGHT)
    (headline,) = [text for text in figure.axes[0].texts if text.get_text() == "From $5 to $6"]
    assert not headline.get_parse_math()


@pytest.mark.parametrize(
    "timeline",
    [Timeline("flood", "week", (), ()), timeline_with([1], {0: "Flood"}), timeline_with([1] * 2000, {}, "year")],
)
def test_no_bar_one_bar_and_thousands_of_bars_are_drawn(timeline: Timeline) -> None:
    assert overlaps(timeline) == []
    with Image.open(io.BytesIO(draw(timeline, dark=True))) as decoded:
        decoded.verify()


@pytest.mark.parametrize(
    ("highest", "expected"), [(1, [0, 1]), (4, [0, 1, 2, 3, 4]), (9, [0, 2, 4, 6, 8]), (25, [0, 5, 10, 15, 20, 25])]
)
def test_numbers_on_the_axis_are_round(highest: int, expected: list[int]) -> None:
    assert list(grid_counts(highest)) == expected


def test_pictures_drawn_at_once_in_several_threads_are_the_same() -> None:
    timeline = timeline_with([1, 4, 0, 9, 2, 0, 0, 7] * 7, {3: TITLES[1], 35: TITLES[7]})
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda _: draw(timeline, dark=True), range(8)))
    assert set(pictures) == {draw(timeline, dark=True)}


def test_matplotlib_is_imported_by_the_first_picture_and_pyplot_never() -> None:
    program = (
        "import sys; from bot.timeline.picture import draw; from index.timeline import Timeline; "
        "assert 'matplotlib' not in sys.modules; draw(Timeline('flood', 'week', (), ()), dark=True); "
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=SAMPLE_ARCHIVE.parent)


def test_the_description_says_what_is_counted_how_many_when_and_the_peaks() -> None:
    timeline = timeline_with([0, 5, 0, 1000], {1: "Flood", 3: "High water"}, "month")
    assert described(timeline) == (
        "Bar chart: articles that speak of “flood”. Articles per month, from 1 January 2024 to 30 April 2024: "
        "1\u202f005 in all. 3 without a date left out. "
        "Peaks: February 2024 (5), “Flood”; April 2024 (1\u202f000), “High water”."
    )
    assert described(Timeline("moon", "week", (), ())) == (
        "Bar chart: articles that speak of “moon”. No article with a date speaks of it."
    )


def test_the_description_speaks_another_language() -> None:
    german = Wording(
        months=("Januar", *ENGLISH.months[1:]),
        day="{day}. {month} {year}",
        caption={"week": "Artikel pro Woche", "month": "Artikel pro Monat", "year": "Artikel pro Jahr"},
        week="Woche ab {day}",
    )
    told = described(timeline_with([5, 0], {0: "Flut"}), german)
    assert "Artikel pro Woche, from 1. Januar 2024" in told
    assert "Woche ab 1. Januar 2024 (5), “Flut”" in told


@given(TITLE, TITLE)
def test_the_description_of_anything_fits(topic: str, title: str) -> None:
    timeline = timeline_with([9, 0, 9, 0, 9, 0, 9], {0: title, 2: title, 4: title, 6: title}, topic=topic * 10)
    told = described(timeline)
    assert len(told) <= 1024
    assert told.startswith("Bar chart: articles that speak of “")
    assert told.endswith(("”.", ELLIPSIS))
