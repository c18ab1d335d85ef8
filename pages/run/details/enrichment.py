"""The skill enrichment of a term that the catalog lacks: what was planned, and the chain of what was found, with reasons.

The chain is that of the orchestrator: typed, placed, relations, facts; then what was kept, merged or split.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import column_label, vocabulary_label
from pages.run.entries import Entries
from pipeline.contracts import LogEntry, NewSkillMeta, PlacedDimension, PlannedSkill, TermRelation

PLAN_NAMES = {
    "new_skill": "planned as a new skill",
    "form_of_skill": "planned as a form of",
    "split": "planned to be taken apart",
    "skipped": "skipped",
}
PLAN_TONES = {"new_skill": "skill", "form_of_skill": "alias", "split": "doubt", "skipped": "doubt"}
NO_PLAN = "This run has no plan for it: it was made before there was an orchestrator. Run it again for one."


def chain(entries: Entries, meta: NewSkillMeta, planned: PlannedSkill | None) -> Markup:
    """The whole block."""
    steps = (
        ("Typed", _typed(meta)),
        ("Placed", _placed(entries, meta)),
        ("Relations", _relations(entries, meta)),
        ("Facts", _facts(meta)),
        ("Log", _log(entries, meta)),
    )
    return (
        markup.caption("Skill enrichment")
        + _plan(entries, planned)
        + markup.facts((name, markup.join(lines)) for name, lines in steps)
    )


def _plan(entries: Entries, planned: PlannedSkill | None) -> Markup:
    """What was planned, how sure that is, or why nothing was."""
    if planned is None:
        return markup.meta(NO_PLAN)
    name = markup.tag(PLAN_NAMES[planned.plan], PLAN_TONES[planned.plan])
    target = entries.link("skill", planned.target, planned.target) if planned.target else Markup()
    reason = markup.meta_span(planned.skipped_reason) if planned.skipped_reason else Markup()
    return markup.block(markup.join([name, target, _share(planned.confidence), reason], " "))


def _typed(meta: NewSkillMeta) -> list[Markup]:
    if meta.typed is None:
        return [markup.meta(_why_not(meta))]
    line = markup.fill("{} {}", markup.bold(vocabulary_label(meta.typed.skill_nature)), _share(meta.typed.confidence))
    return [_line(line, meta.typed.reasons)]


def _placed(entries: Entries, meta: NewSkillMeta) -> list[Markup]:
    locked = {d.slug for d in meta.locked_dimensions}
    lines = [_dimension(entries, place, is_locked=place.slug in locked) for place in meta.placed or ()]
    reasons = [d.reason for d in meta.locked_dimensions if d.reason]
    lines += [markup.meta(f"“{reason}”") for reason in dict.fromkeys(reasons)]
    return lines or [markup.meta(_why_not(meta))]


def _dimension(entries: Entries, place: PlacedDimension, *, is_locked: bool) -> Markup:
    name = entries.link("dimension", place.slug, place.display_name)
    mark = markup.tag("fixed", "good") if is_locked else _share(place.score)
    return _line(markup.fill("{} {}", name, mark), place.because)


def _relations(entries: Entries, meta: NewSkillMeta) -> list[Markup]:
    found = meta.relationships.found if meta.relationships else []
    if found:
        return [_relation(entries, relation) for relation in found]
    # A run of before names keys alone.
    named = meta.relationships.duplicate_of if meta.relationships else []
    if named:
        return [_line(markup.join((entries.link("skill", s, s) for s in named), ", "), ["may be another form of it"])]
    return [markup.meta("none was found")]


def _relation(entries: Entries, relation: TermRelation) -> Markup:
    skill = entries.link("skill", relation.slug, relation.display_name)
    line = markup.fill("{} {} {}", relation.relation.replace("_", " "), skill, _share(relation.confidence))
    return _line(line, relation.reasons)


def _facts(meta: NewSkillMeta) -> list[Markup]:
    """Each fact with its confidence and why; those of the old shape alone where there are no others."""
    if meta.enrichment is None:
        return [markup.meta(_why_not(meta))]
    return [
        _line(
            markup.fill(
                "{} {} {}",
                column_label(f.fact),
                markup.bold(vocabulary_label(f.value) if f.value.isupper() else f.value),
                _share(f.confidence),
            ),
            f.reasons,
        )
        for f in meta.enrichment.facts
    ]


def _log(entries: Entries, meta: NewSkillMeta) -> list[Markup]:
    kinds = (("kept", meta.keep_log), ("merged", meta.merge_log), ("split", meta.split_log))
    lines = [_entry(entries, kind, entry) for kind, log in kinds for entry in log]
    lines += [markup.block(markup.tag(warning, "doubt")) for warning in meta.warnings]
    return lines or [markup.meta("nothing was kept, merged or split")]


def _entry(entries: Entries, kind: str, entry: LogEntry) -> Markup:
    into = markup.join(
        (entries.link("skill", name, name) if name in entries.catalog.skill else name for name in entry.into), ", "
    )
    arrow = markup.fill(" → {}", into) if entry.into else Markup()
    return _line(
        markup.fill("{} {}{} {}", kind, markup.bold(entry.what), arrow, _share(entry.confidence)), [entry.reason]
    )


def _why_not(meta: NewSkillMeta) -> str:
    return f"skipped: {meta.warnings[0]}" if meta.warnings else "skipped"


def _line(content: Markup, reasons: Iterable[str]) -> Markup:
    """What was found, and below it why."""
    why = "; ".join(reason for reason in reasons if reason)
    return markup.block(content) + (markup.meta(why) if why else Markup())


def _share(confidence: float | None) -> Markup:
    """How probable it is that something is right; nothing where a model or a person said so."""
    return Markup() if confidence is None else markup.meta_span(f"{confidence:.2f}")
