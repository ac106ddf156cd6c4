"""The pipeline in one sentence: read the folder, cut passages, embed what is new, write a generation, publish it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from index import generations
from index.articles import Article, Remark
from index.corpus import Corpus, Counted, read_corpus
from index.embeddings import Embedder
from index.encodings import Encoded, Progress, encode
from index.errors import NoIndex
from index.generations import Generation, Manifest, current_name
from index.models import Model
from index.passages import RULES, Passages, Span, passages_of
from index.store import write_store
from index.vectors import VectorIndex
from index.words import WordIndex


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes an index besides its articles."""

    model: Model
    passage_words: int
    max_file_megabytes: float
    keep: int


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles a build found added, changed, removed and unchanged."""

    added: int
    changed: int
    removed: int
    unchanged: int

    @classmethod
    def between(cls, before: dict[str, str], after: dict[str, str]) -> Changes:
        """Compares two archives given as article id -> checksum."""
        both = before.keys() & after.keys()
        changed = sum(before[article] != after[article] for article in both)
        return cls(len(after.keys() - both), changed, len(before.keys() - both), len(both) - changed)


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `generation` is None where nothing had changed and nothing was published."""

    generation: str | None
    changes: Changes
    remarks: tuple[Remark, ...]
    passages: int
    embedded: int  # passages that were not copied from the last generation
    seconds: float
    unusable: str | None = None  # why nothing could be copied from a last generation that is there


def build(
    folder: Path,
    index: Path,
    recipe: Recipe,
    load_embedder: Callable[[], Embedder],
    progress: Progress,
    anew: bool = False,
    read: Callable[[Path, float, Counted], Corpus] = read_corpus,
) -> Report:
    """Makes or updates the index of what `read` finds in `folder`; made `anew`, nothing is copied from the last
    generation. The embedder is loaded beside, if anything changed.

    Raises `BadArchive`, `Busy` where another build runs, `NoIndex` where `index` cannot be written.
    """
    with generations.sole_builder(index):
        corpus = read(folder, recipe.max_file_megabytes, lambda done, total: progress("Reading articles", done, total))
        return publish(corpus, str(folder.resolve()), index, recipe, load_embedder, progress, anew)


def publish(
    corpus: Corpus,
    folder: str,
    index: Path,
    recipe: Recipe,
    load_embedder: Callable[[], Embedder],
    progress: Progress,
    anew: bool = False,
) -> Report:
    """Publishes a generation of `corpus`, unless the current one is that already. Hold the lock around it."""
    started = time.perf_counter()
    with nullcontext((None, None)) if anew else last_generation(index) as (previous, unusable):
        before = previous.store.checksums() if previous else {}
        changes = Changes.between(before, {article.id: article.checksum for article in corpus.articles})
        if previous and is_same(previous.manifest, changes, corpus, folder, recipe):
            seconds = time.perf_counter() - started
            return Report(None, changes, corpus.remarks, previous.manifest.passages, 0, seconds)
        with generations.new_generation(index, recipe.keep) as unfinished, ThreadPoolExecutor(2) as beside:
            embedder = beside.submit(load_embedder)
            passages = cut(corpus.articles, recipe.passage_words, previous, progress)
            words = beside.submit(WordIndex.write, unfinished, passages, partial(progress, "Indexing words"))
            digests = np.fromiter((passage.digest for passage in passages), "S16", len(passages))
            encoded = encode(passages, digests, previous, recipe.model, embedder.result, unfinished, progress)
            progress("Indexing vectors", 0, 1)
            VectorIndex.write(unfinished, encoded.vectors)
            progress("Indexing vectors", 1, 1)
            words.result()
            progress("Writing the index", 0, 1)
            write_store(unfinished, passages, digests)
            seconds = time.perf_counter() - started
            manifest_of(corpus, folder, passages, encoded, recipe, changes, seconds).save(unfinished)
    progress("Writing the index", 1, 1)
    seconds = time.perf_counter() - started
    return Report(current_name(index), changes, corpus.remarks, len(passages), encoded.computed, seconds, unusable)


@contextmanager
def last_generation(index: Path) -> Iterator[tuple[Generation | None, str | None]]:
    """The current generation to copy from; or None, and where there is one that is of no use any more why."""
    try:
        generation = generations.open_current(index)
    except NoIndex as error:
        yield None, str(error) if generations.kept(index) else None
        return
    with generation:
        yield generation, None


def is_same(manifest: Manifest, changes: Changes, corpus: Corpus, folder: str, recipe: Recipe) -> bool:
    return (
        (changes.added, changes.changed, changes.removed) == (0, 0, 0)
        and manifest.all_remarks == corpus.remarks
        and manifest.folder == folder
        and manifest.model_checksum == recipe.model.checksum
        and is_cut_alike(manifest, recipe.passage_words)
    )


def cut(articles: Sequence[Article], words: int, previous: Generation | None, progress: Progress) -> Passages:
    """The articles' passages; those of unchanged articles as the last generation cut them."""
    stored = previous.store.numbers() if previous and is_cut_alike(previous.manifest, words) else {}
    done = itertools.count(1)

    def spans_of(article: Article) -> list[tuple[Span, ...]]:
        progress("Cutting passages", next(done), len(articles))
        number = stored.get((article.id, article.checksum))
        if previous and number is not None:
            return previous.store.spans_of(number)
        return [passage.sentences for passage in passages_of(article, words)]

    return Passages.cut(articles, spans_of)


def is_cut_alike(manifest: Manifest, words: int) -> bool:
    return (manifest.passage_words, manifest.passage_rules) == (words, RULES)


def manifest_of(
    corpus: Corpus,
    folder: str,
    passages: Passages,
    encoded: Encoded,
    recipe: Recipe,
    changes: Changes,
    seconds: float,
) -> Manifest:
    days = sorted(article.published.isoformat() for article in corpus.articles if article.published)
    return Manifest(
        format=generations.FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        folder=folder,
        model=recipe.model.name,
        model_checksum=recipe.model.checksum,
        precisions=list(encoded.precisions),
        dimensions=encoded.vectors.shape[1],
        articles=len(corpus.articles),
        passages=len(passages),
        sentences=len(passages.sentences),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        passage_words=recipe.passage_words,
        passage_rules=RULES,
        changes=asdict(changes),
        seconds=round(seconds, 3),
        remarks=[asdict(item) for item in corpus.remarks],
    )
