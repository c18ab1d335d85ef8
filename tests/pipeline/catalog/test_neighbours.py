"""The roles nearest to a role, and the rows and columns of a matrix of links."""

from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillDimension
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.neighbours import link_scope, nearest_roles

CATALOG = Catalog(
    roles=(Role(1, "data-engineer", "Data Engineer"),),
    dimensions=(Dimension(1, "streams", "Streams"), Dimension(2, "stores", "Stores"), Dimension(3, "empty", "Empty")),
    skills=(
        Skill(1, "kafka", "Kafka", "Tools"),
        Skill(2, "kstreams", "Kafka Streams", "Tools"),
        Skill(3, "redis", "Redis", "Databases"),
    ),
    skill_dimensions=tuple(
        SkillDimension(*x.split()) for x in ("kafka streams", "kstreams stores", "kstreams streams", "redis stores")
    ),
    role_dimensions=(RoleDimension("data-engineer", "streams"),),
)


def scope(kind: str, entry: str, *unlinked: str) -> tuple[list[str], list[str]]:
    found = link_scope(CATALOG, kind, entry, unlinked)  # type: ignore[arg-type]
    return [s.slug for s in found.skills], [d.slug for d in found.dimensions]


def test_a_role_brings_its_dimensions_and_their_skills_and_what_a_draft_takes_out() -> None:
    assert scope("role", "data-engineer") == (["kafka", "kstreams"], ["streams"])
    assert scope("role", "data-engineer", "redis", "gone") == (["kafka", "kstreams", "redis"], ["streams"])
    assert scope("role", "gone") == ([], [])


def test_a_dimension_comes_before_the_others_of_its_skills() -> None:
    assert scope("dimension", "stores") == (["kstreams", "redis"], ["stores", "streams"])
    assert scope("dimension", "empty") == ([], ["empty"])


def test_a_category_brings_its_skills_and_their_dimensions_the_commonest_first() -> None:
    assert scope("category", "Tools") == (["kafka", "kstreams"], ["streams", "stores"])


def test_the_nearest_roles_of_a_shipped_role_are_of_its_kind(indexes: Indexes) -> None:
    near = nearest_roles(indexes, "data-engineer", limit=4)
    assert len(near) == 4 and "data-engineer" not in [n.slug for n in near]
    assert [n.cosine for n in near] == sorted((n.cosine for n in near), reverse=True) and near[0].cosine <= 1
    families = {indexes.catalog.role[n.slug].domain for n in near[:2]}
    assert families == {indexes.catalog.role["data-engineer"].domain}
    own = {d.slug for d in indexes.catalog.dimensions_of_role["data-engineer"]}
    others = {d.slug for d in indexes.catalog.dimensions_of_role[near[0].slug]}
    assert near[0].shared_dimensions == len(own & others)


def test_a_role_without_kras_has_no_neighbours(indexes: Indexes) -> None:
    assert nearest_roles(indexes.for_catalog(CATALOG), "data-engineer") == []
