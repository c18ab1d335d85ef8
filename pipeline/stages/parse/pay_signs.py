"""The words around an amount of money that say what it pays for.

The words themselves stand in ``pay.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("pay.toml")


def _any_of(phrases: Iterable[str]) -> str:
    """A pattern for phrases: whole words, also those that a capital follows; an asterisk stands for any ending."""
    longest_first = sorted(phrases, key=len, reverse=True)
    escaped = (re.escape(phrase).replace(r"\ ", r"\s").replace(r"\*", r"\w*") for phrase in longest_first)
    return rf"\b(?:{'|'.join(escaped)})(?-i:(?![a-z]))"


_WORDS = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
BASE = re.compile(_any_of(_WORDS["pay"]["base"]), re.I)
WITH_EXTRAS = re.compile(_any_of(_WORDS["pay"]["extras"]), re.I)
"""Pay that holds more than the base pay."""
_TIME_OFF = r"\bpaid\s(?:leave|time|vacation|holidays?|parental|sick|days?|off|annual)\b"
_OF_PAY = _any_of(word for group in ("base", "other") for word in _WORDS["pay"][group])
_BUDGET_FOR_IT = (
    r"^\W{0,4}(?:max\s|rate\s|salary\s)?budget\s?[:–-]|\bbudget\sfor\s(?:this|the)\s(?:role|position|hire)\b"
)
PAID = re.compile(rf"(?!{_TIME_OFF}){_OF_PAY}|\bote\b|on[- ]target\searnings|{_BUDGET_FOR_IT}", re.I)
"""What is paid to the person hired."""
_OTHERS_PAY = r"\b(?:customers?|clients?|users?|patients|members|they)\s(?:can\s|will\s)?pay(?:s|ing)?\b"
_STIPEND_FOR_IT = r"(?!monthly|weekly|annual|intern|paid|the\b|a\b|and|with|get|of\b|your|our)\b[a-z]{3,14}\sstipend"
_PURPOSE = r"\s(?:for|towards?)\s(?:your|each|every)\b|\btowards\b"
_OF_OTHERS = _any_of(word for words in _WORDS["other"].values() for word in words)
OTHER = re.compile(f"{_OTHERS_PAY}|{_STIPEND_FOR_IT}|{_PURPOSE}|{_OF_OTHERS}", re.I)
"""What is paid for something else, or by others."""
PAYS = re.compile(
    r"\b(?:\w{1,12}\spays|(?:we|which|that|can|will|also)\s(?:\w{1,10}\s)?(?:pays?|paid))\b[^.]{0,24}$", re.I
)
"""The verb: what it pays is said by its clause."""
UNIT_OF_INDIA = re.compile(r"l\.?p\.?a|la(?:kh|c)|crore|cr\b", re.I)
UNIT_OF_PAY = re.compile(r"lpa|l\.p\.a", re.I)
"""A unit in which only pay is given."""
LABEL = re.compile(
    r"(?:salary|compensation|remuneration|ctc|pay|wages?|rate|package|stipend|earnings|ote|base|budget)\b[^\d\n.;|]{0,32}$",
    re.I,
)
"""A label before a number that has no currency."""

WITH_PAY_BEHIND = re.compile(
    r"[\s,(~]{0,3}(?:plus|\+|and|with|&|depending|doe\b|dependent|commensurate|based\son|per\sannum|gross|base|basic|outside\sir35|"
    r"inside\sir35|w2\b|c2c\b|1099\b|ote\b|total\scomp|salary|negotiable|role\b|position\b|job\b)"
    r"(?:[\s\w]{0,24}?(?:bonus|benefits|equity|super|experience|commission|package|stock|pension))?",
    re.I,
)
"""What is said right behind pay: what comes with it, what it depends on, by what contract it is paid."""
EDGE_BEHIND = re.compile(
    r"[\n;•|!?,(+~]|\.\s|[-–—]\s|\s(?:\w{2,16}\s)?\w{2,16}:|"
    r"\s(?:doe\b|depend\w{2,4}\b|based\son|commensurate|plus|and|with|or|including|in\saddition|on\stop|while|but|that|which|we|you)\b",
    re.I,
)
"""Where something else begins behind an amount."""
PROSE = re.compile(r"\b[a-z]{3,}\b")
BORDERS_AHEAD, BORDERS_BEHIND = ("", "\n", "|", "•", "-", "–", "("), ("", "\n", "|", "-", "–", ")")
"""What stands around an amount that stands alone."""

UP_TO = re.compile(
    r"(?:\bup\s?to|\bmax(?:imum|\.)?(?:\s(?:of|rate|pay|salary|ctc|budget)\W{0,2})?|\bas\smuch\sas|\bno\smore\sthan|\bcapped\sat|"
    r"\bbelow|\bunder|≤|<)\s{0,2}(?:an?\s)?$",
    re.I,
)
LEAST = re.compile(r"\b(?:min(?:imum)?|from|start(?:ing)?|lowest)\b[^\n]{0,24}$", re.I)
MOST = re.compile(r"\b(?:max(?:imum)?|to|highest|top)\b[^\n]{0,24}$", re.I)
TIMES = re.compile(r"(?:days?|hours?|hrs?|times?|once|twice|weeks?|nights?)\s?$", re.I)
"""What is done so often in a period ("two days a week"), not paid for it."""
