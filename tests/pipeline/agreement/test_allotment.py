"""Which reviewer is given which run: sizes, the overlap, equal loads, equal pairs, and nobody twice."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from pipeline.agreement.allotment import Allotted, Candidate, Sharing, allot
from pipeline.errors import InputError

THREE = ("Ada", "Bo", "Cy")


def runs(n: int) -> list[Candidate]:
    return [Candidate(f"r{i:04}") for i in range(n)]


def loads(found: list[Allotted]) -> list[int]:
    return sorted(Counter(name for a in found for name in a.reviewers).values())


def test_a_share_of_the_runs_goes_to_two_and_the_rest_to_one_each() -> None:
    found = allot(runs(1000), Sharing(THREE, 0.2), 7)
    assert [a.run for a in found] == [c.run for c in runs(1000)]
    assert Counter(len(a.reviewers) for a in found) == {1: 800, 2: 200}
    assert loads(found) == [400, 400, 400]
    pairs = Counter(pair for a in found for pair in combinations(a.reviewers, 2))
    assert sorted(pairs.values()) == [66, 67, 67]
    assert all(len(set(a.reviewers)) == len(a.reviewers) for a in found)


@pytest.mark.parametrize(
    ("n", "overlap", "judges", "shared"), [(10, 0.25, 2, 3), (7, 1.0, 3, 7), (9, 0.0, 2, 0), (1, 0.4, 2, 0)]
)
def test_the_overlap_is_exact(n: int, overlap: float, judges: int, shared: int) -> None:
    found = allot(runs(n), Sharing(THREE, overlap, judges), 1)
    assert sum(len(a.reviewers) == judges for a in found) == shared
    assert sum(len(a.reviewers) == 1 for a in found) == n - shared
    assert max(loads(found)) - min(loads(found), default=0) <= 1 or n < 3


def test_the_seed_says_which_are_shared() -> None:
    one, same, other = (allot(runs(50), Sharing(THREE, 0.2), seed) for seed in (1, 1, 2))
    assert one == same != other


def test_nobody_is_given_what_they_have_and_a_run_that_all_have_is_left_out() -> None:
    taken = [
        Candidate("a", frozenset({"Ada"})),
        Candidate("b", frozenset(THREE)),
        Candidate("c", frozenset({"Bo", "Cy"})),
    ]
    found = allot([*taken, Candidate("d")], Sharing(THREE, 1.0), 3)
    assert {a.run: a.reviewers for a in found} == {"a": ("Bo", "Cy"), "c": ("Ada",), "d": ("Ada", "Bo")}


@pytest.mark.parametrize(
    ("sharing", "message"),
    [
        (Sharing(()), "name at least one reviewer"),
        (Sharing(("Ada", "Ada")), "“Ada” is named twice"),
        (Sharing(THREE, 1.2), "between 0 and 100 %, and is 120 %"),
        (Sharing(("Ada",), 0.2), "2 are to judge the same run, and there are 1 reviewer:"),
    ],
)
def test_what_cannot_be_done_says_which_number_is_wrong(sharing: Sharing, message: str) -> None:
    with pytest.raises(InputError, match=message):
        allot(runs(3), sharing, 0)
