"""Runs of the old system are kept as it left them: what they were imported from is a table, and their rows cannot be changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# What a person puts beside a run (its labels) is theirs; the column of the search is made by the database from the others.
KEEP = """
CREATE FUNCTION keep_old_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - ARRAY['labels', 'search'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['labels', 'search'] THEN
    RAISE EXCEPTION 'run % is one of the old system and stays as it is', OLD.id;
  END IF;
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER keep_old_run BEFORE UPDATE ON run FOR EACH ROW WHEN (OLD.engine = 'old_system') EXECUTE FUNCTION keep_old_run()
"""


def upgrade() -> None:
    op.create_table(
        "old_run",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("text_source", sa.String(), nullable=False),
        sa.Column("files", postgresql.JSONB(), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("text_source IN ('page', 'cut', 'documents')", name=op.f("ck_old_run_text_source_known")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_old_run_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_old_run")),
    )
    op.execute(KEEP)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_old_run ON run")
    op.execute("DROP FUNCTION keep_old_run()")
    # A release of before knows no such engine, and would take their results for ones of its own.
    op.execute("DELETE FROM run WHERE engine = 'old_system'")
    op.drop_table("old_run")
