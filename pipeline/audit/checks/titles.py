"""The check of job titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import TitleSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.titles import fold_title

TITLE_WORDS = frozenset(
    "software application applications systems system it technology tech technical lead leader senior junior principal staff "
    "associate engineer developer programmer coder consultant specialist professional expert member team agile computer".split()
)
"""Words of titles that name no field of work."""
GENERIC_SHORT = frozenset({"sde", "swe", "sse", "mts", "sme", "it"})
"""Abbreviations of such titles."""
ROLE_NOUNS = frozenset({"engineer", "developer", "lead", "leader", "programmer", "consultant", "specialist", "coder"})
SCORE = 0.95


class GenericTitle(Check):
    """Titles that fit many kinds of work ("Senior Software Engineer") and are not marked as generic, so that they decide for
    a role alone. The repair marks the title; it then still counts beside skills and KRAs.
    """

    kind = "generic_title"
    label = "Generic title"
    subject_type = TitleSubject
    fix_page = "roles"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield titles of general words alone, abbreviations of them, and titles that are marked as generic elsewhere."""
        catalog = context.catalog
        marked = {fold_title(a.alias_text) for a in catalog.role_aliases if a.is_generic}
        for alias in catalog.role_aliases:
            role = catalog.role[alias.role_slug]
            title = fold_title(alias.alias_text)
            if alias.is_generic or title == fold_title(role.display_name):
                continue
            if is_general_title(title) or title in marked:
                why = f"“{alias.alias_text}” fits many kinds of work, so that it must not decide for {role.display_name} alone"
                repair = Change(alias, replace(alias, is_generic=True), why)
                subject = TitleSubject(alias.role_slug, alias.alias_text)
                yield Finding(self, subject, SCORE, (Reason(why),), (repair,))


def is_general_title(title: str) -> bool:
    """Return whether a title names an occupation and no field of work, in words or as an abbreviation."""
    words = fold_title(title).split()
    in_words = bool(words) and all(w in TITLE_WORDS for w in words) and any(w in ROLE_NOUNS for w in words)
    return in_words or " ".join(words) in GENERIC_SHORT
