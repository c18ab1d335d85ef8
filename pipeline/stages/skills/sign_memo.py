"""What is known of the forms of a text already, for further catalogs on which it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pipeline.catalog.aliases import Hit
from pipeline.stages.skills.sense_places import Place

K = TypeVar("K")
V = TypeVar("V")
Signs = dict[str, float]
PlaceKey = tuple[int, int, str, str, bool, bool]


@dataclass
class SignMemo:
    """What is known of forms of a text already, by the form in its place and what else it follows from, for further catalogs in which
    the skills themselves are the same.
    """

    places: dict[PlaceKey, Place] = field(default_factory=dict)
    own: dict[PlaceKey, Signs] = field(default_factory=dict)
    around: dict[tuple[Any, ...], Signs] = field(default_factory=dict)
    passage: dict[PlaceKey, Signs] = field(default_factory=dict)
    clear: dict[PlaceKey, bool] = field(default_factory=dict)
    strong: dict[PlaceKey, bool] = field(default_factory=dict)
    paired: dict[PlaceKey, bool] = field(default_factory=dict)
    """Whether a form in a list is joined to others by a word alone."""
    tagged: dict[tuple[int, int], float | None] = field(default_factory=dict)
    joins: dict[tuple[int, int, int], bool] = field(default_factory=dict)
    """Whether two forms one behind the other are items of one list."""
    other_names: dict[tuple[int, int], bool] = field(default_factory=dict)
    """Whether what stands at a span is part of another name."""
    probability: dict[tuple[Any, ...], float] = field(default_factory=dict)
    """That a form means its skill, by the basis of its signs."""


def key_of(hit: Hit) -> PlaceKey:
    """Return what tells a form in its place from others."""
    form = hit.form
    return hit.start, hit.end, form.skill_slug, form.alias_text, bool(form.context), hit.out_of_context


def known(memo: dict[K, V], key: K, make: Callable[[int], V], i: int) -> V:
    """Return what a memo has of a form, made by its index where it has none yet."""
    if key not in memo:
        memo[key] = make(i)
    return memo[key]
