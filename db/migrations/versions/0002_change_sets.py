"""Change sets: what the catalog became, row by row, and which shipped catalog a revision was set to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catalog_revision", sa.Column("change_set_id", sa.Integer(), nullable=True))
    op.add_column("catalog_revision", sa.Column("edition", sa.String(), nullable=True))
    op.add_column("catalog_revision", sa.Column("fingerprint", sa.String(), nullable=True))
    op.create_table(
        "change_set",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default="draft", nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('edit', 'undo', 'reset', 'update')", name=op.f("ck_change_set_kind_known")),
        sa.CheckConstraint("status IN ('draft', 'committed', 'discarded')", name=op.f("ck_change_set_status_known")),
        sa.ForeignKeyConstraint(["undoes"], ["change_set.id"], name=op.f("fk_change_set_undoes")),
        sa.ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], name=op.f("fk_change_set_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_set")),
    )
    op.create_index("ix_change_set_newest", "change_set", [sa.literal_column("id DESC"), "status"], unique=False)
    op.create_table(
        "change",
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("key", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_set.id"], name=op.f("fk_change_change_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_set_id", "position", name=op.f("pk_change")),
    )
    op.create_index("ix_change_place", "change", ["table_name", "key"], unique=False)


def downgrade() -> None:
    op.drop_table("change")
    op.drop_table("change_set")
    for column in ("fingerprint", "edition", "change_set_id"):
        op.drop_column("catalog_revision", column)
