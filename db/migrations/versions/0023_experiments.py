"""Sets of job descriptions are run in ways that are kept and compared, in chunks that any worker may take up."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

CASES = ("A", "B", "C", "D", "DOMAIN", "rejected", "failed")
STATUSES = ("running", "paused", "cancelled", "finished")


def upgrade() -> None:
    op.create_table(
        "jd_set",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        _made_at(),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("gold", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jd_set")),
        sa.UniqueConstraint("digest", name=op.f("uq_jd_set_digest")),
    )
    op.create_table(
        "jd_set_item",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("jd_id", sa.String(), nullable=False),
        sa.Column("title", sa.String()),
        sa.Column("jd_text", sa.String(), nullable=False),
        sa.Column("gold", postgresql.JSONB()),
        sa.Column("columns", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("set_id", "position", name=op.f("pk_jd_set_item")),
        sa.UniqueConstraint("set_id", "jd_id", name=op.f("uq_jd_set_item_set_id_jd_id")),
        sa.ForeignKeyConstraint(["set_id"], ["jd_set.id"], name=op.f("fk_jd_set_item_set_id"), ondelete="CASCADE"),
    )
    op.create_table(
        "experiment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        _made_at(),
        _moment("ended_at"),
        sa.Column("status", sa.String(), server_default="running", nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.Integer()),
        sa.Column("changes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("config", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(_in("status", STATUSES), name=op.f("ck_experiment_status_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
        sa.UniqueConstraint("name", name=op.f("uq_experiment_name")),
        sa.ForeignKeyConstraint(["set_id"], ["jd_set.id"], name=op.f("fk_experiment_set_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], name=op.f("fk_experiment_revision_id")),
    )
    op.create_index("ix_experiment_set_id", "experiment", ["set_id"])
    op.create_table(
        "experiment_chunk",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trying", sa.Integer()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _moment("begun_at"),
        _moment("touched_at"),
        _moment("ended_at"),
        sa.PrimaryKeyConstraint("experiment_id", "number", name=op.f("pk_experiment_chunk")),
        _of_experiment("experiment_chunk"),
    )
    op.create_index(
        "ix_experiment_chunk_open", "experiment_chunk", ["experiment_id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "experiment_result",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role_slug", sa.String()),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String()),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.Column("cost_usd", sa.Float(), server_default="0", nullable=False),
        sa.Column("is_right", sa.Boolean()),
        *(sa.Column(f"n_{name}", sa.SmallInteger()) for name in ("predicted", "right", "wanted", "found")),
        sa.CheckConstraint(_in('"case"', CASES), name=op.f("ck_experiment_result_case_known")),
        sa.PrimaryKeyConstraint("experiment_id", "position", name=op.f("pk_experiment_result")),
        _of_experiment("experiment_result"),
    )


def downgrade() -> None:
    for table in ("experiment_result", "experiment_chunk", "experiment", "jd_set_item", "jd_set"):
        op.drop_table(table)
    # The jobs of experiments are a schema of their own, made when the first one is started.
    op.execute("DROP SCHEMA IF EXISTS procrastinate CASCADE")


def _moment(name: str) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True))


def _made_at() -> "sa.Column[datetime]":
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _of_experiment(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_experiment_id")
    return sa.ForeignKeyConstraint(["experiment_id"], ["experiment.id"], name=name, ondelete="CASCADE")


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"
