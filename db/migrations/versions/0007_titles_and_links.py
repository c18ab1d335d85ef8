"""Runs propose titles and links too."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_proposal_kind_known"), "proposal")
    op.create_check_constraint(
        op.f("ck_proposal_kind_known"), "proposal", "kind IN ('skill', 'kra', 'role', 'title', 'link')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM proposal WHERE kind IN ('title', 'link')")
    op.drop_constraint(op.f("ck_proposal_kind_known"), "proposal")
    op.create_check_constraint(op.f("ck_proposal_kind_known"), "proposal", "kind IN ('skill', 'kra', 'role')")
