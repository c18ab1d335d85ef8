"""Results of a batch are an experiment where they lie: the store has their name and place, no text and no result of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attached_experiment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("results", sa.String(), nullable=False),
        sa.Column("jds", sa.String()),
        sa.Column("gold", sa.String()),
        sa.Column("digest", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("size", "broken", "marked")),
        sa.Column("columns", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("made_by", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attached_experiment")),
        sa.UniqueConstraint("name", name=op.f("uq_attached_experiment_name")),
    )


def downgrade() -> None:
    op.drop_table("attached_experiment")
