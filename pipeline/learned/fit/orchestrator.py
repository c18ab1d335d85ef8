"""``fit orchestrator``: the facts and the relations of a skill that the catalog lacks, on what is hidden from it.

Facts and alternatives are those of skills that are hidden in one job description each (``fit unknown``); two skills are
alternatives where the catalog gives them one nature, one sub-category and a dimension in common. Names are forms that are hidden
one at a time, among skills that are hidden whole and so are names of nothing. Parts are names that hold a form of another skill;
they are its parts where both share a dimension or a vendor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.form_shapes import Likeness, Shape
from pipeline.catalog.indexes import SKILL_FACTS, Indexes
from pipeline.catalog.value import Skill
from pipeline.learned.fit.logistic import Choice, fit_choices, fit_logistic, folds, sigmoid
from pipeline.learned.fit.unknown import HiddenSkill, choice_of, hidden_skills, right_of, weights_by_sign
from pipeline.learned.fitted import Figures, OrchestratorWeights, unknown_weights
from pipeline.learned.sign_weights import AlternativeSigns, FactSigns, Numbers, PartSigns, RelationModel, SameSigns
from pipeline.stages.unknown_facts import fact_signs
from pipeline.stages.unknown_relations import Term, alternative_signs, mass_in, part_signs, same_signs
from pipeline.stages.unknown_signs import Evidence, nature_of, nature_signs, place_signs, probabilities, votes_of_like

PENALTY = 1.0
HIDDEN_FORMS, HIDDEN_SKILLS = 700, 1400
"""Forms and whole skills that are hidden: of the terms that runs do not know, about a third are names of what the catalog has."""
MAX_NEAREST = 5
NAMED_FROM = 0.5
"""The probability from which on a relation is counted as named in the figures."""


@dataclass
class Rows:
    """Candidates of one relation: their signs, whether it holds, and the term to which each belongs."""

    kind: type[Numbers]
    signs: list[list[float]] = field(default_factory=list)
    holds: list[bool] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)

    def add(self, term: str, signs: Mapping[str, float], *, holds: bool) -> None:
        """Add a candidate."""
        self.signs.append([signs[name] for name in self.kind.model_fields])
        self.holds.append(holds)
        self.terms.append(term)


def fit_orchestrator(jds: Sequence[Mapping[str, Any]], indexes: Indexes) -> tuple[OrchestratorWeights, Figures]:
    """Return the numbers of ``stages.unknown_facts`` and ``stages.unknown_relations``, and their figures, cross-validated."""
    hidden = hidden_skills(jds, indexes)
    figures: Figures = {"skills hidden in a text": len(hidden) // 2}
    facts = {fact: _fit_fact(fact, hidden, indexes, figures) for fact in SKILL_FACTS}
    relations = {
        "same": _same_rows(indexes),
        "part": _part_rows(indexes),
        "alternative": _alternative_rows(hidden, indexes),
    }
    models = {name: _fit_relation(name, rows, figures) for name, rows in relations.items()}
    return OrchestratorWeights(facts=facts, **models), figures


# --- facts --------------------------------------------------------------------------------------------------------


def _fit_fact(fact: str, hidden: Sequence[HiddenSkill], indexes: Indexes, figures: Figures) -> FactSigns:
    rows = [(h, getattr(indexes.catalog.skill[h.slug], fact)) for h in hidden]
    known = [(h, value) for h, value in rows if value]
    choices = [choice_of(fact_signs(fact, h.evidence, _natures(h.evidence)), {value}, FactSigns) for h, value in known]
    right = right_of(choices, [h.jd for h, _ in known], 1)
    by_nature = [bool(c.right[int(np.argmax(c.features[:, -1]))]) for c in choices]
    for words, made_up in (("", False), (", names made up", True)):
        at = [i for i, (h, _) in enumerate(known) if h.is_made_up == made_up]
        figures[f"{fact} right, cross-validated{words}"] = round(float(np.mean([right[i] for i in at])), 4)
        figures[f"{fact} right by the nature alone{words}"] = round(float(np.mean([by_nature[i] for i in at])), 4)
    return FactSigns(**weights_by_sign(FactSigns, fit_choices(_with_one_right(choices), PENALTY)))


def _with_one_right(choices: Iterable[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.right.any()]


def _natures(evidence: Evidence) -> dict[str, float]:
    return probabilities(nature_signs(evidence), unknown_weights().nature)


# --- relations ----------------------------------------------------------------------------------------------------


def _same_rows(indexes: Indexes) -> Rows:
    rows = Rows(SameSigns)
    skill = indexes.catalog.skill
    for name, shape in [
        *_forms(indexes),
        *((s.display_name, Shape("", s.slug)) for s in _hard(indexes, HIDDEN_SKILLS)),
    ]:
        like = indexes.form_shapes.like(name, shape)
        vector = indexes.nearness.terms(indexes.encoder.encode([name]))[0]
        near = [n.slug for n in indexes.skill_names.nearest_compared(vector, MAX_NEAREST + 1)]
        slugs = [slug for slug in dict.fromkeys([*like, *near]) if shape.key or slug != shape.slug]
        for slug, meaning in indexes.skill_names.likeness_compared(vector, slugs).items():
            if slug in skill:
                signs = same_signs(name, like.get(slug, Likeness()), meaning, indexes, slug)
                rows.add(name, signs, holds=slug == shape.slug)
    return rows


def _forms(indexes: Indexes) -> list[tuple[str, Shape]]:
    """Forms that are hidden: other names of hard skills that are nobody else's, versions left out."""
    skill = indexes.catalog.skill
    forms = indexes.aliases.forms()
    found = {
        alias.alias_text: Shape(fold_key(alias.alias_text), alias.skill_slug)
        for alias in indexes.catalog.skill_aliases
        if alias.alias_type not in ("CANONICAL", "VERSION")
        and skill[alias.skill_slug].skill_nature != "SOFT_SKILL"
        and len(forms.get(fold_key(alias.alias_text), ())) == 1
    }
    return [(text, found[text]) for text in _first(found, HIDDEN_FORMS)]


def _hard(indexes: Indexes, count: int) -> list[Skill]:
    hard = {s.slug: s for s in indexes.catalog.skills if s.skill_nature != "SOFT_SKILL"}
    return [hard[slug] for slug in _first(hard, count)]


def _first(names: Iterable[str], count: int) -> list[str]:
    """Names chosen by their hashes."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:count]


def _part_rows(indexes: Indexes) -> Rows:
    rows = Rows(PartSigns)
    shapes = indexes.form_shapes
    for skill in _hard(indexes, len(indexes.catalog.skills)):
        within = [
            (shape, before, behind)
            for shape, before, behind in shapes.within(skill.display_name, without=skill.slug)
            if before or not shapes.is_version(behind)
        ]
        if within:
            term = _alone(skill, indexes)
            likeness = indexes.skill_names.likeness_compared(term.compared, [shape.slug for shape, _, _ in within])
            for shape, before, behind in within:
                if shape.slug in likeness:
                    signs = part_signs(shape, before, behind, likeness[shape.slug], mass_in(shape.slug, term))
                    rows.add(skill.slug, signs, holds=_are_akin(skill.slug, shape.slug, indexes))
    return rows


def _alone(skill: Skill, indexes: Indexes) -> Term:
    """A skill as a term of its name alone, hidden from the catalog."""
    vector = indexes.encoder.encode([skill.display_name])[0]
    choice = DimensionChoice.for_skills(indexes, None, ())
    like = votes_of_like(vector, indexes, skill.slug)
    return _term(Evidence(skill.display_name, np.asarray(vector, np.float32), [], like, choice), skill.slug)


def _term(evidence: Evidence, without: str) -> Term:
    indexes = evidence.indexes
    compared = indexes.nearness.terms(indexes.encoder.encode([evidence.name]))[0]
    nearest = indexes.skill_names.nearest_compared(compared, MAX_NEAREST + 1)
    places = probabilities(place_signs(evidence), unknown_weights().place)
    kept = [near for near in nearest if near.slug != without][:MAX_NEAREST]
    return Term(evidence, _natures(evidence), places, compared, kept)


def _alternative_rows(hidden: Sequence[HiddenSkill], indexes: Indexes) -> Rows:
    rows = Rows(AlternativeSigns)
    for h in hidden:
        term = _term(h.evidence, h.slug)
        slugs = dict.fromkeys([*(v.slug for v in h.evidence.beside), *(near.slug for near in term.nearest)])
        for slug, meaning in indexes.skill_names.likeness_compared(term.compared, list(slugs)).items():
            rows.add(h.jd, alternative_signs(slug, meaning, term), holds=_are_alternatives(h.slug, slug, indexes))
    return rows


def _are_akin(slug: str, other: str, indexes: Indexes) -> bool:
    skill = indexes.catalog.skill
    vendor = skill[slug].vendor
    return _share_dimension(slug, other, indexes) or (bool(vendor) and vendor == skill[other].vendor)


def _are_alternatives(slug: str, other: str, indexes: Indexes) -> bool:
    skill = indexes.catalog.skill
    same = skill[slug].sub_category and skill[slug].sub_category == skill[other].sub_category
    natures = nature_of(slug, indexes) == nature_of(other, indexes)
    return bool(same) and natures and _share_dimension(slug, other, indexes)


def _share_dimension(slug: str, other: str, indexes: Indexes) -> bool:
    own, others = ({d.slug for d in indexes.catalog.dimensions_of_skill.get(s, ())} for s in (slug, other))
    return bool(own & others)


def _fit_relation(name: str, rows: Rows, figures: Figures) -> RelationModel:
    x, y = np.array(rows.signs, np.float64), np.array(rows.holds, np.bool_)
    crossed = np.zeros(len(y))
    for fitted_on, left_out in folds(rows.terms, 5):
        crossed[left_out] = sigmoid(fit_logistic(x[fitted_on], y[fitted_on], PENALTY).log_odds(x[left_out]))
    named = crossed >= NAMED_FROM
    figures[f"{name}: candidates"] = len(y)
    figures[f"{name}: share that holds"] = round(float(y.mean()), 4)
    figures[f"{name}: share of those named that hold, cross-validated"] = round(float(y[named].mean()), 4)
    figures[f"{name}: share of those that hold that is named, cross-validated"] = round(float(named[y].mean()), 4)
    figures[f"{name}: calibration error, cross-validated"] = round(_calibration_error(crossed, y), 4)
    model = fit_logistic(x, y, PENALTY)
    return RelationModel(bias=round(float(model.bias), 4), weights=weights_by_sign(rows.kind, model.weights))


def _calibration_error(p: np.ndarray, y: np.ndarray) -> float:
    """The mean distance of probability and frequency in ten bins of equal width, weighted by their sizes."""
    bins = np.minimum((p * 10).astype(int), 9)
    return float(
        sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any())
    )
