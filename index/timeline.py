"""A topic -> how many articles speak of it, per week, month or year, and the headlines of the peaks.

An article speaks of a topic where one of its sentences, read together with its title, has all the topic's words.
Nearest vectors will not do: everything is near to something. Of the news articles looked at, nearly all with the words
side by side spoke of the topic; of others with them in one sentence 33 of 38, in one passage 9 of 26.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

import numpy as np

from index.archive import Archive
from index.filters import NO_FILTERS, Filters, passages_matching
from index.search import Query, exactly, plain
from index.spelling import Dictionary, corrected
from index.store import NO_DATE
from index.vectors import Mask, Numbers, Scores
from index.words import QUESTION_WORDS

Unit = Literal["week", "month", "year"]

FEWEST_BARS = 12  # a shorter time is shown with what comes before and after it, as far as the archive goes
MOST_WEEKS = 60
MOST_MONTHS = 93  # as far above 60 bars as the years that would be shown instead are below 12
PEAKS = 4  # more headlines would hide the bars
HIGH = 1 / 3  # of the highest bar, which a peak must have at least
PROMINENT = 0.2  # of the highest bar, by which a peak must rise from what lies between it and a higher one
TITLES = 8  # articles of a peak, those with the highest BM25, of which one gives the headline
BM25 = 0.5  # weight beside the cosine of title and topic, which alone took titles of articles that hardly speak of it
AFTER_LAST_DAY = date.max.toordinal() + 1
PUNCTUATION = "\"'.,;:!?()[]“”„‘’«»…"  # around a word; inside it, as in “R&D”, it counts
POSSESSIVE = re.compile(r"['’]s?$", re.I)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many articles were published from the first day to the last, both included."""

    first: date
    last: date
    articles: int


@dataclass(frozen=True, slots=True)
class Peak:
    """A bar that stands out, by its number, and the title of the article in it that fits the topic best."""

    bar: int
    headline: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The articles that speak of `topic` (as understood, where it was misspelt).

    `bars` are without a gap, oldest first; there is none where no dated article speaks of it. `peaks` are up to four,
    oldest first. `undated` articles are left out.
    """

    topic: str
    unit: Unit
    bars: tuple[Bar, ...]
    peaks: tuple[Peak, ...]
    undated: int = 0

    @property
    def total(self) -> int:
        """The articles in all bars."""
        return sum(bar.articles for bar in self.bars)


def timeline_of(archive: Archive, topic: str, filters: Filters = NO_FILTERS) -> Timeline:
    """The articles that have each of the topic's words (stemmed, in any order) and `"exact phrases"`, and no `-word`.

    Raises `BadQuery` for a topic without a word, and for a source that no article has.
    """
    topic, query = understood(archive, topic)
    articles, scores = by_words(archive, query, speaking(archive, query, filters))
    days = archive.generation.store.dates[articles]
    dated = days != NO_DATE
    undated = int((~dated).sum())
    if not dated.any():
        return Timeline(topic, "week", (), (), undated)
    articles, scores, days = articles[dated], scores[dated], days[dated]
    unit, edges = bars_between((int(days.min()), int(days.max())), days_looked_at(archive, filters))
    bar_of = np.searchsorted(edges, days, side="right") - 1
    counts = np.bincount(bar_of, minlength=len(edges) - 1)
    bars = tuple(
        Bar(date.fromordinal(first), date.fromordinal(following - 1), count)
        for first, following, count in zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
    )
    high = {bar: np.flatnonzero(bar_of == bar)[:TITLES] for bar in standing_out(counts, bar_of)}
    peaks = headlines(archive, query.words, {bar: (articles[here], scores[here]) for bar, here in high.items()})
    return Timeline(topic, unit, bars, peaks, undated)


def understood(archive: Archive, topic: str) -> tuple[str, Query]:
    """The topic and its parts, its spelling corrected; what is quoted or excluded is meant letter for letter."""
    topic = " ".join(topic.encode("utf-8", "replace").decode().split())
    query = Query.parse(topic)
    if query.phrases or query.excluded:
        return topic, query
    spelled, _ = corrected(topic, archive.generation.words, archive.shown, Dictionary(archive.embedder))
    return spelled, Query.parse(spelled)


def speaking(archive: Archive, query: Query, filters: Filters) -> Mask:
    """A mask over all passages: those by which their articles speak of the topic."""
    store, words = archive.generation.store, archive.generation.words
    terms = terms_of(query.words)
    mask = exactly(archive, Query(query.words, query.phrases, ())) & words.using(terms, ())
    allowed = passages_matching(store, filters)
    if allowed is not None:
        mask &= allowed.mask
    if query.excluded:
        excluded = np.unique(store.article_of[~words.using((), query.excluded)])
        mask &= ~np.isin(store.article_of, excluded)
    if len(terms) > 1:
        mask &= words.having(" ".join(terms)) | in_one_sentence(archive, terms, mask)
    return mask


def terms_of(words: str) -> tuple[str, ...]:
    """The words of a topic without question words and their possessive; a topic of nothing else is one phrase."""
    bare = (POSSESSIVE.sub("", word.strip(PUNCTUATION)) for word in words.split())
    terms = dict.fromkeys(word for word in bare if word and word.casefold() not in QUESTION_WORDS)
    return tuple(terms) or (words,)


def in_one_sentence(archive: Archive, terms: Sequence[str], mask: Mask) -> Mask:
    """Those of the passages in `mask` of which one sentence, with the title, has all the terms."""
    store, words = archive.generation.store, archive.generation.words
    wanted = {stem for term in terms for stem in words.stems(term)}
    together = np.zeros_like(mask)
    for number in np.flatnonzero(mask):
        passage = store.passage(int(number))
        text, missing = passage.article.text, wanted.difference(words.stems(passage.article.title))
        together[number] = any(missing <= set(words.stems(text[start:end])) for start, end in passage.sentences)
    return together


def by_words(archive: Archive, query: Query, mask: Mask) -> tuple[Numbers, Scores]:
    """The numbers of the articles of the passages in `mask` and the BM25 of the best passage of each, best first."""
    numbers, scores = archive.generation.words.search(query.words, max(1, int(mask.sum())), mask)
    articles = archive.generation.store.article_of[numbers]
    _, places = np.unique(articles, return_index=True)
    places.sort()
    return articles[places], scores[places]


def days_looked_at(archive: Archive, filters: Filters) -> tuple[int, int]:
    """The first and the last day, as ordinals, from which articles might have been found."""
    dates = archive.generation.store.dates
    first, last = int(dates[dates != NO_DATE].min()), int(dates.max())
    if filters.after:
        first = max(first, filters.after.toordinal())
    if filters.before:
        last = min(last, filters.before.toordinal() - 1)
    return first, last


def bars_between(found: tuple[int, int], looked_at: tuple[int, int]) -> tuple[Unit, list[int]]:
    """The unit, and the first day of every bar and of the one after the last, as ordinals, for articles `found` from
    the one day to the other."""
    unit = unit_for(*found)
    first, last = (number_of(unit, day) for day in found)
    earliest, latest = (number_of(unit, day) for day in looked_at)
    lacking = FEWEST_BARS - (last - first + 1)
    if lacking > 0:
        first = max(earliest, min(first - lacking // 2, latest - FEWEST_BARS + 1))
        last = min(latest, first + FEWEST_BARS - 1)
    return unit, [first_day_of(unit, number) for number in range(first, last + 2)]


def unit_for(first: int, last: int) -> Unit:
    if number_of("week", last) - number_of("week", first) < MOST_WEEKS:
        return "week"
    return "month" if number_of("month", last) - number_of("month", first) < MOST_MONTHS else "year"


def number_of(unit: Unit, ordinal: int) -> int:
    """The number of the week, month or year that has the day, counted from the year 0 on."""
    if unit == "week":
        return (ordinal - 1) // 7  # the first of all days was a Monday
    day = date.fromordinal(ordinal)
    return day.year if unit == "year" else 12 * day.year + day.month - 1


def first_day_of(unit: Unit, number: int) -> int:
    """The first day of a week, month or year, as an ordinal; at most the one after the calendar's last."""
    if unit == "week":
        return min(7 * number + 1, AFTER_LAST_DAY)
    year, month = (number, 0) if unit == "year" else divmod(number, 12)
    return date(year, month + 1, 1).toordinal() if year <= date.max.year else AFTER_LAST_DAY


def standing_out(counts: Numbers, bar_of: Numbers) -> list[int]:
    """The bars that stand out, the highest first: from other bars, from the mean, and from their surroundings.

    `counts` `(bars,)`; `bar_of` `(articles,)` says in which bar each article is, those that fit best first: of bars
    equally high, the one with the article that fits better comes first.
    """
    bars, best = np.unique(bar_of, return_index=True)
    stands_out = (counts >= HIGH * counts.max()) & ((counts > counts.mean()) | (len(bars) == 1))
    found: list[int] = []
    for bar in bars[np.lexsort((best, -counts[bars]))].tolist():
        is_beside = not {bar - 1, bar + 1}.isdisjoint(found)
        if stands_out[bar] and not is_beside and prominence(counts, bar) >= PROMINENT * counts.max():
            found.append(bar)
    return found[:PEAKS]


def prominence(counts: Numbers, bar: int) -> int:
    """How far one must go down from a bar to reach a higher one, or the end."""
    lowest = [0, 0]
    for side, others in enumerate((counts[:bar][::-1], counts[bar + 1 :])):
        higher = np.flatnonzero(others > counts[bar])
        if len(higher):
            lowest[side] = int(others[: higher[0]].min(initial=counts[bar]))
    return int(counts[bar]) - max(lowest)


def headlines(archive: Archive, topic: str, peaks: dict[int, tuple[Numbers, Scores]]) -> tuple[Peak, ...]:
    """Of each peak's articles (their numbers and BM25) the title that fits best by BM25 and by its own meaning; none is
    taken twice."""
    titles = {bar: [archive.generation.store.article(int(one)).title for one in of] for bar, (of, _) in peaks.items()}
    if not peaks:
        return ()
    encoded = archive.embedder.encode([topic, *chain.from_iterable(titles.values())])
    asked, *others = (one.vector for one in encoded)
    vectors = iter(others)
    said: dict[str, Peak] = {}
    for bar, (_, scores) in peaks.items():
        fit = [BM25 * score / scores[0] + float(next(vectors) @ asked) for score in scores]
        order = sorted(range(len(fit)), key=lambda place: (-fit[place], place))
        fresh = [titles[bar][place] for place in order if plain(titles[bar][place]) not in said]
        if fresh:
            said[plain(fresh[0])] = Peak(bar, fresh[0])
    return tuple(sorted(said.values(), key=lambda peak: peak.bar))
