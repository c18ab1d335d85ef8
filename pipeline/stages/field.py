"""Whether a text is of the catalog's field at all: a nurse or a lift engineer has no role here, whatever the title is like.

A logistic model weighs what the whole text says: the technologies that it demands, how well its skills suit the best role,
how far its duties are from those of other trades (``stages.trades``), and whether its title is one of the catalog's. A title
alone is not enough: a reliability engineer may look after servers or after kilns, so that a title of the catalog counts by how
much else of its role is in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log1p

import numpy as np

from pipeline.learned.fitted import field_weights
from pipeline.stages.signals import RoleSignals

KRA_DEVIATIONS = 4.0
"""Standard deviations above the mean of all roles at which the KRAs of a title's role count 1; half as far below, they count less."""
MIN_BACKING = -0.5

_FITTED = field_weights()
_WEIGHTS = _FITTED.weights.model_dump()


def field_signs(signals: RoleSignals, has_title: bool) -> dict[str, float]:
    """Return the signs that a text is of the catalog's field, by the names of ``FieldSigns``."""
    titled = signals.alias_specific
    is_known = bool(titled or signals.alias_generic)
    backing = _kra_backing(signals.kra, titled)
    return {
        "technologies": log1p(signals.technologies),
        "skill": max(signals.skill.values(), default=0.0),
        "alias": float(bool(titled)),
        "alias_kra": max((backing.get(slug, 0.0) for slug in titled), default=0.0),
        "alias_skill": max((signals.skill.get(slug, 0.0) for slug in titled), default=0.0),
        "generic": float(is_known and not titled),
        "untitled": float(not has_title and not is_known),
        "duty": signals.duty_leaning,
    }


def _kra_backing(scores: Mapping[str, float], slugs: Sequence[str]) -> dict[str, float]:
    """How far the KRAs of some roles are nearer to a text than those of all roles on average, 1 for ``KRA_DEVIATIONS``."""
    if not slugs:
        return {}
    values = np.array(list(scores.values()) or [0.0])
    unit = (float(values.std()) or 1.0) * KRA_DEVIATIONS
    mean = float(values.mean())
    return {slug: min(max((scores[slug] - mean) / unit, MIN_BACKING), 1.0) for slug in slugs if slug in scores}


def field_log_odds(signals: RoleSignals, has_title: bool) -> float:
    """Return the log odds that some role of the catalog fits a text."""
    values = field_signs(signals, has_title)
    return _FITTED.bias + sum(float(_WEIGHTS[name]) * value for name, value in values.items())


def field_probability(signals: RoleSignals, has_title: bool) -> float:
    """Return the probability that some role of the catalog fits a text."""
    return 1.0 / (1.0 + exp(-field_log_odds(signals, has_title)))
