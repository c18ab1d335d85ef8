"""An import is a change set, and can be undone like any other."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_change_set_kind_known"), "change_set")
    op.create_check_constraint(
        op.f("ck_change_set_kind_known"), "change_set", "kind IN ('edit', 'undo', 'reset', 'update', 'import')"
    )


def downgrade() -> None:
    op.execute("UPDATE change_set SET kind = 'edit' WHERE kind = 'import'")
    op.drop_constraint(op.f("ck_change_set_kind_known"), "change_set")
    op.create_check_constraint(
        op.f("ck_change_set_kind_known"), "change_set", "kind IN ('edit', 'undo', 'reset', 'update')"
    )
