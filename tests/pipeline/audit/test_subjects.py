"""A subject knows its JSON form, its rows, its name, its roles and the runs that met it."""

from __future__ import annotations

import pytest

from pipeline.audit import Part, Subject, Usage
from pipeline.audit.subjects import (
    AliasSubject,
    DimensionSubject,
    FactSubject,
    KraSubject,
    LinkSubject,
    PairSubject,
    RoleSubject,
    SkillSubject,
    TermSubject,
    TitleSubject,
)
from pipeline.catalog import Role, SkillDimension
from tests.pipeline.audit.small import GOOD, small

CATALOG = small(
    roles=(*GOOD["roles"], Role(15, "backend-15", "Backend Developer")),
    skill_dimensions=(*GOOD["skill_dimensions"], SkillDimension("kubernetes", "reports")),
)
USAGE = Usage(
    runs=9,
    skills={"kubernetes": 4, "tableau": 2},
    forms={("kubernetes", "k8s"): 3},
    dimensions={"services": 7},
    roles={"backend": 5},
    terms={"Quux": 1},
)
ALIAS, LINK = AliasSubject("kubernetes", "k8s"), LinkSubject("kubernetes", "services")
TITLE, KRA = TitleSubject("backend", "Developer"), KraSubject("backend", "Do good work")
SKILL, FACT = SkillSubject("kubernetes"), FactSubject("kubernetes", "license")
DIMENSION, ROLE, TERM = DimensionSubject("services"), RoleSubject("backend"), TermSubject("Quux")
SKILLS, ROLES = PairSubject("skills", ("kubernetes", "tableau")), PairSubject("roles", ("backend", "backend-15"))


@pytest.mark.parametrize(
    "subject, wire, rows",
    [
        (
            LINK,
            {"skill_slug": "kubernetes", "dimension_slug": "services"},
            [("skill_dimensions", ("kubernetes", "services"))],
        ),
        (ALIAS, {"skill_slug": "kubernetes", "alias_text": "k8s"}, [("skill_aliases", ("kubernetes", "k8s"))]),
        (TITLE, {"role_slug": "backend", "alias_text": "Developer"}, [("role_aliases", ("backend", "Developer"))]),
        (KRA, {"role_slug": "backend", "kra_text": "Do good work"}, [("role_kras", ("backend", "Do good work"))]),
        (SKILL, {"skill_slug": "kubernetes"}, [("skills", ("kubernetes",))]),
        (FACT, {"skill_slug": "kubernetes", "field": "license"}, [("skills", ("kubernetes",))]),
        (DIMENSION, {"dimension_slug": "services"}, [("dimensions", ("services",))]),
        (ROLE, {"role_slug": "backend"}, [("roles", ("backend",))]),
        (SKILLS, {"slugs": ["kubernetes", "tableau"]}, [("skills", ("kubernetes",)), ("skills", ("tableau",))]),
        (TERM, {"term": "Quux"}, []),
    ],
)
def test_json_form_and_rows(subject: Subject, wire: dict[str, object], rows: list[object]) -> None:
    assert subject.wire() == wire and list(subject.wire()) == list(wire)
    assert list(subject.rows()) == rows


@pytest.mark.parametrize(
    "subject, label, heading",
    [
        (LINK, "Kubernetes in Services", "Kubernetes in Services"),
        (ALIAS, "k8s → Kubernetes", "k8s as a form of Kubernetes"),
        (TITLE, "Developer → Backend Developer", "Backend Developer · Developer"),
        (KRA, "Backend Developer · Do good work", "Backend Developer · Do good work"),
        (FACT, "Kubernetes · license", "Kubernetes · license"),
        (SKILLS, "Kubernetes and Tableau", "Kubernetes and Tableau"),
        # Two of one name are shown by their slugs.
        (ROLES, "backend and backend-15", "backend and backend-15"),
        (TERM, "Quux", "Quux"),
        (DimensionSubject("gone"), "gone", "gone"),
    ],
)
def test_names(subject: Subject, label: str, heading: str) -> None:
    assert subject.label(CATALOG) == label
    assert "".join(part.text for part in subject.parts(CATALOG)) == heading


def test_parts_have_an_entity_and_lead_to_a_card() -> None:
    assert ALIAS.parts(CATALOG) == (
        Part("k8s", "alias"),
        Part(" as a form of "),
        Part("Kubernetes", "skill", "skills", "kubernetes"),
    )
    assert KRA.parts(CATALOG)[-1] == Part("Do good work", "kra")
    assert [p.slug for p in ROLES.parts(CATALOG) if p.table == "roles"] == ["backend", "backend-15"]


def test_roles_that_a_subject_concerns() -> None:
    # A link concerns the roles of its dimension, a skill those of all its dimensions.
    assert LINK.roles(CATALOG) == DIMENSION.roles(CATALOG) == ("backend",)
    assert SKILL.roles(CATALOG) == ALIAS.roles(CATALOG) == ("analyst", "backend")
    assert TITLE.roles(CATALOG) == KRA.roles(CATALOG) == ("backend",)
    assert ROLES.roles(CATALOG) == ("backend", "backend-15")
    assert SKILLS.roles(CATALOG) == TERM.roles(CATALOG) == RoleSubject("gone").roles(CATALOG) == ()


def test_runs_that_met_a_subject() -> None:
    assert ALIAS.touched_runs(USAGE) == 3
    assert LINK.touched_runs(USAGE) == SKILL.touched_runs(USAGE) == FACT.touched_runs(USAGE) == 4
    assert DIMENSION.touched_runs(USAGE) == 7
    assert ROLE.touched_runs(USAGE) == TITLE.touched_runs(USAGE) == KRA.touched_runs(USAGE) == 5
    assert SKILLS.touched_runs(USAGE) == 6 and ROLES.touched_runs(USAGE) == 5
    assert TERM.touched_runs(USAGE) == 1 and TermSubject("Other").touched_runs(USAGE) == 0


def test_the_matches_that_show_a_fault() -> None:
    assert ALIAS.matched_form() == ("kubernetes", "k8s")
    assert LINK.matched_form() == FACT.matched_form() == ("kubernetes", None)
    assert ROLE.matched_form() is None and TERM.matched_form() is None
