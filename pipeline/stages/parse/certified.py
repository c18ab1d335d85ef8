"""The names with "certified", "licensed", "registered" or "chartered" before, behind or inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.stages.parse.certificate_names import JOINING, NOT_OF_A_PERSON
from pipeline.stages.parse.certificate_phrases import Place, is_named, run_before

MAX_WORDS_IN_CLAUSE = 40
"""Words like "certified" in a clause that are looked at."""

_WORD = re.compile(r"(?<![A-Za-z])(?:[Cc]ertified|CERTIFIED|[Ll]icensed|[Cc]hartered|[Rr]egistered)(?![a-z-])")
_EMPLOYER = re.compile(
    r"\s(?:compan\w+|organi[sz]ation\w*|employer|partner\w*|facilit\w+|environments?|team|products?|process\w*|models?|firm|business|delivery|cent\w+|"
    r"great|by\s(?:great|the)|trademark|office|charity|wom[ae]n\S*|minority|veteran|as\s(?:a\s)?(?:great|top|b\s?corp)|users?|software|mail|materials?)\b",
    re.I,
)
_EMPLOYER_LATER = re.compile(r"\s(?:[a-z]+\s){0,2}(?:compan|firm|partner)")
_LINK = r"\s{1,2}(?:(?P<link>as|in|for)\s(?:an?\s|the\s)?)?"
_LEVEL = r"(?:Associate|Professional|Special\w+|Expert|Foundation|Practitioner|Level)"
_NAME = re.compile(
    rf":?{_LINK}(?P<name>[A-Z][\w.+#/-]*(?:\s(?:[A-Z0-9][\w.+#/-]*|in|of|for|and(?=\s[A-Z])|[-–](?=\s{_LEVEL}))){{0,7}}(?:\s[-–:]\s{_LEVEL})?)"
)
_TRADE = re.compile(
    rf"{_LINK}(?P<name>(?:[A-Za-z][\w.+/'’-]{{0,20}}\s){{0,4}}?(?:\w{{2,20}}(?:er|or|ist|ian|ect|ant)|nurse|master|professional|practitioner|expert|"
    r"specialist|associate|auditor|assistant|attorney|agent|aide|midwife|surgeon))\b",
    re.I,
)
_OF_ANOTHER = re.compile(r"\b(?:of|by|under|from|supervis\w+)\s(?:an?|the)\s$", re.I)
_OTHERS = re.compile(r"\b(?:to|by|and|with|our|their|or|under|over|after|number|user|member|order)\b")


def certified(clause: str) -> Iterator[Place]:
    """Yield the names ("AWS Certified Developer", "PMP certified", "licensed electrician"); what an employer or a product is gives none."""
    for word in islice(_WORD.finditer(clause), MAX_WORDS_IN_CLAUSE):
        start, end = word.span()
        if _EMPLOYER.match(clause, end) or NOT_OF_A_PERSON.search(clause[max(0, start - 30) : start]):
            continue
        holder = run_before(clause, start) if word.group().lower() == "certified" else None
        name = _NAME.match(clause, end)
        if name and not NOT_OF_A_PERSON.search(name["name"]):
            yield _named(word, name, holder)
        elif _OF_ANOTHER.search(clause[max(0, start - 30) : start]):
            continue
        elif (trade := _TRADE.match(clause, end)) and not _OTHERS.search(trade["name"]):
            yield from _trade(clause, word, trade, holder)
        elif holder is not None and not _EMPLOYER_LATER.match(clause, end, end + 40):
            yield _held(clause, word, holder)


def _named(word: re.Match[str], name: re.Match[str], holder: int | None) -> Place:
    start, end = name.span("name")
    words = name["name"].split(" ")
    if word.group().lower() != "certified" and "in" in words[1:]:
        # A licence "in Texas" is called after its trade.
        words = words[: words.index("in", 1)]
    while len(words) > 1 and words[-1] in JOINING:
        words.pop()
    end = start + len(" ".join(words).rstrip(".,"))
    if name["link"]:
        return start, end
    return (word.start() if holder is None else holder), end


def _trade(clause: str, word: re.Match[str], trade: re.Match[str], holder: int | None) -> Iterator[Place]:
    if holder is not None and is_named(clause[holder : word.start()].strip(" -")):
        yield _held(clause, word, holder)
    elif holder is not None:
        yield holder, trade.end()
    elif clause[trade.end() : trade.end() + 1] != "s":
        yield (trade.start("name") if trade["link"] else word.start()), trade.end()


def _held(clause: str, word: re.Match[str], holder: int) -> Place:
    """What stands before "certified", without it where the name is known."""
    name = clause[holder : word.start()].rstrip(" -")
    return (holder, holder + len(name)) if is_named(name) else (holder, word.end())
