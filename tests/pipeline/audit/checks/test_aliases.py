"""Aliases of several skills, of the wrong type, and stored twice."""

from __future__ import annotations

import pytest

from pipeline.audit import audit
from pipeline.audit.checks.aliases import AliasType, AmbiguousAlias, DuplicateAlias
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog import Skill, SkillAlias
from pipeline.catalog.indexes import Indexes
from tests.pipeline.audit.small import GOOD, WordEncoder, found, small


def test_a_form_of_two_skills_without_context_is_ambiguous() -> None:
    bare = SkillAlias(1, "kubernetes", "KB"), SkillAlias(2, "tableau", "KB", "VERSION")
    # As a version it is the other check's; without it the owner that means it more often is the likelier one.
    (finding,) = found(AmbiguousAlias(), small(skill_aliases=bare))
    assert finding.subject == AliasSubject("kubernetes", "KB") and finding.score == 0.6
    names = SkillAlias(1, "kubernetes", "KB"), SkillAlias(2, "tableau", "KB"), SkillAlias(3, "tableau", "Tab")
    scores = {f.subject: f.score for f in found(AmbiguousAlias(), small(skill_aliases=names))}
    assert scores == {AliasSubject("kubernetes", "KB"): 0.9, AliasSubject("tableau", "KB"): 0.6}


def test_context_tells_all_owners_of_a_form_apart() -> None:
    aliases = (
        SkillAlias(1, "kubernetes", "KB", context=("cluster",)),
        SkillAlias(2, "tableau", "KB", context=("chart",)),
    )
    assert found(AmbiguousAlias(), small(skill_aliases=aliases)) == []
    # One that asks for context leaves the other ambiguous.
    (finding,) = found(AmbiguousAlias(), small(skill_aliases=(aliases[0], SkillAlias(2, "tableau", "KB"))))
    assert finding.subject == AliasSubject("tableau", "KB") and finding.score == 0.9


def test_an_alias_that_is_wrong_is_not_called_ambiguous_too() -> None:
    aliases = SkillAlias(1, "kubernetes", "team"), SkillAlias(2, "tableau", "team")
    kinds = {(f.kind, f.subject) for f in audit(Indexes(small(skill_aliases=aliases), WordEncoder()))}
    assert ("wrong_alias", AliasSubject("tableau", "team")) in kinds
    assert not any(kind == "ambiguous_alias" for kind, _ in kinds)


@pytest.mark.parametrize(
    "text, filed, better",
    [
        ("k8s", "VERSION", "ABBREVIATION"),
        ("Kube platform", "VERSION", "SYNONYM"),
        ("Kubernetes 1.2", "VERSION", None),
        ("Kubernetes 1.x", "VERSION", None),
        ("Kubernetes 1.2", "ABBREVIATION", "VERSION"),
        ("k8s", "ABBREVIATION", None),
        ("Kubernets", "MISSPELLING", None),
        ("Kube", "MISSPELLING", "SYNONYM"),
        ("container orchestration", "MISSPELLING", "SYNONYM"),
        ("Google Kubernetes", "LEGACY", "SYNONYM"),
        ("Seven of Nine", "LEGACY", None),
        ("anything", "SYNONYM", None),
    ],
)
def test_the_type_that_an_alias_should_have(text: str, filed: str, better: str | None) -> None:
    alias = SkillAlias(1, "kubernetes", text, filed)
    findings = found(AliasType(), small(skill_aliases=(alias,)))
    assert [f.subject for f in findings] == ([AliasSubject("kubernetes", text)] if better else [])
    assert [c.after.alias_type for f in findings for c in f.repair if c.after] == ([better] if better else [])


def test_the_better_of_two_equal_aliases_stays() -> None:
    primary = SkillAlias(2, "kubernetes", "kubernetes", "CANONICAL", is_primary=True)
    other = SkillAlias(1, "kubernetes", "Kubernetes")
    (finding,) = found(DuplicateAlias(), small(skill_aliases=(other, primary)))
    assert finding.subject == AliasSubject("kubernetes", "Kubernetes")
    assert [(c.before, c.after) for c in finding.repair] == [(other, None)]


def test_where_case_counts_and_in_two_skills_nothing_is_stored_twice() -> None:
    cased = SkillAlias(1, "kubernetes", "KB"), SkillAlias(2, "kubernetes", "kb", match_strategy="CASE_SENSITIVE")
    assert found(DuplicateAlias(), small(skill_aliases=cased)) == []
    skills = (*GOOD["skills"], Skill(3, "kb", "Knowledge Base"))
    apart = SkillAlias(1, "kubernetes", "KB"), SkillAlias(2, "kb", "kb")
    assert found(DuplicateAlias(), small(skills=skills, skill_aliases=apart)) == []
