"""Suggestions to a curator: dimensions for a skill, owners for a form, and entries by a few letters.

They use no vectors, so that they are fast enough for each key stroke.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from pipeline.catalog.value import Catalog, Dimension, Role, Skill

_WORD = re.compile(r"[a-z0-9+#]+")
MIN_LIKENESS = 60
"""Similarity of letters (0..100) from which on a form is suggested for a skill."""


def likely_dimensions(catalog: Catalog, skill: str, role: str | None = None, limit: int = 6) -> list[Dimension]:
    """Return the dimensions that a skill may belong to, the likeliest first, its own left out.

    They are those of the other skills of its sub-category, and of skills whose names share its words; dimensions that
    ``role`` (a slug) carries count double.
    """
    row = catalog.skill[skill]
    own = {d.slug for d in catalog.dimensions_of_skill.get(skill, ())}
    carried = {d.slug for d in catalog.dimensions_of_role.get(role, ())} if role else set()
    words = set(_WORD.findall(f"{row.display_name} {' '.join(row.context_tags)}".lower()))
    counts: Counter[str] = Counter()
    for other in catalog.skills:
        if other.slug == skill:
            continue
        same_shelf = row.sub_category is not None and (other.category, other.sub_category) == (
            row.category,
            row.sub_category,
        )
        shared = len(words & set(_WORD.findall(other.display_name.lower())))
        for dimension in catalog.dimensions_of_skill.get(other.slug, ()) if same_shelf or shared else ():
            counts[dimension.slug] += 2 * same_shelf + 3 * shared
    for dimension in catalog.dimensions:
        counts[dimension.slug] += 4 * len(words & set(_WORD.findall(dimension.display_name.lower())))
    # Large dimensions would otherwise always lead.
    size = {d: len(s) for d, s in catalog.skills_of_dimension.items()}
    scored = {
        d: n * (2 if d in carried else 1) / (size.get(d, 0) + 10) ** 0.5
        for d, n in counts.items()
        if n and d not in own
    }
    return [catalog.dimension[d] for d in sorted(scored, key=lambda d: (-scored[d], d))[:limit]]


def likely_owners(catalog: Catalog, text: str, exclude: str | None = None, limit: int = 6) -> list[Skill]:
    """Return the skills that a form may name, the likeliest first; ``exclude`` is the slug of one that is left out.

    They are those whose names hold the form as a word, those whose names it abbreviates, those with other forms that hold
    it, then those with forms of similar letters.
    """
    bare = "".join(_WORD.findall(text.lower()))
    scores: dict[str, float] = defaultdict(float)
    for skill in catalog.skills:
        words = _WORD.findall(skill.display_name.lower())
        if bare in words:
            # The first word of a name counts most: "CI/CD" before "Jenkins for CI".
            scores[skill.slug] = 1.6 if words[0] == bare else 1.3
        elif len(words) > 1 and 2 <= len(bare) <= 7 and (initials := "".join(w[0] for w in words)).startswith(bare):
            scores[skill.slug] = (1.4 if initials == bare else 1.1) - 0.02 * len(words)
    for alias in catalog.skill_aliases:
        if bare in (words := _WORD.findall(alias.alias_text.lower())) and len(words) > 1:
            scores[alias.skill_slug] = max(scores[alias.skill_slug], 1.0) + 0.01
    texts = [a.alias_text for a in catalog.skill_aliases]
    for _, score, at in process.extract(
        text, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=40, score_cutoff=MIN_LIKENESS
    ):
        slug = catalog.skill_aliases[at].skill_slug
        scores[slug] = max(scores[slug], score / 100)
    return [catalog.skill[s] for s in sorted(scores, key=lambda s: (-scores[s], s)) if s != exclude][:limit]


@dataclass(frozen=True)
class Finder:
    """Entries indexed for search as you type: ``texts`` are their names and other forms in lower case, one a line."""

    slugs: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]

    @classmethod
    def from_rows(cls, rows: Sequence[Role | Dimension | Skill], forms: dict[str, list[str]] | None = None) -> Finder:
        """Return a finder of rows in the order of their names; ``forms`` are other texts by slug, by which rows are found."""
        ordered = sorted(rows, key=lambda r: (r.display_name.lower(), r.slug))
        texts = ["\n".join([r.display_name, r.slug, *(forms or {}).get(r.slug, ())]).lower() for r in ordered]
        return cls(tuple(r.slug for r in ordered), tuple(r.display_name.lower() for r in ordered), tuple(texts))

    def find(self, words: str, limit: int = 200) -> tuple[list[str], int]:
        """Return the slugs of the entries that hold every word, at most ``limit``, and the number of all of them.

        Names equal to what was typed come first, then equal forms, names that begin with it, words of names, other forms.
        """
        wanted = words.lower().split()
        if not wanted:
            return list(self.slugs[:limit]), len(self.slugs)
        whole = " ".join(wanted)
        matches = [i for i, text in enumerate(self.texts) if all(w in text for w in wanted)]

        def rank(i: int) -> tuple[int, int, int]:
            name = self.names[i]
            if name == whole:
                group = 0
            elif name.startswith(whole):
                group = 2
            elif f"\n{whole}\n" in f"{self.texts[i]}\n":
                group = 1
            else:
                group = 3 if f" {whole}" in name else 4 if whole in name else 5
            return group, len(name) if group < 5 else 0, i

        return [self.slugs[i] for i in sorted(matches, key=rank)[:limit]], len(matches)
