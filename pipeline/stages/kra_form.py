"""Whether a sentence has the form of a KRA: whole, one, about the work, and as true for another employer."""

from __future__ import annotations

import re

_READER = re.compile(r"\b(?:[Yy]ou|[Yy]our|[Ww]e|us|I)\b(?!/)")
_GLUED = re.compile(
    r"\b[a-z]{3,}[A-Z][a-z]{2}|\)[A-Z][a-z]{2}|\b[A-Z][a-z]{8,}[A-Z][a-z]{2}|\b(?:[A-Z][a-z]{3,}){3}|[a-z]{2}\.[A-Z][a-z]{2}|"
    r"[a-z]\d+\.(?:$|[A-Z])|^\W*\d+\s?[.)%]|\s[+•o]\s+[A-Z]|\bhttps?:|\bwww\."
)
"""A lost break: a word in small letters that goes on with a capital one ("portalWrites", where "PySpark" is a name), a numbered line."""
_DEMAND = re.compile(
    r"\b(?:years?|degree|bachelor\S*|diploma|certifi\w+|experience (?:with|in|of|on|using)|knowledge of|familiarity|"
    r"proficien\w+|ability to|(?:is|are) (?:a plus|preferred|required|mandatory)|visa|salary|resume)\b",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"[:,(/-]$|\b(?:and|or|the|of|to|with|for)$")


def refusal(text: str, employer: str | None) -> str:
    """Return why a sentence is no KRA as it is written, in words; empty where nothing speaks against its form."""
    if _GLUED.search(text):
        return "two lines that lost the break between them"
    if _ENDS_OPEN.search(text):
        return "a sentence that breaks off"
    if _READER.search(text):
        return "it speaks to the reader"
    if _DEMAND.search(text):
        return "a demand on the candidate"
    if employer and re.search(rf"(?<!\w){re.escape(employer)}(?!\w)", text, re.IGNORECASE):
        return "it names the employer"
    return ""
