"""How often runs used what the catalog holds is counted with each run, and the newest runs of a row are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = "kind IN ('run', 'skill', 'form', 'dimension', 'role')"

COUNTED = """
INSERT INTO usage_count (kind, slug, form, runs)
SELECT 'run', '', '', count(*) FROM run WHERE extraction IS NOT NULL HAVING count(*) > 0
UNION ALL SELECT 'role', role_slug, '', count(*) FROM run WHERE extraction IS NOT NULL AND role_slug IS NOT NULL GROUP BY 2
UNION ALL SELECT 'skill', skill_slug, '', count(DISTINCT run_id) FROM run_skill GROUP BY 2
UNION ALL SELECT 'form', skill_slug, form, count(*) FROM run_skill GROUP BY 2, 3
UNION ALL SELECT 'dimension', d.dimension_slug, '', count(DISTINCT f.run_id)
  FROM run_skill f JOIN skill_dimension d USING (skill_slug) GROUP BY 2
"""
PROPOSED = """
UPDATE proposal p SET runs = c.runs, texts = c.texts, newest_run = c.newest_run, newest_at = c.newest_at FROM (
  SELECT r.proposal_id, count(*) AS runs, count(DISTINCT run.jd_hash) AS texts,
    (array_agg(run.id ORDER BY run.created_at DESC, run.id))[1] AS newest_run, max(run.created_at) AS newest_at
  FROM proposal_run r JOIN run ON run.id = r.run_id GROUP BY 1
) c WHERE c.proposal_id = p.id
"""


def upgrade() -> None:
    op.add_column("run_skill", sa.Column("run_at", sa.DateTime(timezone=True)))
    op.drop_index("ix_run_skill_skill_slug_form", table_name="run_skill")
    op.execute("UPDATE run_skill f SET run_at = run.created_at FROM run WHERE run.id = f.run_id")
    op.alter_column("run_skill", "run_at", nullable=False)
    newest = sa.text("run_at DESC")
    op.create_index("ix_run_skill_skill_newest", "run_skill", ["skill_slug", newest, "run_id"])
    op.create_index("ix_run_skill_form_newest", "run_skill", ["skill_slug", sa.text("lower(form)"), newest, "run_id"])
    op.create_table(
        "usage_count",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_usage_count_kind_known")),
        sa.PrimaryKeyConstraint("kind", "slug", "form", name=op.f("pk_usage_count")),
    )
    op.execute(COUNTED)
    for name in ("runs", "texts"):
        op.add_column("proposal", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("proposal", sa.Column("newest_run", sa.Uuid()))
    op.add_column("proposal", sa.Column("newest_at", sa.DateTime(timezone=True)))
    op.execute(PROPOSED)
    op.create_index("ix_run_labelled", "run", ["labels"], postgresql_where=sa.text("labels <> '{}'"))


def downgrade() -> None:
    op.drop_index("ix_run_labelled", table_name="run")
    for name in ("newest_at", "newest_run", "texts", "runs"):
        op.drop_column("proposal", name)
    op.drop_table("usage_count")
    op.drop_index("ix_run_skill_form_newest", table_name="run_skill")
    op.drop_index("ix_run_skill_skill_newest", table_name="run_skill")
    op.drop_column("run_skill", "run_at")
    op.create_index("ix_run_skill_skill_slug_form", "run_skill", ["skill_slug", "form"])
