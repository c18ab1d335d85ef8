"""What models answered, kept by the hash of the call; what a reader must know of a run's judgements; alias collisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "run", sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.create_table(
        "model_answer",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_model_answer")),
    )
    op.create_table(
        "collision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=True),
        sa.Column("parties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('title', 'signals', 'skill_alias')", name=op.f("ck_collision_kind_known")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_collision_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collision")),
    )
    op.create_index("ix_collision_run_id", "collision", ["run_id"], unique=False)


def downgrade() -> None:
    op.drop_table("collision")
    op.drop_table("model_answer")
    op.drop_column("run", "notes")
