"""Migrations run up and down from an empty database, and make exactly the tables of the models."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from db import schema
from db.errors import StoreError
from db.models import metadata
from db.server import Database


def test_up_down_and_up_again(database: Database) -> None:
    assert schema.current_revision(database.engine) is None
    schema.migrate(database.engine)
    schema.downgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    schema.migrate(database.engine)
    assert schema.current_revision(database.engine) == schema.newest_revision(database.engine)


def test_migrations_are_numbered_one_behind_the_other() -> None:
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    names = sorted(path.stem for path in folder.glob("0*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    steps = {}
    for name in names:
        lines = (folder / f"{name}.py").read_text("utf-8")
        found = re.search(r'^down_revision.*= (None|"\d{4}")', lines, re.M)
        assert found is not None and re.search(rf'^revision.*= "{name[:4]}"', lines, re.M), name
        steps[name[:4]] = found[1].strip('"')
    assert steps == dict(zip(steps, ["None", *steps], strict=False))


def test_a_store_of_a_newer_release_is_left_alone_and_named(database: Database) -> None:
    schema.migrate(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        StoreError, match=r"are at 9999, which this release does not know.*A newer release has used the store"
    ):
        schema.migrate(database.engine)
    assert schema.current_revision(database.engine) == "9999"


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [d for d in compare_metadata(context, metadata) if not _is_of_index(d)]
    assert differences == []


def _is_of_index(difference: object) -> bool:
    """Alembic cannot compare indexes on expressions; all indexes are compared by their definitions below."""
    return isinstance(difference, tuple) and str(difference[0]).endswith("_index")


def test_constraints_and_indexes_are_those_of_the_models(database: Database) -> None:
    schema.migrate(database.engine)
    migrated = definitions(database.engine)
    schema.downgrade(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        metadata.create_all(connection)
    declared = definitions(database.engine)
    assert {"ck_skill_volatility_known", "fk_role_alias_role_slug", "index ix_run_newest"} <= set(declared)
    assert migrated == declared


def definitions(engine: Engine) -> dict[str, str]:
    """What each constraint and index of the tables is made of, by name. Alembic's own and NOT NULL are left out."""
    constraints = text(
        "SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace "
        "WHERE nspname = 'public' AND contype <> 'n' AND conname NOT LIKE 'alembic%'"
    )
    indexes = text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE 'alembic%'"
    )
    with engine.connect() as connection:
        found = {str(name): str(definition) for name, definition in connection.execute(constraints)}
        return found | {f"index {name}": str(definition) for name, definition in connection.execute(indexes)}


def test_every_constraint_and_index_has_a_name_of_ours(database: Database) -> None:
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        names = connection.execute(
            text(
                "SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = 'public' AND contype <> 'n'"
            )
        ).scalars()
        odd = [n for n in names if not n.startswith(("pk_", "fk_", "uq_", "ck_", "alembic"))]
        indexes = set(
            connection.execute(text("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")).scalars()
        )
    assert odd == []
    assert {i.name for t in metadata.tables.values() for i in t.indexes} <= indexes
