"""The words of a run's text are found one by one where strokes stand between them ("Docker/CI"): together they were taken for a path."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

WORDS = "coalesce(name, '') || ' ' || coalesce(title, '') || ' ' || left(jd_text, 200000)"


def upgrade() -> None:
    _search(f"to_tsvector('simple', translate({WORDS}, '/', ' '))")


def downgrade() -> None:
    _search(f"to_tsvector('simple', {WORDS})")


def _search(expression: str) -> None:
    """Make the column anew, since what it is made of cannot be changed in every version of the server."""
    op.drop_column("run", "search")
    op.add_column("run", sa.Column("search", postgresql.TSVECTOR(), sa.Computed(expression, persisted=True)))
    op.create_index("ix_run_search", "run", ["search"], postgresql_using="gin")
