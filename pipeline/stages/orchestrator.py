"""The orchestrator: each skill that the catalog lacks is typed, placed, related to catalog skills and described, and what became of
it is logged: kept as a new skill, merged with what it is a form of, or split into the things that it names.

The same functions finish what a model says of a term (``engines.model.new_skills``), so that both engines give the same object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.slugs import NEW_SKILL_SPELLINGS, slug_of
from pipeline.config import TermLock
from pipeline.contracts import (
    EnrichedFact,
    Extraction,
    FinalSkill,
    LockedDimension,
    LogEntry,
    NewSkillMeta,
    Relationships,
    SkillEnrichment,
    TermRelation,
    wire_score,
)
from pipeline.stages.unknown import ProposedDimension, ProposedSkill, propose
from pipeline.stages.unknown_relations import FoundRelation
from pipeline.stages.weak_proposals import ProposedTerm, weak_skill

MIN_MERGED = 0.5
"""The probability from which on a term is planned as a form of a catalog skill and not as a new one."""
MIN_PART = 2
"""Letters of each part of a term that names several things."""
NAMES = ("duplicate_of", "form_of")
"""The relations of a term to a skill of which it is a name."""
_BETWEEN = re.compile(r"\s*(?:[/&,;+]|\band\b|\bor\b)\s*", re.IGNORECASE)


def orchestrate(
    final: FinalSkill, extraction: Extraction, indexes: Indexes, lock: TermLock | None = None
) -> NewSkillMeta:
    """Return what is proposed for a skill that the catalog lacks; ``lock`` has the dimensions that a curator has fixed for it."""
    proposed = propose(final, extraction, indexes, lock)
    # Without a mention there is no evidence to place or to type it by; what a person fixed needs none.
    is_placed = bool(final.mentions) or bool(proposed.is_locked)
    skipped = skip_reason(final)
    meta = NewSkillMeta(
        derived=proposed.derived,
        enrichment=None if skipped else _enrichment(proposed),
        keep_log=[],
        locked_dimensions=_locked(proposed, lock),
        merge_log=[],
        placed=([d.wire() for d in proposed.dimensions] or None) if is_placed else None,
        relationships=relationships([_relation(found, indexes) for found in proposed.relations]),
        skill_id=slug_of(final.skill_name, NEW_SKILL_SPELLINGS) or "skill",
        split_log=[],
        typed=proposed.typed_wire() if final.mentions else None,
        warnings=[*([skipped] if skipped else []), *_lock_warnings(proposed)],
    )
    return with_logs(meta, final, indexes)


def with_logs(meta: NewSkillMeta, final: FinalSkill, indexes: Indexes) -> NewSkillMeta:
    """Return a proposal with the log of what was kept, merged and split."""
    target = merged_into(meta)
    merged = _wordings(final)
    if target is not None:
        merged.append(
            LogEntry(
                what=final.skill_name,
                into=[target.slug],
                confidence=target.confidence,
                reason=f"a form of {target.display_name}: {'; '.join(target.reasons)}",
            )
        )
    split = _split(final.skill_name, indexes)
    kept = [] if target or split else [_kept(final.skill_name, meta)]
    kept += [
        LogEntry(
            what=d.slug, into=[], confidence=None, reason=f"{d.display_name} is fixed for it by {d.by or 'a curator'}"
        )
        for d in meta.locked_dimensions
    ]
    return meta.model_copy(update={"keep_log": kept, "merge_log": merged, "split_log": split})


def merged_into(meta: NewSkillMeta) -> TermRelation | None:
    """Return the relation to the skill of which a term is proposed as a form; null where it is none."""
    found = meta.relationships.found if meta.relationships else []
    names = [r for r in found if r.relation in NAMES]
    return next((r for r in names if r.confidence is None or r.confidence >= MIN_MERGED), None)


def skip_reason(final: FinalSkill) -> str | None:
    """Return why nothing is planned for a term; null where something is."""
    if not final.mentions:
        return "the text has no mention of it to go by"
    weak = weak_skill(ProposedTerm(final.skill_name))
    return f"it is probably no skill: {weak}" if weak and not _apart(final.skill_name) else None


def relationships(found: Sequence[TermRelation]) -> Relationships | None:
    """Return relations with their keys by kind; null for none."""
    if not found:
        return None

    def of_kind(kind: str) -> list[str]:
        return [r.slug for r in found if r.relation == kind]

    return Relationships(
        duplicate_of=of_kind("duplicate_of"),
        form_of=of_kind("form_of"),
        part_of=of_kind("part_of"),
        alternative_to=of_kind("alternative_to"),
        found=list(found),
    )


def _relation(found: FoundRelation, indexes: Indexes) -> TermRelation:
    return TermRelation(
        relation=found.relation,
        slug=found.slug,
        display_name=indexes.catalog.skill[found.slug].display_name,
        confidence=wire_score(found.confidence),
        reasons=list(found.reasons),
    )


def _enrichment(proposed: ProposedSkill) -> SkillEnrichment:
    """The facts with their confidences and reasons, the nature first."""
    nature = EnrichedFact(
        fact="skill_nature",
        value=proposed.derived.skill_nature,
        confidence=wire_score(proposed.nature_share),
        reasons=list(proposed.reasons),
    )
    facts = [
        EnrichedFact(fact=f.fact, value=f.value, confidence=wire_score(f.confidence), reasons=list(f.reasons))
        for f in proposed.facts.values()
    ]
    return SkillEnrichment(facts=[nature, *facts])


def _locked(proposed: ProposedSkill, lock: TermLock | None) -> list[LockedDimension]:
    if lock is None or not proposed.is_locked:
        return []
    return [
        LockedDimension(slug=d.slug, display_name=d.display_name, by=lock.author, reason=lock.reason)
        for d in proposed.dimensions
    ]


def _lock_warnings(proposed: ProposedSkill) -> list[str]:
    """What is doubtful about fixed dimensions: one that is gone, or evidence that speaks for others."""
    gone = [f"the fixed dimension {slug} is no longer in the catalog" for slug in proposed.ignored]
    if not proposed.is_locked or not proposed.by_evidence:
        return gone
    best: ProposedDimension = proposed.by_evidence[0]
    if best.score < MIN_MERGED or best.slug in {d.slug for d in proposed.dimensions}:
        return gone
    return [*gone, f"its text speaks for {best.display_name} ({best.score:.2f}); the fixed dimensions stand"]


def _wordings(final: FinalSkill) -> list[LogEntry]:
    """The wordings of the text that were taken together under a term's name."""
    name = final.skill_name
    texts = list(dict.fromkeys(" ".join(m.text.split()) for m in final.mentions))
    return [
        LogEntry(what=text, into=[name], confidence=None, reason="the text writes it in this way too")
        for text in texts
        if text.lower() != name.lower()
    ]


def _kept(name: str, meta: NewSkillMeta) -> LogEntry:
    """That a term stays a skill of its own, and the nearest that it is not."""
    found = meta.relationships.found if meta.relationships else []
    likest = next((r for r in found if r.relation in NAMES and r.confidence is not None), None)
    if likest is not None and likest.confidence is not None:
        reason = f"not surely a form of {likest.display_name} ({likest.confidence:.2f})"
        return LogEntry(what=name, into=[], confidence=wire_score(1.0 - likest.confidence), reason=reason)
    nearest = meta.typed.nearest[0] if meta.typed and meta.typed.nearest else None
    reason = f"no skill of the catalog is the same; the nearest in meaning is {nearest.display_name}" if nearest else ""
    return LogEntry(what=name, into=[], confidence=None, reason=reason or "no skill of the catalog is near it")


def _split(name: str, indexes: Indexes) -> list[LogEntry]:
    """What a term comes apart into where it names several things, one of which the catalog has; nothing where it does not."""
    parts = _apart(name)
    known = [part for part in parts if indexes.aliases.lookup(part)]
    if not known:
        return []
    have = "all" if len(known) == len(parts) else ", ".join(known)
    share = wire_score(len(known) / len(parts))
    return [
        LogEntry(what=name, into=parts, confidence=share, reason=f"it names several things; the catalog has {have}")
    ]


def _apart(name: str) -> list[str]:
    """The parts of a term between "/", "and" and their like; none for a term of one part, or of parts that are single letters."""
    parts = [part for part in _BETWEEN.split(name) if part]
    return parts if len(parts) > 1 and all(len(part) >= MIN_PART for part in parts) else []
