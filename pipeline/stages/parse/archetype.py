"""What kind of work a title names (``role_archetype``), and its other forms (``role_aliases``)."""

from __future__ import annotations

import re

from pipeline.catalog.titles import fold_title, title_forms
from pipeline.stages.parse.occupations import OCCUPATIONS, WEAK_OCCUPATIONS

MAX_ALIASES, MAX_ALIAS_WORDS = 6, 6
"""Other forms of a title on the wire, and words of each."""

_ARCHETYPES = (
    ("Management", r"\b(?:manager|director|head|vp|chief|scrum master|product owner|coordinator|delivery lead)\b"),
    ("Architecture", r"\barchitect\b"),
    ("Data & Analytics", r"\b(?:data|analytics?|bi|business intelligence|statistician|scientist|reporting)\b"),
    ("Design", r"\b(?:designer|ux|ui|creative)\b"),
    ("Quality", r"\b(?:qa|test(?:er|ing)?|quality|sdet)\b"),
    ("Operations", r"\b(?:administrator|admin|support|operations|technician|help ?desk|network|infrastructure|dba)\b"),
    ("Consulting", r"\b(?:consultant|analyst|advisor)\b"),
    ("Engineering", r"\b(?:engineer|developer|programmer|devops|sre|software|coder|development)\b"),
)


def role_archetype(title: str | None) -> str | None:
    """Return the archetype of a title ("Engineering", "Data & Analytics"); null without a title."""
    if not title:
        return None
    return next((archetype for archetype, pattern in _ARCHETYPES if re.search(pattern, title, re.I)), "Other")


def role_aliases(title: str | None) -> list[str]:
    """Return other forms of a title: without seniority and noise, its parts, engineer for developer and the reverse."""
    if not title:
        return []
    forms: list[str] = []
    for form in title_forms(title):
        forms += [form, _swapped(form)]
    own = fold_title(title)
    kept = [
        form
        for form in dict.fromkeys(forms)
        if form != own and len(form.split()) <= MAX_ALIAS_WORDS and _names_occupation(form)
    ]
    return [_display(form) for form in kept[:MAX_ALIASES]]


def _names_occupation(form: str) -> bool:
    words = form.split()
    return (
        "devops" in words or any(w in OCCUPATIONS for w in words) or (len(words) > 1 and words[-1] in WEAK_OCCUPATIONS)
    )


def _swapped(form: str) -> str:
    if "developer" in form:
        return re.sub(r"\bdeveloper\b", "engineer", form)
    return re.sub(r"\bengineer\b", "developer", form)


_SMALL_WORDS = frozenset("and of for in to the".split())
_CAPITALS = frozenset("qa ui ux bi it ml ai sap sql etl dba sre iam crm erp php aws nlp ios api".split())
_SPELLINGS = {
    "ios": "iOS",
    "devops": "DevOps",
    "mlops": "MLOps",
    "php": "PHP",
    ".net": ".NET",
    "javascript": "JavaScript",
}


def _display(form: str) -> str:
    """A folded title in its usual spelling."""
    return " ".join(_SPELLINGS.get(word) or _cased(word) for word in form.split())


def _cased(word: str) -> str:
    if word in _CAPITALS:
        return word.upper()
    return word if word in _SMALL_WORDS or not word[0].isalpha() else word.capitalize()
