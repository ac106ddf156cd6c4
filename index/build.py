"""The pipeline in one sentence: read the folder, cut passages, embed what is new, write a generation, publish it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from index import generations
from index.articles import Article, Remark
from index.corpus import Corpus, read_corpus
from index.embeddings import Embedder, Vectors, encode_in_portions
from index.errors import NoIndex
from index.generations import Generation, Manifest, current_name
from index.models import Model
from index.passages import RULES, Passage, passages_of
from index.store import write_store
from index.tokens import ROWS, Rows, TokenWriter, packed
from index.vectors import VectorIndex
from index.words import WordIndex

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, how many there are


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


def build(
    folder: Path,
    index: Path,
    recipe: Recipe,
    load_embedder: Callable[[], Embedder],
    progress: Progress,
    anew: bool = False,
) -> Report:
    """Makes or updates the index of `folder`; made `anew`, nothing is copied from the last generation. The embedder
    is loaded only if there is something to embed.

    Raises `BadArchive`, `Busy` where another build runs, `NoIndex` where `index` cannot be written.
    """
    with generations.sole_builder(index):
        corpus = read_corpus(
            folder, recipe.max_file_megabytes, lambda done, total: progress("Reading articles", done, total)
        )
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
    with nullcontext() if anew else last_generation(index) as previous:
        before = previous.store.checksums() if previous else {}
        changes = Changes.between(before, {article.id: article.checksum for article in corpus.articles})
        if previous and is_same(previous.manifest, changes, corpus, folder, recipe):
            seconds = time.perf_counter() - started
            return Report(None, changes, corpus.remarks, previous.manifest.passages, 0, seconds)
        passages = cut(corpus.articles, recipe.passage_words, previous, progress)
        with generations.new_generation(index, recipe.keep) as unfinished:
            vectors, embedded = embed(passages, previous, recipe.model, load_embedder, unfinished, progress)
            progress("Writing the index", 0, 1)
            write_store(unfinished, corpus.articles, passages)
            VectorIndex.from_vectors(vectors).save(unfinished)
            WordIndex.write(unfinished, passages)
            seconds = time.perf_counter() - started
            manifest_of(corpus, folder, passages, vectors, recipe, changes, seconds).save(unfinished)
    progress("Writing the index", 1, 1)
    seconds = time.perf_counter() - started
    return Report(current_name(index), changes, corpus.remarks, len(passages), embedded, seconds)


@contextmanager
def last_generation(index: Path) -> Iterator[Generation | None]:
    """The current generation to copy from; None where there is none, or where it is of no use any more."""
    try:
        generation = generations.open_current(index)
    except NoIndex:
        yield None
        return
    with generation:
        yield generation


def is_same(manifest: Manifest, changes: Changes, corpus: Corpus, folder: str, recipe: Recipe) -> bool:
    return (
        (changes.added, changes.changed, changes.removed) == (0, 0, 0)
        and manifest.all_remarks == corpus.remarks
        and manifest.folder == folder
        and manifest.model_checksum == recipe.model.checksum
        and is_cut_alike(manifest, recipe.passage_words)
    )


def cut(articles: Sequence[Article], words: int, previous: Generation | None, progress: Progress) -> list[Passage]:
    """The articles' passages, in order; those of unchanged articles as the last generation cut them."""
    stored = previous.store.passages_by_article() if previous and is_cut_alike(previous.manifest, words) else {}
    passages: list[Passage] = []
    for done, article in enumerate(articles, 1):
        spans = stored.get((article.id, article.checksum))
        passages += [Passage(article, one) for one in spans] if spans else passages_of(article, words)
        progress("Cutting passages", done, len(articles))
    return passages


def is_cut_alike(manifest: Manifest, words: int) -> bool:
    return (manifest.passage_words, manifest.passage_rules) == (words, RULES)


def embed(
    passages: Sequence[Passage],
    previous: Generation | None,
    model: Model,
    load_embedder: Callable[[], Embedder],
    folder: Path,
    progress: Progress,
) -> tuple[Vectors, int]:
    """Writes the passages' token bits into `folder`; their vectors, `(n, dimensions)`, and how many were computed.

    What the last generation has of a passage with the same text is copied from it.
    """
    digests = [passage.digest for passage in passages]
    first: dict[bytes, int] = {}  # of each text, in the order of the archive: what is read together lies together
    for number, digest in enumerate(digests):
        first.setdefault(digest, number)
    found: dict[bytes, tuple[Vectors, Rows]] = {}
    with TokenWriter(folder) as writer:
        if previous and previous.manifest.model_checksum == model.checksum:
            found |= copied(previous, first.keys(), writer)
        new = [passages[number] for digest, number in first.items() if digest not in found]
        found |= computed(new, load_embedder, writer, progress)
    np.save(folder / ROWS, np.concatenate([found[digest][1] for digest in digests]))
    return np.stack([found[digest][0] for digest in digests]), len(new)


def copied(
    previous: Generation, wanted: Collection[bytes], writer: TokenWriter
) -> Iterator[tuple[bytes, tuple[Vectors, Rows]]]:
    """Digest, vector and token rows of the `wanted` passages that `previous` has; their bits go to `writer`."""
    known = {bytes(digest): number for number, digest in enumerate(np.asarray(previous.store.digests))}
    vectors = previous.vectors.rows()
    for digest, number in ((digest, known[digest]) for digest in wanted if digest in known):
        bits, rows = previous.tokens.stored(previous.store.sentence_numbers(number))
        yield digest, (vectors[number], rows + writer.add(bits))


def computed(
    passages: Sequence[Passage], load_embedder: Callable[[], Embedder], writer: TokenWriter, progress: Progress
) -> Iterator[tuple[bytes, tuple[Vectors, Rows]]]:
    """Digest, vector and token rows of each passage; its bits go to `writer`. No passage, no model."""
    if not passages:
        return
    progress("Loading the model", 0, 1)
    embedder = load_embedder()
    progress("Loading the model", 1, 1)
    texts = [passage.text for passage in passages]
    for number, encoding in encode_in_portions(embedder, texts, partial(progress, "Embedding passages")):
        passage = passages[number]
        # By where tokens end, since those of some models begin with the space before them.
        rows = np.searchsorted(encoding.spans[:, 1], np.array(passage.sentences) - passage.start, side="right")
        yield passage.digest, (encoding.vector, rows + writer.add(packed(encoding.tokens)))


def manifest_of(
    corpus: Corpus,
    folder: str,
    passages: Sequence[Passage],
    vectors: Vectors,
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
        dimensions=vectors.shape[1],
        articles=len(corpus.articles),
        passages=len(passages),
        sentences=sum(len(passage.sentences) for passage in passages),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        passage_words=recipe.passage_words,
        passage_rules=RULES,
        changes=asdict(changes),
        seconds=round(seconds, 3),
        remarks=[asdict(item) for item in corpus.remarks],
    )
