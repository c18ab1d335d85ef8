"""Migrations run up and down from an empty database, and make exactly the tables of the models."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from db import schema
from db.models import naming
from db.server import Database


def test_up_down_and_up_again(database: Database) -> None:
    assert schema.current_revision(database.engine) is None
    schema.migrate(database.engine)
    schema.downgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    schema.migrate(database.engine)
    assert schema.current_revision(database.engine) == schema.newest_revision(database.engine)


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [d for d in compare_metadata(context, naming) if not _of_expression(d)]
    assert differences == []


def _of_expression(difference: object) -> bool:
    """Indexes on expressions cannot be compared; they are checked by name below."""
    return isinstance(difference, tuple) and str(difference[0]).endswith("_index")


def test_every_constraint_and_index_has_a_name_of_ours(database: Database) -> None:
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        names = connection.execute(
            text("SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = 'public' AND contype <> 'n'")
        ).scalars()
        odd = [n for n in names if not n.startswith(("pk_", "fk_", "uq_", "ck_", "alembic"))]
        indexes = set(connection.execute(text("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")).scalars())
    assert odd == []
    assert {i.name for t in naming.tables.values() for i in t.indexes} <= indexes
