"""Pay as a job description states it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.contracts import Ctc
from pipeline.text import JDText

MIN_AMOUNT = 5
"""The least amount that is pay."""
MAX_HOURLY = 400
"""Below it an amount without a period is pay for an hour, from it on for a year."""

_CURRENCY = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "£": "GBP",
    "gbp": "GBP",
    "€": "EUR",
    "eur": "EUR",
    "₹": "INR",
    "inr": "INR",
    "rs": "INR",
    "rs.": "INR",
    "cad": "CAD",
    "c$": "CAD",
    "ca$": "CAD",
    "aud": "AUD",
    "a$": "AUD",
    "sgd": "SGD",
    "s$": "SGD",
    "chf": "CHF",
    "jpy": "JPY",
    "¥": "JPY",
    "aed": "AED",
}
_SIGN = r"(?:US\$|CA\$|C\$|A\$|S\$|[$£€₹¥]|\b(?:USD|GBP|EUR|INR|CAD|AUD|SGD|CHF|JPY|AED)\b|\bRs\b\.?)"
_AMOUNT = r"\d[\d,]*(?:\.\d+)?"
_UNIT = r"(?:k\b|K\b|\s*(?:lakhs?|lacs?|lpa|L\b|LPA|crores?|cr\b|million|mn\b|m\b))?"
_PAY = re.compile(
    rf"(?P<sign>{_SIGN})\s*(?P<min>{_AMOUNT})\s*(?P<unit1>{_UNIT})"
    rf"(?:\s*(?:-|–|—|to|and)\s*(?:{_SIGN})?\s*(?P<max>{_AMOUNT})\s*(?P<unit2>{_UNIT}))?\s*(?P<code>\b(?:USD|GBP|EUR|INR|CAD|AUD|SGD)\b)?",
    re.I,
)
_LPA = re.compile(
    rf"(?P<min>{_AMOUNT})\s*(?:-|–|—|to)?\s*(?P<max>{_AMOUNT})?\s*(?P<unit>lpa|lakhs?\s*(?:per\s*annum|p\.?a\.?)?|lacs?)\b",
    re.I,
)
_PERIODS = (
    ("hour", r"(?:/|per|an)\s*(?:hour|hr)\b|\bhourly\b|\bp\.?h\b|/h\b"),
    ("day", r"(?:/|per|a)\s*day\b|\bdaily\b"),
    ("month", r"(?:/|per|a)\s*month\b|\bmonthly\b|\bp\.?m\b\.?"),
    ("year", r"(?:/|per|a)\s*(?:year|annum|yr)\b|\bannual(?:ly)?\b|\byearly\b|\bp\.?a\b\.?|\blpa\b|\bsalary\b|\bctc\b"),
)
_ABOUT_PAY = re.compile(
    r"salary|compensation|pay\b|ctc|wage|rate|package|per\s+(?:hour|year|annum)|stipend|base\b|/\s*(?:hr|hour|year)",
    re.I,
)
_NOT_PAY = re.compile(r"\b(?:billion|revenue|funding|assets|budget|raised|transactions?)\b", re.I)
_ABOUT_LPA = re.compile(r"lpa|ctc|salary|package|annum|p\.a", re.I)
_MILLIONS = frozenset({"million", "mn", "m"})
"""Units of what an employer earns, not of pay."""
_SCALE = {
    "k": 1e3,
    "lakh": 1e5,
    "lac": 1e5,
    "lpa": 1e5,
    "l": 1e5,
    "crore": 1e7,
    "cr": 1e7,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
}


def _scaled(amount: str, unit: str) -> float:
    return float(amount.replace(",", "")) * _SCALE.get(unit.strip().lower().rstrip("s"), 1.0)


def pay(jd: JDText) -> Ctc | None:
    """Return the pay with currency and period, where the words around the amount are about pay; else null."""
    return next(_with_currency(jd.view), None) or _in_lakhs(jd.view)


def _with_currency(view: str) -> Iterator[Ctc]:
    """Amounts with a currency whose surrounding words are about pay."""
    for match in _PAY.finditer(view):
        around = view[max(0, match.start() - 90) : match.end() + 50]
        if not _ABOUT_PAY.search(around) or _NOT_PAY.search(around[70:]):
            continue
        unit = match.group("unit2") or match.group("unit1") or ""
        low = _scaled(match.group("min"), match.group("unit1") or unit)
        high = _scaled(match.group("max"), unit) if match.group("max") else None
        if low < MIN_AMOUNT or unit.strip().lower() in _MILLIONS:
            continue
        period = _period(view[match.start() : match.end() + 30]) or _period(around)
        if high is None and period is None and not match.group("unit1") and low < MAX_HOURLY:
            continue
        yield Ctc(
            raw=" ".join(match.group().split()),
            min=low,
            max=high,
            currency=_currency(match),
            period=period or ("hour" if (high or low) < MAX_HOURLY else "year"),
        )


def _currency(match: re.Match[str]) -> str | None:
    """The currency's code where it is written out, else that of its sign."""
    code: str | None = match.group("code")
    return code.upper() if code else _CURRENCY.get(match.group("sign").lower())


def _in_lakhs(view: str) -> Ctc | None:
    """Indian pay without a currency ("12 - 18 LPA"), in rupees a year."""
    match = _LPA.search(view)
    if match is None or not _ABOUT_LPA.search(view[max(0, match.start() - 60) : match.end() + 20]):
        return None
    high = match.group("max")
    return Ctc(
        raw=" ".join(match.group().split()),
        min=_scaled(match.group("min"), "lakh"),
        max=_scaled(high, "lakh") if high else None,
        currency="INR",
        period="year",
    )


def _period(text: str) -> str | None:
    for period, pattern in _PERIODS:
        if re.search(pattern, text, re.I):
            return period
    return None
