"""A stack is judged once: the next run with the same set of skills is answered from the store, and says so."""

from collections.abc import Iterator
from typing import Any

import pytest

from db.server import Database
from db.services.workbench import Workbench
from db.stores.stack_maturities import StackMaturityStore
from pipeline.contracts import TechStackMaturity
from tests.conftest import SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.executor.close()


def maturity_of(bench: Workbench, jd: str) -> dict[str, Any]:
    output = finished(bench, bench.executor.start(jd)).client_output
    assert output is not None
    return dict(output["tech_stack_maturity"])


def test_the_next_run_with_the_same_skills_is_a_cache_hit_with_the_same_words(bench: Workbench, jd: str) -> None:
    first = maturity_of(bench, jd)
    assert first["cache_hit"] is False
    # Another text, the same demands in another order.
    again = maturity_of(bench, jd.replace("- PySpark, SQL and Hive", "- Hive, SQL and PySpark"))
    assert again == {**first, "cache_hit": True}
    assert maturity_of(bench, jd.replace("Terraform", "COBOL, JCL"))["cache_hit"] is False


def test_what_is_kept_first_stays(ready: Database) -> None:
    store = StackMaturityStore(ready.engine)
    first = TechStackMaturity(label="Mainstream", reasoning="Java.", cache_hit=False, deciding_skills=["Java"])
    assert store.get("k") is None
    store.put("k", first)
    store.put("k", first.model_copy(update={"label": "Legacy"}))
    assert store.get("k") == first
