"""Finding the aliases of a catalog in a text: longest match, whole words, offsets of the text as given.

Both sides are folded alike: case, kinds of dashes and quotes, hyphen against space, runs of white space, blanks around
a slash, and signs that no name contains. The automaton (Aho and Corasick 1975) holds every form behind the sign that
begins a word, so that it stops at words only; its cost grows with the text and the hits, hardly with the aliases.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import ahocorasick
import numpy as np
import numpy.typing as npt

from pipeline.catalog.value import Catalog, SkillAlias

_BLANKS = "-\t\n\r\v\f"
_WIDE_BLANKS = "‐‑‒–—−\u00a0\u202f\u2009\u3000"
_SIGNS = ",;:()[]{}\"'!?*|<>=~"
_WIDE_SIGNS = "•●▪·…“”‘’«»"
_WEB = re.compile(r"(?:https?://|www\.)\S+")
_LEADS = " /"
"""What may stand directly before a word once signs are blanked."""
_NONE: frozenset[str] = frozenset()
_TAILS = " /.&"
"""What may stand directly behind a word once signs are blanked."""
SHORT = 3
"""Forms of at most so many characters are held with their tails."""
CONTEXT_REACH = 120
"""How far (code points, each side) the context of a form that needs one is looked for."""
NEIGHBOUR_REACH = 60
"""How far a skill of the same dimension may stand to be context."""


def _blank(text: str, signs: str) -> str:
    for sign in signs:
        text = text.replace(sign, " ")
    return text


@dataclass(frozen=True)
class Folded:
    """A folded text behind one blank; ``places`` holds the position in the raw text of each position of ``text``.

    ``places`` is null where nothing was left out, so that positions differ by the leading blank alone.
    """

    text: str
    places: npt.NDArray[np.int64] | None


def fold(text: str) -> Folded:
    """Fold a text, keeping the way back to its positions."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    low = _blank(low, _BLANKS)
    plain = low.isascii()
    if not plain:
        low = _blank(low, _WIDE_BLANKS)
    places = None
    if "  " in low or " /" in low or "/ " in low:
        low, places = _squeeze(low)
    low = _blank(low, _SIGNS)
    if not plain:
        low = _blank(low, _WIDE_SIGNS)
    return Folded(f" {low}", places)


def _squeeze(low: str) -> tuple[str, npt.NDArray[np.int64]]:
    """One blank for many, none around a slash; with the old position of each character that stays."""
    codec = "ascii" if low.isascii() else "utf-32-le"
    signs = np.frombuffer(low.encode(codec, "surrogatepass"), np.uint8 if codec == "ascii" else np.uint32)
    blank = signs == 32
    places = np.flatnonzero(~(blank & np.concatenate(([False], blank[:-1]))))
    signs = signs[places]
    beside = np.zeros(len(signs) + 2, bool)
    slash = signs == 47
    beside[:-2] |= slash
    beside[2:] |= slash
    stays = ~((signs == 32) & beside[1:-1])
    return signs[stays].tobytes().decode(codec, "surrogatepass"), places[stays]


@lru_cache(maxsize=1 << 17)
def fold_key(text: str) -> str:
    """The folded form of an alias or a term."""
    return " ".join(fold(text.strip()).text.split())


@dataclass(frozen=True)
class Form:
    """A surface form of a skill as the index holds it."""

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


Owners = tuple[Form, ...]


class AliasIndex:
    """All surface forms of a catalog's extractable skills, the display names among them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._forms = _forms_of(catalog)
        self._dimensions = {s: frozenset(d.slug for d in ds) for s, ds in catalog.dimensions_of_skill.items()}
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY)
        for key, owners in self._forms.items():
            usable = tuple(f for f in owners if catalog.skill[f.skill_slug].is_extractable)
            if usable:
                plain = len(usable) == 1 and not usable[0].case_sensitive and not usable[0].context
                takes_plural = plain and len(key) >= 4 and key[-1].isalpha() and key[-1] != "s"
                # Short forms begin many words ("c", "go"): they are held with what ends a word, so that those do not stop it.
                for tail in _TAILS if len(key) <= SHORT else ("",):
                    for lead in _LEADS:
                        self._automaton.add_word(lead + key + tail, (len(key), len(tail), usable, plain, takes_plural))
        if len(self._automaton):
            self._automaton.make_automaton()

    def lookup(self, term: str) -> Owners:
        """The forms that a term equals, best first; case-sensitive forms only where the case agrees."""
        bare = term.strip()
        return tuple(f for f in self._forms.get(fold_key(term), ()) if not f.case_sensitive or f.alias_text == bare)

    def forms(self) -> Mapping[str, Owners]:
        """All forms by folded key."""
        return self._forms

    def find(self, text: str) -> list[Hit]:
        """The longest forms in a text that do not overlap, from left to right, each with its owner decided."""
        if not len(self._automaton):
            return []
        folded = fold(text)
        hay = folded.text + " "
        spans: list[tuple[int, int, int, Owners, bool]] = []
        for last, (size, tail, owners, plain, takes_plural) in self._automaton.iter(hay):
            end = last + 1 - tail
            after = hay[end] if end < len(hay) else " "
            if after != " ":
                if after.isalnum():
                    if not takes_plural or after != "s" or hay[end + 1].isalnum():
                        continue
                    end += 1
                elif after in "+#_" or (after == "." and size < 4 and hay[end + 1].isalnum()):
                    continue
            # The running number keeps the sort from comparing owners.
            spans.append((last + 1 - tail - size, -end, len(spans), owners, plain))
        if not spans:
            return []
        spans.sort()
        addresses = _addresses(text)
        certain: list[Hit] = []
        unclear: list[tuple[int, int, int, int, Owners]] = []
        inside: dict[int, list[Hit]] = {}
        covered = 0
        places = folded.places
        for start, minus_end, _, owners, plain in spans:
            if start < covered and not (plain and unclear and unclear[-1][1] == covered):
                continue
            if places is None:
                left, right = start - 1, -minus_end - 1
            else:
                left, right = int(places[start - 1]), int(places[-minus_end - 2]) + 1
            if addresses and any(a <= left < b for a, b in addresses):
                continue
            if start < covered:
                # A shorter form stands in where the longer one turns out not to be meant ("Kafka streams").
                kept = inside.setdefault(covered, [])
                if not kept or kept[-1].end <= left:
                    kept.append(Hit(left, right, owners[0]))
                continue
            covered = -minus_end
            if plain:
                certain.append(Hit(left, right, owners[0]))
            else:
                unclear.append((start, covered, left, right, owners))
        if not unclear:
            return certain
        found = list(certain)
        for span in unclear:
            hit = self._resolve(text, hay, *span, certain)
            found += [hit] if hit else inside.get(span[1], [])
        return sorted(found, key=_start)

    def _resolve(
        self, text: str, hay: str, first: int, last: int, start: int, end: int, owners: Owners, certain: list[Hit]
    ) -> Hit | None:
        """Decide which skill a span means: case first, then context; null when no owner's conditions hold."""
        surface = text[start:end]
        open_forms = [f for f in owners if not f.case_sensitive or _same_case(f.alias_text, surface)]
        fitting = []
        if any(f.context for f in open_forms) and text[max(0, start - 1) : start] != "-" and text[end : end + 1] != "-":
            around = f" {hay[max(0, first - CONTEXT_REACH) : first]} ; {hay[last : last + CONTEXT_REACH]} "
            window = " ".join(["", *around.replace("/", " ").replace(". ", " ").split(), ""])
            fitting = [f for f in open_forms if f.context and self._in_context(f, window, start, end, certain)]
        chosen = fitting or [f for f in open_forms if not f.context]
        if not chosen:
            return None
        rivals = tuple(dict.fromkeys(f.skill_slug for f in owners if f.skill_slug != chosen[0].skill_slug))
        return Hit(start, end, chosen[0], rivals)

    def _in_context(self, form: Form, window: str, start: int, end: int, certain: list[Hit]) -> bool:
        """Whether a context word stands near, or a certain hit of a skill that shares a dimension."""
        if any(f" {word} " in window for word in form.context):
            return True
        shares = self._dimensions
        own = shares.get(form.skill_slug, _NONE)
        at = bisect_left(certain, start - NEIGHBOUR_REACH, key=lambda hit: hit.end)
        for hit in certain[at:]:
            if hit.start > end + NEIGHBOUR_REACH:
                return False
            if not own.isdisjoint(shares.get(hit.form.skill_slug, _NONE)):
                return True
        return False


def _addresses(text: str) -> list[tuple[int, int]]:
    """Spans of web and mail addresses: what stands in them is no skill."""
    found = [m.span() for m in _WEB.finditer(text)] if "://" in text or "www." in text else []
    at = text.find("@")
    while at >= 0:
        start, end = at, at
        while start and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        if "." in text[at:end] and at - start < 80:
            found.append((start, end))
        at = text.find("@", end)
    return found


def _start(hit: Hit) -> int:
    return hit.start


def _forms_of(catalog: Catalog) -> Mapping[str, Owners]:
    """Forms by folded key, those with an alias first, canonical ones before others."""
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

    return {key: tuple(sorted(found.values(), key=order)) for key, found in sorted(forms.items()) if key and found}


def _same_case(alias_text: str, surface: str) -> bool:
    """Whether a surface has the alias's case; longer names may also stand in capitals, as in headings."""
    if len(alias_text) >= 4 and surface == alias_text.upper():
        return True
    return alias_text == surface or " ".join(alias_text.split()) == " ".join(surface.replace("-", " ").split())


def _is_primary(form: Form) -> bool:
    return form.alias is not None and (form.alias.is_primary or form.alias.alias_type == "CANONICAL")
