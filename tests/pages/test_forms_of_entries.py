"""Every form of the pages of roles, dimensions and skills opens and is refused in words; no page shows its last resort."""

import pytest

from db.services.workbench import Workbench
from pipeline.catalog.operations import ChangeReason, retire
from tests.pages.conftest import button, flashed, open_page, press_in_dialog, text_of

FORMS = {
    ("roles", "etl-developer"): ("Edit", "Titles", "KRAs", "Dimensions", "Merge or retire"),
    ("dimensions", "messaging-and-event-streaming"): ("Edit", "Roles", "Split", "Merge or retire"),
    ("skills", "powershell"): ("Edit", "Forms", "Add to a dimension", "Merge or retire"),
}


@pytest.mark.parametrize(("page", "slug"), FORMS)
def test_each_form_opens(reading: Workbench, page: str, slug: str) -> None:
    for form in FORMS[page, slug]:
        app = open_page(page, "Ada", slug=slug)
        app.segmented_control[0].set_value(form).run()
        assert slug in text_of(app), form


@pytest.mark.parametrize(("page", "slug"), FORMS)
def test_an_edit_of_nothing_is_refused_in_words(reading: Workbench, page: str, slug: str) -> None:
    app = open_page(page, "Ada", slug=slug)
    app.segmented_control[0].set_value("Edit").run()
    button(app, "Stage").click().run()
    assert "Nothing is changed yet." in text_of(app)


@pytest.mark.parametrize(
    ("page", "opener", "refusal"),
    [
        ("roles", "New role", "Give the role a name and at least one dimension."),
        ("dimensions", "New dimension", "Give the dimension a name."),
        ("skills", "New skill", "Give the skill a name, say what it is, and choose a dimension."),
    ],
)
def test_a_new_entry_without_its_cells_is_refused_in_words(
    reading: Workbench, page: str, opener: str, refusal: str
) -> None:
    app = open_page(page, "Ada")
    button(app, opener).click().run()
    press_in_dialog(app, opener, "Stage")
    assert refusal in text_of(app)


@pytest.mark.parametrize(("page", "slug"), FORMS)
def test_an_entry_of_my_draft_is_retired_from_its_page_and_the_page_goes_on(
    writing: Workbench, page: str, slug: str
) -> None:
    app = open_page(page, "Ada", slug=slug)
    app.segmented_control[0].set_value("Merge or retire").run()
    button(app, "Stage: retire it").click().run()
    assert "is retired." in flashed(app)
    assert f"“{slug}” is removed in your draft." in text_of(app)
    assert "“no-such” is not in the catalog." in text_of(open_page(page, "Ada", slug="no-such"))


def test_a_link_and_an_alias_of_an_entry_that_my_draft_retires_say_so(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    writing.change_sets.stage_for("Ada", retire(catalog, "skills", "kubernetes", ChangeReason("not needed")))
    assert "“k8s” is dropped in your draft." in text_of(open_page("aliases", "Ada", alias="kubernetes:k8s"))
    assert "“kubernetes” is removed in your draft." in text_of(open_page("skills", "Ada", slug="kubernetes"))
