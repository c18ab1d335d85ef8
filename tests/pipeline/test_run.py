"""A run is a pure function: the same input gives the same bytes, whatever ran before."""

import json
import time
from dataclasses import replace

import pytest

from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Extraction
from pipeline.errors import InputError
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.run import (
    EVENTS,
    STAGES,
    Captured,
    Completed,
    Decided,
    Encoded,
    Event,
    Extracted,
    LibraryMatched,
    Parsed,
    Rejected,
    RoleLinked,
    Run,
    RunContext,
    RunState,
    SignalsRead,
    SkillsFound,
    run,
    run_stages,
    until,
)
from pipeline.stages.encoding import encode_jds
from pipeline.text import JDText
from tests.conftest import ROOT, SEED_CATALOG
from tests.memory_store import MemoryStore


def wire(result: Run) -> str:
    return json.dumps(result.wire())


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes_with_a_cold_and_a_warm_cache(jd: str, indexes: Indexes) -> None:
    first = wire(run(jd, None, "r", indexes))
    fresh = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(ShippedFirst(MemoryStore())))
    run(
        "Other text first. Responsibilities: test software, write reports. Requirements: SQL experience for the job",
        None,
        "x",
        fresh,
    )
    assert wire(run(jd, None, "r", fresh)) == first
    assert wire(run(jd, None, "r", fresh)) == first


SOUP = "Stir the soup and serve it with bread while it is hot, they say, for three days."


def events(jd: str, indexes: Indexes, config: Config | None = None, title: str | None = None) -> list[Event]:
    return list(run_stages(RunState.from_text(jd, title), RunContext("r", indexes, config or Config())))


def test_stages_come_in_order_and_each_once(jd: str, indexes: Indexes) -> None:
    found = events(jd, indexes)
    assert [type(event) for event in found] == list(EVENTS)
    assert [event.stage for event in found] == list(STAGES)
    assert [(stage, step) for stage, (step, _) in STAGES.items()] == [
        ("parse", 1),
        ("embed", 1),
        ("skills", 1),
        ("signals", 1),
        ("decision", 1),
        ("capture", 1),
        ("details", 2),
        ("final_output", 3),
        ("enrichment", 3),
    ]


def test_what_a_stage_gives_is_what_the_run_has_of_it(jd: str, indexes: Indexes) -> None:
    found = iter(events(jd, indexes))
    parsed, jd_vectors, skills = until(found, Parsed).parsed, until(found, Encoded).jd, until(found, SkillsFound).skills
    signals, decision = until(found, SignalsRead).role_signals, until(found, Decided).decision
    extraction, library_match = until(found, Captured).extraction, until(found, LibraryMatched).library_match
    role_output, result = until(found, RoleLinked).role_output, until(found, Completed).run
    assert jd_vectors.parsed is parsed and len(jd_vectors.sentences) == len(jd_vectors.vectors) > 0
    assert (extraction.parsed, extraction.decision, extraction.signals) == (parsed, decision, signals.signals)
    assert [s.skill_name for s in extraction.skills] == [s.name for s in skills]
    assert (result.extraction, result.library_match) == (extraction, library_match)
    assert result.role_output is not None and result.role_output.persistence == role_output.persistence
    assert result.vector is not None and result.vector.shape == (jd_vectors.vectors.shape[1],)


def test_a_text_that_is_no_jd_ends_after_step_1(indexes: Indexes) -> None:
    found = events(SOUP, indexes)
    assert [type(event) for event in found] == [Parsed, Encoded, Rejected, Completed]
    assert [event.stage for event in found] == ["parse", "embed", "decision", "enrichment"]
    assert wire(until(iter(found), Completed).run) == wire(run(SOUP, None, "r", indexes))
    with pytest.raises(LookupError, match="Decided"):
        until(iter(found), Decided)


def states(jd: str, indexes: Indexes) -> list[RunState]:
    """What a run has come to behind each stage that it can begin behind."""
    found = iter(events(jd, indexes))
    text = RunState.from_text(jd, None)
    parsed = replace(text, parsed=until(found, Parsed).parsed)
    encoded = replace(parsed, encoded=until(found, Encoded).jd)
    skills = replace(encoded, skills=until(found, SkillsFound).skills)
    signals = replace(skills, role_signals=until(found, SignalsRead).role_signals)
    decided = replace(signals, decision=until(found, Decided).decision)
    extracted = replace(decided, extraction=until(found, Captured).extraction)
    return [text, parsed, encoded, skills, signals, decided, extracted]


def test_a_run_that_begins_behind_a_stage_equals_a_whole_run(jd: str, indexes: Indexes) -> None:
    whole = wire(run(jd, None, "r", indexes))
    for done, state in enumerate(states(jd, indexes)):
        found = list(run_stages(state, RunContext("r", indexes)))
        assert [type(event) for event in found] == list(EVENTS[done:])
        assert wire(until(iter(found), Completed).run) == whole


def test_a_stored_step_1_is_linked_as_the_run_would_have_linked_it(jd: str, indexes: Indexes) -> None:
    whole = run(jd, None, "r", indexes)
    stored = Extraction.model_validate(json.loads(json.dumps(whole.extraction.wire())))
    (encoded,) = encode_jds([(JDText(jd), stored.parsed)], indexes.encoder)
    found = list(run_stages(RunState.from_extraction(encoded, stored), RunContext("r", indexes)))
    assert [type(event) for event in found] == [LibraryMatched, RoleLinked, Completed]
    resumed = until(iter(found), Completed).run
    assert wire(resumed) == wire(whole)
    assert resumed.vector is not None and whole.vector is not None and (resumed.vector == whole.vector).all()


def test_a_stored_rejection_is_not_linked(indexes: Indexes) -> None:
    rejected = run(SOUP, None, "r", indexes).extraction
    (encoded,) = encode_jds([(JDText(SOUP), rejected.parsed)], indexes.encoder)
    found = list(run_stages(RunState.from_extraction(encoded, rejected), RunContext("r", indexes)))
    assert found == [Completed(Run(rejected))]


def test_no_stage_behind_the_wanted_one_is_run(jd: str, indexes: Indexes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.run.extract_details", lambda *_: pytest.fail("step 2 was run"))
    state = RunState.from_text(jd, None)
    extraction = until(run_stages(state, RunContext("r", indexes)), Extracted).extraction
    assert extraction.decision.chosen_role is not None and not extraction.rejected


def test_a_hidden_title_is_not_read(jd: str, indexes: Indexes) -> None:
    hidden = until(iter(events(jd, indexes, Config(hide_title=True), "Mobile Developer")), Completed).run
    assert wire(hidden) == wire(run(jd, None, "r", indexes))
    shown = until(iter(events(jd, indexes, title="Mobile Developer")), Completed).run
    assert shown.extraction.parsed.role == "Mobile Developer"


def test_costs_of_the_local_engine_are_zero_and_not_unknown(jd: str, indexes: Indexes) -> None:
    role_output = run(jd, None, "r", indexes).role_output
    assert role_output is not None
    assert (
        role_output.llm_cost_api1_usd,
        role_output.llm_cost_api2_usd,
        role_output.llm_cost_api3_usd,
        role_output.llm_cost_total_usd,
    ) == (
        0,
        0,
        0,
        0,
    )


def test_the_cluster_is_that_of_the_role(indexes: Indexes) -> None:
    text = (ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt").read_text(encoding="utf-8")
    result = run(text, None, "r", indexes)
    assert result.client_output is not None and result.extraction.decision.chosen_role is not None
    role = result.extraction.decision.chosen_role.slug
    own = {d.display_name for d in indexes.catalog.dimensions_of_role[role]} | {"Cross-cutting / unaligned"}
    assert {g["dimension"] for g in result.client_output["skill_cluster"]} <= own


STRANGE = {
    "empty": ("too_short", ""),
    "three words": ("too_short", "Java developer wanted"),
    "NUL bytes": ("pass", "Java developer\0with experience\0 in SQL. " * 4),
    "lone surrogates": (
        "pass",
        "We look for a Java \ud800 developer with experience \udfff in our team and SQL skills for the job today.",
    ),
    "right to left": ("not_english", "مطلوب مهندس برمجيات " * 40),
    "markup": (
        "pass",
        "<html><body onload='x()'><h1>Java Developer</h1><ul><li>Java<li>SQL experience</ul><p>join our team as developer with years",
    ),
    "emoji": ("too_short", "👩‍💻 " * 500),
    "one letter": ("not_a_jd", "a " * 5000),
    "long word": ("not_english", "x" * 100_000),
    "brackets": ("too_short", "(((((" * 3000 + "[[[" * 2000),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_texts_give_a_run_that_says_what_they_are(name: str, indexes: Indexes) -> None:
    jd_type, text = STRANGE[name]
    began = time.perf_counter()
    result = run(text, None, "r", indexes)
    assert time.perf_counter() - began < 10
    assert result.extraction.parsed.JD_type == jd_type
    assert result.extraction.rejected is (jd_type != "pass") is (result.library_match is None)
    assert json.loads(wire(result))["api1"]["run_id"] == "r"


@pytest.mark.parametrize(
    ("text", "reason"), [("x" * 5_000_000, "at most"), ("".join(map(chr, range(32))) * 50, "binary file")]
)
def test_a_file_chosen_by_mistake_is_refused(text: str, reason: str, indexes: Indexes) -> None:
    with pytest.raises(InputError, match=reason):
        run(text, None, "r", indexes)
