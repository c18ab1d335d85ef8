"""The usage of a catalog by past runs: counts of runs, and the texts of the newest ones with what was matched in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.catalog import Catalog
from pipeline.contracts import Extraction

NEIGHBOURS_AMONG = 50
"""The newest runs of a form in which its neighbours are looked for: the links of a skill move, and what older runs show of them."""
TEXTS_AMONG = 400
"""The newest runs whose texts are looked at."""


@dataclass(frozen=True)
class UsedForm:
    """A form by which a run matched a skill, and the place where it stands first, in code points of the text."""

    skill_slug: str
    alias_text: str
    start: int


@dataclass(frozen=True)
class UsedText:
    """The text of a run, the role that it chose (null for none), and the forms that it matched, in the order of their places."""

    text: str
    role_slug: str | None
    forms: tuple[UsedForm, ...]

    @property
    def skills(self) -> frozenset[str]:
        """The slugs of the matched skills."""
        return frozenset(form.skill_slug for form in self.forms)


@dataclass(frozen=True)
class Usage:
    """The number of runs, and of those that matched each skill and form, chose each role, or proposed each term.

    ``forms`` are counted by (skill slug, text); ``with_neighbours`` counts, of the newest ``NEIGHBOURS_AMONG`` runs of a form,
    those in which another skill of its skill's dimensions was matched too; ``dimensions`` counts the runs that matched a skill of
    the dimension. ``texts`` are those of the newest ``TEXTS_AMONG`` runs, each text once.
    """

    runs: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[tuple[str, str], int] = field(default_factory=dict)
    with_neighbours: Mapping[tuple[str, str], int] = field(default_factory=dict)
    dimensions: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[UsedText, ...] = ()


def used_text(text: str, extraction: Extraction) -> UsedText:
    """Return what a run matched in its text."""
    first: dict[tuple[str, str], int] = {}
    for skill in extraction.skills:
        for mention in skill.mentions if skill.slug else ():
            key = str(skill.slug), mention.alias or mention.text
            first[key] = min(mention.start, first.get(key, mention.start))
    forms = sorted((UsedForm(*key, start) for key, start in first.items()), key=_place)
    role = extraction.decision.chosen_role
    return UsedText(text, role.slug if role else None, tuple(forms))


def usage_of_texts(catalog: Catalog, texts: Iterable[UsedText]) -> Usage:
    """Return the usage by runs of some texts, the newest first; terms are not counted."""
    texts = tuple(texts)
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("skills", "dimensions", "roles")}
    forms, beside = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for text in texts:
        members: Counter[str] = Counter(d.slug for s in text.skills for d in catalog.dimensions_of_skill.get(s, ()))
        counts["skills"].update(text.skills)
        counts["dimensions"].update({*members})
        counts["roles"].update([text.role_slug] if text.role_slug else [])
        for form in text.forms:
            key = form.skill_slug, form.alias_text
            forms[key] += 1
            own = catalog.dimensions_of_skill.get(form.skill_slug, ())
            if forms[key] <= NEIGHBOURS_AMONG and any(members[d.slug] > 1 for d in own):
                beside[key] += 1
    return Usage(runs=len(texts), forms=forms, with_neighbours=beside, texts=texts[:TEXTS_AMONG], **counts)


def _place(form: UsedForm) -> tuple[int, str, str]:
    return form.start, form.skill_slug, form.alias_text
