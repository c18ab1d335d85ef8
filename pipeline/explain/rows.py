"""The rows that each signal of a role rests on, with their shares in it.

A share says how much of a signal's points goes to a row. Where a signal is a sum, the summands are the shares; where rows are of use only
together (the form, the skill's link and the role's link, by which a skill speaks for a role), each of the three steps has a third, which
is their Shapley value; rows that serve one step alike share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.changes import Place
from pipeline.catalog.edits import RowEdits
from pipeline.catalog.value import TECHNOLOGY
from pipeline.explain.value import CENTROIDS
from pipeline.held import HeldRun
from pipeline.stages.skills import FoundSkill
from pipeline.stages.title_signal import EQUAL_PART_SCORE, title_shares
from pipeline.stages.trades import technology_weight

MAX_TITLES = 3
"""Titles of a role that a nearness to all of them is shared out among, the nearest ones."""

Shares = Mapping[Place, float]
NONE: Shares = {}


class RowShares:
    """The rows behind the signals of one run."""

    def __init__(self, held: HeldRun, rows: RowEdits) -> None:
        """Take a run and the rows of its catalog."""
        self._held = held
        self._rows = rows
        self._catalog = held.indexes.catalog
        self.of_signal: Mapping[str, Callable[[str], Shares]] = {
            "alias": self.equal_titles,
            "title": self.near_titles,
            "skill": self.skills,
            "kra": self.kras,
            "centroid": self._centroid,
            "family": self._family,
        }
        """By the name of a signal, the shares of the rows that give it to a role."""

    # --- titles -----------------------------------------------------------------------------------------------------

    def equal_titles(self, role: str) -> Shares:
        """Return the title of a role that the text's title equals."""
        return {self._title(role, hit.alias_text): 1.0 for hit in self._held.of_text.hits if hit.role.slug == role}

    def near_titles(self, role: str) -> Shares:
        """Return the titles of a role that the text's title is near to; the one that it equals where that is what counts."""
        held = self._held
        jd, score = held.jd, held.of_text.titles.get(role, 0.0)
        if score >= EQUAL_PART_SCORE and (equal := self.equal_titles(role)):
            return equal
        matrix = held.indexes.title_matrix
        if not jd.title or jd.title_vector is None or role not in matrix.roles:
            return NONE
        place = matrix.roles.index(role)
        start = int(matrix.starts[place])
        near = title_shares(jd.title, jd.title_vector, matrix, place)
        best = sorted(range(len(near)), key=lambda i: (-near[i], i))[:MAX_TITLES]
        return {self._title(role, matrix.texts[start + i]): max(float(near[i]), 1e-6) for i in best}

    def _title(self, role: str, text: str) -> Place:
        """The row of a title: an alias of the role, else the role itself by its name."""
        place = "role_aliases", (role, text)
        return place if self._rows.row(*place) is not None else ("roles", (role,))

    # --- skills -----------------------------------------------------------------------------------------------------

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        """The weight of each skill of the text in the skill signal."""
        indexes, config = self._held.indexes, self._held.config
        return {
            s.slug: indexes.skill_weight.get(s.slug, 0.0)
            * (1.0 if s.is_primary else config.secondary_weight)
            * s.confidence
            for s in self._held.skills
            if s.slug and s.nature != "SOFT_SKILL"
        }

    def skills(self, role: str) -> Shares:
        """Return the forms and links by which the text's skills reach a role."""
        catalog, shares = self._catalog, defaultdict[Place, float](float)
        carried = {d.slug for d in catalog.dimensions_of_role.get(role, ())}
        for skill in self._held.skills:
            weight = self._weights.get(skill.slug or "", 0.0)
            slug = skill.slug or ""
            ways = [d.slug for d in catalog.dimensions_of_skill.get(slug, ()) if d.slug in carried]
            if not ways or not weight:
                continue
            forms = self.forms(skill)
            for form in forms:
                shares[form] += weight / 3 / len(forms)
            for dimension in ways:
                shares["skill_dimensions", (slug, dimension)] += weight / 3 / len(ways)
                shares["role_dimensions", (role, dimension)] += weight / 3 / len(ways)
        return shares

    def forms(self, skill: FoundSkill) -> list[Place]:
        """Return the aliases by which a skill was found; the skill itself where that was its name."""
        slug, found = skill.slug or "", dict[Place, None]()
        for text in dict.fromkeys(m.alias for m in skill.mentions):
            # A term that the text asks for may be a form of the skill in a spelling of its own.
            alike = [f.alias_text for f in self._held.indexes.aliases.usable(fold_key(text)) if f.skill_slug == slug]
            for form in [text] if self._rows.row("skill_aliases", (slug, text)) is not None else alike:
                if self._rows.row("skill_aliases", (slug, form)) is not None:
                    found["skill_aliases", (slug, form)] = None
        return list(found) or [("skills", (slug,))]

    def technologies(self) -> Shares:
        """Return the forms of the technologies that the text names, by how much they are of computing."""
        shares = defaultdict[Place, float](float)
        for skill in self._held.skills:
            if skill.slug and skill.nature in TECHNOLOGY:
                forms = self.forms(skill)
                for form in forms:
                    shares[form] += technology_weight(skill.slug) * skill.confidence / len(forms)
        return shares

    def _family(self, role: str) -> Shares:
        """The rows of the role by which the family of a role is reached best."""
        domain = self._catalog.role[role].domain
        scores = self._held.signals.skill
        family = [slug for slug in scores if self._catalog.role[slug].domain == domain]
        return self.skills(min(family, key=lambda slug: (-scores[slug], slug != role, slug))) if family else NONE

    # --- KRAs and centroids -----------------------------------------------------------------------------------------

    def kras(self, role: str) -> Shares:
        """Return the KRAs of a role that are the nearest to its best sentences.

        What a sentence has by its nearness to one KRA goes to that; what it has by its nearness to the role as a whole, to all that are
        the nearest to one of them.
        """
        held, matches = self._held, self._held.of_text.kra.matches
        matrix, config = matches.matrix, held.config
        block = matrix.rows_of(role) if len(matches.corrected) else None
        if block is None:
            return NONE
        place = matrix.roles.index(role)
        own = matches.corrected[:, block]
        whole = config.kra_context * (held.jd.vectors @ matrix.profiles[place] - matrix.profile_hubness[place])
        nearest = own.max(axis=1)
        best = np.argsort(-(nearest + whole), kind="stable")[: config.kra_sentences]
        shares = defaultdict[Place, float](float)
        keys: list[Place] = [("role_kras", (role, matrix.texts[block.start + int(own[i].argmax())])) for i in best]
        together = sum(max(float(whole[i]), 0.0) for i in best)
        for key, i in zip(keys, best, strict=True):
            shares[key] += max(float(nearest[i]), 1e-6)
        for key in shares:
            shares[key] += together / len(shares)
        return shares

    # --- whether there is a role at all -----------------------------------------------------------------------------

    def of_field(self, sign: str) -> Shares:
        """Return the rows that a sign that a text is of the catalog's field rests on (``stages.field``); none of one that is of the text alone."""
        signals = self._held.signals
        titled = signals.alias_specific
        if sign == "technologies":
            return self.technologies()
        if sign == "skill":
            return self.skills(_best(signals.skill, signals.skill)) if signals.skill else NONE
        if sign in ("alias", "generic"):
            return {self._title(hit.role.slug, hit.alias_text): 1.0 for hit in self._held.of_text.hits}
        if sign == "alias_kra" and titled:
            return self.kras(_best(titled, signals.kra))
        if sign == "alias_skill" and titled:
            return self.skills(_best(titled, signals.skill))
        return NONE

    def _centroid(self, role: str) -> Shares:
        return {(CENTROIDS, (role,)): 1.0}


def _best(slugs: Iterable[str], scores: Mapping[str, float]) -> str:
    """The role with the highest score, ties by slug."""
    return min(slugs, key=lambda slug: (-scores.get(slug, 0.0), slug))
