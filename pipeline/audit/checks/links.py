"""Checks of the links of skills and dimensions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from pipeline.audit.alternatives import Alternatives, Destination
from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.checks.used_links import UnsharedLink, unshared_links
from pipeline.audit.links import Links
from pipeline.audit.subjects import DimensionSubject, LinkSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import move_link
from pipeline.catalog.suggest import likely_dimensions
from pipeline.catalog.value import TECHNOLOGY, Catalog, Dimension, Skill, SkillDimension

MIN_PROBABILITY = 0.3
"""Probability of a wrong link from which on it is a finding."""
CATCH_ALL_PROBABILITY = 0.75
"""The least probability that a link to a catch-all dimension is wrong."""
CATCH_ALL_SCORE = 0.97
MIN_CATCH_ALL_MEMBERS = 3
MIN_CATCH_ALL_RANK = 60
"""Members of a catch-all dimension, and the number of dimensions that are nearer to most of them."""
MAX_MEMBERS_SHOWN, MAX_MISFITS_SHOWN = 4, 6
"""Names that reasons list."""
NAMESAKE_PROBABILITY = 0.6
"""The least probability that a link is wrong that only a namesake explains."""
MAX_NAME_SHARE = 0.005
"""Share of skills whose names hold a word that is rare: a name rather than a kind of thing."""
MAX_NAMESAKE_ROLES, MIN_NAMESAKE_GAP, MAX_NAMESAKE_WORDS = 0.2, 0.05, 0.25
"""Of a link to a namesake: greatest overlap of roles, least gap of cosine, greatest share of the shared words."""
_WORD = re.compile(r"[a-z0-9+#]{2,}")


class WrongDimension(Check):
    """Skills in a dimension whose other skills are about something else. Each link is compared with all other dimensions:
    how near their members are in meaning, their rationales, and the roles that carry them. With past runs also links whose
    dimension nothing else in the texts with the skill shares. The repair takes the skill out, and moves it to the nearest
    dimension where it has no other.
    """

    kind = "wrong_dimension"
    label = "Wrong dimension"
    subject_type = LinkSubject
    fix_page = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield links that are probably wrong, and all links to a catch-all dimension."""
        links = context.links
        catch_all, namesakes = catch_all_dimensions(links), namesakes_of_links(links)
        unshared = {(u.skill_slug, u.dimension_slug): u for u in unshared_links(context)}
        for row, (i, j) in enumerate(links.pairs):
            probability = max(float(links.wrong[row]), NAMESAKE_PROBABILITY if row in namesakes else 0.0)
            unshared_link = unshared.get((links.skills[i].slug, links.dimensions[j]))
            if j in catch_all:
                probability = max(probability, CATCH_ALL_PROBABILITY)
            if unshared_link is not None:
                probability = max(probability, unshared_link.score)
            if probability >= MIN_PROBABILITY:
                yield self._finding(context, row, probability, namesakes.get(row), unshared_link)

    def alternatives(self, finding: Finding, catalog: Catalog) -> Alternatives | None:
        """Another dimension, or none."""
        subject = finding.subject
        assert isinstance(subject, LinkSubject)
        if subject.skill_slug not in catalog.skill:
            return None
        likely = [d.slug for d in likely_dimensions(catalog, subject.skill_slug)]
        rest = [d.slug for d in catalog.dimensions if d.slug not in (*likely, subject.dimension_slug)]
        move = partial(move_link, catalog, subject.skill_slug, subject.dimension_slug)
        return Destination("It belongs to", "dimensions", (*likely, *rest), "No dimension: drop it", move)

    def _finding(
        self, context: AuditContext, row: int, score: float, namesake: Skill | None, unshared_link: UnsharedLink | None
    ) -> Finding:
        """The finding about the link in a row of the scored links."""
        links, catalog = context.links, context.catalog
        i, j = links.pairs[row]
        skill, dimension = links.skills[i], catalog.dimension[links.dimensions[j]]
        members = [links.skills[k].display_name for k in links.members[j] if k != i]
        others = [d for d in catalog.dimensions_of_skill.get(skill.slug, ()) if d.slug != dimension.slug]
        reasons = [
            f"{dimension.display_name} holds {', '.join(members[:MAX_MEMBERS_SHOWN]) or 'nothing else'}; "
            f"nearness to its members {links.column('near')[row]:.2f}",
            f"its other dimensions are {', '.join(d.display_name for d in others)}"
            if others
            else "it has no other dimension",
        ]
        if namesake is not None:
            reasons.append(f"it shares a name with {namesake.display_name}, and hardly anything else with the members")
        link = SkillDimension(skill.slug, dimension.slug)
        changes = [Change(link, None, f"{skill.display_name} does not belong to {dimension.display_name}")]
        nearest = _nearest_other_dimension(catalog, links, i, j)
        if not others and nearest is not None:
            best, fit = nearest
            reasons.append(f"nearest is {best.display_name} ({fit:.2f})")
            why = f"its nearest members are in {best.display_name}"
            changes.append(Change(None, SkillDimension(skill.slug, best.slug), why))
        subject = LinkSubject(skill.slug, dimension.slug)
        used = (unshared_link.reason,) if unshared_link is not None else ()
        return Finding(self, subject, score, (*used, *map(Reason, reasons)), tuple(changes))


class CatchAllDimension(Check):
    """Dimensions that hold skills with nothing in common: for most of their members many other dimensions are nearer. The
    repair takes the members out, and removes the dimension where no role carries it.
    """

    kind = "catch_all_dimension"
    label = "Catch-all dimension"
    subject_type = DimensionSubject
    fix_page = "dimensions"
    bad_without_runs = True

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield dimensions whose members mostly fit many other dimensions better."""
        links, catalog = context.links, context.catalog
        for j in catch_all_dimensions(links):
            dimension = catalog.dimension[links.dimensions[j]]
            rows = {i: row for row, (i, at) in enumerate(links.pairs) if at == j}
            # The likeliest wrong first, of equal ones the later in the catalog.
            worst = sorted(((float(links.wrong[row]), i) for i, row in rows.items()), reverse=True)
            names = [links.skills[i].display_name for _, i in worst]
            roles = catalog.roles_of_dimension.get(dimension.slug, ())
            reasons = (
                f"other dimensions are nearer to most of its {len(rows)} members: {', '.join(names[:MAX_MISFITS_SHOWN])}",
                f"{len(roles)} roles carry it",
            )
            why = f"{dimension.display_name} holds what has nothing in common"
            changes = [Change(SkillDimension(links.skills[i].slug, dimension.slug), None, why) for i in rows]
            if not roles:
                changes.append(Change(dimension, None, f"{why}, and no role carries it"))
            subject = DimensionSubject(dimension.slug)
            yield Finding(self, subject, CATCH_ALL_SCORE, tuple(map(Reason, reasons)), tuple(changes))


def catch_all_dimensions(links: Links) -> list[int]:
    """Return the indexes of the dimensions for most of whose members many other dimensions are nearer."""
    ranks: dict[int, list[float]] = defaultdict(list)
    for (_, j), either_rank in zip(links.pairs, links.column("either_rank"), strict=True):
        ranks[j].append(float(np.expm1(either_rank)))
    return [
        j
        for j, member_ranks in ranks.items()
        if len(member_ranks) >= MIN_CATCH_ALL_MEMBERS and np.median(member_ranks) >= MIN_CATCH_ALL_RANK
    ]


def _nearest_other_dimension(catalog: Catalog, links: Links, i: int, j: int) -> tuple[Dimension, float] | None:
    """The dimension other than ``j`` whose members are nearest to skill ``i``, and how near."""
    for k in np.argsort(-links.fit[i], kind="stable")[:2]:
        if int(k) != j:
            return catalog.dimension[links.dimensions[int(k)]], float(links.fit[i, int(k)])
    return None


def namesakes_of_links(links: Links) -> Mapping[int, Skill]:
    """Return, by row of the links, the namesake of another maker beside which a technology is filed: "Puppet", "Puppeteer".

    Names make such links look near. Their signs are that the skill shares rare words with its other dimensions and hardly
    any with this one, that hardly any role carries both, and that no other skill of its sub-category is in it.
    """
    words = [frozenset(_WORD.findall(s.display_name.lower())) for s in links.skills]
    counts = Counter(w for of_name in words for w in of_name)
    rare = [frozenset(w for w in of_name if counts[w] <= max(MAX_NAME_SHARE * len(words), 3)) for of_name in words]
    namesakes = {}
    for row in np.flatnonzero(_has_only_a_name_in_common(links)):
        i, j = links.pairs[row]
        skill = links.skills[i]
        if skill.skill_nature not in TECHNOLOGY:
            continue
        namesakes_here = [links.skills[k] for k in links.members[j] if k != i and _same_name(rare[i], rare[k])]
        if namesakes_here and not any(other.vendor and other.vendor == skill.vendor for other in namesakes_here):
            namesakes[int(row)] = namesakes_here[0]
    return namesakes


def _has_only_a_name_in_common(links: Links) -> np.ndarray:
    """Links whose signs are those of a namesake, (n_links,) bool."""
    alone = (links.column("category") <= np.log(0.011)) & (links.column("category_of_members") <= np.log(0.021))
    roles = links.column("roles_beside")
    elsewhere = (roles >= 0) & (roles <= MAX_NAMESAKE_ROLES) & (links.column("near_gap") >= MIN_NAMESAKE_GAP)
    shared = links.column("shared_words")
    few = shared < MAX_NAMESAKE_WORDS * (shared + links.column("shared_words_gap"))
    return np.asarray(alone & elsewhere & few)


def _same_name(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether names share a rare word, or one begins with a rare word of the other."""
    return bool(first & second) or any(
        min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a)) for a in first for b in second
    )
