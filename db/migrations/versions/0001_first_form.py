"""The first form of the store: catalog with revisions, runs and their calls, the review queue, vectors."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import Vector
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "catalog_revision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_revision")),
    )
    op.create_table(
        "category",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("name", name=op.f("uq_category_name")),
    )
    op.create_table(
        "dimension",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=True),
        sa.Column("difficulty_hint", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimension")),
        sa.UniqueConstraint("slug", name=op.f("uq_dimension_slug")),
    )
    op.create_table(
        "embedding",
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("vector", Vector(), nullable=False),
        sa.PrimaryKeyConstraint("model", "key", name=op.f("pk_embedding")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("role_slug", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default="pending", nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("kind IN ('skill', 'kra', 'role')", name=op.f("ck_proposal_kind_known")),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'mapped', 'rejected')", name=op.f("ck_proposal_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("kind", "key", "role_slug", name=op.f("uq_proposal_kind_key_role_slug")),
    )
    op.create_table(
        "role",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("role_archetype", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("slug", name=op.f("uq_role_slug")),
    )
    op.create_table(
        "role_centroid",
        sa.Column("role_slug", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", Vector(), nullable=False),
        sa.PrimaryKeyConstraint("role_slug", "model", name=op.f("pk_role_centroid")),
    )
    op.create_table(
        "skill",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("sub_category", sa.String(), nullable=True),
        sa.Column("skill_nature", sa.String(), nullable=True),
        sa.Column("volatility", sa.String(), nullable=True),
        sa.Column("typical_lifespan", sa.String(), nullable=True),
        sa.Column("version_strategy", sa.String(), nullable=True),
        sa.Column("version_tag", sa.String(), nullable=True),
        sa.Column("is_extractable", sa.Boolean(), nullable=False),
        sa.Column("is_also_category", sa.Boolean(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=True),
        sa.Column("license", sa.String(), nullable=True),
        sa.Column("year_introduced", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("maturity_reasoning", sa.String(), nullable=True),
        sa.Column("context_tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "skill_nature IN ('LANGUAGE', 'FRAMEWORK', 'LIBRARY', 'TOOL', 'PLATFORM', 'DATABASE', 'PROTOCOL', 'STANDARD', 'CONCEPT', 'PATTERN', "
            "'PRACTICE', 'METHODOLOGY', 'SOFT_SKILL', 'DOMAIN')",
            name=op.f("ck_skill_skill_nature_known"),
        ),
        sa.CheckConstraint(
            "typical_lifespan IN ('EVERGREEN', 'MULTI_YEAR', 'SHORT')", name=op.f("ck_skill_typical_lifespan_known")
        ),
        sa.CheckConstraint(
            "version_strategy IN ('NOT_APPLICABLE', 'UNVERSIONED', 'SEPARATE_ENTITY')",
            name=op.f("ck_skill_version_strategy_known"),
        ),
        sa.CheckConstraint("volatility IN ('STABLE', 'MEDIUM', 'VOLATILE')", name=op.f("ck_skill_volatility_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("slug", name=op.f("uq_skill_slug")),
    )
    op.create_table(
        "sub_category",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_category")),
        sa.UniqueConstraint("category", "name", name=op.f("uq_sub_category_category_name")),
    )
    op.create_table(
        "role_alias",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("role_slug", sa.String(), nullable=False),
        sa.Column("alias_text", sa.String(), nullable=False),
        sa.Column("is_generic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_slug"], ["role.slug"], name=op.f("fk_role_alias_role_slug"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_slug", "alias_text", name=op.f("pk_role_alias")),
    )
    op.create_table(
        "role_dimension",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("role_slug", sa.String(), nullable=False),
        sa.Column("dimension_slug", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_slug"],
            ["dimension.slug"],
            name=op.f("fk_role_dimension_dimension_slug"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_slug"],
            ["role.slug"],
            name=op.f("fk_role_dimension_role_slug"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("role_slug", "dimension_slug", name=op.f("pk_role_dimension")),
    )
    op.create_table(
        "role_kra",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("role_slug", sa.String(), nullable=False),
        sa.Column("kra_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_slug"], ["role.slug"], name=op.f("fk_role_kra_role_slug"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_slug", "kra_text", name=op.f("pk_role_kra")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("jd_text", sa.String(), nullable=False),
        sa.Column("jd_hash", sa.String(), nullable=False),
        sa.Column("given_title", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("partial", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("api1", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("api2", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("api3", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("enrichment", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("timings_ms", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=True),
        sa.Column("cost_usd", sa.Float(), server_default="0", nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("role_slug", sa.String(), nullable=True),
        sa.Column("role_name", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("skill_count", sa.Integer(), nullable=True),
        sa.Column("new_skill_count", sa.Integer(), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple', coalesce(name, '') || ' ' || coalesce(title, '') || ' ' || left(jd_text, 200000))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "status IN ('created', 'extract_from_jd_done', 'extract_details_done', 'completed', 'rejected', 'failed')",
            name=op.f("ck_run_status_known"),
        ),
        sa.CheckConstraint(
            "\"case\" IS NULL OR \"case\" IN ('A', 'B', 'C', 'D', 'DOMAIN', 'rejected')", name=op.f("ck_run_case_known")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], name=op.f("fk_run_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(
        "ix_run_case_newest",
        "run",
        ["case", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_run_jd_hash", "run", ["jd_hash"], unique=False)
    op.create_index(
        "ix_run_newest", "run", [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")], unique=False
    )
    op.create_index(
        "ix_run_role_newest",
        "run",
        ["role_slug", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_run_search", "run", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_run_status_newest",
        "run",
        ["status", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "skill_alias",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("skill_slug", sa.String(), nullable=False),
        sa.Column("alias_text", sa.String(), nullable=False),
        sa.Column("alias_type", sa.String(), nullable=False),
        sa.Column("match_strategy", sa.String(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("context", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "alias_type IN ('CANONICAL', 'SYNONYM', 'ABBREVIATION', 'VERSION', 'MISSPELLING', 'LEGACY')",
            name=op.f("ck_skill_alias_alias_type_known"),
        ),
        sa.CheckConstraint(
            "match_strategy IN ('CASE_INSENSITIVE', 'CASE_SENSITIVE')", name=op.f("ck_skill_alias_match_strategy_known")
        ),
        sa.ForeignKeyConstraint(
            ["skill_slug"],
            ["skill.slug"],
            name=op.f("fk_skill_alias_skill_slug"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_alias")),
        sa.UniqueConstraint("skill_slug", "alias_text", name=op.f("uq_skill_alias_skill_slug_alias_text")),
    )
    op.create_table(
        "skill_dimension",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("skill_slug", sa.String(), nullable=False),
        sa.Column("dimension_slug", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_slug"],
            ["dimension.slug"],
            name=op.f("fk_skill_dimension_dimension_slug"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_slug"],
            ["skill.slug"],
            name=op.f("fk_skill_dimension_skill_slug"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("skill_slug", "dimension_slug", name=op.f("pk_skill_dimension")),
    )
    op.create_table(
        "llm_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_version", sa.String(), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("response", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Float(), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("cache_hit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_llm_call_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llm_call")),
    )
    op.create_index("ix_llm_call_run_id", "llm_call", ["run_id"], unique=False)
    op.create_table(
        "proposal_run",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_run_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_proposal_run_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("proposal_id", "run_id", name=op.f("pk_proposal_run")),
    )
    op.create_index("ix_proposal_run_run_id", "proposal_run", ["run_id"], unique=False)
    op.create_table(
        "run_vector",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("role_slug", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("vector", Vector(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_vector_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_vector")),
    )
    op.create_index("ix_run_vector_role_slug", "run_vector", ["role_slug"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_run_vector_role_slug", table_name="run_vector")
    op.drop_table("run_vector")
    op.drop_index("ix_proposal_run_run_id", table_name="proposal_run")
    op.drop_table("proposal_run")
    op.drop_index("ix_llm_call_run_id", table_name="llm_call")
    op.drop_table("llm_call")
    op.drop_table("skill_dimension")
    op.drop_table("skill_alias")
    op.drop_index("ix_run_status_newest", table_name="run")
    op.drop_index("ix_run_search", table_name="run", postgresql_using="gin")
    op.drop_index("ix_run_role_newest", table_name="run")
    op.drop_index("ix_run_newest", table_name="run")
    op.drop_index("ix_run_jd_hash", table_name="run")
    op.drop_index("ix_run_case_newest", table_name="run")
    op.drop_table("run")
    op.drop_table("role_kra")
    op.drop_table("role_dimension")
    op.drop_table("role_alias")
    op.drop_table("sub_category")
    op.drop_table("skill")
    op.drop_table("role_centroid")
    op.drop_table("role")
    op.drop_table("proposal")
    op.drop_table("embedding")
    op.drop_table("dimension")
    op.drop_table("category")
    op.drop_table("catalog_revision")
