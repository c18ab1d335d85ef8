"""Step 1: skills, signals, decision and proposed updates, and the whole answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.contracts.base import TextSpan, Wire
from pipeline.contracts.parsed import ParsedJD

Case = Literal["A", "B", "C", "D", "DOMAIN", "rejected"]


class Mention(Wire):
    """A place in the JD where a skill is named: code points of the raw text, ``end`` exclusive."""

    start: int
    end: int
    text: str
    alias: str | None = None
    section: str | None = None


class FinalSkill(Wire):
    """A skill that the JD demands, primary or secondary; ``slug`` is null for one that the catalog lacks."""

    is_primary: bool
    skill_name: str
    slug: str | None = None
    confidence: float | None = None
    skill_nature: str | None = None
    mentions: list[Mention] = Field(default_factory=list, alias="evidence")
    rivals: list[str] = Field(default_factory=list)
    """Slugs of other skills that own the form in which this one was found."""


class JDRole(Wire):
    """The title of the JD as a role, without the catalog."""

    display_name: str | None
    rationale: str | None
    role_aliases: list[str]
    role_archetype: str | None
    slug: str
    source: TextSpan | None = None


class KraMatch(Wire):
    """A sentence of the JD with the KRA of a role that is nearest to it; ``similarity`` is their raw cosine."""

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
    """The roles that each signal supports, one list for each signal, the best role first."""

    alias_found: bool
    alias_match_roles: list[RoleScore]
    kra_match_roles: list[RoleScore]
    skill_match_roles: list[RoleScore]
    centroid_match_roles: list[RoleScore] = Field(default_factory=list)
    title_match_roles: list[RoleScore] = Field(default_factory=list)


class RoleWeight(Wire):
    """One role in the ranking of the decision (added key): what each signal adds, all in 0..1, and their sum."""

    slug: str
    display_name: str
    probability: float
    evidence: dict[str, float]


class Decision(Wire):
    """The chosen role, the case of the choice, its confidence (a calibrated probability) and its reasoning."""

    alias_collision_detected: bool
    case: Case
    chosen_role: RoleScore | None
    confidence: float
    is_new_role: bool
    llm2_fired: bool
    llm2_reasoning: str | None
    matched_dimensions: list[str] = Field(default_factory=list)
    matched_kras: list[str] = Field(default_factory=list)
    matched_skills: list[str] = Field(default_factory=list)
    new_role_display_name: str | None
    new_role_slug: str | None
    queued: bool
    reasoning: str
    sub_role: str | None = None
    ranking: list[RoleWeight] = Field(default_factory=list)
    conflict: list[str] = Field(default_factory=list)
    role_family: str | None = None


class NewKra(Wire):
    """A duty of the JD that no KRA of the chosen role covers, proposed as a new KRA."""

    best_kra_similarity: float
    queue_id: int | None
    r_and_r_preview: str
    role_display_name: str
    role_slug: str
    status: str


class NewSkill(Wire):
    """A skill that the catalog lacks, proposed for the chosen role."""

    is_primary: bool
    queue_id: int | None
    role_display_name: str | None
    role_slug: str | None
    skill_name: str
    status: str


class Updates(Wire):
    """What the run proposes to add to the catalog; ids are null until a store has filled them."""

    centroid_n_after: int | None
    centroid_updated: bool
    collision_log_id: int | None
    new_kra_attached: NewKra | None
    new_kras_attached: list[NewKra] = Field(default_factory=list)
    new_skills_attached: list[NewSkill]
    queue_entry_id: int | None
    v3_pipeline_triggered: bool
    v3_role_slug: str | None
    v3_run_id: str | None


class Extraction(Wire):
    """The answer of step 1, ``POST /skills/extract-from-jd``."""

    skills: list[FinalSkill] = Field(alias="final_skills")
    jd_role: JDRole
    parsed: ParsedJD = Field(alias="nano_parsed")
    rejected: bool
    rejection_reason: str | None
    run_id: str
    signals: Signals = Field(alias="stage3_signals")
    decision: Decision = Field(alias="stage4_decision")
    updates: Updates = Field(alias="stage5_updates")
