"""Many are accepted with a bound on the wrong ones: samples, what was said of them and what was accepted are kept, and each decision
about a finding keeps how sure the audit was, so that its certainty is measured.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TEXTS = postgresql.ARRAY(sa.Text())
NUMBERS = postgresql.ARRAY(sa.Integer())


def upgrade() -> None:
    _samples()
    op.create_table(
        "sample_judgement",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), server_default="", nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "judgement IN ('right', 'wrong', 'unsure')", name=op.f("ck_sample_judgement_judgement_known")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["group_sample.id"], name=op.f("fk_sample_judgement_sample_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sample_id", "item", name=op.f("pk_sample_judgement")),
    )
    _acceptances()
    op.add_column("finding_decision", sa.Column("score", sa.Float()))
    op.add_column("finding_decision", sa.Column("acceptance_id", sa.Integer()))
    op.create_foreign_key(
        op.f("fk_finding_decision_acceptance_id"),
        "finding_decision",
        "acceptance",
        ["acceptance_id"],
        ["id"],
        ondelete="SET NULL",
    )


def _samples() -> None:
    op.create_table(
        "group_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("address", postgresql.JSONB(), nullable=False),
        sa.Column("act", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer()),
        sa.Column("error_limit", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("population", TEXTS, nullable=False),
        sa.Column("marks", TEXTS, nullable=False),
        sa.Column("scores", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("drawn", TEXTS, nullable=False),
        sa.Column("known", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("ended", sa.String()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("place IN ('findings', 'proposals')", name=op.f("ck_group_sample_place_known")),
        sa.CheckConstraint("ended IN ('accepted', 'continued', 'abandoned')", name=op.f("ck_group_sample_ended_known")),
        sa.ForeignKeyConstraint(["previous"], ["group_sample.id"], name=op.f("fk_group_sample_previous")),
        sa.ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], name=op.f("fk_group_sample_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_sample")),
    )
    op.create_index("ix_group_sample_owner", "group_sample", ["owner", "place"])
    op.create_index(
        "ux_group_sample_open",
        "group_sample",
        ["owner", "place", "group_key"],
        unique=True,
        postgresql_where=sa.text("ended IS NULL"),
    )


def _acceptances() -> None:
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("error_limit", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("decisions", NUMBERS, nullable=False),
        sa.Column("acts", NUMBERS, server_default="{}", nullable=False),
        sa.Column("keys", TEXTS, server_default="{}", nullable=False),
        sa.Column("rejected", TEXTS, server_default="{}", nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.String()),
        sa.ForeignKeyConstraint(["sample_id"], ["group_sample.id"], name=op.f("fk_acceptance_sample_id")),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_set.id"], name=op.f("fk_acceptance_change_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
    )
    op.create_index("ix_acceptance_change_set_id", "acceptance", ["change_set_id"])
    op.create_index("ix_acceptance_sample_id", "acceptance", ["sample_id"])


def downgrade() -> None:
    op.drop_constraint("fk_finding_decision_acceptance_id", "finding_decision", type_="foreignkey")
    op.drop_column("finding_decision", "acceptance_id")
    op.drop_column("finding_decision", "score")
    op.drop_table("acceptance")
    op.drop_table("sample_judgement")
    op.drop_table("group_sample")
