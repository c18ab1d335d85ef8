"""The queue is filtered, grouped and ranked by what was found of each proposal once, and decided many at a time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATUSES = "status IN ('approved', 'mapped', 'rejected')"
FIELDS = "field IN ('name', 'nature', 'dimension')"
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "proposal_sign",
        sa.Column("proposal_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(), server_default="", nullable=False),
        sa.Column("employer_look", sa.String(), server_default="", nullable=False),
        sa.Column("certainty", sa.Float()),
        sa.Column("nature", sa.String(), server_default="", nullable=False),
        sa.Column("dimension", sa.String(), server_default="", nullable=False),
        sa.Column("owner", sa.String(), server_default="", nullable=False),
        sa.Column("spelling", sa.String(), nullable=False),
        sa.Column("meaning", sa.Integer()),
        sa.Column("marks", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_sign_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_sign")),
    )
    op.create_index("ix_proposal_sign_spelling", "proposal_sign", ["spelling"])
    op.create_table(
        "queue_decision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("proposals", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer()),
        sa.Column("draft_decision", sa.Integer()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.String()),
        sa.CheckConstraint(STATUSES, name=op.f("ck_queue_decision_status_known")),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_set.id"], name=op.f("fk_queue_decision_change_set_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_decision")),
    )
    op.create_index("ix_queue_decision_change_set_id", "queue_decision", ["change_set_id", "draft_decision"])
    op.add_column("proposal", sa.Column("queue_decision_id", sa.Integer()))
    op.create_foreign_key(
        op.f("fk_proposal_queue_decision_id"),
        "proposal",
        "queue_decision",
        ["queue_decision_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index("ix_proposal_queue_decision_id", "proposal", ["queue_decision_id"])
    op.create_table(
        "proposal_edit",
        sa.Column("proposal_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint(FIELDS, name=op.f("ck_proposal_edit_field_known")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_edit_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "field", name=op.f("pk_proposal_edit")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", postgresql.JSONB(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("place", "owner", "name", name=op.f("uq_saved_view_place_owner_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("proposal_edit")
    op.drop_index("ix_proposal_queue_decision_id", table_name="proposal")
    op.drop_constraint(op.f("fk_proposal_queue_decision_id"), "proposal", type_="foreignkey")
    op.drop_column("proposal", "queue_decision_id")
    op.drop_table("queue_decision")
    op.drop_table("proposal_sign")
