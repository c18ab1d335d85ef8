"""Checks of KRAs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import KraSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY, Catalog, Role, RoleKra

MIN_NEARER_ROLES = 6
"""Other roles that are nearer to a KRA than its own before it is generic."""
SHARED_SCORE = 0.95
MAX_SHARED_DIMENSIONS = 0.9
"""Share of common dimensions from which on two roles may share KRAs."""


@dataclass(frozen=True)
class _KraNearness:
    """How near KRAs are to roles.

    ``near`` is (n_kras, n_roles) float32, the cosine with a role's profile less its hubness; ``owner`` (n_kras,) is the index
    of each KRA's role, ``own`` its nearness, ``ahead`` the number of roles that are nearer.
    """

    texts: tuple[str, ...]
    roles: tuple[str, ...]
    near: np.ndarray
    owner: np.ndarray
    own: np.ndarray
    ahead: np.ndarray

    @classmethod
    def of_catalog(cls, indexes: Indexes) -> _KraNearness | None:
        """Null for a catalog without KRAs."""
        matrix = indexes.kras
        if not matrix.texts:
            return None
        owner = np.searchsorted(matrix.starts, np.arange(len(matrix.texts)), side="right") - 1
        near = matrix.vectors @ matrix.profiles.T - matrix.profile_hubness
        own = near[np.arange(len(owner)), owner]
        ahead = (near > own[:, None]).sum(axis=1)
        return cls(tuple(matrix.texts), tuple(matrix.roles), near, owner, own, ahead)

    def role(self, row: int, catalog: Catalog) -> Role:
        """The role of a KRA."""
        return catalog.role[self.roles[self.owner[row]]]

    def same_texts(self) -> list[list[int]]:
        """Rows of the KRAs that occur more than once, in groups of one text; case and white space are ignored."""
        rows: Mapping[str, list[int]] = defaultdict(list)
        for row, text in enumerate(self.texts):
            rows[" ".join(text.lower().split())].append(row)
        return [group for group in rows.values() if len(group) > 1]


class GenericKra(Check):
    """KRAs that match every text: they name no skill, and many other roles are nearer to them than their own. The repair
    removes the KRA from its role.
    """

    kind = "generic_kra"
    label = "KRA fits everything"
    subject_type = KraSubject
    fix_page = "roles"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield KRAs to which many other roles are nearer than their own."""
        catalog, kras = context.catalog, _KraNearness.of_catalog(context.indexes)
        if kras is None:
            return
        shared = {row for rows in kras.same_texts() for row in rows}
        for row in np.flatnonzero(kras.ahead >= MIN_NEARER_ROLES).tolist():
            text, ahead = kras.texts[row], kras.ahead[row]
            if row in shared or _names_technology(text, context.indexes):
                continue
            role, nearest = kras.role(row, catalog), catalog.role[kras.roles[int(kras.near[row].argmax())]]
            why = (
                f"{ahead} other roles are nearer to “{text}” than {role.display_name} ({nearest.display_name} is nearest), "
                "and it names no skill"
            )
            yield _finding(self, role, text, min(0.95, 0.6 + ahead / 200), why)


class SharedKra(Check):
    """KRAs with the same text in two roles that carry different dimensions. The repair keeps the KRA in the role to
    which it is nearest and removes it from the other.
    """

    kind = "shared_kra"
    label = "KRA in two roles"
    subject_type = KraSubject
    fix_page = "roles"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield all but the nearest of the KRAs of one text."""
        catalog, kras = context.catalog, _KraNearness.of_catalog(context.indexes)
        if kras is None:
            return
        for rows in kras.same_texts():
            kept = max(rows, key=lambda r: (float(kras.own[r]), -r))
            best = kras.role(kept, catalog)
            for row in rows:
                role = kras.role(row, catalog)
                if row == kept or _shared_dimensions(catalog, role, best) >= MAX_SHARED_DIMENSIONS:
                    continue
                text = kras.texts[row]
                why = f"“{text}” stands in {role.display_name} and in {best.display_name}, to which it is nearer"
                yield _finding(self, role, text, SHARED_SCORE, why)


def _finding(check: Check, role: Role, text: str, score: float, why: str) -> Finding:
    repair = Change(RoleKra(role.slug, text), None, why)
    return Finding(check, KraSubject(role.slug, text), score, (Reason(why),), (repair,))


def _names_technology(text: str, indexes: Indexes) -> bool:
    """Whether a text names a technology of the catalog."""
    hits = indexes.aliases.find(text)
    return any(indexes.catalog.skill[hit.form.skill_slug].skill_nature in TECHNOLOGY for hit in hits)


def _shared_dimensions(catalog: Catalog, first: Role, second: Role) -> float:
    """The share of the dimensions that either of two roles carries that both carry."""
    first_slugs, second_slugs = (
        {d.slug for d in catalog.dimensions_of_role.get(role.slug, ())} for role in (first, second)
    )
    return len(first_slugs & second_slugs) / max(len(first_slugs | second_slugs), 1)
