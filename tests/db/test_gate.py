"""The gate before a commit: what is refused, overridden and kept, on a real PostgreSQL with real replays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.services.gold_replays import GoldReplays
from db.services.gold_texts import GoldTexts
from db.services.workbench import Models, Workbench, model_provider
from db.stores import gate
from db.stores.change_sets import ChangeSetStore
from db.stores.commits import CommitNote
from db.stores.gate import GateRefused, state_of
from db.stores.gold_items import GoldItem
from pipeline.catalog.changes import Change, squash
from pipeline.catalog.operations import ChangeReason, edit, move_link, repoint_alias
from pipeline.catalog.value import SkillDimension
from pipeline.errors import InputError
from pipeline.gate import DEFAULT, CheckResult, Demand, Measure, Policy
from pipeline.learned.encoder import CachedEncoder
from tests.conftest import SETTINGS, own_database

WHY = ChangeReason("test")
STACKS = {
    "Data Engineer": "Kafka, Airflow, PySpark, Hive, Terraform, SQL",
    "Frontend Developer": "React, TypeScript, Redux, webpack, CSS, Jest",
    "Java Backend Developer": "Java, Spring Boot, Hibernate, PostgreSQL, Redis, Maven",
    "DevOps Engineer": "Kubernetes, Docker, Ansible, Prometheus, Helm, Jenkins",
}


@pytest.fixture(scope="module", autouse=True)
def _default_policy() -> Iterator[None]:
    """The policy of a store in which nobody has set one, as it ships."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "default_policy", lambda: DEFAULT)
        yield


@pytest.fixture(scope="module")
def bench(server: EmbeddedServer, stocked: str, encoder: CachedEncoder) -> Iterator[Workbench]:
    """A workbench in which no audit is made: it takes seconds, and is tested elsewhere."""
    with own_database(server, stocked) as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr("db.services.snapshots.CatalogSnapshots.findings_in", lambda *_: ())
        workbench = Workbench(database, SETTINGS, Models(model_provider(SETTINGS, database.engine), encoder))
        yield workbench
        workbench.close()


def harmless(bench: Workbench, vendor: str) -> tuple[Change, ...]:
    return edit(bench.snapshots.current().catalog.skill["redis"], WHY, vendor=vendor)


def harmful(bench: Workbench) -> list[Change]:
    """Links of the skills that gold texts name, moved at random."""
    catalog, rng = bench.snapshots.current().catalog, Random(7)
    named = {a.skill_slug for a in catalog.skill_aliases if a.alias_text in ", ".join(STACKS.values()).split(", ")}
    links = [link for link in catalog.skill_dimensions if link.skill_slug in named]
    changes = []
    for link in links:
        target = rng.choice(
            [d.slug for d in catalog.dimensions if d not in catalog.dimensions_of_skill[link.skill_slug]]
        )
        changes += [WHY.change(link, None), WHY.change(None, SkillDimension(link.skill_slug, target))]
    return list(squash(changes))


def gold(role: str, slug: str, skills: str) -> GoldItem:
    listed = [{"name": name, "surface": [name], "primary": True} for name in skills.split(", ")]
    text = f"{role}\n\nResponsibilities:\n- Build and run what our teams use each day\n\nRequirements:\n- {skills}\n"
    row = {"id": slug, "title": None, "text": text, "role": slug, "acceptable": [slug], "skills": listed}
    return GoldItem.of_row(row)


@pytest.fixture(scope="module")
def with_gold(bench: Workbench) -> Workbench:
    roles = {role.display_name: role.slug for role in bench.snapshots.current().catalog.roles}
    items = [gold(name, roles[name], skills) for name, skills in STACKS.items() if name in roles]
    assert len(items) > 2
    bench.gold_sets.add("core", items, author="Ada", reason="first")
    return bench


def test_a_harmless_draft_passes_and_its_checks_are_kept_for_good(with_gold: Workbench) -> None:
    bench = with_gold
    number = bench.change_sets.open_draft("Ada", "A vendor", harmless(bench, "Other"))
    revision = bench.change_sets.commit(number, "Ada")
    passed = bench.gate_store.passed(number)
    assert (passed.override_why, passed.override_checks) == ("", ())
    assert passed.policy is not None
    assert passed.policy.wire() == DEFAULT.wire()
    found = {name: (check.outcome, check.revision) for name, check in passed.checks.items()}
    assert found["gold"] == ("no effect", revision - 1)
    assert found["rules"] == ("no effect", revision - 1)
    assert passed.checks["gold"].result.n > 20
    assert passed.checks["gold"].result.replayed < 5


def test_of_gold_a_draft_has_encoded_what_it_can_touch_and_the_rest_is_made_ready_beside(with_gold: Workbench) -> None:
    bench = with_gold
    replays = GoldReplays(bench.database.engine, GoldTexts(bench.database.engine, bench.encoder), bench.snapshots)
    base, changes = bench.snapshots.current(), harmless(bench, "Another one")
    after = bench.snapshots.laid_over(base, changes)
    found = replays.check(base, after.indexes, changes)
    assert 0 < found.replayed < found.n
    assert not replays.is_encoded
    replays.warm()
    assert replays.is_encoded


def test_a_draft_that_makes_gold_worse_is_refused_by_the_store_and_overridden_with_a_why(with_gold: Workbench) -> None:
    bench = with_gold
    number = bench.change_sets.open_draft("Ada", "All links", harmful(bench))
    with pytest.raises(GateRefused, match="“Gold” is breaking"):
        bench.change_sets.commit(number, "Ada")
    # Nor does a store that makes no checks let it through.
    with pytest.raises(GateRefused):
        ChangeSetStore(bench.database.engine).commit(number, "Ada", note=CommitNote(override="  "))
    assert bench.change_sets.load(number).status == "draft"
    kept = bench.gate_store.checks(number)["gold"]
    assert kept.outcome == "breaking"
    assert kept.p_value is not None
    assert kept.p_value < 0.01
    bench.change_sets.commit(number, "Bea", note=CommitNote(override="The texts are of the old names."))
    passed = bench.gate_store.passed(number)
    assert (passed.override_why, passed.override_checks) == ("The texts are of the old names.", ("gold",))
    found = bench.change_sets.load(number)
    assert (found.committer, found.override_why) == ("Bea", "The texts are of the old names.")
    assert passed.checks["gold"].result == kept.result
    # Taking it back passes the same gate, and is an improvement.
    undone = bench.change_sets.undo(number, "Ada")
    assert bench.gate_store.checks(undone)["gold"].outcome == "improving"


def test_what_was_not_checked_or_has_moved_since_is_refused(with_gold: Workbench) -> None:
    bench = with_gold
    bare = ChangeSetStore(bench.database.engine)
    number = bare.open_draft("Ada", "A vendor", harmless(bench, "Third"))
    with pytest.raises(GateRefused, match="“Gold” has not finished"):
        bare.commit(number, "Ada")
    bench.gate.complete(number)
    catalog = bench.snapshots.current().catalog
    bare.stage(number, edit(catalog.skill["kafka"], WHY, vendor="Fourth"))
    with pytest.raises(GateRefused, match="another state of the draft or the catalog"):
        bare.commit(number, "Ada")
    bench.gate.complete(number)
    other = bench.change_sets.open_draft("Bea", "Before it", edit(catalog.skill["python"], WHY, vendor="Fifth"))
    bench.change_sets.commit(other, "Bea")
    with pytest.raises(GateRefused, match="another state of the draft or the catalog"):
        bare.commit(number, "Ada")
    # The workbench makes them anew.
    assert bench.change_sets.commit(number, "Ada") == bench.snapshots.revision()


def test_a_draft_that_is_again_what_it_was_has_the_checks_of_then(with_gold: Workbench) -> None:
    bench = with_gold
    number = bench.change_sets.open_draft("Ada", "A vendor", harmless(bench, "Sixth"))
    bench.gate.complete(number)
    first = bench.gate_store.checks(number)["gold"].state
    bench.change_sets.stage(number, edit(bench.snapshots.current().catalog.skill["kafka"], WHY, vendor="Seventh"))
    bench.gate.complete(number)
    assert bench.gate_store.checks(number)["gold"].state != first
    last = bench.change_sets.decisions(number)[-1].number
    bench.change_sets.take_out(number, last, "Ada")
    bench.gate.complete(number)
    assert bench.gate_store.checks(number)["gold"].state == first
    bench.change_sets.commit(number, "Ada")


def test_an_edition_and_an_import_pass_the_gate_too(with_gold: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = with_gold
    worse = CheckResult("gold", (Measure.tested("roles", 20, [-1] * 9),), 20)
    monkeypatch.setattr(bench.gold_replays, "check", lambda *_: worse)
    with pytest.raises(GateRefused):
        bench.editions.put_back("clean", "Ada")
    assert bench.change_sets.newest(1)[0].status == "discarded"
    number, _ = bench.editions.put_back("clean", "Ada", "It is a demo.")
    assert number is not None
    assert bench.change_sets.load(number).override_checks == ["gold"]
    bench.change_sets.undo(number, "Ada", "The demo is over.")


def test_the_policy_has_a_history_with_who_and_why(with_gold: Workbench) -> None:
    store = with_gold.gate_store
    with pytest.raises(InputError, match="Say why"):
        store.set_policy(Policy(), "Ada", " ")
    with pytest.raises(InputError, match="this already"):
        store.set_policy(DEFAULT, "Ada", "again")
    store.set_policy(Policy({"audit": Demand("not mixed", 0.01)}), "Ada", "The audit is good enough.")
    assert store.policy().must_hold == ("audit",)
    store.set_policy(DEFAULT, "Bea", "Too many refusals.")
    assert [(p.author, p.why) for p in store.policies()] == [
        ("Bea", "Too many refusals."),
        ("Ada", "The audit is good enough."),
    ]
    assert store.policies()[1].policy.of("audit") == Demand("not mixed", 0.01)


def test_checks_come_late_only_for_what_was_committed(with_gold: Workbench) -> None:
    bench = with_gold
    number = bench.change_sets.open_draft("Ada", "A vendor", harmless(bench, "Eighth"))
    revision, state = (
        bench.snapshots.revision(),
        state_of(bench.snapshots.revision(), bench.change_sets.net_changes(number)),
    )
    bench.change_sets.commit(number, "Ada")
    late = CheckResult("audit", (Measure.tested("findings", 3, [-1]),), 3)
    bench.gate_store.keep(number, "another state", revision, late)
    assert "audit" not in bench.gate_store.checks(number) or bench.gate_store.checks(number)["audit"].result != late
    bench.gate_store.keep(number, state, revision, late)
    assert bench.gate_store.checks(number)["audit"].outcome == "mixed"


def test_a_state_is_told_by_its_rows_and_not_by_their_reasons(with_gold: Workbench) -> None:
    catalog = with_gold.snapshots.current().catalog
    changes = (
        *move_link(catalog, "kafka", catalog.dimensions_of_skill["kafka"][0].slug, "cloud-platforms", WHY),
        *repoint_alias(catalog, "python", "Python", "dbt", WHY),
    )
    said = [replace(c, reason="another") for c in reversed(changes)]
    assert state_of(3, changes) == state_of(3, said)
    assert state_of(3, changes) != state_of(4, changes)
    assert state_of(3, changes) != state_of(3, changes[1:])


def test_a_draft_of_two_persons_is_refused_before_any_check(with_gold: Workbench) -> None:
    bench = with_gold
    strict = ChangeSetStore(bench.database.engine, second_person=True)
    number = strict.open_draft("Ada", "A vendor", harmless(bench, "Ninth"))
    with pytest.raises(StoreError, match="second person"):
        strict.commit(number, "Ada", note=CommitNote(override="because"))
