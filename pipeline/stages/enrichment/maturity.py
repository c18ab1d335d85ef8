"""The maturity of a stack, by its skills."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.catalog.value import Skill
from pipeline.contracts import MaturityLabel, TechStackMaturity

MIN_NATIVE = 4
"""Cloud-native skills that make a modern stack."""
MIN_MODERN_YEAR = 1998
"""The year of introduction before which a skill is old."""
MAX_OLD_SHARE = 0.6
"""With a greater share of old skills among the dated ones, and none cloud-native, a stack is established."""
MAX_NAMED = 6
"""Skills that the reasoning names."""

_CLOUD_NATIVE = frozenset(
    "kubernetes docker microservices terraform kafka serverless opentelemetry prometheus ci-cd event-driven-architecture helm "
    "istio argo-cd aws-lambda graphql grpc".split()
)


def tech_stack_maturity(skills: Sequence[Skill]) -> TechStackMaturity:
    """Return the maturity of a stack: modern by its cloud-native skills, established by old ones, else mainstream; unknown without any."""
    label, reasoning = _label_and_reasoning(skills)
    return TechStackMaturity(label=label, reasoning=reasoning, cache_hit=False)


def _label_and_reasoning(skills: Sequence[Skill]) -> tuple[MaturityLabel, str]:
    if not skills:
        return "Unknown", "No skill of the catalog was found, so that nothing can be said of the stack."
    native = [s.display_name for s in skills if s.slug in _CLOUD_NATIVE]
    if len(native) >= MIN_NATIVE:
        return "Modern Cloud Native", f"{len(native)} of {len(skills)} skills are cloud-native: {_named(native)}."
    dated = [(s.year_introduced, s.display_name) for s in skills if s.year_introduced]
    old = [name for year, name in dated if year < MIN_MODERN_YEAR]
    if dated and len(old) > MAX_OLD_SHARE * len(dated) and not native:
        return (
            "Established",
            f"{len(old)} of {len(dated)} dated skills are from before {MIN_MODERN_YEAR}: {_named(old)}.",
        )
    years = sorted(year for year, _ in dated)
    median = f", median year {years[len(years) // 2]}" if years else ""
    return "Mainstream Modern", f"{len(skills)} skills, {len(native)} of them cloud-native{median}."


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:MAX_NAMED])
