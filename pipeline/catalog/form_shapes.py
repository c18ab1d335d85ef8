"""The forms of a catalog's skills by what a new term may share with them: letters, joined words, word stems, initials, tails.

Two names of one thing often differ in these alone: "Open Source" and "opensource", "unit tests" and "Unit Test", "CDK" and
"Cloud Development Kit", "S3" and "AWS S3".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz, process

from pipeline.catalog.aliases import AliasIndex, fold_key
from pipeline.catalog.title_keys import JOINERS, singular
from pipeline.catalog.value import Catalog

MIN_LETTERS = 4
"""Letters of a term that is compared by letters."""
MIN_LIKENESS = 80.0
"""Similarity of letters (0..100) from which on a form is like a term."""
MAX_LIKE = 12
"""Forms like a term in letters that are taken."""
MIN_INITIALS, MAX_INITIALS = 2, 6
"""Words of a form whose initials may be a name."""
_PARTS = re.compile(r"[\s/_-]+")
_NO_WORD = re.compile(r"[\s/_.-]+")
_NUMBER = re.compile(r"v?\d[\d.x]*\+?")


class Shape(NamedTuple):
    """A folded form and the skill that owns it."""

    key: str
    slug: str


@dataclass(frozen=True)
class Likeness:
    """What a term shares with the forms of one skill: letters 0..1, and whether each of the rest is so."""

    letters: float = 0.0
    joined: bool = False
    stem: bool = False
    initials: bool = False
    tail: bool = False
    form: str = ""
    """The folded form of which this is so, the likest one."""


class FormShapes:
    """The forms of one catalog. ``without`` in its methods is a skill that counts as not there, or one form of it."""

    def __init__(self, catalog: Catalog, aliases: AliasIndex) -> None:
        self._catalog = catalog
        self._shapes = [Shape(key, owner.skill_slug) for key, owners in aliases.forms().items() for owner in owners]
        self._owners: dict[str, list[str]] = defaultdict(list)
        for shape in self._shapes:
            self._owners[shape.key].append(shape.slug)
        self._keys = list(self._owners)

    @cached_property
    def _by_joined(self) -> Mapping[str, list[Shape]]:
        return self._grouped((joined(s.key), s) for s in self._shapes)

    @cached_property
    def _by_stem(self) -> Mapping[str, list[Shape]]:
        return self._grouped((stem(s.key), s) for s in self._shapes)

    @cached_property
    def _by_initials(self) -> Mapping[str, list[Shape]]:
        return self._grouped((i, s) for s in self._shapes for i in initials(s.key))

    @cached_property
    def _by_tail(self) -> Mapping[str, list[Shape]]:
        return self._grouped((s.key.partition(" ")[2], s) for s in self._shapes)

    @cached_property
    def version_words(self) -> frozenset[str]:
        """The words that versions and editions in the catalog add to the name of their skill, in more than one skill."""
        skills_of: dict[str, set[str]] = defaultdict(set)
        for alias in self._catalog.skill_aliases:
            if alias.alias_type == "VERSION" and alias.skill_slug in self._catalog.skill:
                name = set(fold_key(self._catalog.skill[alias.skill_slug].display_name).split())
                for word in set(fold_key(alias.alias_text).split()) - name:
                    skills_of[word].add(alias.skill_slug)
        return frozenset(word for word, skills in skills_of.items() if len(skills) > 1)

    def is_version(self, added: Iterable[str]) -> bool:
        """Whether all words (some) that a term adds to a form are those of a version or an edition: numbers and such words."""
        words = list(added)
        return bool(words) and all(_NUMBER.fullmatch(word) or word in self.version_words for word in words)

    def like(self, term: str, without: Shape | None = None) -> dict[str, Likeness]:
        """Return what a term shares with the forms of skills, by slug; ``without`` with an empty key is a whole skill."""
        key = fold_key(term)
        found: dict[str, Likeness] = {}

        def note(shape: Shape, **shared: float | bool) -> None:
            if without is None or shape.slug != without.slug or without.key not in ("", shape.key):
                old = found.get(shape.slug, Likeness())
                form = shape.key if not old.form or shared.get("letters", 1.0) > old.letters else old.form
                found[shape.slug] = _joined_with(old, shared, form)

        if len(key) >= MIN_LETTERS:
            for form, ratio, _ in process.extract(
                key, self._keys, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS, limit=MAX_LIKE
            ):
                for slug in self._owners[form]:
                    note(Shape(form, slug), letters=(ratio - MIN_LIKENESS) / (100 - MIN_LIKENESS))
        for shape in self._by_joined.get(joined(key), ()):
            note(shape, joined=True)
        for shape in self._by_stem.get(stem(key), ()):
            note(shape, stem=True)
        for shape in self._by_initials.get(key, ()) if _may_be_initials(term) else ():
            note(shape, initials=True)
        for short in initials(key):
            for slug in self._owners.get(short, ()):
                note(Shape(short, slug), initials=True)
        for shape in self._by_tail.get(key, ()):
            note(shape, tail=True)
        return found

    def within(self, term: str, without: str | None = None) -> list[tuple[Shape, tuple[str, ...], tuple[str, ...]]]:
        """Return the forms whose words stand within a term that has more words, with its words before and behind them; the
        longest forms alone. ``without`` is the slug of a skill that counts as not there.
        """
        words = fold_key(term).split()
        found: list[tuple[Shape, tuple[str, ...], tuple[str, ...]]] = []
        for length in range(len(words) - 1, 0, -1):
            for at in range(len(words) - length + 1):
                form = " ".join(words[at : at + length])
                slugs = [slug for slug in self._owners.get(form, ()) if slug != without]
                if any(f" {form} " in f" {longer.key} " for longer, _, _ in found):
                    continue
                found += [
                    (Shape(form, slug), tuple(words[:at]), tuple(words[at + length :])) for slug in dict.fromkeys(slugs)
                ]
        return found

    @staticmethod
    def _grouped(pairs: Iterable[tuple[str, Shape]]) -> Mapping[str, list[Shape]]:
        grouped: dict[str, list[Shape]] = defaultdict(list)
        for key, shape in pairs:
            if key:
                grouped[key].append(shape)
        return grouped


def joined(key: str) -> str:
    """Return a folded form without blanks, dashes, dots and slashes."""
    return _NO_WORD.sub("", key)


def stem(key: str) -> str:
    """Return a folded form with each word in the singular."""
    return " ".join(singular(word) for word in _PARTS.split(key))


def initials(key: str) -> tuple[str, ...]:
    """Return the initials of a folded form of several words, with and without those of its small words."""
    words = [word for word in _PARTS.split(key) if word]
    if not MIN_INITIALS <= len(words) <= MAX_INITIALS:
        return ()
    whole = "".join(word[0] for word in words)
    short = "".join(word[0] for word in words if word not in JOINERS)
    return tuple(dict.fromkeys(text for text in (whole, short) if len(text) >= MIN_INITIALS))


def _may_be_initials(term: str) -> bool:
    """Whether a term is written as initials are: a few letters, in capitals but for one at most ("IoT")."""
    return MIN_INITIALS <= len(term) <= MAX_INITIALS and sum(letter.isupper() for letter in term) >= len(term) - 1


def _joined_with(old: Likeness, shared: Mapping[str, float | bool], form: str) -> Likeness:
    return Likeness(
        letters=max(old.letters, float(shared.get("letters", 0.0))),
        joined=old.joined or bool(shared.get("joined")),
        stem=old.stem or bool(shared.get("stem")),
        initials=old.initials or bool(shared.get("initials")),
        tail=old.tail or bool(shared.get("tail")),
        form=form,
    )
