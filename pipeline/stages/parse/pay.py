"""Pay as a job description states it: the amount of money in the text that is most likely paid to the person hired.

``money.py`` finds the amounts. What an amount pays for is decided here, by signs that each weigh something: the nearest
word before it, the words right behind it, its form and its size, and what its sentence is about.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

from pipeline.contracts import Ctc, JobLocation, TextSpan
from pipeline.stages.parse.currencies import (
    currency_spoken_of,
    has_large_numbers,
    is_customary_monthly,
    least_annual,
    local_currency,
)
from pipeline.stages.parse.money import PERIOD, Money, find_money
from pipeline.stages.parse.surroundings import words_before
from pipeline.text import JDText

MAX_AMOUNTS = 2000
"""Numbers of a text that are looked at."""
MAX_JUDGED = 200
"""Amounts of money of a text whose surroundings are read."""
MIN_WEIGHT = 3
"""The weight from which an amount is pay."""
MAX_BEFORE, MAX_BEHIND = 110, 44
"""Code points before and behind an amount that say what it pays for."""
MAX_ADJACENT, MAX_NEAR = 20, 60
"""Code points behind an amount in which a word for pay settles the matter, and before it in which another word does."""

MAX_HOURLY, MAX_DAILY = 250, 1000
"""Amounts without a period are pay for an hour up to the first, for a day up to the second."""
WORDS_FILE = Path(__file__).with_name("pay.toml")


def _any_of(phrases: Iterable[str]) -> str:
    """A pattern for phrases, whole words only; an asterisk stands for any ending."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return (
        r"\b(?:"
        + "|".join(re.escape(p).replace(r"\ ", r"\s").replace(r"\*", r"\w*") for p in longest_first)
        + r")(?-i:(?![a-z]))"
    )


_WORDS = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
_BASE = re.compile(_any_of(_WORDS["pay"]["base"]), re.I)
_WITH_EXTRAS = re.compile(_any_of(_WORDS["pay"]["extras"]), re.I)
"""Words for pay that holds more than the base pay."""
_NOT_AT_WORK = r"\bpaid\s(?:leave|time|vacation|holidays?|parental|sick|days?|off|annual)\b"
_ITS_WORDS = _any_of(w for group in ("base", "other") for w in _WORDS["pay"][group])
_PAY = re.compile(rf"(?!{_NOT_AT_WORK}){_ITS_WORDS}|\bote\b|on[- ]target\searnings", re.I)
_OTHER = re.compile(
    r"\b(?:customers?|clients?|users?|patients|members|they)\s(?:can\s|will\s)?pay(?:s|ing)?\b|"
    r"(?!monthly|weekly|annual|intern|paid|the\b|a\b|and|with|get|of\b|your|our)\b[a-z]{3,14}\sstipend|\s(?:for|towards?)\s(?:your|each|every)\b|\btowards\b|"
    + _any_of(w for words in _WORDS["other"].values() for w in words),
    re.I,
)
_UNIT_OF_INDIA = re.compile(r"l\.?p\.?a|la(?:kh|c)|crore|cr\b", re.I)
_UNIT_OF_PAY = re.compile(r"lpa|l\.p\.a", re.I)
"""A unit in which only pay is given."""
_WITH_PAY = re.compile(
    r"[\s,(~]{0,3}(?:plus|\+|and|with|&|depending|doe\b|dependent|commensurate|based\son|per\sannum|gross|base|basic|outside\sir35|inside\sir35|"
    r"w2\b|c2c\b|1099\b|ote\b|total\scomp|salary|negotiable)(?:[\s\w]{0,24}?(?:bonus|benefits|equity|super|experience|commission|package|stock|pension))?",
    re.I,
)
_PAYS = re.compile(
    r"\b(?:\w{1,12}\spays|(?:we|which|that|can|will|also)\s(?:\w{1,10}\s)?(?:pays?|paid))\b[^.]{0,24}$", re.I
)
"""The verb: what it pays is said by its clause."""
_PROSE = re.compile(r"\b[a-z]{3,}\b")
_BORDERS_AHEAD, _BORDERS_BEHIND = ("", "\n", "|", "•", "-", "–", "("), ("", "\n", "|", "-", "–", ")")
"""What stands around an amount that stands alone."""
_TIMES = re.compile(r"(?:days?|hours?|hrs?|times?|once|twice|weeks?|nights?)\s?$", re.I)
"""What is done so often in a period ("two days a week"), not paid for it."""
_LEAST = re.compile(r"\b(?:min(?:imum)?|from|start(?:ing)?|lowest)\b[^\n]{0,24}$", re.I)
_MOST = re.compile(r"\b(?:max(?:imum)?|to|highest|top)\b[^\n]{0,24}$", re.I)
_EDGE_BEHIND = re.compile(
    r"[\n;•|!?,(+~]|\.\s|[-–—]\s|\s(?:\w{2,16}\s)?\w{2,16}:|\s(?:doe\b|depend\w{2,4}\b|based\son|commensurate|plus|and|with|or|"
    r"including|in addition|on top|while|but|that|which|we|you)\b",
    re.I,
)
_UP_TO = re.compile(
    r"(?:\bup\s?to|\bmax(?:imum|\.)?(?:\s(?:of|rate|pay|salary|ctc|budget)\W{0,2})?|\bas\smuch\sas|\bno\smore\sthan|\bcapped\sat|\bbelow|\bunder|≤|<)\s{0,2}(?:an?\s)?$",
    re.I,
)
_LABEL = re.compile(
    r"(?:salary|compensation|remuneration|ctc|pay|wages?|rate|package|stipend|earnings|ote|base|budget)\b[^\d\n.;|]{0,32}$",
    re.I,
)


@dataclass(frozen=True)
class _Judged:
    """An amount with how likely it is pay."""

    money: Money
    weight: int
    is_base: bool
    before: str

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """What decides between several that are pay: base pay, then a range, then the weight, then (by ``max``) the first."""
        return self.is_base, self.money.is_range, min(self.weight, MIN_WEIGHT + 2)


def pay(jd: JDText, places: Sequence[JobLocation] = ()) -> Ctc | None:
    """Return the pay with currency and period, where the text gives an amount that is pay; else null.

    ``places`` are those of the job: in which currency is what has no sign or one that several countries share ("$").
    """
    amounts = (m for m in islice(find_money(jd.view), MAX_AMOUNTS) if _is_money(jd.view, m))
    judged = [_judge(jd, money) for money in islice(amounts, MAX_JUDGED)]
    paid = [j for j in judged if j.weight >= MIN_WEIGHT]
    best = max((*paid, *_labelled_spans(paid)), key=lambda j: j.rank, default=None)
    return _ctc(jd, best, places) if best else None


def _labelled_spans(paid: list[_Judged]) -> Iterator[_Judged]:
    """The spans between a least and a most that stand in two places ("Minimum: $80,000, maximum: $95,000")."""
    for first, second in pairwise(paid):
        one, two = first.money, second.money
        if one.is_range or two.is_range or one.currency != two.currency or two.start - one.end > MAX_BEFORE:
            continue
        if one.size <= two.size and _LEAST.search(first.before) and _MOST.search(second.before):
            period = two.period or one.period
            yield replace(first, money=replace(one, end=two.end, high=two.low, period=period))


def _is_money(view: str, money: Money) -> bool:
    """Whether a number is money at all: it has a currency, or it stands behind a word for pay."""
    if money.has_sign or _UNIT_OF_INDIA.search(view, money.start, money.end):
        return True
    if money.size < 1000 and not money.period and money.scale == 1:
        return False
    return _LABEL.search(view, max(0, money.start - 60), money.start) is not None


def _judge(jd: JDText, money: Money) -> _Judged:
    before = words_before(jd.view, money.start, MAX_BEFORE)
    behind = "" if money.open_ended else _behind(jd.view, money.end)
    weight = _weight_of_words(before, behind) + _weight_of_form(jd.view, money) + _weight_of_place(jd, money)
    if _WITH_PAY.match(jd.view, money.end, money.end + MAX_BEHIND):
        weight += 2
    if _UNIT_OF_PAY.search(jd.view, money.start, money.end):
        weight += 8
    is_base = _last(_BASE, before) >= _last(_WITH_EXTRAS, before) and not _WITH_EXTRAS.search(behind)
    is_base = is_base or _BASE.search(behind) is not None
    return _Judged(money, weight, is_base, before)


def _last(pattern: re.Pattern[str], words: str) -> int:
    """Where the last of the words of a pattern ends; -1 without any."""
    return max((m.end() for m in pattern.finditer(words)), default=-1)


def _behind(view: str, end: int) -> str:
    """What stands right behind an amount, to the next word that begins something else."""
    words = view[end : end + MAX_BEHIND]
    edge = _EDGE_BEHIND.search(words)
    return words[: edge.start()] if edge else words


def _weight_of_words(before: str, behind: str) -> int:
    """By the nearest word before an amount, and by the words behind it."""
    other_behind, paid_behind = _OTHER.search(behind), _PAY.search(behind)
    if other_behind and (paid_behind is None or other_behind.start() < paid_behind.start()):
        return -6
    if paid_behind and paid_behind.start() < MAX_ADJACENT:
        return 4
    paid, other = _last(_PAY, before), _last(_OTHER, before)
    if paid > other:
        return -6 if other >= 0 and _PAYS.search(before) else 3
    if other < 0:
        return -2 if len(_PROSE.findall(before)) > 2 else 0
    return -6 if other >= len(before) - MAX_NEAR else -2


def _weight_of_form(view: str, money: Money) -> int:
    """By its form and size: a range, for a period, of a size that pay has, alone in its line."""
    if (money.scale >= 1e6 and not has_large_numbers(money.currency)) or money.scale >= 1e9:
        return -6
    weight = 2 if money.is_range else 0
    weight += {"hourly": 3, "daily": 2, "annual": 1, "monthly": 1, "weekly": 1}.get(money.period or "", 0)
    weight += 1 if least_annual(None) <= money.size < 1e6 or money.scale in (1e5, 1e7) else 0
    ahead, after = (
        view[max(0, money.start - 3) : money.start].strip(" *_"),
        view[money.end : money.end + 3].strip(" *_"),
    )
    return weight + 2 if ahead[-1:] in _BORDERS_AHEAD and after[:1] in _BORDERS_BEHIND else weight


def _weight_of_place(jd: JDText, money: Money) -> int:
    return {"pay": 2, "about_company": -3, "similar_jobs": -6, "chrome": -3}.get(jd.kind_at(money.start), 0)


def _ctc(jd: JDText, judged: _Judged, places: Sequence[JobLocation]) -> Ctc:
    money, low, high = judged.money, judged.money.low, judged.money.high
    start = money.start
    up_to = _UP_TO.search(judged.before)
    if up_to and high is None:
        low, high, start = None, low, money.start - (len(judged.before) - up_to.start())
    first, last = jd.raw_span(start, money.end)
    currency = local_currency(money.currency, money.has_code, [p.country for p in places if p.country])
    currency = currency or currency_spoken_of(jd.view)
    return Ctc(
        raw=" ".join(jd.view[start : money.end].split()),
        min=low,
        max=high,
        currency=currency,
        period=money.period or _period_before(judged.before) or _period_by_size(money, currency),
        source=TextSpan(start=first, end=last),
    )


def _period_before(before: str) -> str | None:
    """The last period that the words before an amount name ("Hourly rate:")."""
    near = before[-MAX_NEAR:]
    named = [m.lastgroup for m in PERIOD.finditer(near) if not _TIMES.search(near, 0, m.start())]
    return named[-1] if named else None


def _period_by_size(money: Money, currency: str | None) -> str:
    """The period of an amount without one, by its size."""
    if money.scale in (1e5, 1e7):
        return "annual"
    if money.size >= least_annual(currency):
        return "annual"
    if is_customary_monthly(currency):
        return "monthly"
    return "hourly" if money.size < MAX_HOURLY else "daily" if money.size < MAX_DAILY else "monthly"
