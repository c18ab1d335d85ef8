"""Whether a text is a job description at all: ``JD_type``."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pipeline.contracts import JDType
from pipeline.text import JDText

MINIMUM_WORDS = 12
NOVEL_WORDS = 20_000
"""No job description is this long; a longer text is something else, whatever words it has."""

_FUNCTION_WORDS = frozenset(
    "the and of to a in is for with on as be are will you we our your or an by at that this from have has it not all "
    "their they must can who work experience".split()
)
_JOB_WORDS = re.compile(
    r"\b(?:responsibilit(?:y|ies)|requirements?|qualifications?|experience|experienced|years|candidates?|skills?|role|"
    r"position|job|team|apply|applicants?|hiring|looking for|seeking|join|degree|salary|benefits|duties|employer|"
    r"employment|full[- ]time|part[- ]time|contract|remote|knowledge of|ability to|proficien(?:t|cy)|familiar(?:ity)?|"
    r"responsible for|you will|you'll|must have|nice to have|developer|engineer|analyst|manager|administrator|"
    r"architect|consultant|designer|vacancy|recruit(?:er|ing|ment)?|background in|expertise|hands-on|permanent|freelance|portfolio|"
    r"scope of work|expectations|your (?:work|tasks|profile|knowledge|background|mission))\b",
    re.I,
)
_LETTER_WORDS = re.compile(r"[^\W\d_]+")


@cache
def _identifier() -> Any:
    """The language identifier (loaded once: it costs a second)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_english(text: str) -> bool:
    """Function words decide in clear cases; the language identifier is asked in the others."""
    words = [w.lower() for w in _LETTER_WORDS.findall(text[:6000])]
    if not words:
        return False
    share = sum(w in _FUNCTION_WORDS for w in words) / len(words)
    if share >= 0.16:
        return True
    if sum(w.isascii() for w in words) < 0.5 * len(words):
        return False
    language, probability = _identifier().classify(text[:3000])
    return bool(language == "en" or probability < 0.7 or (share >= 0.06 and probability < 0.98))


def jd_type(jd: JDText) -> JDType:
    """``pass``, or what the text is instead of a job description."""
    words = _LETTER_WORDS.findall(jd.view[:200_000])
    if len(words) < MINIMUM_WORDS:
        if words and not any(w.isascii() for w in words):
            return "not_english"
        # Scripts without spaces have few "words" and yet say much.
        return "not_english" if sum(map(len, words)) > 120 else "too_short"
    if not is_english(jd.view):
        return "not_english"
    if jd.words > NOVEL_WORDS:
        return "not_a_jd"
    found = {m.group().lower() for m in _JOB_WORDS.finditer(jd.view)}
    needed = 2 if len(words) < 150 else 3
    if len(found) < needed:
        return "not_a_jd"
    density = sum(1 for _ in _JOB_WORDS.finditer(jd.view)) / len(words)
    return "pass" if density >= 0.005 else "not_a_jd"
