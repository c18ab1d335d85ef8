"""Agreement of reviewers by kind and by pair, and what they do not agree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.agreement.figures import Figure, Measure, PairTable, figures
from pipeline.agreement.reviews import KINDS, YES, Kind, Review, answers_of, by_run

MEASURES: Mapping[Kind, Measure] = {"role": "kappa", "skills": "f1", "links": "kappa", "facts": "share"}
"""By what agreement on a kind is measured. Labels of roles and links are few, so that some are equal by chance: Cohen's kappa
(1960) takes that out. Skills are named, with no count of those that nobody names: there F1 is what kappa comes to (Hripcsak and
Rothschild 2005). Values of facts are as many as texts, and hardly equal by chance: their share is plain."""

Answers = Mapping[str, Mapping[str, str]]
"""For each subject of a run, what each reviewer who has judged it says."""


@dataclass(frozen=True)
class PairAgreement:
    """How far two reviewers agree, by kind; by name."""

    first: str
    second: str
    figures: Mapping[Kind, Figure]


@dataclass(frozen=True)
class Agreement:
    """How far reviewers agree, all together and each two of them, on so many runs that at least two have judged."""

    pooled: Mapping[Kind, Figure]
    pairs: tuple[PairAgreement, ...]
    runs: int


@dataclass(frozen=True)
class Answer:
    """What some reviewers say, by name."""

    value: str
    reviewers: tuple[str, ...]


@dataclass(frozen=True)
class Disagreement:
    """Something of a run on which reviewers differ: its kind and subject as in ``Review``, and the answers, the most given first."""

    run: str
    kind: Kind
    subject: str
    answers: tuple[Answer, ...]


def agreement(reviews: Iterable[Review]) -> Agreement:
    """How far reviewers agree on the runs that several of them have judged."""
    runs = {run: found for run, found in by_run(reviews).items() if len(found) > 1}
    pairs = sorted({pair for found in runs.values() for pair in combinations([r.reviewer for r in found], 2)})
    pooled: dict[Kind, Figure] = {}
    of_pair: dict[tuple[str, str], dict[Kind, Figure]] = defaultdict(dict)
    for kind in KINDS:
        answers = [answers_of(found, kind) for found in runs.values()]
        tables = [_table(kind, answers, *pair) for pair in pairs]
        pooled[kind], each = figures(MEASURES[kind], tables)
        for pair, figure in zip(pairs, each, strict=True):
            of_pair[pair][kind] = figure
    return Agreement(pooled, tuple(PairAgreement(*pair, of_pair[pair]) for pair in pairs), len(runs))


def agreement_on(kind: Kind, reviews: Iterable[Review]) -> Figure:
    """How far all reviewers together agree on one kind, on the runs that several of them have judged."""
    runs = [found for found in by_run(reviews).values() if len(found) > 1]
    pairs = sorted({pair for found in runs for pair in combinations([r.reviewer for r in found], 2)})
    answers = [answers_of(found, kind) for found in runs]
    return figures(MEASURES[kind], [_table(kind, answers, *pair) for pair in pairs])[0]


def _table(kind: Kind, runs: Sequence[Answers], first: str, second: str) -> PairTable:
    """What two say, run by run; nothing of those that not both have judged."""
    both = [[(a[first], a[second]) for a in run.values() if first in a and second in a] for run in runs]
    if kind != "skills":
        return PairTable.of_labels(both, with_labels=MEASURES[kind] == "kappa")
    named = [
        (
            sum(a == YES for a, _ in run),
            sum(b == YES for _, b in run),
            sum(a == b == YES for a, b in run),
        )
        for run in both
    ]
    return PairTable.of_sets(named)


def disagreements(reviews: Iterable[Review]) -> list[Disagreement]:
    """All that reviewers differ on, by run, kind and subject."""
    return [
        Disagreement(run, kind, subject, _answers(answers))
        for run, found in by_run(reviews).items()
        if len(found) > 1
        for kind in KINDS
        for subject, answers in answers_of(found, kind).items()
        if len(set(answers.values())) > 1
    ]


def _answers(given: Mapping[str, str]) -> tuple[Answer, ...]:
    reviewers: dict[str, list[str]] = defaultdict(list)
    for reviewer in sorted(given):
        reviewers[given[reviewer]].append(reviewer)
    return tuple(
        Answer(value, tuple(names)) for value, names in sorted(reviewers.items(), key=lambda v: (-len(v[1]), v[1]))
    )
