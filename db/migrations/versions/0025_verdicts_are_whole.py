"""A verdict says what is right, wrong and missing point by point, may stop anywhere, and keeps what was said blind as it was said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WORDS = ("right_skills", "right_terms", "wrong_terms")
ROWS = ("missing_skills", "links")
FLAGS = {"has_role": "true", "is_blind": "false"}
KEPT = ("blind_answer", "revealed_at")


def upgrade() -> None:
    for name, value in FLAGS.items():
        op.add_column("verdict", sa.Column(name, sa.Boolean(), server_default=sa.text(value), nullable=False))
    for name in WORDS:
        op.add_column("verdict", sa.Column(name, postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    for name in ROWS:
        op.add_column("verdict", sa.Column(name, postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("verdict", sa.Column("blind_answer", postgresql.JSONB()))
    op.add_column("verdict", sa.Column("revealed_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("ck_verdict_only_blind_is_revealed"),
        "verdict",
        "is_blind OR (blind_answer IS NULL AND revealed_at IS NULL)",
    )


def downgrade() -> None:
    # Before, a verdict without a role said that none fits: one that says nothing of the role is none.
    op.execute("DELETE FROM verdict WHERE NOT has_role")
    op.drop_constraint(op.f("ck_verdict_only_blind_is_revealed"), "verdict", type_="check")
    for name in (*FLAGS, *WORDS, *ROWS, *KEPT):
        op.drop_column("verdict", name)
