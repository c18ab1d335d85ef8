"""Which change of the catalog or of the settings made a role another: found by replaying texts with one change at a time.

A text whose role differs between A and B is replayed on A with one change, and on B without one. A change that gives it B's
role on A, and without which B does not have that role, is its cause. Where there are many changes they are halved like a
haystack: parts of neighbouring changes first, and then what is in the parts that matter.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalog.changes import Change, preview
from pipeline.config import Config
from pipeline.engines import LocalEngine
from pipeline.experiments.factors import Factor, Way
from pipeline.impact import PastRun, Scope, outcome_on
from pipeline.stages.encoding import EncodedJD, encode_jds
from pipeline.text import JDText, check_text
from pipeline.vectors import Encoder

PARTS = 12
"""Into how many parts the changes of the catalog are put at once."""

CauseKind = Literal["alone", "enough", "needed", "together", "among", "text", "other"]
"""``alone``: gives B's role on A, and B has it through nothing else. ``enough``: gives it on A, but B has it without, too.
``needed``: not enough on A, but B has not its role without it. ``together``: no single one of these does either. ``among``: one of
these, when the bound was reached. ``text``: its text is another in B. ``other``: a replay does not give the roles of the experiments.
"""
Watch = Callable[[int, int], None]
"""Is called with how many replays are done, and how many there will be at most."""


@dataclass(frozen=True)
class Bounds:
    """How much is looked at: texts, states of the catalog that are made, replays."""

    texts: int = 200
    states: int = 80
    replays: int = 5_000


@dataclass(frozen=True)
class Reading:
    """How texts are replayed: how many at most, who watches, and which encoder reads them (null: that of the catalog)."""

    bounds: Bounds = Bounds()
    watch: Watch | None = None
    encoder: Encoder | None = None


@dataclass(frozen=True)
class DifferingText:
    """A text with its given title, and the roles (slugs, null for none) that it came to in A and in B."""

    id: str
    text: str
    title: str | None
    role_a: str | None
    role_b: str | None


@dataclass(frozen=True)
class Cause:
    """Why a text has another role: the places of the changes, and in what way they are its cause."""

    id: str
    kind: CauseKind
    factors: tuple[int, ...] = ()


@dataclass(frozen=True)
class FoundCauses:
    """Causes in the order of the texts; ``skipped`` texts were not looked at, and ``is_stopped`` says that a bound was reached."""

    causes: tuple[Cause, ...]
    replays: int
    skipped: int = 0
    is_stopped: bool = False


def find_causes(
    texts: Sequence[DifferingText],
    ways: tuple[Way, Way],
    factors: Sequence[Factor],
    reading: Reading = Reading(),
) -> FoundCauses:
    """Return why texts have other roles in B than in A (``ways``), where ``factors`` make the one of the other; by the local engine.

    What comes first among the texts is looked at first.
    """
    search = _Search(ways, factors, reading)
    bounds = reading.bounds
    looked_at = texts[: bounds.texts]
    with contextlib.suppress(_BoundReached):
        search.search([text for text in looked_at if search.is_repeated(text)])
    causes = tuple(search.causes[text.id] for text in looked_at if text.id in search.causes)
    return FoundCauses(causes, search.replays, len(texts) - len(causes), search.is_stopped)


class _BoundReached(Exception):
    """No further state or replay may be made."""


Part = tuple[int, ...]
"""Places of some of the changes."""


@dataclass
class _PartEffects:
    """What parts of the changes did to a text: those that give B's role on A, another than A's, and those that B needs."""

    enough: list[Part] = field(default_factory=list)
    moving: list[Part] = field(default_factory=list)
    needed: list[Part] = field(default_factory=list)


class _Search:
    """A search for causes, with what it has replayed and found so far."""

    def __init__(self, ways: tuple[Way, Way], factors: Sequence[Factor], reading: Reading) -> None:
        self._a, self._b = ways
        self._factors = factors
        self._bounds = reading.bounds
        self._watch = reading.watch
        self._encoder = reading.encoder or self._a.indexes.encoder
        self._encoded: dict[tuple[str, bool], EncodedJD] = {}
        self._states = 0
        self.replays = 0
        self.is_stopped = False
        self.causes: dict[str, Cause] = {}

    def is_repeated(self, text: DifferingText) -> bool:
        """Whether replays on A and B give the roles that the experiments gave; else nothing can be said of it."""
        on_a, on_b = self._role(text, self._a), self._role(text, self._b)
        if (on_a, on_b) == (text.role_a, text.role_b):
            return True
        self.causes[text.id] = Cause(text.id, "other")
        return False

    def search(self, texts: Sequence[DifferingText]) -> None:
        """Look for the causes of texts among all changes."""
        settings = [(i,) for i, factor in enumerate(self._factors) if factor.setting]
        rows = tuple(i for i, factor in enumerate(self._factors) if not factor.setting)
        level = [(list(texts), [*settings, *_parts(rows)])] if texts else []
        for text in texts:
            self.causes[text.id] = Cause(text.id, "among", (*(i for (i,) in settings), *rows))
        found: dict[str, list[Cause]] = defaultdict(list)
        while level:
            deeper: dict[Part, list[DifferingText]] = defaultdict(list)
            for of_part, parts in level:
                effects = self._look(of_part, parts)
                for text in of_part:
                    for cause in _judged(text.id, effects[text.id], parts):
                        if len(cause.factors) == 1 or cause.kind == "together":
                            found[text.id].append(cause)
                        else:
                            deeper[cause.factors].append(text)
                    self.causes[text.id] = _joined(text.id, found.get(text.id, ())) or self.causes[text.id]
            for part, of_part in deeper.items():
                for text in of_part:
                    if text.id not in found:
                        self.causes[text.id] = Cause(text.id, "among", part)
            level = [(of_part, _parts(part)) for part, of_part in deeper.items()]

    def _look(self, texts: Sequence[DifferingText], parts: Sequence[Part]) -> dict[str, _PartEffects]:
        """What each part does to each text, on A and where that does not say it all on B."""
        effects = {text.id: _PartEffects() for text in texts}
        for part in parts:
            for text, role in self._roles_with(part, texts):
                if role == text.role_b:
                    effects[text.id].enough.append(part)
                elif role != text.role_a:
                    effects[text.id].moving.append(part)
        for part in parts:
            # One part that is enough and holds more than one change is looked into anyway.
            asked = [t for t in texts if _is_open(effects[t.id]) or (len(part) == 1 and part in effects[t.id].enough)]
            for text, role in self._roles_without(part, asked):
                if role != text.role_b:
                    effects[text.id].needed.append(part)
        return effects

    def _roles_with(self, part: Part, texts: Sequence[DifferingText]) -> Iterable[tuple[DifferingText, str | None]]:
        """Roles on A with a part of the changes, of texts that it can touch."""
        changes, config = self._of_part(part), self._a.config
        for place in part:
            if (setting := self._factors[place].setting) is not None:
                config = setting.taken_from(self._b.config, config)
        return self._roles(self._a, changes, config, texts)

    def _roles_without(self, part: Part, texts: Sequence[DifferingText]) -> Iterable[tuple[DifferingText, str | None]]:
        """Roles on B without a part of the changes, of texts that it can touch."""
        changes, config = [change.inverse() for change in self._of_part(part)], self._b.config
        for place in part:
            if (setting := self._factors[place].setting) is not None:
                config = setting.taken_from(self._a.config, config)
        return self._roles(self._b, changes, config, texts)

    def _of_part(self, part: Part) -> list[Change]:
        return [change for place in part for change in self._factors[place].changes]

    def _roles(
        self, way: Way, changes: Sequence[Change], config: Config, texts: Sequence[DifferingText]
    ) -> Iterable[tuple[DifferingText, str | None]]:
        if not texts:
            return
        indexes = way.indexes
        if changes:
            if self._states >= self._bounds.states:
                self._stop()
            self._states += 1
            indexes = indexes.for_catalog(preview(indexes.catalog, changes))
            scope = Scope(way.indexes, indexes, changes)
            texts = [text for text in texts if scope.touches(self._jd(text, config).text.view, text.title)]
        for text in texts:
            yield text, self._role(text, Way(indexes, config))

    def _role(self, text: DifferingText, way: Way) -> str | None:
        if self.replays >= self._bounds.replays:
            self._stop()
        self.replays += 1
        if self._watch is not None:
            self._watch(self.replays, self._bounds.replays)
        return outcome_on(PastRun(text.id, text.id, self._jd(text, way.config), way.config), way.indexes).role_slug

    def _stop(self) -> None:
        self.is_stopped = True
        raise _BoundReached

    def _jd(self, text: DifferingText, config: Config) -> EncodedJD:
        key = text.id, config.hide_title
        if key not in self._encoded:
            read = JDText(check_text(text.text))
            parsed = LocalEngine().parse(read, None if config.hide_title else text.title)
            (self._encoded[key],) = encode_jds([(read, parsed)], self._encoder)
        return self._encoded[key]


def _parts(places: Sequence[int]) -> list[Part]:
    """Changes in parts of neighbours, of about the same size; each a part of its own where they are few."""
    count = min(PARTS, len(places))
    bounds = [len(places) * i // count for i in range(count + 1)] if count else []
    return [tuple(places[low:high]) for low, high in zip(bounds, bounds[1:], strict=False)]


def _is_open(effects: _PartEffects) -> bool:
    return len(effects.enough) != 1


def _judged(text_id: str, effects: _PartEffects, parts: Sequence[Part]) -> list[Cause]:
    """The parts that are the cause of a text: the surest there are."""
    both = [part for part in effects.enough if part in effects.needed]
    if both:
        return [Cause(text_id, "alone", part) for part in both]
    if effects.enough:
        return [Cause(text_id, "enough", part) for part in effects.enough]
    if effects.needed:
        return [Cause(text_id, "needed", part) for part in effects.needed]
    return [Cause(text_id, "together", tuple(place for part in effects.moving or parts for place in part))]


_SUREST: tuple[CauseKind, ...] = ("alone", "enough", "needed", "together")


def _joined(text_id: str, found: Sequence[Cause]) -> Cause | None:
    """One cause of several: the surest kind, with all changes of that kind."""
    kind = next((kind for kind in _SUREST if any(cause.kind == kind for cause in found)), None)
    if kind is None:
        return None
    places = {place for cause in found if cause.kind == kind for place in cause.factors}
    return Cause(text_id, kind, tuple(sorted(places)))
