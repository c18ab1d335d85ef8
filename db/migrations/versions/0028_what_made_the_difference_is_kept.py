"""What made the difference between two experiments is replayed in the background, and kept so that a page shows it at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "experiment_causes",
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("a_done", sa.Integer(), nullable=False),
        sa.Column("b_done", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), server_default="waiting", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replays", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String()),
        sa.Column("found", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint("status IN ('waiting', 'done', 'failed')", name=op.f("ck_experiment_causes_status_known")),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("pk_experiment_causes")),
        sa.ForeignKeyConstraint(
            ["a_id"], ["experiment.id"], name=op.f("fk_experiment_causes_a_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["b_id"], ["experiment.id"], name=op.f("fk_experiment_causes_b_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_experiment_causes_b_id", "experiment_causes", ["b_id"])


def downgrade() -> None:
    op.drop_table("experiment_causes")
