"""The usage of a catalog by past runs, in counts of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NEIGHBOURS_AMONG = 50
"""The newest runs of a form in which its neighbours are looked for: the links of a skill move, and what older runs show of them."""


@dataclass(frozen=True)
class Usage:
    """The number of runs, and of those that matched each skill and form, chose each role, or proposed each term.

    ``forms`` are counted by (skill slug, text); ``with_neighbours`` counts, of the newest ``NEIGHBOURS_AMONG`` runs of a form,
    those in which another skill of its skill's dimensions was matched too; ``dimensions`` counts the runs that matched a skill of
    the dimension.
    """

    runs: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[tuple[str, str], int] = field(default_factory=dict)
    with_neighbours: Mapping[tuple[str, str], int] = field(default_factory=dict)
    dimensions: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, int] = field(default_factory=dict)
