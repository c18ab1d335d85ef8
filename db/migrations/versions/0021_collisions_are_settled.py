"""Collisions of titles and forms are looked at by their folded form and settled: the log says where, and a decision stays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TITLE = """
UPDATE collision c SET key = coalesce((
  SELECT role ->> 'alias_text' FROM run, jsonb_array_elements(
    CASE jsonb_typeof(run.extraction #> '{stage3_signals,alias_match_roles}')
      WHEN 'array' THEN run.extraction #> '{stage3_signals,alias_match_roles}' ELSE '[]' END
  ) role WHERE run.id = c.run_id AND role ->> 'alias_text' <> '' ORDER BY (role ->> 'is_generic') = 'true' LIMIT 1
), term) WHERE kind = 'title'
"""
"""Runs logged the title as their text has it; what collides is the catalog's title that it equals."""
FOLDED = """
UPDATE collision SET key = CASE kind WHEN 'skill_alias' THEN btrim(regexp_replace(lower(key), '[\\s-]+', ' ', 'g')) ELSE
  btrim(regexp_replace(regexp_replace(regexp_replace(lower(key), '&', ' and ', 'g'),
    '\\m(full|front|back|dev)[\\s-]+(stack|end|ops)\\M', '\\1\\2', 'g'), '[\\s/-]+', ' ', 'g')) END
"""
PLACED = """
UPDATE collision SET start = CAST(substring(detail FROM ' at ([0-9]{1,9})$') AS int), length = char_length(detail) - 2
  - char_length(substring(detail FROM ' at [0-9]{1,9}$'))
WHERE kind = 'skill_alias' AND detail ~ '^“.+” at [0-9]{1,9}$'
"""


def upgrade() -> None:
    op.add_column("collision", sa.Column("key", sa.String(), nullable=True))
    op.add_column("collision", sa.Column("told_apart", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("collision", sa.Column("start", sa.Integer(), nullable=True))
    op.add_column("collision", sa.Column("length", sa.Integer(), nullable=True))
    op.execute("UPDATE collision SET key = term")
    for statement in (TITLE, FOLDED, PLACED):
        op.execute(statement)
    op.alter_column("collision", "key", nullable=False)
    op.create_index("ix_collision_place", "collision", ["kind", "key", sa.text("id DESC")], unique=False)
    op.create_table(
        "collision_decision",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('title', 'signals', 'skill_alias')", name=op.f("ck_collision_decision_kind_known")
        ),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_collision_decision")),
    )


def downgrade() -> None:
    op.drop_table("collision_decision")
    op.drop_index("ix_collision_place", table_name="collision")
    for name in ("length", "start", "told_apart", "key"):
        op.drop_column("collision", name)
