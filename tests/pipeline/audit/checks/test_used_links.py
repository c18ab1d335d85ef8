"""Links of which the texts of runs say that nothing else there shares them."""

from __future__ import annotations

from pipeline.audit import Finding
from pipeline.audit.checks.links import WrongDimension
from pipeline.audit.checks.used_links import MIN_TEXTS
from pipeline.audit.subjects import LinkSubject
from pipeline.audit.usage import Usage, UsedForm, UsedText, usage_of_texts
from pipeline.catalog import Catalog, Dimension, RoleDimension, Skill, SkillDimension
from pipeline.catalog.changes import apply
from tests.pipeline.audit.small import WordEncoder, found, small

SKILLS = tuple(
    Skill(i, name.lower(), name, "Tool", "Tools", "TOOL") for i, name in enumerate(("Dashboards", "Tableau", "Payroll"))
)
LINKS = (
    SkillDimension("dashboards", "reports"),
    SkillDimension("dashboards", "pay"),
    SkillDimension("tableau", "reports"),
    SkillDimension("payroll", "pay"),
)
CATALOG = small(
    skills=SKILLS,
    dimensions=(Dimension(1, "services", "Services"), Dimension(2, "reports", "Reports"), Dimension(3, "pay", "Pay")),
    skill_dimensions=LINKS,
    role_dimensions=(RoleDimension("analyst", "reports"), RoleDimension("backend", "pay")),
)


def text(*skills: str, role: str | None = None) -> UsedText:
    return UsedText(" ".join(skills), role, tuple(UsedForm(s, s, i) for i, s in enumerate(skills)))


def unshared(*texts: UsedText, catalog: Catalog = CATALOG) -> list[Finding]:
    findings = found(WrongDimension(), catalog, Usage(texts=texts), WordEncoder())
    return [f for f in findings if any(r.runs for r in f.reasons)]


def test_a_link_that_nothing_in_the_texts_shares_is_taken_out() -> None:
    texts = (*[text("dashboards", "tableau")] * MIN_TEXTS, *[text("payroll")] * MIN_TEXTS)
    (finding,) = unshared(*texts)
    assert finding.subject == LinkSubject("dashboards", "pay") and finding.score > 0.85
    why = "of 12 runs with Dashboards, none had another skill or a role of Pay, and 12 had one of Reports"
    assert finding.reasons[0].text == why
    assert SkillDimension("dashboards", "pay") not in apply(CATALOG, finding.repair).skill_dimensions


def test_a_dimension_that_hardly_any_text_has_is_less_sure() -> None:
    (finding,) = unshared(*[text("dashboards", "tableau")] * MIN_TEXTS)
    assert 0.5 <= finding.score < 0.6


def test_a_link_that_a_neighbour_or_the_role_shares_stays() -> None:
    texts = [text("dashboards", "tableau")] * MIN_TEXTS
    assert unshared(*texts, text("dashboards", "payroll")) == []
    assert unshared(*texts, text("dashboards", role="backend")) == []


def test_few_texts_or_a_skill_that_shares_nothing_at_all_say_nothing() -> None:
    assert unshared(*[text("dashboards", "tableau")] * (MIN_TEXTS - 1)) == []
    assert unshared(*[text("dashboards")] * MIN_TEXTS) == []


def test_the_usage_of_texts_counts_what_they_matched() -> None:
    usage = usage_of_texts(CATALOG, [text("dashboards", "tableau", role="analyst"), text("payroll")])
    assert (usage.runs, usage.skills, usage.roles) == (2, {"dashboards": 1, "tableau": 1, "payroll": 1}, {"analyst": 1})
    assert usage.dimensions == {"reports": 1, "pay": 2}
    assert usage.with_neighbours == {("dashboards", "dashboards"): 1, ("tableau", "tableau"): 1}
