"""The structure model: a linear-chain conditional random field over the units of a text (Lafferty et al. 2001).

A unit's score for a kind is the sum of the weights of its features; a step from one kind to the next has a weight of its own
for each way in which a unit may follow another. The kinds of a text are its best path (Viterbi). The file of the weights says
what they were fitted on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from pipeline.learned.fitted import current_file
from pipeline.learned.structure.features import Features, Floats, features_of
from pipeline.learned.structure.kinds import KINDS
from pipeline.learned.structure.units import TextUnit

MAX_UNITS = 1_000
"""Units of a text that are told apart; no job description has as many, and what follows them is taken for the last one's kind."""
HEADING_BONUS, HEADING_DECAY = 1.5, 0.9
"""Log odds for what a known heading opens, right below it, and their factor for each unit further down.

In a long text the words decide, so that the fit learns little from a heading; a text of three lines has little else.
"""
SHORT_TEXT = 12
"""Units of a text that is read so."""


@dataclass(frozen=True)
class StructureModel:
    """The weights: ``features`` (SIZE, n_kinds), ``steps`` (N_JOINTS, n_kinds, n_kinds) from kind to kind, ``first`` and ``last`` (n_kinds,)."""

    features: Floats
    steps: Floats
    first: Floats
    last: Floats

    def kinds(self, units: Sequence[TextUnit]) -> list[str]:
        """Return the kind of each unit of a text, of ``KINDS``."""
        if not units:
            return []
        found = features_of(units[:MAX_UNITS])
        scores = self.scores(found)
        scores[[not may_open(unit) for unit in units[:MAX_UNITS]], KINDS.index("heading")] = -np.inf
        for i, kind, distance in below_known_headings(units) if len(units) <= SHORT_TEXT else ():
            scores[i, KINDS.index(kind)] += HEADING_BONUS * HEADING_DECAY**distance
        path = self.best_path(scores, found)
        names = [KINDS[k] for k in path]
        return names + names[-1:] * (len(units) - len(names))

    def scores(self, found: Features) -> Floats:
        """Return the score of each unit for each kind, (n_units, n_kinds) float32."""
        rows = self.features[found.ids] * found.values[:, None]
        return np.add.reduceat(rows, found.starts[:-1], axis=0)

    def best_path(self, scores: Floats, found: Features) -> list[int]:
        """Return the kinds of the best path, by their number."""
        n, width = scores.shape
        came_from = np.zeros((n, width), np.int64)
        best = scores[0] + self.first
        every = np.arange(width)
        for i in range(1, n):
            ways = best[:, None] + self.steps[found.joints[i]]
            came_from[i] = ways.argmax(axis=0)
            best = ways[came_from[i], every] + scores[i]
        path = [int((best + self.last).argmax())]
        for i in range(n - 1, 0, -1):
            path.append(int(came_from[i, path[-1]]))
        return path[::-1]


def read_model(path: Path) -> StructureModel:
    """Return the model of a file of weights."""
    tensors = load_file(path)
    scale = tensors["scale"].astype(np.float32)
    return StructureModel(
        tensors["features"].astype(np.float32) * scale,
        *(tensors[name].astype(np.float32) for name in ("steps", "first", "last")),
    )


def below_known_headings(units: Sequence[TextUnit]) -> Iterator[tuple[int, str, int]]:
    """Yield the index of each unit below a known heading, what that opens, and how many units are between."""
    kind, at = "", 0
    for i, unit in enumerate(units):
        if unit.heading_kind:
            kind, at = "requirements" if unit.heading_kind == "education" else unit.heading_kind, i + 1
        elif unit.mark_covers or (unit.after_gap and unit.text.endswith(":")):
            kind = ""
        elif kind in KINDS:
            yield i, kind, i - at


def may_open(unit: TextUnit) -> bool:
    """Return whether a unit may be a heading: no sentence, and no bullet unless it is marked or ends as a heading does."""
    if unit.heading_kind or unit.mark_covers or unit.text.endswith((":", "：", "?")):
        return True
    return not (unit.bullet or unit.text.endswith("."))


@cache
def structure_model() -> StructureModel:
    """Return the current model."""
    return read_model(current_file("structure"))
