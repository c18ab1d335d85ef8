"""What runs say of a catalog: forms out of place, terms that it lacks, skills that nobody asks for."""

from dataclasses import replace
from typing import Any

from pipeline.audit import Finding, Usage, audit
from pipeline.audit.usage import ENOUGH_RUNS, findings
from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillAlias, SkillDimension
from pipeline.catalog.indexes import Indexes
from pipeline.embedding import CachedEncoder

CATALOG = Catalog(
    roles=(Role(1, "web-developer", "Web Developer"),),
    dimensions=(Dimension(1, "php", "PHP Ecosystem"),),
    skills=(Skill(1, "codeigniter", "CodeIgniter"), Skill(2, "laravel", "Laravel"), Skill(3, "symfony", "Symfony")),
    skill_aliases=(SkillAlias(1, "codeigniter", "CI"), SkillAlias(2, "codeigniter", "CodeIgniter 4"), SkillAlias(3, "laravel", "Laravel 11")),
    skill_dimensions=tuple(SkillDimension(s, "php") for s in ("codeigniter", "laravel", "symfony")),
    role_dimensions=(RoleDimension("web-developer", "php"),),
)
CI = ("codeigniter", "CI")


def told(encoder: CachedEncoder, **counts: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in findings(Indexes(CATALOG, encoder), Usage(**counts)):
        found.setdefault(finding.kind, []).append(finding.subject)
    return found


def test_a_form_that_stands_where_nothing_speaks_for_its_skill_is_out_of_place(encoder: CachedEncoder) -> None:
    subject = {"skill_slug": "codeigniter", "alias_text": "CI"}
    assert told(encoder, runs=9, forms={CI: 9}) == {"wrong_alias": [subject]}
    # Too few runs, or company in one of nine: nothing can be said.
    assert told(encoder, runs=3, forms={CI: 3}) == {}
    assert told(encoder, runs=9, forms={CI: 9}, in_company={CI: 1}) == {}
    # A form that holds its skill's name means it wherever it stands.
    assert told(encoder, runs=9, forms={("laravel", "Laravel 11"): 9}) == {}


def test_a_term_that_many_runs_propose_is_missing_unless_the_catalog_has_it(encoder: CachedEncoder) -> None:
    assert told(encoder, runs=9, terms={"Zephyrine": 4, "Quux": 2, "laravel": 9}) == {"missing_skill": [{"term": "Zephyrine"}]}


def test_a_skill_that_nobody_meets_is_told_once_enough_runs_met_its_neighbours(encoder: CachedEncoder) -> None:
    counts = {"skills": {"codeigniter": 60, "laravel": 60}, "dimensions": {"php": 100}}
    assert told(encoder, runs=ENOUGH_RUNS, **counts) == {"never_matched": [{"skill_slug": "symfony"}]}
    assert told(encoder, runs=ENOUGH_RUNS - 1, **counts) == {}
    assert told(encoder, runs=10 * ENOUGH_RUNS, **counts) == {}


def test_runs_that_a_finding_touched() -> None:
    usage = Usage(runs=9, skills={"laravel": 4, "symfony": 2}, forms={CI: 3}, dimensions={"php": 7}, roles={"web-developer": 5}, terms={"Quux": 1})

    def touched(kind: str, **subject: Any) -> int:
        return usage.touched(Finding(kind, subject, 1.0, ()))

    assert touched("wrong_alias", skill_slug="codeigniter", alias_text="CI") == 3
    assert touched("wrong_dimension", skill_slug="laravel", dimension_slug="php") == 4
    assert touched("catch_all_dimension", dimension_slug="php") == 7
    assert touched("orphan_role", role_slug="web-developer") == 5
    assert touched("duplicate_skill", slugs=["laravel", "symfony"]) == 6
    assert touched("missing_skill", term="Quux") == 1


def test_what_several_parts_of_the_audit_say_of_one_alias_stands_together(encoder: CachedEncoder) -> None:
    aliases = (SkillAlias(1, "codeigniter", "team"),)
    indexes = Indexes(replace(CATALOG, skill_aliases=aliases), encoder)
    (finding,) = (f for f in audit(indexes, Usage(runs=9, forms={("codeigniter", "team"): 9})) if f.kind == "wrong_alias")
    assert len(finding.reasons) == 2 and any("ordinary word" in r for r in finding.reasons) and any("9 runs" in r for r in finding.reasons)
