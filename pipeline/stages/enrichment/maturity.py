"""The maturity of a stack: from the facts of its catalog skills, how mature each is and whether it is made for the cloud.

A primary skill weighs twice what a secondary one does. The mean of the skills' bands (legacy 0, cutting edge 4) is the level of
the stack, and the share of its cloud-native skills parts a modern stack from a cloud-native one. Named technologies decide; ideas
and methods, which nearly all are mainstream, count where fewer than ``MIN_TECHNOLOGIES`` are named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pipeline.catalog.value import TECHNOLOGY
from pipeline.contracts import MaturityLabel, TechStackMaturity
from pipeline.contracts.vocabularies import MATURITY_BANDS, MATURITY_LABELS
from pipeline.stages.enrichment.matched import MatchedSkill

VERSION = 1
"""Of the rule: a kept judgement of another version is not used."""
LEVELS = {band: level for level, band in enumerate(MATURITY_BANDS.words)}
MAX_LEVELS: Sequence[tuple[float, MaturityLabel]] = ((0.5, "Legacy"), (1.5, "Established"), (2.2, "Mainstream"))
"""The levels up to which a stack has a label; one above them is of current technology."""
MIN_CUTTING_EDGE = 3.4
"""Level from which on a stack is cutting edge."""
MIN_NATIVE_SHARE = 0.4
"""Share of cloud-native skills, by weight, from which on a stack of current technology is cloud native."""
MIN_NATIVE_LEVEL = 2.2
"""Level from which on a stack with such a share is of current technology."""
MIN_TECHNOLOGIES = 3
"""Named technologies that decide by themselves."""
MAX_NAMED = 6
"""Skills that the reasoning names."""
NOTHING = "No skill of which the catalog says how mature it is was found, so that nothing can be said of the stack."
_IN_WORDS = {
    "LEGACY": "legacy",
    "ESTABLISHED": "established",
    "MAINSTREAM": "mainstream",
    "MODERN": "modern",
    "CUTTING_EDGE": "cutting edge",
}


class KeptMaturities(Protocol):
    """Judgements of stacks that were made before, by the key of the stack."""

    def get(self, key: str) -> TechStackMaturity | None:
        """Return the judgement of a stack; null for one that was not judged."""
        ...

    def put(self, key: str, maturity: TechStackMaturity) -> None:
        """Keep the judgement of a stack."""
        ...


class StackPart(NamedTuple):
    """A skill of a stack with its facts: what the judgement depends on, and nothing else."""

    slug: str
    name: str
    weight: float
    band: str
    is_native: bool

    @property
    def level(self) -> int:
        """How mature it is, from 0 (legacy) to 4 (cutting edge)."""
        return LEVELS[self.band]


def stack_of(matched: Sequence[MatchedSkill]) -> tuple[StackPart, ...]:
    """Return the parts of a stack by slug: the named technologies of a band, or with the ideas where they are few; each once, with the
    higher of its weights.
    """
    technologies = [m for m in matched if m.skill.skill_nature in TECHNOLOGY and m.skill.maturity_band]
    is_named = len({m.skill.slug for m in technologies}) >= MIN_TECHNOLOGIES
    parts: dict[str, StackPart] = {}
    for row in sorted(technologies if is_named else matched, key=lambda m: (m.skill.slug, m.weight)):
        band = row.skill.maturity_band
        if band is not None:
            parts[row.skill.slug] = StackPart(
                row.skill.slug, row.skill.display_name, row.weight, band, row.skill.is_cloud_native
            )
    return tuple(parts.values())


def stack_key(stack: Sequence[StackPart]) -> str:
    """Return the key of a stack: the SHA-256 of its skills with what they weigh and their facts, and of the version of the rule."""
    return hashlib.sha256(json.dumps([VERSION, *stack]).encode()).hexdigest()


def tech_stack_maturity(matched: Sequence[MatchedSkill], kept: KeptMaturities | None = None) -> TechStackMaturity:
    """Return the maturity of the stack of the matched skills; one that is ``kept`` is a cache hit."""
    stack = stack_of(matched)
    if kept is None or not stack:
        return judge_stack(stack)
    key = stack_key(stack)
    found = kept.get(key)
    if found is not None:
        return found.model_copy(update={"cache_hit": True})
    judged = judge_stack(stack)
    kept.put(key, judged)
    return judged


def judge_stack(stack: Sequence[StackPart]) -> TechStackMaturity:
    """Return the label of a stack, with the skills that decided and why."""
    if not stack:
        return TechStackMaturity(label=MATURITY_LABELS.instead, reasoning=NOTHING, cache_hit=False, deciding_skills=[])
    total = sum(part.weight for part in stack)
    level = sum(part.weight * part.level for part in stack) / total
    native = sum(part.weight for part in stack if part.is_native) / total
    label = _label(level, native)
    deciding = _deciding(stack, label)
    return TechStackMaturity(
        label=label,
        reasoning=_reasoning(stack, deciding, native, label),
        cache_hit=False,
        deciding_skills=[part.name for part in deciding],
    )


def _label(level: float, native: float) -> MaturityLabel:
    if level >= MIN_CUTTING_EDGE:
        return "Cutting Edge"
    if native >= MIN_NATIVE_SHARE and level >= MIN_NATIVE_LEVEL:
        return "Modern Cloud Native"
    return next((label for limit, label in MAX_LEVELS if level < limit), "Mainstream Modern")


BANDS_OF_LABEL: dict[MaturityLabel, frozenset[str]] = {
    "Legacy": frozenset({"LEGACY"}),
    "Established": frozenset({"ESTABLISHED", "LEGACY"}),
    "Mainstream": frozenset({"MAINSTREAM"}),
    "Mainstream Modern": frozenset({"MODERN", "MAINSTREAM"}),
    "Modern Cloud Native": frozenset({"MODERN", "CUTTING_EDGE"}),
    "Cutting Edge": frozenset({"CUTTING_EDGE"}),
}
"""The bands whose skills speak for a label."""


def _deciding(stack: Sequence[StackPart], label: MaturityLabel) -> list[StackPart]:
    """The skills that speak for the label, those of most weight and of its own band first."""
    bands = BANDS_OF_LABEL[label]
    is_native = label == "Modern Cloud Native"
    speaking = [p for p in stack if (p.is_native if is_native else p.band in bands)] or list(stack)
    own = label.upper().replace(" ", "_")
    return sorted(speaking, key=lambda p: (-p.weight, p.band != own, -p.level, p.slug))[:MAX_NAMED]


def _reasoning(stack: Sequence[StackPart], deciding: Sequence[StackPart], native: float, label: MaturityLabel) -> str:
    """One or two sentences: which skills decided, what they are, and of what the rest of the stack is."""
    named = _listed([part.name for part in deciding])
    counted = {band: sum(p.band == band for p in stack) for band in MATURITY_BANDS.words}
    bands = _listed([f"{n} {_IN_WORDS[band]}" for band, n in counted.items() if n])
    of_all = f"Of {len(stack)} skills {bands}" if len(stack) > 1 else f"The one skill is {bands[2:]}"
    made_for = f", and {native:.0%} of their weight is made for the cloud" if native else ""
    verb = "decides" if len(deciding) == 1 else "decide"
    return f"{named} {verb} for {label}. {of_all}{made_for}."


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
