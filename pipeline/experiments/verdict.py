"""What a comparison comes to, in a sentence, for whoever reads no table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.experiments.bootstrap import LEVEL, Difference
from pipeline.experiments.comparison import Comparison

VerdictKind = Literal["better", "worse", "mixed", "unsure", "no gold"]

_LEAD: dict[VerdictKind, str] = {
    "better": "B is better",
    "worse": "B is worse",
    "mixed": "B is better in one and worse in another",
    "unsure": "No sure difference",
    "no gold": "No gold, so it cannot be said which is better",
}


@dataclass(frozen=True)
class Verdict:
    """A judgement of B beside A, and its sentence in parts: figures, and in brackets what they rest on."""

    kind: VerdictKind
    lead: str
    parts: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """The whole."""
        said = ", and ".join(f"{figure} ({basis})" for figure, basis in self.parts)
        return f"{self.lead}: {said}."


def verdict(found: Comparison) -> Verdict:
    """Judge B: better or worse where roles or skills surely moved one way and neither the other."""
    if not found.has_gold:
        parts = ((f"{found.roles_moved} of {found.n} roles are others", f"{found.any_moved} differ in role or skills"),)
        return Verdict("no gold", _LEAD["no gold"], parts)
    moves = []
    roles, skills = found.roles, found.skills
    if roles.p_value < LEVEL:
        moves.append(roles.fixed - roles.broken)
    if skills is not None and skills.f1.is_sure:
        moves.append(1 if skills.f1.difference > 0 else -1)
    better, worse = any(move > 0 for move in moves), any(move < 0 for move in moves)
    kind: VerdictKind = "mixed" if better and worse else "better" if better else "worse" if worse else "unsure"
    return Verdict(kind, _LEAD[kind], tuple(_parts(found)))


def _parts(found: Comparison) -> list[tuple[str, str]]:
    roles, skills = found.roles, found.skills
    more = roles.right_b - roles.right_a
    said = f"{abs(more)} {'more' if more > 0 else 'fewer'} {_roles(abs(more))} right of {roles.n}"
    if not more:
        said = f"as many roles right of {roles.n}"
    parts = [(said, f"{roles.fixed} fixed, {roles.broken} broken, {p_text(roles.p_value)}")]
    if skills is not None:
        parts.append((_f1_text(skills.f1), f"{signed(skills.f1.interval.low)} to {signed(skills.f1.interval.high)}"))
    return parts


def _roles(count: int) -> str:
    return "role" if count == 1 else "roles"


def _f1_text(f1: Difference) -> str:
    if f"{abs(f1.difference):.3f}" == "0.000":
        return "skills F1 the same"
    return f"skills F1 {abs(f1.difference):.3f} {'higher' if f1.difference > 0 else 'lower'}"


def p_text(p: float) -> str:
    """A p-value as a person reads it."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def signed(number: float) -> str:
    """A difference with its sign, to three places; none for nought."""
    text = f"{abs(number):.3f}"
    return text if text == "0.000" else f"{'+' if number > 0 else '−'}{text}"
