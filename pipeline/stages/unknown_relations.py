"""How a term that the catalog lacks relates to the skills that it has: another name, a form, a part of, an alternative to one.

Each relation is a logistic model of signs: what names share in letters, words and initials (``form_shapes``), how near they are in
meaning, the company in the text, nature and dimensions. The numbers are those of ``OrchestratorWeights``, fitted on forms and
skills that are hidden from the catalog (``fit orchestrator``), so that a confidence is the probability that the relation holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.form_shapes import FormShapes, Likeness, Shape
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.meanings import SOFT_SKILL, Like
from pipeline.catalog.value import slug_order
from pipeline.learned.fitted import orchestrator_weights
from pipeline.learned.sign_weights import RelationModel
from pipeline.stages.unknown_signs import Evidence, nature_of
from pipeline.text.words import commonness
from pipeline.vectors import Vectors

MIN_CONFIDENCE = 0.3
"""The probability from which on a relation is named."""
MAX_OF_A_KIND = 3
"""Relations of one kind that are named."""
NEAR = 0.8
"""The cosine from which on the sign ``near`` grows: below it names of different things are as near."""
ADJACENT = 0.8
"""The weight of a neighbour with nothing but a separator between it and the term ("Kafka or Pulsar")."""
IN_BRACKETS = 0.9
"""The weight of a neighbour with nothing but a bracket between it and the term."""
WRITTEN_OUT = 0.95
"""How sure it is that initials in brackets behind a name stand for it: what a text says itself."""


@dataclass(frozen=True)
class Term:
    """A term with what was found of it: probabilities of its natures and dimensions, its vector among names of skills."""

    evidence: Evidence
    natures: Mapping[str, float]
    places: Mapping[str, float]
    compared: Vectors
    nearest: Sequence[Like]

    @property
    def name(self) -> str:
        """Its name."""
        return self.evidence.name

    @property
    def indexes(self) -> Indexes:
        """The indexes of the catalog that lacks it."""
        return self.evidence.indexes

    @property
    def shapes(self) -> FormShapes:
        """The catalog's forms by what a term may share with them."""
        return self.indexes.form_shapes

    def weight_beside(self, slug: str) -> float:
        """How near a skill stands to it in the text, 0..1; 0 for one that does not stand beside it."""
        return next((vote.weight for vote in self.evidence.beside if vote.slug == slug), 0.0)


class FoundRelation(NamedTuple):
    """A relation of a term to a skill of the catalog, the probability that it holds, and why."""

    relation: str
    slug: str
    confidence: float
    reasons: tuple[str, ...]


def relations_of(term: Term) -> list[FoundRelation]:
    """Return the relations of a term, by kind, the surest first; a skill of which it is a name is in no other relation."""
    names = _best(names_of(term))
    taken = {found.slug for found in names}
    parts = _best([found for found in parts_of(term) if found.slug not in taken])
    taken |= {found.slug for found in parts}
    alternatives = _best([found for found in alternatives_of(term) if found.slug not in taken])
    return [*names, *parts, *alternatives]


def _best(found: Sequence[FoundRelation]) -> list[FoundRelation]:
    """The surest relations of each kind."""
    ordered = sorted(
        (f for f in found if f.confidence >= MIN_CONFIDENCE),
        key=lambda f: (-round(f.confidence, 6), slug_order(f.slug)),
    )
    kinds = dict.fromkeys(f.relation for f in ordered)
    return [f for kind in kinds for f in [x for x in ordered if x.relation == kind][:MAX_OF_A_KIND]]


# --- another name, or a form --------------------------------------------------------------------------------------


def names_of(term: Term) -> list[FoundRelation]:
    """Return the skills of which a term may be a name, as duplicate or as a form, however unsure."""
    shared = term.shapes.like(term.name)
    likeness = _meanings(term, [*shared, *(near.slug for near in term.nearest)])
    found = []
    for slug in likeness:
        like = shared.get(slug, Likeness())
        confidence = probability(same_signs(term.name, like, likeness[slug], term.indexes, slug), _models().same)
        written_out = like.initials and term.weight_beside(slug) >= IN_BRACKETS
        reasons = _same_reasons(like, likeness[slug], is_written_out=written_out)
        kind = "form_of" if like.stem and not like.joined else "duplicate_of"
        found.append(FoundRelation(kind, slug, max(confidence, WRITTEN_OUT if written_out else 0.0), reasons))
    return [*found, *_versions(term)]


def same_signs(name: str, like: Likeness, meaning: float, indexes: Indexes, slug: str) -> dict[str, float]:
    """Return the signs of ``SameSigns`` that a term is a name of a skill; ``meaning`` is the cosine of both names."""
    other = like.form or fold_key(indexes.catalog.skill[slug].display_name)
    # Standards and versions differ by their numbers alone, which letters and the encoder hardly see.
    agree = _digits(name) == _digits(other)
    return {
        "letters": like.letters * agree,
        "joined": float(like.joined),
        "stem": float(like.stem),
        "initials": float(like.initials),
        "tail": float(like.tail),
        "meaning": meaning,
        "near": max(0.0, meaning - NEAR) / (1 - NEAR) * agree,
        "numbers": float(not agree),
    }


def _versions(term: Term) -> list[FoundRelation]:
    """The skills of which a term is a version or an edition: one of their forms with words that versions add."""
    return [
        FoundRelation("form_of", shape.slug, WRITTEN_OUT, (f"its name is {shape.key} with {' '.join(behind)}",))
        for shape, before, behind in term.shapes.within(term.name)
        if not before and term.shapes.is_version(behind)
    ]


def _same_reasons(like: Likeness, meaning: float, *, is_written_out: bool) -> tuple[str, ...]:
    shared = (
        (is_written_out, "the text has one behind the other, in brackets"),
        (like.joined, f"the same letters as {like.form}"),
        (like.stem and not like.joined, f"{like.form} in another number"),
        (like.initials, f"initials, as {like.form} is written out or shortened"),
        (like.tail, f"{like.form} without its first word"),
        (like.letters > 0 and not like.joined, f"spelled like {like.form}"),
        (True, f"nearness in meaning {meaning:.2f}"),
    )
    return tuple(words for holds, words in shared if holds)


# --- part of ------------------------------------------------------------------------------------------------------


def parts_of(term: Term) -> list[FoundRelation]:
    """Return the skills of which a term may be a part or a special case: those whose form stands within its name."""
    found: dict[str, FoundRelation] = {}
    within = term.shapes.within(term.name)
    likeness = _meanings(term, [shape.slug for shape, _, _ in within])
    for shape, before, behind in within:
        if shape.slug not in likeness or (not before and term.shapes.is_version(behind)):
            continue
        signs = part_signs(shape, before, behind, likeness[shape.slug], mass_in(shape.slug, term))
        confidence = probability(signs, _models().part)
        added = " ".join([*before, "…", *behind]) if before and behind else " ".join([*before, *behind])
        reasons = (f"its name is {shape.key} with {added}", f"nearness in meaning {likeness[shape.slug]:.2f}")
        old = found.get(shape.slug)
        if old is None or confidence > old.confidence:
            found[shape.slug] = FoundRelation("part_of", shape.slug, confidence, reasons)
    return list(found.values())


def part_signs(
    shape: Shape, before: Sequence[str], behind: Sequence[str], meaning: float, mass: float
) -> dict[str, float]:
    """Return the signs of ``PartSigns`` that a term which holds a form is part of its skill.

    ``before`` and ``behind`` are the words of the term around the form, ``mass`` is the probability of the skill's dimensions.
    """
    words = shape.key.split()
    return {
        "begins": float(not before),
        "ends": float(not behind),
        "share": len(words) / (len(words) + len(before) + len(behind)),
        "common": min(map(commonness, words)) / 5.0,
        "meaning": meaning,
        "dimension": mass,
    }


# --- alternative to -----------------------------------------------------------------------------------------------


def alternatives_of(term: Term) -> list[FoundRelation]:
    """Return the skills that may be used in place of a term: of its nature, in its dimensions, beside it or like it."""
    slugs = dict.fromkeys([*(v.slug for v in term.evidence.beside), *(near.slug for near in term.nearest)])
    found = []
    for slug, meaning in _meanings(term, list(slugs)).items():
        signs = alternative_signs(slug, meaning, term)
        found.append(
            FoundRelation(
                "alternative_to", slug, probability(signs, _models().alternative), _why_alternative(slug, signs, term)
            )
        )
    return found


def alternative_signs(slug: str, meaning: float, term: Term) -> dict[str, float]:
    """Return the signs of ``AlternativeSigns`` that a skill may be used in place of a term."""
    beside = term.weight_beside(slug)
    return {
        "nature": term.natures.get(nature_of(slug, term.indexes), 0.0),
        "dimension": mass_in(slug, term),
        "beside": beside,
        "adjacent": float(beside >= ADJACENT),
        "meaning": meaning,
    }


def _why_alternative(slug: str, signs: Mapping[str, float], term: Term) -> tuple[str, ...]:
    catalog = term.indexes.catalog
    places = [d for d in catalog.dimensions_of_skill.get(slug, ()) if d.slug in term.places]
    shared = max(places, key=lambda d: (term.places[d.slug], d.slug), default=None)
    nature = nature_of(slug, term.indexes).lower().replace("_", " ")
    reasons = (
        (signs["nature"] >= 0.5, f"both are of nature {nature}"),
        (
            shared is not None and signs["dimension"] >= MIN_CONFIDENCE,
            f"both in {shared.display_name if shared else ''}",
        ),
        (bool(signs["adjacent"]), "named as one of several, side by side"),
        (0 < signs["beside"] < ADJACENT, "it stands near it in the text"),
        (True, f"nearness in meaning {signs['meaning']:.2f}"),
    )
    return tuple(words for holds, words in reasons if holds)


# --- what the models share ----------------------------------------------------------------------------------------


def probability(signs: Mapping[str, float], model: RelationModel) -> float:
    """Return the probability of a relation by its signs."""
    log_odds = model.bias + sum(model.weights[name] * value for name, value in signs.items())
    return 1.0 / (1.0 + exp(-log_odds))


def mass_in(slug: str, term: Term) -> float:
    """Return the probability that a term is in one of a skill's dimensions, 0..1."""
    dimensions = term.indexes.catalog.dimensions_of_skill.get(slug, ())
    return min(1.0, sum(term.places.get(d.slug, 0.0) for d in dimensions))


def _meanings(term: Term, slugs: Sequence[str]) -> dict[str, float]:
    """The nearness in meaning of a term and skills by slug, soft skills left out."""
    skill = term.indexes.catalog.skill
    hard = [slug for slug in dict.fromkeys(slugs) if skill[slug].skill_nature != SOFT_SKILL]
    return term.indexes.skill_names.likeness_compared(term.compared, hard)


def _digits(name: str) -> list[str]:
    return [c for c in name if c.isdecimal()]


class _Models(NamedTuple):
    same: RelationModel
    part: RelationModel
    alternative: RelationModel


def _models() -> _Models:
    weights = orchestrator_weights()
    return _Models(weights.same, weights.part, weights.alternative)
