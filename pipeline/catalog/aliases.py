"""The search for a catalog's aliases in a text: longest match, whole words, offsets of the raw text.

Both sides are folded alike: case, kinds of dashes and quotes, hyphen against space, runs of white space, blanks around
a slash, and signs that no name contains. The automaton (Aho and Corasick 1975) holds every form behind the sign that
begins a word, so that it stops at words only; its cost grows with the text and the hits, hardly with the aliases.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log1p
from operator import attrgetter
from typing import NamedTuple

import ahocorasick
import numpy as np
import numpy.typing as npt

from pipeline.catalog.addresses import addresses
from pipeline.catalog.borders import crosses_border
from pipeline.catalog.folding import Folded
from pipeline.catalog.folding import fold as fold
from pipeline.catalog.folding import fold_key as fold_key
from pipeline.catalog.form_context import MAX_NEIGHBOUR_DISTANCE, nearest_context, words_around
from pipeline.catalog.value import Catalog, SkillAlias

_LEADS = " /"
"""Characters that may be directly before a word once signs are blanked."""
_NONE: frozenset[str] = frozenset()
_TAILS = " /.&"
"""Characters that may be directly behind a word once signs are blanked."""
MAX_PREPARED = 16
"""Texts that are kept as forms are looked for in them."""
MAX_SHORT = 3
"""Characters of a form that is stored with the characters that end a word behind it."""
MIN_LAST_LANGUAGE = 3
"""Letters of a language that may end a form without being part of the name ("Selenium Java", but "Node JS")."""


@dataclass(frozen=True)
class Form:
    """A surface form of a skill; ``alias`` is null for the display name, ``context`` holds folded words."""

    skill_slug: str
    alias_text: str
    alias: SkillAlias | None
    case_sensitive: bool
    context: tuple[str, ...]


class Hit(NamedTuple):
    """A form found in a text, at code points ``start`` to ``end`` of it."""

    start: int
    end: int
    form: Form
    rivals: tuple[str, ...] = ()
    """Slugs of other skills that own the same form and were not chosen."""
    out_of_context: bool = False
    """Whether nothing near is what the form's context asks for."""


Owners = tuple[Form, ...]
Candidate = tuple[int, int, tuple[bool, int], Owners, bool]
"""Start and negated end in the folded text, a running number, the owners, and whether the owner is certain."""


Entry = tuple[int, int, Owners, bool, bool]
"""Of a word of the automaton: lengths of its key and of what ends it, its owners, whether they are certain, whether a plural counts."""


class Undecided(NamedTuple):
    """A form in a text, at code points ``start`` to ``end`` of it, that may be of any of several skills and is given to none."""

    start: int
    end: int
    owners: Owners


class _Span(NamedTuple):
    """A form whose owner is not decided yet, with its span in the folded and in the raw text."""

    folded_start: int
    folded_end: int
    start: int
    end: int
    owners: Owners


class Longest(NamedTuple):
    """Hits whose owner is certain, spans whose owner is not, and shorter hits within those by their ``folded_end``."""

    certain: list[Hit]
    unclear: list[_Span]
    inside: dict[int, list[Hit]]


class AliasIndex:
    """All surface forms of a catalog's extractable skills, the display names among them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._forms = forms_of(catalog)
        names: dict[str, tuple[str, ...]] = {}
        for form in (f for owners in self._forms.values() for f in owners):
            names[form.skill_slug] = (*names.get(form.skill_slug, ()), form.alias_text)
        self._names: Mapping[str, tuple[str, ...]] = names
        self._dimensions: Mapping[str, frozenset[str]] = {
            s: frozenset(d.slug for d in ds) for s, ds in catalog.dimensions_of_skill.items()
        }
        self._shared: list[str] = []
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY)
        for key in self._forms:
            if (usable := self._searched(key)) and len({f.skill_slug for f in usable}) > 1:
                self._shared.append(key)
            for word, entry in entries(key, usable):
                self._automaton.add_word(word, entry)
        if len(self._automaton):
            self._automaton.make_automaton()

    def _searched(self, key: str) -> Owners:
        """The forms of a folded key that texts are searched for; none where it is other skills' forms beside each other."""
        usable = self.usable(key)
        return () if not usable or _is_joined(key, self._forms, self._catalog) else usable

    def lookup(self, term: str) -> Owners:
        """Return the forms that a term equals, best first; case-sensitive forms only where the case agrees."""
        bare = term.strip()
        return tuple(f for f in self._forms.get(fold_key(term), ()) if not f.case_sensitive or f.alias_text == bare)

    def names_of(self, slug: str) -> tuple[str, ...]:
        """Return all forms of a skill as they are written."""
        return self._names.get(slug, ())

    def forms(self) -> Mapping[str, Owners]:
        """Return all forms by folded key."""
        return self._forms

    def usable(self, key: str) -> Owners:
        """Return the forms of a folded key that texts are searched for, best first."""
        return tuple(f for f in self._forms.get(key, ()) if self._catalog.skill[f.skill_slug].is_extractable)

    def shared(self) -> Sequence[str]:
        """Return the folded keys of the forms that several skills own and that texts are searched for."""
        return self._shared

    @cached_property
    def head_counts(self) -> Counter[str]:
        """How many forms of several words end with a word (folded)."""
        return Counter(k.rpartition(" ")[2] for k in self._forms if " " in k)

    @cached_property
    def heads(self) -> Mapping[str, float]:
        """How many forms of several words end with a word (folded): the log of one more than their number."""
        return {w: log1p(n) for w, n in self.head_counts.items()}

    def find(self, text: str, out_of_context: bool = False) -> list[Hit]:
        """Return the longest forms in a text that do not overlap, from left to right, each with its owner.

        With ``out_of_context`` a name in its own case is found too where its context is not near, for others to judge.
        """
        if not len(self._automaton):
            return []
        folded_text, longest = self._longest_in(text)
        if not longest.unclear:
            return longest.certain
        hits = list(longest.certain)
        for span in longest.unclear:
            hit = self._resolve(text, folded_text, span, longest.certain)
            shorter = longest.inside.get(span.folded_end, [])
            if not hit and not shorter and out_of_context:
                hit = _named(text, span)
            hits += [hit] if hit else shorter
        return sorted(hits, key=attrgetter("start"))

    def undecided(self, text: str) -> list[Undecided]:
        """Return the forms in a text that several skills own and none of them gets, since what tells them apart is not near."""
        if not self._shared:
            return []
        folded_text, longest = self._longest_in(text)
        found = []
        for span in longest.unclear:
            owners = _of_case(span.owners, text[span.start : span.end])
            if len({form.skill_slug for form in owners}) < 2 or longest.inside.get(span.folded_end):
                continue
            if not self._resolve(text, folded_text, span, longest.certain):
                found.append(Undecided(span.start, span.end, owners))
        return found

    def asks_context(self, text: str) -> bool:
        """Return whether what a form in a text means depends on what is near it, skills of the same dimension among that."""
        if not len(self._automaton):
            return False
        return any(form.context for span in self._longest_in(text)[1].unclear for form in span.owners)

    def owners_in(self, text: str) -> frozenset[str]:
        """Return the skills of which any form stands in a text as a whole word, whether it is meant or not."""
        if not len(self._automaton):
            return frozenset()
        found = self._candidates(_prepared(text)[0].text + " ")
        return frozenset(form.skill_slug for candidate in found for form in candidate[3])

    def _longest_in(self, text: str) -> tuple[str, Longest]:
        """The folded text and its longest forms."""
        folded, of_addresses = _prepared(text)
        folded_text = folded.text + " "
        candidates = self._candidates(folded_text)
        if not candidates:
            return folded_text, Longest([], [], {})
        return folded_text, _longest(candidates, folded.places, of_addresses, text)

    def _entries(self, folded_text: str) -> Iterable[tuple[int, Entry]]:
        """The forms that stand in a folded text behind a sign that begins a word, each with the place of its last character."""
        found: Iterable[tuple[int, Entry]] = self._automaton.iter(folded_text)
        return found

    def _candidates(self, folded_text: str) -> list[Candidate]:
        """Every form in a folded text that is a whole word, from left to right, the longest first."""
        candidates: list[Candidate] = []
        for last, (size, tail, owners, plain, takes_plural) in self._entries(folded_text):
            end, is_plural = last + 1 - tail, False
            after = folded_text[end] if end < len(folded_text) else " "
            if after != " ":
                if after.isalnum():
                    if not takes_plural or after != "s" or folded_text[end + 1].isalnum():
                        continue
                    end, is_plural = end + 1, True
                elif after in "+#_" or (after == "." and size < 4 and folded_text[end + 1].isalnum()):
                    continue
            # A form goes before another's plural; the running number keeps the sort from comparing owners.
            candidates.append((last + 1 - tail - size, -end, (is_plural, len(candidates)), owners, plain))
        candidates.sort()
        return candidates

    def _resolve(self, text: str, folded_text: str, span: _Span, certain: list[Hit]) -> Hit | None:
        """The hit of the owner that a span means, by case and then by context; null where no owner's conditions hold."""
        _, _, start, end, owners = span
        surface = text[start:end]
        open_forms = _of_case(owners, surface)
        fitting = []
        if any(f.context for f in open_forms) and text[max(0, start - 1) : start] != "-" and text[end : end + 1] != "-":
            window = words_around(folded_text, span.folded_start, span.folded_end)
            fitting = [f for f in open_forms if f.context and self._in_context(f, window, span, certain)]
        chosen = fitting or [f for f in open_forms if not f.context]
        if not chosen:
            return None
        if len({f.skill_slug for f in chosen}) > 1 and fitting:
            chosen = sorted(
                chosen, key=lambda f: nearest_context(f.context, folded_text, span.folded_start, span.folded_end)
            )
        rivals = tuple(dict.fromkeys(f.skill_slug for f in owners if f.skill_slug != chosen[0].skill_slug))
        return Hit(start, end, chosen[0], rivals)

    def _in_context(self, form: Form, window: str, span: _Span, certain: list[Hit]) -> bool:
        """Whether a context word is near, or a certain hit of a skill that shares a dimension."""
        if any(f" {word} " in window for word in form.context):
            return True
        dimensions = self._dimensions
        own = dimensions.get(form.skill_slug, _NONE)
        at = bisect_left(certain, span.start - MAX_NEIGHBOUR_DISTANCE, key=lambda hit: hit.end)
        for hit in certain[at:]:
            if hit.start > span.end + MAX_NEIGHBOUR_DISTANCE:
                return False
            if not own.isdisjoint(dimensions.get(hit.form.skill_slug, _NONE)):
                return True
        return False


@lru_cache(MAX_PREPARED)
def _prepared(text: str) -> tuple[Folded, list[tuple[int, int]]]:
    """A text as forms are looked for in it: folded, with its addresses. A text is searched on one catalog after the other."""
    return fold(text), addresses(text)


def entries(key: str, usable: Owners) -> Iterator[tuple[str, Entry]]:
    """Yield the words under which a folded key with its owners is searched for; none without owners.

    Short forms begin many words ("c", "go"): they are stored with what ends a word, so that those words do not stop the automaton.
    """
    if not usable:
        return
    plain = len(usable) == 1 and not usable[0].case_sensitive and not usable[0].context
    takes_plural = plain and len(key) >= 4 and key[-1].isalpha() and key[-1] != "s"
    for tail in _TAILS if len(key) <= MAX_SHORT else ("",):
        for lead in _LEADS:
            yield lead + key + tail, (len(key), len(tail), usable, plain, takes_plural)


def _longest(
    candidates: list[Candidate], places: npt.NDArray[np.int64] | None, addresses: list[tuple[int, int]], text: str
) -> Longest:
    """The longest of the candidates that do not overlap, are in no address and cross no border."""
    certain: list[Hit] = []
    unclear: list[_Span] = []
    inside: dict[int, list[Hit]] = {}
    covered = 0
    for start, minus_end, _, owners, plain in candidates:
        if start < covered and not (plain and unclear and unclear[-1].folded_end == covered):
            continue
        if places is None:
            left, right = start - 1, -minus_end - 1
        else:
            left, right = int(places[start - 1]), int(places[-minus_end - 2]) + 1
        if addresses and any(a <= left < b for a, b in addresses):
            continue
        if crosses_border(text, left, right):
            continue
        if start < covered:
            # A shorter form counts where the longer one turns out not to be meant ("Kafka streams").
            shorter = inside.setdefault(covered, [])
            if not shorter or shorter[-1].end <= left:
                shorter.append(Hit(left, right, owners[0]))
            continue
        covered = -minus_end
        if plain:
            certain.append(Hit(left, right, owners[0]))
        else:
            unclear.append(_Span(start, covered, left, right, owners))
    return Longest(certain, unclear, inside)


def _of_case(owners: Owners, surface: str) -> Owners:
    """The forms whose case a surface has."""
    return tuple(f for f in owners if not f.case_sensitive or same_case(f.alias_text, surface))


def _named(text: str, span: _Span) -> Hit | None:
    """The hit of the one skill that a span names in its own case, whatever is near."""
    surface = text[span.start : span.end]
    named = [f for f in span.owners if f.case_sensitive and f.alias_text == surface]
    beside_dash = text[span.start - 1 : span.start] == "-" or text[span.end : span.end + 1] == "-"
    if len(named) != 1 or len(span.owners) > 1 or beside_dash:
        return None
    return Hit(span.start, span.end, named[0], (), True)


def _is_joined(key: str, forms: Mapping[str, Owners], catalog: Catalog) -> bool:
    """Whether a form says two skills, each by a form of its own: a language and what is written in it, or a slash.

    "Java Spring Boot" is found as Java and as Spring Boot, but "SQL Server" is one name: no skill is called "Server".
    """
    owners = {form.skill_slug for form in forms[key]}
    for sign, min_last in (("/", 1), (" ", MIN_LAST_LANGUAGE)):
        first, _, rest = key.partition(sign)
        before, _, last = key.rpartition(sign)
        for part, remainder in ((first, rest), (last, before)):
            if not part or not remainder or (part is last and len(part) < min_last):
                continue
            others = [f for f in forms.get(part, ()) if f.skill_slug not in owners]
            is_free = sign == "/" or all(catalog.skill[f.skill_slug].skill_nature == "LANGUAGE" for f in others)
            # The language beside it is the context that a form may ask for ("Java Spring").
            if (
                others
                and is_free
                and owners & {f.skill_slug for f in forms.get(remainder, ()) if sign == " " or not f.context}
            ):
                return True
    return False


def forms_of(catalog: Catalog) -> Mapping[str, Owners]:
    """Return the forms of a catalog by folded key, those with an alias first, canonical ones before others."""
    forms: dict[str, dict[tuple[str, str], Form]] = defaultdict(dict)
    for alias in catalog.skill_aliases:
        sensitive = alias.match_strategy == "CASE_SENSITIVE"
        form = Form(alias.skill_slug, alias.alias_text, alias, sensitive, tuple(map(fold_key, alias.context)))
        forms[fold_key(alias.alias_text)].setdefault((alias.skill_slug, alias.alias_text if sensitive else ""), form)
    for skill in catalog.skills:
        key = fold_key(skill.display_name)
        if not any(owner == skill.slug for owner, _ in forms[key]):
            forms[key][skill.slug, ""] = Form(skill.slug, skill.display_name, None, False, ())

    def order(form: Form) -> tuple[bool, bool, str, str]:
        return form.alias is None, not _is_primary(form), form.skill_slug, form.alias_text

    return {key: tuple(sorted(owners.values(), key=order)) for key, owners in sorted(forms.items()) if key and owners}


def same_case(alias_text: str, surface: str) -> bool:
    """Whether a surface has the alias's case; longer names may also be in capitals, as in headings."""
    if len(alias_text) >= 4 and surface == alias_text.upper():
        return True
    return alias_text == surface or " ".join(alias_text.split()) == " ".join(surface.replace("-", " ").split())


def _is_primary(form: Form) -> bool:
    return form.alias is not None and (form.alias.is_primary or form.alias.alias_type == "CANONICAL")
