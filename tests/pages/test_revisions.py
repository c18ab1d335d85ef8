"""Revisions: found by person and words, one of them as a page, undone; wrong numbers say so."""

import streamlit as st

from db.services.workbench import Workbench
from db.stores.commits import CommitNote
from pages.components import links
from pipeline.catalog.operations import ChangeReason, edit
from tests.pages.conftest import button, field, open_page, text_of


def _committed(workbench: Workbench, person: str, vendor: str, why: str = "") -> int:
    """Another vendor of Redis, committed by a person; the number of the change set."""
    redis = workbench.snapshots.current().catalog.skill["redis"]
    number = workbench.change_sets.stage_for(person, edit(redis, ChangeReason("bought"), vendor=vendor))
    workbench.change_sets.commit(number, person, note=CommitNote(f"Redis of {vendor}", why, None))
    return number


def test_without_revisions_the_page_says_what_comes_here(reading: Workbench) -> None:
    text = text_of(open_page("revisions"))
    assert "Nobody has changed the catalog yet." in text
    assert "Catalog revision 1, set to the clean catalog." in text


def test_revisions_are_found_by_person_and_words(writing: Workbench) -> None:
    _committed(writing, "Ada", "Alpha", "They sold it.")
    _committed(writing, "Bea", "Beta")
    app = open_page("revisions", "Ada")
    text = text_of(app)
    assert "2 revisions" in text and "Redis of Alpha" in text and "They sold it." in text
    field(app.text_input, "Search").input("sold redis").run()
    assert "Redis of Alpha" in text_of(app) and "Redis of Beta" not in text_of(app)
    field(app.text_input, "Search").input("nothing like it").run()
    assert "No revision is of this kind." in text_of(app)
    app = open_page("revisions", "Ada", by="Bea")
    assert "Redis of Beta" in text_of(app) and "Redis of Alpha" not in text_of(app)


def test_one_revision_is_a_page_with_title_why_and_rows(writing: Workbench) -> None:
    number = _committed(writing, "Ada", "Alpha", "They sold it.")
    later = _committed(writing, "Bea", "Beta")
    text = text_of(open_page("revisions", "Ada", set=str(number)))
    assert "Redis of Alpha" in text and "They sold it." in text
    assert f"Revision 2, change set {number} · committed by Ada" in text
    assert "1 decision, 1 row" in text
    assert f"Later change sets touch the same rows: {later} “Redis of Beta”" in text


def test_a_wrong_number_says_so(writing: Workbench) -> None:
    _committed(writing, "Ada", "Alpha")
    app = open_page("revisions", "Ada", set="999")
    assert [e.value for e in app.error] == ["There is no change set 999. Perhaps the address was cut off."]
    assert "Redis of Alpha" not in text_of(app)


def test_old_addresses_of_committed_sets_lead_here(writing: Workbench, monkeypatch) -> None:
    number = _committed(writing, "Ada", "Alpha")
    opened = []

    def note(place, **query):
        opened.append((place.url_path, query))
        st.stop()

    monkeypatch.setattr(links, "open_page", note)
    open_page("changes", "Ada", set=str(number))
    assert opened == [("revisions", {"set": str(number)})]


def test_a_revision_is_taken_back_by_a_draft(writing: Workbench, monkeypatch) -> None:
    number = _committed(writing, "Ada", "Alpha")
    opened = []
    monkeypatch.setattr(links, "open_page", lambda place, **query: opened.append((place.url_path, query)))
    app = open_page("revisions", "Ada", set=str(number))
    button(app, "Undo").click().run()
    assert opened == [("changes", {"set": str(number + 1)})]
    assert writing.change_sets.load(number + 1).undoes == number


def test_what_colleagues_committed_is_told_until_it_is_seen(writing: Workbench) -> None:
    writing.teamwork.record_visit("Ada")
    number = _committed(writing, "Bea", "Other")
    app = open_page("revisions", "Ada")
    assert f"colleagues committed 1 change set: {number} “Redis of Other” by Bea (1)." in text_of(app)
    button(app, "Seen").click().run()
    assert "colleagues committed" not in text_of(app)
