"""Which runs a row of the catalog can move is kept with each run, so that the effect of an edit is known while it is made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_basis",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("role_slug", sa.String()),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("field", sa.REAL(), nullable=False),
        sa.Column("rows", ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("near", ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_basis_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_basis")),
    )
    op.create_index("ix_run_basis_rows", "run_basis", ["rows"], postgresql_using="gin")
    op.create_index("ix_run_basis_near", "run_basis", ["near"], postgresql_using="gin")
    op.create_table(
        "stale_basis",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_stale_basis_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_stale_basis")),
    )


def downgrade() -> None:
    op.drop_table("stale_basis")
    op.drop_table("run_basis")
