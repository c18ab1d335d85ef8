"""Several experiments against one baseline: each compared by itself, and what is sure corrected for how many are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.experiments.comparison import Comparison
from pipeline.intervals import holm


@dataclass(frozen=True)
class Several:
    """Comparisons of several experiments, each with the same baseline as its A."""

    comparisons: Sequence[Comparison]

    @property
    def roles_p(self) -> list[float]:
        """The p-value of the roles of each, corrected for their number (Holm)."""
        return holm([found.roles.p_value for found in self.comparisons])

    @property
    def skills_p(self) -> list[float]:
        """The same of the F1 of their skills; 1 where skills are not asked for."""
        return holm([found.skills.f1.p_value if found.skills else 1.0 for found in self.comparisons])
