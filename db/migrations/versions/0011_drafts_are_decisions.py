"""A draft is a list of decisions, each with its rows, so that a repair is taken out and put back whole; a commit says why."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text(), none_as_null=True)
# Rows that follow each other with one reason, source and author were one repair. What came whole, or was taken back, is one.
NUMBERED = """
WITH marked AS (
  SELECT c.change_set_id, c.position, s.kind <> 'edit' AS is_whole,
    (c.reason, c.source, c.author) IS DISTINCT FROM
      (lag(c.reason) OVER w, lag(c.source) OVER w, lag(c.author) OVER w) AS is_first
  FROM change c JOIN change_set s ON s.id = c.change_set_id
  WINDOW w AS (PARTITION BY c.change_set_id ORDER BY c.position)
), numbered AS (
  SELECT change_set_id, position, CASE WHEN is_whole THEN 1 ELSE
    greatest(count(*) FILTER (WHERE is_first) OVER (PARTITION BY change_set_id ORDER BY position), 1) END AS number
  FROM marked
)
UPDATE change SET decision = numbered.number FROM numbered
WHERE numbered.change_set_id = change.change_set_id AND numbered.position = change.position
"""
DECIDED = """
INSERT INTO draft_decision (change_set_id, number, author, created_at, origin)
SELECT c.change_set_id, c.decision, coalesce(nullif(min(c.author), ''), min(s.author)), min(s.created_at),
  CASE WHEN min(c.source::text)::jsonb->>'type' = 'finding' THEN min(c.source::text)::jsonb END
FROM change c JOIN change_set s ON s.id = c.change_set_id GROUP BY 1, 2
"""


def upgrade() -> None:
    op.add_column("change_set", sa.Column("why", sa.String(), server_default="", nullable=False))
    op.add_column("change_set", sa.Column("impact", JSONB, nullable=True))
    op.add_column("change_set", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("change_set", sa.Column("discarded_by", sa.String(), nullable=True))
    op.create_table(
        "draft_decision",
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("origin", JSONB, nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_by", sa.String(), nullable=True),
        sa.Column("out_why", sa.String(), server_default="", nullable=False),
        sa.Column("out_with", sa.Integer(), nullable=True),
        sa.Column("kept", JSONB, nullable=True),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_set.id"], name=op.f("fk_draft_decision_change_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_set_id", "number", name=op.f("pk_draft_decision")),
    )
    op.add_column("change", sa.Column("decision", sa.Integer(), nullable=True))
    op.execute(NUMBERED)
    op.execute(DECIDED)
    op.alter_column("change", "decision", nullable=False)
    op.create_foreign_key(
        "fk_change_decision",
        "change",
        "draft_decision",
        ["change_set_id", "decision"],
        ["change_set_id", "number"],
        ondelete="CASCADE",
    )


def downgrade() -> None:
    # What is out of a draft is not among its rows, and an older form has no place for it.
    op.drop_constraint("fk_change_decision", "change")
    op.drop_column("change", "decision")
    op.drop_table("draft_decision")
    for column in ("discarded_by", "discarded_at", "impact", "why"):
        op.drop_column("change_set", column)
