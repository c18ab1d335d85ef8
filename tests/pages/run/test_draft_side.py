"""A run beside what the person's draft makes of it: shown in place, decision by decision, and taken back."""

from __future__ import annotations

from db.services.workbench import Workbench
from pipeline.catalog.operations import ChangeReason, edit, merge, move_link, retire
from pipeline.catalog.refs import RunRef
from tests.pages.conftest import button, field, flashed, open_page, text_of
from tests.pages.run.test_page import newest

WHY = ChangeReason("It belongs there")


def stage_move(workbench: Workbench, person: str = "Ada", skill: str = "kafka") -> str:
    """Move a skill to another dimension in a person's draft; returns the slug of the one that it leaves."""
    catalog = workbench.snapshots.current().catalog
    old = catalog.dimensions_of_skill[skill][0].slug
    reason = ChangeReason("It belongs there", RunRef(newest(workbench)))
    workbench.change_sets.stage_for(person, move_link(catalog, skill, old, "cloud-platforms", reason))
    return old


def test_without_a_draft_a_run_is_shown_alone(reading: Workbench) -> None:
    app = open_page("run", "Nobody", id=str(newest(reading)))
    assert "With your draft" not in text_of(app) and app.segmented_control(key="section") is not None
    assert [control.key for control in app.segmented_control] == ["section"]


def test_a_draft_that_touches_a_run_is_shown_beside_it_at_once(writing: Workbench) -> None:
    left = stage_move(writing)
    name = writing.snapshots.current().catalog.dimension[left].display_name
    app = open_page("run", "Ada", id=str(newest(writing)))
    shown = text_of(app)
    assert "1 of its 1 decision touches this run" in shown
    assert "What each decision does here 1 ·" in shown and "Look at" not in shown
    assert "Replayed from the stored text on revision 1 and with your draft; nothing of it is kept." in shown
    assert "1 gone, 1 new" in shown or "1 gone, 0 new" in shown
    links = next(e.value for e in app.get("html") if 'class="jdw-lk both"' in e.value)
    assert "Kafka" in links and f"<del>{name}</del>" in links and "1 ·" in links
    text = next(e.value for e in app.get("html") if "jdw-jd" in e.value)
    assert f"<del>{name}</del>" in text and 'class="chg"' in text
    assert "thick: with my draft, thin: before" in shown


def test_each_side_can_be_seen_alone(writing: Workbench) -> None:
    left = stage_move(writing)
    app = open_page("run", "Ada", id=str(newest(writing)))
    field(app.segmented_control, "Side").set_value("before").run()
    assert "Look at" in text_of(app) and "Replayed" not in text_of(app)
    html = "".join(e.value for e in app.get("html"))
    assert "<del>" not in html and f'href="dimensions?slug={left}"' in html
    field(app.segmented_control, "Side").set_value("draft").run()
    html = "".join(e.value for e in app.get("html"))
    assert "Replayed" in text_of(app) and "<del>" not in html
    assert 'href="dimensions?slug=cloud-platforms"' in html


def test_a_draft_that_touches_nothing_of_the_run_says_so(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    skill = next(s for s in catalog.skills if s.slug == "codeigniter")
    writing.change_sets.stage_for("Ada", edit(skill, WHY, vendor="Another"))
    app = open_page("run", "Ada", id=str(newest(writing)))
    assert "changes nothing in this run" in text_of(app) and "Look at" in text_of(app)
    assert not button(app, "Run with my draft").disabled


def test_the_last_fix_is_undone_from_the_run(writing: Workbench) -> None:
    stage_move(writing)
    app = open_page("run", "Ada", id=str(newest(writing)))
    button(app, "Undo last fix").click().run()
    assert "With your draft" not in text_of(app) and flashed(app).startswith("Taken out")
    number = writing.change_sets.draft_of("Ada")
    assert number is None or not writing.change_sets.load_changes(number)


def test_a_role_that_the_draft_retires_makes_way_for_another(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    writing.change_sets.stage_for("Ada", retire(catalog, "roles", "data-engineer", WHY))
    shown = text_of(open_page("run", "Ada", id=str(newest(writing))))
    assert "Chosen role Data Engineer" in shown and "other role" in shown
    assert "was chosen" in shown


def test_what_was_merged_since_the_run_names_its_survivor(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    number = writing.change_sets.open_draft("Ada", "t", merge(catalog, "skills", "kafka", "apache-spark", WHY))
    writing.change_sets.commit(number, "Ada")
    app = open_page("run", id=str(newest(writing)))
    html = "".join(e.value for e in app.get("html"))
    into = writing.snapshots.current().catalog.skill["apache-spark"].display_name
    assert "merged into" in text_of(app)
    assert f'<a class="jdw-link jdw-skill" href="skills?slug=apache-spark" target="_self">{into}</a>' in html
    assert 'href="skills?slug=kafka"' not in html


def test_what_was_retired_since_the_run_says_so_and_its_row_still_stands(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    number = writing.change_sets.open_draft("Ada", "t", retire(catalog, "roles", "data-engineer", WHY))
    writing.change_sets.commit(number, "Ada")
    app = open_page("run", "Ada", id=str(newest(writing)))
    assert "retired since" in text_of(app)
    app.button(key="give-verdict").click().run()
    button(app, "Right").click().run()
    assert writing.verdicts.of_run(newest(writing))[0].role_slug == "data-engineer"
