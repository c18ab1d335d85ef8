"""The two engines side by side: what a model does not answer is judged as the local engine judges it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config, TermLock
from pipeline.contracts import NewSkillMeta
from pipeline.engines import LocalEngine, ModelEngine, engine_for
from pipeline.engines.answers import NamedSkill, NewSkillsAnswer, ParseAnswer, PlacedSkill, SkillsAnswer
from pipeline.engines.judgements import JUDGEMENTS
from pipeline.engines.ledger import Ledger, ModelCall, Note
from pipeline.engines.model.grounding import places_of
from pipeline.engines.model.new_skills import ground_new_skills, new_skills_question
from pipeline.engines.model.reading import ground_parse, ground_skills
from pipeline.engines.openai import Server
from pipeline.engines.protocol import Dispute, Engine, RoleOpinion
from pipeline.engines.provider import ModelProvider
from pipeline.engines.session import Session
from pipeline.run import (
    Captured,
    Completed,
    Encoded,
    LibraryMatched,
    RunContext,
    RunState,
    SignalsRead,
    run_stages,
    until,
)
from pipeline.stages.enrichment import enrich
from pipeline.stages.ranking import RoleRanking, rank_roles
from pipeline.text import JDText
from tests.pipeline.engines.test_openai import JD, Answers

CONFIG = Config(engine="openai", call_attempts=1, call_timeout_s=1.0, judgement_deadline_s=2.0)
GONE = ModelProvider(Answers(), Server("k", "http://127.0.0.1:9/v1"))


@pytest.fixture
def model() -> Iterator[ModelEngine]:
    """A model engine whose server is gone."""
    with Session(GONE, CONFIG, JD) as session:
        yield ModelEngine(session, LocalEngine())


@pytest.fixture(scope="module")
def ranking(indexes: Indexes) -> RoleRanking:
    events = run_stages(RunState.from_text(JD, None), RunContext("r", indexes))
    title = until(events, Encoded).jd.title
    return rank_roles(title, until(events, SignalsRead).role_signals, indexes.catalog, Config())


def test_each_judgement_of_a_server_that_fails_is_the_local_one(
    model: ModelEngine, ranking: RoleRanking, indexes: Indexes
) -> None:
    local = LocalEngine()
    text = JDText(JD)
    events = run_stages(RunState.from_text(JD, None), RunContext("r", indexes))
    encoded = until(events, Encoded).jd
    extraction, match = until(events, Captured).extraction, until(events, LibraryMatched).library_match
    client_output = enrich(extraction, indexes)
    assert model.parse(text, "A title") == local.parse(text, "A title")
    assert model.skills(encoded, indexes) == local.skills(encoded, indexes)
    opinion = model.role(text, ranking)
    # The more specific role is looked for behind the judges.
    judged = extraction.decision.model_copy(update={"sub_role": None})
    assert opinion == local.role(text, ranking) == RoleOpinion(judged)
    assert model.second_judge(ranking, opinion) == local.second_judge(ranking, opinion) == judged
    disputed = model.second_judge(ranking, RoleOpinion(extraction.decision, Dispute(None)))
    assert disputed.model_copy(update={"conflict": []}) == extraction.decision.model_copy(update={"conflict": []})
    assert disputed.conflict[-1].endswith("the model for no role")
    assert model.new_skills(text, extraction, match, indexes) == match
    assert model.nature_of_work(text, client_output) == client_output
    assert model.tech_stack_maturity(extraction, client_output, indexes) == client_output
    assert [(n.judgement, n.kind) for n in model.notes] == [(name, "fallback") for name in JUDGEMENTS]
    assert {c.judgement for c in model.calls} == set(JUDGEMENTS) and all(c.error for c in model.calls)


def test_a_text_that_is_no_jd_is_not_sent(model: ModelEngine) -> None:
    assert model.parse(JDText("Soup."), None).JD_type == "too_short"
    assert (model.calls, model.notes) == ((), ())


def test_the_local_engine_calls_nobody_and_has_nothing_to_note(indexes: Indexes) -> None:
    engines: list[Engine] = []
    for config, provider in ((Config(), GONE), (CONFIG, None)):
        with engine_for(config, provider, JD) as engine:
            engines.append(engine)
            context = RunContext("r", indexes, config, engine=engine)
            result = until(run_stages(RunState.from_text(JD, None), context), Completed).run
            assert (result.calls, result.notes) == ((), ())
    assert [type(engine) for engine in engines] == [LocalEngine, LocalEngine]


def test_what_a_run_had_called_before_it_was_interrupted_stays_in_its_ledger() -> None:
    call = ModelCall(
        step=1,
        judgement="role",
        model="m",
        prompt_version="role-1",
        request={},
        response={},
        input_tokens=1,
        output_tokens=1,
        cost_usd=0.01,
        latency_ms=1.0,
    )
    note = Note(judgement="role", kind="invented", detail="role “x” is not among the candidates")
    heard: list[ModelCall] = []
    with engine_for(CONFIG, GONE, JD, heard.append, Ledger((call,), (note,))) as engine:
        assert (engine.calls, engine.notes) == ((call,), (note,))
        engine.parse(JDText(JD), None)
    assert call in engine.calls and call not in heard and "parse" in {c.judgement for c in heard}


def test_a_quote_stands_in_a_text_as_whole_words_whatever_its_spacing_and_case() -> None:
    assert places_of("We use Apache\n  Kafka here", "apache kafka") == [(7, 21)]
    assert places_of("JavaScript and Java", "java") == [(15, 19)]
    assert places_of("C++ or C", "C++") == [(0, 3)]
    assert places_of("anything", " ") == []


def test_fields_that_do_not_stand_in_the_text_are_left_out_and_named() -> None:
    text = JDText(JD)
    local = LocalEngine().parse(text, None)
    answer = ParseAnswer(
        title="Chief Wizard", company_name=None, experience=None, locations=["Berlin", "Oz"], certifications=["CKA"]
    )
    grounded = ground_parse(answer, text, None, local)
    assert grounded.value.role == local.role and [p.city for p in grounded.value.job_locations] == ["Berlin"]
    assert grounded.invented == tuple(
        f"{field} does not stand in the text"
        for field in ("title “Chief Wizard”", "location “Oz”", "certification “CKA”")
    )


def test_skills_are_kept_at_their_quotes_in_the_order_of_the_text(indexes: Indexes) -> None:
    answer = SkillsAnswer(
        skills=[
            NamedSkill(name="Redis", quote="Redis", is_primary=False),
            NamedSkill(name="Java", quote="Java", is_primary=True),
            NamedSkill(name="COBOL", quote="COBOL", is_primary=True),
        ]
    )
    grounded = ground_skills(answer, JDText(JD), (), indexes)
    assert [(s.slug, s.is_primary) for s in grounded.value] == [("java", True), ("redis", False)]
    assert grounded.invented == ("skill “COBOL”: its quote “COBOL” does not stand in the text",)


def test_facts_of_a_new_skill_keep_to_the_rows_that_were_offered(indexes: Indexes) -> None:
    events = run_stages(RunState.from_text(JD, None), RunContext("r", indexes))
    extraction, match = until(events, Captured).extraction, until(events, LibraryMatched).library_match
    question = new_skills_question(JDText(JD), extraction, match, indexes)
    assert list(question.terms) == ["Zephyrine"] and "Zephyrine and Redis" in question.sentences["Zephyrine"]
    offered = sorted(question.dimensions)[0]
    placed = PlacedSkill(
        name="Zephyrine",
        skill_nature="DATABASE",
        category=question.categories[0],
        volatility="MEDIUM",
        typical_lifespan="MULTI_YEAR",
        dimensions=[offered, "spells"],
        duplicate_of=None,
        reasoning="It stands  beside\nstores.",
    )
    grounded = ground_new_skills(NewSkillsAnswer(skills=[placed]), question, match)
    meta = next(d for d in grounded.value.skills_detail if d.input_skill == "Zephyrine").new_skill_meta
    assert meta is not None and meta.derived.category == question.categories[0]
    assert meta.placed is not None and [place.wire() for place in meta.placed] == [
        {
            "slug": offered,
            "display_name": question.dimensions[offered],
            "score": None,
            "because": ["It stands beside stores."],
        }
    ]
    assert grounded.invented == ("dimension “spells” for Zephyrine is not one of those given",)


def answered(indexes: Indexes, config: Config | None = None) -> tuple[NewSkillMeta, NewSkillMeta]:
    """What the local engine says of a term, and what it comes to with a model's answer about it."""
    events = run_stages(RunState.from_text(JD, None), RunContext("r", indexes, config or Config()))
    extraction, match = until(events, Captured).extraction, until(events, LibraryMatched).library_match
    question = new_skills_question(JDText(JD), extraction, match, indexes)
    placed = PlacedSkill(
        name="Zephyrine",
        skill_nature="DATABASE",
        category=None,
        volatility="VOLATILE",
        typical_lifespan="SHORT",
        dimensions=[sorted(question.dimensions)[0]],
        duplicate_of=sorted(question.near_skills)[0],
        reasoning="Another name of it.",
    )
    grounded = ground_new_skills(NewSkillsAnswer(skills=[placed]), question, match)
    metas = [
        next(d for d in m.skills_detail if d.input_skill == "Zephyrine").new_skill_meta for m in (match, grounded.value)
    ]
    assert metas[0] is not None and metas[1] is not None
    return metas[0], metas[1]


def test_what_a_model_says_of_a_new_skill_has_the_form_of_what_the_local_engine_says(indexes: Indexes) -> None:
    local, model = answered(indexes)
    assert model.wire().keys() == local.wire().keys()
    for part in ("typed", "enrichment", "derived"):
        assert getattr(model, part).wire().keys() == getattr(local, part).wire().keys()
    assert model.enrichment is not None and local.enrichment is not None
    assert [f.fact for f in model.enrichment.facts] == [f.fact for f in local.enrichment.facts]
    facts = {f.fact: (f.value, f.confidence) for f in model.enrichment.facts}
    assert facts["volatility"] == ("VOLATILE", None) and facts["skill_nature"] == ("DATABASE", None)
    assert facts["version_strategy"][1] is not None
    # A skill of which the model says that it is another name is the one into which the term is merged.
    assert model.relationships is not None
    assert model.relationships.found[0].relation == "duplicate_of" and model.relationships.found[0].confidence is None
    assert model.merge_log[-1].into == [model.relationships.found[0].slug] and not model.keep_log


def test_dimensions_that_a_curator_fixed_stand_against_a_model(indexes: Indexes) -> None:
    lock = TermLock(dimensions=("statistics-and-data-analysis",), author="Ida")
    _, model = answered(indexes, Config(locks={"zephyrine": lock}))
    assert model.placed is not None and [d.slug for d in model.placed] == ["statistics-and-data-analysis"]
    assert [d.by for d in model.locked_dimensions] == ["Ida"]
