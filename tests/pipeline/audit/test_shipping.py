"""What travels with the shipped catalogs is that of the catalogs in ``seeds``; ``python -m pipeline.audit.shipping`` writes it anew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pipeline.audit import audit
from pipeline.audit.owners import score_aliases
from pipeline.audit.shipped_owners import shipped_ownership
from pipeline.audit.shipping import shipped_catalogs
from pipeline.catalog import Catalog
from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import FILE, ShippedFirst, read_vectors
from pipeline.vectors import CARRIED_MODEL
from tests.memory_store import MemoryStore
from tests.pipeline.audit.small import WordEncoder

MAX_BYTES = 25_000_000
EDITIONS = [0, 1]


@cache
def catalogs() -> tuple[Catalog, ...]:
    return shipped_catalogs()


class WithoutModel(CachedEncoder):
    """Takes every vector from what is shipped."""

    def __init__(self) -> None:
        super().__init__(ShippedFirst(MemoryStore()))

    def load(self) -> CachedEncoder:
        raise AssertionError("a text of the shipped catalog has no vector: run python -m pipeline.audit.shipping")


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_shipped_catalog_is_made_ready_and_audited_without_the_model(edition: int) -> None:
    indexes = Indexes(catalogs()[edition], WithoutModel())
    indexes.warm()
    assert len(audit(indexes)) > 10


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_run_finds_the_names_of_a_shipped_catalog_encoded(edition: int) -> None:
    shipped = catalogs()[edition]
    choice = DimensionChoice(Indexes(shipped, WithoutModel()))
    several = [s.slug for s in shipped.skills if len(shipped.dimensions_of_skill.get(s.slug, ())) > 1]
    assert len(several) > 100
    assert all(choice.best(slug) in shipped.dimensions_of_skill[slug] for slug in several)


def test_a_folder_is_made_ready_without_the_model_though_its_rows_are_in_another_order(catalog: Catalog) -> None:
    assert catalog.role_aliases != catalogs()[0].role_aliases
    folder, stored = (Indexes(c, WithoutModel()).title_matrix for c in (catalog, catalogs()[0]))
    assert folder.roles == stored.roles and np.array_equal(folder.vectors, stored.vectors)


@pytest.mark.slow
def test_shipped_vectors_are_those_that_the_model_makes(encoder: CachedEncoder) -> None:
    texts = [s.display_name for s in catalogs()[0].skills[::200]]
    made = encoder.load().encode(texts)
    shipped = WithoutModel().encode(texts)
    # Another processor may sum in another order.
    assert float((made * shipped).sum(axis=1).min()) > 0.9999


@pytest.mark.slow
def test_shipped_scores_of_aliases_are_those_that_are_made_of_their_vectors(encoder: CachedEncoder) -> None:
    indexes = Indexes(catalogs()[1], encoder)
    shipped, made = shipped_ownership(indexes), score_aliases(indexes)
    assert shipped is not None
    assert (shipped.aliases, shipped.better) == (made.aliases, made.better)
    assert np.allclose(shipped.signs, made.signs, atol=1e-4)
    assert np.allclose(shipped.wrong, made.wrong, atol=1e-4)


def test_a_catalog_with_another_row_has_no_shipped_scores() -> None:
    catalog = catalogs()[0]
    edited = replace(catalog, skill_aliases=catalog.skill_aliases[1:])
    assert shipped_ownership(Indexes(edited, WithoutModel())) is None
    assert shipped_ownership(Indexes(catalog, WordEncoder())) is None


def test_what_is_shipped_is_small_enough_to_be_kept_with_the_code() -> None:
    assert FILE.stat().st_size < MAX_BYTES
    rows, vectors = read_vectors(FILE, CARRIED_MODEL)
    assert len(rows) == len(vectors)
    assert read_vectors(FILE, "another-model")[0] == {}
