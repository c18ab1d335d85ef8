"""The library card of a skill: what the catalog knows of it, or what is proposed for one that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import vocabulary_label
from pages.run.details import enrichment
from pages.run.entries import Entries
from pipeline.contracts import (
    AliasRow,
    CanonicalSkill,
    FinalSkill,
    ParsedJD,
    PlannedSkill,
    SkillDetail,
    SkillDimension,
)

MAX_QUOTES = 2
BEFORE, BEHIND = 110, 150
"""Characters of a line that are quoted before a mention, and from its beginning on."""
UNKNOWN = markup.meta_span("unknown")


def card(
    entries: Entries, detail: SkillDetail, skill: FinalSkill, parsed: ParsedJD, planned: PlannedSkill | None = None
) -> Markup:
    """The card of a skill, with the lines of the text in which it stands; ``planned`` is the plan for one that the catalog lacks."""
    passages = markup.caption("Stands in the text") + markup.join(markup.quote(q) for q in quotes(skill, parsed))
    if detail.canonical is None:
        return _lacking(entries, detail, passages, planned)
    return _stored(entries, detail, passages)


def _lacking(entries: Entries, detail: SkillDetail, passages: Markup, planned: PlannedSkill | None) -> Markup:
    meta = detail.new_skill_meta
    pairs = []
    # Where the facts have reasons they stand in the chain.
    if meta and meta.enrichment is None:
        facts = meta.derived
        pairs = [
            ("Category", facts.category),
            ("Sub-category", facts.sub_category),
            ("Nature", vocabulary_label(facts.skill_nature)),
            ("Volatility", vocabulary_label(facts.volatility)),
            ("Lifespan", vocabulary_label(facts.typical_lifespan)),
            ("Versions", vocabulary_label(facts.version_strategy)),
        ]
    name = markup.fill("{} {}", detail.input_skill, markup.tag("not in the catalog", "doubt"))
    return markup.join(
        [
            markup.block(name, "jdw-b jdw-skill"),
            markup.caption("Facts proposed for it") + markup.facts(pairs) if pairs else "",
            passages,
            enrichment.chain(entries, meta, planned) if meta else "",
        ]
    )


def _stored(entries: Entries, detail: SkillDetail, passages: Markup) -> Markup:
    canonical = detail.canonical
    assert canonical is not None
    facts = detail.facts or {}
    aliases = markup.join(markup.tag(_alias(entries, alias), "alias") for alias in detail.aliases_in_db)
    tags = markup.join(markup.tag(t) for t in facts.get("context_tags") or [])
    maturity = facts.get("maturity_reasoning")
    return markup.join(
        [
            markup.heading(entries.link("skill", canonical.slug, canonical.display_name)),
            markup.meta(f"{canonical.slug} · matched by {vocabulary_label(detail.matched_via) or '–'}"),
            passages,
            markup.caption(f"Aliases · {len(detail.aliases_in_db)}"),
            markup.block(aliases or "–"),
            markup.caption("Profile and stored facts"),
            markup.facts(
                (name, str(value) if value not in (None, "") else UNKNOWN) for name, value in _profile(canonical, facts)
            ),
            markup.meta(str(maturity)) if maturity else "",
            markup.caption("Context tags") + markup.block(tags) if tags else "",
            markup.caption(f"Dimensions · {len(detail.dimensions)}"),
            markup.join(_dimension(entries, entry, len(detail.dimensions)) for entry in detail.dimensions)
            or markup.tag("no dimension", "bad"),
        ]
    )


def _profile(canonical: CanonicalSkill, facts: Mapping[str, Any]) -> list[tuple[str, object]]:
    """What the catalog says of the skill, name and value; the value is null or empty where it says nothing."""
    return [
        ("Category", facts.get("category")),
        ("Sub-category", facts.get("sub_category")),
        ("Nature", vocabulary_label(canonical.skill_nature)),
        ("Volatility", vocabulary_label(canonical.volatility)),
        ("Lifespan", vocabulary_label(canonical.typical_lifespan)),
        ("Versions", vocabulary_label(facts.get("version_strategy"))),
        ("Version tag", facts.get("version_tag")),
        ("Maturity", vocabulary_label(facts.get("maturity_band"))),
        ("Made for the cloud", "yes" if facts.get("is_cloud_native") else "no"),
        ("Vendor", facts.get("vendor")),
        ("License", facts.get("license")),
        ("Introduced", facts.get("year_introduced")),
        ("Fact confidence", facts.get("confidence")),
        ("Extractable", "yes" if canonical.is_extractable else "no"),
        ("Also a category", "yes" if canonical.is_also_category else "no"),
        ("Ids", f"skill {canonical.id}, category {canonical.category_id}, sub-category {canonical.sub_category_id}"),
    ]


def _dimension(entries: Entries, entry: SkillDimension, count: int) -> Markup:
    """A dimension of a skill, which has ``count`` of them, with the roles that carry it."""
    dimension = entry.dimension
    best = markup.tag("suits it best here", "dimension") if entry.best and count > 1 else Markup()
    roles = markup.join((entries.link("role", role.slug, role.display_name) for role in entry.roles_from_db), ", ")
    return markup.fill(
        '<div style="margin:6px 0">{} {} {}{}{}</div>',
        entries.link("dimension", dimension.slug, dimension.display_name, bold=True),
        best,
        markup.meta_span(f"{dimension.slug} · id {dimension.id}"),
        markup.meta(dimension.rationale or ""),
        markup.block(roles or markup.tag("no role has it", "bad")),
    )


def _alias(entries: Entries, alias: AliasRow) -> Markup:
    parts = ["", vocabulary_label(alias.alias_type)]
    if alias.is_primary:
        parts.append("primary")
    if alias.match_strategy == "CASE_SENSITIVE":
        parts.append("case counts")
    return entries.alias(alias.alias_text) + " · ".join(parts)


def quotes(skill: FinalSkill, parsed: ParsedJD) -> list[str]:
    """The first lines of the duties in which a skill stands, cut around the mention; its forms where it stands in none."""
    lines = [line for block in parsed.roles_and_responsibilities for line in block.text.split("\n")]
    used: list[str] = []
    found: list[str] = []
    for mention in skill.mentions:
        line = next((x for x in lines if mention.text in x and x not in used), None)
        if line is None or len(found) == MAX_QUOTES:
            continue
        used.append(line)
        found.append(_around(line, line.index(mention.text)))
    return found or [mention.text for mention in skill.mentions[:MAX_QUOTES]] or [skill.skill_name]


def _around(line: str, place: int) -> str:
    start, end = max(0, place - BEFORE), place + BEHIND
    return ("… " if start else "") + line[start:end] + (" …" if len(line) > end else "")
