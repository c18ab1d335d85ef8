"""What a field of AI is there for in a sentence: a team that one is in, something that is made, or a tool that is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pipeline.catalog.ai_skills import WORDS, any_of
from pipeline.stages.enrichment.passages import Passage

Purpose = Literal["team", "product", "tool", "other"]
MAX_WORDS = 6
"""Words behind a field among which the noun that it belongs to is looked for."""
MAX_FIELD_WORDS = 3
"""Words of a field itself, of which the last may be that noun ("machine learning models")."""
MAX_BEHIND = 80
"""Characters in which they stand."""
MAX_BEFORE = 60
"""Characters before a field in which what is done with it is looked for."""

_JOINED = re.compile(rf"[\s-]+{any_of(WORDS['joined'])}\b", re.I)
_MAKING = re.compile(rf"\b{any_of(WORDS['making'])}\b", re.I)
_BESIDE = re.compile(rf"\b{any_of(WORDS['beside'])}\s+(?:[\w&/-]+\s+){{0,3}}$", re.I)
_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
_BREAKS = frozenset(WORDS["breaks"]) | frozenset(".,;:()!?|")
_NOUNS: dict[str, Purpose] = {
    **dict.fromkeys(WORDS["products"], "product"),
    **dict.fromkeys(WORDS["tools"], "tool"),
    **dict.fromkeys(WORDS["teams"], "team"),
}


class AiUse(NamedTuple):
    """A field of AI in a sentence: its words, and what it is there for."""

    words: str
    purpose: Purpose


def ai_uses(passage: Passage, forms: re.Pattern[str]) -> Iterator[AiUse]:
    """Yield each field of AI of a sentence with what it is there for."""
    for match in forms.finditer(passage.text):
        yield AiUse(match.group(), _purpose(passage.text, match))


def _purpose(text: str, match: re.Match[str]) -> Purpose:
    before, behind = (
        text[max(0, match.start() - MAX_BEFORE) : match.start()],
        text[match.end() : match.end() + MAX_BEHIND],
    )
    joined = _JOINED.match(behind)
    is_joined = joined is not None or match.group().lower().endswith(tuple(WORDS["joined"]))
    noun = _noun(f"{match.group()} {behind[joined.end() :] if joined else behind}")
    if noun == "team":
        return "other" if _BESIDE.search(before) else "team"
    if noun == "product":
        return "product" if is_joined or _MAKING.search(text[: match.start()]) else "other"
    return "tool" if noun == "tool" or is_joined else "other"


def _noun(behind: str) -> Purpose | None:
    """What the noun is that a field belongs to: the last known one before a preposition or a stop, within a few words."""
    found: Purpose | None = None
    for word in _WORD.findall(behind)[: MAX_WORDS + MAX_FIELD_WORDS]:
        if word.lower() in _BREAKS:
            break
        found = _NOUNS.get(word.lower(), found)
    return found
