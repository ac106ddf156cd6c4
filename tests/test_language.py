"""The catalogues: complete in every language, and within Discord's limits."""

from __future__ import annotations

import re
from datetime import date

import discord
import pytest
from bots import ENGLISH
from fluent.syntax import FluentParser, ast, visitor

from bot.language import CATALOGUES, LANGUAGES, day, language, language_of
from bot.translation import localised
from index.articles import Reason

LIMITS = {"button-": 80, "option-": 100, "command-": 100, "sort-": 100, "look-": 100, "mode-": 100} | {
    **{"vote-title": 45, "vote-question": 45, "vote-optional": 100, "jump-title": 45, "jump-question": 45}
}


def messages(code: str) -> dict[str, ast.Message]:
    resource = FluentParser().parse((CATALOGUES / f"{code}.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ast.Junk)]
    return {entry.id.name: entry for entry in resource.body if isinstance(entry, ast.Message)}


class Variables(visitor.Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  # the visitor's own way
        self.names.add(node.id.name)


def variables(message: ast.Message) -> set[str]:
    found = Variables()
    found.visit(message)
    return found.names


def test_there_are_four_languages() -> None:
    assert LANGUAGES == ("de", "en", "es", "fr")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_everything_with_the_same_values(code: str) -> None:
    own, english = messages(code), messages("en")
    assert list(own) == list(english)
    assert {name: variables(one) for name, one in own.items()} == {n: variables(one) for n, one in english.items()}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_said_for_any_number_without_a_fault(code: str) -> None:
    for name, message in messages(code).items():
        for number in (0, 1, 2, 1_000_000):
            said = language(code).say(name, **dict.fromkeys(variables(message), number))
            assert said.strip()
            longest = next((limit for begin, limit in LIMITS.items() if name.startswith(begin)), 2000)
            assert len(said) <= longest, name


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_reason_why_something_is_skipped_has_words(code: str) -> None:
    words = [language(code).say(f"skipped-{kind}", detail="10") for kind in Reason]
    assert len(set(words)) == len(words)
    assert all(words)


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_of_commands_and_options_are_such_as_discord_takes(code: str) -> None:
    names = [name for name in messages(code) if re.fullmatch(r"(?:command|option)-[a-z]+", name)]
    for name in names:
        if name != "command-coverage":
            said = language(code).say(name)
            assert re.fullmatch(r"[-_'\w]{1,32}", said), said
            assert said == said.lower()


def test_a_sentence_that_is_not_there_and_one_without_its_value_raise() -> None:
    with pytest.raises(LookupError):
        ENGLISH.say("no-such-sentence")
    with pytest.raises(Exception, match=r"longest|length"):
        ENGLISH.say("notice-too-long")


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        (discord.Locale.german, "de"),
        (discord.Locale.american_english, "en"),
        (discord.Locale.latin_american_spanish, "es"),
        ("fr", "fr"),
        (discord.Locale.japanese, "en"),
        (None, "en"),
    ],
)
def test_a_locale_has_its_language_or_english(locale: object, code: str) -> None:
    assert language_of(locale).code == code


def test_a_day_is_noon_so_that_it_is_the_same_one_nearly_everywhere() -> None:
    assert day(date(2025, 5, 1)) == "<t:1746100800:D>"
    assert day(date.min).startswith("<t:-")


def test_a_localised_text_is_english_with_the_way_to_the_others() -> None:
    text = localised("command-ask")
    assert (text.message, text.extras) == ("ask", {"key": "command-ask"})


def test_discord_knows_the_languages() -> None:
    assert {str(locale).partition("-")[0] for locale in discord.Locale} >= set(LANGUAGES)
