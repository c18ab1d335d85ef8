"""A catalog from the ESCO skills file: skills with their labels, and the second level of the hierarchy as dimensions.

ESCO 1.1.1 names skills in phrases ("use concurrent programming") and distinguishes homonyms in brackets ("Java
(computer programming)"); the name without the bracket is one more alias. Roles are not part of it.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.catalog.slugs import ESCO_SPELLINGS, slug_of
from pipeline.catalog.value import Catalog, Dimension, Skill, SkillAlias, SkillDimension
from pipeline.errors import CatalogError

COLUMNS = ("id", "description", "hierarchy_levels", "type")
NATURES = {"K": "CONCEPT", "S": "PRACTICE", "T": "SOFT_SKILL", "A": "SOFT_SKILL", "L": "DOMAIN"}
"""Nature of a skill by the branch of its first path in the hierarchy."""
DIMENSION_LEVEL = 2
"""Which step of a hierarchy path names the dimension; shorter paths give their last step."""
MAX_SLUG = 80
"""Characters of a slug, before the suffix that distinguishes equal ones."""


@dataclass
class _Entry:
    """A skill while its labels are collected; ``paths`` are those of the hierarchy, from the root."""

    preferred: str | None = None
    labels: list[str] = field(default_factory=list)
    paths: tuple[tuple[str, ...], ...] = ()


def read_esco(path: Path) -> Catalog:
    """Return the catalog of an ``esco_skills.csv``. Raises ``CatalogError`` with every broken line."""
    entries: dict[str, _Entry] = {}
    names: dict[str, str] = {}
    problems: list[str] = []
    if not path.is_file():
        raise CatalogError([f"{path}: there is no such file; give the path of esco_skills.csv"])
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [c for c in COLUMNS if c not in (reader.fieldnames or ())]:
            raise CatalogError(
                [f"{path.name}, line 1: column {', '.join(missing)} is missing; the columns are {', '.join(COLUMNS)}"]
            )
        for row in reader:
            label = (row["description"] or "").strip()
            if not label or not row["id"]:
                problems.append(f"{path.name}, line {reader.line_num}: id and description must not be empty")
            elif row["type"] in ("level_2", "level_3"):
                names[row["id"]] = label
            elif row["type"] in ("preferredLabel", "altLabel", "altLabels"):
                entry = entries.setdefault(row["id"], _Entry())
                if row["type"] == "preferredLabel":
                    entry.preferred = label
                    entry.paths = _paths(row["hierarchy_levels"], f"{path.name}, line {reader.line_num}", problems)
                else:
                    entry.labels.append(label)
            else:
                problems.append(f"{path.name}, line {reader.line_num}, column type: {row['type']!r} is unknown")
    problems += [
        f"{path.name}: {key} has no preferred label" for key, entry in entries.items() if entry.preferred is None
    ]
    if problems:
        raise CatalogError(problems)
    return _catalog(entries, names)


def _paths(cell: str, where: str, problems: list[str]) -> tuple[tuple[str, ...], ...]:
    try:
        paths = ast.literal_eval(cell) if cell else []
        return tuple(tuple(step for step in path if step) for path in paths)
    except (ValueError, SyntaxError, TypeError):
        problems.append(f"{where}, column hierarchy_levels: {cell!r} is not a list of paths")
        return ()


def _catalog(entries: dict[str, _Entry], names: dict[str, str]) -> Catalog:
    skills: list[Skill] = []
    aliases: list[SkillAlias] = []
    links: list[SkillDimension] = []
    dimensions: dict[str, Dimension] = {}
    taken: set[str] = set()
    for key, entry in sorted(entries.items(), key=lambda item: (item[1].preferred or "", item[0])):
        name = entry.preferred or ""
        slug = _slug(name, key, taken)
        branch = entry.paths[0][0] if entry.paths and entry.paths[0] else ""
        skills.append(Skill(len(skills) + 1, slug, name, skill_nature=NATURES.get(branch)))
        for text in _labels(name, entry.labels):
            kind = "CANONICAL" if text == name else "SYNONYM"
            aliases.append(SkillAlias(len(aliases) + 1, slug, text, kind, is_primary=text == name))
        for step in dict.fromkeys(path[min(DIMENSION_LEVEL, len(path) - 1)] for path in entry.paths if path):
            code = step.lower().replace(".", "-")
            dimensions.setdefault(code, Dimension(None, code, names.get(step, step)))
            links.append(SkillDimension(slug, code))
    ordered = sorted(dimensions.values(), key=lambda d: d.slug)
    return Catalog(
        dimensions=tuple(Dimension(i, d.slug, d.display_name) for i, d in enumerate(ordered, 1)),
        skills=tuple(skills),
        skill_aliases=tuple(aliases),
        skill_dimensions=tuple(links),
    )


def _labels(name: str, labels: Iterable[str]) -> list[str]:
    """The labels of a skill, the preferred first, each once whatever its case, and the name without its bracket."""
    bare = re.sub(r"\s*\([^()]*\)$", "", name)
    return list({text.lower(): text for text in reversed([name, *labels, bare]) if text}.values())[::-1]


def _slug(name: str, key: str, taken: set[str]) -> str:
    slug = slug_of(name, ESCO_SPELLINGS, max_length=MAX_SLUG) or key
    if slug in taken:
        slug = f"{slug}-{key[:8]}"
    taken.add(slug)
    return slug
