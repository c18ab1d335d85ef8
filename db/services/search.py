"""Search everywhere: what a few words mean among roles, dimensions, skills, aliases, titles, runs and change sets.

What is called exactly so comes first, then what begins so, then what has each word at the beginning of one of its own, then
what has them anywhere; among equals, entries before forms before runs, and the shorter name. Where that is little, entries that
are like what was typed follow, so that a slip or another ending does not hide them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sqlalchemy import Engine

from db.services.snapshots import CatalogSnapshots
from db.stores.search import SearchStore
from pipeline.catalog import Catalog
from pipeline.catalog.grams import GramIndex

Kind = Literal["role", "dimension", "skill", "alias", "title", "run", "change set"]
ORDER: tuple[Kind, ...] = ("role", "dimension", "skill", "alias", "title", "run", "change set")
MAX_HITS = 24
MAX_OF_A_KIND = 6
EXACT, BEGINS, WORDS, ANYWHERE = range(4)
ENOUGH_HITS = 5
"""Hits from which on none that is only like the words is added."""
MIN_LIKENESS = 0.4
"""Likeness by grams of an entry that is added."""


@dataclass(frozen=True)
class Hit:
    """One thing that was found: what it is, its name, a word on it, and the key of its page (slug, id, number, or form)."""

    kind: Kind
    text: str
    detail: str
    key: str


@dataclass(frozen=True)
class _Entry:
    hit: Hit
    folded: str


class _Entries:
    """The entries of a catalog's revision."""

    def __init__(self, revision: int, catalog: Catalog | None) -> None:
        self.revision = revision
        self.all = [_Entry(hit, hit.text.casefold()) for hit in _hits_of(catalog)] if catalog else []

    @cached_property
    def _grams(self) -> GramIndex:
        return GramIndex([entry.folded for entry in self.all])

    def like(self, whole: str) -> list[Hit]:
        """The entries that are like folded words, the likest first."""
        likeness = self._grams.similarity(whole)
        order = (-likeness).argsort(kind="stable")[:MAX_HITS].tolist()
        return [self.all[i].hit for i in order if likeness[i] >= MIN_LIKENESS]


class Search:
    """Looks everything up. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._store = SearchStore(engine)
        self._snapshots = snapshots
        self._lock = threading.Lock()
        self._entries = _Entries(0, None)

    def find(self, text: str) -> list[Hit]:
        """The best hits, the best first; none for a text without a word."""
        whole = " ".join(text.casefold().split())
        words = whole.split()
        if not words:
            return []
        entries = self._catalog()
        ranked = [(rank, entry.hit) for entry in entries.all if (rank := rank_of(entry.folded, whole, words)) >= 0]
        for hit in self._stored(words):
            rank = rank_of(hit.text.casefold(), whole, words)
            ranked.append((EXACT if hit.key == whole else rank if rank >= 0 else ANYWHERE, hit))
        ranked.sort(key=lambda found: (found[0], ORDER.index(found[1].kind), len(found[1].text), found[1].text))
        hits = [hit for _, hit in ranked]
        if len(hits) < ENOUGH_HITS:
            hits += [hit for hit in entries.like(whole) if hit not in hits]
        return list(_few_of_each(hits))

    def _catalog(self) -> _Entries:
        """The entries of the current catalog, made ready once a revision."""
        snapshot = self._snapshots.current()
        with self._lock:
            if self._entries.revision != snapshot.revision:
                self._entries = _Entries(snapshot.revision, snapshot.catalog)
            return self._entries

    def _stored(self, words: Sequence[str]) -> Iterator[Hit]:
        for run in self._store.runs(words, MAX_OF_A_KIND):
            role = run.role_name or "no role"
            yield Hit("run", run.label, f"{role} · {run.created_at:%d %b %Y %H:%M}", str(run.id))
        for found in self._store.change_sets(words, MAX_OF_A_KIND):
            yield Hit("change set", found.title, f"{found.id}, {found.status}, {found.owner}", str(found.id))


def rank_of(name: str, whole: str, words: Sequence[str]) -> int:
    """How well a name fits, ``EXACT`` the best; -1 when a word is not in it. All are case-folded."""
    if name == whole:
        return EXACT
    if name.startswith(whole):
        return BEGINS
    if not all(word in name for word in words):
        return -1
    return WORDS if all(name.startswith(word) or f" {word}" in name for word in words) else ANYWHERE


def _hits_of(catalog: Catalog) -> Iterator[Hit]:
    for role in catalog.roles:
        yield Hit("role", role.display_name, role.domain or "", role.slug)
    for dimension in catalog.dimensions:
        count = len(catalog.skills_of_dimension.get(dimension.slug, ()))
        yield Hit("dimension", dimension.display_name, f"{count:,} skill{'' if count == 1 else 's'}", dimension.slug)
    for skill in catalog.skills:
        yield Hit("skill", skill.display_name, skill.sub_category or skill.category or "", skill.slug)
    names = {skill.slug: skill.display_name for skill in catalog.skills}
    for alias in catalog.skill_aliases:
        if alias.alias_text != (owner := names.get(alias.skill_slug, alias.skill_slug)):
            yield Hit("alias", alias.alias_text, f"form of {owner}", alias.alias_text)
    titles = {role.slug: role.display_name for role in catalog.roles}
    for title in catalog.role_aliases:
        if title.alias_text != (owner := titles.get(title.role_slug, title.role_slug)):
            yield Hit("title", title.alias_text, f"title of {owner}", title.role_slug)


def _few_of_each(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Not more than some of each kind, so that one does not push the others out; not more than some in all."""
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
        if counts[hit.kind] <= MAX_OF_A_KIND:
            yield hit
        if sum(min(count, MAX_OF_A_KIND) for count in counts.values()) >= MAX_HITS:
            return
