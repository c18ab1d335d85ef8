"""The matrix of skills and dimensions: what it shows, and links that are staged from it."""

import numpy as np
import pandas as pd
import pytest

from db.services.snapshots import CatalogSnapshots
from db.services.workbench import Workbench
from pages import dimension_links
from pages.components import grid
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of

STREAMING = "messaging-and-event-streaming"


@pytest.fixture
def grids(monkeypatch: pytest.MonkeyPatch) -> list[tuple[pd.DataFrame, grid.GridSpec]]:
    """The grids that a page shows; the grid itself is tested in the browser, and how fit is scored with the audit."""
    shown: list[tuple[pd.DataFrame, grid.GridSpec]] = []
    monkeypatch.setattr(
        CatalogSnapshots,
        "fit",
        lambda _, __, skills, dimensions: np.full((len(skills), len(dimensions)), 0.5, np.float32),
    )
    monkeypatch.setattr(dimension_links, "editable_grid", lambda frame, spec, _: shown.append((frame, spec)) or [])
    return shown


def test_columns_are_slugs_with_the_names_of_dimensions_as_headers(reading: Workbench, grids: list) -> None:
    app = open_page("dimension_links", by="dimension", of=STREAMING)
    assert "A tick is a link, staged as it is set or taken" in text_of(app)
    catalog = reading.snapshots.current().catalog
    ((frame, spec),) = grids
    assert next(iter(spec.headers)) == STREAMING
    # Beside the name of a dimension stands its own coherence, here that of the fit which this test gives.
    assert spec.headers == {slug: f"{catalog.dimension[slug].display_name} · 0.50" for slug in spec.headers}
    assert spec.selectable
    kafka = frame.set_index(dimension_links.SLUG).loc["kafka"]
    linked = {d.slug for d in catalog.dimensions_of_skill["kafka"]}
    assert {slug for slug in spec.headers if kafka[slug]} == linked
    assert kafka["Runs"] == 1
    assert kafka[f"note {STREAMING}"] == "0.50"


def test_a_cell_says_what_health_suspects(reading: Workbench, grids: list, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = next(f for f in reading.snapshots.findings()[1] if f.subject.rows()[0][0] == "skill_dimensions")
    place = ("skill_dimensions", ("kafka", STREAMING))
    monkeypatch.setattr(CatalogSnapshots, "suspicions", lambda _, draft=None: {place: finding})
    open_page("dimension_links", by="dimension", of=STREAMING)
    ((frame, _),) = grids
    warned = frame.set_index(dimension_links.SLUG)[f"warn {STREAMING}"]
    assert warned["kafka"].startswith(finding.check.label)
    assert set(warned.drop("kafka")) == {""}


def test_the_coherence_of_each_dimension_names_the_member_that_fits_least(reading: Workbench, grids: list) -> None:
    html = html_of(open_page("dimension_links", by="dimension", of=STREAMING))
    assert "Fits least" in html
    assert f'href="dimensions?slug={STREAMING}"' in html


def test_what_is_not_in_the_catalog_says_so(reading: Workbench, grids: list) -> None:
    text = text_of(open_page("dimension_links", by="dimension", of="no-such"))
    assert "“no-such” is no dimension of the catalog; the first is shown." in text


def test_a_role_shows_what_it_carries(reading: Workbench, grids: list) -> None:
    open_page("dimension_links", of="data-engineer")
    ((_, spec),) = grids
    carried = reading.snapshots.current().catalog.dimensions_of_role["data-engineer"]
    assert list(spec.headers) == [d.slug for d in carried]


def test_a_category_shows_its_commonest_dimensions(reading: Workbench, grids: list) -> None:
    app = open_page("dimension_links", by="A category")
    assert field(app.selectbox, "Category").value
    ((_, spec),) = grids
    assert 0 < len(spec.headers) <= dimension_links.MAX_COLUMNS


def test_words_that_nothing_fits_say_so(reading: Workbench, grids: list) -> None:
    app = open_page("dimension_links", of="data-engineer")
    app.text_input(key="words").input("zzzzqqq").run()
    assert "Nothing is linked here." in text_of(app)


def test_a_tick_is_staged_and_framed(writing: Workbench, grids: list, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = writing.snapshots.current().catalog
    linked = {d.slug for d in catalog.dimensions_of_skill["kafka"]}
    ticked: list[str] = []

    def tick(frame: pd.DataFrame, spec: grid.GridSpec, on_edit: grid.OnEdit) -> list[str]:
        grids.append((frame, spec))
        if not ticked:
            ticked.append(next(slug for slug in spec.headers if slug not in linked))
            on_edit("kafka", ticked[0], True)
        return []

    monkeypatch.setattr(dimension_links, "editable_grid", tick)
    app = open_page("dimension_links", "Ada", by="A dimension", of=STREAMING).run()
    name = catalog.dimension[ticked[0]].display_name
    assert flashed(app).startswith(f"Kafka is put into {name}, in your draft ")
    frame, spec = grids[-1]
    assert set(spec.editable) == set(spec.headers)
    row = frame.set_index(dimension_links.SLUG).loc["kafka"]
    assert row[ticked[0]]
    assert row[f"mark {ticked[0]}"] == "add"


def test_the_skills_that_are_chosen_are_moved(writing: Workbench, grids: list, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("dimension_links", "Ada", by="dimension", of=STREAMING)
    assert button(app, "Move the chosen skills").disabled
    monkeypatch.setattr(dimension_links, "editable_grid", lambda *_: ["kafka", "rabbitmq"])
    app.run()
    field(app.selectbox, "From").set_value(STREAMING)
    field(app.selectbox, "To").set_value("cloud-platforms").run()
    button(app, "Move 2 skills").click().run()
    catalog = writing.snapshots.current().catalog
    name = catalog.dimension[STREAMING].display_name
    assert flashed(app).startswith(f"2 skills moved from {name} to Cloud Platforms.")
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    assert {(c.kind, c.key) for c in writing.change_sets.load_changes(number)} == {
        (kind, (skill, dimension))
        for skill in ("kafka", "rabbitmq")
        for kind, dimension in (("remove", STREAMING), ("add", "cloud-platforms"))
    }
