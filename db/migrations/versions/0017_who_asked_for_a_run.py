"""A run says who asked for it and by which way, and a program that asks twice with one key gets one run."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("asked_by", sa.String(), server_default="", nullable=False))
    op.add_column("run", sa.Column("asked_through", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(op.f("ck_run_asked_through_known"), "run", "asked_through IN ('', 'pages', 'http')")
    op.create_table(
        "run_request",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name=op.f("pk_run_request")),
    )


def downgrade() -> None:
    op.drop_table("run_request")
    op.drop_constraint(op.f("ck_run_asked_through_known"), "run", type_="check")
    op.drop_column("run", "asked_through")
    op.drop_column("run", "asked_by")
