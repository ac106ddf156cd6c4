"""An article -> others that are near to it as a whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive
from index.articles import Article
from index.embeddings import Vectors, unit

DEPTH = 100  # passages looked for near each of the article's own
LONGEST = 16  # passages of an article that are compared; of a longer one so many, spread over it
COMPARED = 200  # articles, of those with the nearest passages
COPY = 0.97  # similarity from which on two articles are one story printed twice


def similar_articles(archive: Archive, number: int, most: int = 8) -> list[tuple[Article, float]]:
    """Up to `most` articles near to article `number`, nearest first, with how near (1 is the same).

    Neither the article nor a copy of it is among them, and of several copies the first. How near two articles are is
    what their passages' best matches in the other come to on average, both ways: of bbc's articles 96 in 100 have
    their nearest in their own section, where the cosine of the articles' mean vectors finds 94.
    """
    own = rows_of(archive, number)
    if not len(own):
        return []
    compared = [(other, rows_of(archive, other)) for other in candidates(archive, own) if other != number]
    scores = [similarity(own, rows) for _, rows in compared]
    seen, words = [own], {words_of(archive.generation.store.article(number))}
    found: list[tuple[Article, float]] = []
    for place in sorted(range(len(compared)), key=lambda place: (-scores[place], compared[place][0])):
        if len(found) == most:
            break
        other, rows = compared[place]
        article = archive.generation.store.article(other)
        if words_of(article) not in words and all(similarity(rows, shown) < COPY for shown in seen):
            found.append((article, scores[place]))
            seen.append(rows)
            words.add(words_of(article))
    return found


def candidates(archive: Archive, own: Vectors) -> list[int]:
    """The articles with the passages nearest to one of an article's own or to their mean, nearest first."""
    best: dict[int, float] = {}
    for numbers, scores in archive.retriever.nearest(unit(np.vstack([own, own.mean(axis=0)])), DEPTH):
        for article, score in zip(archive.generation.store.article_of[numbers].tolist(), scores.tolist(), strict=True):
            best[article] = max(score, best.get(article, -1.0))
    return sorted(best, key=lambda article: (-best[article], article))[:COMPARED]


def rows_of(archive: Archive, number: int) -> Vectors:
    """The vectors of an article's passages, `(n, dimensions)` float32 with at most `LONGEST` rows."""
    passages = archive.generation.store.passage_numbers(number)
    spread = np.linspace(passages.start, passages.stop - 1, min(len(passages), LONGEST))
    return archive.generation.vectors.rows(spread.round().astype(np.int64))


def similarity(one: Vectors, other: Vectors) -> float:
    cosines: NDArray[np.float32] = one @ other.T
    return float(cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2


def words_of(article: Article) -> str:
    return " ".join(article.text[article.body :].split())
