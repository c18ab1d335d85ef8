"""Words that pages share: engines, judgements, values of a vocabulary, and counts with their noun."""

from __future__ import annotations

import re

from pipeline.catalog.describe import cell_phrase
from pipeline.catalog.tables import TABLES

VOCABULARIES = {name for table in TABLES for name, column in table.columns.items() if column.words}
"""Columns whose values are of a vocabulary."""

MAX_ACRONYM = 4
"""Letters of a licence's name that is written in capitals ("GPL", "MIT", "AGPL")."""
ENGINE_NAMES = {"local": "Local engine", "openai": "Model engine", "old_system": "Old system"}
RUN_ENGINES = ("local", "openai")
"""The engines that a run can be asked of."""
JUDGEMENT_NAMES = {
    "parse": "Reading the text",
    "skills": "Finding skills",
    "role": "Choosing the role",
    "second_judge": "Second judge",
    "new_skills": "Placing new skills",
    "nature_of_work": "Nature of work",
    "tech_stack_maturity": "Tech stack maturity",
}
"""What a model judges, by the judgement's key."""

JD_TYPES = {
    "pass": "a job description",
    "not_a_jd": "no job description",
    "too_short": "too short",
    "not_english": "not in English",
}
"""What a text is, by its type on the wire."""
FACT_NAMES = {
    "title": "Title",
    "company": "Company",
    "experience": "Experience",
    "education_required": "Education",
    "education_preferred": "Education, a plus",
    "locations": "Locations",
    "work_mode": "Work mode",
    "ctc": "Pay",
    "certifications": "Certifications",
    "urls": "Web addresses",
    "responsibilities": "Duties",
    "industry": "Industry",
    "jd_type": "Type of text",
}
"""Fields of a text that reviewers judge."""


VALUE_NAMES = {
    "CASE_INSENSITIVE": "in any case",
    "CASE_SENSITIVE": "in this case only",
    "NOT_APPLICABLE": "has none",
    "SEPARATE_ENTITY": "each a skill of its own",
    "MULTI_YEAR": "several years",
}
"""Values of a vocabulary whose own name says too little."""
COLUMN_NAMES = {
    "skill_slug": "skill",
    "role_slug": "role",
    "dimension_slug": "dimension",
    "slug": "key",
    "key": "setting",
    "display_name": "name",
    "role_archetype": "archetype",
    "alias_text": "form",
    "alias_type": "type",
    "match_strategy": "matches",
    "is_generic": "too general to decide",
    "is_primary": "first form",
    "kra_text": "KRA",
    "context": "words beside it",
    "difficulty_hint": "difficulty",
    "skill_nature": "nature",
    "typical_lifespan": "lifespan",
    "version_strategy": "versions",
    "version_tag": "version",
    "year_introduced": "introduced",
    "is_extractable": "looked for in texts",
    "is_also_category": "also a category",
    "maturity_reasoning": "why so mature",
    "maturity_band": "maturity",
    "is_cloud_native": "made for the cloud",
    "tech_stack_maturity": "maturity of the stack",
    "ai_index": "AI index",
    "ai_indicators": "signs of AI",
}
"""Columns of the catalog as a curator calls them; others by their own words."""

AI_SIGN_NAMES = {
    "title_match": "the title names AI",
    "has_ai_skill": "a skill of AI is asked for",
    "ai_skill_primary": "one of them is primary",
    "ai_skill_secondary": "one of them is secondary",
    "on_ai_team": "the team works on AI",
    "builds_ai_products": "its products are made with AI",
}
"""The indicators of work with AI as a curator reads them."""


def vocabulary_label(value: str | None) -> str:
    """A value of a vocabulary in words: ``SOFT_SKILL`` is "soft skill", ``CASE_INSENSITIVE`` "in any case", null is empty.

    A value that is in words already ("Mainstream Modern") is left as it is.
    """
    words = (value or "").replace("_", " ")
    return (VALUE_NAMES | AI_SIGN_NAMES).get(
        value or "", words.lower() if "_" in (value or "") or words.isupper() else words
    )


def column_label(name: str) -> str:
    """A column of the catalog in words: ``skill_nature`` is "nature"."""
    return COLUMN_NAMES.get(name, name.replace("_", " "))


def cell_label(column: str, value: object, max_letters: int | None = None) -> str:
    """A cell of the catalog in words: "nothing" for null, yes and no, a value of a vocabulary, a licence; at most
    ``max_letters`` characters where given.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value and column == "license":
        return license_label(value)
    if isinstance(value, tuple) and column in VOCABULARIES:
        return cell_phrase(tuple(map(vocabulary_label, value)), max_letters)
    if isinstance(value, str) and column in VOCABULARIES:
        return vocabulary_label(value) or "nothing"
    return cell_phrase(value, max_letters)


def license_label(value: str | None) -> str:
    """A licence in words: ``apache_2_0`` is "Apache 2.0", ``gpl_3_0_or_later`` "GPL 3.0 or later"; null is empty."""
    words = re.sub(r"(?<=\d)_(?=\d)", ".", value or "").split("_")
    first = words[0].upper() if len(words[0]) <= MAX_ACRONYM else words[0].capitalize()
    return " ".join([first, *words[1:]])


def count_label(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: "1 run", "4,000 runs"; ``plural`` where an "s" does not make it."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
