"""What the work of a role usually is stands in the catalog, and a skill says how mature it is and whether it is made for the cloud."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NATURES = (
    "API and service implementation",
    "Web interface implementation",
    "Full-stack product implementation",
    "Mobile application implementation",
    "Embedded and device implementation",
    "Data pipeline and platform engineering",
    "Data analysis and reporting",
    "Machine learning and AI engineering",
    "Database design and administration",
    "Infrastructure and platform operation",
    "Reliability and incident response",
    "Network and systems administration",
    "Security engineering and defence",
    "Testing and quality assurance",
    "Enterprise application configuration",
    "Low-level and performance engineering",
    "Architecture and technical direction",
    "Engineering team leadership",
    "Product and requirements management",
    "Project and delivery management",
    "Interface and experience design",
    "User support and service desk",
    "Solution consulting and presales",
)
LABELS = ("Legacy", "Established", "Mainstream", "Mainstream Modern", "Modern Cloud Native", "Cutting Edge")
INDICATORS = (
    "title_match",
    "has_ai_skill",
    "ai_skill_primary",
    "ai_skill_secondary",
    "on_ai_team",
    "builds_ai_products",
)
BANDS = ("LEGACY", "ESTABLISHED", "MAINSTREAM", "MODERN", "CUTTING_EDGE")


def upgrade() -> None:
    op.create_table(
        "role_baseline",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("role_slug", sa.String(), nullable=False),
        sa.Column("nature_of_work", sa.String(), nullable=False),
        sa.Column("nature_summary", sa.String(), nullable=False),
        sa.Column("tech_stack_maturity", sa.String(), nullable=False),
        sa.Column("maturity_reasoning", sa.String(), nullable=False),
        sa.Column("ai_index", sa.Float(), nullable=False),
        sa.Column("ai_indicators", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(_in("nature_of_work", NATURES), name=op.f("ck_role_baseline_nature_of_work_known")),
        sa.CheckConstraint(_in("tech_stack_maturity", LABELS), name=op.f("ck_role_baseline_tech_stack_maturity_known")),
        sa.CheckConstraint("ai_index BETWEEN 0 AND 5", name=op.f("ck_role_baseline_ai_index_within")),
        sa.CheckConstraint(
            f"ai_indicators <@ ARRAY[{_listed(INDICATORS)}]", name=op.f("ck_role_baseline_ai_indicators_known")
        ),
        sa.ForeignKeyConstraint(
            ["role_slug"],
            ["role.slug"],
            name=op.f("fk_role_baseline_role_slug"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("role_slug", name=op.f("pk_role_baseline")),
    )
    op.add_column("skill", sa.Column("maturity_band", sa.String()))
    op.create_check_constraint(op.f("ck_skill_maturity_band_known"), "skill", _in("maturity_band", BANDS))
    op.add_column("skill", sa.Column("is_cloud_native", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("skill", "is_cloud_native", server_default=None)


def downgrade() -> None:
    op.drop_column("skill", "is_cloud_native")
    op.drop_column("skill", "maturity_band")
    op.drop_table("role_baseline")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({_listed(words)})"
