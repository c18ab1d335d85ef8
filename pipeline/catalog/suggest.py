"""What a curator is offered first: where a skill may belong, whose a form may be, and entries by a few letters.

Everything here is fast enough to be asked at each key stroke, and so asks no vectors.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process, utils

from pipeline.catalog.value import Catalog, Dimension, Skill

_WORD = re.compile(r"[a-z0-9+#]+")
NEAR_LETTERS = 60


def likely_dimensions(catalog: Catalog, skill: str, role: str | None = None, most: int = 6) -> list[Dimension]:
    """Dimensions that a skill may belong to, the likeliest first, its own left out: those of the other skills of its
    sub-category, and of skills whose names share its words; those that ``role`` carries count double."""
    row = catalog.skill[skill]
    own = {d.slug for d in catalog.dimensions_of_skill.get(skill, ())}
    carried = {d.slug for d in catalog.dimensions_of_role.get(role, ())} if role else set()
    words = set(_WORD.findall(f"{row.display_name} {' '.join(row.context_tags)}".lower()))
    counts: Counter[str] = Counter()
    for other in catalog.skills:
        if other.slug == skill:
            continue
        same = row.sub_category is not None and (other.category, other.sub_category) == (row.category, row.sub_category)
        shared = len(words & set(_WORD.findall(other.display_name.lower())))
        for dimension in catalog.dimensions_of_skill.get(other.slug, ()) if same or shared else ():
            counts[dimension.slug] += 2 * same + 3 * shared
    for dimension in catalog.dimensions:
        counts[dimension.slug] += 4 * len(words & set(_WORD.findall(dimension.display_name.lower())))
    # A large dimension holds some of everything.
    size = {d: len(s) for d, s in catalog.skills_of_dimension.items()}
    scored = {d: n * (2 if d in carried else 1) / (size.get(d, 0) + 10) ** 0.5 for d, n in counts.items() if n and d not in own}
    return [catalog.dimension[d] for d in sorted(scored, key=lambda d: (-scored[d], d))[:most]]


def likely_owners(catalog: Catalog, text: str, but: str | None = None, most: int = 6) -> list[Skill]:
    """Skills that a form may be meant to name, the likeliest first: those whose names hold it as a word, those whose names
    it abbreviates, those with other forms that hold it, then those with forms of like letters."""
    bare = "".join(_WORD.findall(text.lower()))
    scores: dict[str, float] = defaultdict(float)
    for skill in catalog.skills:
        words = _WORD.findall(skill.display_name.lower())
        if bare in words:
            # The first word says most of what a thing is: "CI/CD" more than "Jenkins for CI".
            scores[skill.slug] = 1.6 if words[0] == bare else 1.3
        elif len(words) > 1 and 2 <= len(bare) <= 7 and (initials := "".join(w[0] for w in words)).startswith(bare):
            scores[skill.slug] = (1.4 if initials == bare else 1.1) - 0.02 * len(words)
    for alias in catalog.skill_aliases:
        if bare in (words := _WORD.findall(alias.alias_text.lower())) and len(words) > 1:
            scores[alias.skill_slug] = max(scores[alias.skill_slug], 1.0) + 0.01
    texts = [a.alias_text for a in catalog.skill_aliases]
    for _, score, at in process.extract(text, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=40, score_cutoff=NEAR_LETTERS):
        slug = catalog.skill_aliases[at].skill_slug
        scores[slug] = max(scores[slug], score / 100)
    return [catalog.skill[s] for s in sorted(scores, key=lambda s: (-scores[s], s)) if s != but][:most]


@dataclass(frozen=True)
class Finder:
    """Entries made ready for search as you type: ``texts`` are their lower-case names and other forms."""

    slugs: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Any], forms: dict[str, list[str]] | None = None) -> Finder:
        """Entries in the order of their names; ``forms`` are other texts by which they may be found."""
        ordered = sorted(rows, key=lambda r: (r.display_name.lower(), r.slug))
        texts = ["\n".join([r.display_name, r.slug, *(forms or {}).get(r.slug, ())]).lower() for r in ordered]
        return cls(tuple(r.slug for r in ordered), tuple(r.display_name.lower() for r in ordered), tuple(texts))

    def find(self, words: str, most: int = 200) -> tuple[list[str], int]:
        """Slugs of the entries that hold every word, and how many there are in all: those that are called just
        what was typed first, then names that begin with it, words of names, and other forms."""
        wanted = words.lower().split()
        if not wanted:
            return list(self.slugs[:most]), len(self.slugs)
        whole = " ".join(wanted)
        found = [i for i, text in enumerate(self.texts) if all(w in text for w in wanted)]

        def rank(i: int) -> tuple[int, int, int]:
            name = self.names[i]
            if name == whole:
                how = 0
            elif name.startswith(whole):
                how = 2
            elif f"\n{whole}\n" in f"{self.texts[i]}\n":
                how = 1
            else:
                how = 3 if f" {whole}" in name else 4 if whole in name else 5
            return how, len(name) if how < 5 else 0, i

        return [self.slugs[i] for i in sorted(found, key=rank)[:most]], len(found)
