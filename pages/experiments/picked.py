"""The job descriptions of a comparison that its page is about: all of them, or those of a slice, a cause or a cell."""

from __future__ import annotations

from collections.abc import Sequence

from db.services.experiment_causes import KeptCauses
from db.services.experiments import ComparedExperiments
from pages.experiments.confusion import Matrix
from pages.experiments.view import View
from pipeline.experiments.pairs import Pair


def picked_pairs(both: ComparedExperiments, view: View, causes: KeptCauses | None) -> Sequence[Pair]:
    """The pairs that a view picks out, in the order of the comparison; none where it names what there is not."""
    pairs = both.comparison.pairs
    if view.by:
        places = [s.places for s in both.comparison.slices if (s.by, s.value) == (view.by, view.value)]
        return [pairs[place] for of_slice in places for place in of_slice]
    if view.gold:
        matrix = Matrix.of(both)
        return [pair for pair in pairs if matrix.has((view.gold, view.taken_for), pair)]
    if view.cause is not None:
        if causes is None or view.cause >= len(causes.factors):
            return []
        factor = causes.factors[view.cause]
        ids = {*factor.broken, *factor.fixed, *factor.moved}
        return [pair for pair in pairs if pair.id in ids]
    return pairs
