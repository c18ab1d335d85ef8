"""The dimension that suits a skill best: the role's first, then by company and by what the dimension is about."""

from pipeline.catalog import Catalog
from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Dimension, Role, RoleDimension, Skill, SkillDimension
from pipeline.learned.encoder import CachedEncoder


def _catalog(*links: tuple[str, str], carried: tuple[str, ...] = ()) -> Catalog:
    names = {"loads": "ETL Tools", "shells": "Shell Scripting", "twin": "Shell Scripting", "sails": "Sail Making"}
    skills = {"bash": "Bash", "awk": "AWK", "sed": "sed", "canvas": "Canvas"}
    return Catalog(
        roles=(Role(1, "sailor", "Sailor"),),
        dimensions=tuple(Dimension(i, slug, name) for i, (slug, name) in enumerate(names.items())),
        skills=tuple(Skill(i, slug, name, "Tool", "Tool", "TOOL") for i, (slug, name) in enumerate(skills.items())),
        skill_dimensions=tuple(SkillDimension(*link) for link in links),
        role_dimensions=tuple(RoleDimension("sailor", slug) for slug in carried),
    )


def _ordered(catalog: Catalog, encoder: CachedEncoder, role: str | None = None, **weights: float) -> list[str]:
    return [d.slug for d in DimensionChoice(Indexes(catalog, encoder), role, weights).ordered("bash")]


def test_what_a_dimension_is_about_decides_where_nothing_else_does(encoder: CachedEncoder) -> None:
    catalog = _catalog(("bash", "loads"), ("bash", "shells"))
    assert _ordered(catalog, encoder) == ["shells", "loads"]


def test_a_dimension_that_the_role_carries_comes_before_any_other(encoder: CachedEncoder) -> None:
    catalog = _catalog(("bash", "sails"), ("bash", "shells"), carried=("sails",))
    assert _ordered(catalog, encoder, "sailor") == ["sails", "shells"]
    assert _ordered(catalog, encoder) == ["shells", "sails"]
    choice = DimensionChoice(Indexes(catalog, encoder), "sailor")
    assert [choice.carries(d) for d in choice.ordered("bash")] == [True, False]


def test_the_company_of_the_other_skills_decides_between_dimensions_of_one_name(encoder: CachedEncoder) -> None:
    catalog = _catalog(
        ("bash", "shells"), ("bash", "twin"), ("awk", "twin"), ("sed", "twin"), ("canvas", "shells"), ("sed", "shells")
    )
    assert _ordered(catalog, encoder, awk=1.0, bash=1.0)[0] == "twin"
    assert _ordered(catalog, encoder, canvas=1.0, bash=1.0)[0] == "shells"


def test_a_primary_skill_is_more_company_than_a_secondary_one(encoder: CachedEncoder) -> None:
    catalog = _catalog(("bash", "shells"), ("bash", "twin"), ("awk", "twin"), ("canvas", "shells"))
    indexes = Indexes(catalog, encoder)
    for primary, first in (("awk", "twin"), ("canvas", "shells")):
        skills = [("awk", primary == "awk"), ("canvas", primary == "canvas"), (None, True)]
        best = DimensionChoice.for_skills(indexes, None, skills).best("bash")
        assert best is not None and best.slug == first


def test_ties_go_by_name_and_a_skill_in_none_has_no_best(encoder: CachedEncoder) -> None:
    catalog = _catalog(("bash", "shells"), ("bash", "twin"))
    assert _ordered(catalog, encoder) == ["shells", "twin"]
    assert DimensionChoice(Indexes(catalog, encoder)).best("sed") is None
