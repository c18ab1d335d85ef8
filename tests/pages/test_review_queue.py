"""The review queue: what one run proposed, approved, mapped, rejected and let back."""

import json
import re
from html import unescape
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from db.errors import StoreError
from db.services.workbench import Workbench
from db.stores.review_queue import Proposal
from pages.components.grid import GridSpec, OnEdit
from pages.review_queue import lists
from tests.pages.conftest import button, field, flashed, html_of, open_page, press_in_dialog, text_of


def _find(workbench: Workbench, kind: str, words: str = "") -> Proposal:
    return workbench.proposals.find("pending", kind, words)[0]


def _changes(workbench: Workbench) -> set[tuple[str, str, tuple[str, ...]]]:
    number = workbench.change_sets.draft_of("Ada")
    assert number is not None
    return {(c.kind, c.table, c.key) for c in workbench.change_sets.load_changes(number)}


def test_without_runs_nothing_waits(without_runs: Workbench) -> None:
    text = text_of(open_page("review_queue"))
    assert "0 wait for a decision, those that most texts made first" in text
    assert "Nothing waits here." in text


def test_a_proposal_shows_the_sentences_in_which_it_stands(reading: Workbench) -> None:
    app = open_page("review_queue", kind="skill", id=str(_find(reading, "skill", "Zephyrine").id))
    text = text_of(app)
    assert set(re.findall(r"\b(skill|title|link|KRA|role) · ", text)) == {"skill"}
    assert "proposed skill · seen in 1 run" in text
    assert "Python, Zephyrine and Terraform" in text
    assert '<mark class="jdw-hit">Zephyrine</mark>' in html_of(app)


def test_words_that_nothing_holds_say_so(reading: Workbench) -> None:
    app = open_page("review_queue")
    app.text_input(key="words").input("zzzzqqq").run()
    assert "Nothing fits here." in text_of(app)


def test_an_approved_skill_is_staged_with_its_dimensions(writing: Workbench) -> None:
    proposal = _find(writing, "skill", "Zephyrine")
    app = open_page("review_queue", "Ada", kind="skill", id=str(proposal.id))
    app.segmented_control(key=f"mode-{proposal.id}").set_value("A new skill").run()
    field(app.text_input, "Name").input("Zephyrine DB")
    field(app.selectbox, "Nature").set_value("DATABASE")
    field(app.multiselect, "Dimensions").set_value(["cloud-platforms"]).run()
    button(app, "Approve").click().run()
    assert flashed(app).startswith("The skill “Zephyrine DB” is added, in your draft ")
    assert {
        ("add", "skills", ("zephyrine-db",)),
        ("add", "skill_aliases", ("zephyrine-db", "Zephyrine")),
        ("add", "skill_dimensions", ("zephyrine-db", "cloud-platforms")),
    } <= _changes(writing)
    app = open_page("review_queue", "Ada", kind="skill", status="approved")
    assert "Approved by Ada just now" in text_of(app)


def test_a_term_is_mapped_to_a_skill_that_is_there(writing: Workbench) -> None:
    proposal = _find(writing, "skill", "Zephyrine")
    app = open_page("review_queue", "Ada", kind="skill", id=str(proposal.id))
    app.segmented_control(key=f"mode-{proposal.id}").set_value("A form of a skill").run()
    field(app.selectbox, "Skill").set_value("redis").run()
    button(app, "Map").click().run()
    assert flashed(app).startswith("“Zephyrine” is a form of Redis, in your draft ")
    assert _changes(writing) == {("add", "skill_aliases", ("redis", "Zephyrine"))}


def test_a_sentence_becomes_a_kra(writing: Workbench) -> None:
    proposal = _find(writing, "kra")
    app = open_page("review_queue", "Ada", kind="kra", id=str(proposal.id))
    field(app.text_area, "KRA").input("Forecast dues").run()
    button(app, "Approve").click().run()
    assert flashed(app).startswith("The KRA is added, in your draft ")
    assert _changes(writing) == {("add", "role_kras", (proposal.role_slug, "Forecast dues"))}


def test_the_other_words_of_a_joined_kra_are_shown(writing: Workbench) -> None:
    proposal = _find(writing, "kra")
    assert "Joined from other words" not in text_of(open_page("review_queue", "Ada", kind="kra", id=str(proposal.id)))
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE proposal SET runs = 2 WHERE id = %s", (proposal.id,))
        connection.exec_driver_sql(
            "UPDATE proposal_run SET evidence = 'Keep the <tables> curated' WHERE proposal_id = %s", (proposal.id,)
        )
    text = text_of(open_page("review_queue", "Ada", kind="kra", id=str(proposal.id)))
    assert "Joined from other words · 1" in text and "Keep the <tables> curated" in text


def test_a_title_of_the_queue_becomes_one_of_a_role(writing: Workbench) -> None:
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO proposal (kind, key, role_slug, text) VALUES ('title', 'k', 'data-engineer', 'Pipeline {Lead}')"
        )
    app = open_page("review_queue", "Ada", kind="title")
    button(app, "Approve").click().run()
    assert flashed(app).startswith("“Pipeline {Lead}” is a title of Data Engineer, in your draft ")
    assert _changes(writing) == {("add", "role_aliases", ("data-engineer", "Pipeline {Lead}"))}


def test_a_title_of_no_role_becomes_a_new_role(writing: Workbench) -> None:
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO proposal (kind, key, role_slug, text) VALUES ('role', 'k', '', 'Harbour Pilot')"
        )
    app = open_page("review_queue", "Ada", kind="role")
    app.segmented_control(key=f"mode-{_find(writing, 'role').id}").set_value("A new role").run()
    assert button(app, "Approve").disabled
    field(app.multiselect, "Dimensions").set_value(["cloud-platforms"]).run()
    button(app, "Approve").click().run()
    assert _changes(writing) == {
        ("add", "roles", ("harbour-pilot",)),
        ("add", "role_dimensions", ("harbour-pilot", "cloud-platforms")),
    }


SAID_OF_ROLE = {
    "aliases": [{"text": "Harbour {Guide}", "runs": 1}],
    "kras": [{"text": "Bring ships to the quay", "runs": 2}, {"text": "Read the tide", "runs": 1}],
    "dimensions": [
        {"slug": "cloud-platforms", "skills": ["AWS"], "runs": 2},
        {"slug": "gone-since", "skills": ["Fog"], "runs": 1},
    ],
    "families": [{"text": "Support & Operations", "runs": 2}],
    "archetypes": [{"text": "Operations", "runs": 2}],
    "nearest": [{"text": "data-engineer", "runs": 2}, {"text": "role-of-old", "runs": 1}],
    "baselines": [
        {
            "nature_of_work": "User support and service desk",
            "nature_summary": "Brings ships in.",
            "tech_stack_maturity": "Established",
            "maturity_reasoning": "Tide tables decide.",
            "ai_index": 0.5,
            "ai_indicators": ["on_ai_team"],
            "runs": 2,
        }
    ],
}


def test_a_new_role_is_staged_with_what_runs_say_of_it_as_it_was_edited(writing: Workbench) -> None:
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO proposal (kind, key, role_slug, text, payload) VALUES ('role', 'k', '', 'Harbour Pilot', %s)",
            (json.dumps({"role": SAID_OF_ROLE}),),
        )
    app = open_page("review_queue", "Ada", kind="role")
    assert field(app.selectbox, "Family").value == "Support & Operations"
    assert field(app.multiselect, "Dimensions").value == ["cloud-platforms"]
    assert "Cloud Platforms: AWS" in text_of(app)
    assert field(app.text_area, "KRAs, one a line").value == "Bring ships to the quay\nRead the tide"
    shown = text_of(app)
    assert "Nearest roles, and what tells them apart" in shown and "of 1 dimensions shared" in shown
    assert field(app.text_input, "What is done").value == "Brings ships in."
    field(app.text_area, "KRAs, one a line").input("Bring ships to the quay\nKnow each sandbank\n").run()
    button(app, "Approve").click().run()
    assert flashed(app).startswith("The role “Harbour Pilot” is added, in your draft ")
    assert _changes(writing) == {
        ("add", "roles", ("harbour-pilot",)),
        ("add", "role_aliases", ("harbour-pilot", "Harbour {Guide}")),
        ("add", "role_kras", ("harbour-pilot", "Bring ships to the quay")),
        ("add", "role_kras", ("harbour-pilot", "Know each sandbank")),
        ("add", "role_dimensions", ("harbour-pilot", "cloud-platforms")),
        ("add", "role_baselines", ("harbour-pilot",)),
    }
    number = writing.change_sets.draft_of("Ada")
    (role,) = [c.after for c in writing.change_sets.load_changes(number or 0) if c.table == "roles"]
    assert (role.domain, role.role_archetype) == ("Support & Operations", "Operations")
    (baseline,) = [c.after for c in writing.change_sets.load_changes(number or 0) if c.table == "role_baselines"]
    assert (baseline.nature_of_work, baseline.ai_index) == ("User support and service desk", 0.5)
    assert (baseline.tech_stack_maturity, baseline.ai_indicators) == ("Established", ("on_ai_team",))


def test_dimensions_fixed_for_a_term_are_chosen_in_its_form(writing: Workbench) -> None:
    writing.locks.fix("Zephyrine", ["cloud-platforms"], "Ben", "as we use it")
    app = open_page("review_queue", "Ada", kind="skill", id=str(_find(writing, "skill", "Zephyrine").id))
    assert field(app.multiselect, "Dimensions").value == ["cloud-platforms"]
    assert "fixed Cloud Platforms by Ben" in text_of(app) and "“as we use it”" in text_of(app)


def test_a_link_to_a_dimension_that_is_gone_says_so(writing: Workbench) -> None:
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO proposal (kind, key, role_slug, text) VALUES ('link', 'k', 'data-engineer', 'no-such-dimension')"
        )
    app = open_page("review_queue", "Ada", kind="link", status="weak", words="no-such")
    assert "This dimension is no longer in the catalog" in text_of(app)


def test_a_rejection_has_a_reason_and_is_taken_back_at_once_or_later(writing: Workbench) -> None:
    proposal = _find(writing, "skill", "Zephyrine")
    app = open_page("review_queue", "Ada", kind="skill", id=str(proposal.id))
    app.text_input(key=f"words-{proposal.id}").input("It is a brand").run()
    button(app, "Reject for good").click().run()
    assert flashed(app) == "“Zephyrine” is rejected for good."
    button(app, "Undo").click().run()
    assert _find(writing, "skill", "Zephyrine").id == proposal.id
    app = open_page("review_queue", "Ada", kind="skill", id=str(proposal.id))
    button(app, "Reject for good").click().run()
    app = open_page("review_queue", "Ada", kind="skill", status="rejected")
    assert "Rejected by Ada just now: no skill or duty" in text_of(app)
    button(app, "Let it come back").click().run()
    assert flashed(app) == "It waits for a decision again."
    assert _find(writing, "skill", "Zephyrine").id == proposal.id


def _propose(workbench: Workbench, kind: str, *texts: str, role: str = "") -> list[int]:
    with workbench.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM proposal")
        return [
            connection.exec_driver_sql(
                "INSERT INTO proposal (kind, key, role_slug, text) VALUES (%s, %s, %s, %s) RETURNING id",
                (kind, f"k{at}", role, text),
            ).scalar_one()
            for at, text in enumerate(texts)
        ]


def test_what_is_decided_leaves_and_the_next_one_is_shown_also_behind_the_last(writing: Workbench) -> None:
    first, second = _propose(writing, "skill", "Quorvix", "Zanthil")
    app = open_page("review_queue", "Ada", id=str(first))
    button(app, "Reject for good").click().run()
    assert app.query_params["id"] == str(second)
    assert "Zanthil" in text_of(app)
    button(app, "Reject for good").click().run()
    assert "Nothing waits here." in text_of(app)
    assert "id" not in app.query_params


def test_an_uncertain_proposal_is_left_for_the_person_to_choose(writing: Workbench) -> None:
    _propose(writing, "skill", "Quorvix")
    app = open_page("review_queue", "Ada")
    assert field(app.selectbox, "Nature").value is None
    assert field(app.multiselect, "Dimensions").value == []
    assert button(app, "Approve").disabled
    _propose(writing, "title", "Keeper of Lakes", role="no-such-role")
    app = open_page("review_queue", "Ada")
    assert field(app.selectbox, "Role").value is None
    assert button(app, "Approve").disabled


def test_weak_ones_are_counted_apart_and_say_why(writing: Workbench) -> None:
    _propose(writing, "skill", "Quorvix", "Physics", "Green")
    app = open_page("review_queue", "Ada")
    text = text_of(app)
    assert "1 waits for a decision, those that most texts made first · 2 weak ones hidden" in text
    assert "Physics" not in text
    app = open_page("review_queue", "Ada", status="weak")
    text = text_of(app)
    assert "weak: a field of study" in text or "weak: a colour" in text
    assert "Quorvix" not in text


def _tick(app: AppTest, *numbers: int) -> None:
    """Tick rows; the boxes themselves are ticked in the browser."""
    app.session_state["proposals-ticked"] = [str(number) for number in numbers]


def test_several_are_rejected_in_one_act_that_is_undone_as_one(writing: Workbench) -> None:
    numbers = _propose(writing, "skill", "Quorvix", "Zanthil", "Brumple")
    app = open_page("review_queue", "Ada", way="several")
    assert "Tick rows at their left" in text_of(app)
    _tick(app, numbers[0], numbers[2])
    app.run()
    assert "2 proposals ticked" in text_of(app)
    button(app, "Decide 2…").click().run()
    press_in_dialog(app, "Decide 2…", "Reject 2 for good")
    assert flashed(app) == "2 proposals rejected for good."
    assert {p.id for p in writing.proposals.find("rejected")} == {numbers[0], numbers[2]}
    button(app, "Undo").click().run()
    assert {p.id for p in writing.proposals.find("pending")} == set(numbers)


def test_all_that_a_filter_finds_become_forms_of_a_skill_and_what_is_left_out_is_said_first(writing: Workbench) -> None:
    _propose(writing, "skill", *(f"Quorvix {n}" for n in range(60)), "Quorvix k8s", "Zanthil")
    app = open_page("review_queue", "Ada", words="Quorvix")
    assert "1 of 61" not in text_of(app) and "61 proposals, page 1" in text_of(app)
    button(app, "Decide all 61…").click().run()
    text = text_of(app)
    assert "61 skills · with “Quorvix”" in text and "and 49 more, 61 in all" in text
    app.segmented_control(key="bulk-act").set_value("form_of")
    button(app, "Decide all 61…").click().run()
    field(app.selectbox, "Skill").set_value("redis")
    button(app, "Decide all 61…").click().run()
    press_in_dialog(app, "Decide all 61…", "Map 61")
    number = writing.change_sets.draft_of("Ada")
    assert flashed(app) == f"61 proposals mapped, in your draft {number}."
    (decision,) = writing.change_sets.decisions(number or 0)
    assert (decision.title, len(decision.changes)) == ("61 proposals as forms of Redis", 61)
    button(app, "Undo").click().run()
    assert writing.proposals.count_waiting().strong == 62


def test_a_group_opens_as_a_filter_that_can_be_taken_away(writing: Workbench) -> None:
    _propose(writing, "skill", "Zanthil Lake", "zanthil-lakes", "Quorvix")
    app = open_page("review_queue", "Ada", by="spelling")
    assert "1 group, the largest first" in text_of(app)
    (link,) = re.findall(r'href="queue\?([^"]*spelling=[^"]*)"', html_of(app))
    app = open_page("review_queue", "Ada", spelling=parse_qs(unescape(link))["spelling"][0])
    text = text_of(app)
    assert "Zanthil Lake" in text and "zanthil-lakes" in text and "Quorvix" not in text
    button(app, "spellings of one term").click().run()
    assert "Quorvix" in text_of(app)


def test_a_view_is_kept_under_a_name_and_deleted(writing: Workbench) -> None:
    app = open_page("review_queue", "Ada", kind="skill", order="certainty")
    field(app.text_input, "Keep this view as").input("The surest skills").run()
    button(app, "Keep").click().run()
    assert flashed(app) == "The view “The surest skills” is kept."
    (view,) = writing.saved_views.find("queue", "Ada")
    assert dict(view.address) == {"kind": "skill", "order": "certainty"}
    assert 'href="queue?kind=skill&amp;order=certainty"' in html_of(app)
    button(app, "Delete").click().run()
    assert writing.saved_views.find("queue", "Ada") == []


def test_an_edited_cell_is_kept_at_once_and_is_what_is_approved(
    writing: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _propose(writing, "skill", "Quorvix", "Zanthil")
    shown: list[tuple[pd.DataFrame, GridSpec, OnEdit]] = []
    # The grid itself is tested in the browser.
    monkeypatch.setattr(lists, "editable_grid", lambda *grid: shown.append(grid) or [str(first)])
    app = open_page("review_queue", "Ada", way="table")
    frame, spec, on_edit = shown[-1]
    assert spec.row_id == lists.KEY and set(frame[lists.KEY]) == {str(first), str(second)}
    keep_cell(app, on_edit, (str(first), lists.NAME, "Quorvix DB"))
    keep_cell(app, on_edit, (str(first), lists.NATURE, "database"))
    app.run()
    assert shown[-1][0].set_index(lists.KEY).loc[str(first), lists.NAME] == "Quorvix DB"
    button(app, "Decide 1 chosen…").click().run()
    app.segmented_control(key="bulk-act").set_value("new_skill")
    button(app, "Decide 1 chosen…").click().run()
    field(app.selectbox, "Dimension").set_value("cloud-platforms")
    button(app, "Decide 1 chosen…").click().run()
    press_in_dialog(app, "Decide 1 chosen…", "Approve 1")
    assert {
        ("add", "skills", ("quorvix-db",)),
        ("add", "skill_aliases", ("quorvix-db", "Quorvix")),
    } <= _changes(writing)


def keep_cell(app: AppTest, on_edit: OnEdit, edit: tuple[str, str, str]) -> None:
    """What the grid does with an edited cell, as the person of the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "has_name", lambda _: True)
        patch.setattr(lists, "person", lambda: "Ada")
        patch.setattr(lists, "flash", lambda _: None)
        on_edit(*edit)


def test_an_earlier_act_is_taken_back_from_the_list_of_decisions(writing: Workbench) -> None:
    numbers = _propose(writing, "skill", "Quorvix", "Zanthil")
    writing.proposals.reject(numbers, "Bob", "too broad")
    app = open_page("review_queue", "Ada")
    assert "2 proposals rejected: too broad" in text_of(app)
    button(app, "Take back").click().run()
    assert writing.proposals.count_waiting().strong == 2
    assert "undone by Ada" in text_of(open_page("review_queue", "Ada"))


def test_a_number_that_is_no_proposal_says_so(reading: Workbench) -> None:
    assert "There is no proposal 999999." in text_of(open_page("review_queue", id="999999"))
    assert "There is no proposal x." in text_of(open_page("review_queue", id="x"))


def test_an_error_of_the_store_is_shown(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = _find(writing, "kra")

    def refuse(*_: object) -> None:
        raise StoreError("This proposal is approved already; reload the queue.")

    monkeypatch.setattr(writing.proposals, "decide", refuse)
    app = open_page("review_queue", "Ada", kind="kra", id=str(proposal.id))
    button(app, "Approve").click().run()
    assert [e.value for e in app.error] == ["This proposal is approved already; reload the queue."]
