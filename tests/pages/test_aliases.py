"""The page of aliases: the tester, the list, and cells that are edited in place."""

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pages import aliases
from pages.components import grid
from tests.pages.conftest import field, flashed, give_name, html_of, open_page, press_in_dialog, text_of

TESTER = "Paste a sentence to see what it matches"
GRID = {"as": "Edit many"}


@pytest.fixture
def grids(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """The grids that a page shows; the grid itself is tested in the browser."""
    shown: list[pd.DataFrame] = []
    monkeypatch.setattr(aliases, "editable_grid", lambda frame, spec, on_edit: shown.append(frame))
    return shown


def test_a_sentence_shows_what_it_matches_and_why(reading: Workbench) -> None:
    app = open_page("aliases")
    field(app.text_area, TESTER).input("Docker/CI/K8s <i>experience</i>").run()
    text = text_of(app)
    assert "Matches · catalog" in text
    assert "K8s Kubernetes abbreviation" in text
    assert "with my draft" not in text
    assert 'href="aliases?alias=kubernetes%3Ak8s"' in html_of(app)
    field(app.text_area, TESTER).input("nothing of the kind").run()
    assert "Nothing matches." in text_of(app)


def test_a_sentence_shows_what_it_does_not_match_and_why_not(reading: Workbench) -> None:
    app = open_page("aliases")
    field(app.text_area, TESTER).input("write to kafka@example.com").run()
    assert "kafka Kafka it stands in a web or mail address" in text_of(app)
    field(app.text_area, TESTER).input("Qworble").run()
    assert "No skill has “Qworble” as a form." in text_of(app)


def _listed(app: AppTest) -> list[tuple[str, str]]:
    """Address and name of each row of the list."""
    return re.findall(r'<td><a href="([^"]*)"><span>([^<]*)</span>', html_of(app))


def test_forms_that_runs_matched_come_first_with_their_count(reading: Workbench) -> None:
    app = open_page("aliases")
    assert len(_listed(app)) == aliases.PAGE_SIZE
    runs = [int(n) for n in re.findall(r'<td class="n">([\d,]+)</td></tr>', html_of(app))]
    assert runs[0] == 1
    assert runs == sorted(runs, reverse=True)
    app.text_input(key="words").input("kafka").run()
    address, name = _listed(app)[0]
    assert name.lower() == "kafka"
    assert address == f"aliases?words=kafka&amp;alias=kafka%3A{name}"
    assert "Build batch and streaming pipelines with Spark and Kafka" in text_of(app)


def test_a_type_narrows_the_list_and_nothing_that_fits_says_so(reading: Workbench) -> None:
    app = open_page("aliases", type="Misspelling")
    assert "misspelling" in text_of(app)
    assert "abbreviation" not in html_of(app).split("</table>")[0]
    app.text_input(key="words").input("zzzzqqq").run()
    assert "No form fits." in text_of(app)


def test_without_runs_no_form_was_matched(without_runs: Workbench) -> None:
    assert "No run has matched it yet." in text_of(open_page("aliases"))


def test_the_address_opens_the_card_of_a_form_also_of_one_that_is_not_listed(reading: Workbench) -> None:
    text = text_of(open_page("aliases", alias="kubernetes:k8s", words="kafka"))
    assert "a form of Kubernetes · matched by 1 run" in text
    assert "Other forms of the skill" in text
    assert "“nothing” is no form of a skill in the catalog." in text_of(
        open_page("aliases", alias="kubernetes:nothing")
    )
    assert "“rubbish” is no form of a skill in the catalog." in text_of(open_page("aliases", alias="rubbish"))


def test_type_and_matching_are_staged_as_they_are_chosen_in_words(writing: Workbench) -> None:
    app = open_page("aliases", "Ada", alias="kubernetes:k8s")
    chosen = field(app.selectbox, "Matches")
    assert chosen.options == ["in any case", "in this case only"]
    chosen.set_value("in this case only").run()
    assert flashed(app).startswith("“k8s”: matches is in this case only now, in your draft ")
    assert "CASE_" not in text_of(app)
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    (change,) = writing.change_sets.load_changes(number)
    assert change.after.match_strategy == "CASE_SENSITIVE"


def test_the_grid_has_words_for_the_values_of_a_vocabulary(reading: Workbench, grids: list) -> None:
    open_page("aliases", words="k8s", **{"as": "Edit many"})
    assert set(grids[-1]["Matches"]) <= {"in any case", "in this case only"}
    assert "abbreviation" in set(grids[-1]["Type"])


def _edit_once(monkeypatch: pytest.MonkeyPatch, *edit: str) -> None:
    """Hand over one edited cell when the grid is first drawn."""
    edits = [edit]

    def draw(frame: pd.DataFrame, spec: grid.GridSpec, on_edit: grid.OnEdit) -> None:
        if edits:
            on_edit(*edits.pop())

    monkeypatch.setattr(aliases, "editable_grid", draw)


def test_an_edited_cell_is_staged(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit_once(monkeypatch, "kubernetes\nk8s", "Type", "synonym")
    app = open_page("aliases", "Ada", **GRID).run()
    assert flashed(app).startswith("“k8s”: type is synonym now, in your draft ")
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    (change,) = writing.change_sets.load_changes(number)
    assert change.after.alias_type == "SYNONYM"


def test_an_edited_cell_of_nobody_waits_for_a_name(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit_once(monkeypatch, "kubernetes\nk8s", "Type", "synonym")
    app = open_page("aliases", **GRID).run()
    assert writing.change_sets.newest() == []
    give_name(app, "Ada")
    assert flashed(app).endswith("in your draft 1.")
    assert [s.owner for s in writing.change_sets.newest()] == ["Ada"]


def test_an_alias_that_is_gone_says_so(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit_once(monkeypatch, "kubernetes\nno such form", "Type", "synonym")
    assert flashed(open_page("aliases", "Ada", **GRID).run()) == "Nothing was staged: the alias is gone."


def test_the_fix_form_offers_the_alias_to_others(writing: Workbench) -> None:
    app = open_page("aliases", "Ada", alias="kubernetes:k8s")
    next(b for b in app.button if b.key == "fix-alias").click().run()
    assert "is a form of" in text_of(app)
    field(app.selectbox, "Another skill").set_value("docker")
    press_in_dialog(app, "Fix", "Stage")
    assert flashed(app).startswith("The alias has another owner. It is in your draft ")
