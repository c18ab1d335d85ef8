"""Findings: how bad they are, in which field of work, what they rest on, and what can be chosen in place of their repair."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.audit import NO_FAMILY, Destination, Finding, Reason, Rewriting, Selection, Survivor, check_of_kind
from pipeline.audit.subjects import (
    AliasSubject,
    DimensionSubject,
    LinkSubject,
    PairSubject,
    RoleSubject,
    SkillSubject,
    Subject,
    TermSubject,
)
from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillAlias, SkillDimension
from pipeline.catalog.changes import Change, apply
from pipeline.catalog.operations import ChangeReason
from pipeline.errors import InputError
from tests.pipeline.audit.small import GOOD, small

WHY = ChangeReason("because")


def finding(kind: str, subject: Subject, score: float = 0.9, **fields: Any) -> Finding:
    check = check_of_kind(kind)
    assert check is not None
    return Finding(check, subject, score, (Reason("it is so"),), **fields)


def test_a_reason_shows_its_runs_and_is_remembered_by_their_magnitude() -> None:
    assert Reason("it is so").text == Reason("it is so").evidence == "it is so"
    reason = Reason("{runs} runs matched “{runs}”", 1234)
    assert reason.text == "1,234 runs matched “{runs}”" and reason.evidence == "2^11 runs matched “{runs}”"
    assert Reason("{runs} runs", 4).evidence == Reason("{runs} runs", 7).evidence != Reason("{runs} runs", 8).evidence
    # Without a number nothing is put in: an alias may be called so.
    assert Reason("“{runs}” is odd").text == "“{runs}” is odd"


def test_the_json_form_of_a_finding() -> None:
    alias = SkillAlias(1, "kubernetes", "k8s")
    found = finding("wrong_alias", AliasSubject("kubernetes", "k8s"), 0.123456, repair=(Change(alias, None, "why"),))
    wire = found.wire()
    assert list(wire) == ["kind", "subject", "score", "reasons", "suggestion"]
    assert wire["kind"] == "wrong_alias" and wire["score"] == 0.1235 and wire["reasons"] == ["it is so"]
    assert wire["suggestion"]["changes"][0]["before"]["alias_text"] == "k8s"
    assert finding("orphan_role", RoleSubject("backend")).wire()["suggestion"] is None


@pytest.mark.parametrize(
    "kind, score, runs, severity",
    [
        ("wrong_alias", 0.85, 10, "high"),
        ("wrong_alias", 0.85, 9, "medium"),
        ("wrong_alias", 0.84, 10, "medium"),
        ("wrong_alias", 0.75, 0, "medium"),
        ("wrong_alias", 0.74, 9, "low"),
        ("wrong_alias", 0.1, 10, "medium"),
        ("catch_all_dimension", 0.97, 0, "high"),
        ("duplicate_role", 0.95, 0, "high"),
        ("duplicate_role", 0.8, 0, "medium"),
        ("duplicate_skill", 0.95, 0, "medium"),
    ],
)
def test_severity(kind: str, score: float, runs: int, severity: str) -> None:
    assert finding(kind, SkillSubject("kubernetes"), score).severity(runs) == severity


def test_harm_grows_with_certainty_and_runs() -> None:
    subject = SkillSubject("kubernetes")
    assert finding("never_matched", subject, 0.5).harm(0) == 0.5
    assert finding("never_matched", subject, 0.5).harm(3) == 2.0


def test_the_field_of_work_is_the_family_of_most_roles() -> None:
    roles = (*GOOD["roles"], Role(3, "scientist", "Data Scientist", "Data"), Role(4, "other", "Other"))
    links = (*GOOD["role_dimensions"], *(RoleDimension(r, "services") for r in ("analyst", "scientist")))
    catalog = small(roles=roles, role_dimensions=links)
    assert finding("orphan_dimension", DimensionSubject("services")).domain(catalog) == "Data"
    assert finding("orphan_role", RoleSubject("backend")).domain(catalog) == "Software"
    # Of two families that are as frequent the first by name; a role without one counts as such.
    assert finding("duplicate_role", PairSubject("roles", ("analyst", "backend"))).domain(catalog) == "Data"
    assert finding("orphan_role", RoleSubject("other")).domain(catalog) == ""
    assert finding("missing_skill", TermSubject("Quux")).domain(catalog) == NO_FAMILY


def test_a_link_can_be_moved_to_another_dimension_or_dropped() -> None:
    catalog = small()
    found = finding("wrong_dimension", LinkSubject("kubernetes", "services"))
    other = found.alternatives(catalog)
    assert isinstance(other, Destination) and other.table == "dimensions" and other.options == ("reports",)
    moved = apply(catalog, other.changes("reports", WHY))
    assert SkillDimension("kubernetes", "reports") in moved.skill_dimensions
    (dropped,) = other.changes(None, WHY)
    assert dropped.before == SkillDimension("kubernetes", "services") and dropped.after is None
    assert dropped.reason == "because"
    with pytest.raises(InputError, match="already"):
        other.changes("services", WHY)
    # The skill may be gone from the draft that the person works in.
    assert found.alternatives(Catalog()) is None


@pytest.mark.parametrize("kind", ["wrong_alias", "ambiguous_alias"])
def test_an_alias_can_be_given_to_another_skill_or_dropped(kind: str) -> None:
    alias = SkillAlias(1, "kubernetes", "Tableau")
    catalog = small(skills=(Skill(9, "abacus", "Abacus"), *GOOD["skills"]), skill_aliases=(alias,))
    subject = AliasSubject("kubernetes", "Tableau")
    repair = (Change(alias, None, "suggested"), Change(None, SkillAlias(None, "tableau", "x"), "suggested"))
    other = finding(kind, subject, repair=repair).alternatives(catalog)
    # The likeliest owner comes first.
    assert isinstance(other, Destination) and other.table == "skills" and other.options == ("tableau", "abacus")
    assert {a.skill_slug for a in apply(catalog, other.changes("tableau", WHY)).skill_aliases} == {"tableau"}
    assert other.changes(None, WHY) == repair[:1]


def test_of_two_duplicates_either_can_stay() -> None:
    catalog = small(skills=(*GOOD["skills"], Skill(3, "kube", "Kube")))
    other = finding("duplicate_skill", PairSubject("skills", ("kube", "kubernetes"))).alternatives(catalog)
    assert isinstance(other, Survivor) and other.options == ("kube", "kubernetes") and other.table == "skills"
    assert set(apply(catalog, other.changes("kube", WHY)).skill) == {"kube", "tableau"}
    assert set(apply(catalog, other.changes("kubernetes", WHY)).skill) == {"kubernetes", "tableau"}


def test_of_other_repairs_some_changes_can_be_left_out() -> None:
    repair = tuple(Change(x, None) for x in GOOD["skill_dimensions"])
    other = finding("orphan_dimension", DimensionSubject("services"), repair=repair).alternatives(small())
    assert isinstance(other, Selection) and other.options == repair
    assert other.changes([1]) == repair[1:] and other.changes([1, 0]) == repair and other.changes([]) == ()
    assert finding("never_matched", SkillSubject("kubernetes")).alternatives(small()) is None


def test_a_narrow_rationale_can_be_written_anew() -> None:
    catalog = small(dimensions=(Dimension(1, "services", "Services", "For PHP"), GOOD["dimensions"][1]))
    other = finding("narrow_rationale", DimensionSubject("services")).alternatives(catalog)
    assert isinstance(other, Rewriting) and other.text == "For PHP"
    assert other.changes("For PHP ", ChangeReason()) == other.changes(" ", ChangeReason()) == ()
    (change,) = other.changes("For all that serve", ChangeReason("too narrow"))
    assert (change.before, change.reason) == (catalog.dimensions[0], "too narrow")
    assert change.after.rationale == "For all that serve"
