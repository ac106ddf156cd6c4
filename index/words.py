"""Words -> the passages that use them (tantivy, BM25: Robertson & Zaragoza 2009)."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from index.passages import Passage
from index.vectors import Mask, Numbers, Scores

FOLDER = "words"
TITLE_BOOST = 0.5  # a word of the title counts half as much again; more made every passage of an article alike
BACKGROUND = 100  # imagined passages, half of which use each question word: in an archive of five, "it" may be rare
REPORTED = 1000  # passages between two reports of progress
WRITER_MEMORY = 64_000_000  # bytes before tantivy writes a segment
ANALYZER = "en_stem_folded"
LONGEST_WORD = 40  # characters; what `en_stem` drops as well

# What a question is made of besides its subject. Dropped from BM25, where they only add noise.
QUESTION_WORDS = frozenset(
    """
    a an and any are as at be been being but by can could did do does doing done for from had has have having he her
    hers him his how i if in into is it its me my of on or our ours she should so some such than that the their them
    then there these they this those to us was we were what when where which while who whom whose why will with would
    you your s t d ll ve re m
    """.split()  # noqa: SIM905  # a hundred quoted words would be harder to read and to change
)


def analyzer() -> tantivy.TextAnalyzer:
    """Text -> stems: tantivy's own `en_stem`, and accents folded, since members write Jozef for Józef."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=ANALYZER)
    builder.add_text_field("text", tokenizer_name=ANALYZER)
    builder.add_unsigned_field("number", fast=True)
    return builder.build()


def telling_words(question: str) -> list[str]:
    """The words of a question that are not question words, in lower case."""
    words = "".join(letter if letter.isalnum() else " " for letter in question.casefold()).split()
    return [word for word in words if word not in QUESTION_WORDS]


class WordIndex:
    """Which passages use which words, stemmed; titles count a little."""

    def __init__(self, index: tantivy.Index) -> None:
        self.searcher = index.searcher()
        self.links: Callable[[], None] | None = None  # removes what the index was opened through
        self.analyzer = analyzer()

    @classmethod
    def write(
        cls, folder: Path, passages: Sequence[Passage], progress: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        """Writes the words of `passages` into `folder`; passage number `i` is the `i`-th. `progress` is told how many
        are done and how many there are."""
        path = folder / FOLDER
        path.mkdir()
        index = tantivy.Index(schema(), path=str(path))
        index.register_tokenizer(ANALYZER, analyzer())
        with index.writer(heap_size=WRITER_MEMORY, num_threads=1) as writer:
            for number, passage in enumerate(passages):
                document = tantivy.Document()
                document.add_text("title", passage.article.title)
                document.add_text("text", passage.text)
                document.add_unsigned("number", number)
                writer.add_document(document)
                if not number % REPORTED:
                    progress(number, len(passages))
            writer.commit()
            writer.wait_merging_threads()
        progress(len(passages), len(passages))

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        path = folder / FOLDER
        if os.access(path, os.W_OK):
            return cls(tantivy.Index.open(str(path)))
        links = tempfile.TemporaryDirectory(prefix="pullquote-")  # tantivy locks what it opens, also to read it
        for file in path.iterdir():
            if file.suffix != ".lock":
                (Path(links.name) / file.name).symlink_to(file.resolve())
        index = cls(tantivy.Index.open(links.name))
        index.links = links.cleanup  # once it is closed; what was opened stays open
        return index

    @cached_property
    def schema(self) -> tantivy.Schema:
        return schema()

    def close(self) -> None:
        if self.links:
            self.links()

    def __len__(self) -> int:
        return self.searcher.num_docs

    def stems(self, text: str) -> list[str]:
        return list(self.analyzer.analyze(text))

    def telling_stems(self, question: str) -> list[str]:
        """The question's different stems without question words (with them where it has no others)."""
        return list(dict.fromkeys(self.stems(" ".join(telling_words(question)) or question)))

    @cached_property
    def question_stems(self) -> frozenset[str]:
        return frozenset(self.stems(" ".join(QUESTION_WORDS)))

    def inverse_document_frequency(self, stem: str) -> float:
        """BM25's weight of a stem: `ln(1 + (n - m + 0.5) / (m + 0.5))` for `m` of `n` passages that use it, with
        `BACKGROUND` passages added to both."""
        used = self.searcher.doc_freq("text", stem) + (BACKGROUND // 2 if stem in self.question_stems else 0)
        return math.log(1 + (len(self) + BACKGROUND - used + 0.5) / (used + 0.5))

    def uses(self, stem: str) -> int:
        """How many passages have the stem in their text."""
        return int(self.searcher.doc_freq("text", stem))

    def knows(self, stem: str) -> bool:
        """Whether any text or title has the stem."""
        return self.uses(stem) > 0 or self.searcher.doc_freq("title", stem) > 0

    def like(self, stem: str, distance: int, limit: int) -> list[int]:
        """Passages with a stem that is at most `distance` (1 or 2) letters from `stem`."""
        queries = [
            (tantivy.Occur.Should, tantivy.Query.fuzzy_term_query(self.schema, field, stem, distance))
            for field in ("text", "title")
        ]
        numbers, _ = self.best(tantivy.Query.boolean_query(queries), limit, None)
        return [int(number) for number in numbers]

    def search(self, question: str, limit: int, allowed: Mask | None = None) -> tuple[Numbers, Scores]:
        """The `limit` passages with the highest BM25, best first, among those `allowed` where given."""
        stems = self.telling_stems(question)
        queries = [self.term(field, stem) for stem in stems for field in ("text", "title")]
        if not queries:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return self.best(tantivy.Query.boolean_query(queries), limit, allowed)

    def have_all(self, question: str, allowed: Mask | None = None) -> bool:
        """Whether any passage, among those `allowed` where given, has every telling word in its text or title."""
        either = (
            tantivy.Query.boolean_query([self.term(field, stem) for field in ("text", "title")])
            for stem in self.telling_stems(question)
        )
        queries = [(tantivy.Occur.Must, query) for query in either]
        return bool(queries) and len(self.best(tantivy.Query.boolean_query(queries), 1, allowed)[0]) > 0

    def term(self, field: str, stem: str) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.term_query(self.schema, field, stem)
        boosted = tantivy.Query.boost_query(query, TITLE_BOOST) if field == "title" else query
        return tantivy.Occur.Should, boosted

    def best(self, query: tantivy.Query, limit: int, allowed: Mask | None) -> tuple[Numbers, Scores]:
        asked = limit
        while True:
            hits = self.searcher.search(query, limit=min(asked, max(1, len(self))), count=False).hits
            addresses = [address for _, address in hits]
            numbers = np.array(self.searcher.fast_field_values("number", addresses), dtype=np.int64)
            scores = np.array([score for score, _ in hits], dtype=np.float32)
            kept = allowed[numbers] if allowed is not None and len(numbers) else np.ones(len(numbers), bool)
            if kept.sum() >= limit or len(hits) < asked:
                return numbers[kept][:limit], scores[kept][:limit]
            asked *= 8  # a filter took too many away: look further down

    def using(self, phrases: Sequence[str], excluded: Sequence[str]) -> Mask:
        """A mask over all passages: those whose text or title has every one of `phrases` (stemmed, in this
        order) and none of the `excluded` words."""
        mask = np.ones(len(self), bool)
        for phrase in phrases:
            mask &= self.having(phrase)
        for word in excluded:
            mask &= ~self.having(word)
        return mask

    def having(self, phrase: str) -> Mask:
        """A mask over all passages: those whose text or title has the phrase."""
        query = self.phrase(phrase)
        found: Any = self.searcher.search(query, limit=1, count=True)  # its type hints know no count
        numbers, _ = self.best(query, max(1, found.count), None)
        mask = np.zeros(len(self), bool)
        mask[numbers] = True
        return mask

    def phrase(self, phrase: str) -> tantivy.Query:
        stems = self.stems(phrase)
        if not stems:
            return tantivy.Query.empty_query()
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self.phrase_in(field, stems)) for field in ("text", "title")]
        )

    def phrase_in(self, field: str, stems: list[str]) -> tantivy.Query:
        if len(stems) == 1:
            return tantivy.Query.term_query(self.schema, field, stems[0])
        return tantivy.Query.phrase_query(self.schema, field, list(stems))
