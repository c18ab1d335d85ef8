"""What a text says is judged field by field: the reader is measured against what people say, and their words are gold for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FIELDS = (
    "title",
    "company",
    "experience",
    "education_required",
    "education_preferred",
    "locations",
    "work_mode",
    "ctc",
    "certifications",
    "urls",
    "responsibilities",
    "industry",
    "jd_type",
)


def upgrade() -> None:
    listed = ", ".join(f"'{field}'" for field in FIELDS)
    op.create_table(
        "parse_verdict",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(f"field IN ({listed})", name=op.f("ck_parse_verdict_field_known")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_parse_verdict_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "field", "author", name=op.f("pk_parse_verdict")),
    )


def downgrade() -> None:
    op.drop_table("parse_verdict")
