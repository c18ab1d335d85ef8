"""The check for aliases that name something else than their skill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import numpy as np

from pipeline.audit.alternatives import Alternatives
from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.checks.forms import contested_forms, drop_alias, form_inside, other_owners, subject_of
from pipeline.audit.checks.other_names import OwnWords, Suspect, aliases_by_other_names
from pipeline.audit.checks.used_names import aliases_used_otherwise
from pipeline.audit.checks.used_words import aliases_used_as_words
from pipeline.audit.checks.vocabulary import COMMON_WORDS, KIND_WORDS
from pipeline.audit.subjects import AliasSubject
from pipeline.audit.usage import NEIGHBOURS_AMONG
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.operations import ChangeReason, repoint_alias
from pipeline.catalog.value import TECHNOLOGY, Catalog, SkillAlias
from pipeline.text.words import commonness

SUSPECTS = (aliases_by_other_names, aliases_used_otherwise, aliases_used_as_words)
"""What looks for aliases that name something else, each by signs of its own."""
MIN_PROBABILITY = 0.1
"""Probability that an alias belongs to another skill from which on it is a finding."""
MISFILED_SCORE, ORDINARY_WORD_SCORE = 0.95, 0.93
MIN_COMMONNESS = 2.0
"""How common a word must be in everyday English (``commonness``), so that it is no form of a technology by itself."""
MIN_LEAD = 0.12
"""Cosine by which another skill must be nearer in meaning than the owner of a form."""
MAX_FORMS_SHOWN = 4
"""Forms that a reason lists."""
MIN_RUNS = 4
"""Runs that must have matched a form before its neighbours in them count."""
MAX_NEIGHBOUR_SHARE = 0.1
"""Greatest share of those runs with another skill of its skill's dimensions."""
USUAL_NEIGHBOUR_SHARE = 0.45
"""Share of runs in which a form that means its skill has such a neighbour, measured on runs of the clean catalog."""


class WrongAlias(Check):
    """Aliases that mean something else than their skill: filed as a version but also another skill's name, ordinary words for a
    kind of thing, a name that holds another skill's name or another maker's brand, initials of another skill's name, or one
    that is more like another skill's forms. With past runs also those that were matched where no other skill of the same
    dimensions was, that texts list beside their skill, or write as everyday words. The repair drops the alias or gives it to
    the skill that it names.
    """

    kind = "wrong_alias"
    label = "Wrong alias"
    subject_type = AliasSubject
    fix_page = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield the findings of each detector; the audit joins those about one alias."""
        yield from self._misfiled(context)
        yield from self._ordinary_words_and_other_names(context)
        yield from self._more_like_another_skill(context)
        yield from self._out_of_place(context)
        for suspect in chain(*(suspects(context) for suspects in SUSPECTS)):
            yield self._finding_about(suspect, context.catalog)

    def alternatives(self, finding: Finding, catalog: Catalog) -> Alternatives | None:
        """Another skill, or none."""
        return other_owners(finding, catalog)

    def _finding(self, alias: SkillAlias, score: float, *reasons: str | Reason) -> Finding:
        """A finding whose repair drops the alias for the first reason."""
        given = tuple(r if isinstance(r, Reason) else Reason(r) for r in reasons)
        return Finding(self, subject_of(alias), score, given, drop_alias(alias, given[0].text))

    def _finding_about(self, suspect: Suspect, catalog: Catalog) -> Finding:
        """A finding whose repair gives the alias to the skill that it names, or drops it where none is known."""
        alias, owner = suspect.alias, suspect.owner
        finding = self._finding(alias, suspect.score, *suspect.reasons)
        if owner is None:
            return finding
        why = ChangeReason(suspect.reasons[0].text)
        return replace(finding, repair=repoint_alias(catalog, alias.skill_slug, alias.alias_text, owner, why))

    def _misfiled(self, context: AuditContext) -> Iterator[Finding]:
        """Forms of several skills whose type is VERSION but that name no version."""
        for form in contested_forms(context):
            if form.is_misfiled:
                name = context.catalog.skill[form.alias.skill_slug].display_name
                filed = f"it is filed as VERSION of {name}, but names no version"
                yield self._finding(form.alias, MISFILED_SCORE, form.reason(context.catalog), filed)

    def _ordinary_words_and_other_names(self, context: AuditContext) -> Iterator[Finding]:
        """Forms that are ordinary words, and forms that name another skill's technology."""
        catalog, forms = context.catalog, context.indexes.aliases.forms()
        suspects: list[tuple[SkillAlias, str, str]] = []
        for alias in catalog.skill_aliases:
            words = fold_key(alias.alias_text).split()
            if _is_ordinary_word(alias, catalog):
                name = catalog.skill[alias.skill_slug].display_name
                why = f"“{alias.alias_text}” is an ordinary word, which texts use without meaning {name}"
                yield self._finding(alias, ORDINARY_WORD_SCORE, why)
            elif len(words) > 1 and (other := form_inside(words, forms, alias.skill_slug)) is not None:
                inner, owner = other
                if catalog.skill[owner].skill_nature in TECHNOLOGY and _adds_nothing(alias, inner, catalog):
                    suspects.append((alias, inner, owner))
        for (alias, inner, owner), lead in zip(suspects, _leads(context, suspects), strict=True):
            if lead > MIN_LEAD and not (alias.is_primary or alias.alias_type == "CANONICAL"):
                name = catalog.skill[owner].display_name
                why = f"“{alias.alias_text}” names {name} (“{inner}”), and the rest of it tells nothing else"
                yield self._finding(alias, min(0.95, 0.8 + lead / 3), why)

    def _more_like_another_skill(self, context: AuditContext) -> Iterator[Finding]:
        """Aliases that probably belong to another skill, with the most similar skill as the new owner."""
        catalog = context.catalog
        scored = context.owners
        own, text_rank = scored.column("own"), scored.column("text_rank")
        for row, (alias, wrong) in enumerate(zip(scored.aliases, scored.wrong, strict=True)):
            if wrong < MIN_PROBABILITY:
                continue
            owner, other = catalog.skill[alias.skill_slug], catalog.skill[scored.better[row]]
            forms = [a.alias_text for a in catalog.aliases_of_skill[owner.slug] if a is not alias]
            shown = ", ".join(forms[:MAX_FORMS_SHOWN]) or "nothing else"
            reasons = (
                f"{owner.display_name} is also {shown}; the nearest of them to “{alias.alias_text}” "
                f"in meaning has cosine {own[row]:.2f}",
                f"{round(float(np.expm1(text_rank[row])))} other skills are nearer to it than what {owner.display_name} "
                f"is; among all forms it goes best with {other.display_name}",
            )
            why = ChangeReason(f"“{alias.alias_text}” is no form of {owner.display_name}")
            repair = repoint_alias(catalog, owner.slug, alias.alias_text, other.slug, why)
            yield Finding(self, subject_of(alias), float(wrong), tuple(map(Reason, reasons)), repair)

    def _out_of_place(self, context: AuditContext) -> Iterator[Finding]:
        """Forms that share no word with their skill, and that runs matched without another skill of its dimensions."""
        catalog, usage = context.catalog, context.usage
        if not usage.forms:
            return
        words = OwnWords(catalog)
        for alias in catalog.skill_aliases:
            form = alias.skill_slug, alias.alias_text
            runs, with_neighbours = usage.forms.get(form, 0), usage.with_neighbours.get(form, 0)
            looked_at = min(runs, NEIGHBOURS_AMONG)
            name = catalog.skill[alias.skill_slug].display_name
            # "SQL skills" means SQL in any text.
            shares_word = set(fold_key(name).split()) & set(fold_key(alias.alias_text).split())
            if runs < MIN_RUNS or with_neighbours > MAX_NEIGHBOUR_SHARE * looked_at or shares_word:
                continue
            them = "them" if looked_at == runs else f"the newest {looked_at}"
            held = f"only {with_neighbours} of {them} hold" if with_neighbours else f"none of {them} holds"
            why = f"{{runs}} runs matched “{alias.alias_text}” as {name}, and {held} another skill of its dimensions"
            score = 1 - (1 - USUAL_NEIGHBOUR_SHARE) ** looked_at
            named = words.names_by_initials(alias)
            owned = (
                {a.skill_slug for a in catalog.skill_aliases if a.alias_text == alias.alias_text} if named else set()
            )
            owner = next((s.slug for s in named if s.slug not in owned), None)
            yield self._finding_about(Suspect(alias, score, (Reason(why, runs),), owner), catalog)


def _is_ordinary_word(alias: SkillAlias, catalog: Catalog) -> bool:
    """Whether an alias is an ordinary word that matches in any case and context, and no word of its skill's name.

    A technology is none of everyday English, so that a common word for it is in doubt even where it is a word of the name
    ("express" of Express.js), unless it is the name.
    """
    key, skill = fold_key(alias.alias_text), catalog.skill[alias.skill_slug]
    if alias.match_strategy != "CASE_INSENSITIVE" or alias.context:
        return False
    is_common = skill.skill_nature in TECHNOLOGY and not alias.is_primary and commonness(key) >= MIN_COMMONNESS
    name = fold_key(skill.display_name)
    return (key in COMMON_WORDS and key not in name.split()) or (is_common and key != name)


def _adds_nothing(alias: SkillAlias, inner: str, catalog: Catalog) -> bool:
    """Whether a form holds, beside another skill's name, filler words alone."""
    own = [fold_key(catalog.skill[alias.skill_slug].display_name)]
    own += [fold_key(a.alias_text) for a in catalog.aliases_of_skill[alias.skill_slug] if a != alias]
    if any(f" {inner} " in f" {form} " for form in own):
        return False
    rest = f" {fold_key(alias.alias_text)} ".replace(f" {inner} ", " ", 1).split()
    return all(w in KIND_WORDS for w in rest)


def _leads(context: AuditContext, suspects: list[tuple[SkillAlias, str, str]]) -> list[float]:
    """For each form, its cosine with the name of the skill inside it less that with its owner's name."""
    if not suspects:
        return []
    names = context.catalog.skill
    texts = [
        text
        for alias, _, owner in suspects
        for text in (alias.alias_text, names[alias.skill_slug].display_name, names[owner].display_name)
    ]
    vectors = context.indexes.encoder.encode(texts).reshape(len(suspects), 3, -1)
    return [float(text @ other - text @ own) for text, own, other in vectors]
