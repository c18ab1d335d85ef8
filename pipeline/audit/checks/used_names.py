"""Aliases of which the texts of past runs say that they name something else than their skill."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.audit.check import AuditContext, Reason
from pipeline.audit.checks.other_names import PRODUCTS, OwnWords, Suspect, is_everyday_name, stems_of, words_of
from pipeline.audit.usage import UsedForm, UsedText
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.value import TECHNOLOGY, SkillAlias
from pipeline.text.words import is_ordinary

MIN_TEXTS = 4
"""Texts that must have a form before its writing in them counts."""
MIN_BESIDE, MIN_BESIDE_SHARE = 2, 0.25
"""Texts that list a form beside another of its skill, and their share of the texts with both."""
MIN_LOWER_SHARE = 0.7
"""Share of the texts with a form that write it without a capital."""
USUAL_BESIDE_SHARE, USUAL_LOWER_SHARE = 0.1, 0.3
"""The same shares of forms that mean their skill, measured on runs of the clean catalog."""
MAX_SCORE = 0.95
MAX_SEPARATOR = 8
"""Code points between two items of a list."""
_SEPARATOR = re.compile(r"\s{0,2}(?:,|/|;|\||•|&|,? ?and|,? ?or)\s{0,3}")


@dataclass
class FormUse:
    """The use of a form in texts: how many have it, in how many it has no capital, and beside which forms of its skill it is listed."""

    texts: int = 0
    lower: int = 0
    beside: Counter[str] = field(default_factory=Counter)
    """Texts by the other form."""
    with_other: Counter[str] = field(default_factory=Counter)
    """Texts that have both, by the other form."""


def form_uses(texts: tuple[UsedText, ...]) -> Mapping[tuple[str, str], FormUse]:
    """Return the use of each form by its skill's slug and its text."""
    uses: dict[tuple[str, str], FormUse] = defaultdict(FormUse)
    for text in texts:
        of_skill: dict[str, list[UsedForm]] = defaultdict(list)
        for form in text.forms:
            form_use = uses[form.skill_slug, form.alias_text]
            surface = text.text[form.start : form.start + len(form.alias_text)]
            form_use.texts += 1
            form_use.lower += surface == surface.lower()
            of_skill[form.skill_slug].append(form)
        for forms in of_skill.values():
            _note_pairs(uses, text.text, forms)
    return uses


def _note_pairs(uses: Mapping[tuple[str, str], FormUse], text: str, forms: list[UsedForm]) -> None:
    """Note of the forms of one skill in a text which of them are listed beside each other."""
    for i, first in enumerate(forms):
        for second in forms[i + 1 :]:
            between = text[first.start + len(first.alias_text) : second.start]
            listed = len(between) <= MAX_SEPARATOR and _SEPARATOR.fullmatch(between) is not None
            for one, other in ((first, second), (second, first)):
                form_use = uses[one.skill_slug, one.alias_text]
                form_use.with_other[other.alias_text] += 1
                form_use.beside[other.alias_text] += listed


def aliases_used_otherwise(context: AuditContext) -> Iterator[Suspect]:
    """Yield the aliases that texts list beside another form of their skill, or write as everyday words."""
    uses = form_uses(context.usage.texts)
    if not uses:
        return
    words = OwnWords(context.catalog)
    for alias in context.catalog.skill_aliases:
        form_use = uses.get((alias.skill_slug, alias.alias_text))
        if form_use is None or alias.is_primary:
            continue
        yield from _listed_beside_its_skill(context, alias, form_use)
        yield from _written_as_words(context, words, alias, form_use)


def _listed_beside_its_skill(context: AuditContext, alias: SkillAlias, form_use: FormUse) -> Iterator[Suspect]:
    """A form that texts list beside its skill's name, or beside a form that has the name's words: "Falco, eBPF"."""
    skill = context.catalog.skill[alias.skill_slug]
    name = stems_of(skill.display_name)
    if skill.skill_nature not in TECHNOLOGY:
        return
    if name & stems_of(alias.alias_text) or fold_key(alias.alias_text) == fold_key(skill.display_name):
        return
    others = [o for o in form_use.beside if name & stems_of(o) and not _says_both(o, alias.alias_text)]
    listed, both = sum(form_use.beside[o] for o in others), sum(form_use.with_other[o] for o in others)
    if listed < MIN_BESIDE or listed < MIN_BESIDE_SHARE * both:
        return
    why = f"{{runs}} runs read “{alias.alias_text}” in a list beside “{max(others, key=lambda o: (form_use.beside[o], o))}”: two things, not one"
    score = min(MAX_SCORE, 1 - USUAL_BESIDE_SHARE ** (listed / 2))
    yield Suspect(alias, score, (Reason(why, listed),))


def _says_both(first: str, second: str) -> bool:
    """Whether one of two forms is in the other."""
    return fold_key(first) in fold_key(second) or fold_key(second) in fold_key(first)


def _written_as_words(
    context: AuditContext, words: OwnWords, alias: SkillAlias, form_use: FormUse
) -> Iterator[Suspect]:
    """Everyday words that texts write without a capital, where their skill is a product with another name."""
    skill = context.catalog.skill[alias.skill_slug]
    is_product = skill.skill_nature in PRODUCTS and not is_everyday_name(skill)
    if (
        not is_product
        or form_use.texts < MIN_TEXTS
        or form_use.lower < MIN_LOWER_SHARE * form_use.texts
        or alias.context
    ):
        return
    if not all(is_ordinary(w) for w in words_of(alias.alias_text)) or words.shares_a_word(alias):
        return
    why = f"{{runs}} runs read “{alias.alias_text.lower()}” as everyday words, without a capital; {skill.display_name} is one product"
    score = min(MAX_SCORE, 1 - USUAL_LOWER_SHARE ** (form_use.lower / 2))
    yield Suspect(alias, score, (Reason(why, form_use.lower),))
