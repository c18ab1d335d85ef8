"""The settings of a process: environment variables and ``.streamlit/secrets.toml``, read in this place alone.

Entry points call ``read_settings`` once and pass the value on; nothing else asks the environment. ``python -m pipeline.settings``
prints the table of the README.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import InputError

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ROOT / ".streamlit" / "secrets.toml"
DATABASE_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
"""What the address of a database may begin with."""

Edition = Literal["clean", "legacy"]
"""The catalogs that ship: as it should be, and with the old system's faults laid over it."""


def check_database_url(url: str) -> str:
    """The address itself. Raises ``ValueError`` when it is not one of PostgreSQL; the address, which may hold a password, is not
    repeated.
    """
    if not url.startswith(DATABASE_SCHEMES):
        raise ValueError(
            f"must begin with {DATABASE_SCHEMES[0]}; example: postgresql://user:password@host:5432/workbench"
        )
    return url


def _setting(variable: str, description: str, shown_default: str, **default: Any) -> Any:
    """A field that is read from a variable, described in the README with what counts when the variable is not set."""
    return Field(
        validation_alias=variable,
        description=description,
        json_schema_extra={"shown_default": shown_default},
        **default,
    )


def _names(value: object) -> object:
    """The names in a list that is separated by commas, in lower case."""
    return {name.strip().lower() for name in value.split(",") if name.strip()} if isinstance(value, str) else value


class Settings(BaseModel):
    """What a process is told from outside. A field has the name in code, its alias is the variable."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    database_url: Annotated[str, AfterValidator(check_database_url)] | None = _setting(
        "DATABASE_URL",
        "a PostgreSQL 14 or newer with pgvector (`postgresql://user:password@host/name`)",
        "an embedded server",
        default=None,
    )
    edition: Edition | None = _setting(
        "WORKBENCH_EDITION",
        "the catalog that a new store gets: `clean` or `legacy`",
        "`legacy` when embedded, else `clean`",
        default=None,
    )
    second_person: Annotated[bool, BeforeValidator(bool)] = _setting(
        "WORKBENCH_SECOND_PERSON",
        "set to anything: nobody commits a change of their own",
        "unset",
        default=False,
    )
    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = _setting(
        "WORKBENCH_DATA",
        "where the embedded server keeps its files",
        "`.data`",
        default=ROOT / ".data",
    )
    hosts: Annotated[frozenset[str], NoDecode, BeforeValidator(_names)] = _setting(
        "WORKBENCH_HOSTS",
        "the names under which browsers reach the workbench, separated by commas; a proxy passes them on as Host",
        "`localhost`, and any address in numbers",
        default=frozenset(),
    )
    openai_api_key: SecretStr | None = _setting(
        "OPENAI_API_KEY",
        "the key of the model engine's server",
        "none: recorded answers, or a local server that needs no key",
        default=None,
    )
    openai_base_url: str | None = _setting(
        "OPENAI_BASE_URL",
        "the address of the model engine's server, for one that speaks the OpenAI chat protocol",
        "OpenAI's own where there is a key, else recorded answers",
        default=None,
    )
    recording: Annotated[Path, AfterValidator(Path.expanduser)] = _setting(
        "WORKBENCH_RECORDING",
        "recorded answers that stand in for a server",
        "`seeds/recording.jsonl`",
        default=ROOT / "seeds" / "recording.jsonl",
    )
    embedding_model: str = _setting(
        "EMBEDDING_MODEL",
        "another sentence-transformers model, by name or path (this one may be fetched)",
        "all-MiniLM-L6-v2, carried",
        default="",
    )
    workers: Annotated[int, Field(ge=0, le=64)] = _setting(
        "WORKBENCH_WORKERS",
        "how many processes execute runs; 0: threads of the workbench itself, without the bounds below",
        "2",
        default=2,
    )
    run_seconds: Annotated[float, Field(gt=0)] = _setting(
        "WORKBENCH_RUN_SECONDS",
        "how long a run may take, beside the time that it waits for models",
        "120",
        default=120.0,
    )
    run_memory_mb: Annotated[int, Field(ge=1)] = _setting(
        "WORKBENCH_RUN_MEMORY_MB",
        "how many megabytes a run may need",
        "2048",
        default=2048,
    )
    cache_home: Annotated[Path, AfterValidator(Path.expanduser)] = _setting(
        "XDG_CACHE_HOME",
        "where the command line keeps the vectors of texts",
        "`~/.cache`",
        default_factory=lambda: Path.home() / ".cache",
    )

    @property
    def vector_file(self) -> Path:
        """The file in which the command line keeps vectors."""
        return self.cache_home / "jd-workbench" / "vectors.sqlite3"


class _ReadSettings(BaseSettings, Settings):
    """Settings whose fields come from the environment, else from ``secrets.toml``; an empty variable counts as not set."""

    model_config = SettingsConfigDict(
        frozen=True, populate_by_name=False, case_sensitive=True, extra="ignore", env_ignore_empty=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources, the one that counts most first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, SECRETS)


def read_settings() -> Settings:
    """The settings of this process. Raises ``InputError`` that names each variable with a value that cannot be used."""
    try:
        return Settings(**dict(_ReadSettings()))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{SECRETS} cannot be read: {error}.") from None
    except ValidationError as error:
        raise InputError("\n".join(_problems(error))) from None


def _problems(error: ValidationError) -> Iterator[str]:
    """A line for each broken value. Addresses and keys are not repeated."""
    for problem in error.errors():
        variable, context = problem["loc"][0], problem.get("ctx", {})
        if problem["type"] == "literal_error":
            yield f"{variable} is {problem['input']!r}; it must be {context['expected']}."
        elif problem["type"] == "value_error":
            yield f"{variable} {context['error']}"
        else:
            yield f"{variable}: {problem['msg']}"


def settings_table() -> str:
    """All settings as a table in Markdown."""
    rows = ["| variable | meaning | default |", "| --- | --- | --- |"]
    for field in Settings.model_fields.values():
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        rows.append(f"| `{field.validation_alias}` | {field.description} | {extra['shown_default']} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(settings_table())
