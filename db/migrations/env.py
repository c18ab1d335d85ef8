"""Alembic's entry: runs the migrations on the engine that ``db.schema`` hands over."""

from alembic import context

from db.models import naming

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=naming, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
