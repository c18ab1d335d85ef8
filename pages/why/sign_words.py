"""The signs of the models that judge skills, in words: what was seen of a form where it stands."""

from __future__ import annotations

SENSE = {
    "everyday": "it is an everyday word",
    "common": "it is a common word of English",
    "common_abbreviation": "its letters are a common word",
    "common_phrase": "its words are common ones",
    "lower": "it is written without a capital",
    "lower_common": "it is a common word without a capital",
    "capital_common": "it is a common word with a capital",
    "title_capital_common": "it is a common word with a capital, in a title",
    "odd_case": "it is written in another case than the form",
    "noun": "it is a common noun, the skill a product",
    "noun_phrase": "its words are common nouns, the skill a product",
    "other_words": "its words are others than those of the skill’s name",
    "abbreviation": "it is a short form",
    "abbreviated_name": "it is short, as the skill’s name is",
    "letters": "it has two letters or one",
    "concept": "the skill is no technology",
    "context": "the form asks for words beside it, and has them",
    "out_of_context": "the form asks for words beside it, and has none of them",
    "place": "a place has this name",
    "employer": "it is the employer’s name",
    "free_lower": "it stands within a sentence as a word",
    "free_opening": "it opens a sentence as a word",
    "alone": "it stands alone on its line",
    "label": "a label with a colon leads to it",
    "asked": "words that ask for experience stand before it",
    "used": "words of use stand before it",
    "work": "words of work stand behind it",
    "demanded": "words of demand stand behind it",
    "item": "it stands between the marks of a list",
    "verb": "it reads like a verb",
    "verb_common": "it is a common word that reads like a verb",
    "infinitive": "it reads like a verb behind “to” or “will”",
    "status": "it says in which state something is",
    "preposition": "a preposition stands behind it",
    "with_name": "a preposition leads from it to another skill",
    "lead": "a word that leads to verbs stands before it",
    "article": "an article stands before it",
    "noun_behind": "a plain word stands behind it",
    "opening_noun": "it opens a sentence before a plain word",
    "plain_before": "a plain word stands before it",
    "name_before": "another name stands before it",
    "name_behind": "another name stands behind it",
    "joined": "it is joined to another word",
    "organisation": "it is part of an organisation’s name",
    "clients": "it stands among clients or investors",
    "document": "it is about documents or an interview",
    "foreign": "the words around it are not English",
    "listed": "it is listed among skills",
    "listed_with_kin": "a skill of its dimension is beside it in a list",
    "listed_lower": "it is listed among skills, without a capital",
    "paired": "a word alone joins it to skills",
    "neighbours": "other skills of its dimensions are in the text",
    "stranger": "no other skill of its dimensions is in the text",
    "near": "other skills are near",
    "no_technology": "the text names no technology that is in no doubt",
    "technologies": "the text names other technologies",
    "strong_elsewhere": "the text asks for the skill elsewhere",
    "elsewhere": "another form of the skill is in the text",
    "tagged": "the reader takes it for knowledge",
    "untagged": "the reader did not look at it",
    "in_demands": "it stands among the demands",
    "in_duties": "it stands among the duties",
    "in_employer": "it stands in what is about the employer",
    "in_silent": "it stands in a part that asks for nothing",
    "in_title": "it stands in the title",
    "in_heading": "it stands in a heading",
}
"""Whether a form means its skill."""
FORM_KINDS = {
    "abbreviation": "of short forms",
    "word": "of everyday words",
    "lower": "of words without a capital",
    "noun": "of common nouns",
}
"""Kinds of forms, for which signs count in their own way."""
DEMAND = {
    "asked": "words that ask for it stand somewhere near",
    "asked_now": "words that ask for it stand right before it",
    "skill_behind": "“skills” or “experience” stands behind it",
    "neighbours": "other skills are near",
    "listed": "it stands in a list",
    "written_as_name": "it is written as a name",
    "acronym": "it is an acronym",
    "bullet_alone": "it has a line of its own",
    "words": "how many words it has",
    "people": "it says which people: a team, engineers",
    "degree": "it is a subject of a degree",
    "done": "it is something that is done",
    "mentions": "how often it is mentioned",
    "industry": "it is an industry",
    "practice": "it is a practice",
    "concept": "it is a concept",
    "usual": "how often texts that mention it demand it",
    "rare": "few roles have it",
    "preferred": "it stands among what is preferred",
    "requirements": "it stands among the requirements",
    "duties": "it stands among the duties",
    "heading": "it stands in a heading",
    "about_company": "it is only in what is about the employer",
    "elsewhere": "it stands in no part that asks for something",
    "primary": "it counts as primary",
    "context": "only its context tells what it means",
    "knowledge": "how surely the reader takes it for knowledge",
    "untagged": "the reader did not look at it",
    "own_name": "the text has the skill’s own name",
    "common": "its words are common ones",
}
"""Whether a text demands a skill that it mentions."""
PASSAGES = {
    "responsibilities": "the duties",
    "requirements": "the requirements",
    "preferred": "what is preferred",
    "about_role": "what is about the role",
    "about_company": "what is about the employer",
    "benefits": "the benefits",
    "pay": "the pay",
    "place": "the conditions of work",
    "legal": "the legal part",
    "apply": "how to apply",
    "title": "the title",
    "header": "the facts of the posting",
    "heading": "a heading",
    "chrome": "the furniture of the page",
    "similar_jobs": "similar jobs",
    "body": "the text before any heading",
}
"""Where in a text something stands."""


def sign_in_words(name: str, judgement: str) -> str:
    """A sign of the sense or the demand model in words."""
    if judgement == "demand":
        return DEMAND.get(name, name.replace("_", " "))
    kind, _, base = name.rpartition(":")
    words = SENSE.get(base, base.replace("_", " "))
    return f"{words} ({FORM_KINDS[kind]})" if kind in FORM_KINDS else words


def passage_in_words(kinds: list[str]) -> str:
    """Parts of a text in a list: "the duties and the requirements"."""
    names = [PASSAGES.get(kind, kind.replace("_", " ")) for kind in dict.fromkeys(kinds)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "no part"
