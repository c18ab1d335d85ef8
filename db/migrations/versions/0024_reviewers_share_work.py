"""Runs are given to reviewers, some of them to several, and where these differ somebody decides and it is kept who and why."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WAYS = ("random", "uncertain", "disagreeing", "newest")
KINDS = ("role", "skills", "links", "facts")
ENDINGS = ("undone", "replaced")


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        _made("created_at"),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.Float(), nullable=False),
        sa.Column("judges", sa.Integer(), nullable=False),
        sa.Column("is_blind", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("narrowed", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("threshold", sa.Float()),
        _moment("closed_at"),
        sa.Column("closed_by", sa.String()),
        sa.CheckConstraint(_in("way", WAYS), name=op.f("ck_assignment_way_known")),
        sa.CheckConstraint("overlap BETWEEN 0 AND 1", name=op.f("ck_assignment_overlap_within")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("name", name=op.f("uq_assignment_name")),
    )
    op.create_table(
        "assignment_item",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _made("given_at"),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("moved_from", sa.String()),
        _moment("skipped_at"),
        sa.Column("skip_reason", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("assignment_id", "run_id", "reviewer", name=op.f("pk_assignment_item")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_item_assignment_id"), ondelete="CASCADE"
        ),
        _of_run("assignment_item"),
    )
    op.create_index("ix_assignment_item_reviewer", "assignment_item", ["reviewer", "assignment_id", "position"])
    op.create_index("ix_assignment_item_run_id", "assignment_item", ["run_id"])
    op.create_table(
        "adjudication",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        _made("decided_at"),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("acceptable", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("gold_set", sa.String(), nullable=False),
        _moment("ended_at"),
        sa.Column("ended_by", sa.String()),
        sa.Column("ending", sa.String()),
        sa.CheckConstraint(_in("kind", KINDS), name=op.f("ck_adjudication_kind_known")),
        sa.CheckConstraint(_in("ending", ENDINGS), name=op.f("ck_adjudication_ending_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudication")),
        _of_run("adjudication"),
    )
    op.create_index("ix_adjudication_run_id", "adjudication", ["run_id"])
    op.create_index(
        "uq_adjudication_in_force",
        "adjudication",
        ["run_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("adjudication", "assignment_item", "assignment"):
        op.drop_table(table)


def _moment(name: str) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True))


def _made(name: str) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_run_id")
    return sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=name, ondelete="CASCADE")


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"
