"""How good revisions are: gold texts and judged runs replayed on each, revisions of before included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.server import Database
from db.services.gold import gold_texts
from db.services.quality import Quality
from db.services.revision_quality import Moved, Share
from db.services.workbench import Models, Workbench, model_provider
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, retire
from pipeline.file_store import FileStore
from pipeline.intervals import f1
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from tests.conftest import JD, SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    """A workbench whose measuring does not rest."""
    encoder = CachedEncoder(ShippedFirst(FileStore(SETTINGS.vector_file)))
    workbench = Workbench(ready, SETTINGS, Models(model_provider(SETTINGS, ready.engine), encoder))
    workbench.quality.is_gentle = False
    yield workbench
    workbench.quality.close()


def measured(workbench: Workbench) -> Quality:
    """Its measures, once they are complete."""
    workbench.quality.request()
    workbench.quality.finish()
    assert workbench.quality.is_complete()
    return workbench.quality


def committed(workbench: Workbench, title: str, changes: tuple[Change, ...]) -> int:
    """A change set, committed by Ada; its number."""
    number = workbench.change_sets.open_draft("Ada", title, changes)
    workbench.change_sets.commit(number, "Ada")
    return number


def without_product_managers(workbench: Workbench) -> tuple[Change, ...]:
    catalog = workbench.snapshots.current().catalog
    return retire(catalog, "roles", "product-manager", ChangeReason("a test"))


def test_the_gold_texts_are_the_samples_with_roles_and_skills_of_the_catalog(bench: Workbench) -> None:
    texts = gold_texts()
    assert len(texts) == 24
    catalog = bench.snapshots.current().catalog
    assert {role for t in texts for role in t.roles if role} <= set(catalog.role)
    assert {skill for t in texts for skill in t.skills or ()} <= set(catalog.skill)
    (recipe,) = [t for t in texts if t.label == "Not a job description"]
    assert recipe.roles == {None} and recipe.skills is None


def test_before_it_is_measured_a_revision_says_so(bench: Workbench) -> None:
    (only,) = bench.quality.revisions()
    assert not only.is_measured and only.changed_runs is None
    assert not bench.quality.is_complete() and not bench.quality.is_measuring


def test_revisions_of_before_are_measured_with_what_each_fixed_and_broke(bench: Workbench) -> None:
    number = committed(bench, "Fewer roles", without_product_managers(bench))
    bench.change_sets.undo(number, "Bea")
    undone, fewer, first = measured(bench).revisions()
    assert [q.roles for q in (first, fewer, undone)] == [Share(24, 24), Share(23, 24), Share(24, 24)]
    assert [q.roles_moved for q in (first, fewer, undone)] == [Moved(), Moved(0, 1), Moved(1, 0)]
    assert (fewer.revision.title, fewer.revision.author, fewer.revision.change_set) == ("Fewer roles", "Ada", number)
    (wrong,) = [g for g in fewer.gold if not g.is_right]
    assert wrong.item == "23-product-manager-story" and wrong.role_slug != "product-manager"
    # 22 texts ask for skills: those that no role fits do not.
    assert len(first.term_counts) == 22
    assert 0.9 < f1(first.term_counts) < 1


def test_a_skill_that_is_gone_is_missed_and_back_after_the_undo(bench: Workbench) -> None:
    catalog = bench.snapshots.current().catalog
    number = committed(bench, "No FastAPI", retire(catalog, "skills", "fastapi", ChangeReason("a test")))
    bench.change_sets.undo(number, "Ada")
    undone, without, _ = measured(bench).revisions()
    asking = {t.item for t in gold_texts() if "fastapi" in (t.skills or ())}
    assert "04-payments-backend-java-python" in asking
    assert {g.item for g in without.gold if "fastapi" in g.missed} == asking
    assert without.skills_moved == Moved(0, len(asking)) and undone.skills_moved == Moved(len(asking), 0)
    # The run that was not there could not be changed, and the texts of both revisions are known.
    assert without.changed_runs == 0 and without.examined_runs == 0


def test_judged_runs_are_replayed_on_each_revision_and_a_later_verdict_counts_at_once(bench: Workbench) -> None:
    run = finished(bench, bench.executor.start(JD))
    catalog = bench.snapshots.current().catalog
    committed(bench, "No data engineers", retire(catalog, "roles", "data-engineer", ChangeReason("a test")))
    bench.verdicts.give(run.id, "Nora", "data-engineer")
    without, first = measured(bench).revisions()
    assert (first.verdicts, without.verdicts) == (Share(1, 1), Share(0, 1))
    assert without.by_verdicts == Moved(0, 1)
    assert (without.changed_runs, without.examined_runs) == (1, 1)
    bench.verdicts.give(run.id, "Ada", None)
    assert bench.quality.revisions()[1].verdicts == Share(0, 1)
    bench.deletions.delete([run.id], "Ada")
    assert bench.quality.revisions()[1].verdicts == Share(0, 0)


def test_a_run_that_is_judged_later_is_replayed_without_measuring_the_rest_anew(bench: Workbench) -> None:
    quality = measured(bench)
    with bench.database.engine.connect() as connection:
        at = connection.execute(text("SELECT measured_at FROM revision_measure")).scalar_one()
    run = finished(bench, bench.executor.start(JD))
    bench.verdicts.give(run.id, "Nora", "backend-engineer")
    assert not quality.is_complete()
    assert measured(bench).revisions()[0].verdicts == Share(0, 1)
    with bench.database.engine.connect() as connection:
        assert connection.execute(text("SELECT measured_at FROM revision_measure")).scalar_one() == at


def test_what_is_measured_by_another_yardstick_is_measured_anew(bench: Workbench) -> None:
    measured(bench)
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE revision_measure SET yardstick = 'of before'"))
        connection.execute(text("UPDATE gold_outcome SET is_right = false"))
    assert bench.quality.revisions()[0].roles == Share(0, 24)
    assert measured(bench).revisions()[0].roles == Share(24, 24)


def test_a_revision_is_noticed_once(bench: Workbench) -> None:
    measured(bench)
    bench.quality.notice(1)
    bench.quality.finish()
    job = bench.quality._job
    bench.quality.notice(1)
    assert bench.quality._job is job


def test_a_closed_workbench_measures_no_more(bench: Workbench) -> None:
    bench.quality.close()
    bench.quality.request()
    assert not bench.quality.is_measuring
