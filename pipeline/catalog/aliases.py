"""Finding the aliases of a catalog in a text: longest match, whole words, offsets of the text as given.

Both sides are folded alike: case, kinds of dashes and quotes, hyphen against space, runs of white space, blanks around
a slash. The automaton (Aho and Corasick 1975) runs over the folded text once; its cost grows with the text and the
hits, hardly with the number of aliases.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import ahocorasick

from pipeline.catalog.value import Catalog, SkillAlias

_TRANSLATE = str.maketrans(
    dict.fromkeys("-‐‑‒–—−\t\n\r\v\f\u00a0\u202f\u2009\u3000", " ") | {"‘": "'", "’": "'", "“": '"', "”": '"', "／": "/"}
)
_SQUEEZE = re.compile(r" +/ *|/ +| {2,}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+")
CONTEXT_REACH = 120
"""How far (code points, each side) the context of a form that needs one is looked for."""


@dataclass(frozen=True)
class Folded:
    """A folded text; ``raw`` turns a position of it into one of the text that was folded."""

    text: str
    breaks: tuple[int, ...]
    shifts: tuple[int, ...]

    def raw(self, position: int) -> int:
        return position + self.shifts[bisect_right(self.breaks, position) - 1] if self.shifts else position


def fold(text: str) -> Folded:
    """Fold a text, keeping the way back to its positions."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    lowered = lowered.translate(_TRANSLATE)
    pieces: list[str] = []
    breaks: list[int] = []
    shifts: list[int] = []
    at = length = removed = 0
    for match in _SQUEEZE.finditer(lowered):
        start, end = match.span()
        pieces.append(lowered[at:start])
        pieces.append("/" if "/" in match.group() else " ")
        length += start - at + 1
        removed += end - start - 1
        breaks.append(length)
        shifts.append(removed)
        at = end
    if not breaks:
        return Folded(lowered, (), ())
    pieces.append(lowered[at:])
    return Folded("".join(pieces), (0, *breaks), (0, *shifts))


def fold_key(text: str) -> str:
    """The folded form of an alias or a term."""
    return fold(text.strip()).text


@dataclass(frozen=True)
class Form:
    """A surface form of a skill as the index holds it."""

    skill_slug: str
    alias_text: str
    alias: SkillAlias | None
    case_sensitive: bool
    context: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A form found in a text, at code points ``start`` to ``end`` of it."""

    start: int
    end: int
    form: Form
    rivals: tuple[str, ...] = ()
    """Slugs of other skills that own the same form and were not chosen."""


class AliasIndex:
    """All surface forms of a catalog's extractable skills, the display names among them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        forms: dict[str, dict[tuple[str, str], Form]] = defaultdict(dict)
        for alias in catalog.skill_aliases:
            sensitive = alias.match_strategy == "CASE_SENSITIVE"
            form = Form(alias.skill_slug, alias.alias_text, alias, sensitive, tuple(map(fold_key, alias.context)))
            forms[fold_key(alias.alias_text)].setdefault((alias.skill_slug, alias.alias_text if sensitive else ""), form)
        for skill in catalog.skills:
            key = fold_key(skill.display_name)
            if key and not any(owner == skill.slug for owner, _ in forms[key]):
                forms[key][skill.slug, ""] = Form(skill.slug, skill.display_name, None, False, ())
        self._forms: Mapping[str, tuple[Form, ...]] = {
            key: tuple(sorted(f.values(), key=lambda x: (x.alias is None, not _is_primary(x), x.skill_slug, x.alias_text)))
            for key, f in sorted(forms.items())
            if key and f
        }
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY)
        for key, owners in self._forms.items():
            usable = tuple(f for f in owners if catalog.skill[f.skill_slug].is_extractable)
            if usable:
                plural = len(key) >= 4 and key[-1].isalpha() and key[-1] != "s" and not any(f.case_sensitive for f in usable)
                self._automaton.add_word(key, (len(key), usable, plural))
        if len(self._automaton):
            self._automaton.make_automaton()

    def lookup(self, term: str) -> tuple[Form, ...]:
        """The forms that a term equals, best first; case-sensitive forms only where the case agrees."""
        owners = self._forms.get(fold_key(term), ())
        bare = term.strip()
        return tuple(f for f in owners if not f.case_sensitive or f.alias_text == bare)

    def forms(self) -> Mapping[str, tuple[Form, ...]]:
        """All forms by folded key."""
        return self._forms

    def find(self, text: str) -> list[Hit]:
        """The longest forms in a text that do not overlap, from left to right, each with its owner decided."""
        if not len(self._automaton):
            return []
        folded = fold(text)
        haystack = folded.text
        length = len(haystack)
        spans: list[tuple[int, int, tuple[Form, ...]]] = []
        for last, (size, owners, plural) in self._automaton.iter(haystack):
            start, end = last + 1 - size, last + 1
            if start and ((before := haystack[start - 1]).isalnum() or before == "_"):
                continue
            if end < length:
                after = haystack[end]
                if after == " ":
                    pass
                elif after.isalnum():
                    if not (plural and after == "s" and (end + 1 == length or not haystack[end + 1].isalnum())):
                        continue
                    end += 1
                elif after in "+#_" or (after == "." and size < 4 and end + 1 < length and haystack[end + 1].isalnum()):
                    continue
            spans.append((start, end, owners))
        if not spans:
            return []
        addresses: list[tuple[int, int]] = []
        if "://" in haystack or "www." in haystack or "@" in haystack:
            addresses = [m.span() for m in _ADDRESS.finditer(haystack)]
        spans.sort(key=lambda s: (s[0], -s[1]))
        picked: list[tuple[int, int, tuple[Form, ...]]] = []
        covered = 0
        for span in spans:
            if span[0] >= covered and not any(a <= span[0] < b for a, b in addresses):
                picked.append(span)
                covered = span[1]
        return self._resolve_all(text, folded, picked)

    def _resolve_all(self, text: str, folded: Folded, picked: list[tuple[int, int, tuple[Form, ...]]]) -> list[Hit]:
        """Decide the plain spans first: they are part of the context of those that need one."""
        hits: list[Hit | None] = []
        for start, end, owners in picked:
            form = owners[0]
            plain = len(owners) == 1 and not form.case_sensitive and not form.context
            hits.append(Hit(folded.raw(start), folded.raw(end - 1) + 1, form) if plain else None)
        if None in hits:
            certain = [hit for hit in hits if hit is not None]
            for i, hit in enumerate(hits):
                if hit is None:
                    hits[i] = self._resolve(text, folded, *picked[i], certain)
        return [hit for hit in hits if hit is not None]

    def _resolve(
        self, text: str, folded: Folded, start: int, end: int, owners: tuple[Form, ...], certain: list[Hit]
    ) -> Hit | None:
        """Decide which skill a span means: case first, then context; null when no owner's conditions hold."""
        raw_start, raw_end = folded.raw(start), folded.raw(end - 1) + 1
        surface = text[raw_start:raw_end]
        open_forms = [f for f in owners if not f.case_sensitive or _same_case(f.alias_text, surface)]
        hyphened = text[max(0, raw_start - 1) : raw_start] == "-" or text[raw_end : raw_end + 1] == "-"
        fitting = [
            f
            for f in open_forms
            if f.context and not hyphened and self._in_context(f, folded, start, end, raw_start, raw_end, certain)
        ]
        chosen = fitting or [f for f in open_forms if not f.context]
        if not chosen:
            return None
        rivals = tuple(dict.fromkeys(f.skill_slug for f in owners if f.skill_slug != chosen[0].skill_slug))
        return Hit(raw_start, raw_end, chosen[0], rivals)

    def _in_context(
        self, form: Form, folded: Folded, start: int, end: int, raw_start: int, raw_end: int, certain: list[Hit]
    ) -> bool:
        """Whether a context word stands near, or a certain hit of a skill that shares a dimension."""
        around = f"{folded.text[max(0, start - CONTEXT_REACH) : start]} ; {folded.text[end : end + CONTEXT_REACH]}"
        window = f" {_spaced(around)} "
        if any(f" {word} " in window for word in form.context):
            return True
        shares = self._catalog.dimensions_of_skill
        own = set(shares.get(form.skill_slug, ()))
        return any(
            own & set(shares.get(hit.form.skill_slug, ()))
            for hit in certain
            if hit.end > raw_start - CONTEXT_REACH // 2 and hit.start < raw_end + CONTEXT_REACH // 2
        )


_PUNCTUATION = re.compile(r"[^\w+#./&]+|[./](?=\s|$)|/")


def _spaced(folded: str) -> str:
    """Folded text with punctuation blanked, for looking up whole words in it."""
    return " ".join(_PUNCTUATION.sub(" ", folded).split())


def _same_case(alias_text: str, surface: str) -> bool:
    """Whether a surface has the alias's case; longer names may also stand in capitals, as in headings."""
    if len(alias_text) >= 4 and surface == alias_text.upper():
        return True
    return alias_text == surface or " ".join(alias_text.split()) == " ".join(surface.replace("-", " ").split())


def _is_primary(form: Form) -> bool:
    return form.alias is not None and (form.alias.is_primary or form.alias.alias_type == "CANONICAL")
