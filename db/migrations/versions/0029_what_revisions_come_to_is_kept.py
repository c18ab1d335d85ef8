"""Figures that trends are drawn of stand where they are read at once: findings of a revision, sums of an experiment, how sure none is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BACKFILL = """
    UPDATE run SET none_probability = (extraction #>> '{stage4_decision,none_probability}')::float8
    WHERE role_slug IS NULL AND engine <> 'old_system'
        AND jsonb_typeof(extraction #> '{stage4_decision,none_probability}') = 'number'
"""


def upgrade() -> None:
    op.add_column("run", sa.Column("none_probability", sa.Float()))
    op.execute(BACKFILL)
    op.create_table(
        "revision_findings",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["catalog_revision.id"],
            name=op.f("fk_revision_findings_revision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revision_findings")),
    )
    op.create_table(
        "experiment_measure",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("n_with_role", sa.Integer(), nullable=False),
        sa.Column("n_skills", sa.Integer(), nullable=False),
        sa.Column("n_linked", sa.Integer(), nullable=False),
        sa.Column("n_judged", sa.Integer(), nullable=False),
        sa.Column("n_right", sa.Integer(), nullable=False),
        sa.Column("skills_f1", sa.Float()),
        sa.Column("skills_f1_low", sa.Float()),
        sa.Column("skills_f1_high", sa.Float()),
        sa.Column("milliseconds", sa.Float()),
        sa.Column("cost_usd", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_measure_experiment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment_id", name=op.f("pk_experiment_measure")),
    )


def downgrade() -> None:
    op.drop_table("experiment_measure")
    op.drop_table("revision_findings")
    op.drop_column("run", "none_probability")
