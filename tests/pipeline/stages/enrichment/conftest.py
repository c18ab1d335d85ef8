"""The indexes of the small catalog."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.learned.encoder import CachedEncoder
from tests.pipeline.stages.enrichment.small import CATALOG


@pytest.fixture
def small(encoder: CachedEncoder) -> Indexes:
    return Indexes(CATALOG, encoder)
