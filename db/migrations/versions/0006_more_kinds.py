"""An import is a change set, and can be undone like any other; runs propose titles and links too."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
CHANGE_SETS, PROPOSALS = "'edit', 'undo', 'reset', 'update'", "'skill', 'kra', 'role'"


def upgrade() -> None:
    _allow("change_set", f"{CHANGE_SETS}, 'import'")
    _allow("proposal", f"{PROPOSALS}, 'title', 'link'")


def downgrade() -> None:
    op.execute("UPDATE change_set SET kind = 'edit' WHERE kind = 'import'")
    op.execute("DELETE FROM proposal WHERE kind IN ('title', 'link')")
    _allow("change_set", CHANGE_SETS)
    _allow("proposal", PROPOSALS)


def _allow(table: str, kinds: str) -> None:
    name = op.f(f"ck_{table}_kind_known")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"kind IN ({kinds})")
