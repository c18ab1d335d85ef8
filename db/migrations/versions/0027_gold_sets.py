"""Gold has names and versions: who made it so, when and why stays, and experiments say which version they ran on."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

CHANGES = ("added", "changed", "removed")


def upgrade() -> None:
    op.create_table(
        "gold_set",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        _made_at(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_set")),
        sa.UniqueConstraint("name", name=op.f("uq_gold_set_name")),
    )
    op.create_table(
        "gold_version",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _made_at(),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *(
            sa.Column(f"n_{name}", sa.Integer(), nullable=False)
            for name in ("items", "labelled", "roles", "added", "changed", "removed")
        ),
        sa.PrimaryKeyConstraint("set_id", "number", name=op.f("pk_gold_version")),
        sa.ForeignKeyConstraint(["set_id"], ["gold_set.id"], name=op.f("fk_gold_version_set_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "gold_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("value_digest", sa.String(), nullable=False),
        sa.Column("jd_id", sa.String(), nullable=False),
        sa.Column("title", sa.String()),
        sa.Column("jd_hash", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("acceptable", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text())),
        sa.Column("columns", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("label_line", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_item")),
        sa.UniqueConstraint("digest", name=op.f("uq_gold_item_digest")),
    )
    op.create_index("ix_gold_item_jd_hash", "gold_item", ["jd_hash"])
    op.create_table(
        "gold_change",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("jd_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("source", postgresql.JSONB()),
        sa.CheckConstraint(
            f"kind IN ({', '.join(repr(word) for word in CHANGES)})", name=op.f("ck_gold_change_kind_known")
        ),
        sa.PrimaryKeyConstraint("set_id", "jd_id", "version", name=op.f("pk_gold_change")),
        sa.ForeignKeyConstraint(
            ["set_id", "version"],
            ["gold_version.set_id", "gold_version.number"],
            name=op.f("fk_gold_change_set_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["item_id"], ["gold_item.id"], name=op.f("fk_gold_change_item_id")),
    )
    op.create_index("ix_gold_change_set_id_version", "gold_change", ["set_id", "version"])
    op.add_column("experiment", sa.Column("gold_set_id", sa.Integer()))
    op.add_column("experiment", sa.Column("gold_version", sa.Integer()))
    op.create_foreign_key(
        op.f("fk_experiment_gold_set_id"),
        "experiment",
        "gold_version",
        ["gold_set_id", "gold_version"],
        ["set_id", "number"],
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_experiment_gold_set_id"), "experiment", type_="foreignkey")
    op.drop_column("experiment", "gold_version")
    op.drop_column("experiment", "gold_set_id")
    for table in ("gold_change", "gold_item", "gold_version", "gold_set"):
        op.drop_table(table)


def _made_at() -> "sa.Column[datetime]":
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
