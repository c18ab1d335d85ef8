"""A proposed role with all that a draft needs, and what tells it apart from the nearest roles."""

from __future__ import annotations

from pipeline.catalog.indexes import Indexes
from pipeline.run import Run, run
from pipeline.stages.role_difference import MAX_NAMED, RoleDraft, difference

SURVEY = """Formwork Modelling Coordinator

Company: Alder Bridges Ltd.

Responsibilities:
- Check the models of steel and concrete for clashes before each pour
- Keep the library of formwork parts up to date
- Hand drawings over to the foremen on site

Requirements:
- Revit, AutoCAD and Navisworks
- Trade or degree in structural draughting, three years on bridges
"""


def proposed(indexes: Indexes) -> Run:
    return run(SURVEY, None, "run-7", indexes)


def test_a_text_of_no_role_drafts_one_and_says_so(indexes: Indexes) -> None:
    updates = proposed(indexes).extraction.updates
    role = updates.new_role_attached
    assert role is not None and role.slug == "formwork-modelling-coordinator"
    assert (updates.v3_pipeline_triggered, updates.v3_role_slug, updates.v3_run_id) == (True, role.slug, "run-7")
    assert role.dimensions and role.role_family and role.kras


def test_a_text_with_a_role_drafts_none(indexes: Indexes) -> None:
    text = "Data Engineer\n\nResponsibilities:\n- Build pipelines with Spark and Airflow\n\nRequirements:\n- Spark, SQL, Airflow, Kafka\n"
    updates = run(text, None, "run-8", indexes).extraction.updates
    assert (updates.v3_pipeline_triggered, updates.v3_role_slug, updates.v3_run_id) == (False, None, None)


def test_the_nearest_roles_say_what_one_has_and_the_other_lacks(indexes: Indexes) -> None:
    role = proposed(indexes).extraction.updates.new_role_attached
    assert role is not None and role.nearest_roles[0].slug == role.nearest_role_slug
    for near in role.nearest_roles:
        names = {d.display_name for d in role.dimensions}
        carried = {d.display_name for d in indexes.catalog.dimensions_of_role[near.slug]}
        assert set(near.shared_dimensions) == names & carried
        assert set(near.own_dimensions) == names - carried and set(near.its_dimensions) == carried - names
        assert len(near.its_skills) <= MAX_NAMED and len(near.its_kras) <= MAX_NAMED
        assert set(near.its_kras) <= set(indexes.catalog.kras_of_role[near.slug])
        assert set(near.own_kras) <= set(role.kras)


def test_a_duty_that_a_kra_covers_tells_nothing_apart(indexes: Indexes) -> None:
    kra = indexes.catalog.kras_of_role["data-engineer"][0]
    draft = RoleDraft([], ["apache-spark", "revit"], [kra, "Hand drawings over to the foremen on site"])
    near = difference(draft, "data-engineer", indexes)
    assert near.own_kras == ["Hand drawings over to the foremen on site"] and kra not in near.its_kras
    assert near.shared_skills == ["Apache Spark"] and near.own_skills == ["Revit"]


def test_the_plan_of_a_new_role_has_its_baseline(indexes: Indexes) -> None:
    whole = proposed(indexes)
    assert whole.role_output is not None and whole.role_output.planner_output is not None
    role = whole.role_output.planner_output.role
    assert role is not None and role.slug == "formwork-modelling-coordinator" and role.baseline is not None
    client = whole.client_output or {}
    assert role.baseline.nature_of_work == client["nature_of_work"]["label"]
    assert role.baseline.tech_stack_maturity == client["tech_stack_maturity"]["label"]
    assert role.baseline.ai_index == client["ai_index"]["value"]
