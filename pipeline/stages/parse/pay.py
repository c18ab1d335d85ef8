"""Pay as a job description states it: the amount of money in the text that is most likely paid to the person hired.

``money.py`` finds the amounts. What an amount pays for is decided here, by signs that each weigh something: the nearest
word before it, the words right behind it, its form and its size, and what its sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from pipeline.contracts import Ctc, JobLocation, TextSpan
from pipeline.stages.parse import pay_signs as signs
from pipeline.stages.parse.currencies import (
    currency_spoken_of,
    has_large_numbers,
    is_customary_monthly,
    least_annual,
    local_currency,
)
from pipeline.stages.parse.money import INDIAN_SCALES, PERIOD, Money, find_money
from pipeline.stages.parse.surroundings import words_before
from pipeline.text import JDText

MAX_JUDGED = 200
"""Amounts of money of a text whose surroundings are read."""
MIN_WEIGHT = 3
"""The weight from which an amount is pay."""
MAX_BEFORE, MAX_BEHIND = 110, 44
"""Code points before and behind an amount that say what it pays for."""
MAX_SPREAD = 6
"""How many times its least pay the most of a range may be."""
MAX_ADJACENT, MAX_NEAR = 20, 60
"""Code points behind an amount in which a word for pay settles the matter, and before it in which another word does."""

WEIGHTS = {
    "unit of pay": 8,
    "pay behind": 4,
    "pay before": 3,
    "range": 2,
    "with benefits": 2,
    "alone": 2,
    "size of pay": 1,
    "wide range": -3,
    "other far before": -2,
    "prose without pay": -2,
    "other": -6,
    "too large": -6,
}
"""How much each sign speaks for pay, see ``_signs_of_words`` and ``_signs_of_form``."""
WEIGHTS_OF_PERIODS = {"hourly": 3, "daily": 2, "weekly": 1, "monthly": 1, "annual": 1}
WEIGHTS_OF_KINDS = {"pay": 1, "about_company": -3, "similar_jobs": -6, "chrome": -3}
"""The same for the period of an amount and for the kind of text in which it stands."""

MAX_HOURLY, MAX_DAILY = 250, 1000
"""Amounts without a period are pay for an hour up to the first, for a day up to the second."""


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
    amounts = (m for m in find_money(jd.view) if _is_money(jd.view, m))
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
        if one.size <= two.size and signs.LEAST.search(first.before) and signs.MOST.search(second.before):
            period = two.period or one.period
            yield replace(first, money=replace(one, end=two.end, high=two.low, period=period))


def _is_money(view: str, money: Money) -> bool:
    """Whether a number is money at all: it has a currency, or it stands behind a word for pay."""
    if money.has_sign or signs.UNIT_OF_INDIA.search(view, money.start, money.end):
        return True
    if money.size < 1000 and not money.period and money.scale == 1:
        return False
    return signs.LABEL.search(view, max(0, money.start - 60), money.start) is not None


def _judge(jd: JDText, money: Money) -> _Judged:
    """An amount weighed by the signs around it."""
    before = words_before(jd.view, money.start, MAX_BEFORE)
    behind = "" if money.open_ended else _behind(jd.view, money.end)
    found = {**_signs_of_words(before, behind), **_signs_of_form(jd.view, money)}
    weight = sum(WEIGHTS[name] for name, is_there in found.items() if is_there)
    weight += WEIGHTS_OF_PERIODS.get(money.period or "", 0) + WEIGHTS_OF_KINDS.get(jd.kind_at(money.start), 0)
    is_base = _last(signs.BASE, before) >= _last(signs.WITH_EXTRAS, before) and not signs.WITH_EXTRAS.search(behind)
    return _Judged(money, weight, is_base or signs.BASE.search(behind) is not None, before)


def _last(pattern: re.Pattern[str], words: str) -> int:
    """Where the last of the words of a pattern ends; -1 without any."""
    return max((m.end() for m in pattern.finditer(words)), default=-1)


def _behind(view: str, end: int) -> str:
    """What stands right behind an amount, to the next word that begins something else."""
    words = view[end : end + MAX_BEHIND]
    edge = signs.EDGE_BEHIND.search(words)
    return words[: edge.start()] if edge else words


def _signs_of_words(before: str, behind: str) -> dict[str, bool]:
    """What the words say that an amount pays for: those right behind it, else the nearest before it."""
    other_behind, paid_behind = signs.OTHER.search(behind), signs.PAID.search(behind)
    if other_behind and (paid_behind is None or other_behind.start() < paid_behind.start()):
        return {"other": True}
    if paid_behind and paid_behind.start() < MAX_ADJACENT:
        return {"pay behind": True}
    paid, other = _last(signs.PAID, before), _last(signs.OTHER, before)
    if paid > other:
        is_verb = other >= 0 and signs.PAYS.search(before) is not None
        return {"other": is_verb, "pay before": not is_verb}
    if other < 0:
        return {"prose without pay": len(signs.PROSE.findall(before)) > 2}
    is_near = other >= len(before) - MAX_NEAR
    return {"other": is_near, "other far before": not is_near}


def _signs_of_form(view: str, money: Money) -> dict[str, bool]:
    """The signs of an amount's form, size and borders, by the names of ``WEIGHTS``."""
    ahead, behind = (
        view[max(0, money.start - 3) : money.start].strip(" *_"),
        view[money.end : money.end + 3].strip(" *_"),
    )
    return {
        "too large": (money.scale >= 1e6 and not has_large_numbers(money.currency)) or money.scale >= 1e9,
        "range": money.is_range,
        "wide range": money.low is not None and money.size > MAX_SPREAD * money.low,
        "size of pay": least_annual(None) <= money.size < 1e6 or money.scale in INDIAN_SCALES,
        "unit of pay": signs.UNIT_OF_PAY.search(view, money.start, money.end) is not None,
        "with benefits": signs.WITH_PAY_BEHIND.match(view, money.end, money.end + MAX_BEHIND) is not None,
        "alone": ahead[-1:] in signs.BORDERS_AHEAD and behind[:1] in signs.BORDERS_BEHIND,
    }


def _ctc(jd: JDText, judged: _Judged, places: Sequence[JobLocation]) -> Ctc:
    money, low, high = judged.money, judged.money.low, judged.money.high
    start = money.start
    up_to = signs.UP_TO.search(judged.before)
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
    named = [m.lastgroup for m in PERIOD.finditer(near) if not signs.TIMES.search(near, 0, m.start())]
    return named[-1] if named else None


def _period_by_size(money: Money, currency: str | None) -> str:
    """The period of an amount without one, by its size."""
    if money.scale in INDIAN_SCALES or money.size >= least_annual(currency):
        return "annual"
    if is_customary_monthly(currency):
        return "monthly"
    return "hourly" if money.size < MAX_HOURLY else "daily" if money.size < MAX_DAILY else "monthly"
