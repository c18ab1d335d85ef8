"""What is different between two ways of running job descriptions, in single changes: decisions on the catalog, and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.catalog.changes import Change, Place, diff
from pipeline.catalog.decision_title import says_one_thing
from pipeline.catalog.describe import entity_of
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config


@dataclass(frozen=True)
class Way:
    """A catalog, and the settings with which texts are run on it."""

    indexes: Indexes
    config: Config


@dataclass(frozen=True, order=True)
class Origin:
    """Where a change of the catalog came from: the change set, the revision that it made (0 for a draft), and its decision."""

    revision: int = 0
    change_set: int = 0
    decision: int = 0


@dataclass(frozen=True)
class Setting:
    """A setting, or one ``key`` of a setting that is a table of values."""

    name: str
    key: str = ""

    def of(self, config: Config) -> Any:
        """Its value in a config; null for a key that is not there."""
        value = getattr(config, self.name)
        return value.get(self.key) if self.key else value

    def taken_from(self, other: Config, into: Config) -> Config:
        """A config with this setting as the other has it."""
        if not self.key:
            return into.model_copy(update={self.name: getattr(other, self.name)})
        values, others = dict(getattr(into, self.name)), getattr(other, self.name)
        values.pop(self.key, None)
        if self.key in others:
            values[self.key] = others[self.key]
        return into.model_copy(update={self.name: values})


@dataclass(frozen=True)
class Factor:
    """One change of those from A to B: rows of the catalog that were changed together, or a setting."""

    changes: tuple[Change, ...] = ()
    origin: Origin | None = None
    setting: Setting | None = None


def factors_between(a: Way, b: Way, origins: Mapping[Place, Origin]) -> tuple[Factor, ...]:
    """Return the single changes that make B of A, settings first, then those of the catalog in the order in which they came about.

    ``origins`` say where the change of a row came from. A decision that is several things is one change for each entity.
    """
    settings = [Factor(setting=setting) for setting in _settings(a.config, b.config)]
    grouped: dict[tuple[Origin, object], list[Change]] = {}
    for change in diff(a.indexes.catalog, b.indexes.catalog):
        origin = origins.get(change.place)
        # A row of which nobody knows why it is another stands for itself.
        grouped.setdefault((origin or Origin(), None if origin else change.place), []).append(change)
    factors = []
    for (origin, _), changes in sorted(grouped.items(), key=lambda entry: entry[0][0]):
        for part in [changes] if says_one_thing(changes) else _by_entity(changes):
            factors.append(Factor(tuple(part), origin if origin != Origin() else None))
    return (*settings, *factors)


def _by_entity(changes: list[Change]) -> list[list[Change]]:
    parts: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        parts.setdefault(entity_of(change), []).append(change)
    return list(parts.values())


def _settings(a: Config, b: Config) -> list[Setting]:
    """The settings that differ; of a table of values, each key that does."""
    found = []
    for name in Config.model_fields:
        first, second = getattr(a, name), getattr(b, name)
        if first == second:
            continue
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            keys = [key for key in dict.fromkeys([*first, *second]) if first.get(key) != second.get(key)]
            found += [Setting(name, key) for key in keys]
        else:
            found.append(Setting(name))
    return found
