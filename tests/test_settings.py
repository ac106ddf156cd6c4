"""Settings: the environment over one's own file over the defaults, and every mistake one sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

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
        ("[answers]\nquotes = 9\n", r"“answers\.quotes” is 9: input should be less than or equal to 5"),
        ('[answers]\nquotes = "many"\n', r"“answers\.quotes” is 'many'"),
        ("[answers]\nread = true\n", "“answers.read” is True: .*a number, not true or false"),
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
