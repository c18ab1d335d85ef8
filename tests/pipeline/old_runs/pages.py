"""Small pages of the old system, written anew in its layout: whole, or with parts left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

RUN_ID = "0b6f7a52-3c1d-4e89-a6f0-92d4c8e15b37"
TEXT = """Harbour Software Engineer

Signals
Skills from this JD
We sort the signals of four harbours.

What you do
- Write the berth planner in Elixir
- Keep Redis and PostgreSQL in order"""
PARSED = {
    "JD_type": "pass",
    "about_company": None,
    "certifications": [],
    "company_name": "Quay & Sons",
    "ctc": None,
    "domain": None,
    "education": [],
    "experience": {"max": None, "min": 4, "raw": "4 years or more"},
    "job_locations": [],
    "role": "Harbour Software Engineer",
    "role_aliases": [],
    "role_archetype": "Engineering",
    "roles_and_responsibilities": [
        {
            "bullet_count": 2,
            "heading": "What you do",
            "heading_was_present": True,
            "source_marker": {
                "first_5_words": "- Write the berth planner",
                "last_5_words": "Redis and PostgreSQL in order",
            },
            "text": "- Write the berth planner in Elixir\n- Keep Redis and PostgreSQL in order",
            "word_count": 12,
        }
    ],
    "urls": [],
}
ROLE = {
    "display_name": "Backend Developer",
    "id": 1,
    "rationale": "it writes servers",
    "role_archetype": None,
    "slug": "backend-engineer",
    "source": "db",
}


def role_score(**values: Any) -> dict[str, Any]:
    """A role in a signal."""
    plain = {"kra_matches": None, "matched_count": None, "matched_skills": None, "total_count": None}
    return (
        {"display_name": "Backend Developer", "role_id": 1, "slug": "backend-engineer", "score": 1.0} | plain | values
    )


def step_1() -> dict[str, Any]:
    """Step 1: three skills, a role by its title."""
    return {
        "final_skills": [
            {"is_primary": True, "skill_name": "Elixir"},
            {"is_primary": False, "skill_name": "Redis Streams"},
            {"is_primary": False, "skill_name": "Berth Planning"},
        ],
        "jd_role": {
            "display_name": "Harbour Software Engineer",
            "rationale": None,
            "role_aliases": [],
            "role_archetype": "Engineering",
            "slug": "",
        },
        "nano_parsed": deepcopy(PARSED),
        "rejected": False,
        "rejection_reason": None,
        "run_id": RUN_ID,
        "stage3_signals": {
            "alias_found": True,
            "alias_match_roles": [role_score()],
            "kra_match_roles": [],
            "skill_match_roles": [],
        },
        "stage4_decision": {
            "alias_collision_detected": False,
            "case": "A",
            "chosen_role": role_score(),
            "confidence": 1.0,
            "is_new_role": False,
            "llm2_fired": False,
            "llm2_reasoning": None,
            "new_role_display_name": None,
            "new_role_slug": None,
            "queued": False,
            "reasoning": "the title is an alias of it",
            "sub_role": None,
        },
        "stage5_updates": {
            "centroid_n_after": 7,
            "centroid_updated": True,
            "collision_log_id": None,
            "new_kra_attached": None,
            "new_skills_attached": [],
            "queue_entry_id": None,
            "v3_pipeline_triggered": False,
            "v3_role_slug": None,
            "v3_run_id": None,
        },
    }


def _detail(name: str, slug: str | None) -> dict[str, Any]:
    canonical = slug and {
        "category_id": 3,
        "display_name": name,
        "id": 41,
        "is_also_category": False,
        "is_extractable": True,
        "skill_nature": "LANGUAGE",
        "slug": slug,
        "sub_category_id": 9,
        "typical_lifespan": "EVERGREEN",
        "volatility": "STABLE",
    }
    return {
        "aliases_in_db": [
            {
                "alias_text": name,
                "alias_type": "CANONICAL",
                "id": 5,
                "is_primary": True,
                "match_strategy": "CASE_INSENSITIVE",
            }
        ]
        if slug
        else [],
        "canonical": canonical,
        "dimensions": [],
        "input_skill": name,
        "matched_via": "alias" if slug else None,
        "new_alias_persisted": False,
        "new_alias_text": None,
        "new_skill_meta": None,
        "source_tag": "db" if slug else "llm",
        "was_in_llm_skills": True,
    }


def step_2() -> dict[str, Any]:
    """Step 2: one skill that the library has, two that it lacks."""
    names = ["Elixir", "Redis Streams", "Berth Planning"]
    return {
        "alias_matches": [],
        "candidate_roles": [],
        "chosen_role": ROLE,
        "dimensions": [],
        "input_final_skills": names,
        "input_llm_skills": names,
        "new_aliases_persisted": 0,
        "run_id": RUN_ID,
        "skills_detail": [_detail("Elixir", "elixir"), *(_detail(name, None) for name in names[1:])],
        "unmatched_skills": names[1:],
    }


def step_3() -> dict[str, Any]:
    """Step 3: no rows."""
    costs = dict.fromkeys(("llm_cost_api1_usd", "llm_cost_api2_usd", "llm_cost_api3_usd", "llm_cost_total_usd"))
    counters = dict.fromkeys(("new_skills_created", "role_dimension_saved", "skill_dimension_saved", "skipped"), 0)
    return {
        "chosen_role": ROLE,
        "chosen_role_resolution": "in_db",
        "final_input_skills": [{"skill": "Elixir", "tag": "in_db"}],
        **costs,
        "persistence": {"items": [], **counters},
        "planner_output": None,
        "run_id": RUN_ID,
    }


CLIENT = """v2 Skill cluster · Nature of work · AI index · Tech stack maturity · Evidence · KRA description
SPARSE JD role baseline loaded sources · ai_index: role_baseline · nature_of_work: jd · tech_stack_maturity: role_baseline
Nature of work · API and service implementation
Writes the planner of a harbour, and looks after its stores.
""Keep Redis and PostgreSQL in order""
Tech stack maturity
Modern Cloud Native cache hit
Elixir is at home in services of this kind.
AI index (0 = no AI use, 5 = totally AI-dependent · v2.1)
1.50 / 5
· Title match
✓ Has AI skill
· AI skill (primary)
✓ AI skill (secondary)
· On AI team
· Builds AI products
vocab breakdown (legacy)
Assistants (×1):
Frameworks (×2): PyTorch, LangChain
Models / concepts (×3):
Evidence — skills matched in JD (3)
Elixir Redis Streams Berth Planning
Skill cluster (2 dimension groups, role-scoped)
Server Languages
Elixir
Cross-cutting / unaligned
Redis Streams Berth Planning
Show KRA description ↓
- Write the berth planner in Elixir - Keep Redis and PostgreSQL in order"""
CARD = """Elixir Primary Library skill API 3: existing canonical (in_db) Existing skill (matched library)
Canonical: Elixir id=41 · elixir

Aliases — catalog

  • Elixir (CANONICAL) primary

Context tags (catalog)

BEAM Phoenix

Stored enrichment (catalog DB)

Category
Language
Vendor
Plataformatec
Year introduced
2012
Confidence
0.93

Maturity reasoning: asked for wherever many connections stay open.

Skill profile (library / DB)

Skill nature
LANGUAGE"""
WHOLE: Mapping[int, dict[str, Any]] = {1: step_1(), 2: step_2(), 3: step_3()}
_TITLES = {1: "API 1 — extract-from-jd click to toggle", 2: "API 2 — extract-details", 3: "API 3 — final-role-output"}


def page(steps: Mapping[int, Any] = WHOLE, text: str = TEXT, client: str = CLIENT, indent: int | None = 2) -> str:
    """A page; a step that is a text stands there as it is, one that is missing was not called."""
    shown = {n: steps.get(n, {}) for n in (1, 2, 3)}
    written = {n: v if isinstance(v, str) else json.dumps(v, indent=indent) for n, v in shown.items()}
    return f"""← Back to history

Pipeline run

{RUN_ID}

Pipeline LLM cost (USD)
API 1: $0.0042 API 2: $0.0003 API 3: $0.0000 Total: $0.0045

Client output enrichment

{client}

Signals

Alias backend-engineer
1.00

Post-classification

Centroidupdated · n=7

Captured for admin review

Status: completed Created: 2026-03-04T05:06:07.891011Z Updated: 2026-03-04T05:06:19.000000Z API 3 duration: 1250 ms
Flow Current 3-step pipeline

1 POST /skills/extract-from-jd

2 POST /skills/extract-details

3 POST /skills/final-role-output

Role Chosen role & resolution

Backend Developer

2
New skills
0
Skill↔dim saved
1
Role↔dim saved
0
Skipped

Job description

{text}

Skills from this JD

Each row merges API 1 extraction with the library's answer.

{CARD}

All API 3 persistence rows

Skill Tag Dimension Skill↔dim Role↔dim Outcome Notes

Library artifacts (this run)

Kind Detail DB id
canonical_skill_proposed Berth Planning | type=Concepts nature=CONCEPT
nano JD Parser — gpt-4.1-nano click to toggle
Show raw JSON
{json.dumps(PARSED, indent=indent)}
{_TITLES[1]}
{written[1]}
{_TITLES[2]}
{written[2]}
{_TITLES[3]}
{written[3]}

LLM Calls

Loading…
"""
