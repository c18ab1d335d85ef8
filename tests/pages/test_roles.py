"""The page of roles: search, card, nearest roles, and what can be done with a role."""

from uuid import uuid4

import numpy as np
from markupsafe import escape
from sqlalchemy import text as sql

from db.services.workbench import Workbench
from db.stores.vectors import file_run
from pages.components.kept import SESSION_TOKEN
from pipeline.catalog.neighbours import nearest_roles
from pipeline.catalog.operations import ChangeReason, merge
from tests.pages.conftest import button, field, flashed, html_of, open_page, press_in_dialog, text_of


def test_a_card_shows_titles_dimensions_kras_and_the_nearest_roles(reading: Workbench) -> None:
    app = open_page("roles", slug="data-engineer")
    catalog = reading.snapshots.current().catalog
    text = text_of(app)
    assert "Data Engineer" in text
    assert f"Titles · {len(catalog.aliases_of_role['data-engineer'])}" in text
    assert f"Dimensions · {len(catalog.dimensions_of_role['data-engineer'])}" in text
    assert catalog.kras_of_role["data-engineer"][0] in text
    html = html_of(app)
    assert 'href="links?by=role&amp;of=data-engineer"' in html
    first = catalog.dimensions_of_role["data-engineer"][0]
    assert f'<a href="dimensions?slug={first.slug}">{escape(first.display_name)}</a>' in html
    nearest = nearest_roles(reading.snapshots.current().indexes, "data-engineer")
    assert all(f'href="roles?slug={near.slug}"' in html for near in nearest)
    assert "chosen by 1 run" in text


def test_a_slug_that_was_merged_shows_what_took_its_place(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    changes = merge(catalog, "roles", "etl-developer", "data-engineer", ChangeReason("one role"))
    writing.change_sets.commit(writing.change_sets.stage_for("Bea", changes), "Bea")
    text = text_of(open_page("roles", slug="etl-developer"))
    assert "“etl-developer” was merged into “data-engineer”, which is shown." in text
    number = catalog.role["etl-developer"].id
    assert "data-engineer · id" in text_of(open_page("roles", id=str(number)))


def test_a_slug_that_never_was_says_so(reading: Workbench) -> None:
    assert "“no-such-role” is not in the catalog." in text_of(open_page("roles", slug="no-such-role"))


def test_a_role_that_the_draft_retires_says_so(writing: Workbench) -> None:
    app = open_page("roles", "Ada", slug="etl-developer")
    app.segmented_control[0].set_value("Merge or retire").run()
    assert "Or take it out of the catalog with the" in text_of(app)
    button(app, "Stage: retire it").click().run()
    assert flashed(app).startswith("“ETL Developer” is retired. It is in your draft ")
    assert "“etl-developer” is removed in your draft." in text_of(app)


def test_a_title_is_added_and_marked_as_generic(writing: Workbench) -> None:
    app = open_page("roles", "Ada", slug="data-engineer")
    app.segmented_control[0].set_value("Titles").run()
    field(app.text_input, "New title").input("Pipeline Wrangler {x}").run()
    button(app, "Stage the title").click().run()
    assert "“Pipeline Wrangler {x}” is a title of Data Engineer. It is in your draft" in flashed(app)
    field(app.selectbox, "A stored title").set_value("Pipeline Wrangler {x}").run()
    button(app, "Mark as generic").click().run()
    assert "Pipeline Wrangler {x} · generic" in text_of(app)


def test_what_a_role_carries_is_changed(writing: Workbench) -> None:
    app = open_page("roles", "Ada", slug="data-engineer")
    app.segmented_control[0].set_value("Dimensions").run()
    chosen = field(app.multiselect, "Dimensions that it carries")
    first = chosen.value[0]
    chosen.set_value(chosen.value[1:]).run()
    button(app, "Stage").click().run()
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    assert [(c.kind, c.key) for c in writing.change_sets.load_changes(number)] == [("remove", ("data-engineer", first))]


def test_a_card_shows_what_the_work_of_the_role_usually_is(reading: Workbench) -> None:
    baseline = reading.snapshots.current().catalog.baseline_of_role["data-engineer"]
    text = text_of(open_page("roles", slug="data-engineer"))
    for words in (
        f"{baseline.nature_of_work} · {baseline.nature_summary}",
        f"{baseline.tech_stack_maturity} · {baseline.maturity_reasoning}",
        "0.5 of 5 · a skill of AI is asked for, one of them is secondary",
    ):
        assert words in text


def test_a_baseline_is_changed_with_a_reason_and_dropped(writing: Workbench) -> None:
    app = open_page("roles", "Ada", slug="data-engineer")
    app.segmented_control[0].set_value("Baseline").run()
    button(app, "Stage").click().run()
    assert "Nothing is changed yet." in text_of(app)
    field(app.selectbox, "Maturity of the stack").set_value("Mainstream Modern")
    field(app.text_area, "Skills that show the maturity").set_value("Spark and {Airflow}.")
    field(app.text_input, "Why").set_value("read ten of them")
    button(app, "Stage").click().run()
    assert flashed(app).startswith("The baseline of Data Engineer is changed. It is in your draft ")
    assert "Mainstream Modern · Spark and {Airflow}." in text_of(app) and "changed in my draft" in text_of(app)
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    (change,) = writing.change_sets.load_changes(number)
    assert (change.table, change.key, change.kind) == ("role_baselines", ("data-engineer",), "edit")
    assert change.reason == "read ten of them" and change.after.ai_index == 0.5  # type: ignore[union-attr]
    button(app, "Drop the baseline").click().run()
    assert flashed(app).startswith("The baseline of Data Engineer is dropped.")
    assert "No baseline yet" in text_of(app) and "removed in my draft" in text_of(app)
    writing.change_sets.commit(number, "Ada")
    assert "data-engineer" not in writing.snapshots.current().catalog.baseline_of_role


def test_a_role_without_a_baseline_says_so_and_is_given_one(writing: Workbench) -> None:
    stored = writing.snapshots.current().catalog.baseline_of_role["data-engineer"]
    dropped = ChangeReason("to be written anew").change(stored, None)
    writing.change_sets.commit(writing.change_sets.stage_for("Bea", [dropped]), "Bea")
    app = open_page("roles", "Ada", slug="data-engineer")
    assert "No baseline yet: a job description that says little" in text_of(app)
    button(app, "Write the baseline").click().run()
    button(app, "Stage").click().run()
    assert "Say what the work is, what is done, how mature the stack is" in text_of(app)
    field(app.selectbox, "Nature of work").set_value("Data pipeline and platform engineering")
    field(app.text_area, "What is done, in a sentence or two").set_value("Moves data.")
    field(app.selectbox, "Maturity of the stack").set_value("Established")
    field(app.text_area, "Skills that show the maturity").set_value("Hadoop is usual.")
    field(app.number_input, "AI index, 0 to 5").set_value(1.25)
    button(app, "Stage").click().run()
    assert "An AI index above 0 needs the signs of AI that it rests on" in text_of(app)
    field(app.multiselect, "Signs of AI that usually hold").set_value(["on_ai_team"])
    button(app, "Stage").click().run()
    assert flashed(app).startswith("The baseline of Data Engineer is written.")
    text = text_of(app)
    assert "Data pipeline and platform engineering · Moves data." in text and "Established · Hadoop is usual." in text
    assert "1.25 of 5 · the team works on AI" in text and "added in my draft" in text


def test_a_new_role_needs_a_name_and_a_dimension(writing: Workbench) -> None:
    app = open_page("roles", "Ada")
    button(app, "New role").click().run()
    press_in_dialog(app, "New role", "Stage")
    assert "Give the role a name and at least one dimension." in text_of(app)


def test_a_half_filled_form_is_there_in_the_next_session_until_it_is_staged(writing: Workbench) -> None:
    app = open_page("roles", "Ada", slug="data-engineer")
    app.segmented_control[0].set_value("Titles").run()
    field(app.text_input, "New title").input("Pipeline Wrangler").run()
    after = open_page("roles", slug="data-engineer")
    after.session_state[SESSION_TOKEN] = app.session_state[SESSION_TOKEN]
    after.segmented_control[0].set_value("Titles").run()
    assert field(after.text_input, "New title").value == "Pipeline Wrangler"
    button(after, "Stage the title").click().run()
    assert field(after.text_input, "New title").value == ""
    assert writing.change_sets.draft_of("Ada") is not None


def test_a_role_of_few_runs_says_from_when_on_it_has_a_centroid(reading: Workbench) -> None:
    text = text_of(open_page("roles", slug="data-engineer"))
    assert "Centroid · 1 run 1 run so far. From 5 on they make a centroid" in text
    assert "Centroid · 0 runs No run is filed under this role yet." in text_of(open_page("roles", slug="etl-developer"))


def test_the_centroid_of_a_role_names_its_neighbours_and_the_runs_that_are_nearer_to_them(writing: Workbench) -> None:
    east, north = np.eye(384, dtype=np.float32)[:2]
    odd = [north + 0.01 * i * east for i in range(8)]
    file_vectors(writing, "etl-developer", *[east] * 10, *odd)
    file_vectors(writing, "backend-engineer", *[north] * 6)
    app = open_page("roles", slug="etl-developer")
    text, html = text_of(app), html_of(app)
    assert "Centroid · 18 runs mean cosine 0.7" in text and "looser than usual" in text
    assert 'href="roles?slug=backend-engineer"' in html and "Nearest by centroid" in text
    assert "Filed here, but nearer there" in text and "and 2 more runs, less far off" in text
    app.toggle[0].set_value(True).run()
    assert "more runs, less far off" not in text_of(app)
    assert "No run of this role lies nearer to another." in text_of(open_page("roles", slug="backend-engineer"))


def file_vectors(workbench: Workbench, role: str, *vectors: np.ndarray) -> None:
    """Copies of the run that is there, filed under a role by other vectors."""
    with workbench.database.engine.begin() as connection:
        for vector in vectors:
            run_id = uuid4()
            connection.execute(
                sql(
                    "INSERT INTO run (id, jd_text, jd_hash, config, revision_id, status, engine, cost_usd) "
                    "SELECT :id, jd_text, jd_hash, config, revision_id, status, engine, 0 FROM run LIMIT 1"
                ),
                {"id": run_id},
            )
            file_run(connection, run_id, role, workbench.encoder.name, vector / np.linalg.norm(vector))
