"""How near a title is to each role's titles: other words of one meaning, slips, and the bounds of the score."""

import pytest

from pipeline.catalog import Catalog, Role, RoleAlias
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import compared_forms, title_vectors
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.title_signal import equal_titles, title_features, title_scores

TITLES = {
    "pilot": ("Harbour Pilot", "Marine Pilot", "Ship Pilot"),
    "crane": ("Quay Crane Operator", "Gantry Crane Driver"),
    "surveyor": ("Hydrographic Surveyor", "Seabed Surveyor", "Bathymetry Specialist"),
}


@pytest.fixture
def harbour(encoder: CachedEncoder) -> Indexes:
    roles = tuple(Role(i, slug, titles[0]) for i, (slug, titles) in enumerate(TITLES.items(), 1))
    aliases = tuple(RoleAlias(slug, title, is_generic=False) for slug, titles in TITLES.items() for title in titles)
    return Indexes(Catalog(roles=roles, role_aliases=aliases), encoder)


def scores_of(title: str, indexes: Indexes) -> dict[str, float]:
    return title_scores(title, title_vectors([title], indexes.encoder)[0], indexes)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Senior Harbor Pilott", "pilot"),
        ("Container Crane Op.", "crane"),
        ("Surveyor of Sea Beds", "surveyor"),
        ("Maritime Pilot II (m/f/d)", "pilot"),
    ],
)
def test_a_title_in_other_words_is_nearest_to_its_role(title: str, role: str, harbour: Indexes) -> None:
    scores = scores_of(title, harbour)
    assert max(scores, key=scores.__getitem__) == role
    assert scores[role] > 0.5 and all(0 <= s <= 1 for s in scores.values())


def test_a_title_of_the_catalog_scores_one_and_a_strange_one_little(harbour: Indexes) -> None:
    assert scores_of("Marine Pilot", harbour)["pilot"] == 1.0
    assert max(scores_of("Pastry Cook", harbour).values()) < 0.4
    assert scores_of("", harbour) == {}


def test_features_are_about_zero_to_one_and_rise_with_nearness(harbour: Indexes) -> None:
    vector = title_vectors(["Marine Pilot"], harbour.encoder)[0]
    matrix = harbour.title_matrix
    features = title_features("Marine Pilot", vector, matrix)
    crane, pilot = (features[matrix.roles.index(slug)] for slug in ("crane", "pilot"))
    assert (pilot[:7] > crane[:7]).all() and pilot.min() >= 0 and pilot.max() <= 1.001
    assert pilot[0] >= pilot[1] >= pilot[2]


def test_a_title_is_compared_whole_and_without_seniority() -> None:
    assert compared_forms("Senior Harbour Pilot") == ("senior harbour pilot", "harbour pilot")
    assert compared_forms("Harbour Pilot") == ("harbour pilot",) and compared_forms("") == ()


def test_a_title_of_two_titles_is_that_of_their_one_role(indexes: Indexes) -> None:
    (hit,) = equal_titles("SAP SD/MM Consultant", (), indexes)
    assert hit.role.slug == "sap-functional-consultant"
    # Two roles are no answer.
    assert equal_titles("SAP MM/Basis Consultant", (), indexes) == ()
