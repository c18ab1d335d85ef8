"""Why no change of the catalog makes a run what is wanted, in words: the text lacks it, or the reader misread it."""

from __future__ import annotations

from pipeline.catalog.aliases import Hit
from pipeline.held import HeldRun
from pipeline.repair.wants import NotDimension, NotSkill, Want, WantDimension, WantRole, WantSkill
from pipeline.stages.skills import is_mention

NO_JOB = "The text is no usable job description ({}), so that it gets neither role nor skills on any catalog."


def why_none(held: HeldRun, want: Want) -> str:
    """Return the reason why a run has no repair."""
    if held.rejection:
        return NO_JOB.format(held.rejection.rstrip("."))
    if want.is_met(held.result):
        return "The run is as wanted already."
    if isinstance(want, WantRole):
        return _no_role(held, want.slug)
    if isinstance(want, WantSkill):
        return _no_skill(held, want)
    if isinstance(want, NotSkill):
        return f"The text names {_name(held, want.slug)} by more forms than two changes take away."
    return _no_dimension(held, want)


def _name(held: HeldRun, slug: str) -> str:
    return held.indexes.catalog.skill[slug].display_name


def _no_role(held: HeldRun, slug: str | None) -> str:
    name = held.indexes.catalog.role[slug].display_name if slug else ""
    if slug is None:
        return "The text speaks for a role by more than two changes take away: no single row decides."
    ranking = held.result.ranking
    ranked = [] if ranking is None else [r.slug for r in ranking.roles]
    if not held.jd.sentences:
        return f"The reader found no duties in the text, so that hardly anything can speak for {name}: look at how its passages were read."
    place = f"it is number {ranked.index(slug) + 1} of {len(ranked)}" if slug in ranked else "nothing speaks for it"
    return f"The text lacks what {name} is known by: {place}, and no two changes of the catalog bring it to the front."


def _no_skill(held: HeldRun, want: WantSkill) -> str:
    jd, name = held.jd.text, _name(held, want.slug)
    surface = jd.raw[want.start : want.end].strip()
    if not surface:
        return f"The text has no words at {want.start}:{want.end}, so that nothing there can be {name}."
    hits = [h for h in held.indexes.aliases.find(jd.view, out_of_context=True) if _covers(held, h, want)]
    is_soft = held.indexes.catalog.skill[want.slug].skill_nature == "SOFT_SKILL"
    start, _ = jd.view_span(want.start, want.end)
    if not is_mention(jd.facts_at(start), start, is_soft):
        return f"The reader takes “{surface}” for no demand where it stands (a passage about something else, or one that takes it back)."
    if hits:
        return f"The reader knows “{surface}” as a form, but takes it for something else where it stands, or for nothing that the text asks for."
    return f"No form that is made of “{surface}” is found there as {name}: it is part of a word, of an address, or not one run of words."


def _covers(held: HeldRun, hit: Hit, want: WantSkill) -> bool:
    start, end = held.jd.text.raw_span(hit.start, hit.end)
    return start < want.end and want.start < end


def _no_dimension(held: HeldRun, want: WantDimension | NotDimension) -> str:
    if want.skill not in held.result.skill_slugs:
        return f"The run does not have {_name(held, want.skill)}, so that it shows no dimension of it: ask for the skill first."
    return "The run is as wanted already."
