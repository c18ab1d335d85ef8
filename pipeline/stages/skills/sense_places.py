"""A form of the catalog in its sentence: what stands before and behind it, and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.catalog.aliases import Hit
from pipeline.text import JDText
from pipeline.text.words import commonness

MAX_ABBREVIATION = 4
"""Letters of an abbreviation that may well mean something else."""
PHRASE_SHARE = 0.4
"""How much of the commonness of its words a phrase has: two everyday words seldom meet by chance."""
MAX_AROUND = 160
"""Code points on each side of a form in which its sentence is looked at."""


@dataclass(frozen=True)
class Place:
    """A form in its sentence."""

    hit: Hit
    before: str
    surface: str
    after: str

    @cached_property
    def words(self) -> list[str]:
        """The words of the form."""
        return re.findall(r"[^\s/-]+", self.surface)

    @cached_property
    def common(self) -> float:
        """How common its words are in everyday English; 0 where one of them is none of it."""
        each = [commonness(word) for word in self.words]
        if not each or not all(each):
            return 0.0
        return sum(each) / len(each) * (PHRASE_SHARE if len(each) > 1 else 1.0)

    @property
    def is_word(self) -> bool:
        """Whether the form is one everyday word, no abbreviation."""
        return self.common > 0 and len(self.words) == 1 and not self.hit.form.alias_text.isupper()

    @property
    def is_lower(self) -> bool:
        """Whether a name is written without its capital."""
        return self.surface == self.surface.lower() and self.hit.form.alias_text != self.hit.form.alias_text.lower()

    @property
    def is_abbreviation(self) -> bool:
        """Whether the form is a short one in capitals."""
        letters = [c for c in self.hit.form.alias_text if c.isalpha()]
        return bool(letters) and all(c.isupper() for c in letters) and len(letters) <= MAX_ABBREVIATION

    @property
    def opens(self) -> bool:
        """Whether the form begins its sentence, so that its capital says nothing."""
        lead = self.before.rstrip()
        return not lead or lead[-1] in ".!?:;•·*-–—(\"'“>|"

    @cached_property
    def in_title(self) -> bool:
        """Whether most words around have a capital too."""
        words = [w for w in (self.before + " " + self.after).split() if w[:1].isalpha() and len(w) > 3]
        return len(words) >= 2 and sum(w[0].isupper() for w in words) > 0.6 * len(words)


def place_of(jd: JDText, hit: Hit) -> Place:
    """Return a form with what stands before and behind it in its sentence."""
    view = jd.view
    sentence = jd.sentence_at(hit.start)
    if sentence is not None:
        start, end = sentence.start, max(sentence.end, hit.end)
    else:
        start = view.rfind("\n", max(0, hit.start - MAX_AROUND), hit.start) + 1
        end = view.find("\n", hit.end, hit.end + MAX_AROUND)
        end = end if end >= 0 else len(view)
    start, end = max(start, hit.start - MAX_AROUND), min(end, hit.end + MAX_AROUND)
    return Place(hit, view[start : hit.start], view[hit.start : hit.end], view[hit.end : end])
