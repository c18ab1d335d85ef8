"""Lists over HTTP: a part at a time by cursor, whatever comes in between; a wrong cursor or filter says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from db.http.api.cursors import Listing
from db.http.api.paths import CATALOG, CHANGE_SETS, FINDINGS, PROPOSALS, RUNS
from db.services.workbench import Workbench
from db.stores.findings import key_of
from pipeline.catalog import Catalog
from pipeline.catalog.tables import TABLES
from pipeline.catalog.tables import key_of as row_key
from tests.conftest import JD
from tests.db.http.api.conftest import error, refused

TEXTS = [JD.replace("Zephyrine", f"Zephyrine and Quux{letter}base") for letter in "abcde"]


@pytest.fixture(scope="module")
def ran(client: TestClient) -> list[str]:
    """Ids of five runs, the newest first."""
    return [client.post(RUNS, json={"jd_text": text}).json()["run_id"] for text in TEXTS][::-1]


def parts(client: TestClient, path: str, **asked: Any) -> Iterator[list[dict[str, Any]]]:
    """The parts of a list, one after the other."""
    cursor = None
    while True:
        answer = client.get(f"{path}?{urlencode({**asked, **({'cursor': cursor} if cursor else {})})}")
        assert answer.status_code == 200, answer.text
        yield answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return


def whole(client: TestClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    return [row for part in parts(client, path, **asked) for row in part]


def test_runs_come_newest_first_and_none_twice_though_others_come_in_between(
    client: TestClient, ran: list[str]
) -> None:
    walk = parts(client, RUNS, limit=2)
    seen = [row["run_id"] for row in next(walk)]
    client.post(RUNS, json={"jd_text": f"{JD} Between."})
    seen += [row["run_id"] for part in walk for row in part]
    assert seen == ran


def test_runs_are_narrowed(client: TestClient, ran: list[str]) -> None:
    found = whole(client, RUNS, words="quuxabase", limit=1)
    assert [row["run_id"] for row in found] == [ran[-1]]
    assert whole(client, RUNS, role="nobody") == []
    assert len(whole(client, RUNS, status="completed", since="2000-01-01", until="9999-12-31")) == len(
        whole(client, RUNS)
    )


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_table_of_the_catalog_is_listed_whole(client: TestClient, catalog: Catalog, table: str) -> None:
    rows = getattr(catalog, table)
    if len(rows) > 5_000:
        first = next(parts(client, f"{CATALOG}/{table}", limit=200))
        assert len(first) == 200
        return
    listed = whole(client, f"{CATALOG}/{table}", limit=200)
    (declared,) = [t for t in TABLES if t.name == table]
    assert [tuple(row[name] for name in declared.key) for row in listed] == sorted(map(row_key, rows))
    assert all(set(row) == set(declared.columns) for row in listed)


def test_a_part_of_the_catalog_says_of_which_revision_it_is(client: TestClient, bench: Workbench) -> None:
    found = client.get(f"{CATALOG}/roles?limit=1").json()
    assert (found["table"], found["revision"]) == ("roles", bench.catalog.revision())


def test_findings_are_listed_surest_first_without_those_that_were_decided(client: TestClient, bench: Workbench) -> None:
    _, found = bench.snapshots.findings()
    listed = whole(client, FINDINGS, limit=7)
    assert [row["key"] for row in listed] == [
        key_of(f) for f in sorted(found, key=lambda f: (-round(f.score, 4), key_of(f)))
    ]
    bench.findings.reject(next(f for f in found if key_of(f) == listed[0]["key"]), "Ada", "it is right")
    assert [row["key"] for row in whole(client, FINDINGS)] == [row["key"] for row in listed[1:]]
    kind = listed[1]["kind"]
    assert {row["kind"] for row in whole(client, FINDINGS, kind=kind)} == {kind}


def test_change_sets_and_proposals_come_newest_first(client: TestClient, bench: Workbench, ran: list[str]) -> None:
    numbers = [bench.change_sets.open_draft("Ada", f"Draft {n}") for n in range(3)]
    bench.change_sets.discard(numbers[0], "Ada")
    listed = whole(client, CHANGE_SETS, limit=1)
    assert [row["id"] for row in listed] == numbers[::-1] and listed[0]["title"] == "Draft 2"
    assert [row["id"] for row in whole(client, CHANGE_SETS, status="discarded")] == numbers[:1]
    proposals = whole(client, PROPOSALS, limit=2)
    ids = [row["id"] for row in proposals]
    assert ids == sorted(ids, reverse=True) and len(ids) > 4
    skills = whole(client, PROPOSALS, kind="skill", status="pending")
    assert {"Zephyrine", "Quuxabase"} <= {row["text"] for row in skills}


@pytest.mark.parametrize("path", [RUNS, f"{CATALOG}/roles", FINDINGS, CHANGE_SETS, PROPOSALS])
@pytest.mark.parametrize("cursor", ["", "x", "W10", "bnVsbA", "%00", "🦄"])
def test_what_is_no_cursor_is_refused(client: TestClient, path: str, cursor: str) -> None:
    answer = client.get(path, params={"cursor": cursor})
    assert refused(answer) == (400, "bad_cursor", "query.cursor")
    assert "next_cursor" in error(answer)["remedy"]


def test_a_cursor_of_another_list_or_of_other_filters_is_refused(client: TestClient, ran: list[str]) -> None:
    cursor = client.get(f"{RUNS}?limit=1").json()["next_cursor"]
    for path in (f"{RUNS}?status=completed&", f"{PROPOSALS}?", f"{CATALOG}/roles?"):
        assert refused(client.get(f"{path}cursor={cursor}")) == (400, "bad_cursor", "query.cursor")
    assert client.get(f"{RUNS}?limit=3&cursor={cursor}").json()["items"][0]["run_id"] == ran[0]


@pytest.mark.parametrize(
    ("path", "filters", "position"),
    [
        (RUNS, {}, ["2026-01-01T00:00:00", "7"]),
        ("catalog", {"table": "roles"}, ["a", "b"]),
        ("catalog", {"table": "roles"}, ["a\0"]),
        ("change-sets", {"status": ""}, [2**70]),
        ("change-sets", {"status": ""}, [True]),
        ("proposals", {"status": "", "kind": ""}, [-1]),
        ("findings", {"kind": "", "severity": ""}, [1, 2]),
    ],
)
def test_a_cursor_that_was_made_up_is_refused(
    client: TestClient, path: str, filters: dict[str, str], position: list[Any]
) -> None:
    made_up = Listing(path, filters).cursor(position)
    address = f"{CATALOG}/roles" if path == "catalog" else f"/{path.strip('/')}"
    assert refused(client.get(address, params={"cursor": made_up})) == (400, "bad_cursor", "query.cursor")


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/runs?limit=0", "query.limit"),
        ("/runs?limit=201", "query.limit"),
        ("/runs?limit=x", "query.limit"),
        ("/runs?statsu=failed", "query.statsu"),
        ("/runs?status=lost", "query.status"),
        ("/runs?since=0", "query.since"),
        ("/runs?until=2026-13-01", "query.until"),
        ("/runs?words=%00", "query.words"),
        ("/catalog/nothing", "path.table"),
        ("/findings?kind=nothing", "query.kind"),
        ("/proposals?limit=-1", "query.limit"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(client: TestClient, address: str, where: str) -> None:
    assert refused(client.get(address)) == (422, "invalid_input", where)
