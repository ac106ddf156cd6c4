"""An answer as a message: what it says, and that it fits whatever the answer holds."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import discord
import discord_rules
import pytest
from bots import ENGLISH
from hypothesis import given
from hypothesis import strategies as st

from bot import notices
from bot.escaping import WORD_JOINER, escape, plain
from bot.language import day, language
from bot.messages import answer_message, link, with_mark
from bot.room import beginning, size
from index.answers import Answer, Found
from index.articles import Article
from index.dates import day_in_words
from index.errors import (
    Busy,
    NoDate,
    NoIndex,
    NoModel,
    NoPeriod,
    NoSource,
    NoWord,
    NoWordToFind,
    Unreachable,
    WrongModel,
)
from index.periods import Period
from index.quotes import Quote
from index.understood import GoingOn, InPeriod, NewestFirst, NothingThere, Respelled, Understood

FLOOD = Article(
    "flood.txt",
    "The rain began on Friday. The river rose to 4.62 metres. Nobody was hurt. The fair is off.",
    "Seventy-Four Homes Flooded",
    date(2024, 11, 25),
    "Lenner Courier",
    "https://courier.example/flood",
)
VOTE = Article("vote.txt", "The council voted 12 to 9 for the bridge.", "Council Votes", date(2024, 3, 13))
RIVER = Quote(FLOOD, 26, 56, 1.0, (0, 25), (57, 73))
FAIR = Quote(FLOOD, 74, 90, 0.4)
COUNCIL = Quote(VOTE, 0, 41, 0.6)
SPAN = date(2024, 1, 11), date(2025, 12, 4)
FLOODED, VOTED = day(date(2024, 11, 25)), day(date(2024, 3, 13))


UNDERSTOOD = Respelled("brigde", "bridge"), InPeriod(Period(date(2024, 3, 13), date(2024, 3, 13)))


def answered(*quotes: Quote, confidence: float = 0.9) -> Answer:
    return Answer("How high was the river?", quotes, (), confidence, True, 0.01)


def missed(quotes: tuple[Quote, ...], *passages: Found) -> Answer:
    return Answer("Who baked the cake?", quotes, passages, 0.1, False, 0.01)


def texts(view: discord.ui.LayoutView) -> list[str]:
    return [item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay)]


def addresses(view: discord.ui.LayoutView) -> list[str | None]:
    return [item.url for item in view.walk_children() if isinstance(item, discord.ui.Button) and item.url]


def test_the_quote_is_set_large_between_its_neighbours() -> None:
    assert texts(answer_message(answered(RIVER), ENGLISH, SPAN)) == [
        "-# The rain began on Friday.\n## “The river rose to 4.62 metres.”\n-# Nobody was hurt.",
        f"**Seventy-Four Homes Flooded**\n-# {FLOODED} · Lenner Courier\n-# Very likely the answer.",
    ]


def test_further_quotes_stand_below_with_title_and_date() -> None:
    assert texts(answer_message(answered(RIVER, COUNCIL, FAIR), ENGLISH))[2:] == [
        "-# Also in the archive:",
        f"“The council voted 12 to 9 for the bridge.”\n-# **Council Votes** · {VOTED}",
        f"“The fair is off.”\n-# **Seventy-Four Homes Flooded** · {FLOODED}",
    ]


def test_a_further_quote_that_stands_beside_the_first_is_not_shown_twice() -> None:
    nobody = Quote(FLOOD, 57, 73, 0.5)
    assert texts(answer_message(answered(RIVER, nobody, FAIR), ENGLISH))[2:4] == [
        "-# Also in the archive:",
        f"“The fair is off.”\n-# **Seventy-Four Homes Flooded** · {FLOODED}",
    ]


@pytest.mark.parametrize(
    ("code", "quoted"),
    [
        ("en", "“We won.”"),
        ("de", "„We won.“"),
        ("fr", "«\u00a0We won.\u00a0»"),
        ("es", "«We won.»"),
    ],
)
def test_a_quote_has_the_marks_of_the_members_language(code: str, quoted: str) -> None:
    view = answer_message(answered(Quote(Article("a.txt", "We won.", "Won"), 0, 7, 1.0)), language(code))
    assert texts(view)[0] == f"## {quoted}"


@pytest.mark.parametrize("text", ['"We won."', "“We won.”", "«We won.»"])
def test_what_somebody_said_is_not_marked_twice(text: str) -> None:
    view = answer_message(answered(Quote(Article("a.txt", text, "Won"), 0, len(text), 1.0)), ENGLISH)
    assert texts(view)[0] == f"## {text}"


def test_what_was_understood_stands_above_the_answer() -> None:
    answer = replace(answered(COUNCIL), understood=UNDERSTOOD)
    assert texts(answer_message(answer, ENGLISH))[0] == (
        f"-# Understood: “brigde” as “bridge”; articles of {VOTED} first."
    )


def test_other_articles_with_the_same_sentence_are_named_below_it() -> None:
    view = answer_message(answered(replace(COUNCIL, also_in=(FLOOD, VOTE))), ENGLISH)
    assert texts(view)[1] == (
        f"**Council Votes**\n-# {VOTED}\n-# Also in: Seventy-Four Homes Flooded · {FLOODED}; Council Votes · {VOTED}\n"
        "-# Very likely the answer."
    )


def test_reports_that_differ_are_shown_newest_first() -> None:
    answer = replace(answered(COUNCIL, FAIR, RIVER), reports=(RIVER, COUNCIL))
    assert texts(answer_message(answer, ENGLISH)) == [
        "-# The rain began on Friday.\n## “The river rose to 4.62 metres.”\n-# Nobody was hurt.",
        f"**Seventy-Four Homes Flooded**\n-# {FLOODED} · Lenner Courier",
        "-# Older reports say otherwise:",
        f"“The council voted 12 to 9 for the bridge.”\n-# **Council Votes** · {VOTED}",
        "-# Also in the archive:",
        f"“The fair is off.”\n-# **Seventy-Four Homes Flooded** · {FLOODED}",
    ]


def test_an_article_with_an_address_has_a_button_that_opens_it() -> None:
    assert addresses(answer_message(answered(RIVER, COUNCIL), ENGLISH)) == ["https://courier.example/flood"]


def test_where_the_archive_does_not_say_the_nearest_sentences_are_shown() -> None:
    answer = missed((RIVER, COUNCIL), Found(VOTE, 0, 41, 1.0), Found(FLOOD, 57, 90, 0.5))
    assert texts(answer_message(answer, ENGLISH, SPAN)) == [
        "### The archive does not say.",
        "-# What comes nearest:",
        f"“The river rose to 4.62 metres.”\n-# **Seventy-Four Homes Flooded** · {FLOODED}",
        f"“The council voted 12 to 9 for the bridge.”\n-# **Council Votes** · {VOTED}",
        f"-# The archive covers {day(SPAN[0])} to {day(SPAN[1])}.",
    ]


def test_an_empty_archive_just_does_not_say() -> None:
    assert texts(answer_message(missed(()), ENGLISH)) == ["### The archive does not say."]


def test_the_question_is_repeated_for_those_who_did_not_see_it() -> None:
    view = answer_message(answered(COUNCIL), ENGLISH, with_question=True)
    assert texts(view)[0] == "-# Question: How high was the river?"


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "Almost certainly the answer."),
        (0.95, "Almost certainly the answer."),
        (0.94, "Very likely the answer."),
        (0.8, "Very likely the answer."),
        (0.6, "Likely the answer."),
        (0.59, "Possibly the answer."),
        (float("nan"), "Possibly the answer."),
    ],
)
def test_confidence_is_said_in_words(confidence: float, words: str) -> None:
    assert texts(answer_message(answered(COUNCIL, confidence=confidence), ENGLISH))[-1].endswith(f"\n-# {words}")


def test_what_only_perhaps_answers_is_shown_as_an_answer_that_may_be_none() -> None:
    answer = replace(answered(COUNCIL, confidence=0.5), answered=False, perhaps=True)
    first, quote, *_ = texts(answer_message(answer, ENGLISH))
    assert first == "-# This may answer it, but that is not certain:"
    assert quote == texts(answer_message(answered(COUNCIL), ENGLISH))[0]
    assert "the answer." not in "".join(texts(answer_message(answer, ENGLISH)))


def test_a_date_is_said_in_words() -> None:
    assert day_in_words(date(2025, 5, 1)) == "1 May 2025"


@pytest.mark.parametrize(("letters", "heading"), [(140, "## “"), (141, "### “"), (320, "### “"), (321, "“")])
def test_a_longer_sentence_is_set_smaller(letters: int, heading: str) -> None:
    article = Article("a.txt", "x" * letters, "Title")
    assert texts(answer_message(answered(Quote(article, 0, letters, 1.0)), ENGLISH))[0] == f"{heading}{'x' * letters}”"


def test_markup_in_an_article_is_shown_and_not_obeyed() -> None:
    article = Article("a.txt", "# *Stop*,\n@everyone", "[Title](https://bad.example)", source="||s||")
    assert texts(answer_message(answered(Quote(article, 0, 19, 1.0)), ENGLISH))[:2] == [
        "## “\\# \\*Stop\\*, @\u2060everyone”",
        "**\\[Title\\](https\\://bad.example)**\n-# \\|\\|s\\|\\|\n-# Very likely the answer.",
    ]


def test_an_overlong_quote_is_cut_between_words_with_the_ellipsis_outside_the_marks() -> None:
    article = Article("a.txt", "word " * 1000, "Title")
    assert texts(answer_message(answered(Quote(article, 0, 5000, 1.0)), ENGLISH))[0] == f"“{'word ' * 399}word” …"


def test_a_neighbour_too_long_to_be_shown_is_left_out() -> None:
    article = Article("a.txt", "y" * 401 + " Yes.", "Title")
    view = answer_message(answered(Quote(article, 402, 406, 1.0, (0, 401))), ENGLISH)
    assert texts(view)[0] == "## “Yes.”"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        (" http://example.org ", "http://example.org"),
        ("https://example.org/Äpfel und Birnen", "https://example.org/%C3%84pfel%20und%20Birnen"),
        ("ftp://example.org/a", None),
        ("javascript:alert(1)", None),
        ("example.org", None),
        ("https://", None),
        ("https://exa mple.org/", None),
        ("https://[broken", None),
        ("https://example.org/" + "a" * 500, None),
        (None, None),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(url: str | None, address: str | None) -> None:
    assert link(Article("a.txt", "Text.", "Title", url=url)) == address


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Busy("32 wait"), ENGLISH.say("notice-busy")),
        (TimeoutError("20 s"), ENGLISH.say("notice-too-slow")),
        (NoIndex("nothing in /srv/index"), ENGLISH.say("notice-no-index")),
        (Unreachable("http://10.1.2.3:19530"), ENGLISH.say("notice-unreachable")),
        (WrongModel("made with another"), ENGLISH.say("notice-no-index")),
        (NoWord(), ENGLISH.say("notice-no-word")),
        (NoWordToFind(), ENGLISH.say("notice-no-word-to-find")),
        (NoDate("*May*"), ENGLISH.say("notice-no-date", text="\\*May\\*")),
        (
            NoPeriod(*SPAN),
            f"Nothing is published from {day(SPAN[0])} on and before {day(SPAN[1])}: the second date must be later.",
        ),
        (NoSource("Times", ["A|B", "C"]), "No article is from “Times”. The sources are A\\|B, C."),
        (NoSource("Times", []), "No article is from “Times”. No article of this archive names its source."),
        (NoModel("no /srv/model"), ENGLISH.say("notice-apology")),
        (ValueError("secret"), ENGLISH.say("notice-apology")),
    ],
)
def test_an_error_is_a_sentence_without_its_text(error: Exception, sentence: str) -> None:
    assert texts(notices.failure(ENGLISH, error)) == [sentence]


@pytest.mark.parametrize(
    ("text", "room", "begun"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two"),
        ("one two three", 7, "one two"),
        ("one two three", 6, "one"),
        ("one **two**", 14, "one"),  # escaped it takes 15
        ("one **two**", 15, "one **two**"),
        ("incomprehensibilities", 5, "incom"),  # rather part of a word than nothing
        ("see " + "w" * 41, 10, "see wwwwww"),  # longer than a word: a script without spaces, or an address
        ("日本語", 4, "日本"),  # three bytes each fill a message sooner
        ("", 5, ""),
    ],
)
def test_a_beginning_fits_once_escaped(text: str, room: int, begun: str) -> None:
    assert beginning(text, room) == begun


QUOTATION_MARKS = tuple('"“”„«»')
MARKUP = st.text(alphabet="*_~|`<>[]()#:@-\\.1 \n", max_size=60)
WORDS = st.text(max_size=60) | MARKUP | st.sampled_from(["@everyone ", "日本語。", "שלום ", "😀", "word "])
LONG = st.builds(lambda text, times: text * times, WORDS, st.sampled_from([1, 3, 20, 300]))
DAYS = st.none() | st.dates()
URLS = st.none() | st.just("https://example.org/" + "a" * 492) | st.text(max_size=40)


PERIODS = st.sampled_from([Period(date.min, None), Period(*SPAN), Period(*SPAN, is_near=True), Period(None, SPAN[1])])
UNDERSTANDINGS: st.SearchStrategy[Understood] = st.one_of(
    st.builds(Respelled, LONG, LONG),
    st.builds(GoingOn, LONG),
    st.builds(InPeriod, PERIODS, st.booleans()),
    st.sampled_from([NewestFirst(), NothingThere()]),
)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    before, text, after = draw(LONG), draw(LONG), draw(LONG)
    article = Article("a.txt", before + text + after, draw(LONG), draw(DAYS), draw(st.none() | LONG), draw(URLS))
    start, end = len(before), len(before) + len(text)
    others = draw(st.sampled_from([(), (article,), (article,) * 30]))
    return Quote(article, start, end, 1.0, (0, start), (end, len(article.text)), others)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    found = tuple(draw(st.lists(quotes(), max_size=5)))
    passages = tuple(Found(one.article, 0, len(one.article.text), 1.0) for one in draw(st.lists(quotes(), max_size=5)))
    understood = tuple(draw(st.lists(UNDERSTANDINGS, max_size=3)))
    reports = found[:0] if draw(st.booleans()) else found[:3]
    confidence = draw(st.floats(0, 1))
    is_answered, perhaps = draw(st.sampled_from([(True, False), (False, True), (False, False)]))
    return Answer(
        draw(LONG), found, passages, confidence, is_answered, 0.01, understood, reports, perhaps=perhaps and bool(found)
    )


def check(view: discord.ui.LayoutView) -> None:
    """Raises where Discord would refuse the message, and where its texts take more bytes than it can keep."""
    components = view.to_components()  # type: ignore[no-untyped-call]  # discord.py leaves it without types
    payload: dict[str, Any] = {"components": components, "flags": discord_rules.COMPONENTS_V2}
    discord_rules.check_message(payload, discord_rules.CREATE_KEYS)
    kept = sum(len(text.encode()) + 12 for text in texts(view)) + sum(len(url or "") for url in addresses(view))
    assert kept <= 10_170


@given(answers(), st.booleans())
def test_any_answer_fits_into_a_message_that_begins_with_the_quote_to_show_first(
    answer: Answer, with_question: bool
) -> None:
    view = answer_message(answer, ENGLISH, (date.min, date.max), with_question=with_question)
    check(view)
    if answer.is_quoted:
        first = plain(answer.shown[0].text)
        block = texts(view)[int(with_question) + bool(answer.understood) + answer.perhaps]
        shown = escape(first) if first[:1] in QUOTATION_MARKS else f"“{escape(first)}”"
        assert shown in block or f"“{escape(beginning(first, 2000))}” …" in block


@st.composite
def texts_with_words(draw: st.DrawFn) -> tuple[str, tuple[int, int]]:
    """A text, and where some words of it begin and end."""
    text = draw(WORDS | MARKUP)
    first, last = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    return text, (first, last)


@given(texts_with_words())
def test_marking_words_changes_nothing_else_of_what_is_seen(given_text: tuple[str, tuple[int, int]]) -> None:
    def seen(markdown: str) -> str:
        return re.sub(r"\\([^\w\s])", r"\1", markdown).replace(WORD_JOINER, "")

    text, words = given_text
    marked = with_mark(text, words, "__")
    assert seen(marked.replace("__", "")) == seen(escape(text))
    assert marked.count("__") in (0, 2)


@given(LONG, st.integers(10, 400))
def test_a_beginning_is_the_beginning_and_fits(text: str, room: int) -> None:
    begun = beginning(text, room)
    assert plain(text).startswith(begun)
    assert size(escape(begun)) <= room


def test_five_long_quotes_with_links_fill_the_message_but_not_more() -> None:
    text = "*" * 3000
    article = Article("a.txt", text, text, date.max, text, "https://example.org/" + "a" * 492)
    view = answer_message(answered(*[Quote(article, 0, 3000, 1.0, (0, 100), (0, 100))] * 5), ENGLISH, SPAN)
    check(view)
    assert view.content_length() == 3921
