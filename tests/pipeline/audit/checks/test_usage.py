"""What past runs say of a catalog: terms that it lacks, skills that nobody asks for."""

from __future__ import annotations

from typing import Any

from pipeline.audit import Reason, Usage
from pipeline.audit.checks.usage import MAX_SHOWN, MIN_RUNS, MissingSkill, NeverMatched
from pipeline.audit.subjects import SkillSubject, Subject, TermSubject
from pipeline.catalog import Catalog, Skill, SkillDimension
from tests.pipeline.audit.small import found, small

SKILLS = tuple(Skill(i, name.lower(), name) for i, name in enumerate(("CodeIgniter", "Laravel", "Symfony")))
CATALOG = small(skills=SKILLS, skill_dimensions=tuple(SkillDimension(s.slug, "services") for s in SKILLS))


def never_matched(catalog: Catalog = CATALOG, **counts: Any) -> list[Subject]:
    return [f.subject for f in found(NeverMatched(), catalog, Usage(**counts))]


def test_a_term_that_many_runs_propose_is_missing_unless_the_catalog_has_it() -> None:
    (finding,) = found(MissingSkill(), CATALOG, Usage(runs=9, terms={"Zephyrine": 4, "Quux": 2, "laravel": 9}))
    assert finding.subject == TermSubject("Zephyrine") and finding.score == 4 / 7
    assert finding.reasons[0].runs == 4 and finding.reasons[0].text.startswith("4 runs proposed “Zephyrine”")


def test_a_skill_that_nobody_meets_is_found_once_enough_runs_met_its_neighbours() -> None:
    counts: dict[str, Any] = {"skills": {"codeigniter": 60, "laravel": 60}, "dimensions": {"services": 100}}
    assert never_matched(runs=MIN_RUNS, **counts) == [SkillSubject("symfony")]
    assert never_matched(runs=MIN_RUNS - 1, **counts) == []
    assert never_matched(runs=10 * MIN_RUNS, **counts) == []
    (finding,) = found(NeverMatched(), CATALOG, Usage(MIN_RUNS, **counts))
    why = "none of {runs} runs met Symfony, though 50% of them met skills of its dimensions"
    assert finding.reasons == (Reason(why, 200),) and finding.score == 0.5


def test_of_many_skills_that_nobody_meets_some_are_shown() -> None:
    skills = tuple(Skill(i, f"s{i}", f"Skill {i}", is_extractable=i != 0) for i in range(2 * MAX_SHOWN))
    catalog = small(skills=skills, skill_dimensions=tuple(SkillDimension(s.slug, "services") for s in skills))
    shown = never_matched(catalog, runs=MIN_RUNS, dimensions={"services": MIN_RUNS})
    assert len(shown) == MAX_SHOWN and SkillSubject("s0") not in shown
