"""The page of findings: filter, card, and the four decisions; on findings that are planted, so that no audit is waited for."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.services.audits import Audited, Judgement
from db.services.editions import initialise
from db.services.workbench import Workbench
from db.stores import findings
from pages.components import workbench as process
from pages.components.finding import in_words
from pipeline.audit import CHECKS, Finding, Reason, Subject, audit, check_of_kind
from pipeline.audit.subjects import AliasSubject, LinkSubject, PairSubject, TermSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, merge, move_link
from tests.conftest import SETTINGS, own_database
from tests.pages.conftest import button, field, flashed, open_page, press_in_dialog, text_of


def planted(workbench: Workbench) -> list[Finding]:
    """A wrong link with a repair, a duplicate with one, an alias whose type is wrong, and a term that is missing."""
    catalog = workbench.snapshots.current().catalog
    reason = ChangeReason("why")
    old = catalog.dimensions_of_skill["kafka"][0].slug
    k8s = next(a for a in catalog.aliases_of_skill["kubernetes"] if a.alias_text == "k8s")
    return [
        _finding(
            "wrong_dimension",
            LinkSubject("kafka", old),
            0.9,
            "Kafka <i>stands</i> apart",
            move_link(catalog, "kafka", old, "cloud-platforms", reason),
        ),
        _finding(
            "duplicate_role",
            PairSubject("roles", ("data-engineer", "etl-developer")),
            0.8,
            "Both do the same",
            merge(catalog, "roles", "etl-developer", "data-engineer", reason),
        ),
        _finding("alias_type", AliasSubject("kubernetes", "k8s"), 0.6, "It is short", (reason.change(k8s, None),)),
        _finding("missing_skill", TermSubject("Zephyrine"), 0.5, "3 runs proposed it"),
    ]


def _finding(kind: str, subject: Subject, score: float, reason: str, repair: tuple[Change, ...] = ()) -> Finding:
    check = check_of_kind(kind)
    assert check is not None
    return Finding(check, subject, score, (Reason(reason),), repair)


_AUDITED: list[Finding] = []


def legacy_findings(workbench: Workbench) -> list[Finding]:
    """What the audit finds in the legacy catalog, audited once."""
    if not _AUDITED:
        _AUDITED.extend(audit(workbench.snapshots.current().indexes))
    return _AUDITED


@pytest.fixture(scope="module")
def _legacy(server: EmbeddedServer) -> Iterator[Workbench]:
    with own_database(server) as database:
        initialise(database, edition="legacy")
        workbench = Workbench(database, SETTINGS)
        yield workbench
        workbench.close()


@pytest.fixture
def legacy(_legacy: Workbench) -> Iterator[Workbench]:
    """A workbench on the legacy catalog, whose drafts the tests of kinds share."""
    st.cache_data.clear()
    process._open[:] = [_legacy]
    yield _legacy
    process._open.clear()


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> object:
    """Make the planted findings those of a workbench; a draft that holds a repair mends its finding."""

    def make(workbench: Workbench, found: list[Finding] | None = None, *, is_final: bool = True) -> list[Finding]:
        found = planted(workbench) if found is None else found

        def judge(draft: int | None = None, _seconds: float = 0.0) -> Judgement:
            staged = {c.place for c in workbench.change_sets.load_changes(draft)} if draft else set()
            left = [f for f in found if not (f.repair and staged.issuperset(c.place for c in f.repair))]
            return Judgement(Audited(left, workbench.usage.load()), is_final)

        monkeypatch.setattr(workbench.snapshots, "judge", judge)
        return found

    return make


def listed(app: AppTest) -> list[str]:
    """The names of the findings in the list, in their order."""
    html = "".join(element.value for element in app.get("html") if "jdw-list" in element.value)
    return [unescape(name) for name in re.findall(r"<td><a [^>]*><span>(.*?)</span>", html)]


def shown(app: AppTest) -> str:
    """The heading of the finding that is shown."""
    html = "".join(element.value for element in app.get("html"))
    titles = re.findall(r'<h2 class="jdw-title"[^>]*>(.*?)</h2>', html)
    return unescape(re.sub("<[^>]+>", "", titles[0])) if titles else ""


def test_findings_are_listed_by_harm_with_the_first_one_shown(reading: Workbench, plant) -> None:
    plant(reading)
    app = open_page("health")
    text = text_of(app)
    assert listed(app)[0] == "Kafka in Big Data Processing"
    assert sorted(listed(app))[1:] == ["Kafka in Big Data Processing", "Zephyrine", "k8s → Kubernetes"]
    assert "4 findings in revision 1 · worst first by the runs that they touch · 0 decided" in text
    assert "1 of 4 · Wrong dimension · sure 0.90 · 1 past run" in text
    assert "Kafka <i>stands</i> apart" in text
    assert "Suggested repair · 2 changes" in text
    assert "Build batch and streaming pipelines with Spark and Kafka" in text
    assert "Wrong dimension 1" in text and "Often missing 1" in text


def test_an_address_shows_its_finding_and_a_wrong_one_says_so(reading: Workbench, plant) -> None:
    found = plant(reading)
    app = open_page("health", finding=findings.key_of(found[2]))
    assert shown(app).startswith("k8s as a form of Kubernetes")
    app = open_page("health", finding="alias_type {}")
    assert "There is no such finding of alias type now" in text_of(app)
    app = open_page("health", finding="nonsense")
    assert "This address names no finding." in text_of(app)


def test_the_surest_come_first_where_that_is_asked(reading: Workbench, plant) -> None:
    plant(reading)
    app = open_page("health", order="Surest first")
    assert listed(app)[-2:] == ["k8s → Kubernetes", "Zephyrine"]
    assert "the surest first" in text_of(app)


def test_j_and_k_move_through_the_list(reading: Workbench, plant) -> None:
    plant(reading)
    app = open_page("health")
    first, second = listed(app)[:2]
    button(app, "Next").click().run()
    assert "2 of 4" in text_of(app) and app.query_params["finding"]
    app.button(key="step-finding-K").click().run()
    assert "1 of 4" in text_of(app) and shown(app) == first and second != first


def test_without_runs_a_finding_has_no_sentences_and_no_impact(without_runs: Workbench, plant) -> None:
    plant(without_runs)
    app = open_page("health", "Ada")
    assert "sure 0.90 · 0 past runs" in text_of(app)
    assert "in which it matched" not in text_of(app)
    assert not app.toggle


def test_without_findings_the_page_says_so(reading: Workbench, plant) -> None:
    plant(reading, [])
    assert "Nothing is suspected here." in text_of(open_page("health"))


def test_a_filter_keeps_what_fits(reading: Workbench, plant) -> None:
    plant(reading)
    app = open_page("health", kind="missing_skill")
    assert listed(app) == ["Zephyrine"]
    assert "1 shown" in text_of(app)
    assert "Only a person can tell what is right here" in text_of(app)
    assert "Review queue" in [link.value for link in app.get("page_link")]
    app = open_page("health", severity="High")
    assert "Nothing is suspected here." in text_of(app)
    assert listed(open_page("health", words="kafka apart")) == ["Kafka in Big Data Processing"]


def test_duplicates_are_linked_each(reading: Workbench, plant) -> None:
    plant(reading)
    app = open_page("health", kind="Duplicate role")
    assert listed(app) == ["Data Engineer and ETL Developer"]
    assert {"Data Engineer", "ETL Developer"} <= {link.value for link in app.get("page_link")}


def test_an_accepted_repair_is_staged_the_next_is_shown_and_undo_takes_it_back(writing: Workbench, plant) -> None:
    found = plant(writing)
    app = open_page("health", "Ada")
    second = listed(app)[1]
    button(app, "Accept repair").click().run()
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    assert flashed(app) == f"Accepted: Kafka in Big Data Processing. It is in your draft {number}."
    assert [c.place for c in writing.change_sets.load_changes(number)] == [c.place for c in found[0].repair]
    assert len(listed(app)) == 3 and listed(app)[0] == second == shown(app)
    assert "so far" in text_of(app)
    button(app, "Undo").click().run()
    assert writing.findings.decisions() == {}
    assert writing.change_sets.draft_of("Ada") is None or not writing.change_sets.load_changes(number)
    assert len(listed(app)) == 4 and shown(app) == "Kafka in Big Data Processing"


def test_a_rejection_costs_one_press_and_keeps_the_reason_for_the_next(writing: Workbench, plant) -> None:
    found = plant(writing)
    app = open_page("health", "Ada")
    button(app, "Our clients mean it so").click().run()
    assert flashed(app) == "Rejected: Kafka in Big Data Processing. “Our clients mean it so”"
    decision = writing.findings.decisions()[findings.key_of(found[0])]
    assert (decision.decision, decision.author, decision.reason) == ("rejected", "Ada", "Our clients mean it so")
    button(app, "Reject").click().run()
    assert sorted(d.reason for d in writing.findings.decisions().values()) == ["Our clients mean it so"] * 2
    app.button(key="previous").click().run()
    assert "Rejected by Ada: Our clients mean it so" in text_of(app)
    button(app, "Decide again").click().run()
    assert len(writing.findings.decisions()) == 1


def test_another_reason_is_typed_and_then_offered_to_all(writing: Workbench, plant) -> None:
    found = plant(writing)
    app = open_page("health", "Ada")
    field(app.text_input, "Another reason").set_value("It is taught so").run()
    assert writing.findings.decisions()[findings.key_of(found[0])].reason == "It is taught so"
    assert writing.findings.frequent_reasons("wrong_dimension") == ["It is taught so"]


def test_what_a_person_was_not_sure_of_comes_last(writing: Workbench, plant) -> None:
    plant(writing)
    app = open_page("health", "Ada")
    first = listed(app)[0]
    button(app, "Not sure").click().run()
    assert listed(app)[-1] == first
    assert shown(app) == listed(app)[0]


def test_a_finding_that_a_colleague_has_open_says_so_and_can_be_taken_over(writing: Workbench, plant) -> None:
    found = plant(writing)
    writing.teamwork.claim(findings.key_of(found[0]), "Bea")
    app = open_page("health", "Ada")
    assert "1 open with colleagues" in text_of(app)
    assert listed(app)[-1] == "Kafka in Big Data Processing"
    assert "Bea has it open" in text_of(app)
    app = open_page("health", "Ada", finding=findings.key_of(found[0]))
    assert [w.value for w in app.warning] == ["Bea has this finding open."]
    button(app, "Take it over").click().run()
    assert not app.warning and button(app, "Accept repair")


def test_another_dimension_than_the_suggested_one_is_staged(writing: Workbench, plant) -> None:
    plant(writing)
    app = open_page("health", "Ada")
    button(app, "Fix and accept…").click().run()
    field(app.selectbox, "It belongs to").set_value("frontend-testing")
    press_in_dialog(app, "Fix and accept…", "Stage")
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    assert ("kafka", "frontend-testing") in {c.key for c in writing.change_sets.load_changes(number)}


def test_of_two_duplicates_the_person_says_which_stays(writing: Workbench, plant) -> None:
    plant(writing)
    app = open_page("health", "Ada", kind="Duplicate role")
    button(app, "Fix and accept…").click().run()
    field(app.radio, "Stays, and takes what depends on the other").set_value("etl-developer")
    press_in_dialog(app, "Fix and accept…", "Stage")
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    assert ("roles", ("data-engineer",)) in {
        c.place for c in writing.change_sets.load_changes(number) if c.kind == "remove"
    }


def test_an_error_of_the_store_is_told_and_nothing_is_decided(
    writing: Workbench, plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(writing)

    def refuse(*_: object) -> int:
        raise StoreError("The draft is committed already.")

    monkeypatch.setattr(writing.findings, "accept", refuse)
    app = open_page("health", "Ada")
    button(app, "Accept repair").click().run()
    assert flashed(app) == "The draft is committed already."
    assert len(listed(app)) == 4


def of_one_kind(workbench: Workbench) -> list[Finding]:
    """Two findings of one kind."""
    forms = workbench.snapshots.current().catalog.aliases_of_skill["kubernetes"][:2]
    return [
        _finding(
            "alias_type", AliasSubject("kubernetes", a.alias_text), 0.6, "so", (ChangeReason("so").change(a, None),)
        )
        for a in forms
    ]


def test_all_findings_of_a_kind_are_accepted_together(writing: Workbench, plant) -> None:
    plant(writing, of_one_kind(writing))
    app = open_page("health", "Ada", kind="Alias type")
    button(app, "Decide all 2…").click().run()
    press_in_dialog(app, "Decide all 2…", "Stage 2 repairs")
    number = writing.change_sets.draft_of("Ada")
    assert flashed(app) == f"2 repairs staged in your draft {number}."
    assert "Nothing is suspected here." in text_of(app)
    button(app, "Undo").click().run()
    assert len(listed(app)) == 2
    assert all(d.out for d in writing.change_sets.decisions(number or 0))


def test_all_that_a_filter_lists_are_rejected_without_those_that_a_colleague_has_open(
    writing: Workbench, plant
) -> None:
    first, second = of_one_kind(writing)
    third = replace(first, subject=AliasSubject("docker", "Docker"))
    plant(writing, [first, second, third])
    writing.teamwork.claim(findings.key_of(third), "Bob")
    app = open_page("health", "Ada")
    button(app, "Decide all 3…").click().run()
    app.segmented_control(key="decide-all-way").set_value("Reject")
    button(app, "Decide all 3…").click().run()
    assert "1 that Bob has open" in text_of(app)
    field(app.text_input, "Why not").input("Texts need them")
    button(app, "Decide all 3…").click().run()
    press_in_dialog(app, "Decide all 3…", "Reject 2 findings")
    assert flashed(app) == "2 findings rejected. “Texts need them”"
    decided = writing.findings.decisions()
    assert {d.reason for d in decided.values()} == {"Texts need them"}
    assert findings.key_of(third) not in decided
    button(app, "Undo").click().run()
    assert writing.findings.decisions() == {}


def test_an_emptied_list_of_findings_to_accept_is_no_error(writing: Workbench, plant) -> None:
    plant(writing, of_one_kind(writing))
    app = open_page("health", "Ada", kind="Alias type")
    button(app, "Decide all 2…").click().run()
    field(app.multiselect, "Findings").set_value([])
    button(app, "Decide all 2…").click().run()
    assert "Choose at least one finding." in text_of(app)
    assert button(app, "Stage 0 repairs").disabled


def test_what_the_draft_changes_is_told_to_be_judged(reading: Workbench, plant) -> None:
    plant(reading, is_final=False)
    assert "Judging the rows that your draft changes" in text_of(open_page("health"))


def test_reasons_are_read_in_words() -> None:
    assert (
        in_words("it is filed as VERSION of Java, and 1 runs met it")
        == "It is filed as version of Java, and 1 run met it"
    )
    assert in_words("“VERSION” stays") == "“VERSION” stays"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.kind)
def test_each_kind_of_finding_can_be_fixed_and_accepted(check, legacy: Workbench, plant) -> None:
    found = [f for f in legacy_findings(legacy) if f.kind == check.kind]
    if not found:
        pytest.skip("the legacy catalog has no such finding without runs")
    plant(legacy, found)
    # A draft for each kind: repairs of several kinds touch the same rows.
    app = open_page("health", f"Curator of {check.kind}")
    assert len(listed(app)) == len(found)
    button(app, "Fix and accept…").click().run()
    assert not app.exception
    if found[0].kind == "narrow_rationale":
        (area,) = [a for a in app.text_area if a.label == "Rationale that fits all its roles"]
        area.set_value("For every role that carries it.")
        button(app, "Fix and accept…").click().run()
        press_in_dialog(app, "Fix and accept…", "Stage")
        assert flashed(app).startswith("Accepted: ")
    for selection in [m for m in app.multiselect if m.label == "Changes to make"]:
        selection.set_value([])
        button(app, "Fix and accept…").click().run()
        assert "Choose at least one change." in text_of(app)
    app.run()
    if not button(app, "Accept repair").disabled:
        button(app, "Accept repair").click().run()
        assert flashed(app).startswith("Accepted: ")
    assert not app.exception
