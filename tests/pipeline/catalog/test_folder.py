"""A catalog folder is read and written without loss, and a broken one is refused with all its problems."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalog import Catalog, Role, RoleBaseline, RoleKra, Setting, Skill, SkillAlias
from pipeline.catalog.folder import read_folder, write_folder
from pipeline.errors import CatalogError

TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r|"), min_size=1, max_size=30
).filter(str.strip)


def test_the_catalog_that_ships_survives_write_and_read(catalog: Catalog, tmp_path: Path) -> None:
    write_folder(catalog, tmp_path / "once")
    reread = read_folder(tmp_path / "once").catalog
    assert reread == catalog
    write_folder(reread, tmp_path / "twice")
    for file in (tmp_path / "once").iterdir():
        assert file.read_bytes() == (tmp_path / "twice" / file.name).read_bytes()


NATURE = "Machine learning and AI engineering"


@settings(max_examples=60, deadline=None)
@given(name=TEXT, kra=TEXT, tags=st.lists(TEXT, max_size=3), year=st.none() | st.integers(1950, 2030))
def test_any_text_survives(tmp_path_factory, name, kra, tags, year) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("catalog")
    value = Catalog(
        roles=(Role(None, "r", name, None, kra),),
        role_kras=(RoleKra("r", kra),),
        skills=(Skill(7, "s", name, year_introduced=year, confidence=0.25, context_tags=tuple(tags)),),
        role_baselines=(RoleBaseline("r", NATURE, kra, "Cutting Edge", name, 4.25, ("title_match", "on_ai_team")),),
        settings=(Setting("role_without_reviewer_from", "0.71"),),
        skill_aliases=(SkillAlias(None, "s", name, "LEGACY", "CASE_SENSITIVE", True, tuple(tags)),),
    )
    write_folder(value, folder)
    assert read_folder(folder).catalog == value


def test_a_missing_or_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "roles.csv").write_text("slug,display_name\nqa,QA Engineer\n", encoding="utf-8")
    (tmp_path / "skills.csv").write_text("", encoding="utf-8")
    assert read_folder(tmp_path).catalog == Catalog(roles=(Role(None, "qa", "QA Engineer"),))


def test_all_problems_are_named_with_file_line_column_and_reason(tmp_path: Path) -> None:
    (tmp_path / "roles.csv").write_text("id,slug,display_name\nx,a,A\n2,,B\n3,c,C\n4,c,D\n", encoding="utf-8")
    (tmp_path / "skill_aliases.csv").write_text(
        "skill_slug,alias_text,alias_type,is_primary\nghost,g,SYNONYM,yes\nghost,h,NICKNAME,\n", encoding="utf-8"
    )
    with pytest.raises(CatalogError) as caught:
        read_folder(tmp_path)
    message = str(caught.value)
    for part in (
        "roles.csv, line 2, column id: 'x' is not a whole number",
        "roles.csv, line 3, column slug: must not be empty",
        "roles.csv, line 5, column slug: 'c' already stands at roles.csv, line 4",
        "skill_aliases.csv, line 2, column is_primary: 'yes' is neither true nor false",
        "skill_aliases.csv, line 3, column alias_type: 'NICKNAME' is not one of",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("role_without_reviewer_from,1.2", "line 2, column value: 1.2 is not a number from 0 to 1, which role_without"),
        ("role_without_reviewer_from,often", "column value: 'often' is not a number from 0 to 1 such as 0.7"),
        ("role_without_reviewer_from,1e-1", "column value: '1e-1' is not a number"),
        ("role_without_reviewer_from,", "column value: must not be empty"),
        ("mood,0.5", "column key: 'mood' is not one of role_without_reviewer_from"),
        ("role_without_reviewer_from,1\nrole_without_reviewer_from,0.2", "line 3, column key: .* already stands at"),
    ],
)
def test_a_setting_that_is_unknown_or_has_no_value_of_its_key_is_refused(
    tmp_path: Path, row: str, problem: str
) -> None:
    (tmp_path / "settings.csv").write_text(f"key,value\n{row}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=problem):
        read_folder(tmp_path)


def test_a_setting_is_read_from_its_file_and_none_is_set_without(tmp_path: Path) -> None:
    assert read_folder(tmp_path).catalog.review_confidence is None
    (tmp_path / "settings.csv").write_text("key,value\nrole_without_reviewer_from,0.71\n", encoding="utf-8")
    assert read_folder(tmp_path).catalog.review_confidence == 0.71


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "role_kras.csv").write_text("role_slug,kra_text\nghost,Haunts\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"line 2, column role_slug: 'ghost' is not in roles.csv"):
        read_folder(tmp_path)


def test_unknown_columns_are_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "roles.csv").write_text("slug,display_name,mood\nqa,QA,fine\n", encoding="utf-8")
    reading = read_folder(tmp_path)
    assert reading.warnings == ("roles.csv: left out unknown columns 'mood'",)
    assert reading.catalog.roles == (Role(None, "qa", "QA"),)


def test_an_overlay_replaces_known_keys_and_adds_others(tmp_path: Path) -> None:
    base, over = tmp_path / "base", tmp_path / "over"
    write_folder(Catalog(roles=(Role(1, "a", "A"), Role(2, "b", "B"))), base)
    write_folder(Catalog(roles=(Role(1, "a", "A new"), Role(3, "c", "C"))), over)
    assert read_folder(base, over).catalog.roles == (Role(1, "a", "A new"), Role(2, "b", "B"), Role(3, "c", "C"))


def test_an_item_with_the_separator_is_refused(tmp_path: Path, catalog: Catalog) -> None:
    skill = replace(catalog.skills[0], context_tags=("a|b",))
    with pytest.raises(CatalogError, match=r"contains '\|'"):
        write_folder(Catalog(skills=(skill,)), tmp_path / "out")
    assert not (tmp_path / "out").exists()
