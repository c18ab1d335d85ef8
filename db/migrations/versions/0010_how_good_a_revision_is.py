"""How good each revision is: what the gold texts and the judged runs come to on it. Runs are found by revision and engine."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SLUGS = postgresql.ARRAY(sa.Text())
RUN_INDEXES = {"ix_run_revision_newest": "revision_id", "ix_run_engine_newest": "engine"}


def upgrade() -> None:
    op.create_table(
        "revision_measure",
        sa.Column("revision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("yardstick", sa.String(), nullable=False),
        sa.Column("n_examined", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["catalog_revision.id"],
            name=op.f("fk_revision_measure_revision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revision_measure")),
    )
    op.create_table(
        "gold_outcome",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("role_slug", sa.String(), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("n_wanted", sa.Integer(), nullable=False),
        sa.Column("missed", SLUGS, nullable=False),
        sa.Column("extra", SLUGS, nullable=False),
        _of_measure("gold_outcome"),
        sa.PrimaryKeyConstraint("revision_id", "item", name=op.f("pk_gold_outcome")),
    )
    op.create_table(
        "run_outcome",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("role_slug", sa.String(), nullable=True),
        sa.Column("is_changed", sa.Boolean(), server_default="false", nullable=False),
        _of_measure("run_outcome"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_outcome_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("revision_id", "run_id", name=op.f("pk_run_outcome")),
    )
    op.create_index("ix_run_outcome_run_id", "run_outcome", ["run_id"])
    op.create_index("ix_run_outcome_changed", "run_outcome", ["revision_id"], postgresql_where=sa.text("is_changed"))
    for name, column in RUN_INDEXES.items():
        op.create_index(name, "run", [column, sa.text("created_at DESC"), sa.text("id DESC")])


def downgrade() -> None:
    for name in RUN_INDEXES:
        op.drop_index(name, table_name="run")
    for table in ("run_outcome", "gold_outcome", "revision_measure"):
        op.drop_table(table)


def _of_measure(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["revision_id"],
        ["revision_measure.revision_id"],
        name=op.f(f"fk_{table}_revision_id"),
        ondelete="CASCADE",
    )
