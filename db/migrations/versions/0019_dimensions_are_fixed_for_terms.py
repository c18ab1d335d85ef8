"""Curators fix the dimensions of terms that the catalog lacks: the runs that meet them afterwards place them there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "term_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("dimensions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("replaces", sa.Integer()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String()),
        sa.CheckConstraint("cardinality(dimensions) > 0", name=op.f("ck_term_lock_dimensions_some")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_term_lock_ended_by_somebody")),
        sa.ForeignKeyConstraint(["replaces"], ["term_lock.id"], name=op.f("fk_term_lock_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_lock")),
    )
    op.create_index(
        "uq_term_lock_standing", "term_lock", ["key"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index("ix_term_lock_key", "term_lock", ["key", sa.text("id DESC")])


def downgrade() -> None:
    op.drop_table("term_lock")
