"""Whether a form that the catalog knows means the skill where it stands: "React and Redux", but "react to changes".

Most forms have one sense, and these are taken as found. A form is in doubt where everyday English has its words, where it is
a short abbreviation, or where a common noun stands for one product ("middleware"). Then signs around it decide: each adds
to a score or takes from it, and from zero on the skill is meant. None of the signs is a list of forms: how common a word is,
is read from a frequency list, and what belongs together from the catalog.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.catalog.aliases import Hit
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY
from pipeline.stages.skills.proper_names import expansion, is_other_name
from pipeline.text import JDText
from pipeline.text.words import commonness, is_ordinary

WEIGHTS = {
    "word": 2.0,  # what speaks for any form that the catalog lists
    "abbreviation": 2.5,
    "noun": -2.0,  # a phrase of other words than the skill's name
    "noun for product": -9.0,  # a common noun that stands for one product
    "common": -1.0,  # for each step of commonness
    "lower": -2.0,  # a name written without its capital
    "capital": 2.5,  # a capital inside a sentence
    "title capital": 1.0,  # a capital in a line of capitals
    "listed": 3.0,  # among other skills
    "paired": 1.5,  # without its capital, joined to a skill by "and" alone
    "alone": 3.0,  # all of a bullet
    "label": 2.0,  # behind "Languages:"
    "asked": 2.0,  # behind "experience with"
    "used": 1.0,  # behind "using"
    "work": 2.5,  # before "developer", "framework", a version
    "item": 1.5,  # between commas
    "elsewhere": 9.0,  # the skill is named without doubt elsewhere in the text
    "company": 1.5,  # a skill of the same dimension is named in the text
    "context": 2.0,  # a context word of the alias is near
    "out of context": -1.5,  # nothing near is what the alias asks for
    "stranger": -1.0,  # no skill of the text shares a dimension with an abbreviation
    "demanded": 2.0,  # before "is required"
    "verb": -2.5,  # "React to", "express your"
    "preposition": -1.4,  # "Excel in"
    "lead": -2.0,  # "to react"
    "article": -1.5,  # "the slack"
    "noun behind": -1.0,  # "puppet theatre"
    "opening noun": -1.0,  # and more so at the beginning: "Swift answers"
    "name beside": -4.0,  # "American Express"
}
"""What each sign adds to the score of a form in doubt."""
MAX_EXPLAINED = 6
"""Letters of an abbreviation that a text may explain."""
MAX_ABBREVIATION = 4
"""Letters of an abbreviation that may well mean something else."""
PHRASE_SHARE = 0.4
"""How much of the commonness of its words a phrase has: two everyday words seldom meet by chance."""
MAX_SEPARATOR = 12
"""Code points between two items of a list."""
MAX_AROUND = 160
"""Code points on each side of a form in which its sentence is looked at."""
MAX_ROW = 60
"""Code points between the first words of two rows."""
MIN_TAGS = 3
"""Forms beside each other that are tags."""
MAX_LABEL = 40
"""Code points of the label of a list."""
MIN_STEM = 4
"""Letters by which two words are the same but for their endings."""

_SEPARATOR = re.compile(r"[\s,/;|+•·()&]{0,6}(?:(?:and|or|and/or)\b)?[\s,/|(]{0,3}")
_ASKED = re.compile(
    r"\b(?:experience[ds]?|expertise|knowledge|proficien\w+|skill(?:s|ed)?|familiar\w*|fluen\w+|understanding|background|command|"
    r"competen\w+|exposure|certifi\w+|trained|training|versed|hands-on|developing|programming|coding|years?)\s(?:\w+\s){0,2}(?:in|with|of|on|using)\s$",
    re.I,
)
_USED = re.compile(
    r"\b(?:using|use|uses|used|via|written in|built (?:in|on|with)|based on|powered by|such as|like|including|e\.g\.|especially|know|learn|"
    r"knows|write|writing|in|with|on|through|over)[\s(]$",
    re.I,
)
_WORK = re.compile(
    r"[\s-](?:developers?|engineers?|programmers?|architects?|admin\w*|consultants?|specialists?|experts?|framework|library|libraries|programming|"
    r"development|code|coding|scripts?|scripting|applications?|apps?|apis?|components?|hooks|experience|expertise|skills?|knowledge|certifi\w+|stack|ecosystem|"
    r"platform|servers?|cloud|databases?|clusters?|pipelines?|dashboards?|plug-?ins?|branch(?:es)?|repo\w*|commits?|testers?|modules?|integrations?|reports?|jobs?|queries|tests?|"
    r"deployments?|environments?|workflows?|js|v?\d[\d.]{0,6}x?)\b|\.js\b",
    re.I,
)
_DEMANDED = re.compile(
    r"\s?[(-]?\s?(?:(?:is|are|would be|will be)\s(?:an?\s)?(?:\w+\s)?)?(?:required|preferred|needed|mandatory|essential|desirable|desired|optional|"
    r"welcome|plus|must|nice to have|good to have|bonus|advantage|asset|expected|necessary)\b",
    re.I,
)
_FUNCTION = re.compile(
    r"\s(?:(?:in|on|with|for|from|into|over|through|by|of)\s)?(?:to|at|the|an?|your|our|their|its|his|her|my|this|that|these|those|up|out|when|if|how|"
    r"what|quickly|calmly|well|early|us|you|them|it)\b"
)
_PREPOSITION = re.compile(r"\s(?:in|on|with|for|from|into|over|through|by|of)\b")
_VERB_LEAD = re.compile(
    r"\b(?:to|can|will|must|should|would|could|may|you|we|they|who|not|help|please|and|or)\s$", re.I
)
_ARTICLE = re.compile(
    r"\b(?:the|an?|your|our|their|its|every|each|any|some|own|this|that|no|more|new|good|strong)\s$", re.I
)
_PLAIN_WORD = re.compile(
    r"\s(?!(?:and|are|but|nor|was|were|has|have|can|may|will|plus|etc|than|then|for|with|from|into|over|through|our|you|the)\b)[a-z]{3,}\b"
)
_ITEM_LEAD = re.compile(r"[,/(]\s?$")
_ITEM_END = re.compile(r"\s?[,/);]")
_NAME_BEFORE = re.compile(r"(?<![.!?:;•\n-]\s)(?<!^)\b[A-Z][a-z]{2,} $")


@dataclass(frozen=True)
class _Place:
    """A form in its sentence."""

    hit: Hit
    before: str
    surface: str
    after: str

    @cached_property
    def words(self) -> list[str]:
        """The words of the form."""
        return re.findall(r"[^\s/-]+", self.surface)

    @property
    def opens(self) -> bool:
        """Whether the form begins its sentence, so that its capital says nothing."""
        lead = self.before.rstrip()
        return not lead or lead[-1] in ".!?:;•·*-–—(\"'“>|"

    @property
    def in_title(self) -> bool:
        """Whether most words around have a capital too."""
        words = [w for w in (self.before + " " + self.after).split() if w[:1].isalpha() and len(w) > 3]
        return len(words) >= 2 and sum(w[0].isupper() for w in words) > 0.6 * len(words)


def meant(jd: JDText, hits: Sequence[Hit], indexes: Indexes) -> list[Hit]:
    """Return the hits that mean their skill, in their order."""
    view = jd.view
    other = _other_expansions(view, hits, indexes)
    possible = [
        h
        for h in hits
        if not is_other_name(view, h.start, h.end) and view[h.start : h.end] not in other.get(h.form.skill_slug, ())
    ]
    senses = _Senses(jd, possible, indexes)
    return [hit for i, hit in enumerate(possible) if senses.is_meant(i)]


def _other_expansions(view: str, hits: Sequence[Hit], indexes: Indexes) -> dict[str, set[str]]:
    """Abbreviations that the text explains as something else than the skill, by the skill's slug."""
    explained: dict[str, set[str]] = {}
    for surface, slug in {(view[h.start : h.end], h.form.skill_slug) for h in hits if h.end - h.start <= MAX_EXPLAINED}:
        at = view.find(f"({surface})") if surface.isupper() else -1
        long = expansion(view, at + 1, at + 1 + len(surface)) if at >= 0 else None
        if long and not _says_the_same(long, indexes.aliases.names_of(slug)):
            explained.setdefault(slug, set()).add(surface)
    return explained


def _says_the_same(long: str, names: Sequence[str]) -> bool:
    """Whether most words of what an abbreviation stands for are words of a skill's names."""
    words = _stems(long)
    return 2 * len(words & _stems(" ".join(names))) > len(words)


class _Senses:
    """The forms of a text, which of them are in doubt, and what speaks for these."""

    def __init__(self, jd: JDText, hits: Sequence[Hit], indexes: Indexes) -> None:
        self._indexes = indexes
        self._hits = hits
        self._dimensions = indexes.catalog.dimensions_of_skill
        self._places = [_place(jd, hit) for hit in hits]
        self._doubts = [self._doubt(place) for place in self._places]
        clear = [h.form.skill_slug for h, doubt in zip(hits, self._doubts, strict=True) if doubt is None]
        self._clear = set(clear)
        self._beside = {d.slug: set[str]() for s in clear for d in self._dimensions.get(s, ())}
        for slug in self._clear:
            for dimension in self._dimensions.get(slug, ()):
                self._beside[dimension.slug].add(slug)
        self._listed = self._lists(jd.view)

    def is_meant(self, i: int) -> bool:
        """Whether the form at an index means its skill."""
        doubt = self._doubts[i]
        return doubt is None or sum(doubt.values()) + sum(WEIGHTS[s] for s in self._signs(i, doubt)) >= 0

    def _doubt(self, place: _Place) -> dict[str, float] | None:
        """What speaks for and against a form by itself; null where it is not in doubt."""
        form = place.hit.form
        skill = self._indexes.catalog.skill[form.skill_slug]
        alias, surface = form.alias_text, place.surface
        letters = [c for c in alias if c.isalpha()]
        is_lower = surface == surface.lower() and any(c.isupper() for c in letters)
        common = [commonness(w) for w in place.words]
        if place.hit.out_of_context:
            # Abbreviations of two to four letters mean too much; a name is judged by what is around it.
            doubt = {"word": WEIGHTS["word"], "common": WEIGHTS["common"] * sum(common)}
            return (
                doubt
                if skill.skill_nature in TECHNOLOGY and not alias[1:].isupper()
                else {"noun": WEIGHTS["noun for product"]}
            )
        everyday = bool(common) and all(c > 0 for c in common)
        if (
            letters
            and all(c.isupper() for c in letters)
            and len(alias) <= MAX_ABBREVIATION
            and alias != skill.display_name
        ):
            doubt = {"abbreviation": WEIGHTS["abbreviation"], "common": WEIGHTS["common"] * sum(common) / 2}
            return {**doubt, "lower": 1.5 * WEIGHTS["lower"]} if is_lower and everyday else doubt
        if skill.skill_nature not in TECHNOLOGY:
            return None
        if alias == alias.lower() and _is_noun_for_product(alias, skill.display_name, skill.skill_nature):
            return {"noun": WEIGHTS["noun for product"]}
        is_phrase = len(place.words) > 1
        if not everyday or (is_phrase and (not is_lower or _stems(alias) & _stems(skill.display_name))):
            return None
        if not is_lower and not is_phrase and (surface[1:2].isupper() or not surface[:1].isupper()):
            return None
        weight = sum(common) / len(common) * (PHRASE_SHARE if is_phrase else 1.0)
        doubt = {"word": WEIGHTS["word"], "common": WEIGHTS["common"] * weight}
        if is_lower:
            doubt["lower"] = WEIGHTS["lower"]
            if is_phrase:
                doubt["noun"] = WEIGHTS["noun"]
        return doubt

    def _signs(self, i: int, doubt: dict[str, float]) -> list[str]:
        """The signs around a form in doubt, by their names in ``WEIGHTS``."""
        place = self._places[i]
        slug = place.hit.form.skill_slug
        is_lower = "lower" in doubt
        signs = [name for name, holds in self._signs_for(i).items() if holds]
        has_beside = any(self._beside.get(d.slug, set()) - {slug} for d in self._dimensions.get(slug, ()))
        if has_beside:
            signs.append("company")
        elif "abbreviation" in doubt:
            signs.append("stranger")
        plain = is_lower or place.opens
        signs += [name for name, holds in self._signs_against(i, plain, doubt).items() if holds]
        if not is_lower and not place.opens and "abbreviation" not in doubt:
            signs.append("title capital" if place.in_title else "capital")
            if not self._listed[i] and not place.in_title and self._has_name_beside(i):
                signs.append("name beside")
        return signs

    def _signs_for(self, i: int) -> dict[str, bool]:
        place, slug = self._places[i], self._hits[i].form.skill_slug
        lead = place.before.rstrip()
        return {
            "listed": self._listed[i] and not self._is_paired(i),
            "paired": self._listed[i] and self._is_paired(i),
            "alone": len(place.after.strip(" .,;)")) == 0 and len(lead.strip("•*-–— ")) == 0,
            "label": lead.endswith(":") and len(lead) <= MAX_LABEL,
            "asked": _ASKED.search(place.before) is not None,
            "used": _USED.search(place.before) is not None,
            "work": _WORK.match(place.after) is not None,
            "demanded": _DEMANDED.match(place.after) is not None,
            "item": not self._listed[i] and bool(_ITEM_LEAD.search(place.before) and _ITEM_END.match(place.after)),
            "elsewhere": slug in self._clear,
            "context": bool(place.hit.form.context) and not place.hit.out_of_context,
            "out of context": place.hit.out_of_context,
        }

    def _signs_against(self, i: int, plain: bool, doubt: dict[str, float]) -> dict[str, bool]:
        """The signs that a form is a word of the sentence; ``plain``: its writing says no more than that."""
        place = self._places[i]
        is_lower, before, after = "lower" in doubt, place.before, place.after
        works = self._listed[i] or _WORK.match(after) is not None or _DEMANDED.match(after) is not None
        is_verb = plain and _FUNCTION.match(after) is not None
        is_noun_behind = _PLAIN_WORD.match(after) is not None
        is_short = "abbreviation" in doubt
        has_article = _ARTICLE.search(before) is not None and not works and (is_lower or is_short)
        return {
            "verb": is_verb and not works,
            "preposition": plain and not is_verb and _PREPOSITION.match(after) is not None,
            "lead": is_lower and _VERB_LEAD.search(before) is not None and not self._listed[i],
            "article": has_article,
            "opening noun": is_noun_behind and plain and not (is_lower or is_short or is_verb or works),
            "noun behind": is_noun_behind and not is_verb and not works and (has_article if is_short else plain),
        }

    def _is_paired(self, i: int) -> bool:
        """Whether a form without its capital is joined to others by a word alone: "the EMR and react"."""
        place = self._places[i]
        if "lower" not in (self._doubts[i] or {}):
            return False
        return place.before.rstrip()[-1:].isalpha() and not _ITEM_END.match(place.after)

    def _has_name_beside(self, i: int) -> bool:
        """Whether a capitalised word that is no skill stands before the form."""
        place = self._places[i]
        if not _NAME_BEFORE.search(place.before) or _WORK.match(place.after):
            return False
        return i == 0 or self._hits[i - 1].end < place.hit.start - 1

    def _lists(self, view: str) -> list[bool]:
        """Whether each form stands in a list with a form that is not in doubt, or with two that are."""
        listed = [False] * len(self._hits)
        run: list[int] = []
        for i, hit in enumerate(self._hits):
            if (
                run
                and not _is_separator(view[self._hits[i - 1].end : hit.start])
                and not _are_rows(view, self._hits[i - 1], hit)
            ):
                self._mark(run, listed)
                run = []
            run.append(i)
        self._mark(run, listed)
        self._mark_tags(view, listed)
        return listed

    def _mark_tags(self, view: str, listed: list[bool]) -> None:
        """Mark forms in a row of three or more with blanks alone between them, as tags are."""
        first = 0
        for i in range(1, len(self._hits) + 1):
            if i < len(self._hits) and view[self._hits[i - 1].end : self._hits[i].start] == " ":
                continue
            if i - first >= MIN_TAGS:
                listed[first:i] = [True] * (i - first)
            first = i

    def _mark(self, run: Sequence[int], listed: list[bool]) -> None:
        sure = {i for i in run if "lower" not in (self._doubts[i] or {})}
        for i in run:
            listed[i] = len(run) > 1 and (len(run) > 2 or bool(sure - {i}))


def _place(jd: JDText, hit: Hit) -> _Place:
    view = jd.view
    sentence = jd.sentence_at(hit.start)
    if sentence is not None:
        start, end = sentence.start, max(sentence.end, hit.end)
    else:
        start = view.rfind("\n", max(0, hit.start - MAX_AROUND), hit.start) + 1
        end = view.find("\n", hit.end, hit.end + MAX_AROUND)
        end = end if end >= 0 else len(view)
    start, end = max(start, hit.start - MAX_AROUND), min(end, hit.end + MAX_AROUND)
    return _Place(hit, view[start : hit.start], view[hit.start : hit.end], view[hit.end : end])


def _is_separator(between: str) -> bool:
    """Whether the text between two forms is what separates items: a comma, a slash, "and"; a blank alone is not."""
    if len(between) > MAX_SEPARATOR or not between.strip():
        return False
    return _SEPARATOR.fullmatch(between) is not None


def _are_rows(view: str, above: Hit, below: Hit) -> bool:
    """Whether two forms begin cells or items below each other ("Kafka | expert", "Redis | basic")."""
    if below.start - above.end > MAX_ROW:
        return False
    rest, line_end, lead = view[above.end : below.start].partition("\n")
    own_lead = view[view.rfind("\n", 0, above.start) + 1 : above.start][-MAX_SEPARATOR:]
    is_cell = not rest.strip() or rest.strip()[0] in "|:(–-"
    return bool(line_end) and is_cell and not lead.strip("•*-–| \t") and not own_lead.strip("•*-–| \t")


def _stems(text: str) -> set[str]:
    return {w[:MIN_STEM] for w in re.findall(r"[a-z0-9+#]+", text.lower())}


def _is_noun_for_product(alias: str, name: str, nature: str | None) -> bool:
    """Whether an alias is a common noun of another stem than the product that owns it, and not the long form of its name."""
    words = re.findall(r"[a-z]+", alias)
    if (
        nature == "STANDARD"
        or not words
        or not all(is_ordinary(w) and len(w) > 3 for w in words)
        or not alias.replace(" ", "").isalpha()
    ):
        return False
    initials = "".join(w[0] for w in words)
    return not _stems(alias) & _stems(name) and initials != name.lower()[: len(initials)]
