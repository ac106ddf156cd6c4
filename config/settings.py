"""Typed and validated settings: the environment over one's own file over `default.toml`."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, IPvAnyNetwork, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from index.errors import BadSettings

DEFAULT_FILE = Path(__file__).with_name("default.toml")
SAMPLE_ARCHIVE = Path(__file__).parent.parent / "corpus"
OWN_READER, NO_READER = "pullquote", "none"  # names of no model on the hub
LONGEST_FILE = 50_000  # characters; `default.toml` has a tenth, and tomllib takes the square of a name's dots
ENVIRONMENT_PREFIX = "PULLQUOTE_"


def no_switch(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("it is a number, not true or false")
    return value


def of_a_known_home(folder: str) -> str:
    try:
        Path(folder).expanduser()
    except RuntimeError:
        raise ValueError("there is no such user whose home it could be in") from None
    if "\0" in folder:
        raise ValueError("it has a character that no folder has")
    return folder


NoSwitch = BeforeValidator(no_switch)
Count = Annotated[int, Field(ge=1), NoSwitch]
Seconds = Annotated[float, Field(gt=0), NoSwitch]
Folder = Annotated[str, AfterValidator(of_a_known_home)]


class Section(BaseModel):
    """One `[section]` of the file: unknown names are refused, so that a misspelt setting is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArchiveSettings(Section):
    folder: Folder
    max_file_megabytes: Annotated[float, Field(gt=0)]
    max_removed_share: Annotated[float, Field(ge=0, le=1), NoSwitch]
    reindex_minutes: Annotated[float, Field(ge=0), NoSwitch]
    watch_folder: bool
    build_silent_minutes: Annotated[float, Field(ge=0), NoSwitch]


class IndexSettings(Section):
    folder: Folder
    engine: Literal["faiss", "milvus"]
    keep: Annotated[int, Field(ge=2)]  # with one alone there would be nothing to roll back to

    @property
    def path(self) -> Path:
        return Path(self.folder).expanduser() if self.folder else user_data_path("pullquote") / "index"


class MilvusSettings(Section):
    address: Annotated[str, Field(pattern=r"^https?://[^\s/@]+(:[0-9]+)?/?$")]
    database: str
    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    words: Literal["auto", "server", "here"]
    graph: Annotated[str, Field(pattern=r"^[A-Z_0-9]{1,40}$")]
    links: Annotated[int, Field(ge=4, le=64), NoSwitch]
    build_depth: Annotated[int, Field(ge=8, le=512), NoSwitch]
    search_depth: Annotated[int, Field(ge=8, le=4096), NoSwitch]
    shards: Annotated[int, Field(ge=1, le=64), NoSwitch]
    replicas: Annotated[int, Field(ge=1, le=64), NoSwitch]
    seconds: Seconds


class ModelSettings(Section):
    name: str
    folder: Folder
    engine: Literal["auto", "openvino", "sentence-transformers"]
    batch: Count


class ReaderSettings(Section):
    name: Annotated[str, Field(min_length=1)]
    folder: Folder


class PassageSettings(Section):
    words: Annotated[int, Field(ge=20, le=1000)]


class AnswerSettings(Section):
    quotes: Annotated[int, Field(ge=1, le=5), NoSwitch]
    passages: Annotated[int, Field(ge=1, le=10), NoSwitch]
    read: Annotated[int, Field(ge=1, le=20), NoSwitch]
    confidence: Annotated[float, Field(ge=0, le=1), NoSwitch]
    perhaps: Annotated[float, Field(ge=0, le=1), NoSwitch]


class ServiceSettings(Section):
    threads: Count
    queue: Annotated[int, Field(ge=0)]
    time_limit_seconds: Seconds
    watch_seconds: Seconds


class DiscordSettings(Section):
    max_question_characters: Annotated[int, Field(ge=10, le=6000), NoSwitch]  # 6000: Discord's limit for an option
    user_questions_per_minute: Count
    guild_questions_per_minute: Count
    read_messages: bool
    keeper: Annotated[int, Field(ge=0), NoSwitch]
    guilds: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,19}$")], Folder]
    guild_megabytes: Annotated[float, Field(gt=0), NoSwitch]
    guild_sources: Count
    days_after_leaving: Annotated[float, Field(ge=0), NoSwitch]


class OperationSettings(Section):
    log: Literal["text", "json"]
    address: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=0, le=65535), NoSwitch]


class FetchingSettings(Section):
    allow: tuple[IPvAnyNetwork, ...]
    ports: tuple[Annotated[int, Field(ge=1, le=65535), NoSwitch], ...]
    max_megabytes: Annotated[float, Field(gt=0)]
    seconds: Seconds
    pause_seconds: Annotated[float, Field(ge=0), NoSwitch]
    feed_minutes: Annotated[float, Field(ge=1), NoSwitch]  # more often would be a burden
    page_hours: Annotated[float, Field(ge=1), NoSwitch]
    about: Annotated[str, Field(pattern=r"^(https?://[!-'*-~]+)?$")]  # a header's comment: visible ASCII, no brackets


class Settings(BaseSettings):
    """All settings. `Settings.load` is the way in."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    archive: ArchiveSettings
    index: IndexSettings
    milvus: MilvusSettings
    model: ModelSettings
    reader: ReaderSettings
    passages: PassageSettings
    answers: AnswerSettings
    service: ServiceSettings
    discord: DiscordSettings
    operation: OperationSettings
    fetching: FetchingSettings

    @classmethod
    def load(cls, own_file: Path | None = None, **given: dict[str, Any]) -> Settings:
        """Reads `default.toml`, then `own_file` (or the file PULLQUOTE_CONFIG names), then the environment,
        then what the command line gave (`index={"folder": ...}`).

        Raises `BadSettings` with one sentence naming the setting.
        """
        if own_file is None and (named := os.environ.get(f"{ENVIRONMENT_PREFIX}CONFIG")):
            own_file = Path(named)
        files = [DEFAULT_FILE] if own_file is None else [DEFAULT_FILE, own_file]
        check_files(files)
        check_environment()

        class FromTheseFiles(cls):  # type: ignore[valid-type, misc]  # pydantic reads sources off the class
            @classmethod
            def settings_customise_sources(
                cls, settings_cls: type[BaseSettings], **sources: PydanticBaseSettingsSource
            ) -> tuple[PydanticBaseSettingsSource, ...]:
                toml = TomlConfigSettingsSource(settings_cls, toml_file=files, deep_merge=True)
                return sources["init_settings"], EnvSettingsSource(settings_cls), toml

        try:
            return FromTheseFiles(**given)
        except ValidationError as error:
            raise BadSettings(sentence(error)) from error
        except SettingsError as error:  # a list or a table in the environment that is not JSON
            listed = re.search(r'field "(\w+)"', str(error))
            section = f"{ENVIRONMENT_PREFIX}{listed[1].upper()}__…" if listed else "the environment"
            raise BadSettings(f'A list in {section} is no JSON; write it as ["10.1.2.0/24"].') from error


def check_files(files: list[Path]) -> None:
    """Raises `BadSettings` for a file that is missing, unreadable, too long or not TOML."""
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
            if len(text) > LONGEST_FILE:
                raise BadSettings(f"The settings file {file} has more than {LONGEST_FILE:,} characters.")
            tomllib.loads(text)
        except RecursionError:
            raise BadSettings(f"The settings file {file} is not valid TOML: nested too deeply.") from None
        except FileNotFoundError:
            raise BadSettings(f"There is no settings file {file}.") from None
        except OSError as error:
            raise BadSettings(f"The settings file {file} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise BadSettings(f"The settings file {file} is not valid TOML: {error}.") from error


def check_environment() -> None:
    """Raises `BadSettings` for a PULLQUOTE_ variable that sets nothing: a misspelt one must not be ignored."""
    fields = {name: section.annotation for name, section in Settings.model_fields.items()}
    known = {f"{ENVIRONMENT_PREFIX}CONFIG"} | {
        f"{ENVIRONMENT_PREFIX}{name}__{field}".upper()
        for name, section in fields.items()
        for field in section.model_fields  # type: ignore[union-attr]  # every field is a Section
    }
    for variable in os.environ:
        if variable.startswith(ENVIRONMENT_PREFIX) and variable.upper() not in known:
            raise BadSettings(f"The environment sets {variable}, which is no setting of Pullquote.")


def sentence(error: ValidationError) -> str:
    """The first complaint of pydantic as one sentence that names the setting."""
    first = error.errors()[0]
    setting = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"There is no setting “{setting}”; config/default.toml lists them all."
    return f"The setting “{setting}” is {first['input']!r}: {first['msg'][:1].lower()}{first['msg'][1:]}."
