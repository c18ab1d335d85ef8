"""A run is a pure function: the same input gives the same bytes, whatever ran before."""

import json
import time

import pytest

from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.embedding import CachedEncoder, MemoryStore
from pipeline.errors import InputError
from pipeline.run import STAGES, Run, run, steps
from tests.conftest import ROOT, SEED_CATALOG


def wire(result: Run) -> str:
    return json.dumps(result.wire())


def test_the_same_input_gives_the_same_bytes_with_a_cold_and_a_warm_cache(jd: str, indexes: Indexes) -> None:
    first = wire(run(jd, None, "r", indexes))
    fresh = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(MemoryStore()))
    run("Other text first. Responsibilities: test software, write reports. Requirements: SQL experience for the job", None, "x", fresh)
    assert wire(run(jd, None, "r", fresh)) == first
    assert wire(run(jd, None, "r", fresh)) == first


def test_stages_come_in_order_and_each_once(jd: str, indexes: Indexes) -> None:
    assert [d.stage for d in steps(jd, None, "r", indexes, Config())] == list(STAGES)


def test_costs_of_the_local_engine_are_zero_and_not_unknown(jd: str, indexes: Indexes) -> None:
    step3 = run(jd, None, "r", indexes).api3
    assert step3 is not None
    assert (step3.llm_cost_api1_usd, step3.llm_cost_api2_usd, step3.llm_cost_api3_usd, step3.llm_cost_total_usd) == (0, 0, 0, 0)


def test_the_cluster_is_that_of_the_role(indexes: Indexes) -> None:
    text = (ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt").read_text(encoding="utf-8")
    result = run(text, None, "r", indexes)
    assert result.enrichment is not None and result.api1.stage4_decision.chosen_role is not None
    role = result.api1.stage4_decision.chosen_role.slug
    own = {d.display_name for d in indexes.catalog.dimensions_of_role[role]} | {"Cross-cutting / unaligned"}
    assert {g["dimension"] for g in result.enrichment["skill_cluster"]} <= own


STRANGE = {
    "empty": "",
    "three words": "Java developer wanted",
    "NUL bytes": "Java developer\0with experience\0 in SQL. " * 4,
    "lone surrogates": "We look for a Java \ud800 developer with experience \udfff in our team and SQL skills for the job today.",
    "right to left": "مطلوب مهندس برمجيات " * 40,
    "markup": "<html><body onload='x()'><h1>Java Developer</h1><ul><li>Java<li>SQL experience</ul><p>join our team as developer with years",
    "emoji": "👩‍💻 " * 500,
    "one letter": "a " * 5000,
    "long word": "x" * 100_000,
    "brackets": "(((((" * 3000 + "[[[" * 2000,
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_texts_give_a_run_that_tells_what_they_are(name: str, indexes: Indexes) -> None:
    began = time.perf_counter()
    result = run(STRANGE[name], None, "r", indexes)
    assert result.api1.nano_parsed.JD_type in ("pass", "not_a_jd", "too_short", "not_english")
    json.dumps(result.wire())
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(("text", "said"), [("x" * 5_000_000, "at most"), ("".join(map(chr, range(32))) * 50, "binary file")])
def test_a_file_chosen_by_mistake_is_refused(text: str, said: str, indexes: Indexes) -> None:
    with pytest.raises(InputError, match=said):
        run(text, None, "r", indexes)
