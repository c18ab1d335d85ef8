"""Whether a text is of the catalog's field at all: a nurse or a lift engineer has no role here, whatever the title is like.

A logistic model weighs what the whole text says: the technologies that it names, how well its skills and its duties suit
the best role, and whether its title is one of the catalog's. A title alone is not enough: a reliability engineer may look after
servers or after kilns.
"""

from __future__ import annotations

from math import exp, log1p

from pipeline.learned.fitted import field_weights
from pipeline.stages.signals import RoleSignals

USUAL_KRA = 0.45
"""The KRA score that a text without duties is taken to have; it weighs as much as one of its sentences."""

_FITTED = field_weights()
_WEIGHTS = _FITTED.weights.model_dump()


def field_signs(signals: RoleSignals, has_title: bool) -> dict[str, float]:
    """Return the signs that a text is of the catalog's field, by the names of ``FieldSigns``."""
    # A catalog without KRAs, or a text without duties, says nothing by its KRA score.
    sentences = len(signals.kra_matches.sentences) if signals.signals.kra_match_roles else 0
    kra = max((r.score for r in signals.signals.kra_match_roles), default=0.0)
    return {
        "technologies": log1p(signals.technologies),
        "skill": max(signals.skill.values(), default=0.0),
        "kra": (sentences * kra + USUAL_KRA) / (sentences + 1),
        "alias": float(bool(signals.alias_specific)),
        "generic": float(bool(signals.alias_generic) and not signals.alias_specific),
        "untitled": float(not has_title),
    }


def field_probability(signals: RoleSignals, has_title: bool) -> float:
    """Return the probability that some role of the catalog fits a text."""
    values = field_signs(signals, has_title)
    return 1.0 / (1.0 + exp(-_FITTED.bias - sum(_WEIGHTS[name] * value for name, value in values.items())))
