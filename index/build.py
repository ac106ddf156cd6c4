"""The pipeline in one sentence: read the folder, cut passages, embed what is new, write a generation, publish it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index import generations
from index.articles import Article, Remark
from index.changes import Changes, Plan
from index.corpus import Corpus, Counted, read_corpus
from index.disk import full_disk_told
from index.encodings import Encoded, PassageEmbedder, Progress, encode
from index.errors import DiskFull, NoIndex, PullquoteError, Shrinking
from index.generations import Generation, current_name
from index.integrity import repaired
from index.lock import sole_builder
from index.manifest import FORMAT, Manifest
from index.models import Model
from index.passages import RULES, Passages, Span, passages_of
from index.store import write_store
from index.vectors import VectorIndex
from index.words import WordIndex

PATIENCE = 300.0  # seconds that a server may be gone while it is filled, before what was computed for it is given up

if TYPE_CHECKING:
    from index.milvus.publishing import Publisher

Read = Callable[[Path, float, Counted], Corpus]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes an index besides its articles."""

    model: Model
    passage_words: int
    max_file_megabytes: float
    keep: int
    publisher: Publisher | None = None  # where a server searches what is built

    @property
    def switched(self) -> generations.Switched:
        return self.publisher.switched_to if self.publisher else nullcontext


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `generation` is None where nothing had changed and nothing was published."""

    generation: str | None
    changes: Changes
    remarks: tuple[Remark, ...]
    passages: int
    embedded: int  # passages that were not copied from the last generation
    seconds: float
    unusable: str | None = None  # what was wrong with a last generation that is there, and what was done

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Report:
        remarks = tuple(Remark(**remark) for remark in fields["remarks"])
        return cls(**fields | {"changes": Changes(**fields["changes"]), "remarks": remarks})


def build(
    folder: Path,
    index: Path,
    recipe: Recipe,
    load_embedder: Callable[[], PassageEmbedder],
    progress: Progress,
    anew: bool = False,
    most_removed: float = 1.0,
    beside: Path | None = None,
    read: Read = read_corpus,
) -> Report:
    """Makes or updates the index of what `read` finds in `folder`; made `anew`, nothing is copied from the last
    generation. The embedder is loaded beside, if anything changed. `most_removed` is the share of the last generation's
    articles that may go. A first build copies from the index `beside`, where one is named.

    Raises `BadArchive`, `Building` where another build runs, `NoIndex` where `index` cannot be written, `Shrinking`
    and `DiskFull`.
    """
    with sole_builder(index):
        corpus = read(folder, recipe.max_file_megabytes, partial(progress, "Reading articles"))
        return publish(
            corpus, str(folder.resolve()), index, recipe, load_embedder, progress, anew, most_removed, beside
        )


def plan_of(folder: Path, index: Path, max_file_megabytes: float, progress: Progress, read: Read = read_corpus) -> Plan:
    """What a build of what `read` finds in `folder` would do; writes nothing. Raises `BadArchive`."""
    corpus = read(folder, max_file_megabytes, partial(progress, "Reading articles"))
    try:
        last = generations.open_current(index)
    except NoIndex:
        return Plan.of(corpus, None)
    with last:
        return Plan.of(corpus, last.store)


def publish(
    corpus: Corpus,
    folder: str,
    index: Path,
    recipe: Recipe,
    load_embedder: Callable[[], PassageEmbedder],
    progress: Progress,
    anew: bool = False,
    most_removed: float = 1.0,
    beside: Path | None = None,
) -> Report:
    """Publishes a generation of `corpus`, unless the current one is that already. Hold the lock around it."""
    started = time.perf_counter()
    if recipe.publisher:
        recipe.publisher.check()
    with full_disk_told(index), last_generation(index) as (last, unusable), other_generation(beside) as other:
        planned = Plan.of(corpus, last.store if last else None)
        changes = planned.changes
        if last and not anew and is_same(last.manifest, changes, corpus, folder, recipe):
            if recipe.publisher:
                recipe.publisher.put(last, progress, PATIENCE)
                with recipe.switched(last.name):
                    pass
                tidied(recipe.publisher)
            seconds = time.perf_counter() - started
            return Report(None, changes, corpus.remarks, last.manifest.passages, 0, seconds, unusable)
        if planned.is_shrinking(most_removed):
            raise Shrinking(planned.lost, planned.articles, most_removed)
        previous = None if anew else last or other
        new = generations.new_generation(index, recipe.keep, recipe.switched)
        with new as unfinished, ThreadPoolExecutor(2) as threads:
            embedder = threads.submit(load_embedder)
            passages = cut(corpus.articles, recipe.passage_words, previous, progress)
            words = threads.submit(WordIndex.write, unfinished, passages, partial(progress, "Indexing words"))
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
            with read_back(unfinished, index) as made:
                if recipe.publisher:
                    recipe.publisher.put(made, progress, PATIENCE)
    if recipe.publisher:
        tidied(recipe.publisher)
    progress("Writing the index", 1, 1)
    seconds = time.perf_counter() - started
    return Report(current_name(index), changes, corpus.remarks, len(passages), encoded.computed, seconds, unusable)


def tidied(publisher: Publisher) -> None:
    with suppress(PullquoteError):  # what stays is tried again by the next build
        publisher.tidy()


def read_back(unfinished: Path, index: Path) -> Generation:
    """What was written, opened. Raises `DiskFull` where a full disk cut something off and no library said so."""
    try:
        return Generation(unfinished)
    except NoIndex as error:
        raise DiskFull(index, "what was written cannot be read back") from error


@contextmanager
def last_generation(index: Path) -> Iterator[tuple[Generation | None, str | None]]:
    """The generation to copy from, the current one where it is good, every file of it checked, and what was wrong and
    done; None where there is none of use."""
    found = repaired(index)
    if found.name is None:
        yield None, found.said
        return
    try:
        generation = generations.open_current(index, found.name)
    except NoIndex as error:
        yield None, str(error)
        return
    with generation:
        yield generation, found.said


@contextmanager
def other_generation(index: Path | None) -> Iterator[Generation | None]:
    """The current generation of another index, to copy from; None where there is none of use."""
    try:
        generation = generations.open_current(index) if index else None
    except NoIndex:
        generation = None
    with generation or nullcontext():
        yield generation


def is_same(manifest: Manifest, changes: Changes, corpus: Corpus, folder: str, recipe: Recipe) -> bool:
    return (
        changes.is_none
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
        format=FORMAT,
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
