"""``fit unknown``: the nature and the dimensions of a skill that the catalog lacks, on catalog skills that are hidden from it.

Each skill that the job descriptions name is hidden in one of them, chosen by a hash, and is read as a new term there, by the
words of its first mention; and once more under a name that is made up, so that the name counts less than on words that the
encoder knows. What a job description names is held out together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Extraction, FinalSkill
from pipeline.learned.fit.logistic import Choice, Floats, fit_choices, folds
from pipeline.learned.fitted import Figures, UnknownWeights
from pipeline.learned.sign_weights import NatureSigns, Numbers, PlaceSigns
from pipeline.run import Extracted, RunContext, RunState, run_stages
from pipeline.stages.unknown import MAX_DIMENSIONS, evidence_of
from pipeline.stages.unknown_signs import Evidence, Signs, nature_of, nature_signs, place_signs

PENALTY = 1.0
_SYLLABLES = "ze phy rin qu or vix zan til bru mo ka lex dor ni sta vu".split()
MADE_UP = 3
"""Syllables of a name that is made up."""


@dataclass(frozen=True)
class HiddenSkill:
    """A catalog skill that is read as a new term in one job description, under a name of its text or one that is made up."""

    jd: str
    slug: str
    is_made_up: bool
    evidence: Evidence


@dataclass(frozen=True)
class Hidden:
    """A skill that is hidden in a job description, and what its nature and its dimensions are a choice among."""

    jd: str
    is_made_up: bool
    nature: Choice
    place: Choice


def fit_unknown(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> tuple[UnknownWeights, Figures]:
    """Return the numbers of ``stages.unknown_signs`` and their figures, cross-validated by job description."""
    rows = [_observed(hidden, indexes) for hidden in hidden_skills(jds, indexes)]
    natures, places = [row.nature for row in rows], [row.place for row in rows]
    figures: Figures = {
        "skills": sum(not row.is_made_up for row in rows),
        "job descriptions": len({row.jd for row in rows}),
    }
    crossed = (
        ("nature right", natures, 1),
        ("one of two dimensions right", places, MAX_DIMENSIONS),
        ("first dimension right", places, 1),
    )
    for name, choices, first in crossed:
        right = right_of(choices, [row.jd for row in rows], first)
        for kind, made_up in (("cross-validated", False), ("cross-validated, names made up", True)):
            of_kind = [x for x, row in zip(right, rows, strict=True) if row.is_made_up == made_up]
            figures[f"{name}, {kind}"] = round(float(np.mean(of_kind)), 4)
    return UnknownWeights(
        nature=NatureSigns(**weights_by_sign(NatureSigns, fit_choices(natures, PENALTY))),
        place=PlaceSigns(**weights_by_sign(PlaceSigns, fit_choices(places, PENALTY))),
    ), figures


def hidden_skills(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> list[HiddenSkill]:
    """Return each skill in the job description of which the hash with it is least, under both names."""
    found: dict[str, tuple[str, Extraction, FinalSkill, str]] = {}
    for jd in jds:
        context = RunContext(str(jd["id"]), indexes, Config())
        # Step 2 would need the numbers that are fitted.
        events = run_stages(RunState.from_text(jd["text"], jd["title"]), context)
        extraction = next(event.extraction for event in events if isinstance(event, Extracted))
        for skill in extraction.skills:
            if skill.slug is None or not skill.mentions or skill.skill_nature == "SOFT_SKILL":
                continue
            order = hashlib.sha256(f"{jd['id']} {skill.slug}".encode()).hexdigest()
            if skill.slug not in found or order < found[skill.slug][0]:
                found[skill.slug] = (order, extraction, skill, str(jd["id"]))
    return [
        _hidden(name, skill, extraction, indexes, made_up=made_up)
        for _, extraction, skill, name in found.values()
        for made_up in (False, True)
    ]


def _made_up(slug: str) -> str:
    digest = hashlib.sha256(slug.encode()).digest()
    return "".join(_SYLLABLES[byte % len(_SYLLABLES)] for byte in digest[:MADE_UP]).capitalize()


def _hidden(jd: str, skill: FinalSkill, extraction: Extraction, indexes: Indexes, *, made_up: bool) -> HiddenSkill:
    slug = skill.slug or ""
    others = [s for s in extraction.skills if s.slug != slug]
    name = _made_up(slug) if made_up else skill.mentions[0].text
    term = skill.model_copy(update={"skill_name": name, "slug": None})
    evidence = evidence_of(term, extraction.model_copy(update={"skills": others}), indexes, without=slug)
    return HiddenSkill(jd, slug, made_up, evidence)


def _observed(hidden: HiddenSkill, indexes: Indexes) -> Hidden:
    own = {d.slug for d in indexes.catalog.dimensions_of_skill.get(hidden.slug, ())}
    nature = nature_of(hidden.slug, indexes)
    natures, places = nature_signs(hidden.evidence), place_signs(hidden.evidence)
    return Hidden(
        hidden.jd, hidden.is_made_up, choice_of(natures, {nature}, NatureSigns), choice_of(places, own, PlaceSigns)
    )


def choice_of(signs: Signs, right: set[str], kind: type[Numbers]) -> Choice:
    """Return the choice among alternatives by their signs."""
    features = np.array([[of[name] for name in kind.model_fields] for of in signs.values()], np.float64)
    return Choice(features, np.array([key in right for key in signs], np.bool_))


def weights_by_sign(kind: type[Numbers], weights: Floats) -> dict[str, float]:
    """Return fitted weights by the sign's name."""
    return {name: round(float(w), 4) for name, w in zip(kind.model_fields, weights, strict=True)}


def right_of(choices: Sequence[Choice], names: Sequence[str], first: int) -> list[bool]:
    """Return whether one of the ``first`` alternatives of each choice is right, with its job description held out."""
    right = [False] * len(choices)
    for fitted_on, left_out in folds(names, 5):
        weights = fit_choices([choices[i] for i in fitted_on], PENALTY)
        for i in left_out:
            order = np.argsort(-(choices[i].features @ weights), kind="stable")[:first]
            right[i] = bool(choices[i].right[order].any())
    return right
