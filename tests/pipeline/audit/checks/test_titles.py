"""Titles that fit many kinds of work."""

from __future__ import annotations

import pytest

from pipeline.audit.checks.titles import GenericTitle
from pipeline.audit.subjects import TitleSubject
from pipeline.catalog import Role, RoleAlias
from tests.pipeline.audit.small import GOOD, found, small


@pytest.mark.parametrize(
    "title, is_generic",
    [
        ("Senior Software Engineer", True),
        ("IT Specialist", True),
        ("SDE", True),
        ("Server Developer", False),
        ("Senior Staff", False),
    ],
)
def test_a_title_of_general_words_alone_is_marked(title: str, is_generic: bool) -> None:
    alias = RoleAlias("backend", title)
    findings = found(GenericTitle(), small(role_aliases=(alias,)))
    assert [f.subject for f in findings] == ([TitleSubject("backend", title)] if is_generic else [])
    assert [c.after for f in findings for c in f.repair] == ([RoleAlias("backend", title, True)] if is_generic else [])


def test_what_is_marked_in_one_role_is_generic_in_another() -> None:
    titles = RoleAlias("analyst", "Modeller", True), RoleAlias("backend", "Modeller")
    (finding,) = found(GenericTitle(), small(role_aliases=titles))
    assert finding.subject == TitleSubject("backend", "Modeller")


def test_a_roles_own_name_is_no_generic_title() -> None:
    roles = (*GOOD["roles"], Role(3, "swe", "Software Engineer"))
    assert found(GenericTitle(), small(roles=roles, role_aliases=(RoleAlias("swe", "Software Engineer"),))) == []
