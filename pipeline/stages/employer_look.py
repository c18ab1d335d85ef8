"""Why a proposed term looks like the name of one who hires, and not like a skill or a title, by the texts that have it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.stages.parse.employer import MIN_SCORE, employer_score
from pipeline.stages.parse.employer_names import LEGAL_FORM, LEGAL_FORM_AT_END, name_key


@dataclass(frozen=True)
class ShownIn:
    """A text that has a term, and the name of its employer (empty where none was found)."""

    text: str
    employer: str = ""


def employer_look(term: str, texts: Sequence[ShownIn], vendors: Collection[str] = ()) -> str:
    """Return why a term looks like an employer's name, in words; empty where nothing says so.

    ``vendors`` are the names, as keys (``name_key``), of those who make what the catalog has.
    """
    key = name_key(term)
    if LEGAL_FORM_AT_END.search(term):
        return "it ends with a legal form"
    if any(_is_of(key, name_key(shown.employer)) for shown in texts if shown.employer):
        return "it is the employer of a text that has it"
    if any(_has_form_behind(term, shown.text) for shown in texts):
        return "a text puts a legal form behind it"
    if any(employer_score(shown.text, term) >= MIN_SCORE for shown in texts):
        return "a text speaks of it as of an employer"
    return "it is the name of a vendor" if key in vendors else ""


def _is_of(key: str, employer: str) -> bool:
    """Whether a name is an employer's, or begins it with whole words ("Acme" of "Acme Consulting")."""
    return bool(key) and (employer == key or employer.startswith(f"{key} "))


def _has_form_behind(term: str, text: str) -> bool:
    """Whether a text has a legal form right behind a term at one of its places."""
    places = re.finditer(rf"(?<![\w-]){re.escape(term)}(?![\w-])", text)
    return any(LEGAL_FORM.match(text, at.end()) is not None for at in places)
