"""Aliases that mean something else than their skill, by each way of finding them."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.audit import Reason, Usage, audit
from pipeline.audit.checks.owners import WrongAlias
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog import Catalog, Skill, SkillAlias, SkillDimension
from pipeline.catalog.changes import apply
from pipeline.catalog.indexes import Indexes
from pipeline.learned.encoder import CachedEncoder
from tests.pipeline.audit.small import WordEncoder, found, small

CI = ("codeigniter", "CI")
PHP = small(
    skills=(
        Skill(1, "codeigniter", "CodeIgniter", skill_nature="FRAMEWORK"),
        Skill(2, "laravel", "Laravel", skill_nature="FRAMEWORK"),
    ),
    skill_dimensions=(SkillDimension("codeigniter", "services"), SkillDimension("laravel", "services")),
    skill_aliases=(SkillAlias(1, "codeigniter", "CI"), SkillAlias(2, "laravel", "Laravel 11")),
)


def subjects(catalog: Catalog, **counts: Any) -> list[AliasSubject]:
    return [f.subject for f in found(WrongAlias(), catalog, Usage(**counts), WordEncoder())]  # type: ignore[misc]


def with_aliases(*aliases: SkillAlias) -> Catalog:
    return small(skill_aliases=aliases)


def test_a_form_of_two_skills_that_is_filed_as_a_version_of_the_one_is_dropped_there() -> None:
    catalog = with_aliases(SkillAlias(1, "tableau", "KB", "VERSION"), SkillAlias(2, "kubernetes", "KB", "ABBREVIATION"))
    (finding,) = [f for f in found(WrongAlias(), catalog, encoder=WordEncoder()) if f.score == 0.95]
    assert finding.subject == AliasSubject("tableau", "KB")
    assert [r.text for r in finding.reasons] == [
        "“KB” also means Kubernetes, and no context tells them apart",
        "it is filed as VERSION of Tableau, but names no version",
    ]
    assert [c.before for c in finding.repair] == [catalog.skill_aliases[0]]


@pytest.mark.parametrize(
    "alias, is_wrong",
    [
        (SkillAlias(1, "kubernetes", "team"), True),
        (SkillAlias(1, "kubernetes", "team", context=("cluster",)), False),
        (SkillAlias(1, "kubernetes", "Team", match_strategy="CASE_SENSITIVE"), False),
    ],
)
def test_an_ordinary_word_matches_everywhere(alias: SkillAlias, is_wrong: bool) -> None:
    scores = [f.score for f in found(WrongAlias(), with_aliases(alias), encoder=WordEncoder())]
    assert (0.93 in scores) == is_wrong


def test_a_form_that_names_another_technology_and_nothing_else_is_wrong() -> None:
    catalog = small(skill_aliases=(SkillAlias(1, "kubernetes", "Tableau software"),))
    reasons = [r.text for f in found(WrongAlias(), catalog, encoder=WordEncoder()) for r in f.reasons]
    assert "“Tableau software” names Tableau (“tableau”), and the rest of it tells nothing else" in reasons
    # What it says beside the other's name is its own.
    catalog = small(skill_aliases=(SkillAlias(1, "kubernetes", "Tableau orchestration"),))
    reasons = [r.text for f in found(WrongAlias(), catalog, encoder=WordEncoder()) for r in f.reasons]
    assert not any("tells nothing else" in text for text in reasons)


def test_an_alias_that_is_liker_to_another_skill_is_given_to_it(encoder: CachedEncoder) -> None:
    skills = (
        Skill(1, "postgresql", "PostgreSQL", "Data", "Databases", "DATABASE"),
        Skill(2, "react", "React", "Web", "Frontend", "LIBRARY"),
        Skill(3, "aws", "Amazon Web Services", "Cloud", "Clouds", "PLATFORM"),
    )
    aliases = (
        SkillAlias(1, "postgresql", "Postgres"),
        SkillAlias(2, "postgresql", "pgsql"),
        SkillAlias(3, "react", "React.js"),
        SkillAlias(4, "react", "PostgreSQL database", "CANONICAL"),
        SkillAlias(5, "aws", "AWS cloud"),
    )
    links = tuple(SkillDimension(s.slug, "services") for s in skills)
    catalog = small(skills=skills, skill_aliases=aliases, skill_dimensions=links)
    (finding,) = found(WrongAlias(), catalog, encoder=encoder)
    assert finding.subject == AliasSubject("react", "PostgreSQL database") and finding.score > 0.5
    assert "goes best with PostgreSQL" in finding.reasons[1].text
    assert [a.skill_slug for a in apply(catalog, finding.repair).skill_aliases if "database" in a.alias_text] == [
        "postgresql"
    ]


def test_a_form_that_stands_where_nothing_speaks_for_its_skill_is_out_of_place() -> None:
    (finding,) = found(WrongAlias(), PHP, Usage(runs=9, forms={CI: 9}), WordEncoder())
    why = "{runs} runs matched “CI” as CodeIgniter, and none of them holds another skill of its dimensions"
    assert finding.subject == AliasSubject(*CI) and finding.reasons == (Reason(why, 9),)
    assert finding.repair[0].reason == finding.reasons[0].text and finding.score == pytest.approx(1 - 0.55**9)
    # Too few runs, or a neighbour in one of nine: no finding.
    assert subjects(PHP, runs=3, forms={CI: 3}) == []
    assert subjects(PHP, runs=9, forms={CI: 9}, with_neighbours={CI: 1}) == []
    # A form that holds its skill's name means it wherever it stands.
    assert subjects(PHP, runs=9, forms={("laravel", "Laravel 11"): 9}) == []


def test_what_several_detectors_say_of_one_alias_stands_together() -> None:
    catalog = small(skill_aliases=(SkillAlias(1, "kubernetes", "team"),))
    usage = Usage(runs=9, forms={("kubernetes", "team"): 9})
    (finding,) = (f for f in audit(Indexes(catalog, WordEncoder()), usage) if f.kind == "wrong_alias")
    reasons = [r.text for r in finding.reasons]
    assert any("ordinary word" in r for r in reasons) and any("9 runs" in r for r in reasons)
