"""The diff of two runs, row by row: what each found, what differs, and which settings differ between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.catalog.changes import Change
from pipeline.contracts import Step1, Step2, wire_score

SIMILAR = 0.02
"""Scores that differ by less count as equal."""
AREAS = ("Role", "Signals", "Skills", "Links", "Proposals", "Parsed text", "Client output", "Cost and time")


@dataclass(frozen=True)
class RunSide:
    """One of the two runs: its payloads (null where a step was not reached) and its settings."""

    step1: Step1
    step2: Step2 | None
    enrichment: Mapping[str, Any] | None
    engine: str
    config: Mapping[str, Any]
    revision: int
    cost_usd: float
    duration_ms: float | None


@dataclass(frozen=True)
class Difference:
    """One thing as both runs have it; empty where a run lacks it."""

    area: str
    name: str
    left: str
    right: str
    differs: bool


def compare(left: RunSide, right: RunSide) -> list[Difference]:
    """All rows, by area and then by name; those that differ first in each area."""
    rows = [
        *_role(left, right),
        *_signals(left, right),
        *_paired("Skills", _skills(left), _skills(right)),
        *_paired("Links", _links(left), _links(right)),
        *_paired("Proposals", _proposals(left), _proposals(right)),
        *_parsed(left, right),
        *_client(left, right),
        _row("Cost and time", "Cost", f"${left.cost_usd:.4f}", f"${right.cost_usd:.4f}"),
        Difference("Cost and time", "Time", _took(left), _took(right), False),
    ]
    return sorted(rows, key=lambda r: (AREAS.index(r.area), not r.differs))


def settings(left: RunSide, right: RunSide) -> list[Difference]:
    """What was set differently: engine, catalog revision, and the keys of the config."""
    rows = [_row("Settings", "Engine", left.engine, right.engine), _row("Settings", "Catalog revision", str(left.revision), str(right.revision))]
    for key in sorted({*left.config, *right.config} - {"engine"}):
        rows.append(_row("Settings", key.replace("_", " "), _told(left.config.get(key)), _told(right.config.get(key))))
    return [r for r in rows if r.differs]


Causes = dict[tuple[str, str], list[tuple[str, Change]]]
"""By (area, name) of a row, the changes that touch it, each with its label."""


def causes(left: RunSide, right: RunSide, rows: Iterable[Difference], changes: Sequence[tuple[str, Change]]) -> Causes:
    """Why rows differ, as far as the catalog tells: for each differing row, by (area, name), the changes that touch it.

    ``changes`` are those between the two runs' catalogs, each with a label ("change set 7, Ada"). Where no change touches
    what a row is about, it has no entry: then the settings are what differs.
    """
    slugs: dict[str, str] = {}
    forms: dict[str, set[str]] = {}
    dimensions: dict[str, str] = {}
    for side in (left, right):
        for skill in side.step1.final_skills:
            if skill.slug:
                slugs[skill.skill_name] = skill.slug
                forms.setdefault(skill.skill_name, set()).update((e.alias or e.text).lower() for e in skill.evidence)
        for link in side.step2.dimensions if side.step2 else ():
            dimensions[link.dimension.display_name] = link.dimension.slug
    chosen = {d.chosen_role.slug for d in (left.step1.stage4_decision, right.step1.stage4_decision) if d.chosen_role}

    def of_skill(name: str, change: Change) -> bool:
        if change.table == "skill_aliases" and change.key[1].lower() in forms.get(name, set()):
            return True
        return change.table.startswith("skill") and change.key[0] == slugs.get(name)

    differing = [r for r in rows if r.differs]
    skills = {r.name for r in differing if r.area == "Skills"}
    found: Causes = {}
    for row in differing:
        told = []
        for label, change in changes:
            if row.area == "Skills":
                touches = of_skill(row.name, change)
            elif row.area == "Links":
                name, _, dimension = row.name.partition(" → ")
                touches = of_skill(name, change) or dimensions.get(dimension, "") in change.key
            elif row.area in ("Role", "Signals"):
                met = change.table.startswith("skill") and change.key[0] in slugs.values()
                touches = met or bool(chosen & set(change.key)) or any(of_skill(s, change) for s in skills)
            else:
                touches = False
            if touches:
                told.append((label, change))
        if told:
            found[row.area, row.name] = told
    return found


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in sorted(value.items()))
    return "" if value is None else str(value)


def _row(area: str, name: str, left: str, right: str) -> Difference:
    return Difference(area, name, left, right, left != right)


def _paired(area: str, left: Mapping[str, str], right: Mapping[str, str]) -> Iterable[Difference]:
    for name in sorted({*left, *right}, key=str.lower):
        yield _row(area, name, left.get(name, ""), right.get(name, ""))


def _role(left: RunSide, right: RunSide) -> Iterable[Difference]:
    a, b = left.step1.stage4_decision, right.step1.stage4_decision
    names = [d.chosen_role.display_name if d.chosen_role else "No role" for d in (a, b)]
    yield _row("Role", "Chosen role", *names)
    yield Difference(
        "Role", "Confidence", f"{a.confidence:.2f}", f"{b.confidence:.2f}", abs(a.confidence - b.confidence) >= SIMILAR
    )
    yield _row("Role", "Case", a.case, b.case)
    yield _row("Role", "Second judge", "asked" if a.llm2_fired else "", "asked" if b.llm2_fired else "")
    yield _row("Role", "Conflict", "; ".join(a.conflict), "; ".join(b.conflict))
    yield _row("Role", "Reasoning", a.reasoning, b.reasoning)


def _signals(left: RunSide, right: RunSide) -> Iterable[Difference]:
    for title, field in (
        ("Title alias", "alias_match_roles"),
        ("Title", "title_match_roles"),
        ("Skills", "skill_match_roles"),
        ("KRAs", "kra_match_roles"),
        ("Centroid", "centroid_match_roles"),
    ):
        best = [getattr(side.step1.stage3_signals, field)[:1] for side in (left, right)]
        told = [f"{r[0].display_name} {wire_score(r[0].rank_score or r[0].score):.2f}" if r else "" for r in best]
        scores = [(r[0].slug, wire_score(r[0].rank_score or r[0].score)) if r else ("", 0.0) for r in best]
        same = scores[0][0] == scores[1][0] and abs(scores[0][1] - scores[1][1]) < SIMILAR
        yield Difference("Signals", f"{title}, best role", told[0], told[1], not same)


def _skills(side: RunSide) -> dict[str, str]:
    return {
        s.skill_name: ("primary" if s.is_primary else "secondary") + ("" if s.slug else ", not in the catalog")
        for s in side.step1.final_skills
    }


def _links(side: RunSide) -> dict[str, str]:
    """Skill and dimension with what the link leads to, within the chosen role or beside it."""
    chosen = side.step1.stage4_decision.chosen_role
    found = {}
    for link in side.step2.dimensions if side.step2 else ():
        reaches = chosen is not None and any(r.slug == chosen.slug for r in link.roles_from_db)
        found[f"{link.input_skill} → {link.dimension.display_name}"] = "reaches the role" if reaches else "beside the role"
    return found


def _proposals(side: RunSide) -> dict[str, str]:
    updates = side.step1.stage5_updates
    found = {f"skill {s.skill_name}": "proposed" for s in updates.new_skills_attached}
    found |= {f"KRA {k.r_and_r_preview}": f"proposed, best similarity {k.best_kra_similarity:.2f}" for k in updates.new_kras_attached}
    decision = side.step1.stage4_decision
    if decision.is_new_role and decision.new_role_display_name:
        found[f"role {decision.new_role_display_name}"] = "proposed"
    return found


def _parsed(left: RunSide, right: RunSide) -> Iterable[Difference]:
    a, b = left.step1.nano_parsed, right.step1.nano_parsed
    for name, field in (("Title", "role"), ("Company", "company_name"), ("Type of text", "JD_type")):
        yield _row("Parsed text", name, str(getattr(a, field) or ""), str(getattr(b, field) or ""))
    yield _row("Parsed text", "Experience", *[(p.experience.raw or "") if p.experience else "" for p in (a, b)])
    yield _row("Parsed text", "Locations", *["; ".join(x.city or x.country or x.work_mode or "" for x in p.job_locations) for p in (a, b)])
    yield _row("Parsed text", "Certifications", ", ".join(a.certifications), ", ".join(b.certifications))


def _client(left: RunSide, right: RunSide) -> Iterable[Difference]:
    sides = [side.enrichment or {} for side in (left, right)]
    for name, key, field in (
        ("Nature of work", "nature_of_work", "label"),
        ("Tech stack maturity", "tech_stack_maturity", "label"),
        ("AI index", "ai_index", "value"),
    ):
        yield _row("Client output", name, *[str((s.get(key) or {}).get(field, "")) for s in sides])


def _took(side: RunSide) -> str:
    return f"{side.duration_ms:,.0f} ms" if side.duration_ms is not None else ""
