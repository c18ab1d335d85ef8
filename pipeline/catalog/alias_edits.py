"""The alias index of a catalog that differs in a few rows from one whose index is built.

The automaton of the other is shared. Forms that the rows may have changed are left out of what it finds, and an automaton of these alone
finds them as they are now: the form of a changed alias, and those that are made of it and another ("java spring" of "java").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import merge
from math import log1p
from operator import itemgetter
from typing import TypeVar

import ahocorasick
from typing_extensions import override

from pipeline.catalog.aliases import MAX_PREPARED, AliasIndex, Entry, Form, Longest, Owners, entries, forms_of
from pipeline.catalog.changes import Change
from pipeline.catalog.folding import fold_key
from pipeline.catalog.overlay import Overlay
from pipeline.catalog.value import Catalog, Skill, SkillAlias

T = TypeVar("T")
TABLES = frozenset({"skill_aliases", "skill_dimensions"})
"""The tables whose changes an index is edited for; others make a new one."""


class AliasSources:
    """Where the forms of a catalog come from: by folded key its aliases and the skills that it is the name of, and which forms have it
    as a part.
    """

    def __init__(self, catalog: Catalog, aliases: AliasIndex) -> None:
        self._index = aliases
        self._entries_in: dict[str, list[tuple[int, Entry]]] = {}
        self._longest_in: dict[str, tuple[str, Longest]] = {}
        self.aliases: dict[str, list[SkillAlias]] = defaultdict(list)
        for alias in catalog.skill_aliases:
            self.aliases[fold_key(alias.alias_text)].append(alias)
        self.named: dict[str, list[Skill]] = defaultdict(list)
        for skill in catalog.skills:
            self.named[fold_key(skill.display_name)].append(skill)
        self.holding: dict[str, list[str]] = defaultdict(list)
        for key in aliases.forms():
            for part in parts_of(key):
                self.holding[part].append(key)

    def entries_in(self, folded_text: str) -> Sequence[tuple[int, Entry]]:
        """Return what the unchanged index finds in a folded text; a text is searched on one catalog after the other."""
        return _kept(self._entries_in, folded_text, lambda: list(self._index._entries(folded_text)))

    def longest_in(self, text: str) -> tuple[str, Longest]:
        """Return the longest forms of the unchanged index in a text."""
        return _kept(self._longest_in, text, lambda: self._index._longest_in(text))


def _kept(kept: dict[str, T], text: str, find: Callable[[], T]) -> T:
    """What was found in a text, kept for the texts that were asked for last."""
    found = kept.get(text)
    if found is None:
        if len(kept) >= MAX_PREPARED:
            kept.clear()
        found = kept[text] = find()
    return found


def parts_of(key: str) -> set[str]:
    """Return what a form may be made of: its beginnings and ends before and behind the first and the last blank or slash."""
    parts = {part for sign in " /" for cut in (key.partition(sign), key.rpartition(sign)) for part in (cut[0], cut[2])}
    return parts - {"", key}


class EditedAliasIndex(AliasIndex):
    """The index of ``catalog``, which differs by ``changes`` of aliases and links from that of ``base``."""

    def __init__(self, base: AliasIndex, catalog: Catalog, changes: Sequence[Change], sources: AliasSources) -> None:
        self._catalog = catalog
        self._base = base
        self._sources = sources
        of_aliases = [c for c in changes if c.table == "skill_aliases"]
        self._forms = base._forms
        self._names = base._names
        self._shared = base._shared
        self._automaton = base._automaton
        self._edited: frozenset[str] = frozenset()
        self._own = ahocorasick.Automaton(ahocorasick.STORE_ANY)
        of_skills = {c.key[0] for c in changes if c.table == "skills" and _is_searched_otherwise(c)}
        if of_aliases or of_skills:
            self._edit_forms(of_aliases, of_skills, sources)
        self._dimensions = base._dimensions
        linked = {c.key[0] for c in changes if c.table == "skill_dimensions"}
        if linked:
            now = {s: frozenset(d.slug for d in catalog.dimensions_of_skill.get(s, ())) for s in linked}
            self._dimensions = Overlay(base._dimensions, now)

    def _edit_forms(self, changes: Sequence[Change], skills: set[str], sources: AliasSources) -> None:
        """Make anew what the aliases of some changes, and some skills, are searched for by."""
        base = self._base
        keys = {fold_key(row.alias_text) for c in changes for row in (c.before, c.after) if row is not None} - {""}
        now = {key: self._owners_now(key, changes, sources) for key in keys}
        self._forms = Overlay(
            base._forms, {k: owners for k, owners in now.items() if owners}, [k for k in now if not now[k]]
        )
        self._names = Overlay(base._names, {slug: self._names_now(slug) for slug in _owners(changes)})
        keys |= {fold_key(text) for slug in skills for text in base.names_of(slug)}
        affected = keys | {key for part in keys for key in sources.holding.get(part, ())}
        self._edited = frozenset(affected)
        shared = []
        for key in sorted(affected):
            if (usable := self._searched(key)) and len({f.skill_slug for f in usable}) > 1:
                shared.append(key)
            for word, entry in entries(key, usable):
                self._own.add_word(word, entry)
        if len(self._own):
            self._own.make_automaton()
        had = affected.intersection(base._shared)
        self._shared = base._shared if had == {*shared} else sorted({*base._shared} - affected | {*shared})

    @cached_property
    @override
    def heads(self) -> Mapping[str, float]:
        """How many forms of several words end with a word (folded): the log of one more than their number."""
        base = self._base
        more: Counter[str] = Counter()
        for key in self._edited:
            if " " in key:
                more[key.rpartition(" ")[2]] += (key in self._forms) - (key in base._forms)
        changed = {word: base.head_counts[word] + n for word, n in more.items() if n}
        heads = {**base.heads, **{word: log1p(n) for word, n in changed.items()}}
        return {word: value for word, value in heads.items() if changed.get(word) != 0} if changed else base.heads

    def _owners_now(self, key: str, changes: Sequence[Change], sources: AliasSources) -> Owners:
        """The forms of a key, from the rows that have it."""
        after = {c.key: c.after for c in changes if c.before is not None}
        rows = [after.get((a.skill_slug, a.alias_text), a) for a in sources.aliases.get(key, ())]
        rows += [c.after for c in changes if c.before is None and fold_key(c.row.alias_text) == key]
        small = Catalog(
            skills=tuple(sources.named.get(key, ())), skill_aliases=tuple(row for row in rows if row is not None)
        )
        return forms_of(small).get(key, ())

    def _names_now(self, slug: str) -> tuple[str, ...]:
        """The forms of a skill as they are written, by their keys."""
        skill = self._catalog.skill.get(slug)
        texts = [a.alias_text for a in self._catalog.aliases_of_skill.get(slug, ())]
        keys = {fold_key(text) for text in [*texts, *([skill.display_name] if skill else [])]}
        forms: Iterable[Form] = (f for key in sorted(keys) for f in self._forms.get(key, ()))
        return tuple(f.alias_text for f in forms if f.skill_slug == slug)

    @override
    def _longest_in(self, text: str) -> tuple[str, Longest]:
        return super()._longest_in(text) if self._edited else self._sources.longest_in(text)

    @override
    def _entries(self, folded_text: str) -> Iterable[tuple[int, Entry]]:
        found = self._sources.entries_in(folded_text)
        kept = self._unedited(found, folded_text)
        # Forms that begin and end alike are told apart by which is found first, so that the order is that of one automaton.
        return merge(kept, self._own.iter(folded_text), key=itemgetter(0)) if len(self._own) else kept

    def _unedited(self, found: Iterable[tuple[int, Entry]], folded_text: str) -> Iterator[tuple[int, Entry]]:
        for last, entry in found:
            end = last + 1 - entry[1]
            if folded_text[end - entry[0] : end] not in self._edited:
                yield last, entry


def _is_searched_otherwise(change: Change) -> bool:
    """Whether a change of a skill makes texts searched for its forms, or no longer."""
    return bool(change.before and change.after and change.before.is_extractable != change.after.is_extractable)


def _owners(changes: Sequence[Change]) -> set[str]:
    return {str(row.skill_slug) for c in changes for row in (c.before, c.after) if row is not None}
