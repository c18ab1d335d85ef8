"""The skill enrichment of a term that the catalog lacks on the run's page: the chain, its reasons, and the dimensions fixed for it."""

from __future__ import annotations

from db.services.workbench import Workbench
from pages.run.details import enrichment
from pages.run.entries import Entries
from pipeline.contracts import NewSkillMeta, PlannedSkill
from tests.pages.conftest import button, field, flashed, open_page, text_of
from tests.pages.run.views import catalog


def newest(workbench: Workbench) -> str:
    return str(workbench.history.recent()[0].id)


def test_the_chain_is_shown_with_reasons_and_confidences(reading: Workbench) -> None:
    shown = text_of(open_page("run", id=newest(reading), skill="Zephyrine"))
    for heading in ("Skill enrichment", "Typed", "Placed", "Relations", "Facts", "Log"):
        assert heading in shown
    assert "planned as a new skill" in shown and "kept Zephyrine" in shown and "it stands beside" in shown


def test_dimensions_are_fixed_for_a_term_and_let_go_again(writing: Workbench) -> None:
    app = open_page("run", "Ada", id=newest(writing), skill="Zephyrine")
    field(app.multiselect, "Fixed in").set_value(["cloud-platforms"])
    field(app.text_input, "Why fixed").set_value("it is a service")
    button(app, "Fix").click().run()
    assert flashed(app) == "“Zephyrine” is fixed in Cloud Platforms; runs from now on place it there."
    fixed = writing.locks.of_term("Zephyrine")
    assert fixed is not None
    assert (fixed.dimensions, fixed.author, fixed.reason) == (("cloud-platforms",), "Ada", "it is a service")
    assert writing.change_sets.draft_of("Ada") is None
    button(app, "Let runs place it").click().run()
    assert writing.locks.of_term("Zephyrine") is None
    button(app, "Undo").click().run()
    assert writing.locks.of_term("Zephyrine") == fixed


def test_a_skipped_term_says_why_and_a_run_of_before_that_it_has_no_plan(reading: Workbench) -> None:
    meta = NewSkillMeta.model_validate(
        {
            "derived": {
                "category": "Concept",
                "skill_nature": "CONCEPT",
                "sub_category": "general",
                "typical_lifespan": "EVERGREEN",
                "version_strategy": "NOT_APPLICABLE",
                "volatility": "STABLE",
            },
            **{key: [] for key in ("keep_log", "locked_dimensions", "merge_log", "split_log", "warnings")},
            **dict.fromkeys(("enrichment", "placed", "typed")),
            "relationships": {"duplicate_of": ["git"]},
            "skill_id": "tide",
        }
    )
    entries = Entries(catalog(["Git"]))
    assert "made before there was an orchestrator" in enrichment.chain(entries, meta, None)
    assert "may be another form of it" in enrichment.chain(entries, meta, None)
    why = "it is probably no skill: a <place>"
    planned = PlannedSkill(
        skill_name="Tide", plan="skipped", target=None, dimensions=[], confidence=None, steps=[], skipped_reason=why
    )
    shown = enrichment.chain(entries, meta.model_copy(update={"warnings": [why]}), planned)
    assert "a &lt;place&gt;" in shown and "<place>" not in shown
