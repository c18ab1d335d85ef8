"""When two names of titles, employers, places and certificates are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SENIOR, _JUNIOR = re.compile(r"\bsr\b\.?"), re.compile(r"\bjr\b\.?")
_TOKEN = re.compile(r"[^\W_]+[+#]*|(?<=\s)\.(?=\w)")

Same = Callable[[str, str], bool]


def plain(name: str | None) -> str:
    """Return a name in lower case without punctuation; "Sr." and "&" are spelt out, "C++" and ".NET" kept."""
    lower = (name or "").lower().replace("&", " and ")
    return " ".join(_TOKEN.findall(_SENIOR.sub("senior", _JUNIOR.sub("junior", lower))))


def same_title(a: str, b: str) -> bool:
    """Whether two titles are equal but for case and punctuation."""
    return plain(a) == plain(b)


def same_name(a: str, b: str) -> bool:
    """Whether two names are equal, or one of two letters and more stands in the other as whole words."""
    a, b = plain(a), plain(b)
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) > 1 and f" {short} " in f" {long} ")


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True)
class NameMatch:
    """How the names that were found meet those that are wanted; each is a group of synonyms."""

    f1: float
    counted: list[Sequence[str]]
    """The groups found that count: right or wrong, but not spare."""


def match_names(gold: Sequence[Sequence[str]], spare: Sequence[str], found: Sequence[Sequence[str]]) -> NameMatch:
    """Match groups of names; what only a ``spare`` name covers counts for nothing."""
    right = [group for group in found if any(_share(group, wanted) for wanted in gold)]
    counted = [group for group in found if group in right or not _share(group, spare)]
    hit = sum(any(_share(group, wanted) for group in found) for wanted in gold)
    precision = sum(group in right for group in counted) / max(1, len(counted))
    return NameMatch(f1(precision, hit / max(1, len(gold))), counted)


def _share(group: Sequence[str], others: Sequence[str]) -> bool:
    return any(same_name(a, b) for a in group for b in others)
