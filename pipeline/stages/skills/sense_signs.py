"""The signs of what a form of the catalog means where it stands: its writing, its sentence, its neighbours, its passage.

None of the signs is a list of forms: how common a word is, is read from a frequency list, what belongs together from the
catalog, and where a form stands from the model of the text's structure.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from math import log
from typing import Any

from pipeline.catalog.aliases import Hit
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.skills.form_words import is_noun_for_product, stems
from pipeline.stages.skills.lists import find_listed
from pipeline.stages.skills.proper_names import names_place
from pipeline.stages.skills.sense_places import Place, place_of
from pipeline.stages.skills.sign_memo import PlaceKey, SignMemo, key_of, known
from pipeline.text.words import commonness

MAX_LABEL = 40
"""Code points of the label of a list."""
MAX_COUNTED = 8
"""Upper bound of what is counted around a form."""
MAX_NEAR = 150
"""Code points between a form and another that is near."""

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
    r"development|code|coding|scripts?|scripting|applications?|apps?|apis?|services|components?|hooks|experience|expertise|skills?|knowledge|certifi\w+|stack|ecosystem|"
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
    r"what|well|early|us|you|them|it|\w{2,12}ly)\b",
    re.I,
)
_PREPOSITION = re.compile(r"\s(?:in|on|with|for|from|into|over|through|by|of)\b")
_VERB_LEAD = re.compile(r"\b(?:to|can|will|must|should|would|could|may|you|we|they|who|not|help|please)\s$", re.I)
_ARTICLE = re.compile(
    r"\b(?:the|an?|your|our|their|its|every|each|any|some|own|this|that|no|more|new|good|strong)\s$", re.I
)
_PLAIN_WORD = re.compile(
    r"\s(?!(?:and|are|but|nor|was|were|has|have|can|may|will|plus|etc|than|then|for|with|from|into|over|through|our|you|the)\b)[a-z]{3,}\b"
)
_PLAIN_BEFORE = re.compile(
    r"(?:^|[\s(])(?!(?:and|or|using|with|like|including|via|the|for|from|into|our|your|in|on|of|to|as|is|are|such|know|learn|strong|good|"
    r"solid|deep|advanced|basic|modern|both|either|core|senior|junior|lead)\s)[a-z]{2,} $"
)
_STATUS = re.compile(
    r"\s(?:status|ratings?|reports?|colou?rs?|licen[cs]es?|clearances?|degrees?|insurance|funding|round|certificates?|benefits?|criteria|code)\b"
)
_ITEM_LEAD = re.compile(r"[,/(]\s?$")
_ITEM_END = re.compile(r"\s?[,/);]")
_AND_BEFORE = re.compile(r"\w (?:and|or|&) $", re.I)
_NAME_BEFORE = re.compile(r"(?<![.!?:;•\n-]\s)(?<!^)\b[A-Z][A-Za-z]+ $")
_NAME_BEHIND = re.compile(r"\s&?\s?[A-Z][a-z]{2,}\b")
_JOINED = re.compile(r"^[&'’]|^-[a-z]")
_DOCUMENT_BEHIND = re.compile(
    r"[\s)](?:or pdf\s)?(?:\w+\s)?(?:resumes?|cvs?|format|version|document|interviews?|id|call)\b", re.I
)
_DOCUMENT_BEFORE = re.compile(r"\b(?:resumes?|cvs?|interview(?:s|ed)?|apply|contact)\b[^.;]{0,24}$", re.I)
_CLIENTS_BEFORE = re.compile(
    r"\b(?:(?:clients?|customers?|brands|companies|competitors|firms|investors|partners)[\s(:]{1,2}"
    r"(?:such as|like|including|include|are|e\.g\.|from)|"
    r"backed by|funded by|funding from|featured (?:in|on)|acquired by)\s[^.;:]{0,50}$",
    re.I,
)
_ORGANISATION = re.compile(
    r"\s(?:Ventures?|Capital|Partners?|Holdings?|Group|Foundation|Bank|University|College|Institute|Hospitals?|Health|Energy|Airlines|Airways|"
    r"Street|Road|Avenue|Park|City|County|Beach|Hills|Island|Valley|Lake|River|Motors|Industries|Brothers|Associates|Society|"
    r"Council|Church|School|Press|Hotels?|Insurance)\b"
)

DEMANDS = frozenset({"requirements", "preferred"})
SILENT = frozenset({"benefits", "pay", "place", "legal", "apply", "chrome", "similar_jobs"})


class SenseSigns:
    """The forms of a text, and the signs of each of them; ``memo`` keeps what other catalogs may share."""

    def __init__(self, jd: EncodedJD, hits: Sequence[Hit], indexes: Indexes, memo: SignMemo | None = None) -> None:
        self._memo = memo or SignMemo()
        self._keys = [key_of(hit) for hit in hits]
        self._jd = jd.text
        self._knowledge = jd.knowledge
        self._indexes = indexes
        self._dimensions = indexes.catalog.dimensions_of_skill
        self.places = [self._place(key, hit) for key, hit in zip(self._keys, hits, strict=True)]
        self._clear = [known(self._memo.clear, key, self._is_clear, i) for i, key in enumerate(self._keys)]
        clear = [hit for hit, is_clear in zip(hits, self._clear, strict=True) if is_clear]
        self._clear_slugs = {hit.form.skill_slug for hit in clear}
        self._clear_starts = [hit.start for hit in clear]
        self._starts = [hit.start for hit in hits]
        self._beside = self._by_dimension()
        named = [not place.is_lower for place in self.places]
        self._listed = find_listed(jd.text.view, hits, named, self._clear, self._memo.joins)
        self._strong = {i for i, key in enumerate(self._keys) if known(self._memo.strong, key, self._is_strong, i)}
        self._n_strong = Counter(hits[i].form.skill_slug for i in self._strong)
        self._employer = " ".join((jd.parsed.company_name or "").lower().split())
        self._n_beside: dict[str, int] = {}

    def on(self, indexes: Indexes) -> SenseSigns:
        """Return the signs of the same forms on a catalog with other links."""
        other = copy(self)
        other._indexes = indexes
        other._dimensions = indexes.catalog.dimensions_of_skill
        other._beside = other._by_dimension()
        other._n_beside = {}
        return other

    def _by_dimension(self) -> Mapping[str, set[str]]:
        """The skills of the forms that leave no doubt, by their dimensions."""
        beside: dict[str, set[str]] = defaultdict(set)
        for slug in self._clear_slugs:
            for dimension in self._dimensions.get(slug, ()):
                beside[dimension.slug].add(slug)
        return beside

    def signs(self, i: int) -> dict[str, float]:
        """Return the signs of the form at an index, by name.

        What is around a form says most where its writing leaves doubt: these signs stand once for all forms, and once more
        for those of its kind ("lower:listed"). A sign that does not hold is left out.
        """
        memo, key = self._memo, self._keys[i]
        if key not in memo.own:
            memo.own[key], memo.passage[key] = self._own(i), self._passage(i)
        nearby = (key, *self._nearby(i))
        if nearby not in memo.around:
            memo.around[nearby] = self._around(i)
        around = {**memo.around[nearby], **self._beside_signs(i), **memo.passage[key]}
        signs = {name: float(value) for name, value in {**memo.own[key], **around}.items() if value}
        kind = self._kind(self.places[i])
        if kind:
            signs |= {f"{kind}:{name}": float(value) for name, value in around.items() if value}
        return signs

    def basis(self, i: int) -> tuple[Any, ...]:
        """Return what the signs of a form follow from: equal bases have equal signs."""
        return (self._keys[i], *self._nearby(i), *self._beside_basis(i))

    def _place(self, key: PlaceKey, hit: Hit) -> Place:
        if key not in self._memo.places:
            self._memo.places[key] = place_of(self._jd, hit)
        return self._memo.places[key]

    def _nearby(self, i: int) -> tuple[Any, ...]:
        """What of the other forms the words around a form are read with: the end of the one before, and the one behind."""
        before = self.places[i - 1].hit.end if i else None
        behind = (self.places[i + 1].hit.start, self._clear[i + 1]) if i + 1 < len(self.places) else None
        return self._listed[i], before, behind

    def _kind(self, place: Place) -> str:
        """The kind of a form in doubt; empty for one that is in none."""
        form = place.hit.form
        if place.is_abbreviation:
            return "abbreviation"
        if form.alias_text == form.alias_text.lower() and is_noun_for_product(form.alias_text, self._name(place)):
            return "noun"
        if not place.is_word and not (place.common and place.is_lower):
            return ""
        return "lower" if place.is_lower else "word"

    def _name(self, place: Place) -> str:
        return self._indexes.catalog.skill[place.hit.form.skill_slug].display_name

    def _is_clear(self, i: int) -> bool:
        """Whether a form by itself leaves no doubt: no everyday word, no short form, no noun, nothing that asks for context."""
        place, hit = self.places[i], self.places[i].hit
        nature = self._indexes.catalog.skill[hit.form.skill_slug].skill_nature
        if hit.out_of_context or place.is_abbreviation or place.common or nature not in TECHNOLOGY:
            return False
        return hit.form.alias_text != hit.form.alias_text.lower()

    def _is_strong(self, i: int) -> bool:
        """Whether a name stands where names of technologies stand; a text seldom uses a form in two senses (Gale et al. 1992)."""
        place = self.places[i]
        if place.is_lower:
            return False
        return bool(_WORK.match(place.after) or _DEMANDED.match(place.after) or _ASKED.search(place.before))

    def _own(self, i: int) -> dict[str, float]:
        """How the form is written, and what else it can mean."""
        place, hit = self.places[i], self.places[i].hit
        skill = self._indexes.catalog.skill[hit.form.skill_slug]
        alias, common = hit.form.alias_text, place.common
        is_phrase = len(place.words) > 1
        is_noun = alias == alias.lower() and is_noun_for_product(alias, skill.display_name)
        inside = place.is_word and not place.is_lower and not place.opens and place.surface[:1].isupper()
        return {
            "everyday": place.is_word,
            "common": common * place.is_word,
            "common_abbreviation": common * alias.isupper(),
            "common_phrase": common if is_phrase else 0.0,
            "lower": place.is_lower,
            "lower_common": common * place.is_lower,
            "capital_common": common * (inside and not place.in_title),
            "title_capital_common": common * (inside and place.in_title),
            "odd_case": place.surface != alias and place.surface.upper() == alias.upper() and not place.is_lower,
            "noun": is_noun and not is_phrase and skill.skill_nature in TECHNOLOGY,
            "noun_phrase": is_noun and is_phrase and skill.skill_nature in TECHNOLOGY,
            "other_words": is_phrase and not stems(alias) & stems(skill.display_name),
            "abbreviation": place.is_abbreviation and alias != skill.display_name,
            "abbreviated_name": place.is_abbreviation and alias == skill.display_name,
            "letters": place.is_abbreviation and sum(c.isalpha() for c in alias) <= 2,
            "concept": skill.skill_nature not in TECHNOLOGY,
            "context": bool(hit.form.context) and not hit.out_of_context,
            "out_of_context": hit.out_of_context,
            "place": place.surface[:1].isupper() and names_place(place.surface),
            "employer": self._is_employer(place),
        }

    def _is_employer(self, place: Place) -> bool:
        """Whether a form is the employer's name, or an everyday word that opens it."""
        surface = place.surface.lower()
        return surface == self._employer or (place.is_word and self._employer.startswith(surface + " "))

    def _around(self, i: int) -> dict[str, float]:
        """The words of the sentence around the form."""
        place, listed = self.places[i], self._listed[i] and not self._is_paired(i)
        before, after, lower, short = place.before, place.after, place.is_lower, place.is_abbreviation
        lead = before.rstrip()
        is_work = _WORK.match(after) is not None
        is_demanded = _DEMANDED.match(after) is not None
        works = bool(listed) or is_work or is_demanded
        plain = lower or place.opens
        is_verb = plain and _FUNCTION.match(after) is not None
        article = _ARTICLE.search(before) is not None and not works and (lower or short or place.is_word)
        is_preposition = _PREPOSITION.match(after) is not None
        is_noun_behind = _PLAIN_WORD.match(after) is not None and not works and not is_verb
        doubt = place.common > 0 or short
        is_alone = not after.strip(" .,;)") and not lead.strip("•*-–— ")
        is_asked, is_used = _ASKED.search(before) is not None, _USED.search(before) is not None
        free = place.is_word and not (works or is_alone or is_asked)
        return {
            "free_lower": free and lower and not is_used and lead[-1:] != "(",
            "free_opening": free and place.opens and not lower and lead[-1:] not in (":", "("),
            "alone": is_alone,
            "label": lead.endswith(":") and len(lead) <= MAX_LABEL,
            "asked": is_asked,
            "used": is_used,
            "work": is_work,
            "demanded": is_demanded,
            "item": not listed and bool(_ITEM_LEAD.search(before) and _ITEM_END.match(after)),
            "verb": is_verb and not works,
            "verb_common": place.common * (is_verb and not works),
            "infinitive": is_verb and lower and _VERB_LEAD.search(before) is not None,
            "status": short and _STATUS.match(after) is not None,
            "preposition": plain and not is_verb and is_preposition and not self._leads_to_name(i),
            "with_name": plain and not is_verb and is_preposition and self._leads_to_name(i),
            "lead": lower and not listed and _VERB_LEAD.search(before) is not None,
            "article": article,
            "noun_behind": is_noun_behind and place.is_word,
            "opening_noun": place.common * (is_noun_behind and place.opens and not lower and place.is_word),
            "plain_before": _PLAIN_BEFORE.search(before) is not None and not works and lower,
            "name_before": not listed and not place.in_title and self._has_name_before(i) and doubt,
            "name_behind": not works and not place.in_title and _NAME_BEHIND.match(after) is not None and doubt,
            "joined": _JOINED.match(after) is not None and not is_work and (lower or short),
            "organisation": _ORGANISATION.match(after) is not None,
            "clients": _CLIENTS_BEFORE.search(before[-100:]) is not None,
            "document": _DOCUMENT_BEHIND.match(after) is not None or _DOCUMENT_BEFORE.search(before[-60:]) is not None,
            "foreign": self._is_foreign(place) and lower,
        }

    def _leads_to_name(self, i: int) -> bool:
        """Whether a name that leaves no doubt follows the preposition behind a form: "Java with Spring Boot", not "Go with us"."""
        behind = _PREPOSITION.match(self.places[i].after)
        if behind is None or i + 1 == len(self.places) or not self._clear[i + 1]:
            return False
        return self.places[i + 1].hit.start == self.places[i].hit.end + behind.end() + 1

    def _is_paired(self, i: int) -> bool:
        """Whether an everyday word without its capital is joined to others by a word alone: "the EMR and react"."""
        return self._listed[i] > 0 and known(self._memo.paired, self._keys[i], self._is_joined, i)

    def _is_joined(self, i: int) -> bool:
        place = self.places[i]
        is_everyday = place.is_lower and place.common > 0
        return is_everyday and _AND_BEFORE.search(place.before) is not None and not _ITEM_END.match(place.after)

    def _has_kin_beside(self, i: int) -> bool:
        """Whether the form before or behind is of a skill of the same dimension: "Rust/Go" are two languages by each other."""
        slug = self.places[i].hit.form.skill_slug
        own = {d.slug for d in self._dimensions.get(slug, ())}
        beside = {self.places[j].hit.form.skill_slug for j in (i - 1, i + 1) if 0 <= j < len(self.places)} - {slug}
        return any(d.slug in own for other in beside for d in self._dimensions.get(other, ()))

    @staticmethod
    def _is_foreign(place: Place) -> bool:
        """Whether most words around are none of English."""
        words = [w for w in re.findall(r"[^\W\d_]{3,}", place.before + " " + place.after) if w.islower()]
        return len(words) > 3 and 2 * sum(commonness(w) == 0 for w in words) > len(words)

    def _has_name_before(self, i: int) -> bool:
        """Whether a capitalised word that is no skill stands before the form."""
        place = self.places[i]
        if not _NAME_BEFORE.search(place.before) or _WORK.match(place.after):
            return False
        return i == 0 or self.places[i - 1].hit.end < place.hit.start - 1

    def _in_doubt(self, place: Place) -> bool:
        return place.common > 0 or place.is_abbreviation or place.hit.out_of_context

    def _beside_basis(self, i: int) -> tuple[Any, ...]:
        """What the signs of the other skills of the text follow from, beside the form in its place and whether it is listed.

        It is whether a neighbour in its list is kin, how many skills share a dimension, how many clear forms are near, how many clear
        skills there are, and whether the skill stands strong, or clear, elsewhere.
        """
        place, slug, start = self.places[i], self.places[i].hit.form.skill_slug, self.places[i].hit.start
        near = _count_between(self._clear_starts, start - MAX_NEAR, start + MAX_NEAR) - self._clear[i]
        return (
            self._listed[i] > 0 and self._in_doubt(place) and self._has_kin_beside(i),
            self._count_beside(slug),
            min(near, MAX_COUNTED),
            min(len(self._clear_slugs), 4 * MAX_COUNTED),
            self._n_strong[slug] > (i in self._strong),
            slug in self._clear_slugs and not self._clear[i],
        )

    def _count_beside(self, slug: str) -> int:
        """How many other skills whose forms leave no doubt share a dimension with one."""
        if slug not in self._n_beside:
            beside = {s for d in self._dimensions.get(slug, ()) for s in self._beside.get(d.slug, ())}
            self._n_beside[slug] = len(beside - {slug})
        return self._n_beside[slug]

    def _tagged(self, i: int) -> float | None:
        hit = self.places[i].hit
        return self._knowledge.over(hit.start, hit.end)

    def _beside_signs(self, i: int) -> dict[str, float]:
        """The other skills of the text."""
        place, hit = self.places[i], self.places[i].hit
        has_kin, beside, near, clear, strong_elsewhere, elsewhere = self._beside_basis(i)
        doubt, is_paired = self._in_doubt(place), self._is_paired(i)
        tagged = known(self._memo.tagged, (hit.start, hit.end), self._tagged, i)
        return {
            "listed": 0 if is_paired else self._listed[i],
            "listed_with_kin": has_kin,
            "listed_lower": place.is_lower and self._listed[i] > 0 and not is_paired,
            "paired": is_paired,
            "neighbours": log(1 + beside),
            "stranger": not beside and doubt,
            "near": log(1 + near),
            "no_technology": doubt and not clear,
            "technologies": log(1 + clear),
            "strong_elsewhere": strong_elsewhere,
            "elsewhere": elsewhere,
            "tagged": tagged or 0.0,
            "untagged": tagged is None,
        }

    def _passage(self, i: int) -> dict[str, float]:
        """What the passage is about."""
        hit = self.places[i].hit
        facts = self._jd.facts_at(hit.start)
        kind = facts.section_kind if facts else self._jd.kind_at(hit.start)
        return {
            "in_demands": kind in DEMANDS,
            "in_duties": kind == "responsibilities",
            "in_employer": kind == "about_company",
            "in_silent": kind in SILENT or (facts is not None and facts.is_boilerplate),
            "in_title": kind in {"title", "header"},
            "in_heading": kind == "heading",
        }


def _count_between(starts: Sequence[int], first: int, last: int) -> int:
    return bisect_right(starts, last) - bisect_left(starts, first)
