"""The wire format: one model for each JSON object of the three steps.

Keys, nesting, types and meaning are those of the system that this one replaces. Keys that this system adds have a
default, so that a document of the old system is read and written back without loss (``wire`` leaves out what was not
there). Scores are rounded to four places where they are put on the wire.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

JDType = Literal["pass", "not_a_jd", "too_short", "not_english"]
Case = Literal["A", "B", "C", "D", "DOMAIN", "rejected"]


def wire_score(value: float) -> float:
    """A score as the wire carries it: four decimal places, never minus zero."""
    return round(float(value), 4) + 0.0


class Wire(BaseModel):
    """Base of every wire object. Unknown keys are kept, so that nothing is lost on the way through."""

    model_config = ConfigDict(extra="allow", frozen=True)

    def wire(self) -> dict[str, Any]:
        """The JSON object, with exactly the keys that were set."""
        return self.model_dump(mode="json", exclude_unset=True)


# --- step 1: the parsed job description ---------------------------------------------------------------------------


class SourceMarker(Wire):
    first_5_words: str
    last_5_words: str


class AboutCompany(Wire):
    source_marker: SourceMarker
    text: str
    word_count: int


class Ctc(Wire):
    """Pay as the text states it; ``min`` and ``max`` in units of ``currency`` for one ``period``."""

    raw: str
    min: float | None
    max: float | None
    currency: str | None
    period: Literal["year", "month", "day", "hour"] | None


class IndustryDomain(Wire):
    """The employer's industry (not the role's family)."""

    aliases: list[str]
    domain: str


class JDDomain(Wire):
    primary: IndustryDomain | None
    secondary: IndustryDomain | None


class Education(Wire):
    level: str
    qualification: str
    raw: str
    requirement: str


class Experience(Wire):
    """Years of experience; ``max`` is null for "8+ years"."""

    max: int | None
    min: int | None
    raw: str | None


class JobLocation(Wire):
    aliases: list[str]
    city: str | None
    country: str | None
    state: str | None
    work_mode: str | None


class ResponsibilityBlock(Wire):
    bullet_count: int
    heading: str | None
    heading_was_present: bool
    source_marker: SourceMarker
    text: str
    word_count: int


class ParsedJD(Wire):
    """The ``nano_parsed`` object."""

    JD_type: JDType
    about_company: AboutCompany | None
    certifications: list[str]
    company_name: str | None
    ctc: Ctc | None
    domain: JDDomain | None
    education: list[Education]
    experience: Experience | None
    job_locations: list[JobLocation]
    role: str | None
    role_aliases: list[str]
    role_archetype: str | None
    roles_and_responsibilities: list[ResponsibilityBlock]
    urls: list[str]


# --- step 1: skills, signals, decision, updates -------------------------------------------------------------------


class Evidence(Wire):
    """Where a skill stands in the JD: code points of the text as given, ``end`` exclusive."""

    start: int
    end: int
    text: str
    alias: str | None = None
    section: str | None = None


class FinalSkill(Wire):
    is_primary: bool
    skill_name: str
    slug: str | None = None
    confidence: float | None = None
    skill_nature: str | None = None
    evidence: list[Evidence] = []
    rivals: list[str] = []
    """Slugs of other skills that own the form in which this one was found."""


class JDRole(Wire):
    display_name: str | None
    rationale: str | None
    role_aliases: list[str]
    role_archetype: str | None
    slug: str


class KraMatch(Wire):
    kra_text: str
    sentence: str
    similarity: float
    corrected_similarity: float | None = None
    start: int | None = None
    end: int | None = None


class RoleScore(Wire):
    """A role in a signal. ``score`` has the signal's plain meaning; ``rank_score`` is what orders (added key)."""

    display_name: str
    kra_matches: list[KraMatch] | None
    matched_count: int | None
    matched_skills: list[str] | None
    role_id: int | None
    score: float
    slug: str
    total_count: int | None
    rank_score: float | None = None
    alias_text: str | None = None
    is_generic: bool | None = None
    tied: bool | None = None


class Signals(Wire):
    alias_found: bool
    alias_match_roles: list[RoleScore]
    kra_match_roles: list[RoleScore]
    skill_match_roles: list[RoleScore]
    centroid_match_roles: list[RoleScore] = []
    title_match_roles: list[RoleScore] = []


class RoleWeight(Wire):
    """One role's standing in the decision (added key): evidence by signal, all in 0..1, and their sum."""

    slug: str
    display_name: str
    probability: float
    evidence: dict[str, float]


class Decision(Wire):
    alias_collision_detected: bool
    case: Case
    chosen_role: RoleScore | None
    confidence: float
    is_new_role: bool
    llm2_fired: bool
    llm2_reasoning: str | None
    matched_dimensions: list[str] = []
    matched_kras: list[str] = []
    matched_skills: list[str] = []
    new_role_display_name: str | None
    new_role_slug: str | None
    queued: bool
    reasoning: str
    sub_role: str | None = None
    ranking: list[RoleWeight] = []
    conflict: list[str] = []
    role_family: str | None = None


class NewKra(Wire):
    best_kra_similarity: float
    queue_id: int | None
    r_and_r_preview: str
    role_display_name: str
    role_slug: str
    status: str


class NewSkill(Wire):
    is_primary: bool
    queue_id: int | None
    role_display_name: str | None
    role_slug: str | None
    skill_name: str
    status: str


class Updates(Wire):
    centroid_n_after: int | None
    centroid_updated: bool
    collision_log_id: int | None
    new_kra_attached: NewKra | None
    new_kras_attached: list[NewKra] = []
    new_skills_attached: list[NewSkill]
    queue_entry_id: int | None
    v3_pipeline_triggered: bool
    v3_role_slug: str | None
    v3_run_id: str | None


class Step1(Wire):
    """The answer of ``POST /skills/extract-from-jd``."""

    final_skills: list[FinalSkill]
    jd_role: JDRole
    nano_parsed: ParsedJD
    rejected: bool
    rejection_reason: str | None
    run_id: str
    stage3_signals: Signals
    stage4_decision: Decision
    stage5_updates: Updates


# --- step 2: library match ----------------------------------------------------------------------------------------


class CanonicalSkill(Wire):
    category_id: int | None
    display_name: str
    id: int | None
    is_also_category: bool
    is_extractable: bool
    skill_nature: str | None
    slug: str
    sub_category_id: int | None
    typical_lifespan: str | None
    volatility: str | None


class AliasMatch(Wire):
    alias_persist_skipped_reason: str | None
    alias_persisted: bool
    existing_alias_id: int | None
    existing_alias_text: str | None
    input_term: str
    matched_canonical: CanonicalSkill
    matched_via: str


class RoleCard(Wire):
    display_name: str
    id: int | None
    rationale: str | None
    role_archetype: str | None
    slug: str
    source: str


class DimensionCard(Wire):
    difficulty_hint: str | None
    display_name: str
    id: int | None
    rationale: str | None
    slug: str
    source: str


class SkillDimension(Wire):
    dimension: DimensionCard
    input_skill: str
    llm_role: str | None
    roles_from_db: list[RoleCard]


class AliasRow(Wire):
    alias_text: str
    alias_type: str
    id: int | None
    is_primary: bool
    match_strategy: str


class DerivedFacts(Wire):
    category: str
    skill_nature: str
    sub_category: str
    typical_lifespan: str
    version_strategy: str
    volatility: str


class NewSkillMeta(Wire):
    derived: DerivedFacts
    enrichment: dict[str, Any] | None
    keep_log: list[Any]
    locked_dimensions: list[Any]
    merge_log: list[Any]
    placed: Any
    relationships: Any
    skill_id: str
    split_log: list[Any]
    typed: Any
    warnings: list[str]


class SkillDetail(Wire):
    aliases_in_db: list[AliasRow]
    canonical: CanonicalSkill | None
    dimensions: list[SkillDimension]
    input_skill: str
    matched_via: str | None
    new_alias_persisted: bool
    new_alias_text: str | None
    new_skill_meta: NewSkillMeta | None
    source_tag: str
    was_in_llm_skills: bool
    facts: dict[str, Any] | None = None


class Step2(Wire):
    """The answer of ``POST /skills/extract-details``."""

    alias_matches: list[AliasMatch]
    candidate_roles: list[RoleCard]
    chosen_role: RoleCard | None
    dimensions: list[SkillDimension]
    input_final_skills: list[str]
    input_llm_skills: list[str]
    new_aliases_persisted: int
    run_id: str
    skills_detail: list[SkillDetail]
    unmatched_skills: list[str]


# --- step 3: final role output ------------------------------------------------------------------------------------


class TaggedSkill(Wire):
    skill: str
    tag: str


class PersistenceItem(Wire):
    """One skill x dimension. The two ``saved`` flags say that the link stands in the catalog."""

    chosen_role_id: int | None
    dimension: DimensionCard
    dimension_id: int | None
    input_skill: str
    llm_role: str | None
    matched_chosen_role: bool
    outcome_line: str
    role_dimension_saved: bool
    roles_from_db: list[RoleCard]
    skill_dimension_saved: bool
    skill_id: int | None
    skill_tag: str
    skipped_reason: str | None


class Persistence(Wire):
    """The rows, and counters of what this run adds: it adds nothing by itself, it proposes."""

    items: list[PersistenceItem]
    new_skills_created: int
    role_dimension_saved: int
    skill_dimension_saved: int
    skipped: int
    new_skills_proposed: int = 0


class LibraryArtifact(Wire):
    kind: str
    detail: str
    db_id: int | None


class Step3(Wire):
    """The answer of ``POST /skills/final-role-output``."""

    chosen_role: RoleCard | None
    chosen_role_resolution: str
    final_input_skills: list[TaggedSkill]
    library_artifacts: list[LibraryArtifact] = []
    llm_cost_api1_usd: float | None
    llm_cost_api2_usd: float | None
    llm_cost_api3_usd: float | None
    llm_cost_total_usd: float | None
    persistence: Persistence
    planner_output: Any
    run_id: str
