"""The fields and skills that a model reads from a text, each part checked against the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.catalog.aliases import Hit
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Experience, ParsedJD, TextSpan
from pipeline.engines.answers import NamedSkill, ParseAnswer, SkillsAnswer
from pipeline.engines.model.grounding import Grounded, places_of
from pipeline.stages.parse.archetype import role_aliases, role_archetype
from pipeline.stages.parse.experience import experience
from pipeline.stages.parse.places import locations
from pipeline.stages.skills import FoundSkill, mention_at
from pipeline.text import JDText

UNKNOWN_CONFIDENCE, MODEL_CONFIDENCE = 0.6, 0.85
"""Confidence of a skill that only the model found: of one that the catalog lacks, and of one that it has."""


def ground_parse(answer: ParseAnswer, text: JDText, given_title: str | None, local: ParsedJD) -> Grounded[ParsedJD]:
    """Return the local fields with those of the answer that occur in the text; a given title stays."""
    invented: list[str] = []

    def grounded(field: str, value: str | None) -> str | None:
        if value and not places_of(text.view, value):
            invented.append(f"{field} “{value[:120]}” does not stand in the text")
            return None
        return value or None

    changed: dict[str, Any] = {}
    title = grounded("title", answer.title)
    if title and not given_title:
        changed |= {"role": title, "role_aliases": role_aliases(title), "role_archetype": role_archetype(title)}
        changed["role_source"] = _source(text, title)
    if name := grounded("company", answer.company_name):
        changed |= {"company_name": name, "company_name_source": _source(text, name)}
    if phrase := grounded("experience", answer.experience):
        changed["experience"] = _experience_in(text, phrase) or local.experience
    named = [p for p in answer.locations if grounded("location", p)]
    if named:
        places = [place for p in named for place in locations(JDText(f"Location: {p}"))]
        changed["job_locations"] = places or local.job_locations
    certificates = [c for c in answer.certifications if grounded("certification", c)]
    if certificates:
        changed["certifications"] = list(dict.fromkeys(certificates))
    return Grounded(local.model_copy(update=changed), tuple(invented))


def _source(text: JDText, phrase: str) -> TextSpan | None:
    """Where a phrase first stands in the text."""
    places = places_of(text.view, phrase)
    if not places:
        return None
    start, end = text.raw_span(*places[0])
    return TextSpan(start=start, end=end)


def _experience_in(text: JDText, phrase: str) -> Experience | None:
    """The years of a phrase of the text, with their place in the text."""
    found = experience(JDText(phrase))
    places = places_of(text.view, found.raw) if found and found.raw else ()
    if found is None or not places:
        return found
    start, end = text.raw_span(*places[0])
    return found.model_copy(update={"source": TextSpan(start=start, end=end)})


def ground_skills(
    answer: SkillsAnswer, text: JDText, local: Sequence[FoundSkill], indexes: Indexes
) -> Grounded[tuple[FoundSkill, ...]]:
    """Return the skills of the answer with their mentions and catalog skills; local soft skills stay."""
    by_slug = {s.slug: s for s in local if s.slug}
    hits = indexes.aliases.find(text.view)
    found: dict[str, FoundSkill] = {s.slug or s.name: s for s in local if s.nature == "SOFT_SKILL"}
    invented: list[str] = []
    for named in answer.skills:
        places = places_of(text.view, named.quote)
        if not places:
            invented.append(
                f"skill “{named.name[:80]}”: its quote “{named.quote[:80]}” does not stand in the text",
            )
            continue
        slug = _slug_of(named, places, hits, indexes)
        if slug is not None and slug in by_slug:
            found[slug] = replace(by_slug[slug], is_primary=named.is_primary)
            continue
        mentions = tuple(mention_at(text, start, end, named.quote, text.facts_at(start)) for start, end in places)
        row = indexes.catalog.skill.get(slug or "")
        name, nature = (row.display_name, row.skill_nature) if row else (named.name.strip()[:80] or named.quote, None)
        confidence = MODEL_CONFIDENCE if row else UNKNOWN_CONFIDENCE
        found.setdefault(slug or name, FoundSkill(name, slug, nature, named.is_primary, confidence, mentions))
    ordered = sorted(found.values(), key=lambda s: (s.mentions[0].start, s.mentions[0].end, s.name))
    return Grounded(tuple(ordered), tuple(invented))


def _slug_of(named: NamedSkill, places: Sequence[tuple[int, int]], hits: Sequence[Hit], indexes: Indexes) -> str | None:
    """The slug of the catalog skill that the model means: by its name where that is unique, else by the aliases at the quote."""
    at_quote = [h.form.skill_slug for h in hits if any(h.start < b and a < h.end for a, b in places)]
    for words in (named.name, named.quote):
        owners = list(dict.fromkeys(f.skill_slug for f in indexes.aliases.lookup(words)))
        if len(owners) == 1:
            return owners[0]
        agreed = [slug for slug in owners if slug in at_quote]
        if agreed:
            return agreed[0]
    whole = [h.form.skill_slug for h in hits if (h.start, h.end) in places]
    return whole[0] if whole else None
