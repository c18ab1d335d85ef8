"""Dimensions fixed for terms: kept with their author, taken by the runs that follow, ended and undone, never lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.services.results import result_of
from db.services.workbench import Workbench
from db.stores.locks import LockStore
from db.stores.review_queue import Proposal
from pipeline.catalog import SkillAlias
from pipeline.catalog.operations import ChangeReason, retire
from pipeline.catalog.refs import ProposalRef
from pipeline.config import Config
from pipeline.contracts import NewSkillMeta, SkillDetail
from tests.conftest import JD, SETTINGS
from tests.db.conftest import finished

TERM = "Zephyrine"
PLACE, OTHER = "statistics-and-data-analysis", "cloud-platforms"


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    workbench = Workbench(ready, SETTINGS)
    yield workbench
    workbench.close()


@pytest.fixture
def locks(ready: Database) -> LockStore:
    return LockStore(ready.engine)


def detail_of(bench: Workbench, name: str = TERM, jd: str = JD) -> tuple[SkillDetail, Config]:
    stored = finished(bench, bench.executor.start(jd))
    result = result_of(stored)
    assert result is not None and result.library_match is not None
    detail = next(d for d in result.library_match.skills_detail if d.input_skill == name)
    return detail, Config.from_stored(stored.config)


def meta_of(bench: Workbench) -> tuple[NewSkillMeta, Config]:
    detail, config = detail_of(bench)
    assert detail.new_skill_meta is not None
    return detail.new_skill_meta, config


def test_a_later_decision_stands_in_place_of_an_earlier_one_which_is_kept(locks: LockStore) -> None:
    first = locks.fix(TERM, [PLACE], "Ida", "it is a store of samples")
    second = locks.fix(f" {TERM.upper()} ", [OTHER, OTHER], "Ben")
    fixed = locks.of_term(TERM)
    assert fixed is not None
    assert (fixed.id, fixed.dimensions, fixed.author, fixed.replaces) == (second, (OTHER,), "Ben", first)
    assert [(f.id, f.author, f.reason, f.ended_by) for f in locks.history(TERM)] == [
        (second, "Ben", "", None),
        (first, "Ida", "it is a store of samples", "Ben"),
    ]


def test_a_decision_is_undone_and_the_earlier_one_stands_again(locks: LockStore) -> None:
    locks.fix(TERM, [PLACE], "Ida")
    locks.undo_fix(locks.fix(TERM, [OTHER], "Ben"), "Ben")
    fixed = locks.of_term(TERM)
    assert fixed is not None and (fixed.author, fixed.dimensions) == ("Ida", (PLACE,))


def test_a_term_that_is_released_is_fixed_again_by_undoing_it(locks: LockStore) -> None:
    number = locks.fix(TERM, [PLACE], "Ida")
    assert locks.release(TERM, "Ben") == number and locks.of_term(TERM) is None and locks.in_force() == {}
    assert locks.release(TERM, "Ben") is None
    locks.undo_release(number)
    fixed = locks.of_term(TERM)
    assert fixed is not None and fixed.author == "Ida"


def test_what_somebody_decided_since_is_not_undone(locks: LockStore) -> None:
    first = locks.fix(TERM, [PLACE], "Ida")
    locks.fix(TERM, [OTHER], "Ben")
    with pytest.raises(StoreError, match="was changed since"):
        locks.undo_fix(first, "Ida")
    with pytest.raises(StoreError, match="Somebody has fixed"):
        locks.undo_release(first)


@pytest.mark.parametrize(
    ("term", "dimensions", "author", "problem"),
    [
        (" ", [PLACE], "Ida", "nothing to fix"),
        (TERM, [], "Ida", "nothing to fix"),
        (TERM, [PLACE], " ", "Say who you are"),
        (TERM, ["no-such-place"], "Ida", "no dimension no-such-place"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    term: str, dimensions: list[str], author: str, problem: str, locks: LockStore
) -> None:
    with pytest.raises(StoreError, match=problem):
        locks.fix(term, dimensions, author)
    assert locks.in_force() == {}


def test_a_run_takes_what_is_fixed_for_its_terms_and_keeps_it_with_its_config(bench: Workbench) -> None:
    free, before = meta_of(bench)
    assert before.locks == {} and not free.locked_dimensions
    bench.locks.fix(TERM, [PLACE], "Ida", "it is a store of samples")
    bench.locks.fix("Quorvix", [OTHER], "Ida")
    meta, config = meta_of(bench)
    assert meta.placed is not None and [d.slug for d in meta.placed] == [PLACE]
    assert [(d.slug, d.by, d.reason) for d in meta.locked_dimensions] == [(PLACE, "Ida", "it is a store of samples")]
    # Only what the run took is kept, and the run can be made again by its own config.
    assert {key: lock.dimensions for key, lock in config.locks.items()} == {"zephyrine": (PLACE,)}
    assert bench.snapshots.revision() == 1


def test_a_run_after_the_release_places_its_term_by_its_text_again(bench: Workbench) -> None:
    free, _ = meta_of(bench)
    bench.locks.fix(TERM, [PLACE], "Ida")
    bench.locks.release(TERM, "Ida")
    assert meta_of(bench)[0].placed == free.placed


def test_a_fixed_dimension_that_is_retired_gives_way_to_its_successor(bench: Workbench) -> None:
    bench.locks.fix(TERM, [PLACE], "Ida")
    catalog = bench.snapshots.current().catalog
    changes = retire(catalog, "dimensions", PLACE, ChangeReason("one is enough"), OTHER)
    bench.change_sets.commit(bench.change_sets.stage_for("Ida", changes), "Ida")
    assert bench.locks.in_force()["zephyrine"].dimensions == (OTHER,)


def waiting(bench: Workbench) -> Proposal:
    return next(p for p in bench.proposals.find(kind="skill") if p.text == TERM)


def test_an_alias_is_persisted_once_the_change_set_that_maps_it_is_committed(bench: Workbench) -> None:
    detail, _ = detail_of(bench)
    assert not detail.new_alias_persisted
    proposal = waiting(bench)
    change = ChangeReason("runs proposed it", ProposalRef(proposal.id)).change(None, SkillAlias(None, "kafka", TERM))
    draft = bench.proposals.decide(proposal.id, "mapped", "Ida", [change])
    assert draft is not None
    assert not detail_of(bench)[0].new_alias_persisted
    bench.change_sets.commit(draft, "Ida")
    stored = finished(bench, bench.executor.start(JD))
    result = result_of(stored)
    assert result is not None and result.library_match is not None
    matched = [d for d in result.library_match.skills_detail if d.new_alias_persisted]
    assert [(d.canonical.slug if d.canonical else "", d.new_alias_text) for d in matched] == [("kafka", TERM)]
    assert result.library_match.new_aliases_persisted == 1
    assert [m.input_term for m in result.library_match.alias_matches if m.alias_persisted] == [matched[0].input_skill]


def test_two_decisions_on_a_term_never_stand_at_once(ready: Database, locks: LockStore) -> None:
    locks.fix(TERM, [PLACE], "Ida")
    locks.fix(TERM, [OTHER], "Ben")
    with ready.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM term_lock WHERE ended_at IS NULL")).scalar_one() == 1
