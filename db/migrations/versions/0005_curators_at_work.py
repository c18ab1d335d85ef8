"""What curators need beside each other: owners and committers, successors, comments, claims, visits, verdicts, and which
forms a run matched.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MATCHED = """
INSERT INTO run_skill (run_id, skill_slug, form, start)
SELECT r.id, s->>'slug', coalesce(e->>'alias', e->>'text'), min((e->>'start')::int)
FROM run r, jsonb_array_elements(r.api1->'final_skills') s, jsonb_array_elements(s->'evidence') e
WHERE s->>'slug' IS NOT NULL GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.add_column("change_set", sa.Column("owner", sa.String(), nullable=True))
    op.execute("UPDATE change_set SET owner = author")
    op.alter_column("change_set", "owner", nullable=False)
    op.add_column("change_set", sa.Column("committer", sa.String(), nullable=True))
    op.add_column(
        "change_set", sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
    )
    op.execute("UPDATE change_set SET used_at = created_at")
    op.execute("UPDATE change_set SET committer = author WHERE status = 'committed'")
    op.add_column("change", sa.Column("successor", sa.String(), server_default="", nullable=False))
    op.add_column("change", sa.Column("author", sa.String(), server_default="", nullable=False))
    op.execute(
        "UPDATE change SET author = change_set.author FROM change_set WHERE change_set.id = change.change_set_id"
    )
    op.add_column("proposal", sa.Column("decided_by", sa.String(), nullable=True))
    op.add_column("proposal", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("proposal", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("proposal", sa.Column("change_set_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_proposal_change_set_id"), "proposal", "change_set", ["change_set_id"], ["id"], ondelete="SET NULL"
    )
    op.drop_constraint(op.f("ck_finding_decision_decision_known"), "finding_decision")
    op.create_check_constraint(
        op.f("ck_finding_decision_decision_known"), "finding_decision", "decision IN ('accepted', 'rejected', 'unsure')"
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_about", "comment", ["about"], unique=False)
    op.create_table(
        "claim",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_claim")),
    )
    op.create_table(
        "visit",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_visit")),
    )
    op.create_table(
        "run_skill",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("skill_slug", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_skill_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "skill_slug", "form", name=op.f("pk_run_skill")),
    )
    op.create_index("ix_run_skill_skill_slug_form", "run_skill", ["skill_slug", "form"], unique=False)
    op.execute(MATCHED)
    op.create_table(
        "verdict",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("role_slug", sa.String(), nullable=True),
        sa.Column("wrong_skills", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_verdict_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "author", name=op.f("pk_verdict")),
    )


def downgrade() -> None:
    for table in ("verdict", "run_skill", "visit", "claim", "comment"):
        op.drop_table(table)
    op.execute("DELETE FROM finding_decision WHERE decision = 'unsure'")
    op.drop_constraint(op.f("ck_finding_decision_decision_known"), "finding_decision")
    op.create_check_constraint(
        op.f("ck_finding_decision_decision_known"), "finding_decision", "decision IN ('accepted', 'rejected')"
    )
    op.drop_constraint(op.f("fk_proposal_change_set_id"), "proposal")
    for column in ("change_set_id", "reason", "decided_at", "decided_by"):
        op.drop_column("proposal", column)
    for column in ("author", "successor"):
        op.drop_column("change", column)
    for column in ("used_at", "committer", "owner"):
        op.drop_column("change_set", column)
