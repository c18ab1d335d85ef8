"""Gold sets: the list, an import with all that is wrong, one set, one item with its edits and history, two versions side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st

from db.services.workbench import Workbench
from db.stores.gold_items import GoldItem, GoldSkill
from db.stores.run_filters import HistoryFilter
from pages.components import workbench as process
from pages.gold_sets.text import marked_text, places, words_at
from pipeline.text import JDText
from tests.conftest import SETTINGS, own_database
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of

TEXT = "Data Engineer at the <b>docks</b>\n\nYou build loads with Kafka and SQL.\nYou know Kafka well; Zephyrine is a plus.\n"


def row(jd_id: str, **changed: Any) -> dict[str, Any]:
    skills = [
        {"name": "Kafka", "surface": ["Kafka"], "primary": True},
        {"name": "Zephyrine", "surface": ["Zephyrine"], "primary": False},
    ]
    return {
        "id": jd_id,
        "title": "Data Engineer <i>",
        "text": TEXT,
        "role": "data-engineer",
        "acceptable": ["data-engineer"],
        "skills": skills,
        "source": "board",
        **changed,
    }


def add(bench: Workbench, name: str, *rows: dict[str, Any], author: str = "Ann") -> None:
    bench.gold_sets.add(name, [GoldItem.of_row(r) for r in rows], author=author, reason=f"from {author}")


@pytest.fixture(scope="module")
def _bench(server, stocked) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        bench = Workbench(database, SETTINGS)
        yield bench
        bench.close()


@pytest.fixture
def bench(_bench: Workbench) -> Iterator[Workbench]:
    """A workbench that the tests of this file share; each has a set of its own."""
    st.cache_data.clear()
    process._open[:] = [_bench]
    yield _bench
    process._open.clear()


def test_the_list_names_each_set_with_what_it_has(bench: Workbench) -> None:
    add(bench, "listed <b>", row("1"), row("2", role="NONE", acceptable=["NONE"], skills=None))
    app = open_page("gold_sets")
    said = text_of(app)
    assert "samples 24 18" in said
    assert "listed &lt;b&gt;" in html_of(app) and "2 1 – 1 Ann · just now" in said


def test_a_file_is_imported_whole_or_not_at_all(bench: Workbench) -> None:
    app = open_page("gold_sets", "Ada")
    button(app, "Import").click().run()
    assert "Choose a file first." in text_of(app)
    field(app.text_input, "Set").set_value("mine")
    (upload,) = app.file_uploader
    upload.set_value(("f.jsonl", b'{"id": "1"}\n[]\n', "application/jsonl"))
    button(app.run(), "Import").click().run()
    said = text_of(app)
    assert "Nothing was imported: 6 problems" in said and "1 acceptable is missing" in said
    assert "2 the whole line an object is needed, this is list" in said
    content = "\n".join(json.dumps(row(str(n))) for n in range(3)).encode()
    app.file_uploader[0].set_value(("f.jsonl", content, "application/jsonl"))
    button(app.run(), "Import").click().run()
    assert flashed(app) == "“mine” is at version 1: 3 added."
    found = bench.gold_sets.find("mine")
    assert (found.n_items, found.changed_by) == (3, "Ada")
    assert app.query_params["set"] == "mine"


def test_a_set_shows_its_items_narrowed_by_the_address_and_its_versions(bench: Workbench) -> None:
    add(bench, "one", row("a"), row("b", title=None, role="gone-role", acceptable=["gone-role"], source="mail"))
    add(bench, "one", row("a", title="Loads"), author="Bob")
    said = text_of(open_page("gold_sets", set="one"))
    assert "one Version 2 · Bob · just now · 2 items, 2 roles" in said
    assert "2 items. A click opens one." in said
    assert "Version 2 Bob just now from Bob 1 changed 2 Version 1 Ann just now from Ann 2 added 2" in said
    assert 'href="experiments?gold=one"' in html_of(open_page("gold_sets", set="one"))
    assert "1 item." in text_of(open_page("gold_sets", set="one", doubt="gone"))
    assert "No item fits." in text_of(open_page("gold_sets", set="one", words="nowhere"))
    older = text_of(open_page("gold_sets", set="one", version="1"))
    assert "Version 1, not the newest: the newest" in older
    assert "The gold set 'one' has no version 9" in text_of(open_page("gold_sets", set="one", version="9"))
    assert "There is no gold set 'nought'" in text_of(open_page("gold_sets", set="nought"))


def test_ticked_items_are_removed_with_a_reason_and_put_back(bench: Workbench) -> None:
    add(bench, "ticks", row("a"), row("b"))
    app = open_page("gold_sets", "Ada", set="ticks")
    app.session_state["gold-items-ticked"] = ["a"]
    app.run()
    button(app, "Remove").click().run()
    assert "Say why" in text_of(app) and bench.gold_sets.find("ticks").version == 1
    app.text_input(key="kept-gold-remove-why").set_value("a double")
    button(app.run(), "Remove").click().run()
    assert flashed(app) == "1 item removed: version 2."
    assert [item.id for item in bench.gold_sets.items("ticks")] == ["b"]
    assert bench.gold_sets.versions("ticks")[0].reason == "a double"
    button(app, "Undo").click().run()
    assert [item.id for item in bench.gold_sets.items("ticks")] == ["b", "a"]
    gone = open_page("gold_sets", set="ticks", item="a", version="2")
    assert "It was removed in version 2" in text_of(gone)


def test_an_item_is_edited_as_a_new_version_with_a_reason(bench: Workbench) -> None:
    add(bench, "edits", row("a"))
    app = open_page("gold_sets", "Ada", set="edits", item="a")
    said = text_of(app)
    assert "Kafka “Kafka” · primary" in said
    assert "Zephyrine not in the catalog “Zephyrine” · secondary" in said
    app.multiselect[0].set_value(["analytics-engineer", "data-engineer"]).run()
    button_of_skill = next(b for b in app.button if b.key and b.key.startswith("gold-skill-off-1"))
    button_of_skill.click().run()
    field(app.text_input, "Words of the text that mean a skill more").set_value("sql").run()
    assert "“sql” does not stand in the text" in text_of(app)
    field(app.text_input, "Words of the text that mean a skill more").set_value("SQL").run()
    assert field(app.selectbox, "Skill").value == "sql"
    button(app, "Add").click().run()
    # Another browser session of the same person sees what is not saved yet; the store does not have it.
    assert bench.gold_sets.find("edits").version == 1
    button(app, "Save as a new version").click().run()
    assert "Say why" in text_of(app)
    field(app.text_input, "Why").set_value("both fit")
    button(app, "Save as a new version").click().run()
    assert flashed(app) == "Saved: version 2 of “edits”."
    (item,) = bench.gold_sets.items("edits")
    assert (item.role, item.acceptable) == ("analytics-engineer", ("analytics-engineer", "data-engineer"))
    assert item.skills == (GoldSkill("Kafka", ("Kafka",), True), GoldSkill("SQL", ("SQL",), True, "sql"))
    assert "Not saved yet" not in text_of(app)
    said = text_of(open_page("gold_sets", set="edits", item="a"))
    assert "Ada · changed in version 2" in said and "SQL “SQL” · primary" in said and "both fit" in said
    shown = text_of(open_page("gold_sets", set="edits", a="1", b="2"))
    assert "1 item changed" in shown and "Zephyrine" in shown and "Roles:" in shown
    button(app, "Undo").click().run()
    assert bench.gold_sets.items("edits")[0].row == row("a")
    assert "Both versions have the same items" in text_of(open_page("gold_sets", set="edits", a="1", b="3"))


def test_an_edit_of_an_item_that_somebody_else_has_changed_meanwhile_is_not_laid_over_it(bench: Workbench) -> None:
    add(bench, "race", row("a"))
    app = open_page("gold_sets", "Ada", set="race", item="a")
    app.multiselect[0].set_value(["data-analyst"]).run()
    assert "Not saved yet" in text_of(app)
    add(bench, "race", row("a", title="Other"), author="Bob")
    app.run()
    assert "Not saved yet" not in text_of(app)
    assert app.multiselect[0].value == ["data-engineer"]


def test_roles_and_skills_that_were_merged_say_into_what(bench: Workbench, monkeypatch) -> None:
    successors = {("roles", "old-role"): "data-engineer", ("skills", "old_kafka"): "kafka"}
    monkeypatch.setattr(type(bench.audit_trail), "resolve_successors", lambda _: successors)
    skills = [{"name": "Old Kafka", "surface": ["Kafka"]}]
    add(bench, "merged", row("a", role="old-role", acceptable=["old-role"], skills=skills))
    said = text_of(open_page("gold_sets", set="merged", item="a"))
    assert "old-role merged into Data Engineer" in said and "Old Kafka merged into Kafka" in said


def test_marks_stand_on_the_words_of_the_view_and_picked_words_are_those_of_the_raw_text() -> None:
    jd = JDText("<p>Kafka &amp; SQL</p><p>NoSQL</p>")
    skills = [GoldSkill("SQL <b>", ("SQL",), False), GoldSkill("Both", ("Kafka &amp; SQL",))]
    marks = places(jd, skills, frozenset(["Both"]))
    assert [(jd.view[m.start : m.end], m.skill.name) for m in marks] == [("Kafka & SQL", "Both")]
    html = marked_text(jd.view, places(jd, skills[:1], frozenset()))
    assert (
        '<mark class="second new" tabindex="0" aria-label="SQL &lt;b&gt; · secondary · not in the catalog">SQL</mark>'
        in html
    )
    start = jd.view.index("Kafka & SQL")
    assert words_at(jd, {"start": start, "end": start + 11}) == "Kafka &amp; SQL"
    assert words_at(jd, {"start": start - 1 if start else 0, "end": start + 6}) == "Kafka"
    assert (words_at(jd, {"start": 5, "end": 5}), words_at(jd, {"start": 0, "end": 10**6}), words_at(jd, [])) == (
        "",
        "",
        "",
    )


# --- from verdicts ------------------------------------------------------------------------------------------------


def test_the_verdict_of_a_run_becomes_an_item_from_its_page(writing: Workbench) -> None:
    (run_id,) = [row["id"] for row in writing.history.find(HistoryFilter()).rows]
    assert "Add to gold" not in [b.label for b in open_page("run", "Ada", id=str(run_id)).button]
    writing.verdicts.give(run_id, "Ann", "data-engineer", ["docker"])
    app = open_page("run", "Ada", id=str(run_id))
    button(app, "Add to gold").click()
    app.run()
    assert "Ann says Data Engineer ; skills: 1 wrong, 15 not judged." in text_of(app)
    # In a test each drawing is of the whole page, so that the dialog is opened and used at once.
    for act in (
        lambda: field(app.selectbox, "Set").set_value(""),
        lambda: field(app.text_input, "Its name").set_value("judged"),
        lambda: button(app, "Add").click(),
    ):
        act()
        button(app, "Add to gold").click()
        app.run()
    assert flashed(app) == "“judged” is at version 1: 1 added."
    (item,) = writing.gold_sets.items("judged")
    assert (item.id, item.role) == (str(run_id), "data-engineer")
    assert writing.gold_sets.versions("judged")[0].author == "Ada"
    shown = open_page("run", "Ada", id=str(run_id))
    assert "In gold: judged" in text_of(shown)


def test_ticked_runs_of_the_history_become_items_and_those_without_a_verdict_are_named(writing: Workbench) -> None:
    (run_id,) = [row["id"] for row in writing.history.find(HistoryFilter()).rows]
    app = open_page("history", "Ada")
    app.session_state["runs-ticked"] = [str(run_id), str(run_id)]
    app.run()
    button(app, "Add to gold").click()
    app.run()
    assert "2 runs: of each the newest verdict" in text_of(app)
    button(app, "Add to gold").click()
    button(app, "Add").click()
    app.run()
    assert "No reviewer has said its role yet" in text_of(app)
    assert [found.name for found in writing.gold_sets.all()] == ["samples"]
    assert writing.gold_sets.find("samples").version == 1
