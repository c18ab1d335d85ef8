"""What the checks of a change set came to is kept with it for good, and so is who committed it although one did not hold."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

CLASSES = ("no effect", "improving", "mixed", "breaking")


def upgrade() -> None:
    op.create_table(
        "gate_check",
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("p_value", sa.Float()),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            f"outcome IN ({', '.join(repr(word) for word in CLASSES)})", name=op.f("ck_gate_check_outcome_known")
        ),
        sa.PrimaryKeyConstraint("change_set_id", "name", name=op.f("pk_gate_check")),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_set.id"], name=op.f("fk_gate_check_change_set_id"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "gate_policy",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("demands", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_policy")),
    )
    op.add_column("change_set", sa.Column("checked_state", sa.String()))
    op.add_column("change_set", sa.Column("policy", postgresql.JSONB()))
    op.add_column("change_set", sa.Column("override_why", sa.String(), server_default="", nullable=False))
    op.add_column(
        "change_set", sa.Column("override_checks", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )


def downgrade() -> None:
    for column in ("override_checks", "override_why", "policy", "checked_state"):
        op.drop_column("change_set", column)
    op.drop_table("gate_policy")
    op.drop_table("gate_check")
