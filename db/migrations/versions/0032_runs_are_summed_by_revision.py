"""What the runs of each revision came to, and how sure those of late were, is read from indexes: pages draw it within a second."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_run_by_revision",
        "run",
        ["revision_id"],
        postgresql_include=["role_slug", "skill_count", "new_skill_count", "duration_ms", "cost_usd"],
        postgresql_where=sa.text("status = 'completed' AND engine <> 'old_system'"),
    )
    op.create_index(
        "ix_run_answers",
        "run",
        ["created_at"],
        postgresql_include=["role_slug", "confidence", "none_probability"],
        postgresql_where=sa.text("engine <> 'old_system' AND \"case\" <> 'rejected' AND confidence IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_run_answers", table_name="run")
    op.drop_index("ix_run_by_revision", table_name="run")
