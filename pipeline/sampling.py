"""Accepting many on the strength of a few that were judged: a random sample of a finite group, and what it proves of the rest.

All of it is exact. A sample is drawn without replacement from a group that has an end, so that the number of wrong ones in it is
hypergeometric: the bound is the one of Clopper and Pearson (1934) for that distribution, found by counting in whole numbers. It
is never wider than the binomial one, which takes the group to be endless, and 0 once all were judged.

Who looks at a bound, and draws again where it does not please, has more than one chance to be wrong. Of the error that the
confidence leaves, the first sample of a group therefore spends three quarters, each further one three quarters of what is
left: together they spend no more than the whole, however many are drawn, and whatever is narrowed in between (a further sample is
drawn afresh from what was not judged yet, so that what was learned before cannot bend it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, floor
from typing import Literal

from pipeline.errors import InputError

Judgement = Literal["right", "wrong", "unsure"]
JUDGEMENTS: tuple[Judgement, ...] = ("right", "wrong", "unsure")
SPENT_EACH = Fraction(3, 4)
"""The part of the error that is left which a sample spends."""
MIN_CUT_JUDGED = 5
"""Judged ones above a certainty before it is offered as a place to cut."""


@dataclass(frozen=True)
class Terms:
    """What a curator demands: at most this share (0 to 1) of what is accepted may be wrong, at this confidence (0 to 1)."""

    limit: float
    confidence: float

    def check(self) -> None:
        """Raise ``InputError`` for shares that are none."""
        if not 0 <= self.limit < 1:
            raise InputError(f"The limit must be at least 0 and below 100 %, and is {100 * self.limit:g} %.")
        if not 0.5 <= self.confidence < 1:
            raise InputError(
                f"The confidence must be at least 50 % and below 100 %, and is {100 * self.confidence:g} %."
            )

    def error(self, number: int) -> Fraction:
        """The probability of being wrong that the bound of the ``number``-th sample of a group may have (the first is 1)."""
        left = (1 - Fraction(repr(self.confidence))) * (1 - SPENT_EACH) ** (number - 1)
        return left * SPENT_EACH

    def allowed(self, accepted: int) -> int:
        """How many of so many accepted ones may be wrong."""
        return floor(Fraction(repr(self.limit)) * accepted)


@dataclass(frozen=True)
class Tally:
    """A sample of a group: how many items the group had when it was drawn, how many were drawn, how many of these are not right.

    ``not_right`` counts those that are wrong, those of which the curator was not sure, and those that nobody has judged.
    """

    group: int
    drawn: int
    not_right: int


def most_wrong(tally: Tally, error: Fraction) -> int:
    """The most of the items that were not drawn that may be wrong, but for a probability of ``error``: an exact upper bound.

    It is the largest number of wrong ones with which a sample would have had so few with a probability above ``error``; it holds of
    any part of what was not drawn. Raises ``InputError`` for counts that cannot be.
    """
    group, drawn, wrong = tally.group, tally.drawn, tally.not_right
    if not 0 <= wrong <= drawn <= group:
        raise InputError(f"A sample of {drawn} with {wrong} wrong ones cannot be of a group of {group}.")
    low, high = wrong, group - drawn + wrong
    while low < high:
        middle = (low + high + 1) // 2
        if _is_likelier(tally, middle, error):
            low = middle
        else:
            high = middle - 1
    return low - wrong


def _is_likelier(tally: Tally, wrong_in_group: int, error: Fraction) -> bool:
    """Whether at most so many wrong ones as were found are drawn with a probability above ``error``, if the group has so many."""
    group, drawn = tally.group, tally.drawn
    right_in_group = group - wrong_in_group
    least = max(0, drawn - right_in_group)
    ways = comb(wrong_in_group, least) * comb(right_in_group, drawn - least)
    total = 0
    for i in range(least, min(tally.not_right, wrong_in_group, drawn) + 1):
        total += ways
        ways = ways * (wrong_in_group - i) * (drawn - i) // ((i + 1) * (right_in_group - drawn + i + 1))
    return total * error.denominator > error.numerator * comb(group, drawn)


def judgements_needed(group: int, wrong: int, known_right: int, terms: Terms, number: int = 1) -> int:
    """How many of a group must be judged so that its bound is within the limit, if so many of them turn out not right.

    ``known_right`` are accepted beside (judged before, not in the group); ``number`` is the place of the sample among those of the
    group. All of the group, where fewer do not suffice.
    """
    allowed, error = terms.allowed(group - wrong + known_right), terms.error(number)

    def suffices(judged: int) -> bool:
        return most_wrong(Tally(group, judged, wrong), error) <= allowed

    low = high = min(max(wrong, 1), group)
    while high < group and not suffices(high):
        low, high = high + 1, min(2 * high, group)
    while low < high:
        middle = (low + high) // 2
        if suffices(middle):
            high = middle
        else:
            low = middle + 1
    return low


def most_not_right(group: int, drawn: int, known_right: int, terms: Terms, number: int = 1) -> int:
    """The most of a sample that may be found not right while its bound is within the limit; -1 where even none is too many."""
    error = terms.error(number)

    def fits(wrong: int) -> bool:
        return most_wrong(Tally(group, drawn, wrong), error) <= terms.allowed(group - wrong + known_right)

    found = -1
    while found < drawn and fits(found + 1):
        found += 1
    return found


def draw(items: Iterable[str], size: int, seed: int) -> tuple[str, ...]:
    """A random sample of items in the order in which they are judged; the same items (in any order) and seed give the same.

    Each item has a number of its own from the seed, and those with the lowest are drawn: anybody can do it over.
    """

    def number(item: str) -> bytes:
        return hashlib.sha256(f"{seed} {item}".encode("utf-8", "surrogatepass")).digest()

    return tuple(sorted(set(items), key=lambda item: (number(item), item))[:size])


@dataclass(frozen=True)
class Graded:
    """An item of a group with how sure the system is of it (0 to 1), and what a curator said (null for not judged)."""

    certainty: float
    judgement: Judgement | None = None


@dataclass(frozen=True)
class Cut:
    """A part of a group that is surer: those at or above a certainty.

    Of them ``left`` are not judged; ``judged`` were, ``not_right`` of these not right; ``needed`` are to be judged, if none is wrong.
    """

    certainty: float
    left: int
    judged: int
    not_right: int
    needed: int


def surer_part(items: Sequence[Graded], terms: Terms, number: int) -> Cut | None:
    """The largest part of a group by certainty in which no more than the limit's share was found not right; null for none.

    It is where to look next, and proves nothing yet: a further sample (the ``number``-th) is drawn from it. The whole group is no
    part of itself.
    """
    steps = sorted({item.certainty for item in items})[1:]
    ordered = sorted(items, key=lambda item: item.certainty)
    at = 0
    judged = [item for item in ordered if item.judgement is not None]
    bad, seen = sum(item.judgement != "right" for item in judged), len(judged)
    for step in steps:
        while ordered[at].certainty < step:
            seen -= ordered[at].judgement is not None
            bad -= ordered[at].judgement not in (None, "right")
            at += 1
        left = len(ordered) - at - seen
        if seen >= MIN_CUT_JUDGED and left and bad <= Fraction(repr(terms.limit)) * seen:
            return Cut(step, left, seen, bad, judgements_needed(left, 0, seen - bad, terms, number))
    return None
