"""The impact of a catalog change on past runs: each run is replayed on the catalog before and after the change.

A run is replayed from its skills to its decision: its parse, its sentences and their vectors do not depend on the catalog.
Only runs that the change can touch are replayed: those whose text holds a form of a skill that changed, or all of them
where roles, their titles, KRAs or dimensions changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal, TypeVar

import ahocorasick

from pipeline.catalog import Catalog
from pipeline.catalog.aliases import fold, fold_key
from pipeline.catalog.changes import Change, diff
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.held import MIN_CONFIDENCE_CHANGE
from pipeline.run import Decided, RunContext, RunState, run_stages, until
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.parse import rejection_reason
from pipeline.stages.signals import Centroid, TextSignals, read_text
from pipeline.stages.skills import FoundSkill, extract_skills

Judgement = Literal["better", "worse", "unknown"]
Row = TypeVar("Row")
ROLE_WEIGHT = 10.0
"""What another role counts beside one link in the order of effects."""
ROLE_FAULTS = 3
"""What a wrong role counts beside one wrong skill."""
OF_TEXT = ("titles", "title_matrix", "kras")
"""The indexes that the signals of a text beside its skills are read from."""


@dataclass(frozen=True)
class Verdict:
    """What reviewers say of a run: the right role (null for none), slugs of skills that the text does not mean and of those that it
    does, and links (skill and dimension) that are right and wrong. What is named nowhere is open; so is the role unless ``has_role``.
    """

    role_slug: str | None
    wrong_skills: frozenset[str] = frozenset()
    right_skills: frozenset[str] = frozenset()
    right_links: frozenset[tuple[str, str]] = frozenset()
    wrong_links: frozenset[tuple[str, str]] = frozenset()
    has_role: bool = True


@dataclass(frozen=True)
class PastRun:
    """A finished run, as far as a replay needs it; ``label`` is its name on a page."""

    run_id: str
    label: str
    jd: EncodedJD
    config: Config
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of a run on a catalog; ``skills`` are slugs, ``links`` pairs of skill and dimension slugs."""

    role_slug: str | None
    role_name: str | None
    confidence: float
    case: str
    skills: frozenset[str]
    links: frozenset[tuple[str, str]]

    def faults(self, verdict: Verdict) -> int:
        """How many points of a reviewer's verdict it contradicts (see the function of that name)."""
        return faults(verdict, self.role_slug, self.skills, self.links)


def faults(verdict: Verdict, role_slug: str | None, skills: frozenset[str], links: frozenset[tuple[str, str]]) -> int:
    """Return how many points of a reviewer's verdict a result contradicts; a wrong role counts as ``ROLE_FAULTS`` skills or links.

    The links of a skill that it misses are not counted beside the skill.
    """
    role = ROLE_FAULTS * (verdict.has_role and role_slug != verdict.role_slug)
    missing = len(skills & verdict.wrong_skills) + len(verdict.right_skills - skills)
    unlinked = [link for link in verdict.right_links - links if link[0] in skills]
    return role + missing + len(links & verdict.wrong_links) + len(unlinked)


@dataclass(frozen=True)
class Effect:
    """A run whose outcome differs between the two catalogs."""

    run: PastRun
    before: Outcome
    after: Outcome
    verdict_after: Verdict | None = None
    """The verdict as it reads on the new catalog, where that names entries otherwise; null where it reads the same."""

    @property
    def judged(self) -> Judgement:
        """Whether the new outcome agrees better or worse with the reviewer's verdict; unknown without one or without change."""
        if self.run.verdict is None:
            return "unknown"
        before = self.before.faults(self.run.verdict)
        after = self.after.faults(self.verdict_after or self.run.verdict)
        return "unknown" if before == after else "better" if after < before else "worse"

    @property
    def role_changes(self) -> bool:
        """Whether another role is chosen, or none any more."""
        return self.before.role_slug != self.after.role_slug

    @cached_property
    def gained(self) -> tuple[tuple[str, str], ...]:
        """Links that only the new catalog gives."""
        return tuple(sorted(self.after.links - self.before.links))

    @cached_property
    def lost(self) -> tuple[tuple[str, str], ...]:
        """Links that only the old catalog gives."""
        return tuple(sorted(self.before.links - self.after.links))

    @property
    def size(self) -> float:
        """How much changes: another role first, then links, skills and confidence."""
        skills = len(self.before.skills ^ self.after.skills)
        moved = abs(self.before.confidence - self.after.confidence)
        return ROLE_WEIGHT * self.role_changes + len(self.gained) + len(self.lost) + skills + moved


@dataclass(frozen=True)
class Impact:
    """The ``effects`` on runs, the largest first; ``touched`` runs could be touched and were replayed.

    ``among`` is how many can be touched where those that were replayed are the newest of more, else null.
    """

    effects: tuple[Effect, ...]
    touched: int
    among: int | None = None

    def count(self, judged: Judgement) -> int:
        """How many runs come out better, or worse, by reviewers' verdicts (or without one to say)."""
        return sum(e.judged == judged for e in self.effects)

    @property
    def roles_moved(self) -> Mapping[str, int]:
        """How many runs each role gains (loses where negative), by slug; roles that keep as many are left out."""
        moved: dict[str, int] = defaultdict(int)
        for effect in self.effects:
            if effect.role_changes:
                for slug, by in ((effect.before.role_slug, -1), (effect.after.role_slug, 1)):
                    if slug is not None:
                        moved[slug] += by
        return {slug: by for slug, by in sorted(moved.items(), key=lambda x: (-abs(x[1]), x[0])) if by}


class Scope:
    """Which texts the difference of two catalogs can touch; ``changes`` are that difference, where the caller has it already."""

    def __init__(self, before: Indexes, after: Indexes, changes: Sequence[Change] | None = None) -> None:
        changes = diff(before.catalog, after.catalog) if changes is None else changes
        self.everything = any(
            c.table in ("roles", "role_aliases", "role_kras", "role_dimensions", "dimensions") for c in changes
        )
        """Whether roles, their titles, KRAs or dimensions have changed, so that any text may get another role."""
        self.skills = frozenset(c.key[0] for c in changes if c.table in ("skills", "skill_dimensions"))
        """Slugs of the skills that have changed, or their dimensions."""
        self.forms = frozenset((c.key[0], c.key[1]) for c in changes if c.table == "skill_aliases")
        """The forms that have changed, as (slug, text)."""
        forms = {fold_key(text) for _, text in self.forms}
        for indexes in (before, after):
            catalog = indexes.catalog
            forms |= {fold_key(a.alias_text) for s in self.skills for a in catalog.aliases_of_skill.get(s, ())}
            forms |= {fold_key(catalog.skill[s].display_name) for s in self.skills if s in catalog.skill}
        self._automaton = ahocorasick.Automaton()
        for form in sorted(forms - {""}):
            for lead in " /":
                self._automaton.add_word(lead + form, form)
        if len(self._automaton):
            self._automaton.make_automaton()

    def touches(self, view: str, title: str | None) -> bool:
        """Whether a text, by its view and title, can come to something else."""
        return self.everything or self.holds_form(f"{view}\n{title or ''}")

    def holds_form(self, text: str) -> bool:
        """Whether a text may hold a form of a skill that has changed."""
        return bool(len(self._automaton)) and next(self._automaton.iter(fold(text).text + " "), None) is not None


def impact(
    runs: Iterable[PastRun], before: Indexes, after: Indexes, centroids: Mapping[str, Centroid] | None = None
) -> Impact:
    """Return the effects of a change on past runs, the largest first; ``centroids`` are those of the roles by slug."""
    return impact_in_steps(runs, (before, after), centroids)[0]


def impact_in_steps(
    runs: Iterable[PastRun], catalogs: Sequence[Indexes], centroids: Mapping[str, Centroid] | None = None
) -> tuple[Impact, tuple[Impact, ...]]:
    """Return the effects of changes that are made one after the other: of all together, and of each on top of those before.

    ``catalogs`` are the one before, then that after each step. A run is replayed only on those that can touch it.
    """
    scopes = [Scope(before, after) for before, after in pairwise(catalogs)]
    effects: list[list[Effect]] = [[] for _ in scopes]
    whole: list[Effect] = []
    replayed = [0] * (len(scopes) + 1)
    for run in runs:
        text = f"{run.jd.text.view}\n{run.jd.title or ''}"
        holds = [scope.holds_form(text) for scope in scopes]
        touching = [i for i, scope in enumerate(scopes) if scope.everything or holds[i]]
        if not touching or rejection_reason(run.jd.parsed):
            continue
        replayed[-1] += 1
        replay = Replay(run, centroids or {})
        first = last = replay.on(catalogs[0])
        for i in touching:
            replayed[i] += 1
            now = replay.on(catalogs[i + 1], has_same_forms=not holds[i])
            if differs(last, now):
                effects[i].append(_effect(run, (last, now), catalogs[i], catalogs[i + 1]))
            last = now
        if differs(first, last):
            whole.append(_effect(run, (first, last), catalogs[0], catalogs[-1]))
    steps = tuple(Impact(_largest_first(e), replayed[i]) for i, e in enumerate(effects))
    return Impact(_largest_first(whole), replayed[-1]), steps


def _effect(run: PastRun, outcomes: tuple[Outcome, Outcome], before: Indexes, after: Indexes) -> Effect:
    verdict = carried(run.verdict, before.catalog, after.catalog) if run.verdict else None
    return Effect(run, *outcomes, verdict if verdict != run.verdict else None)


def carried(verdict: Verdict, before: Catalog, after: Catalog) -> Verdict:
    """Return a verdict as it reads on a catalog after a change: an entry that was merged is the one that it was merged into.

    A merge makes the name of what goes a new form or title of what stays (``catalog.operations.merge``). What goes without is gone,
    and a verdict that wants it is contradicted. A link into a dimension that goes is not counted while the skill has another.
    """
    links = verdict.right_links | verdict.wrong_links
    skills = verdict.right_skills | verdict.wrong_skills | {skill for skill, _ in links}
    lost = {
        slug: before.skill[slug].display_name for slug in skills if slug in before.skill and slug not in after.skill
    }
    into = _new_owners(
        lost, ((a.skill_slug, a.alias_text) for a in _new_rows(before.skill_aliases, after.skill_aliases))
    )
    role = verdict.role_slug
    if role is not None and role in before.role and role not in after.role:
        titles = ((a.role_slug, a.alias_text) for a in _new_rows(before.role_aliases, after.role_aliases))
        role = _new_owners({role: before.role[role].display_name}, titles).get(role, role)

    def renamed(links: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        return frozenset((into.get(skill, skill), dimension) for skill, dimension in links)

    return replace(
        verdict,
        role_slug=role,
        right_skills=frozenset(into.get(slug, slug) for slug in verdict.right_skills),
        wrong_skills=frozenset(into.get(slug, slug) for slug in verdict.wrong_skills),
        wrong_links=renamed(verdict.wrong_links),
        right_links=frozenset(
            (skill, dimension)
            for skill, dimension in renamed(verdict.right_links)
            if dimension in after.dimension
            or dimension not in before.dimension
            or not after.dimensions_of_skill.get(skill)
        ),
    )


def _new_owners(names: Mapping[str, str], forms: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By the slug of each entry that is gone the one that has its name among some new forms, where one has."""
    if not names:
        return {}
    owner = {fold_key(form): slug for slug, form in forms}
    found = {slug: owner.get(fold_key(name)) for slug, name in names.items()}
    return {slug: now for slug, now in found.items() if now is not None}


def _new_rows(before: Sequence[Row], after: Sequence[Row]) -> Iterable[Row]:
    had = set(before)
    yield from (row for row in after if row not in had)


def _largest_first(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    return tuple(sorted(effects, key=lambda e: (-round(e.size, 4), e.run.run_id)))


def outcome_on(run: PastRun, indexes: Indexes, centroids: Mapping[str, Centroid] | None = None) -> Outcome:
    """Return the outcome of a run on one catalog; a text that is no usable job description has none of anything."""
    if rejection_reason(run.jd.parsed):
        return Outcome(None, None, 0.0, "rejected", frozenset(), frozenset())
    return Replay(run, centroids or {}).on(indexes)


def differs(before: Outcome, after: Outcome) -> bool:
    """Whether role, skills or links differ, or the confidence by at least ``MIN_CONFIDENCE_CHANGE``."""
    parts = [(o.role_slug, o.skills, o.links) for o in (before, after)]
    return parts[0] != parts[1] or abs(before.confidence - after.confidence) >= MIN_CONFIDENCE_CHANGE


class Replay:
    """A run on one catalog after the other; what the next has in common with the last is computed once.

    Indexes that two catalogs share are one object (``Indexes.for_catalog``). A copy goes on from where this one is.
    """

    def __init__(self, run: PastRun, centroids: Mapping[str, Centroid]) -> None:
        self._run = run
        self._centroids = centroids
        self._last: Indexes | None = None
        self._skills: tuple[FoundSkill, ...] = ()
        self._text_signals: TextSignals | None = None

    @property
    def skills(self) -> tuple[FoundSkill, ...]:
        """The skills that were found on the last catalog."""
        return self._skills

    def on(self, indexes: Indexes, *, has_same_forms: bool = False) -> Outcome:
        """The outcome on a catalog; ``has_same_forms`` says that the text holds no form that is another there than on the last."""
        run, last = self._run, self._last
        if last is None or not self._finds_same_skills(last, indexes, has_same_forms):
            self._skills = extract_skills(run.jd, indexes)
        if last is None or not all(getattr(last, name) is getattr(indexes, name) for name in OF_TEXT):
            self._text_signals = read_text(run.jd, indexes, self._centroids, run.config)
        self._last = indexes
        context = RunContext(run.run_id, indexes, run.config, self._centroids)
        state = RunState.from_encoded(run.jd, self._skills, self._text_signals)
        return _outcome(until(run_stages(state, context), Decided), self._skills, indexes)

    def _finds_same_skills(self, last: Indexes, indexes: Indexes, has_same_forms: bool) -> bool:
        return (has_same_forms or last.aliases is indexes.aliases) and last.skill_weight is indexes.skill_weight


def _outcome(decided: Decided, skills: Sequence[FoundSkill], indexes: Indexes) -> Outcome:
    """What a decision with the skills that it rests on comes to on a catalog."""
    decision = decided.decision
    chosen = decision.chosen_role
    slugs = frozenset(s.slug for s in skills if s.slug)
    return Outcome(
        role_slug=chosen.slug if chosen else None,
        role_name=chosen.display_name if chosen else None,
        confidence=decision.confidence,
        case=decision.case,
        skills=slugs,
        links=frozenset((s, d.slug) for s in slugs for d in indexes.catalog.dimensions_of_skill.get(s, ())),
    )
