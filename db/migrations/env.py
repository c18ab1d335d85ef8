"""Alembic's entry: runs the migrations on the engine that ``db.schema`` hands over."""

from alembic import context

from db.models import metadata

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
