"""Numbers that are written in words ("forty-five", "one hundred and twenty")."""

from __future__ import annotations

import re

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {
    "zero": 0,
    **{word: n for n, word in enumerate(_ONES.split(), 1)},
    **{word: n for n, word in zip(range(20, 100, 10), _TENS.split(), strict=True)},
}
"""The words that are a number below a hundred by themselves."""
_ONE = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS.split())})[\s-](?:{'|'.join(_ONES.split()[:9])})|{_ONE})"
"""A pattern for a number below a hundred in words."""
IN_WORDS = re.compile(rf"(?<![a-z])(?:{BELOW_HUNDRED}|a)(?:\shundred(?:\s(?:and\s)?{BELOW_HUNDRED})?)?(?![a-z])", re.I)
"""A number below ten thousand in words; without a hundred also "a" alone, which is one."""


def number_of(words: str) -> int:
    """Return the number that words of ``IN_WORDS`` stand for."""
    total = 0
    for word in re.split(r"[\s-]+", words.lower()):
        total = max(1, total) * 100 if word == "hundred" else total + NUMBER_WORDS.get(word, 0)
    return total or int(words.lower() == "a")
