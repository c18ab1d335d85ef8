"""Whether a curator would take a duty of a text as a KRA of its role: what it is near to, how it is written, what it names.

A logistic model weighs the signs. What suits other roles better than its own says nothing of the role, whatever its words: "meet
deadlines" is near to all alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np

from pipeline.catalog.kras import KraMatrix
from pipeline.learned.fitted import capture_weights
from pipeline.stages.duties import Duty
from pipeline.text.words import commonness
from pipeline.vectors import Vectors

SHORT, LONG = 9, 28
"""Words of a KRA that says what it is about, and of one that is about more than one thing."""
_POINTING = re.compile(
    r"\b(?:this|these|those|such|our|their|its|other|various|assigned|required|needed|necessary)\b", re.IGNORECASE
)
_AUXILIARY = re.compile(
    r"\b(?:will|would|must|should|may|can|could|is|are|was|were|be|been|being|has|have|had|do|does|did|need)\b",
    re.IGNORECASE,
)
"""The words by which a clause says something of its subject, where a duty has none."""
_SUBJECT = re.compile(
    r"\W*(?:the|this|that|these|those|it|in|as|being|an?|at|on|with|be|who|what|our|their|they|he|she|all|any|to|for|from)\b",
    re.IGNORECASE,
)
"""The small words with which a sentence about somebody or something begins."""

_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w-]*")
_WORD = re.compile(r"[A-Za-z]{3,}")

_FITTED = capture_weights()
_WEIGHTS = _FITTED.weights.model_dump()
_DIRECTION = np.array(_FITTED.direction, np.float32)


@dataclass(frozen=True)
class RoleNearness:
    """How near a duty is to the roles of a catalog: cosines."""

    own: float
    """With the nearest KRA of its role; 0 for a role without any."""
    other: float
    """With the nearest KRA of any other role; 0 where there is none."""
    other_kra: int | None
    """The row of that KRA."""
    nearer_roles: int
    """How many roles' profiles are nearer than that of its own role, each less its hubness."""


def nearness(vectors: Vectors, role: str, matrix: KraMatrix) -> list[RoleNearness]:
    """Return how near duties, (n, width) of unit rows, are to a role and to the others."""
    if not matrix.texts:
        return [RoleNearness(0.0, 0.0, None, 0)] * len(vectors)
    cosine = vectors @ matrix.vectors.T
    profile = vectors @ matrix.profiles.T - matrix.profile_hubness
    rows = matrix.rows_of(role)
    own, nearer = np.zeros(len(vectors)), np.full(len(vectors), len(matrix.roles))
    if rows is not None:
        own = cosine[:, rows].max(axis=1)
        nearer = (profile > profile[:, [matrix.roles.index(role)]]).sum(axis=1)
        cosine[:, rows] = -1.0
    at = cosine.argmax(axis=1)
    other = cosine[np.arange(len(vectors)), at]
    return [
        RoleNearness(
            float(own[i]),
            max(float(other[i]), 0.0),
            int(at[i]) if other[i] > -1.0 else None,
            int(nearer[i]),
        )
        for i in range(len(vectors))
    ]


def kra_signs(duty: Duty, near: RoleNearness) -> dict[str, float]:
    """Return the signs of a duty by the names of ``KraSigns``."""
    text = duty.sentence.text
    words = len(text.split())
    return {
        "own": near.own,
        "other": near.other,
        "nearer_roles": log1p(near.nearer_roles),
        "technologies": log1p(duty.technologies),
        "practices": log1p(duty.practices),
        "short": max(0.0, log(SHORT / words)),
        "long": max(0.0, log(words / LONG)),
        "pointing": float(len(_POINTING.findall(text))),
        "auxiliary": float(len(_AUXILIARY.findall(text))),
        "subject": float(bool(_SUBJECT.match(text))),
        "figure": float(any(map(str.isdigit, text))),
        "names": log1p(len(_NAME.findall(text))),
        "everyday": _everyday(text),
        "meaning": meaning(duty.vector),
    }


def _everyday(text: str) -> float:
    """How common the words of a sentence are in everyday English, in the mean."""
    words = _WORD.findall(text)
    return sum(map(commonness, words)) / len(words) if words else 0.0


def meaning(vector: Vectors, direction: Vectors = _DIRECTION) -> float:
    """Return how much the vector of a sentence, (width,), is like those that were accepted, in log odds; 0 for one of another model's width."""
    return float(vector @ direction) if vector.shape == direction.shape else 0.0


def kra_probability(signs: dict[str, float]) -> float:
    """Return the probability that a curator accepts a duty with some signs."""
    return 1.0 / (1.0 + exp(-_FITTED.bias - sum(_WEIGHTS[name] * value for name, value in signs.items())))


def distinct(vectors: Vectors, same_from: float) -> Sequence[int]:
    """Return the indexes of vectors, (n, width) of unit rows, that none before them is as near to as ``same_from``."""
    kept: list[int] = []
    for i, vector in enumerate(vectors):
        if not kept or float((vectors[kept] @ vector).max()) < same_from:
            kept.append(i)
    return kept
