"""Aliases whose own words say that they name something else than their skill.

They are another skill's name, or initials of one, everyday words for a kind of thing, or hold the brand of another maker.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from pipeline.audit.check import AuditContext, Reason
from pipeline.catalog.aliases import Owners, fold_key
from pipeline.catalog.value import TECHNOLOGY, Catalog, Skill, SkillAlias
from pipeline.text.words import commonness, is_ordinary

PRODUCTS = TECHNOLOGY - {"PROTOCOL", "STANDARD"}
"""Natures of what somebody makes and names."""
OTHER_NAME_SCORE = 0.9
INITIALS_SCORE, CONTESTED_INITIALS_SCORE = 0.8, 0.9
LOWER_WORDS_SCORE, WORDS_SCORE = 0.86, 0.76
OTHER_MAKER_SCORE = 0.84
MIN_NAMES, MAKER_SHARE = 4, 0.8
"""Of a word that stands for a maker: names of skills that begin with it, and the share of them that one maker has."""
MAX_BRAND_COMMONNESS = 2.5
"""How common in everyday English the brand of a maker may be ("oracle", but not "power")."""
MAX_INITIALS = 6
"""Words of a name that has initials."""
MAX_WHOLE = 3
"""Letters of a word of capitals that is whole among initials."""
MIN_STEM = 4
"""Letters by which two words are the same but for their endings."""
_WORD = re.compile(r"[a-z0-9+#]+")
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z0-9]{1,5}s?")


@dataclass(frozen=True)
class Suspect:
    """An alias that probably names something else; ``owner`` is the slug of the skill that it names, null for none known."""

    alias: SkillAlias
    score: float
    reasons: tuple[Reason, ...]
    owner: str | None = None


class OwnWords:
    """The words of a catalog's names, by which aliases are held against their owners."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def _named(self) -> Mapping[str, set[str]]:
        return _initials_of_names(self._catalog)

    def names_by_initials(self, alias: SkillAlias) -> list[Skill]:
        """The skills whose names an abbreviation stands for, those of most roles first; none where it may stand for its owner's."""
        text = alias.alias_text
        # What a thing was called before it was renamed or sold is no fault.
        if (
            alias.is_primary
            or alias.alias_type == "LEGACY"
            or _ABBREVIATION.fullmatch(text) is None
            or sum(c.isupper() for c in text) < 2
        ):
            return []
        letters = "".join(words_of(text))
        own, *forms = self.other_forms(alias)
        # Two abbreviations of one skill say nothing for each other: both may be wrong.
        if any(_is_short_for(letters, other) for other in (own, *(f for f in forms if not f.isupper()))):
            return []
        roles = self._catalog.roles_of_skill
        others = sorted(self._named.get(letters, set()) - {alias.skill_slug})
        return [self._catalog.skill[s] for s in sorted(others, key=lambda s: -len(roles.get(s, ())))]

    def other_forms(self, alias: SkillAlias) -> list[str]:
        """The names of an alias's skill but for the alias: with its maker, and all other forms."""
        skill = self._catalog.skill[alias.skill_slug]
        key = fold_key(alias.alias_text)
        forms = [a.alias_text for a in self._catalog.aliases_of_skill[skill.slug]]
        return [
            skill.display_name,
            f"{skill.vendor or ''} {skill.display_name}",
            *(f for f in forms if fold_key(f) != key),
        ]

    def shares_a_word(self, alias: SkillAlias) -> bool:
        """Whether an alias has a word of its skill's name, of its maker or of the long form of its name, or their initials."""
        skill = self._catalog.skill[alias.skill_slug]
        name = "".join(words_of(skill.display_name))
        long_forms = [f for f in self.other_forms(alias) if _is_short_for(name, f) and len(words_of(f)) > 1]
        own = stems_of(" ".join([skill.display_name, skill.vendor or "", *long_forms]))
        initials = "".join(w[0] for w in words_of(alias.alias_text))
        abbreviations = [name, *("".join(words_of(f)) for f in self.other_forms(alias) if f.isupper())]
        is_long_form = len(initials) > 1 and any(a.endswith(initials) or a.startswith(initials) for a in abbreviations)
        return name in "".join(words_of(alias.alias_text)) or bool(own & stems_of(alias.alias_text)) or is_long_form


def aliases_by_other_names(context: AuditContext) -> Iterator[Suspect]:
    """Yield the aliases whose own words say that they name something else."""
    words = OwnWords(context.catalog)
    yield from _names_of_other_skills(context.catalog)
    yield from _names_without_maker(context.catalog, words)
    yield from _initials_of_others(context, words)
    yield from _everyday_words(context.catalog, words)
    yield from _names_of_other_makers(context.catalog, words)


def _names_of_other_skills(catalog: Catalog) -> Iterator[Suspect]:
    """Forms that are another skill's own name, where the words that they ask for beside them are the same: "Percy"."""
    named = {fold_key(skill.display_name): skill for skill in catalog.skills}
    for alias in catalog.skill_aliases:
        other = named.get(fold_key(alias.alias_text))
        if other is None or other.slug == alias.skill_slug or alias.is_primary:
            continue
        key = fold_key(other.display_name)
        asked = {w for a in catalog.aliases_of_skill[other.slug] if fold_key(a.alias_text) == key for w in a.context}
        shared = asked & set(alias.context)
        if 2 * len(shared) < min(len(asked), len(alias.context)) or bool(asked) != bool(alias.context):
            continue
        beside = (
            f"both ask for {', '.join(sorted(shared)[:3])} beside it"
            if shared
            else "neither asks for other words beside it"
        )
        name = catalog.skill[alias.skill_slug].display_name
        why = f"“{alias.alias_text}” is the name of another skill than {name}, and {beside}"
        yield Suspect(alias, OTHER_NAME_SCORE, (Reason(why),))


def _names_without_maker(catalog: Catalog, words: OwnWords) -> Iterator[Suspect]:
    """Forms that are another skill's name but for the word of its maker: "AppScan" is IBM AppScan, whatever else is like it."""
    named = _names_behind_brands(catalog)
    for alias in catalog.skill_aliases:
        other, skill = named.get(fold_key(alias.alias_text)), catalog.skill[alias.skill_slug]
        if other is None or other == skill or alias.is_primary or alias.context:
            continue
        # A word for a kind of thing may well be part of a product's name: "APIs".
        if skill.skill_nature not in PRODUCTS or alias.alias_text == alias.alias_text.lower():
            continue
        letters, forms = "".join(words_of(alias.alias_text)), words.other_forms(alias)
        own = {"".join(words_of(form)) for form in forms}
        is_short = alias.alias_text.isupper() and any(_is_short_for(letters, form) for form in forms)
        if is_short or "".join(words_of(skill.vendor or "")) + letters in own or letters in "".join(words_of(forms[0])):
            continue
        why = (
            f"“{alias.alias_text}” is the name of {other.display_name} without its maker, "
            f"and no part of the name {skill.display_name}"
        )
        yield Suspect(alias, OTHER_NAME_SCORE, (Reason(why),), other.slug)


def _names_behind_brands(catalog: Catalog) -> Mapping[str, Skill]:
    """Products by their folded names without the word of the maker, where what is left is no word of everyday English."""
    split = [
        (skill, *skill.display_name.partition(" ")[::2]) for skill in catalog.skills if skill.skill_nature in PRODUCTS
    ]
    brands = Counter(brand for _, brand, rest in split if rest)
    return {
        fold_key(rest): skill
        for skill, brand, rest in split
        if rest and brands[brand] >= MIN_NAMES and not any(commonness(word) for word in words_of(rest))
    }


def _initials_of_others(context: AuditContext, words: OwnWords) -> Iterator[Suspect]:
    """Abbreviations that are short for no name of their skill, but for that of another."""
    forms = context.indexes.aliases.forms()
    for alias in context.catalog.skill_aliases:
        others = words.names_by_initials(alias)
        contested = _co_owners(forms, alias)
        # Where the alias asks for its context, it is in doubt only beside another skill that has it.
        if not others or (alias.context and not contested & {s.slug for s in others}):
            continue
        likeliest = next((s for s in others if s.slug in contested), others[0])
        name = context.catalog.skill[alias.skill_slug].display_name
        why = f"“{alias.alias_text}” is short for no name of {name}, but for that of {likeliest.display_name}"
        score = CONTESTED_INITIALS_SCORE if likeliest.slug in contested else INITIALS_SCORE
        yield Suspect(alias, score, (Reason(why),), None if contested else likeliest.slug)


def _everyday_words(catalog: Catalog, words: OwnWords) -> Iterator[Suspect]:
    """Everyday words that stand for one product with another name: "middleware"."""
    prose = _Prose(catalog)
    for alias in catalog.skill_aliases:
        text, skill = alias.alias_text, catalog.skill[alias.skill_slug]
        if skill.skill_nature not in PRODUCTS or not is_everyday(alias) or is_everyday_name(skill):
            continue
        if words.shares_a_word(alias):
            continue
        is_lower = text == text.lower()
        mentions = [name for name in prose.mentions(text.lower()) if name != skill.display_name]
        if not is_lower and (len(text.split()) == 1 or not mentions):
            continue
        why = f"“{text}” is made of everyday words that stand for a kind of thing; {skill.display_name} is one product"
        reasons = [Reason(why)]
        if mentions:
            reasons.append(Reason(f"the catalog writes “{text.lower()}” of {', '.join(mentions[:3])} too"))
        yield Suspect(alias, LOWER_WORDS_SCORE if is_lower else WORDS_SCORE, tuple(reasons))


def is_everyday(alias: SkillAlias) -> bool:
    """Whether an alias, that is no skill's own name and asks for no context, has everyday words alone."""
    text = alias.alias_text
    if alias.is_primary or alias.context or text.isupper() or not re.fullmatch(r"[A-Za-z]+(?:[ -][A-Za-z]+)*", text):
        return False
    return all(len(w) > 2 and is_ordinary(w) for w in words_of(text))


def is_everyday_name(skill: Skill) -> bool:
    """Whether the name of a skill is itself that of a kind of thing, which nobody makes: "IoT Gateways"."""
    words = words_of(skill.display_name)
    return not skill.vendor and len(words) > 1 and is_ordinary(words[-1].removesuffix("s"))


def _names_of_other_makers(catalog: Catalog, words: OwnWords) -> Iterator[Suspect]:
    """Names with the brand of a maker other than their skill's, whose own name they do not hold."""
    makers = makers_by_brand(catalog)
    for alias in catalog.skill_aliases:
        skill = catalog.skill[alias.skill_slug]
        own_words = words_of(alias.alias_text)
        is_former = alias.alias_type == "LEGACY"
        if (
            alias.is_primary
            or is_former
            or not skill.vendor
            or skill.skill_nature not in TECHNOLOGY
            or len(own_words) < 2
        ):
            continue
        known = set(words_of(" ".join(words.other_forms(alias))))
        brand = next((w for w in own_words if w in makers and w not in known), None)
        has_name = not set(own_words).isdisjoint(words_of(skill.display_name)) or "".join(own_words) in known
        if brand is None or makers[brand] == skill.vendor or has_name:
            continue
        why = (
            f"“{alias.alias_text}” has the brand of {makers[brand]}, as other names in the catalog have; "
            f"{skill.display_name} is made by {skill.vendor}"
        )
        yield Suspect(alias, OTHER_MAKER_SCORE, (Reason(why),))


def makers_by_brand(catalog: Catalog) -> Mapping[str, str]:
    """Return the makers by the words with which they begin the names of what they make ("azure": Microsoft)."""
    vendors: dict[str, Counter[str]] = defaultdict(Counter)
    for skill in catalog.skills:
        words = words_of(skill.display_name)
        is_name = skill.skill_nature in TECHNOLOGY and len(words) > 1 and len(words[0]) > 2
        if is_name and commonness(words[0]) <= MAX_BRAND_COMMONNESS:
            vendors[words[0]][skill.vendor or ""] += 1
    makers = {}
    for word, counts in vendors.items():
        vendor, n = max(counts.items(), key=lambda c: (c[1], c[0]))
        if vendor and counts.total() >= MIN_NAMES and n >= MAKER_SHARE * counts.total():
            makers[word] = vendor
    return makers


def words_of(text: str) -> list[str]:
    """Return the words of a name in lower case."""
    return _WORD.findall(text.lower())


def stems_of(text: str) -> set[str]:
    """Return the beginnings of a text's words."""
    return {w[:MIN_STEM] for w in words_of(text)}


def _co_owners(forms: Mapping[str, Owners], alias: SkillAlias) -> set[str]:
    return {f.skill_slug for f in forms.get(fold_key(alias.alias_text), ())} - {alias.skill_slug}


def _initials_of_names(catalog: Catalog) -> Mapping[str, set[str]]:
    """Slugs by the initials of a skill's name, or of another form of three words and more, all with a capital.

    A short word of capitals is whole in them ("HP Service Manager", HPSM), and the last word of a name may stand for it
    ("Java RMI").
    """
    named: dict[str, set[str]] = defaultdict(set)
    texts: list[tuple[str, str, int]] = [(s.slug, s.display_name, 2) for s in catalog.skills]
    texts += [(a.skill_slug, a.alias_text, 3) for a in catalog.skill_aliases if a.alias_type != "MISSPELLING"]
    for slug, text, min_words in texts:
        words = words_of(text)
        if min_words <= len(words) <= MAX_INITIALS and all(w[:1].isupper() for w in text.split() if len(w) > 3):
            short = [w if w.isupper() and len(w) <= MAX_WHOLE else w[0] for w in re.findall(r"[A-Za-z0-9+#]+", text)]
            named["".join(short).lower()].add(slug)
            if min_words == 2:
                named[words[-1]].add(slug)
            named["".join(w[0] for w in words)].add(slug)
    return named


def _is_short_for(letters: str, name: str) -> bool:
    """Whether letters are in a name in their order, beginning with the first letter of one of its words."""
    words = words_of(name)
    letters = letters.removesuffix("s") if len(letters) > 3 else letters
    return any(w[0] == letters[:1] and _are_in_order(letters, "".join(words[i:])) for i, w in enumerate(words))


def _are_in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(c in rest for c in letters)


class _Prose:
    """The sentences of a catalog as they are written, each with the name of what it is about."""

    def __init__(self, catalog: Catalog) -> None:
        prose = [(s.display_name, s.maturity_reasoning) for s in catalog.skills]
        prose += [(d.display_name, d.rationale) for d in catalog.dimensions]
        prose += [(catalog.role[k.role_slug].display_name, k.kra_text) for k in catalog.role_kras]
        self._names = [name for name, _ in prose]
        self._ends = list(accumulate(len(sentence or "") + 1 for _, sentence in prose))
        self._text = "".join(f" {sentence or ''}" for _, sentence in prose)

    def mentions(self, words: str) -> Iterator[str]:
        """Yield the names of what is described with some words, which begin and end as words."""
        at = self._text.find(f" {words}")
        while at >= 0:
            if not self._text[at + len(words) + 1 : at + len(words) + 2].isalpha():
                yield self._names[bisect_right(self._ends, at)]
            at = self._text.find(f" {words}", at + 1)
