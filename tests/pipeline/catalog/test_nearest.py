"""The nearest skill of a term that no alias settles, with a probability that falls where the term means nothing."""

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.nearest import Guess, NearestSkills
from pipeline.learned.encoder import CachedEncoder


@pytest.mark.slow
def test_terms_find_their_skills_and_nonsense_is_doubted(indexes: Indexes) -> None:
    terms = [
        ("administration of PostgreSQL databases", "Experience in the administration of PostgreSQL databases"),
        ("containerisation with docker", "You know containerisation with docker"),
        ("own bicycle", "You have your own bicycle"),
    ]
    found = NearestSkills(indexes).guess(terms)
    assert found[0].slug == "postgresql"
    assert found[1].slug in ("docker", "containerization")
    assert found[2].probability < 0.3 < found[0].probability
    assert NearestSkills(indexes).guess(terms) == found


def test_an_empty_catalog_has_no_guess(encoder: CachedEncoder) -> None:
    assert NearestSkills(Indexes(Catalog(), encoder)).guess([("Java", "")]) == [Guess(None, 0.0)]
