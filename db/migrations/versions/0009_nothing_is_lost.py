"""Input that was not sent yet is kept by browser and field; a deleted run leaves the quotations that a reviewer chose, and can
be put back for a while.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_input",
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("browser", "place", name=op.f("pk_kept_input")),
    )
    op.create_table(
        "deleted_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_by", sa.String(), nullable=False),
        sa.Column("quotes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("rows", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_run")),
    )


def downgrade() -> None:
    op.drop_table("deleted_run")
    op.drop_table("kept_input")
