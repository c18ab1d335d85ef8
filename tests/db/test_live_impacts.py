"""What an edit makes of past runs, counted while it is made, is what a replay of all of them gives."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from db.services.gold_texts import StoredGold
from db.services.live_counting import NOTHING, LiveImpact
from db.services.live_impacts import LiveImpacts
from db.services.workbench import Workbench
from db.stores.commits import CommitNote
from pipeline.catalog.changes import Change, preview
from pipeline.catalog.operations import ChangeReason, merge, retire
from pipeline.catalog.value import RoleAlias, RoleDimension, RoleKra, SkillAlias, SkillDimension
from tests.conftest import JD, SETTINGS, EmbeddedServer, own_database
from tests.db.conftest import finished

DUTY = "Schedule the loads with Airflow and backfill the days that failed"
SAMPLES = sorted((Path(__file__).parents[2] / "seeds" / "jds").glob("*.txt"))[:3]


@pytest.fixture(scope="module")
def bench(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    """A store with a few runs, one of them judged, all of them held, and two gold texts."""
    gold = StoredGold.gold_items
    with pytest.MonkeyPatch.context() as patch, own_database(server, stocked) as database:
        patch.setattr(StoredGold, "gold_items", lambda self: gold(self)[:2])
        workbench = Workbench(database, SETTINGS)
        texts = [JD, *(path.read_text("utf-8") for path in SAMPLES)]
        started = [workbench.executor.start(jd) for jd in texts]
        for run_id in started:
            finished(workbench, run_id)
        workbench.verdicts.give(started[0], "cy", "data-engineer", [], "")
        workbench.live_impacts.hold(100)
        yield workbench
        workbench.close()


def runs(bench: Workbench) -> list[UUID]:
    return [run.id for run in bench.history.recent(50) if run.status == "completed"]


def edits(bench: Workbench) -> dict[str, Sequence[Change]]:
    catalog = bench.snapshots.current().catalog
    held = bench.held_runs.of(runs(bench)[-1], bench.snapshots.current())
    kra = next(k for k in catalog.role_kras if k.role_slug == "data-engineer")
    title = next(a for a in catalog.role_aliases if a.role_slug == "data-engineer" and not a.is_generic)
    form = next(a for a in catalog.aliases_of_skill["apache-airflow"] if a.alias_text == "Airflow")
    link = next(d for d in catalog.role_dimensions if d.role_slug == held.result.role_slug)
    skill = next(s for s in held.skills if s.slug and catalog.dimensions_of_skill.get(s.slug))
    assert skill.slug
    dimension = catalog.dimensions_of_skill[skill.slug][0].slug
    return {
        "a KRA goes": [Change(kra, None)],
        "a KRA comes": [Change(None, RoleKra("backend-engineer", DUTY))],
        "a title is generic": [Change(title, replace(title, is_generic=not title.is_generic))],
        "a title comes": [Change(None, RoleAlias("devops-engineer", "Senior Data Engineer"))],
        "a form goes": [Change(form, None)],
        "a form comes": [Change(None, SkillAlias(None, "flutter", "harbour dues"))],
        "a role gives up a dimension": [Change(link, None)],
        "a role carries a dimension": [Change(None, RoleDimension("flutter-developer", dimension))],
        "a skill leaves a dimension": [Change(SkillDimension(skill.slug, dimension), None)],
        "a skill is merged": merge(catalog, "skills", "apache-airflow", "kafka", ChangeReason()),
        "a role is retired": retire(catalog, "roles", "data-engineer", ChangeReason()),
    }


def replayed(bench: Workbench, changes: Sequence[Change]) -> tuple[int, int]:
    """How many runs come out differently, and how many of them with another role, where all are run anew."""
    snapshot = bench.snapshots.current()
    after = snapshot.indexes.for_catalog(preview(snapshot.catalog, changes))
    pairs = [(held.result, held.on(after)) for held in bench.held_runs.on(snapshot, runs(bench)).values()]
    moved = [(was, now) for was, now in pairs if was.differs(now)]
    return len(moved), sum(was.role_slug != now.role_slug for was, now in moved)


def test_each_kind_of_edit_comes_to_what_a_replay_of_all_runs_gives(bench: Workbench) -> None:
    found, wanted = {}, {}
    for name, changes in edits(bench).items():
        impact = bench.live_impacts.count(changes)
        assert impact.is_complete
        found[name], wanted[name] = (impact.runs, impact.roles), replayed(bench, changes)
    assert found == wanted
    assert sum(roles for _, roles in found.values()) > 0
    assert found["a form comes"] == (1, 0)


def test_runs_that_are_not_held_are_found_by_their_rows(bench: Workbench) -> None:
    other = LiveImpacts(bench.database.engine, bench.snapshots, bench.held_runs)
    for name in ("a KRA goes", "a form goes", "a skill leaves a dimension", "a role is retired"):
        changes = edits(bench)[name]
        impact = other.count(changes)
        assert (impact.runs, impact.roles) == replayed(bench, changes), name


def test_what_contradicts_a_verdict_is_worse_and_what_meets_it_is_better(bench: Workbench) -> None:
    changes = edits(bench)["a role is retired"]
    gone = bench.live_impacts.count(changes)
    assert gone.worse >= 1
    back = [change.inverse() for change in changes]
    assert bench.live_impacts.count(back, before=changes).better == gone.worse


def test_a_role_that_is_merged_is_still_right(bench: Workbench) -> None:
    catalog = bench.snapshots.current().catalog
    impact = bench.live_impacts.count(merge(catalog, "roles", "data-engineer", "etl-developer", ChangeReason()))
    judged = [moved for moved in impact.listed if moved.run_id == str(runs(bench)[-1])]
    assert [moved.judged for moved in judged if moved.after == "etl-developer"] in ([], ["unknown"])


def test_an_answer_comes_at_once_and_the_rest_behind(bench: Workbench) -> None:
    changes = edits(bench)["a role gives up a dimension"]
    changes = [*changes, *edits(bench)["a skill leaves a dimension"]]
    first = bench.live_impacts.count(changes, seconds=0.0)
    assert first.counted == 0 < first.among
    assert not first.is_complete
    while bench.live_impacts.count_on():
        pass
    last = bench.live_impacts.count(changes, seconds=0.0)
    assert (last.is_complete, last.counted) == (True, first.among)
    assert (last.runs, last.roles) == replayed(bench, changes)


def test_a_reason_is_no_part_of_an_edit_and_what_changes_nothing_moves_no_run(bench: Workbench) -> None:
    (change,) = edits(bench)["a form goes"]
    again = bench.live_impacts.count([replace(change, reason="another word")], seconds=0.0)
    assert again == bench.live_impacts.count([change])
    assert bench.live_impacts.of([replace(change, after=change.before)]) == NOTHING
    baseline = bench.snapshots.current().catalog.role_baselines[0]
    assert bench.live_impacts.of([Change(baseline, None)]) == NOTHING


def test_after_a_commit_edits_are_held_against_the_catalog_as_it_is_then(bench: Workbench) -> None:
    gone = edits(bench)["a form goes"]
    number = bench.change_sets.open_draft("bob", "A form", gone)
    bench.change_sets.commit(number, "bob", note=CommitNote(override="A test"))
    back = [change.inverse() for change in gone]
    impact: LiveImpact = bench.live_impacts.count(back)
    assert (impact.runs, impact.roles) == replayed(bench, back) != (0, 0)
