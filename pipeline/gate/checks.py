"""The checks of a draft, one class each: from what was found on both catalogs, what is better and worse, and its class.

The docstring of a class is its rule as curators read it. A check is added here, in ``CHECKS``, and fed by ``db.services.gate``.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.audit import Finding
from pipeline.catalog import Catalog
from pipeline.gate.gold import GoldPair
from pipeline.gate.results import MAX_EXAMPLES, CheckClass, CheckResult, Example, Measure, classify, p_value_of
from pipeline.impact import Effect, Impact, Verdict
from pipeline.intervals import sign_test


class Check:
    """One check of a draft. Pages show the docstring of a subclass as its rule."""

    name: ClassVar[str]
    """The name in the store and on the wire."""
    label: ClassVar[str]
    """The name on a page."""

    @property
    def rule(self) -> str:
        """The docstring, as text."""
        return " ".join(inspect.cleandoc(type(self).__doc__ or "").split())

    def classify(self, result: CheckResult, level: float) -> CheckClass:
        """The class of a result, a difference being sure below a p-value."""
        return classify(result.measures, level)

    def p_value(self, result: CheckResult, level: float) -> float | None:
        """The p-value by which its class was given; null where none was needed."""
        return p_value_of(result.measures, self.classify(result, level))


class RulesCheck(Check):
    """What every catalog must satisfy: each reference is to a row that is there, and no two rows are the same. Breaking where one is
    broken, else no effect. A catalog that breaks a rule is never stored, whatever the policy says.
    """

    name, label = "rules", "Rules of the catalog"

    def judge(self, problems: Sequence[str], rows: int) -> CheckResult:
        """The result of the rules that ``rows`` changed rows break, in words."""
        examples = tuple(Example("broken", "rule", "", problem) for problem in problems[:MAX_EXAMPLES])
        return CheckResult(self.name, (Measure("rules", rows, 0, len(problems), None),), rows, rows, 0, examples)


class GoldCheck(Check):
    """Gold texts run on the catalog and on it with the draft. Roles: right on one side alone, by the exact McNemar test.
    Skills: texts whose F1 is higher or lower, by the exact sign test. Links: of the skills that are rightly found, those that lead to
    more or to fewer dimensions of the right role, by the exact sign test over skills, each counted once however many texts
    hold it, since one moved link is one decision. The three p-values are corrected for each other (Holm).
    Breaking: one of the three is surely worse and none surely better. Improving: one is surely better and none surely worse, or
    something is better and nothing worse. No effect: nothing is better or worse. Mixed: all else.
    """

    name, label = "gold", "Gold"

    def judge(self, pairs: Sequence[GoldPair], n: int, roles_right: int | None = None) -> CheckResult:
        """The result of the gold texts that a draft could touch, of ``n``; ``roles_right`` is how many of all are right without
        it, null where that is not known.
        """
        roles = [p.role_move for p in pairs]
        right = None if roles_right is None or not n else (roles_right / n, (roles_right + sum(roles)) / n)
        links: Counter[str] = Counter()
        for pair in pairs:
            links.update(pair.link_moves)
        moves = list(links.values())
        skills = [p.skill_move for p in pairs]
        measures = (
            Measure.tested("roles", n, roles, *(right or ())),
            Measure.tested("skills", n, skills),
            Measure.tested("links", len(links), moves),
        )
        moved = [p for p in pairs if p.is_moved]
        ordered = sorted(moved, key=lambda p: (p.role_move, p.skill_move, sum(p.link_moves.values()), p.item))
        # The worst and the best are both worth looking at.
        told = ordered if len(ordered) <= MAX_EXAMPLES else ordered[: MAX_EXAMPLES // 2] + ordered[-MAX_EXAMPLES // 2 :]
        return CheckResult(self.name, measures, n, len(pairs), len(moved), tuple(p.example() for p in told))


class RunsCheck(Check):
    """Past runs that reviewers have judged, replayed on both catalogs. Roles: right on one side alone, by the exact McNemar test.
    Skills: runs that contradict less or more of what was said of their skills, by the exact sign test. Links: those that a reviewer
    has called right or wrong, each counted once however many runs have it. Breaking, improving, mixed and no effect as for gold; what no
    reviewer has judged counts for nothing here.
    """

    name, label = "runs", "Runs with verdicts"

    def judge(self, impact: Impact, n: int) -> CheckResult:
        """The result of what the draft does to past runs, ``n`` of which were judged and replayed."""
        judged = [(e, e.run.verdict) for e in impact.effects if e.run.verdict is not None]
        links: Counter[tuple[str, str]] = Counter()
        for effect, verdict in judged:
            links.update(_link_moves(effect, verdict))
        moves = [(e, _role_move(e, v), _skill_move(e, v)) for e, v in judged]
        measures = (
            Measure.tested("roles", n, [role for _, role, _ in moves]),
            Measure.tested("skills", n, [skill for _, _, skill in moves]),
            Measure.tested("links", len(links), list(links.values())),
        )
        ordered = sorted(moves, key=lambda m: (m[1], m[2], m[0].run.run_id))
        examples = tuple(_run_example(e, role or skill) for e, role, skill in ordered[:MAX_EXAMPLES])
        return CheckResult(self.name, measures, n, impact.touched, len(judged), examples)


def _role_move(effect: Effect, verdict: Verdict) -> int:
    if not verdict.has_role:
        return 0
    return int(effect.after.role_slug == verdict.role_slug) - int(effect.before.role_slug == verdict.role_slug)


def _skill_move(effect: Effect, verdict: Verdict) -> int:
    before, after = (
        len(side.skills & verdict.wrong_skills) + len(verdict.right_skills - side.skills)
        for side in (effect.before, effect.after)
    )
    return before - after


def _link_moves(effect: Effect, verdict: Verdict) -> dict[tuple[str, str], int]:
    """Of each link that was judged, 1 where it is as the reviewer says on the second catalog alone, -1 on the first alone; those of skills
    that are not found on both are left out.
    """
    before, after = effect.before, effect.after
    both = before.skills & after.skills
    judged = dict.fromkeys(verdict.right_links, 1) | dict.fromkeys(verdict.wrong_links, -1)
    return {
        link: sign * (int(link in after.links) - int(link in before.links))
        for link, sign in sorted(judged.items())
        if link[0] in both
    }


def _run_example(effect: Effect, move: int) -> Example:
    return Example(
        "fixed" if move > 0 else "broken" if move < 0 else "moved",
        "run",
        effect.run.run_id,
        effect.run.label[:80],
        effect.before.role_name or "no role",
        effect.after.role_name or "no role",
    )


@dataclass(frozen=True)
class AuditSides:
    """The findings that are there without a draft alone, and with it alone."""

    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]


class AuditCheck(Check):
    """What the audit suspects in the catalog and in it with the draft: findings that go and findings that are new. Each subject counts
    once, by the exact sign test. Breaking: more subjects come under suspicion than leave it, and that is sure. Improving: findings go and
    none is new, or more go, surely. No effect: none goes and none is new. Mixed: all else.
    """

    name, label = "audit", "Audit"

    def judge(self, sides: AuditSides, catalog: Catalog, n: int) -> CheckResult:
        """The result of the findings on both sides, of ``n`` in the catalog; ``catalog`` is the one with the draft."""
        moves: Counter[str] = Counter()
        for found, by in ((sides.gone, 1), (sides.new, -1)):
            for subject in {str(f.subject.wire()) for f in found}:
                moves[subject] += by
        better, worse = (sum(m == side for m in moves.values()) for side in (1, -1))
        measure = Measure("findings", n, better, worse, sign_test(better, worse))
        new = sorted(sides.new, key=lambda f: (-f.score, f.kind, str(f.subject.wire())))
        examples = [_finding_example(f, catalog, "broken") for f in new[: MAX_EXAMPLES // 2]]
        examples += [_finding_example(f, catalog, "fixed") for f in sides.gone[: MAX_EXAMPLES // 2]]
        count = len(sides.gone) + len(sides.new)
        return CheckResult(self.name, (measure,), n, n, count, tuple(examples))


def _finding_example(finding: Finding, catalog: Catalog, kind: str) -> Example:
    label = f"{finding.check.label}, sure {finding.score:.2f}: {finding.label(catalog)}"
    item = str(finding.subject.wire())
    return Example("broken" if kind == "broken" else "fixed", "finding", item, label[:160])


class MovesCheck(Check):
    """Past runs, judged or not, that come to another role, or whose skills stand in other dimensions. Nobody has said which is right, so
    that it is never improving or breaking: no effect where none moves, else mixed.
    """

    name, label = "moves", "Roles and dimensions that gain or lose"

    def judge(self, impact: Impact) -> CheckResult:
        """The result of what the draft does to past runs."""
        dimensions: Counter[str] = Counter()
        for effect in impact.effects:
            before, after = ({d for _, d in links} for links in (effect.before.links, effect.after.links))
            dimensions.update(dict.fromkeys(after - before, 1))
            dimensions.subtract(dict.fromkeys(before - after, 1))
        ranked = sorted(((d, by) for d, by in dimensions.items() if by), key=lambda x: (-abs(x[1]), x[0]))
        half = MAX_EXAMPLES // 2
        examples = [
            *(Example("moved", "role", s, s, after=f"{by:+d}") for s, by in list(impact.roles_moved.items())[:half]),
            *(Example("moved", "dimension", s, s, after=f"{by:+d}") for s, by in ranked[:half]),
        ]
        moved = sum(e.role_changes or bool(e.gained or e.lost) for e in impact.effects)
        return CheckResult(self.name, (), impact.touched, impact.touched, moved, tuple(examples))

    def classify(self, result: CheckResult, _level: float) -> CheckClass:
        """The class of a result."""
        return "mixed" if result.moved else "no effect"


RULES, GOLD, RUNS, AUDIT, MOVES = RulesCheck(), GoldCheck(), RunsCheck(), AuditCheck(), MovesCheck()
CHECKS: tuple[Check, ...] = (RULES, GOLD, RUNS, AUDIT, MOVES)
"""The checks, in the order in which pages list them."""
_BY_NAME = {check.name: check for check in CHECKS}


def check_named(name: str) -> Check:
    """The check of a name."""
    return _BY_NAME[name]
