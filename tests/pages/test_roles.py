"""The page of roles: search, card, nearest roles, and what can be done with a role."""

from markupsafe import escape

from db.services.workbench import Workbench
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
