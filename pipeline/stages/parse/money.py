"""Amounts of money in every notation that occurs: what a text says, not yet what it pays for.

An amount is a number with what stands around it: a sign or a code before or behind, a scale ("k", "lakhs"), a period
("/hr"). Two amounts with "to" or a dash between them are one span of money. Numbers are read by ``price-parser``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice

from price_parser import Price

from pipeline.stages.parse.currencies import CODES, NAMES, SIGNS
from pipeline.stages.parse.number_words import IN_WORDS, number_of

MAX_SIGN, MAX_TAIL = 14, 48
"""Code points before an amount in which its sign stands, and behind it in which its scale and period stand."""
MAX_NUMBERS = 3000
"""Numbers of a text that are looked at."""
MAX_GAP = 12
"""Code points between the amounts of a span ("up to")."""

RETIREMENT_PLANS = frozenset({"401", "403", "457"})
"""Sections of a law after which plans are called ("401k"): no amounts."""

_CODE = "|".join(sorted(CODES))
_SYMBOLS = "".join(sign for sign in SIGNS if len(sign) == 1 and not sign.isalpha())
_SIGN = "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True))
_NAME = "|".join(sorted(NAMES, key=len, reverse=True))
_BEFORE = re.compile(
    rf"(?:(?<![A-Za-z])(?P<code>(?:{_CODE}|(?i:usd|eur|gbp|inr|cad|aud|sgd|chf|aed|pln|jpy|sek|nok|dkk|zar|pkr|nzd|hkd)))"
    rf"[.:]?\s?)?(?:(?P<sign>(?<![A-Za-z])(?i:{_SIGN})|[{_SYMBOLS}])\.?)?\s{{0,2}}$"
)
_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[.,])"
    r"(?:\d{1,3}(?:[,.'’]\d{2,3}|,\s\d{3}(?!\d)){1,4}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,9}(?:[.,]\d{1,2})?(?!\d))"
)
_SCALES = (
    (1e3, r"[kK]s?(?![a-z])|s\b|(?:thousand|grand)\b"),
    (1e5, r"(?i:lakhs?|lacs?|lpa|l\.p\.a\.?)(?![a-z])|L(?![A-Za-z])"),
    (1e7, r"(?i:crores?)\b|[Cc][Rr]s?(?![A-Za-z])"),
    (1e6, r"(?i:million|mio|mn|mm|m)(?![a-z])"),
    (1e9, r"(?i:billion|bn|b)(?![a-z])"),
    (1e12, r"(?i:trillion|tn)(?![a-z])"),
)
INDIAN_SCALES = frozenset({1e5, 1e7})
_EACH = r"(?:/|(?<![a-z])(?:per|an?|each|p/|every))[ ]?-?"
_END = r"(?-i:(?![a-z]))"
"""The end of a word, also of one that a capital follows ("HrDuration")."""
_PERIOD_WORDS = (
    ("hourly", rf"{_EACH}(?:hours?|hrs?){_END}|/[ ]?h\b|(?<![a-z])p\.?[ ]?h\b|\bhourly\b"),
    ("daily", rf"{_EACH}(?:working[ ]|business[ ])?(?:day|diem){_END}|p?/[ ]?d\b|(?<![a-z])p\.?d\b|\bdaily\b"),
    ("weekly", rf"{_EACH}(?:week|wk){_END}|p?/[ ]?w\b|(?<![a-z])p\.?w\b|\bweekly\b"),
    ("monthly", rf"{_EACH}(?:calendar[ ])?(?:month|mon|mth){_END}|p?/[ ]?mo?\b|(?<![a-z])p\.?[ ]?c?\.?m\b|\bmonthly\b"),
    (
        "annual",
        rf"{_EACH}(?:year|annum|yr){_END}|p?/[ ]?[ya]\b|(?<![a-z])p\.?[ ]?a\b|\bannual(?:ly|i[sz]ed)?\b|\byearly\b|lpa\b",
    ),
)
PERIOD = re.compile("|".join(rf"(?P<{name}>{words})" for name, words in _PERIOD_WORDS), re.I)
"""A period that an amount may pay for, as the name of the group."""
_BEHIND = re.compile(
    r"(?:\s{0,2}(?:" + "|".join(f"(?P<scale{i}>{words})" for i, (_, words) in enumerate(_SCALES)) + r"))?"
    r"(?:[,.][-–—]{1,2}|/-)?(?P<plus>\+|\s\+(?!\s?[\w$£€]))?"
    rf"(?:\s{{0,2}}(?P<code>(?:{_CODE})(?![A-Za-z])|(?i:usd|eur|gbp|inr|cad|aud|sgd|chf|pln|sek)\b)"
    rf"|\s{{0,2}}(?P<sign>[{_SYMBOLS}](?!\s?\d)|(?i:zł|kč|kr|rs|ft|dhs?|nis|rmb|lei)(?![A-Za-zł]))"
    rf"|\s{{1,2}}(?P<name>(?i:{_NAME})s?\b))?"
    r"(?:[,.][-–—]{1,2}|/-)?(?P<plus2>\+|\s\+(?!\s?[\w$£€]))?"
)
_CODE_AT_END = re.compile(rf"[ ](?:in[ ])?\(?(?P<code>{_CODE})(?![A-Za-z])(?![ ]?\d)")
_PAID_FOR = re.compile(
    r"[ ,(]{0,3}(?:(?:gross|net|netto|brutto|base|basic|salary|before\stax|pre-?tax|plus|bonus|super|inclusive|all-in|ctc|\+)"
    r"[ ,.)]{1,2}){0,3}",
    re.I,
)
_JOINS = re.compile(r"\s{0,3}(?:[-–—−~]{1,2}|to|and|till|until|through|up\sto|and\sup\sto|bis|or)\s{0,3}", re.I)
_NO_MONEY_BEHIND = re.compile(
    r"\s?(?:%|percent|x\b|st\b|nd\b|rd\b|th\b|[-\s]?(?:days?|weeks?|months?|years?|yrs?|hours?|hrs?|minutes?|people|employees|users?|countries)\b)",
    re.I,
)
_LAKHS_A_YEAR = re.compile(r"l\.?p", re.I)
_AFTER_WORDS = re.compile(r"[a-z]{3}[ -](?:thousand|lakh|lac|crore|million|dollar|euro|pound|rupee)", re.I)
"""What stands in a text that gives an amount in words."""
_INDIAN_GROUPS = re.compile(r"\d{1,2}(?:,\d{2}){1,3},\d{3}")


@dataclass(frozen=True)
class Money:
    """An amount, or the span between two; places are those of the view."""

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str | None
    scale: float
    period: str | None
    """The period right behind the amount."""
    open_ended: bool = False
    """Whether a plus sign follows ("$120K+")."""
    has_sign: bool = False
    """Whether its currency is written at it."""
    has_code: bool = False
    """Whether it is written as a code or a sign that says which country's it is ("US$")."""

    @property
    def size(self) -> float:
        """The greater of the amounts."""
        return max(amount for amount in (self.low, self.high) if amount is not None)

    @property
    def is_range(self) -> bool:
        """Whether it is a span between two amounts."""
        return self.low is not None and self.high is not None


def find_money(view: str) -> Iterator[Money]:
    """Yield the amounts of a view and the spans between two of them, in order, also numbers without any currency."""
    last: Money | None = None
    for start, end, value in islice(_numbers(view), MAX_NUMBERS):
        amount = _amount(view, start, end, value)
        if amount is None or (last is not None and amount.start < last.end):
            continue
        joined = _join(view, last, amount) if last is not None and not last.is_range else None
        if joined is None and last is not None:
            yield last
        last = joined or amount
    if last is not None:
        yield last


def _numbers(view: str) -> Iterator[tuple[int, int, float]]:
    """The numbers of a view with their places, in order; those in words where a word of money follows one."""
    digits = ((*m.span(), _value(m.group())) for m in _NUMBER.finditer(view))
    if not _AFTER_WORDS.search(view):
        return digits
    words = ((*m.span(), float(number_of(m.group()))) for m in IN_WORDS.finditer(view))
    return merge(digits, words)


def _value(number: str) -> float:
    """The value of a number in digits; zero for one that only looks like a number ("0048")."""
    if number[:1] == "0" and number[1:2].isdigit():
        return 0.0
    amount = Price.fromstring(number.replace(", ", ",").replace("’", "'"), currency_hint="").amount
    return float(amount or 0)


def _amount(view: str, start: int, end: int, value: float) -> Money | None:
    """The amount that a number is with the signs around it; null for a number of something else."""
    if not value:
        return None
    behind = _BEHIND.match(view, end, end + MAX_TAIL)
    before = _BEFORE.search(view, max(0, start - MAX_SIGN), start)
    if behind is None or before is None:
        return None
    scale, sign_before, sign_behind = _scale(behind), _currency_before(before), _currency_behind(behind)
    number = view[start:end]
    if not sign_before and (number in RETIREMENT_PLANS or (start > 0 and view[start - 1].isalpha())):
        return None
    if not (sign_before or sign_behind) and _NO_MONEY_BEHIND.match(view, behind.end()):
        return None
    period, tail = _period_behind(view, behind.end())
    code_at_end = _currency_at_end(view, tail)
    currency = _chosen(sign_before, sign_behind or code_at_end)
    indian = scale in INDIAN_SCALES or _INDIAN_GROUPS.fullmatch(number) is not None
    return Money(
        start=before.start() if sign_before else start,
        end=tail,
        low=value * scale,
        high=None,
        currency=currency or ("INR" if indian else None),
        scale=scale,
        period="annual" if _LAKHS_A_YEAR.search(behind.group()) else period,
        open_ended=bool(behind.group("plus") or behind.group("plus2")),
        has_sign=currency is not None,
        has_code=_has_code(before) or _has_code(behind) or code_at_end is not None,
    )


def _scale(behind: re.Match[str]) -> float:
    return next((scale for i, (scale, _) in enumerate(_SCALES) if behind.group(f"scale{i}")), 1.0)


def _currency_before(before: re.Match[str]) -> str | None:
    """The currency of what stands before a number; a code goes before a sign ("SGD $5,000")."""
    code, sign = before.group("code"), before.group("sign")
    return code.upper() if code else SIGNS[sign.lower()] if sign else None


def _currency_behind(behind: re.Match[str]) -> str | None:
    code, sign, name = behind.group("code", "sign", "name")
    if name:
        return NAMES[name.lower().removesuffix("s")]
    return code.upper() if code else SIGNS[sign.lower()] if sign else None


def _has_code(signs: re.Match[str]) -> bool:
    """Whether signs around a number say which country's currency it is."""
    return bool(signs.group("code")) or (signs.group("sign") or "").lower() in ("us$", "u$")


def _currency_at_end(view: str, end: int) -> str | None:
    """The code behind the period of an amount ("40k per month INR")."""
    code = _CODE_AT_END.match(view, end, end + MAX_SIGN)
    return code.group("code").upper() if code else None


def _chosen(before: str | None, behind: str | None) -> str | None:
    """The one of two currencies that says more: "$120,000 AUD" is in Australian dollars."""
    return behind if behind and before in (None, "USD") else before


def _period_behind(view: str, end: int) -> tuple[str | None, int]:
    """The period right behind an amount, and where the amount with it ends."""
    words = _PAID_FOR.match(view, end, end + MAX_TAIL)
    at = words.end() if words else end
    period = PERIOD.match(view, at, at + MAX_TAIL)
    if period is None and at < len(view) and view[at : at + 1] in "/ ":
        period = PERIOD.match(view, at + 1, at + MAX_TAIL)
    return (period.lastgroup, period.end()) if period else (None, end)


def _join(view: str, first: Money, second: Money) -> Money | None:
    """The span between two amounts with a joining word between them; null where they do not belong together."""
    if second.start - first.end > MAX_GAP or not _JOINS.fullmatch(view, first.end, second.start):
        return None
    low, high = first.low or 0.0, second.low or 0.0
    if first.scale == 1.0 and second.scale != 1.0 and low < high / second.scale * 1e3 and low < 1e3:
        low *= second.scale
    elif second.scale == 1.0 and first.scale != 1.0 and high < 1e3:
        high *= first.scale
    currency = _chosen(first.currency, second.currency)
    agree = first.currency in (None, "USD", second.currency) or second.currency in (None, "INR")
    if not low <= high or not agree or (first.period and second.period and first.period != second.period):
        return None
    return replace(
        first,
        end=second.end,
        low=low,
        high=high,
        currency=currency,
        scale=max(first.scale, second.scale),
        period=second.period or first.period,
        open_ended=second.open_ended,
        has_sign=first.has_sign or second.has_sign,
        has_code=first.has_code or second.has_code,
    )
