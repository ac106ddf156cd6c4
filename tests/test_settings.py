"""Settings: the environment over one's own file over the defaults, and every mistake one sentence."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from config.forms import fields_of
from config.settings import DEFAULT_FILE, Settings
from index.errors import BadSettings


def test_the_default_file_has_exactly_the_fields_of_the_settings() -> None:
    file = tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    fields = {
        name: set(section.annotation.model_fields)  # type: ignore[union-attr]  # every field is a Section
        for name, section in Settings.model_fields.items()
    }
    assert {name: set(section) for name, section in file.items()} == fields


def test_every_setting_of_the_default_file_has_its_reason() -> None:
    lines = DEFAULT_FILE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "=" in line.split("#")[0] and "#" not in line] == []


def test_own_file_over_defaults_and_environment_over_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "my.toml"
    own.write_text("[passages]\nwords = 90\n[answers]\nquotes = 2\n")
    monkeypatch.setenv("PULLQUOTE_ANSWERS__QUOTES", "3")
    settings = Settings.load(own)
    assert (settings.passages.words, settings.answers.quotes, settings.answers.passages) == (90, 3, 10)


def test_the_environment_may_name_the_file_and_the_command_line_goes_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "my.toml"
    own.write_text('[index]\nfolder = "from-file"\nkeep = 7\n')
    monkeypatch.setenv("PULLQUOTE_CONFIG", str(own))
    assert Settings.load().index.folder == "from-file"
    settings = Settings.load(index={"folder": "given"})
    assert (settings.index.folder, settings.index.keep) == ("given", 7)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[passages]\nwrds = 90\n", r"There is no setting “passages\.wrds”; config/default\.toml lists them all"),
        ("[nonsense]\n", "There is no setting “nonsense”"),
        ("[answers]\nquotes = 9\n", r"“answers\.quotes” is 9; it must be a whole number from 1 to 5\."),
        ('[answers]\nquotes = "many"\n', r"“answers\.quotes” is \"many\"; it must be a whole number from 1 to 5\."),
        ("[answers]\nread = true\n", r"“answers\.read” is true; it must be a whole number from 1 to 20\."),
        ('[reader]\nfolder = "~no-such-user/x"\n', "“reader.folder” is .*no such user whose home it could be in"),
        ("[discord]\ntoken = 'secret'\n", r"There is no setting “discord\.token”"),
        ("not toml", "is not valid TOML"),
        (f"x = {'[' * 20_000}", "is not valid TOML: nested too deeply"),
        (f"[a{'.b' * 50_000}]", "has more than 50,000 characters"),
        ('[archive]\nfolder = "a\\u0000"\n', "it has a character that no folder has"),
    ],
)
def test_a_wrong_file_is_one_sentence_naming_the_setting(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "my.toml").write_text(text)
    with pytest.raises(BadSettings, match=complaint):
        Settings.load(tmp_path / "my.toml")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="There is no settings file"):
        Settings.load(tmp_path / "gone.toml")


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_ANSWERS__QUOTE", "3")
    with pytest.raises(BadSettings, match="PULLQUOTE_ANSWERS__QUOTE, which is no setting"):
        Settings.load()


FORMS = {
    "archive.folder": 'a folder, as in "/srv/articles"',
    "archive.max_removed_share": "a number from 0 to 1",
    "archive.watch_folder": "true or false",
    "archive.reindex_minutes": "a number of at least 0",
    "index.keep": "a whole number of at least 2",
    "milvus.database": 'the name of a database on the server, as in "news", or empty',
    "model.engine": '"auto", "openvino" or "sentence-transformers"',
    "model.name": "a text",
    "reader.name": "a text that is not empty",
    "service.time_limit_seconds": "a number above 0",
    "discord.guilds": 'a table of servers\' ids and folders, as in { "1234567890" = "/srv/club" }',
    "fetching.allow": 'a list of networks, as in ["10.1.2.0/24"]',
    "fetching.ports": "a list of whole numbers from 1 to 65535, as in [80, 443]",
    "fetching.about": 'an address without spaces or brackets, as in "https://example.org/bot", or empty',
}
DATE = date(2025, 5, 1)  # is of no setting's kind


@pytest.mark.parametrize("setting", FORMS)
def test_a_wrong_value_is_answered_with_what_it_may_be(setting: str) -> None:
    section, name = setting.split(".")
    with pytest.raises(BadSettings) as raised:
        Settings.load(None, **{section: {name: DATE}})
    assert str(raised.value) == f'The setting “{setting}” is "2025-05-01"; it must be {FORMS[setting]}.'


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ports": [80, 0]}, "The setting “fetching.ports” has 0; it must be a list of whole numbers from 1 to 65535"),
        ({"allow": ["intranet"]}, 'The setting “fetching.allow” has "intranet"; it must be a list of networks, as in'),
        ({"allow": [False]}, "The setting “fetching.allow” has false; it must be a list of networks, as in"),
        ({"seconds": float("inf")}, "The setting “fetching.seconds” is Infinity; it must be a number above 0."),
        ({"about": "x" * 200}, f'The setting “fetching.about” is "{"x" * 99}…; it must be an address'),
        (30, "“fetching” is 30; it must be a section of settings, as in [fetching]."),
    ],
)
def test_of_a_list_and_of_a_long_value_what_is_wrong_is_shown(given: Any, sentence: str) -> None:
    with pytest.raises(BadSettings, match=re.escape(sentence)):
        Settings.load(fetching=given)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("FETCHING__ALLOW", "10.1.2.0/24", 'to "10.1.2.0/24"; it must be a list of networks, as in ["10.1.2.0/24"].'),
        (
            "DISCORD__GUILDS",
            "1=/srv",
            '"1=/srv"; it must be a table of servers\' ids and folders, as in { "1234567890": "/s',
        ),
        ("SERVICE__THREADS", "two", 'The setting “service.threads” is "two"; it must be a whole number of at least 1.'),
    ],
)
def test_a_wrong_variable_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"PULLQUOTE_{variable}", value)
    with pytest.raises(BadSettings, match=re.escape(sentence)):
        Settings.load()


SETTINGS = [(section, name) for section, name, _ in fields_of(Settings)]
SCALARS = st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=200), st.dates(), st.just("~x"))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
OWN = re.compile(
    r"The setting “(?P<setting>[a-z_.]+)” (?:is|has) .+"
    r"(?:; it must be .+|: there is no such user whose home it could be in|: it has a character that no folder has)\.",
    re.DOTALL,
)


@given(st.sampled_from(SETTINGS), VALUES)
def test_whatever_is_wrong_with_a_setting_is_said_in_own_words(setting: tuple[str, str], value: object) -> None:
    said = ""
    try:
        Settings.load(None, **{setting[0]: {setting[1]: value}})
    except BadSettings as error:
        said = str(error)
    found = OWN.fullmatch(said)
    assert not said or (found and found["setting"] == ".".join(setting))
    assert len(said) < 400


ADDRESS = "http://user:pass@word@127.0.0.1:19530"


@pytest.mark.parametrize("wrong", [{"milvus": {"address": ADDRESS}}, {"discord": {"redis": f"tcp:{ADDRESS}"}}])
def test_the_password_of_a_wrong_address_is_not_shown(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSettings, match="…@127") as raised:
        Settings.load(**wrong)
    assert "word" not in str(raised.value)
