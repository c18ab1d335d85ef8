"""Why a form stands in a sentence and yet is not matched there: the rules of the search, asked one by one.

Pure; the answers come from ``AliasIndex`` itself: what it finds, and what it would find if one thing were different.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.catalog.addresses import addresses
from pipeline.catalog.aliases import AliasIndex, Form, Hit, fold_key, same_case
from pipeline.catalog.value import Catalog

Obstacle = Literal[
    "not looked for", "address", "inside a word", "case", "context", "hyphen", "longer form", "other owner"
]
MAX_MISSES = 12
MIN_LETTERS = 2
MIN_BEGINNING, MAX_TAIL = 4, 4
"""Letters of a form with which a longer word begins, and how many may follow it ("Scala" in "scalable")."""
MAX_WORDS = 6
"""Words of a form that is looked for in a sentence."""
_TOKEN = re.compile(r"[^\s,;:()\[\]{}\"'!?|<>=~/]+")
_PLACE = re.compile(r"\w")


@dataclass(frozen=True)
class Miss:
    """A stretch of a text (code points ``start`` to ``end``) that equals a form which is not matched there, and why.

    ``hit`` is what is matched in its place, where that is the reason; ``words`` are those of which one must stand near.
    """

    start: int
    end: int
    form: Form
    obstacle: Obstacle
    hit: Hit | None = None
    words: tuple[str, ...] = ()


def misses(text: str, index: AliasIndex, catalog: Catalog) -> list[Miss]:
    """Return the forms that stand in a text letter by letter and are not matched, from left to right, each with the reason."""
    hits = index.find(text)
    found: dict[tuple[int, int, str], Miss] = {}
    for start, end, form in _candidates(text, index):
        if any(h.start == start and h.end == end and h.form.skill_slug == form.skill_slug for h in hits):
            continue
        key = start, end, form.skill_slug
        if key not in found:
            found[key] = _explain(text, (start, end), form, hits, catalog)
        if len(found) == MAX_MISSES:
            break
    return sorted(found.values(), key=lambda m: (m.start, m.end, m.form.skill_slug))


def is_known(term: str, index: AliasIndex) -> bool:
    """Whether any skill has a term as a form, whatever the case."""
    return fold_key(term) in index.forms()


def _candidates(text: str, index: AliasIndex) -> Iterator[tuple[int, int, Form]]:
    """Every form that is a run of whole tokens of the text, or that a token holds, with its place."""
    forms = index.forms()
    tokens = [(m.start(), m.start() + len(m.group().rstrip("."))) for m in _TOKEN.finditer(text)]
    for first in range(len(tokens)):
        for last in range(first, min(first + MAX_WORDS, len(tokens))):
            start, end = tokens[first][0], tokens[last][1]
            for form in forms.get(fold_key(text[start:end]), ()):
                yield start, end, form
    for start, end in tokens:
        token = text[start:end]
        for part in re.finditer(r"[A-Za-z]+|[^A-Za-z]+", token):
            if part.group() == token or len(part.group()) < MIN_LETTERS:
                continue
            for form in forms.get(fold_key(part.group()), ()):
                yield start + part.start(), start + part.end(), form
        begins = range(len(token) - 1, max(len(token) - MAX_TAIL, MIN_BEGINNING) - 1, -1)
        if (size := next((n for n in begins if fold_key(token[:n]) in forms), 0)) and token[size - 1].isalnum():
            for form in forms[fold_key(token[:size])]:
                yield start, start + size, form


def _explain(text: str, place: tuple[int, int], form: Form, hits: list[Hit], catalog: Catalog) -> Miss:
    start, end = place
    over = next((h for h in hits if h.start < end and start < h.end), None)
    if form.skill_slug in catalog.skill and not catalog.skill[form.skill_slug].is_extractable:
        return Miss(start, end, form, "not looked for")
    if any(a <= start < b for a, b in addresses(text)):
        return Miss(start, end, form, "address")
    if over is not None and (over.start, over.end) != (start, end):
        return Miss(start, end, form, "longer form", over)
    if form.case_sensitive and not same_case(form.alias_text, text[start:end]):
        return Miss(start, end, form, "case", over)
    if over is not None:
        return Miss(start, end, form, "other owner", over, form.context)
    if _PLACE.match(text[start - 1 : start]) or _PLACE.match(text[end : end + 1]) or text[end : end + 1] in ("+", "#"):
        return Miss(start, end, form, "inside a word")
    if form.context and (text[start - 1 : start] == "-" or text[end : end + 1] == "-"):
        return Miss(start, end, form, "hyphen", None, form.context)
    if form.context:
        return Miss(start, end, form, "context", None, form.context)
    return Miss(start, end, form, "inside a word")
