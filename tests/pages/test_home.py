"""Home: what needs me, how good we are, and what this week changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from db.embedded import EmbeddedServer
from db.services.audits import Audited
from db.services.quality import yardstick
from db.services.revision_quality import Moved, RevisionQuality, Share
from db.services.workbench import Workbench
from db.stores.measures import GoldResult, MeasureStore, Revision, RunResult
from db.stores.teamwork import about_draft
from pages.home.figures import Figures, signed
from pages.home.week import _judgement
from pipeline.audit import CHECKS, Finding, Usage
from pipeline.audit.check import Reason
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog.operations import ChangeReason, edit, retire
from tests.conftest import SETTINGS, own_database
from tests.pages.conftest import _installed, field, open_page, text_of
from tests.pages.run.test_page import newest

WHY = ChangeReason("a test")
RIGHT = GoldResult("23-product-manager-story", "product-manager", True, 10, (), ("scrum",))
OTHER = GoldResult("10-machine-learning-engineer", "ml-engineer", True, 10, ("pytorch",), ())


def keep(workbench: Workbench, revision: int, *gold: GoldResult, examined: int | None = 0) -> None:
    """Keep a measure of a revision, as measuring would."""
    MeasureStore(workbench.database.engine).keep(revision, yardstick(), gold, examined)


def commit(workbench: Workbench, title: str) -> int:
    """Commit a small change as Bea; the revision."""
    row = workbench.snapshots.current().catalog.role["product-manager"]
    number = workbench.change_sets.open_draft("Bea", title, edit(row, WHY, domain=title))
    return workbench.change_sets.commit(number, "Bea")


@pytest.fixture
def measured(writing: Workbench) -> Workbench:
    """Three revisions: the second breaks a role and a skill, the third mends the role and changes the run, which is judged."""
    run_id = newest(writing)
    writing.verdicts.give(run_id, "Nora", "data-engineer")
    store = MeasureStore(writing.database.engine)
    broken = GoldResult("23-product-manager-story", "scrum-master", False, 10, ("roadmaps",), ("scrum",))
    mended = GoldResult("23-product-manager-story", "product-manager", True, 10, ("roadmaps",), ("scrum",))
    for revision, gold, role in (
        (1, RIGHT, "data-engineer"),
        (2, broken, "data-analyst"),
        (3, mended, "data-engineer"),
    ):
        if revision > 1:
            assert commit(writing, f"Step {revision}") == revision
        keep(writing, revision, gold, OTHER, examined=1)
        store.keep_runs(revision, [RunResult(run_id, role, revision > 1)])
    return writing


@pytest.fixture
def untouched(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    """A workbench on which nothing has happened."""
    with own_database(server, stocked) as database:
        yield from _installed(Workbench(database, SETTINGS))


def test_on_the_first_day_the_page_says_what_is_not_there_yet(untouched: Workbench) -> None:
    shown = text_of(open_page("home", "Ada"))
    assert "Nothing needs you now." in shown and "Everything is decided, judged and answered." in shown
    assert "The current revision is being measured" in shown and "Nothing is measured yet" in shown
    assert "no verdict yet" in shown
    assert "Nothing was committed in the last seven days. The last revision is 1 :" in shown


def test_what_needs_me_leads_to_it(writing: Workbench) -> None:
    catalog = writing.snapshots.current().catalog
    mine = writing.change_sets.open_draft("Bea", "Names that mislead", retire(catalog, "skills", "fastapi", WHY))
    writing.change_sets.hand_over(mine, "Ada")
    writing.teamwork.comment(about_draft(mine), "Nora", "And the MEAN stack?")
    app = open_page("home", "Ada")
    shown = text_of(app)
    assert "1 draft and 1 comment" in shown
    assert "Draft handed to you “Names that mislead” by Bea" in shown
    assert f"Comment for you Nora on change set {mine}: “And the MEAN stack?”" in shown
    assert "1 Run without a verdict" in shown
    html = " ".join(e.value for e in app.get("html"))
    assert f'href="changes?set={mine}"' in html and 'href="history?verdict=none&amp;status=completed"' in html
    writing.teamwork.comment(about_draft(mine), "Ada", "Later.")
    assert "Comment for you" not in text_of(open_page("home", "Ada"))


def test_a_conflict_comes_first(writing: Workbench) -> None:
    row = writing.snapshots.current().catalog.role["product-manager"]
    writing.change_sets.stage_for("Ada", edit(row, WHY, domain="Product"))
    commit(writing, "Another domain")
    shown = text_of(open_page("home", "Ada"))
    assert "1 conflict and 1 run to judge" in shown
    assert "It holds back your draft: a colleague has changed the same row." in shown


def test_findings_are_counted_once_the_audit_has_been_made(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "worst:" not in text_of(open_page("home", "Ada"))
    alias = next(check for check in CHECKS if check.subject_type is AliasSubject)
    found = [Finding(alias, AliasSubject("java", form), 0.9, (Reason("a test"),)) for form in ("Java", "JDK")]
    usage = Usage(20, forms={("java", "Java"): 12})
    monkeypatch.setattr(writing.snapshots, "known_findings", lambda: Audited(found, usage))
    shown = text_of(open_page("home", "Ada"))
    assert "1 Finding in 10 runs or more of 2 · worst: Java → Java , 12 runs" in shown
    monkeypatch.setattr(writing.snapshots, "known_findings", lambda: Audited(found[1:], usage))
    assert "1 Finding worst: JDK → Java Health" in text_of(open_page("home", "Ada"))


def test_agreement_comes_with_its_interval_and_what_it_counts(measured: Workbench) -> None:
    app = open_page("home", "Ada")
    shown = text_of(app)
    assert "100.0 % of gold roles right 2 of 2 , 95 %: 34.2 to 100.0" in shown
    assert "Roles right, verdicts 100.0 % 20.7 to 100.0" in shown and "1 of 1" in shown
    # 19 of 20 wanted are found, and one more: F1 = 2 * 18 / (19 + 20) and 2 * 19 / (20 + 20) on the first revision.
    assert "Skills, F1 on gold 0.923" in shown
    (chart,) = app.get("plotly_chart")
    assert "now 100.0 % gold, 100.0 % verdicts" in chart.proto.alt
    html = " ".join(e.value for e in app.get("html"))
    assert 'href="./?gold=3"' in html and 'href="history?verdict=given"' in html


def test_each_revision_of_the_week_says_what_it_fixed_and_broke(measured: Workbench) -> None:
    app = open_page("home", "Ada")
    shown = text_of(app)
    assert "2 revisions : 1 fixed , 2 broken" in shown
    assert "p = 1.00: too few to tell." in shown
    week = shown[shown.index("Changed this week") :]
    assert "3 Step 3 Bea just now 0 1 +1 1 of 1 1 better" in week
    assert "2 Step 2 Bea just now 2 0 −2 1 of 1 1 worse" in week
    html = " ".join(e.value for e in app.get("html"))
    assert 'href="history?changed=2"' in html and 'href="history?changed=3&amp;verdict=given"' in html


def test_gold_texts_of_a_revision_are_shown_one_by_one(measured: Workbench) -> None:
    shown = text_of(open_page("home", "Ada", gold="2"))
    assert "Gold texts on revision 2" in shown
    assert (
        "Product manager story Product Manager" in shown and "before: Product Manager broken roadmaps broken" in shown
    )
    assert "fixed" in text_of(open_page("home", "Ada", gold="3"))
    assert "The gold texts are not measured on a revision 99." in text_of(open_page("home", gold="99"))


def test_the_skills_have_a_chart_of_their_own(measured: Workbench) -> None:
    app = open_page("home", "Ada")
    field(app.get("button_group"), "Measure").set_value("Skills").run()
    (chart,) = app.get("plotly_chart")
    assert "Skills right by revision, now 0.923 gold" in chart.proto.alt


def quality(number: int, days: int, *gold: GoldResult, change_set: int | None = None) -> RevisionQuality:
    revision = Revision(number, datetime.now(UTC) - timedelta(days=days), "Ada", "Title", change_set, "edit")
    return RevisionQuality(revision, gold, (), Share(0, 0), Moved(), None, None)


def test_a_week_is_compared_with_what_was_current_before_it() -> None:
    revisions = [quality(4, 1, change_set=3), quality(3, 6, change_set=2), quality(2, 9, change_set=1), quality(1, 30)]
    figures = Figures.of(revisions, datetime.now(UTC))
    assert [q.revision.id for q in figures.this_week] == [4, 3]
    assert figures.before.revision.id == 2
    young = Figures.of(revisions[:2], datetime.now(UTC))
    assert young.before.revision.id == 3


@pytest.mark.parametrize(
    ("moved", "text"),
    [
        (Moved(0, 0), "No answer has changed."),
        (Moved(2, 2), "As much was fixed as broken."),
        (Moved(6, 0), "p = 0.031, better."),
        (Moved(0, 6), "p = 0.031, worse."),
        (Moved(27, 6), "p < 0.001, better."),
        (Moved(3, 1), "p = 0.62: too few to tell."),
    ],
)
def test_more_fixed_than_broken_is_better_only_beyond_chance(moved: Moved, text: str) -> None:
    assert _judgement(moved) == text


def test_differences_carry_a_real_minus() -> None:
    assert [signed(0.0123, 3), signed(-0.041, 1, factor=100), signed(0.00001, 3)] == ["+0.012", "−4.1", "0"]
