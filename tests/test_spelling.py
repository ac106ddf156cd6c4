"""Words that the archive does not know, put right by those that it does."""

from __future__ import annotations

import pytest

from index.articles import Article
from index.embeddings import Embedder
from index.passages import passages_of
from index.spelling import Dictionary, corrected
from index.words import WordIndex

TEXTS = [
    "The footbridge over the Lenner was painted in a bright colour.",
    "Colonel Gaddafi visited the theatre in Tripoli. The organisers were glad.",
    "Brackholm won the cup, and Brackholm lost it again.",
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> WordIndex:
    folder = tmp_path_factory.mktemp("words")
    passages = [p for n, text in enumerate(TEXTS) for p in passages_of(Article(f"{n}", text, f"Title {n}"), 120)]
    WordIndex.write(folder, passages)
    return WordIndex.load(folder)


@pytest.fixture(scope="module")
def dictionary(embedder: Embedder) -> Dictionary:
    return Dictionary(embedder)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Who painted the fotbridge?", "Who painted the footbridge?"),
        ("Who painted the footbrigde?", "Who painted the footbridge?"),
        ("which color", "which colour"),
        ("Where did Qaddafi go?", "Where did Gaddafi go?"),
        ("the theater", "the theatre"),
        ("the organizers", "the organisers"),
        ("the brakcholm cup", "the Brackholm cup"),
        ("fotbridge in tripolli", "footbridge in Tripoli"),
    ],
)
def test_a_word_that_nobody_wrote_gives_way_to_the_nearest_that_somebody_did(
    words: WordIndex, dictionary: Dictionary, asked: str, understood: str
) -> None:
    assert corrected(asked, words, TEXTS.__getitem__, dictionary)[0] == understood


@pytest.mark.parametrize(
    "question",
    [
        "Who painted footbridges?",  # another form of a word that is there
        "What did Zimmermann say?",  # nothing like it
        "Why was 2024 a cut?",  # too short to be sure
        "whom did they visit",
        "Who wore a collar?",  # a word of its own, not another spelling of "colour"
        "Who met Brighto there?",  # a name that is no other word
        "",
    ],
)
def test_other_words_stay_as_they_are(words: WordIndex, dictionary: Dictionary, question: str) -> None:
    assert corrected(question, words, TEXTS.__getitem__, dictionary) == (question, [])


def test_what_was_put_for_what_is_told_in_order(words: WordIndex, dictionary: Dictionary) -> None:
    _, changes = corrected("fotbridge in tripolli", words, TEXTS.__getitem__, dictionary)
    assert changes == [("fotbridge", "footbridge"), ("tripolli", "Tripoli")]
