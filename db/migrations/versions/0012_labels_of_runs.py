"""Runs carry labels, several if need be, by which the history finds them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("labels", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.create_index("ix_run_labels", "run", ["labels"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("ix_run_labels", table_name="run")
    op.drop_column("run", "labels")
