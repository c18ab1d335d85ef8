"""Pay as a job description states it: the amount of money in the text that is most likely paid to the person hired.

``money.py`` finds the amounts. What an amount pays for is decided here, by signs that each weigh something: the nearest
word before it, the words right behind it, its form and its size, and what its sentence is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from pipeline.contracts import Ctc, TextSpan
from pipeline.stages.parse.clause import words_before
from pipeline.stages.parse.money import PERIOD, Money, find_money
from pipeline.text import JDText

MAX_AMOUNTS = 2000
"""Numbers of a text that are looked at."""
MAX_JUDGED = 200
"""Amounts of money of a text whose surroundings are read."""
MIN_WEIGHT = 3
"""The weight from which an amount is pay."""
MAX_BEFORE, MAX_BEHIND = 110, 60
"""Code points before and behind an amount that say what it pays for."""

MAX_HOURLY, MAX_DAILY = 250, 1000
"""Amounts without a period are pay for an hour up to the first, for a day up to the second."""
LEAST_ANNUAL = {"INR": 1e5, "PKR": 4e5, "PHP": 2e5, "JPY": 1e6, "PLN": 4e4, "CZK": 2e5, "SEK": 1.5e5, "NOK": 1.5e5}
"""The least amount in a currency that is pay for a year, where the text says no period; below it is pay for a month."""
LEAST_ANNUAL_ELSEWHERE = 12_000
IN_LARGE_NUMBERS = frozenset(
    {"INR", "JPY", "KRW", "IDR", "VND", "HUF", "COP", "CLP", "ARS", "NGN", "PKR", "LKR", "IRR"}
)
"""Currencies in which pay for a year may be millions."""

_PAY = re.compile(
    r"(?:salar(?:y|ies)|compensation|remuneration|renumeration|\bctc|\bpay(?:s|ing|\srate)?|\bpaid|\bwages?|\brates?|"
    r"\bpackages?|\bstipend|\bearn(?:ings?)?|\bote|\bbase|\bbasic|\bgross|\bincome|in-hand|take-home|\bfixed)\b"
    r"|on[- ]target\searnings",
    re.I,
)
_BASE = re.compile(r"\bbase\b|\bbasic\b|\bsalar(?:y|ies)\b|\bpay\b|\bfixed\b", re.I)
_WITH_EXTRAS = re.compile(r"\bote\b|on[- ]target|\btotal\b|\bcommission", re.I)
"""Words for pay that holds more than the base pay."""
_UNIT_OF_PAY = re.compile(r"lpa|l\.p\.a", re.I)
"""A unit in which only pay is given."""
_OTHER = re.compile(
    r"(?:customers?|clients?|users?|patients|members|they)\s(?:can\s|will\s)?pay(?:s|ing)?\b|"
    r"revenues?|turnover|\bsales\b|fund(?:s|ing|ed)?\b|\brais(?:ed?|ing)|invest|series\s[a-h]\b|\barr\b|valu(?:ation|ed)|backed|"
    r"budgets?|\bspend|bonus|sign(?:ing)?[- ]?on|referr?al|\brefer\b|allowance|reimburs|\bcredits?\b|vouchers?|\bmatch|401|insurance|"
    r"coverage|premiums?|transact|volumes?|process(?:es|ing|ed)|\bassets|\baum\b|portfolio|prizes?|awards?|\bgrants?\b|cours(?:es?|ework)|"
    r"books?\b|learning|training|tuition|educat|conferences?|certificat|equipment|laptop|home\s?office|set-?up|commut|travel|"
    r"relocat|wellness|wellbeing|well-being|\bgym|fitness|meals?|lunch|food|snacks|phone|internet|\bcar\b|child|donat|charit|\bfees?\b|"
    r"\bprices?\b|priced|\bcosts?\b|subscription|\bplans?\s(?:from|at|start)|saving|\bsaved?\b|deals?\b|contracts?\s(?:worth|up)|"
    r"\bmarket\b|industry|fraud|loans?\b|per\skm|equity|stocks?|shares?|\boptions?\b|\brsus?|pension|deposit|penalt|\bworth\b|"
    r"\bgifts?\b|vacation\sfund|\btax\b|clients?|customers?|incentives?|perks?|stipend\sfor|hackathon|seed\b|pipeline|"
    r"quota|mortgage|exits?\b|acqui|generat|merchandise|damage|estate|payments\b|bill(?:ing|ed)|settlement|claims?\b|trading|trades?\b",
    re.I,
)
_WITH_PAY = re.compile(
    r"[\s,(~]{0,3}(?:plus|\+|and|with|&|depending|doe\b|dependent|commensurate|based\son|per\sannum|gross|base|basic|outside\sir35|inside\sir35|"
    r"w2\b|c2c\b|1099\b|ote\b|total\scomp|salary|negotiable)(?:[\s\w]{0,24}?(?:bonus|benefits|equity|super|experience|commission|package|stock|pension))?",
    re.I,
)
_EDGE_BEHIND = re.compile(
    r"[\n;•|!?,(+]|\.\s|[-–—]\s|\s(?:doe\b|plus|and|with|or|including|in addition|on top|while|but|that|which|we|you)\b",
    re.I,
)
_UP_TO = re.compile(
    r"(?:\bup\s?to|\bmax(?:imum|\.)?(?:\sof)?|\bas\smuch\sas|\bno\smore\sthan|\bcapped\sat|\bbelow|\bunder|≤|<)\s{0,2}(?:an?\s)?$",
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


def pay(jd: JDText) -> Ctc | None:
    """Return the pay with currency and period, where the text gives an amount that is pay; else null."""
    amounts = (m for m in islice(find_money(jd.view), MAX_AMOUNTS) if _is_money(jd.view, m))
    judged = [_judge(jd, money) for money in islice(amounts, MAX_JUDGED)]
    best = max((j for j in judged if j.weight >= MIN_WEIGHT), key=lambda j: j.rank, default=None)
    return _ctc(jd, best) if best else None


def _is_money(view: str, money: Money) -> bool:
    """Whether a number is money at all: it has a currency, or it stands behind a word for pay."""
    if money.currency:
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
    paid, other = _last(_PAY, before), _last(_OTHER, before)
    weight = 0 if paid == other == -1 else 3 if paid > other else -6
    other_behind, paid_behind = _OTHER.search(behind), _PAY.search(behind)
    if other_behind and (paid_behind is None or other_behind.start() < paid_behind.start()):
        return -6
    return weight + 3 if paid_behind else weight


def _weight_of_form(view: str, money: Money) -> int:
    """By its form and size: a range, for a period, of a size that pay has, alone in its line."""
    if (money.scale >= 1e6 and money.currency not in IN_LARGE_NUMBERS) or money.scale >= 1e9:
        return -6
    weight = 2 if money.is_range else 0
    weight += {"hourly": 3, "daily": 2, "annual": 1, "monthly": 1, "weekly": 1}.get(money.period or "", 0)
    weight += 1 if LEAST_ANNUAL_ELSEWHERE <= money.size < 1e6 or money.scale in (1e5, 1e7) else 0
    ahead, after = (
        view[max(0, money.start - 3) : money.start].strip(" *_"),
        view[money.end : money.end + 3].strip(" *_"),
    )
    return weight + 2 if ahead[-1:] in ("", "\n", "|", "•") and after[:1] in ("", "\n", "|") else weight


def _weight_of_place(jd: JDText, money: Money) -> int:
    return {"pay": 2, "about_company": -3, "similar_jobs": -6, "chrome": -3}.get(jd.kind_at(money.start), 0)


def _ctc(jd: JDText, judged: _Judged) -> Ctc:
    money, low, high = judged.money, judged.money.low, judged.money.high
    start = money.start
    up_to = _UP_TO.search(judged.before)
    if up_to and high is None:
        low, high, start = None, low, money.start - (len(judged.before) - up_to.start())
    first, last = jd.raw_span(start, money.end)
    return Ctc(
        raw=" ".join(jd.view[start : money.end].split()),
        min=low,
        max=high,
        currency=money.currency,
        period=money.period or _period_before(judged.before) or _period_by_size(money),
        source=TextSpan(start=first, end=last),
    )


def _period_before(before: str) -> str | None:
    """The last period that the words before an amount name ("Hourly rate:")."""
    return next((m.lastgroup for m in reversed(list(PERIOD.finditer(before)))), None)


def _period_by_size(money: Money) -> str:
    """The period of an amount without one, by its size."""
    if money.scale in (1e5, 1e7):
        return "annual"
    if money.size >= LEAST_ANNUAL.get(money.currency or "", LEAST_ANNUAL_ELSEWHERE):
        return "annual"
    if money.currency in LEAST_ANNUAL:
        return "monthly"
    return "hourly" if money.size < MAX_HOURLY else "daily" if money.size < MAX_DAILY else "monthly"
