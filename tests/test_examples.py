"""Questions to try: made from sentences, and only those that the archive answers with them."""

from __future__ import annotations

import pytest

from config.settings import Settings
from index.answers import Answerer, Asking
from index.archive import Archive
from index.articles import Article
from index.examples import SURE, Example, chosen, example_questions, headlines
from index.questions import LENGTHS, RULES, WHO_IS_IT, questions_from

ARTICLE = Article("a.txt", "They say that Brightwell is rich.", "Brightwell at Work")


def asked(sentence: str, article: Article = ARTICLE) -> list[str]:
    return [question for _, question in questions_from(sentence, article, RULES + WHO_IS_IT)]


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        (
            "Velderwick General Hospital treated 19 patients for heatstroke, most of them older than 75.",
            ["How many patients did Velderwick General Hospital treat for heatstroke?"],
        ),
        (
            "Thirteen people were injured in the explosion at the Corrigan Foods bakery, the fire service said.",
            ["How many people were injured in the explosion at the Corrigan Foods bakery?"],
        ),
        (
            "Two raised crossings will be built on Hollin Avenue at a cost of £58,000.",
            ["How many raised crossings will be built on Hollin Avenue at a cost of £58,000?"],
        ),
        ("The River Lenner scheme will cost £2.1 million.", ["How much will the River Lenner scheme cost?"]),
        ("The Carl Zeiss telescope cost about £4,000 in the end.", ["How much did the Carl Zeiss telescope cost?"]),
        ("Corrigan Foods has been fined £86,000 for the explosion.", ["How much was Corrigan Foods fined?"]),
        ("Brightwell was founded in 1936 by two brothers.", ["When was Brightwell founded?"]),
        (
            "The Loom Museum reopened its doors for visitors on 3 May 2024.",
            [],  # whose doors, the question would not say
        ),
        ("The Loom Museum reopened for visitors on 3 May 2024.", ["When did the Loom Museum reopen for visitors?"]),
        ("The Lenner Bridge is 84 metres long.", ["How long is the Lenner Bridge?"]),
        (
            "Priory Bridge was closed to lorries because divers had found cracks.",
            ["Why was Priory Bridge closed to lorries?"],
        ),
        (
            "Luka Żurek scored the winning goal against Brackholm Town on Saturday and ran to the fence.",
            ["Who scored the winning goal against Brackholm Town?"],
        ),
        ("The Lenner Bridge was designed by Tomasz Wróbel.", ["Who designed the Lenner Bridge?"]),
        (
            "Odile Marchetti, who owns the café Le Héron, was not pleased.",
            ["Who owns the café Le Héron?", "Who is Odile Marchetti?"],
        ),
        (
            "Helen Stace, the treasurer of Velderwick, told members so.",
            ["Who is the treasurer of Velderwick?", "Who is Helen Stace?"],
        ),
        ("Colm Deasy, the manager, was late.", ["Who is Colm Deasy?"]),  # but not "Who is the manager?"
        ("He was founded in 1936.", []),
        ("The work cost £395,000.", []),
        ("The company said that Parmalat collapsed in 2003.", []),
        ("On Monday the Loom Museum opened in 1936.", []),
        ("Weaver's Quay, the old dock of the town, is wet.", []),
        ("Nine workers were injured when it exploded.", []),
        ("Yesterday it rained.", []),
        ("", []),
    ],
)
def test_a_sentence_makes_the_questions_that_it_answers_by_itself(sentence: str, questions: list[str]) -> None:
    assert asked(sentence) == questions


def test_a_name_of_one_word_is_one_only_where_it_has_its_capital_elsewhere_too() -> None:
    sentence = "Otters died in 1952 in great numbers."
    assert asked(sentence) == []
    assert asked("Parmalat collapsed in December 2003.", Article("a", "They say Parmalat is gone.", "")) == [
        "When did Parmalat collapse?"
    ]


def test_whoever_has_died_is_asked_for_as_one_who_was() -> None:
    obituary = Article("a.txt", "", "Beryl Askew, Midwife, Dies Aged 91")
    assert asked("Beryl Askew, the midwife of the town, was unmarried.", obituary) == ["Who was Beryl Askew?"]


def test_no_question_is_longer_than_a_glance() -> None:
    sentence = f"The Lenner Bridge was designed by Tomasz Wróbel{' and others' * 3}."
    assert asked(sentence) == ["Who designed the Lenner Bridge?"]
    assert asked(sentence.replace("Lenner Bridge", "Lenner " + "Footbridge " * 6 + "Bridge")) == []
    assert max(LENGTHS) == 90


def example(kind: str, article: str, question: str = "") -> Example:
    return Example(question or f"{kind} of {article}?", kind, article, (0, 1))


def test_different_kinds_go_before_newer_ones_of_the_same_kind_and_the_order_stays() -> None:
    examples = [
        example("when", "a"),
        example("when", "b"),
        example("who", "c"),
        example("when", "d"),
        example("why", "e"),
    ]
    assert [one.article for one in chosen(iter(examples), [], 3, 9, lambda _: True)] == ["a", "c", "e"]
    assert [one.article for one in chosen(iter(examples), [], 4, 9, lambda _: True)] == ["a", "b", "c", "e"]
    assert [one.article for one in chosen(iter(examples[:4]), [], 3, 9, lambda _: True)] == ["a", "b", "c"]


def test_an_article_and_a_question_come_once() -> None:
    examples = [example("when", "a"), example("who", "a"), example("who", "b", "when of a?"), example("who", "c")]
    assert [one.question for one in chosen(iter(examples), [], 3, 9, lambda _: True)] == ["when of a?", "who of c?"]
    assert chosen(iter(examples), [example("headline", "c")], 2, 9, lambda _: True) == [examples[0]]


def test_only_so_many_are_tried() -> None:
    tried: list[Example] = []

    def never(one: Example) -> bool:
        tried.append(one)
        return False

    assert chosen((example("when", str(number)) for number in range(9)), [], 3, 4, never) == []
    assert [one.article for one in tried] == ["0", "1", "2", "3"]
    assert chosen(iter([example("when", "a")]), [], 3, 0, lambda _: True) == []


def test_the_sample_archive_answers_its_examples_with_their_own_sentences(town: Archive, settings: Settings) -> None:
    answerer = Answerer(town, settings.answers)
    questions = example_questions(answerer)
    assert len(questions) == 3
    assert example_questions(answerer) == questions
    span = town.generation.manifest.span
    assert span
    quoted = []
    for question in questions:
        answer = answerer.answer(question, Asking(today=span[1]))
        assert answer.answered
        assert answer.confidence >= SURE
        quote, _, _ = answer.shown
        quoted.append(quote.article.id)
        sentence = " ".join(quote.text.split())
        assert question in [*asked(sentence, quote.article), quote.article.title]
    assert len(set(quoted)) == 3


def test_where_no_sentence_makes_a_question_headlines_are_shown(town: Archive) -> None:
    found = list(headlines(town.generation.store, [0, 1]))
    assert [one.question for one in found] == [
        "Corn Street Library to Close on Saturdays From March",
        "Council Unveils £2.1 Million Footbridge Over the Lenner",
    ]
    assert all(one.sentence is None for one in found)


def test_no_examples_are_asked_for_no_places(town: Archive, settings: Settings) -> None:
    assert example_questions(Answerer(town, settings.answers), 0) == []
