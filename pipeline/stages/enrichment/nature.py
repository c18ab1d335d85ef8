"""The nature of work: what is done all day, decided by the duties, with the title, the role and the skills beside them.

Each duty has a probability for each label by a softmax model of the encoder's vectors (``python -m pipeline fit nature``), learned
from duties of our own words and from the KRAs of roles whose baselines name a label. What the duties say together, what the
title says by the same model, the labels of the roles that the decision weighed and those of the roles that the skills reach
are weighed by a conditional logit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction, NatureOfWork
from pipeline.contracts.vocabularies import NATURES_OF_WORK
from pipeline.learned.fitted import nature_numbers
from pipeline.stages.enrichment.matched import MatchedSkill
from pipeline.stages.enrichment.passages import ABOUT_ROLE, DUTY, Passage, Passages
from pipeline.vectors import CARRIED_MODEL, Vectors

Floats = npt.NDArray[np.float64]

LABELS = tuple(word for word in NATURES_OF_WORK.words if word != NATURES_OF_WORK.instead)
"""The labels that say what the work is."""
SIGNS = ("duties", "title", "role", "skills")
MIN_LOG = -6.0
"""The least logarithm of a probability that one duty adds: no single sentence rules a label out."""
PRIOR = 0.02
"""Share that each label has before a role or a skill speaks for one."""
MIN_SENTENCE_WORDS, MAX_SENTENCE_WORDS = 5, 45
"""Words of a sentence that is quoted."""
CENTRE_WEIGHT = 1.0
"""Weight of how near a sentence is to all duties, beside the logarithm of its label's probability, in the choice of the quote."""
MAX_ALIKE = 0.6
"""Cosine from which on a second sentence says what the first has passages."""


@dataclass(frozen=True)
class SoftmaxModel:
    """A softmax model of unit vectors: ``weights`` (width, n_labels) and ``bias`` (n_labels,), in the order of ``LABELS``."""

    weights: Floats
    bias: Floats

    def log_probabilities(self, vectors: Vectors | Floats) -> Floats:
        """Return (n, n_labels) logarithms of the probabilities of rows (n, width)."""
        z = np.asarray(vectors, np.float64) @ self.weights + self.bias
        z = z - z.max(axis=1, keepdims=True)
        return np.asarray(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), np.float64)


@cache
def sentence_model() -> SoftmaxModel:
    """Return the current model of single duties."""
    directions = nature_numbers().directions
    weights = np.array([directions[label].weights for label in LABELS], np.float64).T
    return SoftmaxModel(weights, np.array([directions[label].bias for label in LABELS], np.float64))


class Judged(NamedTuple):
    """The label of a text with its probability, and the logarithms of each duty's probabilities, (n_duties, n_labels)."""

    label: str
    probability: float
    of_duties: Floats


def nature_of_work(
    extraction: Extraction, matched: Sequence[MatchedSkill], passages: Passages, indexes: Indexes
) -> NatureOfWork:
    """Return the nature of work, with a summary of one or two duties and a whole sentence as quote."""
    judged = judge(extraction, matched, passages, indexes)
    chosen = telling(passages, judged) if judged.label in LABELS else []
    if not chosen:
        return NatureOfWork(label=judged.label, summary=None, quote=None, source=None)
    in_order = sorted(chosen[:2], key=passages.duties.index)
    quote = chosen[0]
    summary = " ".join(whole(p.text) for p in in_order)
    return NatureOfWork(label=judged.label, summary=summary, quote=quote.text, source=quote.source)


def judge(extraction: Extraction, matched: Sequence[MatchedSkill], passages: Passages, indexes: Indexes) -> Judged:
    """Return the most probable label; ``Unclassified work`` where nothing speaks for one, or no role fits and none is probable."""
    signs, of_duties = nature_signs(extraction, matched, passages, indexes, sentence_model())
    numbers = nature_numbers()
    weights = numbers.weights.model_dump()
    z = np.zeros(len(LABELS)) + sum(weights[name] * signs[name] for name in SIGNS if name in signs)
    powers = np.exp(z - z.max())
    shares = powers / powers.sum()
    best = int(shares.argmax())
    probability = float(shares[best])
    has_role = extraction.decision.chosen_role is not None
    if not signs or (not has_role and probability < numbers.min_probability):
        return Judged(NATURES_OF_WORK.instead, probability, of_duties)
    return Judged(LABELS[best], probability, of_duties)


def nature_signs(
    extraction: Extraction,
    matched: Sequence[MatchedSkill],
    passages: Passages,
    indexes: Indexes,
    model: SoftmaxModel,
) -> tuple[Mapping[str, Floats], Floats]:
    """Return what speaks for each label, (n_labels,) logarithms by the name of the sign, and those of each duty by a model.

    A sign of which the text or the catalog has nothing is left out.
    """
    signs: dict[str, Floats] = {}
    of_duties = np.zeros((0, len(LABELS)))
    # The directions mean nothing in the space of another encoder.
    if indexes.encoder.name == CARRIED_MODEL:
        if passages.duties:
            of_duties = model.log_probabilities(passages.vectors)
            signs["duties"] = of_duties.clip(MIN_LOG).mean(axis=0)
        if passages.title_vector is not None:
            signs["title"] = model.log_probabilities(passages.title_vector[None])[0].clip(MIN_LOG)
    of_role = _shares_of_roles(extraction, indexes)
    if of_role.any():
        signs["role"] = np.log(of_role + PRIOR)
    of_skills = _shares_of_skills(matched, indexes)
    if of_skills.any():
        signs["skills"] = np.log(of_skills + PRIOR)
    return signs, of_duties


def _shares_of_roles(extraction: Extraction, indexes: Indexes) -> Floats:
    """How probable the roles are, by the label of their baselines, that the decision weighed."""
    shares = np.zeros(len(LABELS))
    decision = extraction.decision
    weighed = {row.slug: row.probability for row in decision.ranking}
    if not weighed and decision.chosen_role:
        weighed = {decision.chosen_role.slug: 1.0}
    for slug, probability in weighed.items():
        _add(shares, slug, probability, indexes)
    return shares


def _shares_of_skills(matched: Sequence[MatchedSkill], indexes: Indexes) -> Floats:
    """The shares of the labels among the roles that the skills reach; a skill of many roles says little."""
    shares, total = np.zeros(len(LABELS)), 0.0
    for row in matched:
        roles = indexes.catalog.roles_of_skill.get(row.skill.slug, ())
        weight = row.weight * indexes.skill_weight.get(row.skill.slug, 0.0)
        for role in roles:
            _add(shares, role, weight / len(roles), indexes)
        total += weight if roles else 0.0
    return shares / total if total else shares


def _add(shares: Floats, role: str, share: float, indexes: Indexes) -> None:
    baseline = indexes.catalog.baseline_of_role.get(role)
    if baseline is not None:
        shares[LABELS.index(baseline.nature_of_work)] += share


def telling(passages: Passages, judged: Judged) -> list[Passage]:
    """Return the duties that show the label best, the best one first: probable for it, and near to what the others say.

    A demand is no duty where there are some. A second one that says the same is left out.
    """
    telling_kinds = {p.kind for p in passages.duties} & {DUTY, ABOUT_ROLE}
    candidates = [(i, p) for i, p in enumerate(passages.duties) if not telling_kinds or p.kind in telling_kinds]
    rows = [i for i, p in candidates if MIN_SENTENCE_WORDS <= len(p.text.split()) <= MAX_SENTENCE_WORDS]
    rows = rows or [i for i, _ in candidates]
    if not rows:
        return []
    vectors = np.asarray(passages.vectors[rows], np.float64)
    middle = vectors.mean(axis=0)
    scores = CENTRE_WEIGHT * (vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9)))
    if len(judged.of_duties):
        scores = scores + judged.of_duties[rows, LABELS.index(judged.label)].clip(MIN_LOG) / -MIN_LOG
    order = sorted(range(len(rows)), key=lambda i: (-round(float(scores[i]), 4), i))
    first = order[0]
    others = [i for i in order[1:] if float(vectors[i] @ vectors[first]) < MAX_ALIKE]
    return [passages.duties[rows[i]] for i in [first, *others]]


def whole(text: str) -> str:
    """Return a duty as a sentence: with a capital at its beginning and an end."""
    text = text.rstrip(" ,;:-–—")
    text = text if text.endswith((".", "!", "?", "…")) else f"{text}."
    return text[:1].upper() + text[1:]
