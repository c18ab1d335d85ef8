"""What holds for a catalog as a whole stands in it, and a run says whether a reviewer must see it before its role is taken."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.CheckConstraint("key IN ('role_without_reviewer_from')", name=op.f("ck_setting_key_known")),
        sa.CheckConstraint(
            "CASE WHEN key = 'role_without_reviewer_from' THEN "
            "CASE WHEN value ~ '^[0-9]+([.][0-9]+)?$' THEN value::float8 BETWEEN 0 AND 1 ELSE false END END",
            name=op.f("ck_setting_value_of_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.add_column("run", sa.Column("needs_review", sa.Boolean()))
    op.create_index(
        "ix_run_needs_review",
        "run",
        [sa.text("created_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("needs_review"),
    )
    op.add_column("experiment_result", sa.Column("none_probability", sa.Float()))


def downgrade() -> None:
    op.drop_column("experiment_result", "none_probability")
    op.drop_index("ix_run_needs_review", table_name="run")
    op.drop_column("run", "needs_review")
    op.drop_table("setting")
