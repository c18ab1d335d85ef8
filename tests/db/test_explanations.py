"""Stored runs explained on a state of the catalog, and the stories of the rows that they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from db.errors import StoreError
from db.server import Database
from db.services.explanations import ExplainedRun
from db.services.workbench import Workbench
from db.stores.row_history import RowEvent, WholeCatalog
from db.stores.run_filters import HistoryFilter
from pipeline.catalog.changes import Change
from pipeline.catalog.places import place_text
from pipeline.config import Config
from pipeline.explain import explain, weighed_rows
from pipeline.explain.value import CENTROIDS
from tests.conftest import SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.close()


def test_a_run_is_explained_as_it_was_today_and_with_a_draft_and_its_rows_say_who_made_them_so(
    bench: Workbench, jd: str
) -> None:
    stored = finished(bench, bench.executor.start(jd))
    then = bench.explanations.then(stored.id, stored.revision_id)
    assert then.whole == explain(then.held.jd, then.held.indexes, then.held.config)
    assert bench.explanations.then(stored.id, stored.revision_id) is then
    assert bench.explanations.today(stored.id).whole == then.whole
    assert then.whole.role == "data-engineer" and then.role("data-engineer") is then.whole
    other = then.whole.runner_up
    assert other and then.role(other).role == other
    assert then.role(other) is then.role(other)

    titles = [row.place for row in weighed_rows(then.whole) if row.place[0] == "role_aliases"]
    title = next(
        row for row in then.snapshot.catalog.role_aliases if ("role_aliases", (row.role_slug, row.alias_text)) in titles
    )
    place = ("role_aliases", (title.role_slug, title.alias_text))
    assert [row["id"] for row in bench.history.find(HistoryFilter(row=place_text(place))).rows] == [stored.id]
    for other_row in (place_text(("role_aliases", ("data-engineer", "Nobody"))), "no row"):
        assert bench.history.find(HistoryFilter(row=other_row)).total == 0

    number = bench.change_sets.open_draft("Ada", "Titles", [Change(title, None, "too many runs rest on it")])
    drafted = bench.explanations.drafted(stored.id, number)
    assert place not in [row.place for row in weighed_rows(drafted.whole)]

    bench.change_sets.commit(number, "Bea")
    again = bench.explanations.then(stored.id, stored.revision_id)
    assert again.whole == then.whole
    assert place not in [row.place for row in weighed_rows(bench.explanations.today(stored.id).whole)]

    gone, kept = place, ("roles", ("data-engineer",))
    stories = bench.row_history.stories([gone, kept, ("roles", ("nobody",))])
    story = stories[gone]
    shipped = story.maker(stored.revision_id)
    assert isinstance(shipped, WholeCatalog) and shipped.edition == "clean"
    (removed,) = story.events
    assert (removed.author, removed.committer, removed.title) == ("Ada", "Bea", "Titles")
    assert (removed.revision, removed.why) == (bench.catalog.revision(), "too many runs rest on it")
    assert story.since(stored.revision_id) == removed and story.maker(removed.revision) is None
    assert stories[kept].since(stored.revision_id) is None

    bench.change_sets.undo(number, "Cleo")
    maker = bench.row_history.stories([gone])[gone].maker(bench.catalog.revision())
    assert isinstance(maker, RowEvent) and maker.kind == "undo" and maker.author == "Cleo"
    assert maker.change.after == title


def test_a_run_is_explained_as_it_was_with_the_runs_that_were_filed_before_it(bench: Workbench, jd: str) -> None:
    runs = [finished(bench, bench.executor.start(jd)) for _ in range(Config().centroid_min_runs + 1)]

    def centroids(explained: ExplainedRun) -> set[str]:
        places = (row.place for row in weighed_rows(explained.whole))
        return {key[0] for table, key in places if table == CENTROIDS}

    first, last = (bench.explanations.then(run.id, run.revision_id) for run in (runs[0], runs[-1]))
    assert centroids(first) == set()
    assert centroids(last) == centroids(bench.explanations.today(runs[0].id)) == {"data-engineer"}


def test_a_run_that_is_not_there_cannot_be_explained(bench: Workbench) -> None:
    with pytest.raises(StoreError, match="could be explained"):
        bench.explanations.today(uuid4())
