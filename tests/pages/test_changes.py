"""My draft: whose it is, its decisions taken out and put back whole, conflicts, commit, archive."""

from dataclasses import replace
from uuid import UUID

import pytest

from db.errors import StoreError
from db.services.workbench import Workbench
from pages.components import links
from pipeline.catalog import SkillAlias
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.refs import Ref, RunRef
from tests.pages.conftest import button, field, flashed, open_page, text_of

WHY = ChangeReason("bought")


def _vendor(workbench: Workbench, person: str, vendor: str, source: Ref | None = None) -> int:
    """Stage another vendor of Redis in a person's draft; its number."""
    redis = workbench.snapshots.current().catalog.skill["redis"]
    return workbench.change_sets.stage_for(person, edit(redis, ChangeReason("bought", source), vendor=vendor))


def test_without_a_draft_the_page_says_what_comes_here(reading: Workbench) -> None:
    app = open_page("changes", "Zoe")
    assert "You have no draft." in text_of(app)


def test_a_draft_shows_its_decisions_in_words_with_what_showed_the_fault(writing: Workbench) -> None:
    _vendor(writing, "Ada", "A <b>new</b> one", RunRef(UUID("01234567-89ab-cdef-0123-456789abcdef")))
    app = open_page("changes", "Ada")
    text = text_of(app)
    assert "Repairs by Ada" in text
    assert "Your draft · 1 decision, 1 row · begun just now on revision 1" in text
    assert "A <b>new</b> one" in text
    assert "run 01234567 · bought · 1 row" in text
    assert "Ready to be committed." in text
    assert not button(app, "Commit").disabled


def test_the_page_opens_my_draft_and_a_colleagues_only_when_it_is_asked_for(writing: Workbench) -> None:
    mine = _vendor(writing, "Ada", "Ada’s")
    theirs = _vendor(writing, "Bea", "Bea’s")
    app = open_page("changes", "Ada")
    assert "Ada’s" in text_of(app)
    assert f"{theirs} Repairs by Bea" in text_of(app)
    app = open_page("changes", "Ada", set=str(theirs))
    text = text_of(app)
    assert "Bea’s draft, to be read" in text
    assert "Take out" not in [b.label for b in app.button]
    assert "Discard" not in [b.label for b in app.button]
    assert button(app, "Commit").disabled
    assert "Bea may still be at work on it." in text
    field(app.checkbox, "This is Bea’s draft: commit it all the same").check().run()
    assert not button(app, "Commit").disabled
    button(app, "Take it over").click().run()
    assert writing.change_sets.load(theirs).owner == "Ada"
    assert writing.change_sets.load(mine).owner == "Ada"


def test_an_unknown_number_says_so_and_shows_no_other_set(writing: Workbench) -> None:
    _vendor(writing, "Ada", "Other")
    for asked in ("999", "x", "9" * 40):
        app = open_page("changes", "Ada", set=asked)
        assert [e.value for e in app.error] == [f"There is no change set {asked}. Perhaps the address was cut off."]
        assert "Other" not in text_of(app)


def test_a_decision_is_taken_out_and_put_back(writing: Workbench) -> None:
    number = _vendor(writing, "Ada", "Other")
    app = open_page("changes", "Ada")
    button(app, "Take out").click().run()
    assert "is out of the draft" in flashed(app)
    text = text_of(app)
    assert "0 decisions, 0 rows" in text
    assert "taken out just now by Ada" in text
    assert "There is nothing to commit." in text
    assert button(app, "Commit").disabled
    button(app, "Put back").click().run()
    assert writing.change_sets.load(number).size == 1


def test_a_decision_on_which_others_stand_goes_with_them_or_stays(writing: Workbench) -> None:
    new = SkillAlias(None, "redis", "redys", "MISSPELLING")
    number = writing.change_sets.stage_for("Ada", [Change(None, new)])
    writing.change_sets.stage_for("Ada", edit(new, WHY, context=("cache",)))
    app = open_page("changes", "Ada")
    app.button(key="out-1").click().run()
    assert "Later decisions stand on this one:" in text_of(app)
    button(app, "Leave it in").click().run()
    assert writing.change_sets.load(number).decisions == 2
    app.button(key="out-1").click().run()
    button(app, "Take all out").click().run()
    assert writing.change_sets.load(number).decisions == 0


def test_a_commit_keeps_title_and_why_that_follow_from_its_decisions(
    writing: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[links.PagePlace, dict[str, str]]] = []

    def note(place: links.PagePlace, **query: str) -> None:
        opened.append((place, query))

    monkeypatch.setattr(links, "open_page", note)
    number = _vendor(writing, "Ada", "Other")
    app = open_page("changes", "Ada")
    title, why = field(app.text_input, "Title"), field(app.text_area, "Why")
    assert title.value.startswith("Redis: vendor") and title.value.endswith("→ Other")
    assert why.value.endswith("→ Other (bought).")
    title.input("Redis put right").run()
    button(app, "Commit").click().run()
    assert opened == [(links.REVISIONS, {"set": str(number)})]
    done = writing.change_sets.load(number)
    assert (done.status, done.committer, done.title) == ("committed", "Ada", "Redis put right")
    assert done.why.endswith("→ Other (bought).")


def test_a_conflict_shows_three_sides_and_is_settled(writing: Workbench) -> None:
    number = _vendor(writing, "Ada", "Ada’s")
    writing.change_sets.commit(_vendor(writing, "Bea", "Bea’s"), "Bea")
    app = open_page("changes", "Ada", set=str(number))
    text = text_of(app)
    assert "skill redis has been changed" in text
    assert "When you began, revision 1" in text
    assert "Bea, revision 2" in text
    assert "vendor both changed it" in text
    assert "One conflict must be settled before the commit." in text
    assert "One conflict is to be settled first." in text
    assert button(app, "Commit").disabled
    assert "Keep Bea’s" in [b.label for b in app.button]
    button(app, "Keep mine").click().run()
    assert flashed(app) == "The conflict is settled."
    assert "both changed it" not in text_of(app)
    assert not button(app, "Commit").disabled


def test_an_error_of_the_store_is_shown_where_it_happened_and_outlasts_a_new_drawing(
    writing: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _vendor(writing, "Ada", "Other")
    monkeypatch.setattr(writing.reports, "is_complete", lambda _: True)

    def refuse(*_: object, **__: object) -> int:
        raise StoreError("A change is committed by a second person.")

    monkeypatch.setattr(writing.change_sets, "commit", refuse)
    app = open_page("changes", "Ada", set=str(number))
    button(app, "Commit").click().run()
    said = "A change is committed by a second person."
    assert [e.value for e in app.error] == [said]
    app.run()
    assert flashed(app) == said
    assert writing.change_sets.load(number).status == "draft"


def test_a_draft_is_handed_over(writing: Workbench) -> None:
    number = _vendor(writing, "Ada", "Other")
    app = open_page("changes", "Ada", set=str(number))
    field(app.text_input, "To").input("Bea").run()
    button(app, "Hand it over").click().run()
    assert flashed(app) == "“Repairs by Ada” is Bea’s draft now."
    assert "Bea’s draft, to be read · begun by Ada" in text_of(app)
    button(app, "Undo").click().run()
    assert writing.change_sets.load(number).owner == "Ada"


def test_a_discarded_draft_is_in_the_archive_and_comes_back_whole(writing: Workbench) -> None:
    number = _vendor(writing, "Ada", "Other")
    app = open_page("changes", "Ada")
    button(app, "Discard").click().run()
    assert flashed(app) == "“Repairs by Ada” with 1 decision is in the archive."
    assert "You have no draft." in text_of(app)
    assert [e.label for e in app.expander if "Archive" in e.label] == ["Archive · 1 draft"]
    app.button(key=f"restore-{number}").click().run()
    assert "Your draft · 1 decision, 1 row" in text_of(app)
    button(app, "Discard").click().run()
    button(app, "Undo").click().run()
    assert writing.change_sets.load(number).status == "draft"


def test_a_rule_that_a_draft_breaks_is_told_beside_its_decision(writing: Workbench) -> None:
    _vendor(writing, "Ada", "Other")
    writing.change_sets.stage_for("Ada", [Change(None, SkillAlias(None, "no-such-skill", "nothing"))])
    app = open_page("changes", "Ada")
    text = text_of(app)
    assert "alias no-such-skill / nothing: there is no skill 'no-such-skill'" in text
    assert "One rule is broken" in text
    assert "One broken rule is to be settled first." in text
    assert button(app, "Commit").disabled


def test_the_rows_can_be_read_by_entity_and_one_by_one(writing: Workbench) -> None:
    _vendor(writing, "Ada", "Other")
    catalog = writing.snapshots.current().catalog
    writing.change_sets.stage_for("Ada", edit(replace(catalog.skill["redis"], vendor="Other"), WHY, license="mit"))
    app = open_page("changes", "Ada", by="By entity")
    assert "Redis skill · 1 row" in text_of(app)
    app = open_page("changes", "Ada", by="By kind")
    assert "Skills · 1 row" in text_of(app)
