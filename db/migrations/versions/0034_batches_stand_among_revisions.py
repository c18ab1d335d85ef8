"""A batch stands among the revisions of the catalog: which one it ran on, what it came to; the gold that it was marked with is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attached_experiment", sa.Column("revision_id", sa.Integer()))
    op.add_column("attached_experiment", sa.Column("sums", postgresql.JSONB()))
    op.create_foreign_key(
        op.f("fk_attached_experiment_revision_id"),
        "attached_experiment",
        "catalog_revision",
        ["revision_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_table(
        "attached_gold",
        sa.Column("attached_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("labels", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("attached_id", name=op.f("pk_attached_gold")),
        sa.ForeignKeyConstraint(
            ["attached_id"],
            ["attached_experiment.id"],
            name=op.f("fk_attached_gold_attached_id"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("attached_gold")
    op.drop_column("attached_experiment", "sums")
    op.drop_column("attached_experiment", "revision_id")
