"""Aliases whose own words say that they name something else: initials, everyday words, another maker's brand."""

from __future__ import annotations

import pytest

from pipeline.audit import AuditContext
from pipeline.audit.checks.other_names import Suspect, aliases_by_other_names
from pipeline.catalog import Catalog, Role, RoleKra, Skill, SkillAlias
from pipeline.catalog.indexes import Indexes
from tests.pipeline.audit.small import NoEncoder, small

SKILLS = (
    Skill(1, "pact", "Pact", skill_nature="TOOL", vendor="SmartBear"),
    Skill(2, "cobol-transaction-server", "COBOL Transaction Server", skill_nature="PLATFORM"),
    Skill(3, "northwind-queue", "Northwind Queue", skill_nature="TOOL", vendor="Northwind"),
    Skill(4, "quartzite", "Quartzite", skill_nature="DATABASE", vendor="Acme"),
    *(
        Skill(10 + i, f"zeppelino-{i}", f"Zeppelino {name}", skill_nature="PLATFORM", vendor="Zeppelino")
        for i, name in enumerate(("Store", "Mail", "Maps", "Pay"))
    ),
)


def suspects(*aliases: SkillAlias, skills: tuple[Skill, ...] = SKILLS, **tables: tuple[object, ...]) -> list[Suspect]:
    catalog: Catalog = small(skills=skills, skill_dimensions=(), skill_aliases=aliases, **tables)
    return list(aliases_by_other_names(AuditContext(Indexes(catalog, NoEncoder()))))


def test_initials_of_another_skills_name_are_given_to_it() -> None:
    (suspect,) = suspects(SkillAlias(1, "quartzite", "CTS", "ABBREVIATION"))
    assert (suspect.alias.alias_text, suspect.owner) == ("CTS", "cobol-transaction-server")
    assert (
        suspect.reasons[0].text == "“CTS” is short for no name of Quartzite, but for that of COBOL Transaction Server"
    )


@pytest.mark.parametrize(
    "other",
    [
        SkillAlias(2, "quartzite", "Column Table Service"),
        SkillAlias(2, "quartzite", "Cortex"),
    ],
)
def test_initials_that_another_form_of_the_skill_explains_or_not(other: SkillAlias) -> None:
    explained = other.alias_text != "Cortex"
    found = suspects(SkillAlias(1, "quartzite", "CTS", "ABBREVIATION"), other)
    assert [s.alias.alias_text for s in found] == ([] if explained else ["CTS"])


def test_two_abbreviations_of_a_skill_do_not_explain_each_other() -> None:
    found = suspects(
        SkillAlias(1, "quartzite", "CTS", "ABBREVIATION"), SkillAlias(2, "quartzite", "CTSE", "ABBREVIATION")
    )
    assert [s.alias.alias_text for s in found] == ["CTS"]


def test_a_short_word_of_capitals_is_whole_among_initials_and_the_last_word_stands_for_a_name() -> None:
    skills = (*SKILLS, Skill(5, "qx-service-manager", "QX Service Manager", skill_nature="TOOL"))
    assert [s.owner for s in suspects(SkillAlias(1, "pact", "QXSM"), skills=skills)] == ["qx-service-manager"]
    skills = (*SKILLS, Skill(5, "cobol-rpc", "COBOL RPCX", skill_nature="STANDARD"))
    assert [s.owner for s in suspects(SkillAlias(1, "quartzite", "RPCX"), skills=skills)] == ["cobol-rpc"]


def test_an_abbreviation_with_context_is_doubted_beside_an_owner_of_the_same_form_alone() -> None:
    bound = SkillAlias(1, "quartzite", "CTS", "ABBREVIATION", context=("table",))
    assert suspects(bound) == []
    (suspect,) = suspects(bound, SkillAlias(2, "cobol-transaction-server", "CTS", "ABBREVIATION", context=("cobol",)))
    # The other has the form already: it is dropped.
    assert suspect.owner is None and suspect.score == 0.9


def test_a_former_name_may_be_short_for_anything() -> None:
    assert (
        suspects(SkillAlias(1, "quartzite", "CTS", "LEGACY"), SkillAlias(2, "quartzite", "Zeppelino Base", "LEGACY"))
        == []
    )


@pytest.mark.parametrize(
    "alias, is_wrong",
    [
        (SkillAlias(1, "quartzite", "message broker"), True),
        (SkillAlias(1, "quartzite", "message broker", context=("acme",)), False),
        (SkillAlias(1, "quartzite", "Message Broker"), False),
        (SkillAlias(1, "quartzite", "quartzite server"), False),
        (SkillAlias(1, "northwind-queue", "message queue"), False),
        (SkillAlias(1, "quartzite", "message broker", is_primary=True), False),
    ],
)
def test_everyday_words_for_a_kind_of_thing_are_no_name_of_a_product(alias: SkillAlias, is_wrong: bool) -> None:
    assert [s.alias for s in suspects(alias)] == ([alias] if is_wrong else [])


def test_words_with_capitals_are_everyday_ones_where_the_catalog_writes_them_without() -> None:
    alias = SkillAlias(1, "quartzite", "Load Testing")
    role, kra = Role(1, "tester", "Tester", "Quality"), RoleKra("tester", "Plans load testing of new services")
    (suspect,) = suspects(alias, roles=(role,), role_kras=(kra,), role_dimensions=())
    assert [r.text for r in suspect.reasons] == [
        "“Load Testing” is made of everyday words that stand for a kind of thing; Quartzite is one product",
        "the catalog writes “load testing” of Tester too",
    ]


def test_a_kind_of_thing_may_have_other_words_for_it() -> None:
    skills = (*SKILLS, Skill(5, "edge-gateways", "Edge Gateways", skill_nature="PLATFORM"))
    assert suspects(SkillAlias(1, "edge-gateways", "boundary devices"), skills=skills) == []


@pytest.mark.parametrize(
    "alias, is_wrong",
    [
        (SkillAlias(1, "quartzite", "Zeppelino Warehouse"), True),
        (SkillAlias(1, "quartzite", "Zeppelino Quartzite"), False),
        (SkillAlias(1, "cobol-transaction-server", "Zeppelino Transactor"), False),
        (SkillAlias(1, "zeppelino-0", "Zeppelino Shelf"), False),
    ],
)
def test_the_brand_of_another_maker_names_what_that_maker_makes(alias: SkillAlias, is_wrong: bool) -> None:
    found = suspects(alias)
    assert [s.alias for s in found] == ([alias] if is_wrong else [])
    if is_wrong:
        why = "“Zeppelino Warehouse” has the brand of Zeppelino, as other names in the catalog have; Quartzite is made by Acme"
        assert found[0].reasons[0].text == why


def test_a_name_without_its_maker_is_no_form_of_another_product() -> None:
    (suspect,) = suspects(
        SkillAlias(1, "pact", "Xcan"),
        SkillAlias(2, "pact", "Mail"),
        skills=(*SKILLS, Skill(20, "zeppelino-xcan", "Zeppelino Xcan", skill_nature="TOOL", vendor="Zeppelino")),
    )
    # An everyday word is no name by itself.
    assert (suspect.alias.alias_text, suspect.owner) == ("Xcan", "zeppelino-xcan")
    assert suspect.reasons[0].text == (
        "“Xcan” is the name of Zeppelino Xcan without its maker, and no part of the name Pact"
    )
