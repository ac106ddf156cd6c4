"""Typed and validated settings: the environment over one's own file over `default.toml`."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.forms import fields_of, form_of, sentence, shown
from index.errors import BadSettings

DEFAULT_FILE = Path(__file__).with_name("default.toml")
SAMPLE_ARCHIVE = Path(__file__).parent.parent / "corpus"
OWN_READER, NO_READER = "pullquote", "none"  # names of no model on the hub
LONGEST_FILE = 50_000  # characters; `default.toml` has a tenth, and tomllib takes the square of a name's dots
ENVIRONMENT_PREFIX = "PULLQUOTE_"


def no_switch(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("switch", "true and false are no numbers")
    return value


def of_a_known_home(folder: str) -> str:
    try:
        Path(folder).expanduser()
    except RuntimeError:
        raise ValueError("there is no such user whose home it could be in") from None
    if "\0" in folder:
        raise ValueError("it has a character that no folder has")
    return folder


Whole = Annotated[int, BeforeValidator(no_switch)]
Number = Annotated[float, BeforeValidator(no_switch), Field(allow_inf_nan=False)]
Count = Annotated[Whole, Field(ge=1)]
Seconds = Annotated[Number, Field(gt=0)]
Port = Annotated[Whole, Field(ge=1, le=65535)]
Text = Annotated[str, Field(min_length=1, description="a text that is not empty")]
Folder = Annotated[str, AfterValidator(of_a_known_home), Field(description='a folder, as in "/srv/articles"')]
Snowflake = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,19}$")]


class Section(BaseModel):
    """One `[section]` of the file: unknown names are refused, so that a misspelt setting is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArchiveSettings(Section):
    folder: Folder
    max_file_megabytes: Annotated[Number, Field(gt=0)]
    max_removed_share: Annotated[Number, Field(ge=0, le=1)]
    reindex_minutes: Annotated[Number, Field(ge=0)]
    watch_folder: bool
    build_silent_minutes: Annotated[Number, Field(ge=0)]


class IndexSettings(Section):
    folder: Folder
    engine: Literal["faiss", "milvus"]
    keep: Annotated[Whole, Field(ge=2)]  # with one alone there would be nothing to roll back to

    @property
    def path(self) -> Path:
        return Path(self.folder).expanduser() if self.folder else user_data_path("pullquote") / "index"


class MilvusSettings(Section):
    address: Annotated[
        str,
        Field(
            pattern=r"^https?://[^\s/@]+(:[0-9]+)?/?$",
            description='the address of a Milvus server, as in "http://127.0.0.1:19530"',
        ),
    ]
    database: Annotated[
        str,
        Field(
            pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,254})?$",
            description='the name of a database on the server, as in "news", or empty',
        ),
    ]
    name: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$",
            description="up to 64 letters of English, digits and _, and not begin with a digit",
        ),
    ]
    words: Literal["auto", "server", "here"]
    graph: Annotated[
        str, Field(pattern=r"^[A-Z_0-9]{1,40}$", description='an index type of Milvus in capitals, as in "HNSW"')
    ]
    links: Annotated[Whole, Field(ge=4, le=64)]
    build_depth: Annotated[Whole, Field(ge=8, le=512)]
    search_depth: Annotated[Whole, Field(ge=8, le=4096)]
    shards: Annotated[Whole, Field(ge=1, le=64)]
    replicas: Annotated[Whole, Field(ge=1, le=64)]
    seconds: Seconds


class ModelSettings(Section):
    name: str
    folder: Folder
    engine: Literal["auto", "openvino", "sentence-transformers"]
    batch: Count


class ReaderSettings(Section):
    name: Text
    folder: Folder


class PassageSettings(Section):
    words: Annotated[Whole, Field(ge=20, le=1000)]


class AnswerSettings(Section):
    quotes: Annotated[Whole, Field(ge=1, le=5)]
    passages: Annotated[Whole, Field(ge=1, le=10)]
    read: Annotated[Whole, Field(ge=1, le=20)]
    confidence: Annotated[Number, Field(ge=0, le=1)]
    perhaps: Annotated[Number, Field(ge=0, le=1)]


class ServiceSettings(Section):
    threads: Count
    queue: Annotated[Whole, Field(ge=0)]
    time_limit_seconds: Seconds
    watch_seconds: Seconds


def number_of_shards(value: object) -> int | Literal["auto"]:
    if value == "auto":
        return "auto"
    if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch("[0-9]{1,6}", str(value)):
        raise PydanticCustomError("shards", "no number of shards")
    return int(value)


class DiscordSettings(Section):
    shards: Annotated[
        int | Literal["auto"],
        PlainValidator(number_of_shards),
        Field(description='a whole number of at least 0, or "auto"'),
    ]
    shard_ids: Annotated[
        tuple[Annotated[Whole, Field(ge=0)], ...],
        Field(description="a list of different numbers below discord.shards, which is a number then, as in [0, 1]"),
    ]
    redis: Annotated[
        str,
        Field(
            pattern=r"^((rediss?|unix)://.+)?$",
            description='an address of a Redis, as in "redis://localhost:6379/0", or empty',
        ),
    ]
    max_question_characters: Annotated[Whole, Field(ge=10, le=6000)]  # 6000: Discord's limit for an option
    user_questions_per_minute: Count
    guild_questions_per_minute: Count
    read_messages: bool
    keeper: Annotated[Whole, Field(ge=0)]
    guilds: Annotated[
        dict[Snowflake, Folder],
        Field(description='a table of servers\' ids and folders, as in { "1234567890" = "/srv/club" }'),
    ]
    guild_megabytes: Annotated[Number, Field(gt=0)]
    guild_sources: Count
    days_after_leaving: Annotated[Number, Field(ge=0)]

    @field_validator("shard_ids")
    @classmethod
    def are_of_the_shards(cls, ids: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        shards = info.data.get("shards")
        if ids and (not isinstance(shards, int) or max(ids) >= shards or len({*ids}) < len(ids)):
            raise PydanticCustomError("shards", "no shards of that number")
        return tuple(sorted(ids))


class OperationSettings(Section):
    log: Literal["text", "json"]
    address: Text
    port: Annotated[Whole, Field(ge=0, le=65535)]


class FetchingSettings(Section):
    allow: Annotated[
        tuple[Annotated[IPvAnyNetwork, BeforeValidator(no_switch)], ...],
        Field(description='a list of networks, as in ["10.1.2.0/24"]'),
    ]
    ports: Annotated[tuple[Port, ...], Field(description="a list of whole numbers from 1 to 65535, as in [80, 443]")]
    max_megabytes: Annotated[Number, Field(gt=0)]
    seconds: Seconds
    pause_seconds: Annotated[Number, Field(ge=0)]
    feed_minutes: Annotated[Number, Field(ge=1)]  # more often would be a burden
    page_hours: Annotated[Number, Field(ge=1)]
    about: Annotated[
        str,
        Field(
            pattern=r"^(https?://[!-'*-~]+)?$",  # a header's comment: visible ASCII, no brackets
            description='an address without spaces or brackets, as in "https://example.org/bot", or empty',
        ),
    ]


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
            raise BadSettings(sentence(error, cls)) from error


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
    """Raises `BadSettings` for a PULLQUOTE_ variable that sets nothing, since a misspelt one must not be ignored, and
    for a list or a table that is not written as JSON."""
    known = {f"{ENVIRONMENT_PREFIX}{section}__{name}".upper(): field for section, name, field in fields_of(Settings)}
    for variable, value in os.environ.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable.upper() == f"{ENVIRONMENT_PREFIX}CONFIG":
            continue
        if variable.upper() not in known:
            raise BadSettings(f"The environment sets {variable}, which is no setting of Pullquote.")
        field = known[variable.upper()]
        if get_origin(field.annotation) in (dict, tuple) and not is_json(value):
            form = form_of(field).replace('" = "', '": "')  # as JSON, not as TOML
            raise BadSettings(f"The environment sets {variable} to {shown(value)}; it must be {form}.")


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
