"""The alias collisions of a run: the title and the forms of its text that several entries of the catalog hold, and what was taken."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.catalog.aliases import Undecided, fold_key
from pipeline.catalog.collisions import form_owners
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import AliasCollision, Decision, Mention, Signals
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.skills import FoundSkill, SkillMention, mention_at
from pipeline.stages.skills.extract import is_mention
from pipeline.stages.skills.proper_names import is_other_name


def with_collisions(
    decision: Decision, jd: EncodedJD, skills: Sequence[FoundSkill], signals: Signals, indexes: Indexes
) -> Decision:
    """Return the decision with what collided, by its place in the text, the title first; that of a rejected text stays as it is."""
    if decision.case == "rejected":
        return decision
    met = [*_of_title(decision, jd, signals), *_of_forms(jd, skills, indexes)]
    detected = any(not collision.told_apart for collision in met)
    return decision.model_copy(update={"alias_collisions": met, "alias_collision_detected": detected})


def _of_title(decision: Decision, jd: EncodedJD, signals: Signals) -> list[AliasCollision]:
    """The collision of the title that the catalog knows, where several roles hold it; it decides where it is specific to one."""
    titled = signals.alias_match_roles
    if len(titled) < 2:
        return []
    term = titled[0].alias_text or jd.title or ""
    return [
        AliasCollision(
            kind="title",
            term=term,
            parties=[role.slug for role in titled],
            chosen=decision.chosen_role.slug if decision.chosen_role else None,
            told_apart=sum(not role.is_generic for role in titled) < 2,
            mentions=_places_of_title(jd, (jd.title or "", term)),
        )
    ]


def _places_of_title(jd: EncodedJD, wanted: Sequence[str]) -> list[Mention]:
    """Where the text has the title, as it gives it or as the catalog writes it; nowhere for one that was given beside it."""
    view = jd.text.view.lower()
    for title in filter(None, wanted):
        start = view.find(title.lower())
        # A few letters change their number when they are made small: the place is one of the view only where none did.
        if start >= 0 and len(view) == len(jd.text.view):
            return [_wire(mention_at(jd.text, start, start + len(title), wanted[-1], jd.text.facts_at(start)))]
    return []


def _of_forms(jd: EncodedJD, skills: Sequence[FoundSkill], indexes: Indexes) -> list[AliasCollision]:
    """The collisions of forms, those that no skill got among them, by their first place."""
    shared = frozenset(indexes.aliases.shared())
    taken: dict[tuple[str, str | None], list[SkillMention]] = {}
    for skill in skills if shared else ():
        for mention in skill.mentions if skill.slug else ():
            key = fold_key(mention.alias)
            if key in shared:
                taken.setdefault((key, skill.slug), []).append(mention)
    for left in indexes.aliases.undecided(jd.text.view):
        if _counts(jd, left, indexes):
            alias = left.owners[0].alias_text
            place = mention_at(jd.text, left.start, left.end, alias, jd.text.facts_at(left.start))
            taken.setdefault((fold_key(alias), None), []).append(place)
    found = sorted(taken.items(), key=lambda item: (item[1][0].start, item[0][0], item[0][1] or ""))
    return [_of_form(key, chosen, places, indexes) for (key, chosen), places in found]


def _of_form(key: str, chosen: str | None, places: Sequence[SkillMention], indexes: Indexes) -> AliasCollision:
    held = form_owners(indexes, key)
    return AliasCollision(
        kind="skill_alias",
        term=places[0].alias,
        parties=list(held.owners),
        chosen=chosen,
        told_apart=chosen not in held.contested if chosen else not held.is_contested,
        mentions=[_wire(place) for place in places],
    )


def _counts(jd: EncodedJD, left: Undecided, indexes: Indexes) -> bool:
    """Whether a form that no skill got stands where a skill would have counted."""
    soft = all(indexes.catalog.skill[f.skill_slug].skill_nature == "SOFT_SKILL" for f in left.owners)
    is_named = not is_other_name(jd.text.view, left.start, left.end)
    return is_named and is_mention(jd.text.facts_at(left.start), left.start, soft)


def _wire(place: SkillMention) -> Mention:
    return Mention(start=place.raw_start, end=place.raw_end, text=place.text, alias=place.alias, section=place.section)
