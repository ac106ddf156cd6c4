"""Questions with the passages that a reader learns from: those that answer, and those that are found and do not.

Texts come from the folders of question sets, and from `benchmarks/lessons/`, which was written for this project:
invented news, and questions in other words about articles of newwiki and xquad.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import track

from config.settings import Settings
from index.archive import Archive
from index.articles import Article
from index.build import publish
from index.cli import recipe_of
from index.corpus import Corpus, read_corpus
from index.engine import load_embedder
from index.evaluation import Question
from index.lock import sole_builder
from index.models import find_model
from index.passages import Passage, Span

OWN = Path(__file__).parent / "lessons"
LEARNED_FROM = ("newwiki", "xquad")
HELD_OUT = 5  # one article of so many of newwiki and xquad is never learned from
FOUND = 12  # passages that search finds first, of which the wrong ones are taken
TELLING = 3  # a question whose own passage search does not find among so many could be about many of them

Rows = Iterator[dict[str, Any]]


def is_held_out(article: str) -> bool:
    """Whether an article of newwiki or xquad is kept for measuring: by its name, so everywhere the same ones."""
    return zlib.crc32(article.encode()) % HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the article that answers it (none where none does) and the spans that do; `sentences` where whole
    sentences are known to answer, but not which words of them."""

    text: str
    source: str
    article: str | None = None
    answers: tuple[Span, ...] = ()
    sentences: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question and numbers of passages: those that answer it, with the spans (code points of the passage) that do,
    and the wrong ones that search finds, best first. `is_telling` where it says enough to be asked of many texts."""

    asked: Asked
    right: dict[int, tuple[Span, ...]]
    wrong: tuple[int, ...]
    is_telling: bool


@dataclass(slots=True)
class Material:
    """Articles by id, and what is asked of them."""

    articles: dict[str, Article] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def add_text(self, key: str, title: str, text: str) -> None:
        self.articles[key] = Article(key, text, title)

    def add_paragraphs(self, file: Path) -> None:
        """`squadshifts-*.jsonl`: question, paragraph and spans."""
        keys: dict[str, str] = {}
        for row in rows(file):
            key = keys.setdefault(row["text"], f"{file.stem}/{len(keys)}")
            self.add_text(key, "", row["text"])
            self.asked.append(Asked(row["question"], file.stem, key, spans(row)))

    def add_selection(self, file: Path) -> None:
        """`selqa-dev.jsonl`: question, candidate sentences and labels."""
        for number, row in enumerate(rows(file)):
            edges, at = [], 0
            for candidate in row["candidates"]:
                edges.append((at, at + len(candidate)))
                at += len(candidate) + 1
            self.add_text(f"{file.stem}/{number}", "", " ".join(row["candidates"]))
            right = tuple(edge for edge, label in zip(edges, row["labels"], strict=True) if label)
            self.asked.append(
                Asked(row["question"], file.stem, f"{file.stem}/{number}" if right else None, right, True)
            )

    def add_set(self, folder: Path, absent_of: dict[str, str] | None = None) -> None:
        """A question set; where `absent_of` says which article is nearest to each absent question, without what is held
        out."""
        every = absent_of is None
        for article in read_corpus(folder / "articles", 10).articles:
            if every or not is_held_out(article.id):
                key = f"{folder.name}/{article.id}"
                self.articles[key] = Article(key, article.text, article.title, body=article.body)
        self.add_questions(folder, folder.name, every=every)
        for question, nearest in (absent_of or {}).items():
            if not is_held_out(nearest):
                self.asked.append(Asked(question, folder.name))

    def add_questions(self, folder: Path, source: str, *, every: bool = True) -> None:
        """Questions about the set of the folder's name, which is there already, and with `every` the absent ones."""
        for row in rows(folder / "questions.jsonl"):
            if every or not is_held_out(row["article"]):
                self.asked.append(Asked(row["question"], source, f"{folder.name}/{row['article']}", spans(row)))
        if every:
            self.asked += [Asked(row["question"], source) for row in rows(folder / "absent.jsonl")]


def rows(file: Path) -> Rows:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def spans(row: dict[str, Any]) -> tuple[Span, ...]:
    return tuple((answer["start"], answer["end"]) for answer in row["answers"])


def open_archive(material: Material, index: Path, settings: Settings) -> Archive:
    """The material's articles, indexed as any others are."""
    model = find_model(settings.model.name, settings.model.folder)
    corpus = Corpus(tuple(material.articles[key] for key in sorted(material.articles)), ())
    with sole_builder(index):
        publish(
            corpus,
            "",
            index,
            recipe_of(settings, model),
            lambda: load_embedder(model, settings.model, for_many=True),
            lambda *_: None,
        )
    return Archive.open(index, model, load_embedder(model, settings.model))


def lessons_of(material: Material, archive: Archive) -> tuple[list[Passage], list[Lesson]]:
    store = archive.generation.store
    passages = [store.passage(number) for number in range(len(store.digests))]
    of_article: dict[str, list[int]] = {}
    for number, passage in enumerate(passages):
        of_article.setdefault(passage.article.id, []).append(number)
    lessons = []
    for asked in track(material.asked, "Searching"):
        right = {}
        for number in of_article.get(asked.article or "", []):
            passage = passages[number]
            own = tuple(
                (a - passage.start, b - passage.start)
                for a, b in asked.answers
                if passage.start <= a and b <= passage.end
            )
            if own:
                right[number] = own
        found = [int(number) for number in archive.retrieve(asked.text, around=FOUND).numbers[:FOUND]]
        texts = (
            [material.articles[asked.article].text[a:b].casefold() for a, b in asked.answers] if asked.article else []
        )
        wrong = tuple(
            n for n in found if n not in right and not any(text in passages[n].text.casefold() for text in texts)
        )
        if asked.article and not right:
            continue  # its answer lies across two passages, or is no sentence
        telling = not right or any(number in right for number in found[:TELLING])
        lessons.append(Lesson(asked, right, wrong, telling))
    return passages, lessons


def nearest_articles(folder: Path, index: Path, settings: Settings) -> dict[str, str]:
    """For each absent question of a set, the article of the set that search finds first."""
    if not (folder / "absent.jsonl").exists():
        return {}
    whole = Material()
    for article in read_corpus(folder / "articles", 10).articles:
        whole.articles[article.id] = article
    with closing(open_archive(whole, index, settings)) as archive:
        asked = [row["question"] for row in rows(folder / "absent.jsonl")]
        return {question: archive.retrieve(question).passages[0].article.id for question in asked}


def not_learned_from(
    questions: Iterable[Question], folder: Path, indexes: Path, settings: Settings
) -> Iterator[Question]:
    """The questions of a set that the reader has not learned from: of newwiki and xquad those about articles held out,
    of other sets all."""
    learned_from = folder.name in LEARNED_FROM
    nearest = nearest_articles(folder, indexes / f"{folder.name}-alone", settings) if learned_from else {}
    for question in questions:
        if not learned_from or is_held_out(question.article or nearest[question.text]):
            yield question
