"""Whether a Milvus server finds what FAISS finds: the same questions, asked of one generation both ways.

    python benchmarks/served_quality.py SET [SET ...] --indexes FOLDER --address http://127.0.0.1:19530 [--words here]

An index FOLDER/SET must have been built (`pullquote evaluate SET --with ARTICLES --index FOLDER/SET`). Its generation
is put on the server as a build would; the same embedder, reader and settings answer from both. With `--questions N`, N
of a set's are asked, spread over all.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from report import archive_opener, table
from rich.progress import track

from config.settings import MilvusSettings, Settings
from index.answers import Answerer, Asking
from index.archive import Archive
from index.corpus import read_corpus
from index.evaluation import Figures, Question, figures, judge, read_questions, with_sentences
from index.milvus.asking import Connection, MilvusRetriever
from index.milvus.publishing import Publisher

SHOWN = ("passage_at_1", "passage_at_5", "quote_at_1", "quote_at_3", "auroc")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--words", choices=("auto", "server", "here"), default="auto")
    parser.add_argument("--graph", default="HNSW")
    parser.add_argument("--questions", type=int)
    given = parser.parse_args()
    settings = Settings.load(milvus={"address": given.address, "words": given.words, "graph": given.graph})
    opener = archive_opener(settings)
    rows: dict[str, list[str]] = {}
    with closing(Connection(settings.milvus)) as connection:
        for folder in given.sets:
            index = given.indexes / folder.name
            questions = asked_of(folder, given.questions)
            with closing(opener(index)) as local:
                served = put(local, index, settings.milvus, connection)
                for name, archive in (("FAISS", local), ("Milvus", served)):
                    found = measured(archive, questions, settings, f"{folder.name}, {name}")
                    rows[f"{folder.name} ({len(questions)}), {name}"] = [shown(found, one) for one in SHOWN]
    print(table(["", *(one.replace("_", " ") for one in SHOWN)], rows))  # noqa: T201


def asked_of(folder: Path, most: int | None) -> list[Question]:
    corpus = read_corpus(folder / "articles", 10)
    questions = list(with_sentences(read_questions(folder / "questions.jsonl"), corpus))
    return questions[:: max(1, len(questions) // (most or len(questions)))]


def put(local: Archive, index: Path, settings: MilvusSettings, connection: Connection) -> Archive:
    Publisher(index, settings).put(local.generation)
    retriever = MilvusRetriever(index, local.generation, connection).open()
    return Archive(local.generation, local.embedder, local.reader, retriever)


def measured(archive: Archive, questions: Sequence[Question], settings: Settings, name: str) -> Figures:
    answerer = Answerer(archive, settings.answers)
    span = archive.generation.manifest.span
    asking = Asking(today=span[1] if span else None)
    return figures([judge(one, answerer.answer(one.text, asking)) for one in track(questions, name)])


def shown(found: Figures, name: str) -> str:
    value = getattr(found, name)
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
