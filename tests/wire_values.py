"""Small wire objects, built by hand: what a test does not name has the value that says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.contracts import (
    CanonicalSkill,
    Decision,
    DimensionCard,
    Extraction,
    FinalSkill,
    JDRole,
    LibraryMatch,
    Mention,
    ParsedJD,
    PersistenceItem,
    RoleCard,
    RoleScore,
    Signals,
    SkillDetail,
    SkillDimension,
    Updates,
)


def slug_of(name: str) -> str:
    """A slug that a test can read: small letters, dashes between."""
    return name.lower().replace(" ", "-")


def skill(name: str, *places: tuple[int, int], known: bool = True, primary: bool = True, **more: Any) -> FinalSkill:
    """A skill that stands at the given places, where its own name stands."""
    mentions = [Mention(start=start, end=end, text=name) for start, end in places]
    slug = slug_of(name) if known else None
    return FinalSkill(is_primary=primary, skill_name=name, slug=slug, confidence=0.9, **{"mentions": mentions, **more})


def role_score(name: str, score: float = 0.5, **more: Any) -> RoleScore:
    """A role in a signal, or the chosen one."""
    return RoleScore(
        display_name=name,
        slug=slug_of(name),
        score=score,
        **{
            "role_id": 1,
            "kra_matches": None,
            "matched_count": None,
            "matched_skills": None,
            "total_count": None,
            **more,
        },
    )


def decision(chosen: RoleScore | None, **more: Any) -> Decision:
    """A decision for a role (case A), or for none (case D)."""
    values: dict[str, Any] = {
        "alias_collision_detected": False,
        "case": "A" if chosen else "D",
        "confidence": 0.8 if chosen else 0.0,
        "is_new_role": False,
        "llm2_fired": False,
        "llm2_reasoning": None,
        "new_role_display_name": None,
        "new_role_slug": None,
        "queued": False,
        "reasoning": "because",
    }
    return Decision(chosen_role=chosen, **{**values, **more})


def parsed(**more: Any) -> ParsedJD:
    """A parsed job description that says nothing but what is given."""
    values: dict[str, Any] = dict.fromkeys(
        ("about_company", "company_name", "ctc", "domain", "experience", "role", "role_archetype")
    )
    lists = ("certifications", "education", "job_locations", "role_aliases", "roles_and_responsibilities", "urls")
    return ParsedJD(**{"JD_type": "pass", **values, **{name: [] for name in lists}, **more})


def extraction(
    skills: Sequence[FinalSkill] = (), chosen: str | None = None, signals: dict[str, Any] | None = None, **more: Any
) -> Extraction:
    """Step 1 with the given skills, chosen role and signals."""
    nothing: dict[str, Any] = {
        "alias_found": False,
        "alias_match_roles": [],
        "kra_match_roles": [],
        "skill_match_roles": [],
    }
    updates = dict.fromkeys(
        ("centroid_n_after", "collision_log_id", "new_kra_attached", "queue_entry_id", "v3_role_slug", "v3_run_id")
    )
    return Extraction(
        **{
            "skills": list(skills),
            "jd_role": JDRole(display_name=None, rationale=None, role_aliases=[], role_archetype=None, slug=""),
            "parsed": parsed(),
            "rejected": False,
            "rejection_reason": None,
            "run_id": "r",
            "signals": Signals(**{**nothing, **(signals or {})}),
            "decision": decision(role_score(chosen) if chosen else None),
            "updates": Updates(**updates, centroid_updated=False, v3_pipeline_triggered=False, new_skills_attached=[]),
            **more,
        }
    )


def role_card(name: str) -> RoleCard:
    """A role of the catalog."""
    return RoleCard(display_name=name, slug=slug_of(name), id=1, rationale=None, role_archetype=None, source="db")


def dimension_card(name: str) -> DimensionCard:
    """A dimension of the catalog."""
    return DimensionCard(display_name=name, slug=slug_of(name), id=1, rationale=None, difficulty_hint=None, source="db")


def detail(name: str, *dimensions: tuple[str, Sequence[str]], known: bool = True) -> SkillDetail:
    """The library's answer for a skill: its dimensions, each with the roles that carry it."""
    facts = ("category_id", "skill_nature", "sub_category_id", "typical_lifespan", "volatility")
    canonical = CanonicalSkill(
        display_name=name,
        slug=slug_of(name),
        id=1,
        is_also_category=False,
        is_extractable=True,
        **dict.fromkeys(facts),
    )
    return SkillDetail(
        aliases_in_db=[],
        canonical=canonical if known else None,
        dimensions=[
            SkillDimension(
                dimension=dimension_card(dimension),
                input_skill=name,
                llm_role=None,
                roles_from_db=[role_card(role) for role in roles],
            )
            for dimension, roles in dimensions
        ],
        input_skill=name,
        matched_via="alias" if known else None,
        new_alias_persisted=False,
        new_alias_text=None,
        new_skill_meta=None,
        source_tag="db" if known else "llm",
        was_in_llm_skills=True,
    )


def library_match(*details: SkillDetail, chosen: str | None = None) -> LibraryMatch:
    """Step 2 with the given answers."""
    return LibraryMatch(
        alias_matches=[],
        candidate_roles=[],
        chosen_role=role_card(chosen) if chosen else None,
        dimensions=[],
        input_final_skills=[],
        input_llm_skills=[],
        new_aliases_persisted=0,
        run_id="r",
        skills_detail=list(details),
        unmatched_skills=[],
    )


def persistence_item(name: str, dimension: str, roles: Sequence[str], *, of_chosen: bool = False) -> PersistenceItem:
    """A row of step 3."""
    return PersistenceItem(
        chosen_role_id=None,
        dimension=dimension_card(dimension),
        dimension_id=1,
        input_skill=name,
        llm_role=None,
        matched_chosen_role=of_chosen,
        outcome_line="",
        role_dimension_saved=of_chosen,
        roles_from_db=[role_card(role) for role in roles],
        skill_dimension_saved=True,
        skill_id=1,
        skill_tag="in_db",
        skipped_reason=None,
    )
