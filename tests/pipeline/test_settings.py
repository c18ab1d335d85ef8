"""Settings: read from the environment, else from ``secrets.toml``; broken values are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import settings
from pipeline.errors import InputError
from pipeline.settings import Settings, read_settings, settings_table


@pytest.fixture(autouse=True)
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for ``secrets.toml``, where there is none yet; no setting is in the environment."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.setattr(settings, "SECRETS", tmp_path / "secrets.toml")
    return tmp_path / "secrets.toml"


def test_each_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "DATABASE_URL": "postgresql://me:secret@host/name",
        "WORKBENCH_EDITION": "legacy",
        "WORKBENCH_SECOND_PERSON": "please",
        "WORKBENCH_DATA": "/data",
        "WORKBENCH_HOSTS": "workbench.example.com, JD.example.com,",
        "OPENAI_API_KEY": "sk-1",
        "OPENAI_BASE_URL": "http://localhost:1",
        "WORKBENCH_RECORDING": "~/answers.jsonl",
        "EMBEDDING_MODEL": "some/model",
        "WORKBENCH_WORKERS": "4",
        "WORKBENCH_RUN_SECONDS": "30.5",
        "WORKBENCH_RUN_MEMORY_MB": "512",
        "XDG_CACHE_HOME": "/cache",
    }
    assert set(values) == {field.validation_alias for field in Settings.model_fields.values()}
    for variable, value in values.items():
        monkeypatch.setenv(variable, value)
    found = read_settings()
    key = found.openai_api_key
    assert key is not None and key.get_secret_value() == "sk-1"
    assert found.model_dump(exclude={"openai_api_key"}) == {
        "database_url": "postgresql://me:secret@host/name",
        "edition": "legacy",
        "second_person": True,
        "data_dir": Path("/data"),
        "hosts": {"workbench.example.com", "jd.example.com"},
        "openai_base_url": "http://localhost:1",
        "recording": Path.home() / "answers.jsonl",
        "embedding_model": "some/model",
        "workers": 4,
        "run_seconds": 30.5,
        "run_memory_mb": 512,
        "cache_home": Path("/cache"),
    }
    assert found.vector_file == Path("/cache/jd-workbench/vectors.sqlite3")


def test_what_is_not_set_or_empty_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("WORKBENCH_SECOND_PERSON", "")
    assert read_settings().model_dump() == Settings().model_dump()
    assert (Settings().database_url, Settings().edition, Settings().second_person) == (None, None, False)


def test_the_environment_counts_before_the_file(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.write_text('WORKBENCH_EDITION = "legacy"\nOPENAI_API_KEY = "sk-2"\n[other]\nname = 1\n', encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_EDITION", "clean")
    found = read_settings()
    assert found.edition == "clean"
    assert found.openai_api_key is not None and found.openai_api_key.get_secret_value() == "sk-2"
    assert "sk-2" not in repr(found)


@pytest.mark.parametrize("name", ["edition", "EDITION", "workbench_edition", "recording", "data_dir"])
def test_another_name_is_not_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "legacy")
    assert read_settings() == Settings()


def test_every_broken_value_is_named_and_no_password_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:secret@host/name")
    monkeypatch.setenv("WORKBENCH_EDITION", "cleen")
    with pytest.raises(InputError) as caught:
        read_settings()
    url, edition = str(caught.value).splitlines()
    assert url.startswith("DATABASE_URL must begin with postgresql://") and "secret" not in url
    assert edition == "WORKBENCH_EDITION is 'cleen'; it must be 'clean' or 'legacy'."


def test_a_broken_file_is_named(secrets: Path) -> None:
    secrets.write_text("WORKBENCH_EDITION = ", encoding="utf-8")
    with pytest.raises(InputError, match=r"secrets\.toml cannot be read: Invalid value"):
        read_settings()


def test_settings_that_are_given_ask_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_EDITION", "legacy")
    assert Settings(second_person=True).edition is None


def test_the_table_has_a_row_for_each_setting() -> None:
    assert len(settings_table().splitlines()) == 2 + len(Settings.model_fields)
