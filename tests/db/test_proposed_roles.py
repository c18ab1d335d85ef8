"""Proposed roles: what runs say of one is joined in its proposal, and approving it stages all of that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.server import Database
from db.services.workbench import Workbench
from db.stores.proposed_roles import ProposedRole, joined, with_baseline
from db.stores.review_queue import Proposal
from pipeline.catalog import Role, RoleAlias, RoleDimension, RoleKra
from pipeline.catalog.operations import ChangeReason
from pipeline.contracts import Extraction, NewRole, NewRoleDimension, PlannedBaseline
from tests.conftest import SETTINGS
from tests.db.conftest import finished

SURVEY = """{title}

Company: Alder Bridges Ltd.

Responsibilities:
- Check the models of steel and concrete for clashes before each pour
- {duty}
- Hand drawings over to the foremen on site

Requirements:
- Revit, AutoCAD and Navisworks
- Trade or degree in structural draughting, three years on bridges
"""


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.executor.close()


def proposes(bench: Workbench, title: str, duty: str) -> Extraction:
    stored = finished(bench, bench.executor.start(SURVEY.format(title=title, duty=duty)))
    return Extraction.model_validate(stored.extraction)


def waiting_roles(bench: Workbench) -> list[Proposal]:
    return [p for weak in (False, True) for p in bench.proposals.find(kind="role", weak=weak)]


def test_runs_that_spell_a_title_in_their_own_way_propose_one_role(bench: Workbench) -> None:
    first = proposes(bench, "Formwork Modelling Coordinator", "Keep the library of formwork parts up to date")
    second = proposes(bench, "Senior Formwork Modeling Coordinators (m/f/d)", "Answer questions of the concrete crew")
    role = first.updates.new_role_attached
    assert role is not None and first.decision.chosen_role is None
    assert (role.display_name, role.queue_id) == ("Formwork Modelling Coordinator", first.updates.queue_entry_id)
    assert second.updates.queue_entry_id == first.updates.queue_entry_id
    (proposal,) = waiting_roles(bench)
    assert (proposal.text, proposal.runs, proposal.texts) == ("Formwork Modelling Coordinator", 2, 2)
    said = proposal.role
    assert said is not None
    assert [a.text for a in said.aliases] == ["Formwork Modeling Coordinators"]
    runs = {k.text.rstrip("."): k.runs for k in said.kras}
    assert runs["Check the models of steel and concrete for clashes before each pour"] == 2
    assert runs["Keep the library of formwork parts up to date"] == 1
    assert runs["Answer questions of the concrete crew"] == 1


def test_runs_join_their_baselines_and_nearest_roles_in_the_proposal(bench: Workbench) -> None:
    proposes(bench, "Formwork Modelling Coordinator", "Keep the library of formwork parts up to date")
    proposes(bench, "Formwork Modelling Coordinator", "Answer questions of the concrete crew")
    (proposal,) = waiting_roles(bench)
    assert proposal.role is not None and sum(b.runs for b in proposal.role.baselines) == 2
    assert all(b.nature_of_work and b.tech_stack_maturity for b in proposal.role.baselines)
    assert proposal.role.nearest and proposal.role.nearest[0].runs == 2


def test_baselines_that_agree_are_one_with_the_newest_words_and_the_mean_index() -> None:
    def baseline(stack: str, index: float, summary: str) -> PlannedBaseline:
        return PlannedBaseline(
            nature_of_work="Testing and quality assurance",
            nature_summary=summary,
            tech_stack_maturity=stack,
            maturity_reasoning="",
            ai_index=index,
            ai_indicators=[],
        )

    role = ProposedRole()
    for given in (baseline("Legacy", 0, "a"), baseline("Mainstream", 1, "b"), baseline("Mainstream", 2, "c")):
        role = with_baseline(role, given)
    said = [(b.tech_stack_maturity, b.runs, b.ai_index, b.nature_summary) for b in role.baselines]
    assert said == [("Mainstream", 2, 1.5, "c"), ("Legacy", 1, 0, "a")]


def test_a_run_that_is_made_again_adds_nothing(bench: Workbench) -> None:
    stored = finished(bench, bench.executor.start(SURVEY.format(title="Formwork Coordinator", duty="Sweep the hall")))
    (before,) = waiting_roles(bench)
    bench.executor.resume(stored.id)
    finished(bench, stored.id)
    (after,) = waiting_roles(bench)
    assert (after.role, after.runs) == (before.role, before.runs)


def test_what_is_said_of_a_role_outlives_the_judgement_of_its_words(bench: Workbench) -> None:
    proposes(bench, "Formwork Coordinator", "Sweep the hall")
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE proposal SET payload = payload - 'rules' WHERE kind = 'role'"))
    (proposal,) = waiting_roles(bench)
    assert proposal.role is not None and proposal.role.kras


def test_a_role_whose_texts_name_no_skill_of_the_catalog_is_weak(bench: Workbench) -> None:
    proposes(bench, "Formwork Coordinator", "Sweep the hall")
    with bench.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE proposal SET payload = jsonb_set(payload, '{role,dimensions}', '[]') WHERE kind = 'role'")
        )
    (weak,) = bench.proposals.find(kind="role", weak=True)
    assert weak.weak == "its texts name no skill of the catalog"


def test_an_approved_role_is_in_the_draft_with_all_that_is_known_of_it(bench: Workbench) -> None:
    proposes(bench, "Formwork Coordinator", "Sweep the hall")
    (proposal,) = waiting_roles(bench)
    reason = ChangeReason("as proposed")
    rows = [
        Role(None, "formwork-coordinator", "Formwork Coordinator"),
        RoleAlias("formwork-coordinator", "Formwork Planner"),
        RoleKra("formwork-coordinator", "Keeps formwork in order"),
        RoleDimension("formwork-coordinator", "cloud-platforms"),
    ]
    number = bench.proposals.decide(proposal.id, "approved", "ann", [reason.change(None, row) for row in rows])
    assert number is not None
    bench.change_sets.commit(number, "ann")
    catalog = bench.snapshots.current().indexes.catalog
    assert catalog.kras_of_role["formwork-coordinator"] == ("Keeps formwork in order",)
    assert [d.slug for d in catalog.dimensions_of_role["formwork-coordinator"]] == ["cloud-platforms"]
    again = proposes(bench, "Formwork Planner", "Sweep the hall")
    assert not again.decision.is_new_role


def test_values_of_several_runs_are_counted_and_the_most_frequent_comes_first() -> None:
    def says(name: str, kra: str, *dimensions: tuple[str, str], family: str | None = None) -> NewRole:
        carried = [NewRoleDimension(slug=slug, display_name=slug, skills=[skill]) for slug, skill in dimensions]
        return NewRole(display_name=name, kras=[kra], dimensions=carried, role_family=family)

    role = ProposedRole()
    for said in (
        says("Kiln Planner", "Plan the firing of bricks each week", ("plans", "Excel"), family="Operations"),
        says("Kiln Planners", "Count the bricks", ("heat", "Gas"), ("plans", "Gantt"), family="Design"),
        says(
            "kiln planner", "Plan the firing of bricks, each week", ("heat", "Gas"), ("steel", "Iron"), family="Design"
        ),
    ):
        role = joined(role, "Kiln Planner", said)
    assert [(a.text, a.runs) for a in role.aliases] == [("Kiln Planners", 1)]
    assert [(k.text, k.runs) for k in role.kras] == [
        ("Plan the firing of bricks each week", 2),
        ("Count the bricks", 1),
    ]
    assert [(d.slug, d.skills, d.runs) for d in role.dimensions] == [
        ("plans", ("Excel", "Gantt"), 2),
        ("heat", ("Gas",), 2),
        ("steel", ("Iron",), 1),
    ]
    assert [(f.text, f.runs) for f in role.families] == [("Design", 2), ("Operations", 1)]
