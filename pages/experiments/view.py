"""What the page of a comparison shows, as its address says: which experiments, and which job descriptions are picked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pages.components import links

MAX_MORE = 8
"""Further experiments that are compared with the same baseline."""


@dataclass(frozen=True)
class View:
    """Experiment ``b``, and ``more`` of them, beside ``a``; the job descriptions are those of a slice, of a cause or of a cell of wrong
    roles where one is named.

    ``cause`` is the place of a change among what made the difference; ``slice`` is what by and which value.
    """

    a: str
    b: str
    more: tuple[str, ...] = ()
    by: str = ""
    value: str = ""
    cause: int | None = None
    gold: str = ""
    taken_for: str = ""

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> View:
        """The view of an address; what it says wrongly is left out."""
        more = [part for part in query.get("more", "").split(",") if part.isascii() and part.isdigit()]
        cause = query.get("cause", "")
        return cls(
            query["a"],
            query["b"],
            tuple(dict.fromkeys(more))[:MAX_MORE],
            query.get("by", ""),
            query.get("value", ""),
            int(cause) if cause.isascii() and cause.isdigit() and len(cause) < 6 else None,
            query.get("gold", ""),
            query.get("said", ""),
        )

    @property
    def query(self) -> dict[str, str]:
        """Its parameters."""
        asked = {
            "a": self.a,
            "b": self.b,
            "more": ",".join(self.more),
            "by": self.by,
            "value": self.value,
            "cause": "" if self.cause is None else str(self.cause),
            "gold": self.gold,
            "said": self.taken_for,
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def url(self) -> str:
        """Its address."""
        return links.page_url(links.EXPERIMENTS, **self.query)

    @property
    def is_picked(self) -> bool:
        """Whether some job descriptions are picked out."""
        return self != self.whole

    @property
    def whole(self) -> View:
        """All job descriptions of the same experiments."""
        return View(self.a, self.b, self.more)

    def of_slice(self, by: str, value: str) -> View:
        """The job descriptions of a slice."""
        return replace(self.whole, by=by, value=value)

    def of_cause(self, place: int) -> View:
        """Those of which a change is the cause."""
        return replace(self.whole, cause=place)

    def of_cell(self, gold: str, taken_for: str) -> View:
        """Those for which one family of roles was taken for another."""
        return replace(self.whole, gold=gold, taken_for=taken_for)

    def with_b(self, number: str) -> View:
        """Another of the experiments as B, the one that was B among the further ones."""
        if number == self.b:
            return self.whole
        rest = tuple(dict.fromkeys([self.b, *(one for one in self.more if one != number)]))
        return View(self.a, number, rest[:MAX_MORE])

    def with_more(self, number: str) -> View:
        """A further experiment beside the baseline."""
        return View(self.a, self.b, tuple(dict.fromkeys([*self.more, number])))

    def without(self, number: str) -> View:
        """One of the further experiments less."""
        return View(self.a, self.b, tuple(one for one in self.more if one != number))
