"""The page of dimensions: card with its members, and splitting one."""

from db.services.workbench import Workbench
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of


def test_a_card_shows_roles_skills_and_how_well_they_go_together(reading: Workbench) -> None:
    catalog = reading.snapshots.current().catalog
    app = open_page("dimensions", slug="messaging-and-event-streaming")
    text = text_of(app)
    dimension = catalog.dimension["messaging-and-event-streaming"]
    assert (dimension.rationale or "") in text
    assert f"Skills · {len(catalog.skills_of_dimension[dimension.slug])}" in text
    assert "Coherence · mean cosine" in text
    assert 'href="links?by=dimension&amp;of=messaging-and-event-streaming"' in html_of(app)
    assert '<a href="skills?slug=kafka">' in html_of(app)


def test_a_dimension_is_split(writing: Workbench) -> None:
    app = open_page("dimensions", "Ada", slug="messaging-and-event-streaming")
    app.segmented_control[0].set_value("Split").run()
    field(app.text_input, "Name of the new dimension").input("Event Brokers")
    field(app.multiselect, "Skills that move").set_value(["kafka"])
    button(app, "Stage the split").click().run()
    assert flashed(app).startswith("“Event Brokers” is split off; the roles that carry the old one carry both.")
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    keys = {(c.kind, c.key) for c in writing.change_sets.load_changes(number)}
    assert ("add", ("kafka", "event-brokers")) in keys
    assert ("remove", ("kafka", "messaging-and-event-streaming")) in keys


def test_a_split_needs_a_name_and_a_skill(writing: Workbench) -> None:
    app = open_page("dimensions", "Ada", slug="messaging-and-event-streaming")
    app.segmented_control[0].set_value("Split").run()
    button(app, "Stage the split").click().run()
    assert "Give the new dimension a name and at least one skill." in text_of(app)
    assert writing.change_sets.draft_of("Ada") is None
