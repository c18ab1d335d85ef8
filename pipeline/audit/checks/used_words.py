"""Forms that texts of past runs use as words of their sentences: the encoder's tagger takes them for no knowledge there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.audit.check import AuditContext, Reason
from pipeline.audit.checks.other_names import OwnWords, Suspect, words_of
from pipeline.catalog.value import TECHNOLOGY, Catalog, SkillAlias
from pipeline.learned.words import word_spans
from pipeline.text.words import is_ordinary
from pipeline.vectors import Vectors

MIN_TEXTS, MAX_TEXTS = 4, 6
"""Texts with a form that must be read, and that are read at the most."""
MAX_AROUND = 160
"""Code points on each side of a form that are read."""
MAX_PROBABILITY = 0.2
"""Greatest mean probability that a form is knowledge at which it is a finding; that of forms that mean their skill is 0.7."""
MIN_SCORE, MAX_SCORE = 0.6, 0.9


@dataclass(frozen=True)
class _Passage:
    """The line around a form in a text, in which it stands at ``start`` to ``end``."""

    line: str
    start: int
    end: int


def aliases_used_as_words(context: AuditContext) -> Iterator[Suspect]:
    """Yield the everyday words that are a form of a technology, and that the tagger takes for no knowledge in most texts."""
    catalog = context.catalog
    passages = _passages(context)
    aliases = [a for a in catalog.skill_aliases if len(passages.get((a.skill_slug, a.alias_text), ())) >= MIN_TEXTS]
    asked = [p for a in aliases for p in passages[a.skill_slug, a.alias_text]]
    if not asked:
        return
    tags = iter(context.indexes.encoder.encode_with_tags([p.line for p in asked]).tags)
    for alias in aliases:
        found = [_probability(p, next(tags)) for p in passages[alias.skill_slug, alias.alias_text]]
        known = [p for p in found if p is not None]
        mean = sum(known) / len(known) if known else 1.0
        if len(known) < MIN_TEXTS or mean > MAX_PROBABILITY:
            continue
        name = catalog.skill[alias.skill_slug].display_name
        why = f"of {{runs}} texts with “{alias.alias_text}” that were read, most use it as a word, where it names no {name}"
        score = MIN_SCORE + (MAX_SCORE - MIN_SCORE) * (1 - mean / MAX_PROBABILITY)
        yield Suspect(alias, score, (Reason(why, len(known)),))


def _passages(context: AuditContext) -> Mapping[tuple[str, str], list[_Passage]]:
    """The lines of the newest texts around each form in doubt, by its skill's slug and its text."""
    catalog = context.catalog
    words = OwnWords(catalog)
    met = {(form.skill_slug, form.alias_text) for text in context.usage.texts for form in text.forms}
    doubted = {
        (a.skill_slug, a.alias_text)
        for a in (catalog.skill_aliases if met else ())
        if (a.skill_slug, a.alias_text) in met and _is_in_doubt(a, catalog) and not words.shares_a_word(a)
    }
    passages: dict[tuple[str, str], list[_Passage]] = defaultdict(list)
    for text in context.usage.texts:
        for form in text.forms:
            key = form.skill_slug, form.alias_text
            if key in doubted and len(passages[key]) < MAX_TEXTS:
                passages[key].append(_passage(text.text, form.start, form.start + len(form.alias_text)))
    return passages


def _is_in_doubt(alias: SkillAlias, catalog: Catalog) -> bool:
    """Whether a form of a technology, other than its name, has everyday words alone.

    An abbreviation, or a form with a word of the name ("Exchange"), means the skill in most texts, whatever the tagger makes of it.
    """
    is_technology = catalog.skill[alias.skill_slug].skill_nature in TECHNOLOGY
    is_name = alias.is_primary or alias.alias_text.isupper()
    return is_technology and not is_name and all(is_ordinary(w) for w in words_of(alias.alias_text))


def _passage(text: str, start: int, end: int) -> _Passage:
    first = max(text.rfind("\n", 0, start) + 1, start - MAX_AROUND)
    line_end = text.find("\n", end)
    last = min(line_end if line_end >= 0 else len(text), end + MAX_AROUND)
    return _Passage(text[first:last], start - first, end - first)


def _probability(passage: _Passage, tags: Vectors) -> float | None:
    """How probably the words of a form are knowledge, their mean; null where none of them was read."""
    read = [
        float(tag.sum())
        for (first, last), tag in zip(word_spans(passage.line), tags, strict=False)
        if tag[0] >= 0 and first < passage.end and last > passage.start
    ]
    return sum(read) / len(read) if read else None
